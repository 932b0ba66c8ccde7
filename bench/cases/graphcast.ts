/** The GraphCast benchmark: the same training step in fluxion and in JAX, in alternation, on one graph. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { NdArray } from 'fluxion';
import { graphs } from 'fluxion/graphcast';
import { writeNpz } from 'fluxion/io';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { Figure } from '../figure.js';
import { jaxKeeping, jaxPeer, NO_KEPT_PROGRAMS, type Peer, peers, SAME_ALLOCATOR } from '../peers.js';

/** What keeping compiled programs is good for. */
const START = 'process start to first step';

async function writeGraph(path: string, meshSize: number, spacing: number): Promise<void> {
  const lat = Float32Array.from({ length: 180 / spacing + 1 }, (_, i) => -90 + i * spacing);
  const lon = Float32Array.from({ length: 360 / spacing }, (_, i) => i * spacing);
  const config = {
    resolution: spacing,
    meshSize,
    latentSize: 1,
    gnnMsgSteps: 1,
    hiddenLayers: 1,
    radiusQueryFractionEdgeLength: 0.6,
  };
  const { grid2mesh, mesh, mesh2grid } = graphs.graphStructures(config, lat, lon);
  const value = async (x: NdArray) => ({ dtype: x.dtype, shape: x.shape, data: await x.data() });
  const entries: [string, NdArray][] = [
    ['grid_node_features', grid2mesh.nodes.grid_nodes.features],
    ['mesh_node_features', grid2mesh.nodes.mesh_nodes.features],
  ];
  for (const [name, graph] of Object.entries({ grid2mesh, mesh, mesh2grid })) {
    const { features, indices } = graph.edges[name];
    entries.push(
      [`${name}_senders`, indices.senders],
      [`${name}_receivers`, indices.receivers],
      [`${name}_edge_features`, features],
    );
  }
  const values = Object.fromEntries(await Promise.all(entries.map(async ([k, x]) => [k, await value(x)] as const)));
  const written = await writeNpz(path, values)();
  if (isLeft(written)) throw written.left;
}

/** Runs the case; every peer several times, in turn. */
export async function run(args: readonly string[]): Promise<Figure[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'mesh-size': { type: 'string', default: '4' },
      spacing: { type: 'string', default: '3' },
      'latent-size': { type: 'string', default: '128' },
      'message-steps': { type: 'string', default: '8' },
      'batch-size': { type: 'string', default: '1' },
      steps: { type: 'string', default: '20' },
      repeats: { type: 'string', default: '3' },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const graph = join(folder, 'graph.npz');
    await writeGraph(graph, Number(values['mesh-size']), Number(values.spacing));
    const sizes = ['latent-size', 'message-steps', 'batch-size', 'steps'] as const;
    const common = ['--graph', graph, ...sizes.flatMap((name) => [`--${name}`, values[name]])];
    const worker = fileURLToPath(new URL('./graphcast-worker.js', import.meta.url));
    const fluxion = (name: string, more: readonly string[], env?: NodeJS.ProcessEnv): Peer => ({
      name,
      command: process.execPath,
      args: [worker, '--mesh-size', values['mesh-size'], ...common, ...more],
      // As `npm run graphcast` starts its process: see src/engine/xla/allocator.ts.
      env: { MALLOC_ARENA_MAX: '1', ...env },
    });
    const starting = ['--steps', '1', '--warmup', '0', '--compiles', '1'];
    const keeping = [
      jaxPeer('jax, kept programs', 'graphcast.py', [...common, ...starting], jaxKeeping(join(folder, 'programs'))),
      fluxion('fluxion, kept programs', starting),
    ];
    // The first processes fill the caches that the ones after them start with.
    await peers(keeping, 1);
    const figures = await peers(
      [
        jaxPeer('jax', 'graphcast.py', common),
        jaxPeer('jax, same allocator', 'graphcast.py', common, SAME_ALLOCATOR),
        fluxion('fluxion', [], NO_KEPT_PROGRAMS),
        ...keeping,
      ],
      Number(values.repeats),
    );
    return figures.filter(({ peer, metric }) => !peer.endsWith('kept programs') || metric === START);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
