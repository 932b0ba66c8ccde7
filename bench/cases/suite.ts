/**
 * The ten cases that are measured against every peer, and what fluxion is expected to reach.
 *
 * Each is a pure function here (`mlp.ts`, `conv.ts`, ...) and has its twin in `bench/peers/<peer>`; all begin with the
 * same numbers (`draw.ts`), so that their results can be compared too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Comparison, compare, jaxKeeping, NO_KEPT_PROGRAMS, type Peer, SAME_ALLOCATOR } from '../peers.js';
import { jaxProgram, jaxPython, npmPeer } from '../project.js';

export interface SuiteCase {
  readonly letter: string;
  readonly name: string;
  readonly title: string;
  /** The figure that counts. */
  readonly metric: string;
  /** At most so many times JAX's, by the peer named. */
  readonly goals: { readonly [peer: string]: number };
  /** Whether the memory allocator matters enough for JAX to be measured under both settings. */
  readonly allocates: boolean;
  /** Milliseconds of a process, not of a call: repeated by running processes. */
  readonly isStart?: boolean;
}

const training = (letter: string, name: string, title: string, goal: number, allocates = true): SuiteCase => ({
  letter,
  name,
  title,
  metric: 'step',
  goals: { fluxion: goal },
  allocates,
});

export const suite: readonly SuiteCase[] = [
  training('a', 'mlp', 'MLP 784-512-512-10, batch 128, Adam: training step', 0.9),
  training('b', 'tiny', 'tiny MLP 8-16-16-1, batch 4, Adam: training step', 0.7, false),
  training('c', 'conv', 'two 3x3 convolutions (32, 64), pool, 28x28, batch 64, Adam: training step', 0.4),
  training('d', 'gnn', 'GNN, 2,562 nodes, 20,460 edges, latent 64, 4 steps, AdamW: training step', 0.7),
  { ...training('e', 'adam500', 'Adam, 500 leaves of 64x64: update', 0.45), metric: 'update' },
  {
    letter: 'f',
    name: 'start',
    title: 'process start to first gradient of a small MLP',
    metric: 'process start to first gradient',
    goals: { fluxion: 0.6, 'fluxion, kept programs': 0.35 },
    allocates: false,
    isStart: true,
  },
  {
    letter: 'g',
    name: 'residual',
    title: '64-layer residual MLP: trace and lower',
    metric: 'trace and lower',
    goals: { fluxion: 0.25 },
    allocates: false,
  },
  { ...training('h', 'eager', 'eager addition of 10 elements', 1, false), metric: 'add' },
  { ...training('i', 'third', 'third derivative by nested grad, jitted: call', 1, false), metric: 'call' },
  { ...training('j', 'perexample', 'per-example gradients of a, batch 32: call', 0.4), metric: 'call' },
];

const worker = fileURLToPath(new URL('../worker.js', import.meta.url));

interface Measuring {
  readonly seconds: string;
  readonly warmup: string;
  readonly limit: number;
}

/** Every peer with the arguments that all understand. */
async function peersOf(subject: SuiteCase, { seconds, warmup, limit }: Measuring, kept: string): Promise<Peer[]> {
  const peer = (name: string, command: string, program: string, env?: NodeJS.ProcessEnv): Peer => ({
    name,
    command,
    args: [program, subject.name, '--peer', name, '--seconds', seconds, '--warmup', warmup],
    env,
    limit,
  });
  const unavailable = (name: string) => (): Peer => peer(name, 'false', '');
  const npm = (name: string, folder: string): Promise<Peer> =>
    npmPeer(folder).then((program) => peer(name, process.execPath, program), unavailable(name));
  const python = await jaxPython().catch(() => 'false');
  const jax = (name: string, env?: NodeJS.ProcessEnv): Peer => peer(name, python, jaxProgram('suite.py'), env);
  return [
    jax('jax'),
    ...(subject.allocates ? [jax('jax, same allocator', SAME_ALLOCATOR)] : []),
    ...(subject.isStart ? [jax('jax, kept programs', jaxKeeping(kept))] : []),
    peer('fluxion', process.execPath, worker, NO_KEPT_PROGRAMS),
    ...(subject.isStart ? [peer('fluxion, kept programs', process.execPath, worker)] : []),
    await npm('jax-js', 'jaxjs'),
    await npm('tfjs-wasm', 'tfjs'),
  ];
}

/** Measures a case with every peer, in turn. */
export async function runCase(subject: SuiteCase, args: readonly string[]): Promise<Comparison> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '4' },
      warmup: { type: 'string', default: '3' },
      repeats: { type: 'string', default: '3' },
      limit: { type: 'string', default: '300' },
    },
  });
  const kept = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const list = await peersOf(subject, { ...values, limit: Number(values.limit) }, kept);
    if (!subject.isStart) return await compare(list, Number(values.repeats));
    // The first run of those that keep their programs fills their caches and does not count.
    await compare(
      list.filter(({ name }) => name.endsWith('kept programs')),
      1,
    );
    return await compare(list, 2 * Number(values.repeats) + 1);
  } finally {
    await rm(kept, { recursive: true, force: true });
  }
}
