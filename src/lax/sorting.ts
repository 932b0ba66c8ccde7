/**
 * Sorting along an axis, and the largest elements.
 *
 * Floats are ordered as in NumPy: -0 equals 0, NaN comes last. Source: jax.lax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { asArray } from './operand.js';
import { approximateOptions, sortAllOptions, sortOptions, topKOptions } from './options.js';

/** Options of `sortKeyVal`. */
export interface SortOptions {
  /** The axis. Default -1. */
  readonly dimension?: number;
  /** Whether equal elements stay in order. Default true. */
  readonly isStable?: boolean;
}

/** Options of `sort`. */
export interface SortAllOptions extends SortOptions {
  /** How many of several operands are keys; the others follow. Default 1. */
  readonly numKeys?: number;
}

/**
 * The operand sorted along an axis; or several of one shape, sorted by the first `numKeys` of them.
 * @throws ShapeMismatch when several operands have unlike shapes
 */
export function sort(operand: readonly NdArray[], options?: SortAllOptions): NdArray[];
export function sort(operand: ArrayLike, options?: SortAllOptions): NdArray;
export function sort(operand: ArrayLike | readonly NdArray[], options: SortAllOptions = {}): NdArray | NdArray[] {
  checkOptions('sort', options, sortAllOptions);
  const { dimension = -1, isStable = true, numKeys = 1 } = options;
  const isList = Array.isArray(operand);
  const arrays = isList
    ? operand.map((x: ArrayLike, i: number) => asArray(x, 'sort', `operand[${i}]`))
    : [asArray(operand as ArrayLike, 'sort', 'operand')];
  if (arrays.length === 0 || !Number.isInteger(numKeys) || numKeys < 1 || numKeys > arrays.length) {
    const expected = `between 1 and the ${arrays.length} operands`;
    throw new InvalidArgument({ op: 'sort', argument: 'numKeys', expected, actual: `${numKeys}` });
  }
  const axis = canonicalAxis(dimension, arrays[0].ndim, 'sort', 'dimension');
  const sorted = primitive.sort(arrays, axis, { isStable, numKeys });
  return isList ? sorted : sorted[0];
}

/** `keys` sorted along an axis, and `values` moved with them. */
export function sortKeyVal(keys: ArrayLike, values: ArrayLike, options: SortOptions = {}): [NdArray, NdArray] {
  checkOptions('sortKeyVal', options, sortOptions);
  const pair = [asArray(keys, 'sortKeyVal', 'keys'), asArray(values, 'sortKeyVal', 'values')];
  const [sortedKeys, sortedValues] = sort(pair, { ...options, numKeys: 1 });
  return [sortedKeys, sortedValues];
}

/** Options of `topK`. */
export interface TopKOptions {
  /** The axis. Default -1. */
  readonly axis?: number;
}

/**
 * The `k` largest elements of an axis in falling order, and their places; of equal ones the earlier first.
 * @throws InvalidArgument when the axis has fewer
 */
export function topK(operand: ArrayLike, k: number, options: TopKOptions = {}): [values: NdArray, indices: NdArray] {
  checkArgument('topK', 'k', k, 'integer');
  checkOptions('topK', options, topKOptions);
  const x = asArray(operand, 'topK', 'operand');
  const axis = canonicalAxis(options.axis ?? -1, x.ndim, 'topK');
  const last = x.ndim - 1;
  const [values, indices] = primitive.topK(primitive.moveAxis(x, axis, last), k);
  return [primitive.moveAxis(values, last, axis), primitive.moveAxis(indices, last, axis)];
}

/** Options of `approxMinK` and `approxMaxK`. */
export interface ApproximateOptions {
  /** The axis. Default -1. */
  readonly reductionDimension?: number;
  /** How many of the true elements must be found. Default 0.95; engines on CPUs find all. */
  readonly recallTarget?: number;
  /** Whether only `k` elements are returned. Default true, and no engine returns more. */
  readonly aggregateToTopk?: boolean;
  /** The size of the whole axis, when the operand is a part of it; only the recall depends on it. Default -1. */
  readonly reductionInputSizeOverride?: number;
}

/** The `k` largest elements and their places; exact here, where JAX promises `recallTarget` of them. */
export const approxMaxK = (operand: ArrayLike, k: number, options: ApproximateOptions = {}): [NdArray, NdArray] => {
  checkArgument('approxMaxK', 'k', k, 'integer');
  return topK(operand, k, { axis: checkOptions('approxMaxK', options, approximateOptions).reductionDimension ?? -1 });
};

/** The `k` smallest elements and their places; see `approxMaxK`. */
export function approxMinK(operand: ArrayLike, k: number, options: ApproximateOptions = {}): [NdArray, NdArray] {
  checkArgument('approxMinK', 'k', k, 'integer');
  checkOptions('approxMinK', options, approximateOptions);
  const x = asArray(operand, 'approxMinK', 'operand');
  const axis = canonicalAxis(options.reductionDimension ?? -1, x.ndim, 'approxMinK', 'reductionDimension');
  const places = primitive.iota('int32', x.shape, axis);
  const sorted = primitive.sort([x, places], axis);
  const [values, indices] = sorted.map((y) => primitive.sliceInDim(y, 0, k, 1, axis));
  return [values, indices];
}
