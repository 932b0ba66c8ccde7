/**
 * Functions along an axis: softmax, standardization, one-hot rows.
 *
 * Source: jax.nn.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultFloat } from '../array/convert.js';
import { type DType, isInteger } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import { add, multiply, square, subtract } from '../numpy/arithmetic.js';
import { broadcastArray, inexactArray } from '../numpy/promote.js';
import { type Axis, max, mean, sum } from '../numpy/reduction.js';
import { asCondition, clip, whereThree } from '../numpy/select.js';
import * as primitive from '../primitive/index.js';
import { customJvp } from '../transform/custom-jvp.js';
import { oneHotOptions, softmaxOptions, standardizeOptions } from './options.js';

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** The axes along which the result adds up to 1. Default -1. */
  readonly axis?: Axis;
  /** Only elements where this holds take part; elsewhere the result is 0 (its logarithm -infinity). */
  readonly where?: ArrayLike | null;
}

const LOWEST = Number.NEGATIVE_INFINITY;

/** The elements less the largest one along axes, so that no exponential overflows; excluded ones are -infinity. */
function shifted(x: NdArray, axis: Axis, where: ArrayLike | null): NdArray {
  const top = max(x, { axis, where, initial: LOWEST, keepdims: true });
  const safe = where === null ? x : whereThree(where, x, LOWEST);
  return subtract(safe, primitive.stopGradient(top));
}

/** The derivative `y (dx - sum(y dx))` needs the result alone, and is right where exponentials vanish. */
const shares = customJvp(
  (axis: Axis, x: NdArray, where: NdArray | null): NdArray => {
    const exponentials = primitive.exp(shifted(x, axis, where));
    const total = sum(exponentials, { axis, where, keepdims: true });
    const result = primitive.div(exponentials, broadcastArray(total, exponentials.shape));
    return where === null ? result : whereThree(where, result, 0);
  },
  { nondiffArgnums: [0] },
).defjvp(
  (
    axis: Axis,
    [x, where]: readonly [NdArray, NdArray | null],
    [dx]: readonly [NdArray],
  ): readonly [NdArray, NdArray] => {
    const y = shares(axis, x, where) as NdArray;
    const mean = sum(multiply(y, dx), { axis, where, keepdims: true });
    return [y, multiply(y, subtract(dx, mean))];
  },
) as (axis: Axis, x: NdArray, where: NdArray | null) => NdArray;

/** `exp(x) / sum(exp(x))` along axes. */
export function softmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  checkOptions('softmax', options, softmaxOptions);
  const { axis = -1, where = null } = options;
  const mask = where === null ? null : asCondition(asArray(where, 'softmax', 'where'));
  return shares(axis, inexactArray('softmax', x), mask);
}

/** `log(softmax(x))`, accurate also where a probability is close to 0. */
export function logSoftmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  checkOptions('logSoftmax', options, softmaxOptions);
  const { axis = -1, where = null } = options;
  const exponents = shifted(inexactArray('logSoftmax', x), axis, where);
  const total = sum(primitive.exp(exponents), { axis, where, keepdims: true });
  const result = subtract(exponents, primitive.log(total));
  return where === null ? result : whereThree(where, result, LOWEST);
}

/** Options of `standardize`. */
export interface StandardizeOptions {
  /** The axes along which mean and variance are taken. Default -1. */
  readonly axis?: Axis;
  /** The mean and the variance when they are known, in a shape that broadcasts. */
  readonly mean?: ArrayLike | null;
  readonly variance?: ArrayLike | null;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: ArrayLike;
  /** Only elements where this holds take part in mean and variance. */
  readonly where?: ArrayLike | null;
  /** `fast`: mean of squares less square of mean; `stable`: mean of squared differences. Default `fast`. */
  readonly algorithm?: 'fast' | 'stable';
}

/**
 * `(x - mean) / sqrt(variance + epsilon)` along axes.
 * @throws InvalidArgument for another algorithm
 */
export function standardize(x: ArrayLike, options: StandardizeOptions = {}): NdArray {
  checkOptions('standardize', options, standardizeOptions);
  const { axis = -1, epsilon = 1e-5, where = null, algorithm = 'fast' } = options;
  if (algorithm !== 'fast' && algorithm !== 'stable') {
    const expected = "'fast' or 'stable'";
    throw new InvalidArgument({ op: 'standardize', argument: 'algorithm', expected, actual: `'${algorithm}'` });
  }
  const center = options.mean ?? mean(x, { axis, keepdims: true, where });
  const average = (value: ArrayLike): NdArray => mean(value, { axis, keepdims: true, where });
  const spread = (): NdArray =>
    algorithm === 'stable'
      ? average(square(subtract(x, center)))
      : // Rounding can bring the difference below 0, where the root is not defined.
        clip(subtract(average(square(x)), square(center)), { min: 0 });
  const variance = inexactArray('standardize', options.variance ?? spread());
  return multiply(subtract(x, center), primitive.rsqrt(add(variance, epsilon)));
}

/** Options of `oneHot`. */
export interface OneHotOptions {
  /** The dtype of the result. Default float32. */
  readonly dtype?: DType | null;
  /** Where the new axis goes. Default -1, the end. */
  readonly axis?: number;
}

/**
 * Rows of zeros with a one at the place that each integer names; a row of zeros for integers outside of
 * `0 ... numClasses - 1`. The result has one more axis, of size `numClasses`.
 * @throws InvalidArgument when `numClasses` is not a size
 */
export function oneHot(x: ArrayLike, numClasses: number, options: OneHotOptions = {}): NdArray {
  checkArgument('oneHot', 'numClasses', numClasses, 'integer');
  checkOptions('oneHot', options, oneHotOptions);
  if (!Number.isInteger(numClasses) || numClasses < 0) {
    const expected = 'an integer that is not negative';
    throw new InvalidArgument({ op: 'oneHot', argument: 'numClasses', expected, actual: `${numClasses}` });
  }
  const classes = asIndices(x, 'oneHot', 'x');
  const ndim = classes.ndim + 1;
  const axis = canonicalAxis(options.axis ?? -1, ndim, 'oneHot');
  const dtype = options.dtype ? checkDType(options.dtype, 'oneHot') : defaultFloat();
  const shape = range(ndim).map((k) => (k === axis ? numClasses : classes.shape[k < axis ? k : k - 1]));
  const places = primitive.iota(isInteger(classes.dtype) ? classes.dtype : 'int32', shape, axis);
  const kept = range(ndim).filter((k) => k !== axis);
  const names = primitive.broadcastInDim(classes, shape, kept);
  return cast(primitive.eq(names, cast(places, classes.dtype)), dtype);
}
