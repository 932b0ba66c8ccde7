/** Running peers in turn, each in a process of its own, and comparing what they print. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Figure, figuresIn, merged } from './figure.js';

export interface Peer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A program of `bench/peers/jax`, in an environment with pinned versions. */
export const jaxPeer = (name: string, program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Peer => ({
  name,
  command: 'bash',
  args: [fileURLToPath(new URL('../../bench/peers/jax/run.sh', import.meta.url)), program, ...args],
  env,
});

function output({ name, command, args, env }: Peer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${name} ended with ${code}:\n${err.slice(-2000)}`));
    });
  });
}

/** Runs each peer `repeats` times, in turn, so that a busy moment of the machine meets all of them. */
export async function peers(list: readonly Peer[], repeats: number): Promise<Figure[]> {
  const runs = new Map<string, Figure[]>();
  for (let k = 0; k < repeats; k++) {
    for (const peer of list) {
      process.stderr.write(`run ${k + 1} of ${repeats}: ${peer.name}\n`);
      for (const f of figuresIn(await output(peer))) {
        const key = `${peer.name}\n${f.metric}`;
        runs.set(key, [...(runs.get(key) ?? []), { ...f, peer: peer.name }]);
      }
    }
  }
  const figures = [...runs.values()].map(merged);
  return figures.map((f) => {
    const jax = figures.find((g) => g.peer === 'jax' && g.metric === f.metric);
    return jax ? { ...f, ratioToJax: f.median / jax.median } : f;
  });
}
