/** The optimizer benchmark: one update of Adam on a tree of many leaves, compiled and not, in fluxion and in optax. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figure } from '../figure.js';
import { jaxPeer, peers } from '../peers.js';

/** Runs the case; every peer several times, in turn. */
export async function run(args: readonly string[]): Promise<Figure[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repeats: { type: 'string', default: '3' },
      leaves: { type: 'string', default: '500' },
      width: { type: 'string', default: '64' },
    },
  });
  const worker = fileURLToPath(new URL('./optax-worker.js', import.meta.url));
  const sizes = [values.leaves, values.width];
  return peers(
    [
      jaxPeer('jax', 'optax_.py', sizes),
      {
        name: 'fluxion',
        command: process.execPath,
        args: [worker, ...sizes],
        env: { FLUXION_COMPILATION_CACHE: 'off' },
      },
    ],
    Number(values.repeats),
  );
}
