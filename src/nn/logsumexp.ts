/**
 * `log(sum(exp(x)))` and the functions made from it, without overflow: the largest element is taken out first.
 *
 * Source: jax.nn.logsumexp (also jax.scipy.special.logsumexp), jax.nn.logmeanexp.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { isComplex } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, sizeOf } from '../array/shape.js';
import { asArray, cast } from '../lax/operand.js';
import { broadcastArray, inexactArray, promoteArgsInexact } from '../numpy/promote.js';
import { type Axis, max, sum } from '../numpy/reduction.js';
import { choose, whereThree } from '../numpy/select.js';
import * as primitive from '../primitive/index.js';
import { logMeanExpOptions, logSumExpOptions } from './options.js';

const { like } = primitive;

/** Options of `logmeanexp`. */
export interface LogMeanExpOptions {
  /** The axes to reduce. Default all. */
  readonly axis?: Axis;
  /** Whether reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean;
  /** Only elements where this holds take part; it is broadcast. */
  readonly where?: ArrayLike | null;
}

/** Options of `logsumexp`. */
export interface LogSumExpOptions extends LogMeanExpOptions {
  /** Factors of the exponentials; where a sum is negative its logarithm is NaN, unless `returnSign` is set. */
  readonly b?: ArrayLike | null;
  /** Whether the sign of the sum is returned beside the logarithm of its magnitude. Default false. */
  readonly returnSign?: boolean;
}

/**
 * `log(sum(b exp(a)))` along axes, without overflow. With `returnSign`, the pair of `log |sum|` and the sign of the sum.
 * @throws AxisError for an axis out of range
 */
export function logsumexp(a: ArrayLike, options: LogSumExpOptions & { readonly returnSign: true }): [NdArray, NdArray];
export function logsumexp(a: ArrayLike, options?: LogSumExpOptions & { readonly returnSign?: false }): NdArray;
export function logsumexp(a: ArrayLike, options: LogSumExpOptions = {}): NdArray | [NdArray, NdArray] {
  checkOptions('logsumexp', options, logSumExpOptions);
  const { b = null, keepdims = false, where = null, returnSign = false } = options;
  const masked = where === null ? a : whereThree(where, a, 0);
  const [x, factor] =
    b === null ? [inexactArray('logsumexp', masked), null] : weighted(promoteArgsInexact('logsumexp', masked, b));
  const axis = canonicalAxes(options.axis, x.ndim, 'logsumexp');
  const real = isComplex(x.dtype) ? primitive.real(x) : x;
  const top = max(real, { axis, keepdims: true, where, initial: Number.NEGATIVE_INFINITY });
  // Infinite maxima are not taken out: inf - inf would be NaN.
  const shift = primitive.stopGradient(choose(primitive.isFinite(top), top, like(top, 0)));
  const exponentials = primitive.exp(primitive.sub(x, broadcastArray(cast(shift, x.dtype), x.shape)));
  const terms = factor === null ? exponentials : primitive.mul(exponentials, factor);
  const total = sum(terms, { axis, keepdims, where });
  const sign = primitive.sign(total);
  const magnitude = returnSign || !isComplex(x.dtype) ? primitive.abs(total) : total;
  const kept = keepdims ? shift : primitive.squeeze(shift, axis);
  const result = primitive.add(primitive.log(magnitude), cast(kept, magnitude.dtype));
  if (returnSign) return [result, sign];
  if (factor === null || isComplex(result.dtype)) return result;
  return choose(primitive.lt(sign, like(sign, 0)), like(result, Number.NaN), result);
}

/** Exponents and their factors in one shape, where a factor of 0 makes the exponent -infinity. */
function weighted([a, b]: NdArray[]): [NdArray, NdArray] {
  const x = choose(primitive.ne(b, like(b, 0)), a, like(a, Number.NEGATIVE_INFINITY));
  return [x, broadcastArray(b, x.shape)];
}

/** `log(mean(exp(x)))` along axes, without overflow. */
export function logmeanexp(x: ArrayLike, options: LogMeanExpOptions = {}): NdArray {
  checkOptions('logmeanexp', options, logMeanExpOptions);
  const { axis = null, where = null, keepdims = false } = options;
  const total = logsumexp(x, { axis, where, keepdims });
  const value = asArray(x, 'logmeanexp');
  const axes = canonicalAxes(axis, value.ndim, 'logmeanexp');
  if (where === null) {
    return primitive.sub(total, primitive.log(like(total, sizeOf(axes.map((k) => value.shape[k])))));
  }
  const mask = broadcastArray(asArray(where, 'logmeanexp', 'where'), value.shape);
  const count = sum(mask, { axis: axes, dtype: total.dtype, keepdims });
  return primitive.sub(total, primitive.log(count));
}
