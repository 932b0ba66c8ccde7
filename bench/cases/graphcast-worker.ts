/**
 * fluxion's side of the GraphCast benchmark, in a process of its own: the twin of `bench/peers/jax/graphcast.py`.
 *
 * The same graph file, the same sizes, the same loss and optimizer; one JSON line for each figure.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clearCaches, jit, type NdArray, valueAndGrad } from 'fluxion';
import { graphcast, graphs } from 'fluxion/graphcast';
import * as hk from 'fluxion/haiku';
import { readNpz } from 'fluxion/io';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';
import { flatten } from 'fluxion/tree';
import { isLeft } from 'fp-ts/lib/Either.js';
import { figure } from '../figure.js';
import { peakMemory } from '../memory.js';

type Params = { readonly [module: string]: { readonly [name: string]: NdArray } };

/** Seconds since the kernel started this process. */
function sinceProcessStart(): number {
  const ticks = Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[19]);
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return uptime - ticks / 100;
}

const { values: options } = parseArgs({
  options: {
    graph: { type: 'string' },
    'mesh-size': { type: 'string', default: '2' },
    'latent-size': { type: 'string', default: '32' },
    'message-steps': { type: 'string', default: '4' },
    'batch-size': { type: 'string', default: '4' },
    inputs: { type: 'string', default: '23' },
    outputs: { type: 'string', default: '4' },
    steps: { type: 'string', default: '50' },
    warmup: { type: 'string', default: '5' },
    compiles: { type: 'string', default: '3' },
  },
});
const number = (name: Exclude<keyof typeof options, 'graph'>): number => Number(options[name]);

async function readGraphs(path: string): Promise<graphs.GraphStructures> {
  const read = await readNpz(path)();
  if (isLeft(read)) throw read.left;
  const array = (key: string, dtype: 'int32' | 'float32'): NdArray => {
    const { data, shape } = read.right[key] as { data: Float32Array; shape: readonly number[] };
    return jnp.reshape(jnp.array(data, { dtype }), shape);
  };
  const edges = (name: string): graphs.EdgeArrays => ({
    senders: array(`${name}_senders`, 'int32'),
    receivers: array(`${name}_receivers`, 'int32'),
    features: array(`${name}_edge_features`, 'float32'),
  });
  return graphs.graphsOf({
    gridNodeFeatures: array('grid_node_features', 'float32'),
    meshNodeFeatures: array('mesh_node_features', 'float32'),
    grid2mesh: edges('grid2mesh'),
    mesh: edges('mesh'),
    mesh2grid: edges('mesh2grid'),
  });
}

const structures = await readGraphs(options.graph as string);
const nodes = structures.grid2mesh.nodes.grid_nodes.nNode;
const outputs = number('outputs');
const modelConfig = {
  resolution: 0,
  meshSize: number('mesh-size'),
  latentSize: number('latent-size'),
  gnnMsgSteps: number('message-steps'),
  hiddenLayers: 1,
  radiusQueryFractionEdgeLength: 0.6,
};
const taskConfig = {
  inputVariables: [],
  targetVariables: Array.from({ length: outputs }, (_, i) => `surface_${i}`),
  forcingVariables: [],
  pressureLevels: [],
  inputDuration: '24h',
};
const { init, apply } = hk.transform((inputs: NdArray) =>
  new graphcast.GraphCast(modelConfig, taskConfig).network(structures, inputs),
);
const draw = (seed: number, channels: number): NdArray =>
  random.normal(random.PRNGKey(seed), { shape: [nodes, number('batch-size'), channels] });
const inputs = draw(1, number('inputs'));
const targets = draw(2, outputs);
const weights = jnp.ones([nodes, 1, outputs]);

const loss = (params: Params, x: NdArray, y: NdArray, w: NdArray): NdArray => {
  const error = apply(params, null, x).sub(y);
  return jnp.sum(jnp.mean(w.mul(error.mul(error)), { axis: [0, 1] }));
};
const onlyWeights = (params: unknown): unknown =>
  Object.fromEntries(
    Object.entries(params as Params).map(([m, p]) => [
      m,
      Object.fromEntries(Object.keys(p).map((n) => [n, n === 'w'])),
    ]),
  );
const optimizer = optax.chain(
  optax.clipByGlobalNorm(32),
  optax.adamw(1e-3, { b1: 0.9, b2: 0.95, weightDecay: 0.1, mask: onlyWeights }),
) as optax.GradientTransformation;

/** A new function each time, so that nothing is remembered of the one before. */
const trainingStep = () =>
  jit(
    (params: Params, state: unknown, x: NdArray, y: NdArray, w: NdArray) => {
      const [value, grads] = valueAndGrad(loss)(params, x, y, w);
      const [updates, next] = optimizer.update(grads, state, params);
      return [optax.applyUpdates(params, updates), next, value] as const;
    },
    { donateArgnums: [0, 1] },
  );

let params = jit((x: NdArray) => init(random.PRNGKey(0), x))(inputs) as Params;
let state: unknown = optimizer.init(params);
let step = trainingStep();
let value: NdArray | null = null;
const run = async (): Promise<void> => {
  const result = step(params, state, inputs, targets, weights) as unknown as [Params, unknown, NdArray];
  [params, state, value] = result;
  await value.blockUntilReady();
};

const lowering: number[] = [];
const compiling: number[] = [];
let firstStep = 0;
for (let attempt = 0; attempt < number('compiles'); attempt++) {
  clearCaches();
  step = trainingStep();
  const begin = performance.now();
  const lowered = step.lower(params, state, inputs, targets, weights);
  lowered.asText();
  const between = performance.now();
  lowered.compile();
  lowering.push((between - begin) / 1e3);
  compiling.push((performance.now() - between) / 1e3);
  if (attempt === 0) {
    await run();
    firstStep = sinceProcessStart();
  }
}
const samples: number[] = [];
/** Processor time of all threads: on a busy machine it says more than the clock does. */
const work: number[] = [];
for (let k = 0; k < number('warmup') + number('steps'); k++) {
  const begin = performance.now();
  const used = process.cpuUsage();
  await run();
  samples.push(performance.now() - begin);
  const { user, system } = process.cpuUsage(used);
  work.push((user + system) / 1e3);
}
const [leaves] = flatten(params);
const head = { case: 'graphcast', peer: 'fluxion' } as const;
const sizes = {
  batchSize: number('batch-size'),
  latentSize: number('latent-size'),
  messageSteps: number('message-steps'),
  gridNodes: nodes,
  parameters: leaves.reduce<number>((n, leaf) => n + (leaf as NdArray).size, 0),
  finalLoss: (value as unknown as NdArray).item(),
};
for (const [metric, unit, values] of [
  ['training step', 'ms', samples.slice(number('warmup'))],
  ['training step, processor time', 'ms', work.slice(number('warmup'))],
  ['trace and lower', 's', lowering],
  ['compile', 's', compiling],
  ['process start to first step', 's', [firstStep]],
  ['peak memory', 'MB', [peakMemory()]],
] as const) {
  console.log(JSON.stringify({ ...figure({ ...head, metric, unit }, values), ...sizes }));
}
