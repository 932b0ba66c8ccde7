/**
 * Reductions over axes, running reductions along one, and places of extrema.
 *
 * Source: jax.lax.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, canonicalAxis } from '../array/shape.js';
import * as primitive from '../primitive/index.js';
import { asArray } from './operand.js';

const over =
  (op: string, f: (x: NdArray, axes: readonly number[]) => NdArray) =>
  (operand: ArrayLike, axes: readonly number[]): NdArray => {
    const x = asArray(operand, op, 'operand');
    return f(x, canonicalAxes(axes, x.ndim, op, 'axes'));
  };

/** The sum over axes; 0 over an empty one. */
export const reduceSum = over('reduceSum', primitive.reduceSum);
/** The product over axes; 1 over an empty one. */
export const reduceProd = over('reduceProd', primitive.reduceProd);
/** The largest element over axes; NaN if one is. */
export const reduceMax = over('reduceMax', primitive.reduceMax);
/** The smallest element over axes; NaN if one is. */
export const reduceMin = over('reduceMin', primitive.reduceMin);
/** Whether all elements over axes are true; of integers, the bits that all have. */
export const reduceAnd = over('reduceAnd', primitive.reduceAnd);
/** Whether any element over axes is true; of integers, the bits that any has. */
export const reduceOr = over('reduceOr', primitive.reduceOr);
/** Whether an odd number of elements over axes is true; of integers, bit by bit. */
export const reduceXor = over('reduceXor', primitive.reduceXor);

const place =
  (op: string, f: (x: NdArray, axis: number, dtype: DType) => NdArray) =>
  (operand: ArrayLike, axis: number, indexDtype: DType): NdArray => {
    const x = asArray(operand, op, 'operand');
    return f(x, canonicalAxis(axis, x.ndim, op), checkDType(indexDtype, op, 'indexDtype'));
  };

/** The place of the first largest element of an axis, or of the first NaN. */
export const argmax = place('argmax', primitive.argmax);
/** The place of the first smallest element of an axis, or of the first NaN. */
export const argmin = place('argmin', primitive.argmin);

/** Options of `cumsum`, `cumprod`, `cummax`, `cummin` and `cumlogsumexp`. */
export interface CumulativeOptions {
  /** Default 0. */
  readonly axis?: number;
  /** From the last element to the first. Default false. */
  readonly reverse?: boolean;
}

const running =
  (op: string, f: typeof primitive.cumsum) =>
  (operand: ArrayLike, options: CumulativeOptions = {}): NdArray => {
    checkOptions(op, options, { axis: 'axis', reverse: 'boolean' });
    const x = asArray(operand, op, 'operand');
    return f(x, canonicalAxis(options.axis ?? 0, x.ndim, op), options.reverse ?? false);
  };

/** Running sums along an axis. */
export const cumsum = running('cumsum', primitive.cumsum);
/** Running products along an axis. */
export const cumprod = running('cumprod', primitive.cumprod);
/** Running maxima along an axis. */
export const cummax = running('cummax', primitive.cummax);
/** Running minima along an axis. */
export const cummin = running('cummin', primitive.cummin);
/** Running `log(sum(exp(x)))` along an axis. */
export const cumlogsumexp = running('cumlogsumexp', primitive.cumlogsumexp);
