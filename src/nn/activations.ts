/**
 * Activation functions (`jax.nn`). Integers become floats; all are applied element by element.
 *
 * Written so that derivatives are finite everywhere and equal JAX's, also at kinks.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { canonicalAxis } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { cut } from '../numpy/joining.js';
import { inexactArray, promoteArgsInexact } from '../numpy/promote.js';
import { choose } from '../numpy/select.js';
import { logaddexp } from '../numpy/transcendental.js';
import * as primitive from '../primitive/index.js';

const { add, mul, div, like } = primitive;

const zero = (x: NdArray): NdArray => like(x, 0);
const one = (x: NdArray): NdArray => like(x, 1);
/** The array where positive, 0 elsewhere with derivative 0: keeps exponentials of what is not chosen finite. */
const negativePart = (x: NdArray): NdArray => choose(primitive.gt(x, zero(x)), zero(x), x);

/** `max(x, 0)`. The derivative at 0 is 0. */
export const relu = (x: ArrayLike): NdArray => {
  const v = inexactArray('relu', x);
  return choose(primitive.gt(v, zero(v)), v, zero(v));
};

/** `min(max(x, 0), 6)`. The derivative at 0 and 6 is a half, as JAX's. */
export const relu6 = (x: ArrayLike): NdArray => {
  const v = inexactArray('relu6', x);
  return primitive.min(primitive.max(v, zero(v)), like(v, 6));
};

/** `1 / (1 + e^-x)`. */
export const sigmoid = (x: ArrayLike): NdArray => primitive.logistic(inexactArray('sigmoid', x));

/** `x sigmoid(x)`; also called swish. Source: Elfwing et al., arXiv:1702.03118; Ramachandran et al., arXiv:1710.05941. */
export const silu = (x: ArrayLike): NdArray => {
  const v = inexactArray('silu', x);
  return mul(v, primitive.logistic(v));
};
/** `x sigmoid(x)`. */
export const swish = silu;

/** Hyperbolic tangent. */
export const tanh = (x: ArrayLike): NdArray => primitive.tanh(inexactArray('tanh', x));

/** `log(1 + e^x)`. */
export const softplus = (x: ArrayLike): NdArray => logaddexp(inexactArray('softplus', x), 0);

/** `log(sigmoid(x))`. */
export const logSigmoid = (x: ArrayLike): NdArray =>
  primitive.neg(softplus(primitive.neg(inexactArray('logSigmoid', x))));

/** `x / (1 + |x|)`. */
export const softSign = (x: ArrayLike): NdArray => {
  const v = inexactArray('softSign', x);
  return div(v, add(primitive.abs(v), one(v)));
};

/**
 * `x` times the probability that a standard normal number is below it. `approximate` (the default): by a tanh.
 * Source: Hendrycks, Gimpel, "Gaussian error linear units", arXiv:1606.08415.
 */
export function gelu(x: ArrayLike, options: { readonly approximate?: boolean } = {}): NdArray {
  const v = inexactArray('gelu', x);
  if (options.approximate ?? true) {
    const cubed = primitive.integerPow(v, 3);
    const inner = mul(like(v, Math.sqrt(2 / Math.PI)), add(v, mul(like(v, 0.044715), cubed)));
    return mul(v, mul(like(v, 0.5), add(one(v), primitive.tanh(inner))));
  }
  return mul(mul(like(v, 0.5), v), primitive.erfc(mul(primitive.neg(v), like(v, Math.SQRT1_2))));
}

/** `x` where positive, else `alpha (e^x - 1)`. Source: Clevert et al., arXiv:1511.07289. */
export function elu(x: ArrayLike, options: { readonly alpha?: ArrayLike } = {}): NdArray {
  const [v, alpha] = promoteArgsInexact('elu', x, options.alpha ?? 1);
  return choose(primitive.gt(v, zero(v)), v, mul(alpha, primitive.expm1(negativePart(v))));
}

/** `max(x, 0) + alpha min(e^(x / alpha) - 1, 0)`. Source: Barron, arXiv:1704.07483. */
export function celu(x: ArrayLike, options: { readonly alpha?: ArrayLike } = {}): NdArray {
  const [v, alpha] = promoteArgsInexact('celu', x, options.alpha ?? 1);
  return choose(primitive.gt(v, zero(v)), v, mul(alpha, primitive.expm1(div(negativePart(v), alpha))));
}

