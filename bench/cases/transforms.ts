/** The transforms benchmark: tracing, lowering and calling in fluxion and in JAX, in alternation. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figure } from '../figure.js';
import { jaxPeer, peers } from '../peers.js';

/** Runs the case; every peer several times, in turn. */
export async function run(args: readonly string[]): Promise<Figure[]> {
  const { values } = parseArgs({ args: [...args], options: { repeats: { type: 'string', default: '3' } } });
  const worker = fileURLToPath(new URL('./transforms-worker.js', import.meta.url));
  return peers(
    [
      jaxPeer('jax', 'transforms.py', []),
      { name: 'fluxion', command: process.execPath, args: [worker], env: { FLUXION_COMPILATION_CACHE: 'off' } },
    ],
    Number(values.repeats),
  );
}
