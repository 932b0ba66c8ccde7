/**
 * Functions of a whole axis: softmax, log-sum-exp, one-hot, standardization (`jax.nn`).
 *
 * The largest element is subtracted first, as a constant to derivatives, so that exponentials do not overflow.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultFloat, scalar } from '../array/convert.js';
import { type DType, isInteger } from '../array/dtype.js';
import { canonicalAxes, canonicalAxis, range } from '../array/shape.js';
import { DTypeMismatch } from '../error/error.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import { broadcastArray, inexactArray, promoteDTypesInexact } from '../numpy/promote.js';
import { type Axis, max, mean, sum } from '../numpy/reduction.js';
import { asCondition, choose } from '../numpy/select.js';
import * as primitive from '../primitive/index.js';

export interface SoftmaxOptions {
  /** The axis, or several together. Default the last. */
  readonly axis?: Axis;
  /** Only elements where this holds take part; the others get 0 (or -infinity for `logSoftmax`). */
  readonly where?: ArrayLike | null;
}

const LOWEST = Number.NEGATIVE_INFINITY;

/** The largest element along axes, kept, as a constant; of elements that take part. */
function largest(x: NdArray, axis: Axis, where: NdArray | null): NdArray {
  const masked = where === null ? x : choose(where, x, scalar(LOWEST, x.dtype));
  return primitive.stopGradient(max(masked, { axis, keepdims: true, initial: LOWEST }));
}

const condition = (where: ArrayLike | null | undefined, x: NdArray, op: string): NdArray | null =>
  where === null || where === undefined ? null : broadcastArray(asCondition(asArray(where, op, 'where')), x.shape);

/** `e^x` over its sum along an axis. */
export function softmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  const { axis = -1 } = options;
  const v = inexactArray('softmax', x);
  const where = condition(options.where, v, 'softmax');
  const shifted = primitive.sub(v, broadcastArray(largest(v, axis, where), v.shape));
  const masked = where === null ? shifted : choose(where, shifted, scalar(LOWEST, v.dtype));
  const exponentials = primitive.exp(masked);
  const total = sum(exponentials, { axis, keepdims: true });
  const out = primitive.div(exponentials, broadcastArray(total, v.shape));
  return where === null ? out : choose(where, out, scalar(0, v.dtype));
}

/** The logarithm of `softmax`, without its rounding. */
export function logSoftmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  const { axis = -1 } = options;
  const v = inexactArray('logSoftmax', x);
  const where = condition(options.where, v, 'logSoftmax');
  const shifted = primitive.sub(v, broadcastArray(largest(v, axis, where), v.shape));
  const total = sum(primitive.exp(shifted), { axis, keepdims: true, where });
  const out = primitive.sub(shifted, broadcastArray(primitive.log(total), v.shape));
  return where === null ? out : choose(where, out, scalar(LOWEST, v.dtype));
}

export interface LogsumexpOptions {
  /** Default all. */
  readonly axis?: Axis;
  /** Factors of the exponentials. */
  readonly b?: ArrayLike | null;
  readonly keepdims?: boolean;
  readonly where?: ArrayLike | null;
}

