/**
 * Activations: what happens to each number between two layers.
 *
 * Where JAX has written a derivative by hand (`relu`, `relu6`) the formula here has that derivative by itself, 0 at the
 * kinks. Source: jax.nn.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { logistic } from '../lax/elementwise.js';
import { asArray } from '../lax/operand.js';
import { abs, add, divide, maximum, minimum, multiply, negative, square } from '../numpy/arithmetic.js';
import { inexactArray, promoteDTypes } from '../numpy/promote.js';
import { choose, clip, whereThree } from '../numpy/select.js';
import { exp, expm1, log, log1p, sqrt, tanh } from '../numpy/transcendental.js';
import * as primitive from '../primitive/index.js';
import { alphaOptions, axisOptions, geluOptions, leakyReluOptions, squareplusOptions } from './options.js';

const { like } = primitive;

/** `x`, as an array. */
export const identity = (x: ArrayLike): NdArray => asArray(x, 'identity');

/** `max(x, 0)`. Its derivative at 0 is 0. */
export const relu = (x: ArrayLike): NdArray => {
  const [value, zero] = promoteDTypes('relu', [x, 0]);
  return choose(primitive.le(value, zero), zero, value);
};

/** `min(max(x, 0), 6)`. Its derivative at 0 and 6 is 0. */
export const relu6 = (x: ArrayLike): NdArray => {
  const value = inexactArray('relu6', x);
  const zero = like(value, 0);
  const top = like(value, 6);
  return choose(primitive.le(value, zero), zero, choose(primitive.ge(value, top), top, value));
};

/** The logistic function `1 / (1 + e^-x)`. */
export const sigmoid = (x: ArrayLike): NdArray => logistic(x);

/** `x sigmoid(x)`, the sigmoid linear unit. */
export const silu = (x: ArrayLike): NdArray => {
  const value = asArray(x, 'silu');
  return multiply(value, logistic(value));
};
export { silu as swish };

/**
 * `log(1 + e^x)` without overflow. Both kinks of `max(x, 0) + log(1 + e^-|x|)` are taken on the same side, so that their
 * derivatives cancel and the sum's is `sigmoid(x)` everywhere.
 */
export const softplus = (x: ArrayLike): NdArray => {
  const value = inexactArray('softplus', x);
  const isPositive = primitive.gt(value, like(value, 0));
  const top = choose(isPositive, value, like(value, 0));
  const gap = primitive.select(isPositive, primitive.neg(value), value);
  return primitive.add(top, primitive.log1p(primitive.exp(gap)));
};

/** `log(sigmoid(x)) = -softplus(-x)`. */
export const logSigmoid = (x: ArrayLike): NdArray => negative(softplus(negative(x)));

/** `x / (1 + |x|)`. */
export const softSign = (x: ArrayLike): NdArray => divide(x, add(abs(x), 1));

/** `x tanh(softplus(x))`. Source: Misra, "Mish: a self regularized non-monotonic activation function" (2019). */
export const mish = (x: ArrayLike): NdArray => multiply(x, tanh(softplus(x)));

/** Options of `elu` and `celu`. */
export interface AlphaOptions {
  /** The size of the negative limit, and with it the slope at 0 from below. Default 1. */
  readonly alpha?: ArrayLike;
}

/** `x` above 0, `alpha (e^x - 1)` below. Source: Clevert et al., "Fast and accurate deep network learning by ELUs" (2015). */
export function elu(x: ArrayLike, options: AlphaOptions = {}): NdArray {
  checkOptions('elu', options, alphaOptions);
  const value = asArray(x, 'elu');
  const isPositive = primitive.gt(value, like(value, 0));
  // The inner choice keeps e^x finite where it is not used, and so its derivative.
  const safe = whereThree(isPositive, 0.0, value);
  return whereThree(isPositive, value, multiply(options.alpha ?? 1, expm1(safe)));
}

/** `max(x, 0) + alpha (e^(min(x, 0) / alpha) - 1)`. Source: Barron, "Continuously differentiable ELUs" (2017). */
export function celu(x: ArrayLike, options: AlphaOptions = {}): NdArray {
  checkOptions('celu', options, alphaOptions);
  const { alpha = 1 } = options;
  const value = inexactArray('celu', x);
  return add(maximum(value, 0), multiply(alpha, expm1(divide(minimum(value, 0), alpha))));
}

/** `elu` scaled so that it keeps mean and variance. Source: Klambauer et al., "Self-normalizing neural networks" (2017). */
export const selu = (x: ArrayLike): NdArray => multiply(1.0507009873554805, elu(x, { alpha: 1.6732632423543772 }));

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** The slope below 0. Default 0.01. */
  readonly negativeSlope?: ArrayLike;
}

