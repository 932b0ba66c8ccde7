/**
 * Exponentials, logarithms, roots, and functions of angles. Integers become floats. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { isComplex } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import * as primitive from '../primitive/index.js';
import { inexactArray, promoteArgsInexact } from './promote.js';
import { choose } from './select.js';
import { type Binary, binaryInexact, unaryInexact } from './ufunc.js';

const { like } = primitive;

/** `e^x`. */
export const exp = unaryInexact('exp', primitive.exp);
/** `2^x`. */
export const exp2 = unaryInexact('exp2', primitive.exp2);
/** `e^x - 1`, accurate near 0. */
export const expm1 = unaryInexact('expm1', primitive.expm1);
/** Natural logarithm; NaN below 0, -infinity at 0. */
export const log = unaryInexact('log', primitive.log);
/** `log(1 + x)`, accurate near 0. */
export const log1p = unaryInexact('log1p', primitive.log1p);
/** Logarithm to base 2. */
export const log2 = unaryInexact('log2', (x) => primitive.div(primitive.log(x), like(x, Math.LN2)));
/** Logarithm to base 10. */
export const log10 = unaryInexact('log10', (x) => primitive.div(primitive.log(x), like(x, Math.LN10)));
/** Square root; NaN below 0. */
export const sqrt = unaryInexact('sqrt', primitive.sqrt);
/** Cube root, real for negative `x`. */
export const cbrt = unaryInexact('cbrt', primitive.cbrt);

/** Sine; radians. */
export const sin = unaryInexact('sin', primitive.sin);
/** Cosine; radians. */
export const cos = unaryInexact('cos', primitive.cos);
/** Tangent; radians. */
export const tan = unaryInexact('tan', primitive.tan);
/** Inverse sine, in [-pi/2, pi/2]; NaN outside of [-1, 1]. */
export const arcsin = unaryInexact('arcsin', primitive.asin);
/** Inverse cosine, in [0, pi]; NaN outside of [-1, 1]. */
export const arccos = unaryInexact('arccos', primitive.acos);
/** Inverse tangent, in (-pi/2, pi/2). */
export const arctan = unaryInexact('arctan', primitive.atan);
/** The angle of the point `(x2, x1)`, in [-pi, pi]. */
export const arctan2: Binary = binaryInexact('arctan2', primitive.atan2);
/** Hyperbolic sine. */
export const sinh = unaryInexact('sinh', primitive.sinh);
/** Hyperbolic cosine. */
export const cosh = unaryInexact('cosh', primitive.cosh);
/** Hyperbolic tangent. */
export const tanh = unaryInexact('tanh', primitive.tanh);
/** Inverse hyperbolic sine. */
export const arcsinh = unaryInexact('arcsinh', primitive.asinh);
/** Inverse hyperbolic cosine; NaN below 1. */
export const arccosh = unaryInexact('arccosh', primitive.acosh);
/** Inverse hyperbolic tangent; NaN outside of [-1, 1]. */
export const arctanh = unaryInexact('arctanh', primitive.atanh);

export {
  arccos as acos,
  arccosh as acosh,
  arcsin as asin,
  arcsinh as asinh,
  arctan as atan,
  arctan2 as atan2,
  arctanh as atanh,
};

/** Degrees from radians. */
export const degrees = unaryInexact('degrees', (x) => primitive.mul(x, like(x, 180 / Math.PI)));
/** Radians from degrees. */
export const radians = unaryInexact('radians', (x) => primitive.mul(x, like(x, Math.PI / 180)));
/** Degrees from radians. */
export const rad2deg = degrees;
/** Radians from degrees. */
export const deg2rad = radians;

/**
 * `log(e^x1 + e^x2)` without overflow. Its derivative are the two softmax weights, also at infinities.
 */
export const logaddexp: Binary = (x1, x2) => {
  const [x, y] = promoteArgsInexact('logaddexp', x1, x2);
  return logAdd(x, y, primitive.exp, primitive.log1p);
};

/** `log2(2^x1 + 2^x2)` without overflow. */
export const logaddexp2: Binary = (x1, x2) => {
  const [x, y] = promoteArgsInexact('logaddexp2', x1, x2);
  return logAdd(x, y, primitive.exp2, (t) => primitive.div(primitive.log1p(t), like(t, Math.LN2)));
};

/**
 * `max + log(1 + exp(-|x - y|))`; where the operands are equal infinities the difference would be NaN. Both kinks are taken
 * on the same side, so that their derivatives cancel where the operands are equal.
 */
function logAdd(x: NdArray, y: NdArray, exponential: typeof primitive.exp, logarithm: typeof primitive.log1p): NdArray {
  const difference = primitive.sub(x, y);
  const isEqualInfinity = primitive.ne(difference, difference);
  const isFirst = primitive.gt(x, y);
  const gap = choose(isFirst, primitive.neg(difference), choose(isEqualInfinity, like(x, 0), difference));
  const sum = primitive.add(choose(isFirst, x, y), logarithm(exponential(gap)));
  return choose(isEqualInfinity, primitive.add(x, y), sum);
}

/** `sin(pi x) / (pi x)`, and 1 at 0, where all derivatives are those of the analytic function. */
export const sinc = (x: ArrayLike): NdArray => {
  const angle = primitive.mul(inexactArray('sinc', x), like(inexactArray('sinc', x), Math.PI));
  const isSmall = primitive.lt(primitive.abs(angle), like(angle, isComplex(angle.dtype) ? 0 : 1e-2));
  const safe = choose(isSmall, like(angle, 1), angle);
  // 1 - t^2/6 + t^4/120 - t^6/5040: beyond float64's precision for |t| < 0.01, and differentiable at 0.
  const s = primitive.square(choose(isSmall, angle, like(angle, 0)));
  const horner = [1 / 120, -1 / 6, 1].reduce<NdArray>(
    (sum, c) => primitive.add(primitive.mul(sum, s), like(s, c)),
    primitive.broadcastInDim(like(s, -1 / 5040), s.shape, []),
  );
  return choose(isSmall, horner, primitive.div(primitive.sin(safe), safe));
};

/** The angle of a complex number, in radians (`{ deg: true }` for degrees). */
export function angle(z: ArrayLike, options: { readonly deg?: boolean } = {}): NdArray {
  checkOptions('angle', options, { deg: 'boolean' });
  const x = inexactArray('angle', z);
  const isReal = !isComplex(x.dtype);
  const re = isReal ? x : primitive.real(x);
  const im = isReal ? primitive.broadcastInDim(like(x, 0), x.shape, []) : primitive.imag(x);
  const radian = primitive.atan2(im, re);
  return options.deg ? degrees(radian) : radian;
}
