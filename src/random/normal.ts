/**
 * Normal numbers and what is made of them.
 *
 * Inversion: `x = sqrt(2) erfInv(u)` with u uniform in (-1, 1). Source: jax/_src/random/core.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultFloat, scalar } from '../array/convert.js';
import { type DType, isComplex, realDType } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkOptions } from '../array/options.js';
import * as lax from '../lax/elementwise.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { type Key, splitList, takeKey } from './key.js';
import { floatOptions, lognormalOptions, parameterOptions } from './options.js';
import {
  checkFloat,
  checkShape,
  type FloatOptions,
  type ParameterOptions,
  parameterShape,
  sample,
  spread,
} from './sampler.js';
import { uniformBetween, uniformIn } from './uniform.js';

const { like } = primitive;

/** Standard normal numbers from the words of a key. */
export function normalFrom(words: NdArray, shape: readonly number[], dtype: DType): NdArray {
  if (isComplex(dtype)) {
    const [re, im] = splitList(words).map((w) => normalFrom(w, shape, realDType(dtype)));
    // |z| has mean square 1: half of the variance in each part.
    const root = scalar(Math.SQRT2, dtype);
    return primitive.div(primitive.complex(re, im), root);
  }
  const u = uniformIn(words, shape, dtype, -(1 - finfo(dtype).epsneg), 1);
  return primitive.mul(scalar(Math.SQRT2, dtype), primitive.erfInv(u));
}

/**
 * Standard normal numbers; for a complex dtype, of mean square 1 (`jax.random.normal`).
 * @throws NotAKey when `key` is not a single key
 * @throws DTypeMismatch when the dtype is an integer one
 */
export function normal(key: Key, options: FloatOptions = {}): NdArray {
  checkOptions('normal', options, floatOptions);
  const op = 'random.normal';
  const shape = checkShape(options.shape, op);
  const dtype = checkFloat(options.dtype, op, true);
  return sample(op, [shape, dtype], [takeKey(key, op)], (words) => normalFrom(words, shape, dtype));
}

/**
 * Normal numbers given that they lie in (lower, upper) (`jax.random.truncated_normal`). The bounds broadcast.
 * @throws NotAKey when `key` is not a single key
 */
export function truncatedNormal(key: Key, lower: ArrayLike, upper: ArrayLike, options: ParameterOptions = {}): NdArray {
  checkOptions('truncatedNormal', options, parameterOptions);
  const op = 'random.truncatedNormal';
  const dtype = checkFloat(options.dtype, op);
  const low = cast(asArray(lower, op, 'lower'), dtype);
  const high = cast(asArray(upper, op, 'upper'), dtype);
  const shape = parameterShape(options.shape, op, [low.shape, high.shape]);
  return sample(op, [shape, dtype], [takeKey(key, op), low, high], (words, a, b) => {
    const root = scalar(Math.SQRT2, dtype);
    const erfOf = (x: NdArray): NdArray => primitive.erf(primitive.div(x, root));
    const u = uniformBetween(words, shape, dtype, erfOf(a), erfOf(b));
    const x = primitive.mul(root, primitive.erfInv(u));
    // Rounding must not lead out of the open interval.
    const inside = (bound: NdArray, towards: number): NdArray =>
      spread(primitive.nextafter(primitive.stopGradient(bound), like(bound, towards)), shape);
    return primitive.min(inside(b, Number.NEGATIVE_INFINITY), primitive.max(inside(a, Number.POSITIVE_INFINITY), x));
  });
}

/** Options of `lognormal`. */
export interface LognormalOptions extends ParameterOptions {
  /** The standard deviation of the logarithm; broadcasts. Default 1. */
  readonly sigma?: ArrayLike;
}

/** `exp(sigma x)` of normal x (`jax.random.lognormal`). */
export function lognormal(key: Key, options: LognormalOptions = {}): NdArray {
  checkOptions('lognormal', options, lognormalOptions);
  const op = 'random.lognormal';
  const dtype = checkFloat(options.dtype, op);
  const sigma = cast(asArray(options.sigma ?? 1, op, 'sigma'), dtype);
  const shape = parameterShape(options.shape, op, [sigma.shape]);
  return sample(op, [shape, dtype], [takeKey(key, op), sigma], (words, s) =>
    primitive.exp(primitive.mul(normalFrom(words, shape, dtype), spread(s, shape))),
  );
}

