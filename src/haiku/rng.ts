/**
 * Random keys inside of a transformed function: one key in, as many out as are asked for.
 *
 * Each `nextRngKey` splits the key and keeps the first half for the next time. Source: haiku/_src/base.py.
 */

import { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { MissingKey } from '../error/haiku.js';
import { concatenate, expandDims, sliceInDim, squeeze } from '../primitive/index.js';
import { type Key, PRNGKey, PRNGKeyArray, split } from '../random/key.js';
import { currentFrame } from './frame.js';

/** The first and the second of two keys. */
function halves(keys: Key): [Key, Key] {
  if (keys instanceof PRNGKeyArray) return [keys.at(0), keys.at(1)];
  const row = (i: number): NdArray => squeeze(sliceInDim(keys, i, i + 1, 1, 0), [0]);
  return [row(0), row(1)];
}

/** An endless sequence of keys made of one, or of a seed (`hk.PRNGSequence`). */
export class PRNGSequence implements Iterator<Key>, Iterable<Key> {
  #key: Key;

  constructor(keyOrSeed: Key | number) {
    const isSeed =
      typeof keyOrSeed === 'number' ||
      (keyOrSeed instanceof NdArray && keyOrSeed.ndim === 0 && keyOrSeed.dtype === 'int32');
    this.#key = isSeed ? PRNGKey(keyOrSeed as number) : (keyOrSeed as Key);
  }

  /** The key that the next ones will be made of. */
  get internalState(): Key {
    return this.#key;
  }

  replaceInternalState(key: Key): void {
    this.#key = key;
  }

  next(): { value: Key; done: false } {
    const [kept, given] = halves(split(this.#key));
    this.#key = kept;
    return { value: given, done: false };
  }

  /** The next `num` keys. */
  take(num: number): Key[] {
    return Array.from({ length: num }, () => this.next().value);
  }

  [Symbol.iterator](): PRNGSequence {
    return this;
  }
}

/**
 * A new random key (`hk.next_rng_key`).
 * @throws MissingKey when init or apply was called without one
 */
export function nextRngKey(): Key {
  const { rng } = currentFrame('nextRngKey');
  if (rng === null) throw new MissingKey({ op: 'nextRngKey' });
  return rng.next().value;
}

/** A new random key, or null when init or apply was called without one (`hk.maybe_next_rng_key`). */
export const maybeNextRngKey = (): Key | null => currentFrame('maybeNextRngKey').rng?.next().value ?? null;

/**
 * New random keys as one array of them (`hk.next_rng_keys`).
 * @throws MissingKey when init or apply was called without one
 */
export function nextRngKeys(num: number): Key {
  checkArgument('nextRngKeys', 'num', num, 'integer');
  const { rng } = currentFrame('nextRngKeys');
  if (rng === null) throw new MissingKey({ op: 'nextRngKeys' });
  const keys = rng.take(num);
  const words = keys.map((k) => expandDims(k instanceof PRNGKeyArray ? k.words : k, [0]));
  const joined = concatenate(words, 0);
  return keys[0] instanceof PRNGKeyArray ? new PRNGKeyArray(joined) : joined;
}