/** `elu` with the constants that keep mean 0 and variance 1. Source: Klambauer et al., arXiv:1706.02515. */
export const selu = (x: ArrayLike): NdArray => {
  const v = elu(x, { alpha: 1.6732632423543772 });
  return mul(like(v, 1.0507009873554805), v);
};

/** `x` where not negative, else `negativeSlope x`. */
export function leakyRelu(x: ArrayLike, options: { readonly negativeSlope?: ArrayLike } = {}): NdArray {
  const [v, slope] = promoteArgsInexact('leakyRelu', x, options.negativeSlope ?? 0.01);
  return choose(primitive.ge(v, zero(v)), v, mul(v, slope));
}

/** `x tanh(softplus(x))`. Source: Misra, arXiv:1908.08681. */
export const mish = (x: ArrayLike): NdArray => {
  const v = inexactArray('mish', x);
  return mul(v, primitive.tanh(softplus(v)));
};

/** -1 below -1, 1 above 1, `x` between. */
export const hardTanh = (x: ArrayLike): NdArray => {
  const v = inexactArray('hardTanh', x);
  return choose(primitive.gt(v, one(v)), one(v), choose(primitive.lt(v, like(v, -1)), like(v, -1), v));
};

/** `relu6(x + 3) / 6`. */
export const hardSigmoid = (x: ArrayLike): NdArray => {
  const v = inexactArray('hardSigmoid', x);
  return div(relu6(add(v, like(v, 3))), like(v, 6));
};

/** `x hardSigmoid(x)`; also called hard swish. Source: Howard et al., arXiv:1905.02244. */
export const hardSilu = (x: ArrayLike): NdArray => {
  const v = inexactArray('hardSilu', x);
  return mul(v, hardSigmoid(v));
};
/** `x hardSigmoid(x)`. */
export const hardSwish = hardSilu;

/** `(x + sqrt(x^2 + b)) / 2`. Source: Barron, arXiv:2112.11687. */
export function squareplus(x: ArrayLike, options: { readonly b?: ArrayLike } = {}): NdArray {
  const [v, b] = promoteArgsInexact('squareplus', x, options.b ?? 4);
  return mul(add(v, primitive.sqrt(add(primitive.square(v), b))), like(v, 0.5));
}

/** 0 below -1, `x` above 1, `(x + 1)^2 / 4` between. */
export const sparsePlus = (x: ArrayLike): NdArray => {
  const v = inexactArray('sparsePlus', x);
  const middle = mul(primitive.square(add(v, one(v))), like(v, 0.25));
  return choose(primitive.le(v, like(v, -1)), zero(v), choose(primitive.ge(v, one(v)), v, middle));
};

/** 0 below -1, 1 above 1, `(x + 1) / 2` between. */
export const sparseSigmoid = (x: ArrayLike): NdArray => {
  const v = inexactArray('sparseSigmoid', x);
  return mul(like(v, 0.5), primitive.clamp(zero(v), add(v, one(v)), like(v, 2)));
};

/** `x`. */
export const identity = (x: ArrayLike): NdArray => inexactArray('identity', x);

/**
 * The first half along an axis times the sigmoid of the second. Source: Dauphin et al., arXiv:1612.08083.
 * @throws ShapeMismatch when the axis has odd size
 */
export function glu(x: ArrayLike, options: { readonly axis?: number } = {}): NdArray {
  const v = inexactArray('glu', x);
  const axis = canonicalAxis(options.axis ?? -1, v.ndim, 'glu');
  const n = v.shape[axis];
  if (n % 2 !== 0) {
    throw new ShapeMismatch({
      op: 'glu',
      argument: 'x',
      expected: `axis ${axis} must have even size`,
      actual: v.shape,
    });
  }
  return mul(cut(v, axis, 0, n / 2), primitive.logistic(cut(v, axis, n / 2, n)));
}

/** `log(1 - e^-x)` for positive `x`, accurate near 0 and far from it. Source: Maechler, "Accurately computing log(1 - exp(-|a|))". */
export const log1mexp = (x: ArrayLike): NdArray => {
  const v = inexactArray('log1mexp', x);
  const small = primitive.lt(v, scalar(Math.LN2, v.dtype));
  const near = choose(small, v, one(v));
  const far = choose(small, one(v), v);
  return choose(
    small,
    primitive.log(primitive.neg(primitive.expm1(primitive.neg(near)))),
    primitive.log1p(primitive.neg(primitive.exp(primitive.neg(far)))),
  );
};