/** Lengths of standard normal vectors from the words of a key. */
const maxwellFrom = (words: NdArray, shape: readonly number[], dtype: DType): NdArray => {
  const x = normalFrom(words, [...shape, 3], dtype);
  return primitive.sqrt(primitive.reduceSum(primitive.mul(x, x), [shape.length]));
};

/** The length of a standard normal vector in three dimensions (`jax.random.maxwell`). */
export function maxwell(key: Key, options: FloatOptions = {}): NdArray {
  checkOptions('maxwell', options, floatOptions);
  const op = 'random.maxwell';
  const shape = checkShape(options.shape, op);
  const dtype = checkFloat(options.dtype, op);
  return sample(op, [shape, dtype], [takeKey(key, op)], (words) => maxwellFrom(words, shape, dtype));
}

/** `loc + scale m` of Maxwell-distributed m with a random sign (`jax.random.double_sided_maxwell`). */
export function doubleSidedMaxwell(key: Key, loc: ArrayLike, scale: ArrayLike, options: FloatOptions = {}): NdArray {
  checkOptions('doubleSidedMaxwell', options, floatOptions);
  const op = 'random.doubleSidedMaxwell';
  const dtype = checkFloat(options.dtype, op);
  const centre = cast(asArray(loc, op, 'loc'), dtype);
  const size = cast(asArray(scale, op, 'scale'), dtype);
  const inner = parameterShape(null, op, [centre.shape, size.shape]);
  const asked = checkShape(options.shape, op);
  const shape = [...(asked.length > 0 ? asked : inner), ...inner];
  return sample(op, [shape, dtype], [takeKey(key, op), centre, size], (words, c, s) => {
    const [first, second] = splitList(words);
    const signed = primitive.mul(signsFrom(second, shape, dtype), maxwellFrom(first, shape, dtype));
    return primitive.add(primitive.mul(signed, spread(s, shape)), spread(c, shape));
  });
}

/** -1 or 1 with equal chances, from the words of a key. */
export function signsFrom(words: NdArray, shape: readonly number[], dtype: DType): NdArray {
  // A coin is thrown in the default float, whatever the dtype of the result: the words of a key depend on it.
  const float = defaultFloat();
  const heads = primitive.lt(uniformIn(words, shape, float, 0, 1), scalar(0.5, float));
  return cast(primitive.sub(primitive.mul(cast(heads, 'int32'), scalar(2, 'int32')), scalar(1, 'int32')), dtype);
}

/** Inverse Gaussian numbers of mean `mean` and scale 1 (`jax.random.wald`). */
export function wald(key: Key, mean: ArrayLike, options: ParameterOptions = {}): NdArray {
  checkOptions('wald', options, parameterOptions);
  const op = 'random.wald';
  const dtype = checkFloat(options.dtype, op);
  const centre = cast(asArray(mean, op, 'mean'), dtype);
  const shape = parameterShape(options.shape, op, [centre.shape]);
  return sample(op, [shape, dtype], [takeKey(key, op), centre], (words, m) => {
    // J. Michael, W. Schucany, R. Haas, "Generating random variates using transformations with multiple roots" (1976).
    const [first, second] = splitList(words);
    const mu = spread(m, shape);
    const y = lax.integerPow(normalFrom(first, shape, dtype), 2);
    const z = uniformIn(second, shape, dtype, 0, 1);
    const muSquared = lax.integerPow(mu, 2);
    const root = lax.sqrt(lax.add(lax.mul(lax.mul(mu, 4), y), lax.mul(muSquared, lax.integerPow(y, 2))));
    const x = lax.sub(lax.add(mu, lax.div(lax.mul(muSquared, y), 2)), lax.mul(lax.div(mu, 2), root));
    return lax.select(lax.le(z, lax.div(mu, lax.add(mu, x))), x, lax.div(muSquared, x));
  });
}
