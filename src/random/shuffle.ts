/**
 * Orders and selections: permutation, choice.
 *
 * A shuffle is a sort by random numbers. Numbers of 32 bits may collide, so it is repeated with fresh ones until, but for
 * a chance of about n^-2, each pair was told apart at least once. Source: jax/_src/random/core.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, describeValue } from '../array/convert.js';
import { isInteger } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, sameShape, sizeOf } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as lax from '../lax/elementwise.js';
import { asArray, cast } from '../lax/operand.js';
import { inexactArray } from '../numpy/promote.js';
import * as primitive from '../primitive/index.js';
import { checkMode, type GumbelMode, gumbelFrom } from './continuous.js';
import { type Key, splitList, takeKey } from './key.js';
import { choiceOptions, permutationOptions } from './options.js';
import { checkShape, sample } from './sampler.js';
import { integersBetween, randomBits, uniformIn } from './uniform.js';

/** The rows of `x` along `axis` in random order, each line by itself. */
function shuffled(words: NdArray, x: NdArray, axis: number): NdArray {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, x.size))) / Math.log(2 ** 32 - 1));
  let [key, result] = [words, x];
  for (let round = 0; round < rounds; round++) {
    const [next, now] = splitList(key);
    key = next;
    [, result] = primitive.sort([randomBits(now, 32, x.shape), result], axis);
  }
  return result;
}

const countTo = (n: number): NdArray => primitive.iota(defaultInt(), [n]);

/** Elements of `x` at integer positions of an axis; the axes of `indices` take its place. */
function take(x: NdArray, indices: NdArray, axis: number): NdArray {
  const sizes = x.shape.map((n, i) => (i === axis ? 1 : n));
  const before = Array.from({ length: axis }, (_, i) => i);
  const after = Array.from({ length: x.ndim - axis - 1 }, (_, i) => axis + indices.ndim + i);
  const numbers = {
    offsetDims: [...before, ...after],
    collapsedSliceDims: [axis],
    startIndexMap: [axis],
    operandBatchingDims: [],
    startIndicesBatchingDims: [],
  };
  return primitive.gather(x, primitive.expandDims(indices, [indices.ndim]), numbers, sizes, {
    mode: 'promiseInBounds',
  });
}

const wrongCount = (op: string, argument: string, actual: string): InstanceType<typeof InvalidArgument> =>
  new InvalidArgument({ op, argument, expected: 'a number of elements, or an array of at least one axis', actual });

/** The integer that a plain number or a concrete scalar is. */
function countOf(value: ArrayLike, op: string, argument: string): number {
  const x = asArray(value, op, argument);
  const count = x.item();
  if (!isInteger(x.dtype) || count < 0) throw wrongCount(op, argument, describeValue(value));
  return count;
}

const isCount = (value: ArrayLike, op: string, argument: string): boolean =>
  typeof value === 'number' || asArray(value, op, argument).ndim === 0;

/** Options of `permutation`. */
export interface PermutationOptions {
  /** The axis that is shuffled. Default 0. */
  readonly axis?: number;
  /** True: each line along the axis gets an order of its own. Default false: they stay together. */
  readonly independent?: boolean;
}

/**
 * An array in random order along an axis; of a number n, the order itself: 0 ... n-1 shuffled, as int32
 * (`jax.random.permutation`).
 * @throws InvalidArgument for a number that is not a count
 */
export function permutation(key: Key, x: ArrayLike, options: PermutationOptions = {}): NdArray {
  checkOptions('permutation', options, permutationOptions);
  const op = 'random.permutation';
  const { independent = false } = options;
  if (isCount(x, op, 'x')) {
    const n = countOf(x, op, 'x');
    return sample(op, [n], [takeKey(key, op)], (words) => shuffled(words, countTo(n), 0));
  }
  const array = asArray(x, op, 'x');
  const axis = canonicalAxis(options.axis ?? 0, array.ndim, op);
  return sample(op, [axis, independent], [takeKey(key, op), array], (words, rows) =>
    independent || rows.ndim === 1
      ? shuffled(words, rows, axis)
      : take(rows, shuffled(words, countTo(rows.shape[axis]), 0), axis),
  );
}

