/**
 * Reductions, running reductions, order. Source: jax.lax.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { canonicalAxes, canonicalAxis } from '../array/shape.js';
import * as primitive from '../primitive/index.js';
import { asArray } from './operand.js';

const reduction =
  (op: string, f: (x: NdArray, axes: readonly number[]) => NdArray) =>
  (operand: ArrayLike, axes: readonly number[]): NdArray => {
    const x = asArray(operand, op, 'operand');
    return f(x, canonicalAxes(axes, x.ndim, op, 'axes'));
  };

/** Sums over axes. */
export const reduceSum = reduction('reduceSum', primitive.reduceSum);
/** Products over axes. */
export const reduceProd = reduction('reduceProd', primitive.reduceProd);
/** Largest elements over axes; the derivative is shared by all places that reach it. */
export const reduceMax = reduction('reduceMax', primitive.reduceMax);
/** Smallest elements over axes; the derivative is shared by all places that reach it. */
export const reduceMin = reduction('reduceMin', primitive.reduceMin);
/** Bitwise (logical) and over axes. */
export const reduceAnd = reduction('reduceAnd', primitive.reduceAnd);
/** Bitwise (logical) or over axes. */
export const reduceOr = reduction('reduceOr', primitive.reduceOr);
/** Bitwise (logical) exclusive or over axes. */
export const reduceXor = reduction('reduceXor', primitive.reduceXor);

const extremum =
  (op: string, f: (x: NdArray, axis: number, indexDtype: DType) => NdArray) =>
  (operand: ArrayLike, axis: number, indexDtype: DType): NdArray => {
    const x = asArray(operand, op, 'operand');
    return f(x, canonicalAxis(axis, x.ndim, op), checkDType(indexDtype, op, 'indexDtype'));
  };

/** The position of the first largest element along an axis. */
export const argmax = extremum('argmax', primitive.argmax);
/** The position of the first smallest element along an axis. */
export const argmin = extremum('argmin', primitive.argmin);

export interface CumulativeOptions {
  /** Default 0. */
  readonly axis?: number;
  /** From the last element to the first. Default false. */
  readonly reverse?: boolean;
}

const cumulative =
  (op: string, f: (x: NdArray, axis: number, reverse: boolean) => NdArray) =>
  (operand: ArrayLike, options: CumulativeOptions = {}): NdArray => {
    const x = asArray(operand, op, 'operand');
    return f(x, canonicalAxis(options.axis ?? 0, x.ndim, op), options.reverse ?? false);
  };

/** Running sums. */
export const cumsum = cumulative('cumsum', primitive.cumsum);
/** Running products. */
export const cumprod = cumulative('cumprod', primitive.cumprod);
/** Running maxima. */
export const cummax = cumulative('cummax', primitive.cummax);
/** Running minima. */
export const cummin = cumulative('cummin', primitive.cummin);
/** Running `log(sum(exp(x)))`. */
export const cumlogsumexp = cumulative('cumlogsumexp', primitive.cumlogsumexp);

export interface SortOptions {
  /** Default the last. */
  readonly dimension?: number;
  /** Whether equal elements keep their order. Default true. */
  readonly isStable?: boolean;
  /** How many operands, from the first, are compared. Default 1. */
  readonly numKeys?: number;
}

/** Elements in rising order, NaN last. Of several operands, the first are the keys, and all are moved alike. */
export function sort(operand: readonly NdArray[], options?: SortOptions): NdArray[];
export function sort(operand: ArrayLike, options?: SortOptions): NdArray;
export function sort(operand: ArrayLike | readonly NdArray[], options: SortOptions = {}): NdArray | NdArray[] {
  const { dimension = -1, isStable = true, numKeys = 1 } = options;
  const several =
    Array.isArray(operand) && operand.length > 0 && typeof operand[0] === 'object' && 'aval' in operand[0];
  const arrays = several ? (operand as readonly NdArray[]) : [asArray(operand as ArrayLike, 'sort', 'operand')];
  const axis = canonicalAxis(dimension, arrays[0].ndim, 'sort', 'dimension');
  const sorted = primitive.sort(arrays, axis, { isStable, numKeys });
  return several ? sorted : sorted[0];
}

/** Keys in rising order, and values moved with them. */
export const sortKeyVal = (
  keys: ArrayLike,
  values: ArrayLike,
  options: Omit<SortOptions, 'numKeys'> = {},
): [NdArray, NdArray] =>
  sort([asArray(keys, 'sortKeyVal', 'keys'), asArray(values, 'sortKeyVal', 'values')], options) as [NdArray, NdArray];

/** The `k` largest elements along an axis, largest first, and their positions. */
export function topK(operand: ArrayLike, k: number, options: { readonly axis?: number } = {}): [NdArray, NdArray] {
  const x = asArray(operand, 'topK', 'operand');
  const axis = canonicalAxis(options.axis ?? -1, x.ndim, 'topK');
  const last = x.ndim - 1;
  const [values, indices] = primitive.topK(primitive.moveAxis(x, axis, last), k);
  return [primitive.moveAxis(values, last, axis), primitive.moveAxis(indices, last, axis)];
}