/** `log(sum(b e^a))` along axes without overflow; with `returnSign`, the logarithm of the absolute value, and the sign. */
export function logsumexp(a: ArrayLike, options: LogsumexpOptions & { readonly returnSign: true }): [NdArray, NdArray];
export function logsumexp(a: ArrayLike, options?: LogsumexpOptions & { readonly returnSign?: false }): NdArray;
export function logsumexp(
  a: ArrayLike,
  options: LogsumexpOptions & { readonly returnSign?: boolean } = {},
): NdArray | [NdArray, NdArray] {
  const { axis = null, b = null, keepdims = false, returnSign = false } = options;
  const [x, factors] = b === null ? [inexactArray('logsumexp', a), null] : promoteDTypesInexact('logsumexp', [a, b]);
  const where = condition(options.where, x, 'logsumexp');
  const axes = canonicalAxes(axis, x.ndim, 'logsumexp');
  const weight = factors === null ? null : broadcastArray(factors, x.shape);
  const takesPart = weight === null ? where : primitive.ne(weight, scalar(0, weight.dtype));
  const both = takesPart !== null && where !== null && weight !== null ? primitive.and(takesPart, where) : takesPart;
  const top = largest(x, axes, both);
  // An infinite maximum would make NaN of the difference.
  const finite = choose(primitive.isFinite(top), top, scalar(0, x.dtype));
  const exponentials = primitive.exp(primitive.sub(x, broadcastArray(finite, x.shape)));
  const total = sum(weight === null ? exponentials : primitive.mul(weight, exponentials), {
    axis: axes,
    keepdims: true,
    where: both,
  });
  const sign = primitive.sign(total);
  const magnitude = weight === null ? total : primitive.abs(total);
  let out = primitive.add(primitive.log(magnitude), finite);
  if (weight !== null && !returnSign) {
    const isNegative = primitive.lt(sign, scalar(0, sign.dtype));
    out = choose(isNegative, scalar(Number.NaN, out.dtype), out);
  }
  const finish = (y: NdArray): NdArray =>
    keepdims
      ? y
      : primitive.squeeze(
          y,
          [...axes].sort((p, q) => p - q),
        );
  return returnSign ? [finish(out), finish(sign)] : finish(out);
}

/** `log(mean(e^x))` along axes. */
export function logmeanexp(
  x: ArrayLike,
  options: { readonly axis?: Axis; readonly where?: ArrayLike | null; readonly keepdims?: boolean } = {},
): NdArray {
  const v = inexactArray('logmeanexp', x);
  const total = logsumexp(v, options);
  const where = condition(options.where, v, 'logmeanexp');
  const { axis, keepdims } = options;
  const ones = primitive.broadcastInDim(scalar(1, v.dtype), v.shape, []);
  return primitive.sub(total, primitive.log(sum(ones, { axis, keepdims, where })));
}

/**
 * Integers as rows with a 1 at their position (all 0 outside of `0..numClasses-1`): `x: [...p]`, returns
 * `[...p, numClasses]`, the new axis at `axis`.
 */
export function oneHot(
  x: ArrayLike,
  numClasses: number,
  options: { readonly dtype?: DType | null; readonly axis?: number } = {},
): NdArray {
  const index = asIndices(x, 'oneHot', 'x');
  const dtype = options.dtype ? checkDType(options.dtype, 'oneHot') : defaultFloat();
  const axis = canonicalAxis(options.axis ?? -1, index.ndim + 1, 'oneHot');
  const shape = [...index.shape.slice(0, axis), numClasses, ...index.shape.slice(axis)];
  const spread = primitive.broadcastInDim(
    index,
    shape,
    range(index.ndim).map((i) => (i < axis ? i : i + 1)),
  );
  if (!isInteger(index.dtype) && index.dtype !== 'float32') {
    throw new DTypeMismatch({ op: 'oneHot', argument: 'x', expected: 'positions are integers', actual: index.dtype });
  }
  return cast(primitive.eq(spread, primitive.iota(index.dtype, shape, axis)), dtype);
}

export interface StandardizeOptions {
  /** Default the last. */
  readonly axis?: Axis;
  /** The mean, when it is known, with the axis kept. */
  readonly mean?: ArrayLike | null;
  /** The variance, when it is known, with the axis kept. */
  readonly variance?: ArrayLike | null;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  readonly where?: ArrayLike | null;
}

/** `(x - mean) / sqrt(variance + epsilon)` along an axis. */
export function standardize(x: ArrayLike, options: StandardizeOptions = {}): NdArray {
  const { axis = -1, epsilon = 1e-5, where } = options;
  const v = inexactArray('standardize', x);
  const given = (value: ArrayLike | null | undefined): NdArray | null =>
    value === null || value === undefined ? null : cast(asArray(value, 'standardize'), v.dtype);
  const center = given(options.mean) ?? mean(v, { axis, keepdims: true, where });
  const centered = primitive.sub(v, broadcastArray(center, v.shape));
  const spread = given(options.variance) ?? mean(primitive.square(centered), { axis, keepdims: true, where });
  const scale = primitive.rsqrt(primitive.add(spread, scalar(epsilon, v.dtype)));
  return primitive.mul(centered, broadcastArray(scale, v.shape));
}