/** Options of `choice`. */
export interface ChoiceOptions {
  /** The shape of what is drawn. Default: a scalar. */
  readonly shape?: readonly number[];
  /** False: nothing is drawn twice. Default true. */
  readonly replace?: boolean;
  /** The probability of each; they need not sum to 1. Default: all alike. */
  readonly p?: ArrayLike | null;
  /** The axis that is drawn from. Default 0. */
  readonly axis?: number;
  /** How finely Gumbel numbers are drawn, where `p` is given and nothing is replaced. Default low. */
  readonly mode?: GumbelMode | null;
}

/**
 * Elements of an array, or of 0 ... a-1, drawn at random (`jax.random.choice`).
 * @throws InvalidArgument when there is nothing to draw from, or not enough without replacement
 * @throws ShapeMismatch when `p` has not one entry for each
 */
export function choice(key: Key, a: ArrayLike, options: ChoiceOptions = {}): NdArray {
  checkOptions('choice', options, choiceOptions);
  const op = 'random.choice';
  const { replace = true } = options;
  const mode = checkMode(options.mode, op);
  const shape = checkShape(options.shape, op);
  const source = isCount(a, op, 'a') ? countTo(countOf(a, op, 'a')) : asArray(a, op, 'a');
  const axis = canonicalAxis(options.axis ?? 0, source.ndim, op);
  const from = source.shape[axis];
  const draws = sizeOf(shape);
  if (draws > 0 && from === 0) {
    throw new InvalidArgument({ op, argument: 'a', expected: 'not empty', actual: 'empty' });
  }
  if (!replace && draws > from) {
    const actual = `[${shape.join(', ')}], which asks for ${draws}`;
    const expected = `at most ${from} draws, since nothing is replaced`;
    throw new InvalidArgument({ op, argument: 'shape', expected, actual });
  }
  const p = options.p === null || options.p === undefined ? null : inexactArray(op, options.p);
  if (p !== null && !sameShape(p.shape, [from])) {
    throw new ShapeMismatch({ op, argument: 'p', expected: `[${from}] is needed`, actual: p.shape });
  }
  const target = [...source.shape.slice(0, axis), ...shape, ...source.shape.slice(axis + 1)];
  const args = [takeKey(key, op), source, ...(p === null ? [] : [p])];
  return sample(op, [shape, axis, replace, mode, p !== null], args, (words, x, weights) => {
    if (weights === undefined && !replace) {
      const mixed = x.ndim === 1 ? shuffled(words, x, 0) : take(x, shuffled(words, countTo(from), 0), axis);
      return primitive.reshape(primitive.sliceInDim(mixed, 0, draws, 1, axis), target);
    }
    return primitive.reshape(take(x, drawn(words, shape, from, replace, mode, weights), axis), target);
  });
}

/** Positions of what is drawn. */
function drawn(
  words: NdArray,
  shape: readonly number[],
  from: number,
  replace: boolean,
  mode: GumbelMode,
  weights: NdArray | undefined,
): NdArray {
  const int = defaultInt();
  if (weights === undefined) {
    const bound = (n: number): NdArray => cast(asArray(n, 'random.choice'), int);
    return integersBetween(words, shape, int, bound(0), bound(from));
  }
  if (replace) {
    const sums = primitive.cumsum(weights, 0);
    const total = primitive.squeeze(primitive.sliceInDim(sums, from - 1, from, 1, 0), [0]);
    const u = uniformIn(words, shape, weights.dtype, 0, 1);
    const r = lax.mul(total, lax.sub(1, u));
    // The first position whose running sum reaches r: as many as are below it.
    const place = primitive.reshape(r, [...shape, 1]);
    const full = [...shape, from];
    const below = primitive.lt(
      primitive.broadcastInDim(sums, full, [shape.length]),
      primitive.broadcastInDim(
        place,
        full,
        full.map((_, i) => i),
      ),
    );
    return primitive.reduceSum(cast(below, int), [shape.length]);
  }
  const noisy = lax.add(gumbelFrom(words, [from], weights.dtype, mode), lax.log(weights));
  return primitive.topK(noisy, sizeOf(shape))[1];
}
