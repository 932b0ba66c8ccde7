/**
 * Random keys: the state of the generator as a value, handed over explicitly.
 *
 * A key is two uint32 words. `key(seed)` makes a typed one, a `PRNGKeyArray` whose shape is that of the keys it holds;
 * `PRNGKey(seed)` makes the words as they are, an array of shape [2]. All functions take both and give back the kind they
 * were given. The generator is threefry2x32 in JAX's partitionable form, so all numbers are JAX's.
 * Source: jax.random; jax/_src/random/core.py.
 */

import { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { type ArrayLike, canonicalDType, describeValue } from '../array/convert.js';
import { isBool, isInteger, layoutOf } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { NotAKey } from '../error/random.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { markUsed } from '../trace/reuse.js';
import { registerPytreeNode } from '../tree/tree.js';
import { treeNode } from '../tree/types.js';
import { keyOptions, splitOptions } from './options.js';

/** The only implementation of keys: `threefry2x32`, whose dtype JAX prints as `key<fry>`. */
export type KeyImplementation = 'threefry2x32' | 'fry';

/**
 * An array of keys: `split(key)` has shape [2]. Iterating gives its keys along the first axis.
 *
 * A node of trees with one leaf, the words, so keys go through all transformations.
 */
export class PRNGKeyArray implements Iterable<PRNGKeyArray> {
  readonly [treeNode] = true;
  readonly dtype = 'key<fry>';
  #items: PRNGKeyArray[] | null = null;

  /** @param words uint32, [...shape, 2] */
  constructor(readonly words: NdArray) {}

  get shape(): readonly number[] {
    return this.words.shape.slice(0, -1);
  }

  get ndim(): number {
    return this.words.ndim - 1;
  }

  get size(): number {
    return this.words.size / 2;
  }

  /**
   * The keys at a position of the first axis; negative ones count from the end. The same object each time.
   * @throws InvalidArgument when there is no such position
   */
  at(index: number): PRNGKeyArray {
    const length = this.shape[0] ?? 0;
    const position = index < 0 ? index + length : index;
    if (!Number.isInteger(index) || position < 0 || position >= length) {
      throw new InvalidArgument({
        op: 'PRNGKeyArray.at',
        argument: 'index',
        expected: `a position in the first axis of [${this.shape.join(', ')}]`,
        actual: `${index}`,
      });
    }
    return this.#rows()[position];
  }

  [Symbol.iterator](): Iterator<PRNGKeyArray> {
    if (this.ndim === 0) {
      throw new InvalidArgument({
        op: 'PRNGKeyArray',
        argument: 'key',
        expected: 'an array of keys, to be iterated over',
        actual: 'a single key',
        hint: 'random.split(key) makes several of it.',
      });
    }
    return this.#rows()[Symbol.iterator]();
  }

  #rows(): PRNGKeyArray[] {
    this.#items ??= Array.from({ length: this.shape[0] ?? 0 }, (_, i) => new PRNGKeyArray(rowOf(this.words, i)));
    return this.#items;
  }

  toString(): string {
    return `PRNGKeyArray(key<fry>[${this.shape.join(',')}])`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

registerPytreeNode<PRNGKeyArray, null>(
  PRNGKeyArray,
  (keys) => [[keys.words], null],
  // Transformations rebuild trees of other things than arrays too, such as axes of vmap.
  (_, [words]) => new PRNGKeyArray(words as NdArray),
);

/** A key of either kind. */
export type Key = PRNGKeyArray | NdArray;

const rowOf = (x: NdArray, i: number): NdArray => primitive.squeeze(primitive.sliceInDim(x, i, i + 1, 1, 0), [0]);

/** One of the two words of each key: `[...shape, 2]` to `[...shape]`. */
const word = (words: NdArray, i: 0 | 1): NdArray => {
  const axis = words.ndim - 1;
  return primitive.squeeze(primitive.sliceInDim(words, i, i + 1, 1, axis), [axis]);
};

/** Two words as one key, along a new last axis. */
const join = (x0: NdArray, x1: NdArray): NdArray =>
  primitive.concatenate(
    [x0, x1].map((x) => primitive.expandDims(x, [x.ndim])),
    x0.ndim,
  );

const rewrap = <K extends Key>(like: K, words: NdArray): K =>
  (like instanceof PRNGKeyArray ? new PRNGKeyArray(words) : words) as K;

/**
 * The words of keys, which may be many.
 * @throws NotAKey
 */
function wordsOf(keys: Key, op: string): NdArray {
  const words = keys instanceof PRNGKeyArray ? keys.words : keys;
  if (!(words instanceof NdArray) || words.dtype !== 'uint32' || words.shape.at(-1) !== 2) {
    throw new NotAKey({ op, actual: describeValue(keys) });
  }
  return words;
}

/**
 * The words of the one key that an operation is given.
 * @throws NotAKey when it is none, or several
 */
export function oneKey(key: Key, op: string): NdArray {
  const words = wordsOf(key, op);
  if (words.ndim !== 1) {
    throw new NotAKey({
      op,
      actual: `an array of ${words.size / 2} keys`,
      hint: 'Map over keys with vmap, or take one: `for (const k of keys)`.',
    });
  }
  return words;
}

/** As `oneKey`, for an operation that uses the key up. */
export function takeKey(key: Key, op: string): NdArray {
  const words = oneKey(key, op);
  if (key instanceof PRNGKeyArray) markUsed(key.words, op);
  return words;
}

/** Options of `key`, `PRNGKey` and `wrapKeyData`. */
export interface KeyOptions {
  /** The generator; there is one. Default `threefry2x32`. */
  readonly impl?: KeyImplementation | null;
}

function checkImplementation(impl: unknown, op: string): void {
  if (impl !== undefined && impl !== null && impl !== 'threefry2x32' && impl !== 'fry') {
    throw new InvalidArgument({ op, argument: 'impl', expected: "'threefry2x32'", actual: describeValue(impl) });
  }
}

/** The words of a seed: the high and the low half of a 64-bit integer. The high half is 0 unless `enableX64`. */
function seedWords(seed: ArrayLike | bigint, op: string, options: KeyOptions): NdArray {
  checkImplementation(options.impl, op);
  if (typeof seed === 'number' || typeof seed === 'bigint') {
    if (typeof seed === 'number' && !Number.isInteger(seed)) throw wrongSeed(op, `${seed}`);
    const wide = canonicalDType('int64') === 'int64';
    const bits = BigInt.asUintN(64, BigInt(seed));
    const words = Uint32Array.of(wide ? Number(bits >> 32n) : 0, Number(bits & 0xffffffffn));
    return asArray(words, op);
  }
  const x = asArray(seed, op, 'seed');
  if (!isInteger(x.dtype) || isBool(x.dtype)) throw wrongSeed(op, `an array ${x.aval}`);
  if (x.ndim !== 0) {
    throw new ShapeMismatch({
      op,
      argument: 'seed',
      expected: 'a seed is a scalar',
      actual: x.shape,
      hint: 'Use vmap for many.',
    });
  }
  const wide = layoutOf(x.dtype).bytes === 8;
  const high = wide
    ? cast(primitive.shiftRightLogical(x, primitive.like(x, 32)), 'uint32')
    : primitive.zeros(shaped([], 'uint32'));
  return join(high, cast(x, 'uint32'));
}

const wrongSeed = (op: string, actual: string) =>
  new InvalidArgument({ op, argument: 'seed', expected: 'an integer', actual });

/**
 * A typed key from an integer seed (`jax.random.key`).
 * @throws InvalidArgument when the seed is not an integer
 * @throws ShapeMismatch when it is not a scalar
 */
export const key = (
  seed: ArrayLike | bigint,
  options: KeyOptions & { readonly dtype?: 'key<fry>' } = {},
): PRNGKeyArray =>
  new PRNGKeyArray(
    seedWords(
      seed,
      'random.key',
      checkOptions('key', options, { impl: ['threefry2x32', 'fry', null], dtype: ['key<fry>'] }),
    ),
  );

/**
 * A key from an integer seed, as its two uint32 words: shape [2] (`jax.random.PRNGKey`).
 * @throws InvalidArgument when the seed is not an integer
 * @throws ShapeMismatch when it is not a scalar
 */
export const PRNGKey = (seed: ArrayLike | bigint, options: KeyOptions = {}): NdArray =>
  seedWords(seed, 'random.PRNGKey', checkOptions('PRNGKey', options, keyOptions));

/** The words of keys: uint32, [...shape, 2] (`jax.random.key_data`). */
export const keyData = (keys: Key): NdArray => wordsOf(keys, 'random.keyData');

/**
 * Words as typed keys: uint32, [..., 2] (`jax.random.wrap_key_data`).
 * @throws NotAKey when they are not
 */
export function wrapKeyData(
  keyBitsArray: ArrayLike,
  options: KeyOptions & { readonly dtype?: 'key<fry>' } = {},
): PRNGKeyArray {
  checkOptions('wrapKeyData', options, { impl: ['threefry2x32', 'fry', null], dtype: ['key<fry>'] });
  checkImplementation(options.impl, 'random.wrapKeyData');
  return new PRNGKeyArray(wordsOf(asArray(keyBitsArray, 'random.wrapKeyData', 'keyBitsArray'), 'random.wrapKeyData'));
}

/** The name of the generator that keys belong to (`jax.random.key_impl`). */
export function keyImpl(keys: Key): 'threefry2x32' {
  wordsOf(keys, 'random.keyImpl');
  return 'threefry2x32';
}

/** The same key once more: says that using it twice is meant (`jax.random.clone`). */
export const clone = <K extends Key>(key: K): K => rewrap(key, primitive.copy(wordsOf(key, 'random.clone')));

/** `[high, low]` words of 0, 1, 2, ... in row-major order. */
export function counters(shape: readonly number[]): [NdArray, NdArray] {
  const zero = primitive.zeros(shaped([], 'uint32'));
  if (shape.length === 0) return [zero, zero];
  const size = shape.reduce((n, d) => n * d, 1);
  return [zero, primitive.reshape(primitive.iota('uint32', [size]), shape)];
}

/** Two words of hash at each place of a shape: what bits and new keys are made of. */
export const hash = (words: NdArray, shape: readonly number[]): [NdArray, NdArray] =>
  primitive.threefry2x32(word(words, 0), word(words, 1), ...counters(shape));

/** New keys of a shape from the words of one: `[...shape, 2]`. */
export const splitWords = (words: NdArray, shape: readonly number[]): NdArray => join(...hash(words, shape));

/** `num` new keys from the words of one, as a list. */
export function splitList(words: NdArray, num = 2): NdArray[] {
  const all = splitWords(words, [num]);
  return Array.from({ length: num }, (_, i) => rowOf(all, i));
}

/** Options of `split`. */
export interface SplitOptions {
  /** The number of new keys, or their shape. Default 2. */
  readonly num?: number | readonly number[];
}

/**
 * New keys, independent of each other and of the old one, which must not be used any more (`jax.random.split`).
 *
 *     const [next, now] = random.split(key);
 *
 * @throws NotAKey when `key` is not a single key
 */
export function split<K extends Key>(key: K, options: SplitOptions = {}): K {
  checkOptions('split', options, splitOptions);
  const { num = 2 } = options;
  checkArgument('split', 'num', num, 'sizes');
  const words = takeKey(key, 'random.split');
  return rewrap(key, splitWords(words, typeof num === 'number' ? [num] : num));
}

/**
 * The key that belongs to `data` among the 2^32 that can be made of one (`jax.random.fold_in`): a step's, a device's.
 * `data` is an integer scalar, taken modulo 2^32; the old key stays usable with other data.
 * @throws NotAKey when `key` is not a single key
 */
export function foldIn<K extends Key>(key: K, data: ArrayLike): K {
  const words = oneKey(key, 'random.foldIn');
  const x = typeof data === 'number' ? asArray(Uint32Array.of(data), 'random.foldIn') : asArray(data, 'random.foldIn');
  const count = cast(typeof data === 'number' ? primitive.reshape(x, []) : x, 'uint32');
  if (count.ndim !== 0) {
    throw new ShapeMismatch({
      op: 'random.foldIn',
      argument: 'data',
      expected: 'it must be a scalar',
      actual: count.shape,
      hint: 'Use vmap for many.',
    });
  }
  const zero = primitive.zeros(shaped([], 'uint32'));
  return rewrap(key, join(...primitive.threefry2x32(word(words, 0), word(words, 1), zero, count)));
}
