/** Running peers in turn, each in a process of its own, and comparing what they print. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Figure, figuresIn, merged, type Refusal, refusalsIn } from './figure.js';

export interface Peer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Ended after so many seconds. @default 600 */
  readonly limit?: number;
}

/** What is read as an allocator's settings by glibc: those that fluxion's own process has. */
export const SAME_ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '2147483647' };

/** fluxion compiles anew in each process, as JAX does unless told otherwise. */
export const NO_KEPT_PROGRAMS = { FLUXION_COMPILATION_CACHE: 'off' };

/** JAX with its persistent cache, of every program, in a folder. */
export const jaxKeeping = (folder: string) => ({
  JAX_COMPILATION_CACHE_DIR: folder,
  JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS: '0',
  JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES: '-1',
});

/** A program of `bench/peers/jax`, in an environment with pinned versions. */
export const jaxPeer = (name: string, program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Peer => ({
  name,
  command: 'bash',
  args: [fileURLToPath(new URL('../../bench/peers/jax/run.sh', import.meta.url)), program, ...args],
  env,
});

function output({ name, command, args, env, limit = 600 }: Peer): Promise<string> {
  return new Promise((resolve, reject) => {
    // From this moment the processes measure how long they take to begin.
    const asked = { FLUXION_BENCH_ASKED: `${performance.timeOrigin + performance.now()}` };
    const child = spawn(command, args, {
      env: { ...process.env, ...asked, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit * 1e3);
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else reject(new Error(late ? `took longer than ${limit} s` : `${name} ended with ${code}:\n${err.slice(-2000)}`));
    });
  });
}

/** What the peers printed. */
export interface Comparison {
  readonly figures: readonly Figure[];
  /** Which peers cannot do it, and why. */
  readonly refusals: readonly Refusal[];
}

/**
 * Runs each peer `repeats` times, in turn, so that a busy moment of the machine meets all of them. A peer that refuses
 * is not asked again; one that fails does the same, unless it is fluxion.
 */
export async function compare(list: readonly Peer[], repeats: number): Promise<Comparison> {
  const runs = new Map<string, Figure[]>();
  const refusals = new Map<string, Refusal>();
  for (let k = 0; k < repeats; k++) {
    for (const peer of list) {
      if (refusals.has(peer.name)) continue;
      process.stderr.write(`run ${k + 1} of ${repeats}: ${peer.name}\n`);
      const printed = await output(peer).catch((error: Error) => {
        if (peer.name.startsWith('fluxion')) throw error;
        return JSON.stringify({ case: '', peer: peer.name, refusal: error.message.trim().split('\n').at(-1) });
      });
      for (const refusal of refusalsIn(printed)) refusals.set(peer.name, refusal);
      for (const f of figuresIn(printed)) {
        const key = `${peer.name}\n${f.metric}`;
        runs.set(key, [...(runs.get(key) ?? []), { ...f, peer: peer.name }]);
      }
    }
  }
  const figures = [...runs.values()].map(merged);
  const withRatio = figures.map((f) => {
    const jax = figures.find((g) => g.peer === 'jax' && g.metric === f.metric);
    return jax ? { ...f, ratioToJax: f.median / jax.median } : f;
  });
  return { figures: withRatio, refusals: [...refusals.values()] };
}

/** The figures alone, of peers that must all succeed. */
export async function peers(list: readonly Peer[], repeats: number): Promise<Figure[]> {
  const { figures, refusals } = await compare(list, repeats);
  if (refusals.length > 0) throw new Error(refusals.map(({ peer, refusal }) => `${peer}: ${refusal}`).join('\n'));
  return [...figures];
}
