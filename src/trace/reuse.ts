/**
 * Notices keys that are used twice.
 *
 * Two draws from one key are the same numbers, which no test of a model shows. Typed keys (`random.key`) remember that a
 * sampler or `split` took them; a second time is a warning on the standard error, or the error `KeyReused`, as the
 * setting `keyReuse` says. `foldIn` does not use a key up. Keys as plain words (`random.PRNGKey`) are not watched.
 * A jitted function that uses up a key it is given uses it up with every call (`usedUp`).
 * Source of the rules: jax.experimental.key_reuse.
 */
import type { NdArray } from '../array/array.js';
import { config } from '../config.js';
import { type Location, locationText, userLocation } from '../error/location.js';
import { KeyReused } from '../error/random.js';

const used = new WeakMap<NdArray, { readonly op: string; readonly location: Location | null }>();
const warned = new Set<string>();

/**
 * Records that `op` took the key with these words.
 * @throws KeyReused when it was taken before and the setting `keyReuse` is 'error'
 */
export function markUsed(words: NdArray, op: string): void {
  const mode = config.read('keyReuse');
  if (mode === 'allow') return;
  const before = used.get(words);
  const location = userLocation();
  if (before === undefined) {
    used.set(words, { op, location });
    return;
  }
  const text = (at: Location | null): string => (at === null ? '' : locationText(at));
  const first = `${before.op}${before.location === null ? '' : ` at ${text(before.location)}`}`;
  const error = new KeyReused({ op, key: 'a key', first, again: text(location) });
  if (mode === 'error') throw error;
  if (warned.has(error.message)) return;
  warned.add(error.message);
  const { process: host } = globalThis as { process?: NodeJS.Process };
  if (host?.emitWarning) host.emitWarning(error.message, 'KeyReused');
  else console.warn(error.message);
}

/** An argument that a traced function uses up: its position among the leaves, and what takes it. */
export interface Use {
  readonly leaf: number;
  readonly op: string;
}

/** Which of the inputs of a function were taken while it was traced. */
export const usedUp = (inputs: readonly NdArray[]): readonly Use[] =>
  inputs.flatMap((input, leaf) => {
    const use = used.get(input);
    return use ? [{ leaf, op: use.op }] : [];
  });