/** `x` above 0, `negativeSlope x` below. */
export function leakyRelu(x: ArrayLike, options: LeakyReluOptions = {}): NdArray {
  checkOptions('leakyRelu', options, leakyReluOptions);
  const value = asArray(x, 'leakyRelu');
  return whereThree(primitive.ge(value, like(value, 0)), value, multiply(options.negativeSlope ?? 0.01, value));
}

/** Options of `gelu`. */
export interface GeluOptions {
  /** Whether the normal distribution's function is approximated with `tanh`. Default true. */
  readonly approximate?: boolean;
}

/**
 * `x P(X <= x)` for a standard normal `X`. Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 */
export function gelu(x: ArrayLike, options: GeluOptions = {}): NdArray {
  checkOptions('gelu', options, geluOptions);
  const value = inexactArray('gelu', x);
  const half = like(value, 0.5);
  if (options.approximate === false) {
    const tail = primitive.erfc(primitive.mul(primitive.neg(value), like(value, Math.SQRT1_2)));
    return primitive.mul(primitive.mul(half, value), tail);
  }
  const cubic = primitive.add(value, primitive.mul(like(value, 0.044715), primitive.integerPow(value, 3)));
  const argument = primitive.mul(like(value, Math.sqrt(2 / Math.PI)), cubic);
  const probability = primitive.mul(half, primitive.add(like(value, 1), primitive.tanh(argument)));
  return primitive.mul(value, probability);
}

/** `x` brought between -1 and 1. */
export const hardTanh = (x: ArrayLike): NdArray => {
  const value = asArray(x, 'hardTanh');
  const below = whereThree(primitive.lt(value, like(value, -1)), -1, value);
  return whereThree(primitive.gt(value, like(value, 1)), 1, below);
};

/** `relu6(x + 3) / 6`. */
export const hardSigmoid = (x: ArrayLike): NdArray => divide(relu6(add(inexactArray('hardSigmoid', x), 3)), 6);

/** `x hardSigmoid(x)`. */
export const hardSilu = (x: ArrayLike): NdArray => multiply(x, hardSigmoid(x));
export { hardSilu as hardSwish };

/** 0 below -1, `x` above 1, the parabola `(x + 1)^2 / 4` between. */
export const sparsePlus = (x: ArrayLike): NdArray => {
  const value = inexactArray('sparsePlus', x);
  const parabola = divide(square(add(value, 1)), 4);
  const above = choose(primitive.ge(value, like(value, 1)), value, parabola);
  return choose(primitive.le(value, like(value, -1)), like(value, 0), above);
};

/** 0 below -1, 1 above 1, linear between: the derivative of `sparsePlus`. */
export const sparseSigmoid = (x: ArrayLike): NdArray =>
  multiply(0.5, clip(add(inexactArray('sparseSigmoid', x), 1), { min: 0, max: 2 }));

/** Options of `squareplus`. */
export interface SquareplusOptions {
  /** How far it is from `relu` at 0. Default 4. */
  readonly b?: ArrayLike;
}

/** `(x + sqrt(x^2 + b)) / 2`. Source: Barron, "Squareplus" (2021). */
export const squareplus = (x: ArrayLike, options: SquareplusOptions = {}): NdArray =>
  divide(add(x, sqrt(add(square(x), checkOptions('squareplus', options, squareplusOptions).b ?? 4))), 2);

/** Options of `glu`. */
export interface AxisOptions {
  /** The axis; negative ones count from the end. Default -1. */
  readonly axis?: number;
}

/**
 * The gated linear unit: the first half of an axis times the sigmoid of the second.
 * @throws ShapeMismatch when the axis has an odd size
 */
export function glu(x: ArrayLike, options: AxisOptions = {}): NdArray {
  checkOptions('glu', options, axisOptions);
  const value = asArray(x, 'glu');
  const axis = canonicalAxis(options.axis ?? -1, value.ndim, 'glu');
  const size = value.shape[axis];
  if (size % 2 !== 0) {
    throw new ShapeMismatch({
      op: 'glu',
      argument: 'x',
      expected: `the size of axis ${axis} must be even`,
      actual: value.shape,
    });
  }
  const [content, gate] = primitive.split(value, [size / 2, size / 2], axis);
  return multiply(content, logistic(gate));
}

/** `log(1 - e^-x)` for `x > 0`, accurate near 0 and for large `x`. Source: Mächler, "Accurately computing log(1 - exp(-|a|))". */
export const log1mexp = (x: ArrayLike): NdArray => {
  const value = inexactArray('log1mexp', x);
  const minus = negative(value);
  return choose(primitive.lt(value, like(value, Math.LN2)), log(negative(expm1(minus))), log1p(negative(exp(minus))));
};
