/**
 * Elementwise operations as `jax.lax` has them: operands of one shape (or scalars) and one dtype.
 *
 * Unlike in `fluxion/numpy` nothing is promoted or broadcast, except that plain numbers take the dtype of the array beside
 * them. Each throws `ShapeMismatch` and `DTypeMismatch` for operands that do not fit together.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultFloat } from '../array/convert.js';
import { type DType, isInteger } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { alike, asArray, cast } from './operand.js';
import { roundOptions } from './options.js';

const unary =
  (name: string, f: (x: NdArray) => NdArray) =>
  (x: ArrayLike): NdArray =>
    f(asArray(x, name));

/** Functions of floats, given an integer-valued plain number, mean the float. */
const inexact =
  (name: string, f: (x: NdArray) => NdArray) =>
  (x: ArrayLike): NdArray => {
    const array = asArray(x, name);
    return f(array.weakType && isInteger(array.dtype) ? cast(array, defaultFloat(), true) : array);
  };

const binary =
  (name: string, f: (x: NdArray, y: NdArray) => NdArray) =>
  (x: ArrayLike, y: ArrayLike): NdArray => {
    const [a, b] = alike([x, y], name);
    return f(a, b);
  };

/** `-x`. */
export const neg = unary('neg', primitive.neg);
/** -1, 0 or 1 by the sign of `x`; for complex numbers `x / |x|`. NaN stays NaN. */
export const sign = unary('sign', primitive.sign);
/** `|x|`, real for complex `x`. Its derivative at 0 is 1, as in JAX. */
export const abs = unary('abs', primitive.abs);
/** Square root. */
export const sqrt = inexact('sqrt', primitive.sqrt);
/** `1 / sqrt(x)`. */
export const rsqrt = inexact('rsqrt', primitive.rsqrt);
/** Cube root, real for negative `x`. */
export const cbrt = inexact('cbrt', primitive.cbrt);
/** `e^x`. */
export const exp = inexact('exp', primitive.exp);
/** `2^x`. */
export const exp2 = inexact('exp2', primitive.exp2);
/** Natural logarithm. */
export const log = inexact('log', primitive.log);
/** `log(1 + x)`, accurate near 0. */
export const log1p = inexact('log1p', primitive.log1p);
/** `e^x - 1`, accurate near 0. */
export const expm1 = inexact('expm1', primitive.expm1);
/** Sine; radians. */
export const sin = inexact('sin', primitive.sin);
/** Cosine; radians. */
export const cos = inexact('cos', primitive.cos);
/** Tangent; radians. */
export const tan = inexact('tan', primitive.tan);
/** Inverse sine. */
export const asin = inexact('asin', primitive.asin);
/** Inverse cosine. */
export const acos = inexact('acos', primitive.acos);
/** Inverse tangent. */
export const atan = inexact('atan', primitive.atan);
/** Hyperbolic sine. */
export const sinh = inexact('sinh', primitive.sinh);
/** Hyperbolic cosine. */
export const cosh = inexact('cosh', primitive.cosh);
/** Hyperbolic tangent. */
export const tanh = inexact('tanh', primitive.tanh);
/** Inverse hyperbolic sine. */
export const asinh = inexact('asinh', primitive.asinh);
/** Inverse hyperbolic cosine. */
export const acosh = inexact('acosh', primitive.acosh);
/** Inverse hyperbolic tangent. */
export const atanh = inexact('atanh', primitive.atanh);
/** The logistic function `1 / (1 + e^-x)`. */
export const logistic = inexact('logistic', primitive.logistic);
/** The error function. */
export const erf = inexact('erf', primitive.erf);
/** `1 - erf(x)`, accurate for large `x`. */
export const erfc = inexact('erfc', primitive.erfc);
/** The inverse of `erf`. */
export const erfInv = inexact('erfInv', primitive.erfInv);
/** `log |Gamma(x)|`. */
export const lgamma = inexact('lgamma', primitive.lgamma);
/** The derivative of `lgamma`. */
export const digamma = inexact('digamma', primitive.digamma);
/** The `m`-th derivative of `digamma`, for whole `m`. */
export const polygamma = (m: ArrayLike, x: ArrayLike): NdArray => {
  const [order, value] = alike([m, x], 'polygamma');
  return primitive.polygamma(order, value);
};
/** The Hurwitz zeta function: the sum of `(q + n)^-x` over `n >= 0`. */
export const zeta = (x: ArrayLike, q: ArrayLike): NdArray => {
  const [exponent, shift] = alike([x, q], 'zeta');
  return primitive.zeta(exponent, shift);
};
/** `e^-|x| I_0(x)`, the scaled modified Bessel function of order 0. */
export const besselI0e = inexact('besselI0e', primitive.besselI0e);
/** `e^-|x| I_1(x)`, the scaled modified Bessel function of order 1. */
export const besselI1e = inexact('besselI1e', primitive.besselI1e);
/** `x x`. */
export const square = unary('square', primitive.square);
/** `1 / x`. */
export const reciprocal = inexact('reciprocal', (x) => primitive.integerPow(x, -1));
/** The largest integer not above `x`, as a float. */
export const floor = inexact('floor', primitive.floor);
/** The smallest integer not below `x`, as a float. */
export const ceil = inexact('ceil', primitive.ceil);
/** True where `x` is neither infinite nor NaN. */
export const isFinite = inexact('isFinite', primitive.isFinite);
/** Real part of a complex array. */
export const real = unary('real', primitive.real);
/** Imaginary part of a complex array. */
export const imag = unary('imag', primitive.imag);
/** Complex conjugate. */
export const conj = unary('conj', primitive.conj);
/** All bits of integers flipped; the negation of booleans. */
export const bitwiseNot = unary('bitwiseNot', primitive.not);
/** The number of bits that are set. */
export const populationCount = unary('populationCount', primitive.populationCount);
/** The number of leading zero bits. */
export const clz = unary('clz', primitive.clz);

/** `x + y`. */
export const add = binary('add', primitive.add);
/** `x - y`. */
export const sub = binary('sub', primitive.sub);
/** `x y`. */
export const mul = binary('mul', primitive.mul);
/** `x / y`; integers are divided towards zero. */
export const div = binary('div', primitive.div);
/** The remainder of `div`, with the sign of `x`. */
export const rem = binary('rem', primitive.rem);
/** The larger one; NaN if one is. A tie splits its derivative in halves. */
export const max = binary('max', primitive.max);
/** The smaller one; NaN if one is. A tie splits its derivative in halves. */
export const min = binary('min', primitive.min);
/** The angle of the point `(y, x)`, given as `atan2(x, y)` names its arguments in JAX: `atan(x / y)` in the right quadrant. */
export const atan2 = binary('atan2', primitive.atan2);
/** The next float after `x` in the direction of `y`. */
export const nextafter = binary('nextafter', primitive.nextafter);
/** `x + i y`. */
export const complex = binary('complex', primitive.complex);
/** `x = y`, as bool. */
export const eq = binary('eq', primitive.eq);
/** `x != y`, as bool. */
export const ne = binary('ne', primitive.ne);
/** `x < y`, as bool. */
export const lt = binary('lt', primitive.lt);
/** `x <= y`, as bool. */
export const le = binary('le', primitive.le);
/** `x > y`, as bool. */
export const gt = binary('gt', primitive.gt);
/** `x >= y`, as bool. */
export const ge = binary('ge', primitive.ge);
/** Bitwise and; logical for booleans. */
export const bitwiseAnd = binary('bitwiseAnd', primitive.and);
/** Bitwise or; logical for booleans. */
export const bitwiseOr = binary('bitwiseOr', primitive.or);
/** Bitwise exclusive or; logical for booleans. */
export const bitwiseXor = binary('bitwiseXor', primitive.xor);
/** `x` shifted left by `y` bits; 0 when `y` is not less than the number of bits. */
export const shiftLeft = binary('shiftLeft', primitive.shiftLeft);
/** `x` shifted right by `y` bits, filled with zeros. */
export const shiftRightLogical = binary('shiftRightLogical', primitive.shiftRightLogical);
/** `x` shifted right by `y` bits, filled with the sign. */
export const shiftRightArithmetic = binary('shiftRightArithmetic', primitive.shiftRightArithmetic);

/** `x` to the power `y`; an integer `y` may have another dtype than `x`. A plain integer `y` is `integerPow`. */
export function pow(x: ArrayLike, y: ArrayLike): NdArray {
  if (typeof y === 'number' && Number.isInteger(y)) return integerPow(x, y);
  const base = asArray(x, 'pow');
  const exponent = asArray(y, 'pow', 'y');
  if (isInteger(exponent.dtype) && !exponent.weakType) return primitive.pow(base, exponent);
  const [a, b] = alike([x, y], 'pow');
  return primitive.pow(a, b);
}

/**
 * `x` to a power known when the program is written; negative powers of floats only.
 * @throws InvalidArgument when `y` is not an integer, or is negative for integer `x`
 */
export function integerPow(x: ArrayLike, y: number): NdArray {
  checkArgument('integerPow', 'y', y, 'integer');
  const base = asArray(x, 'integerPow');
  if (!Number.isInteger(y) || (y < 0 && isInteger(base.dtype))) {
    throw new InvalidArgument({
      op: 'integerPow',
      argument: 'y',
      expected: Number.isInteger(y) ? 'not negative for an integer array' : 'an integer',
      actual: `${y}`,
    });
  }
  return primitive.integerPow(base, y);
}

/** How `round` treats numbers half way between two integers. */
export const RoundingMethod = { AWAY_FROM_ZERO: 0, TO_NEAREST_EVEN: 1 } as const;
export type RoundingMethod = 0 | 1 | keyof typeof RoundingMethod;

/** Options of `round`. */
export interface RoundOptions {
  /** What happens half way between two integers. Default `AWAY_FROM_ZERO` (0). */
  readonly roundingMethod?: RoundingMethod;
}

/** The nearest integer, as a float. */
export function round(x: ArrayLike, options: RoundOptions = {}): NdArray {
  checkOptions('round', options, roundOptions);
  const { roundingMethod = 0 } = options;
  const even = roundingMethod === 1 || roundingMethod === 'TO_NEAREST_EVEN';
  return primitive.round(asArray(x, 'round'), even ? 'TO_NEAREST_EVEN' : 'AWAY_FROM_ZERO');
}

/** `onTrue` where `pred` holds, else `onFalse`; `pred` is a scalar or has their shape. */
export function select(pred: ArrayLike, onTrue: ArrayLike, onFalse: ArrayLike): NdArray {
  const [a, b] = alike([onTrue, onFalse], 'select');
  return primitive.selectN(asArray(pred, 'select', 'pred'), b, a);
}

/** `cases[which]`, element by element; `which` is bool (two cases) or int32 (`lax.select_n`). */
export const selectN = (which: ArrayLike, ...cases: readonly ArrayLike[]): NdArray =>
  primitive.selectN(asArray(which, 'selectN', 'which'), ...alike(cases, 'selectN'));

/** `x` brought between `min` and `max`, which are scalars or have its shape. */
export function clamp(min: ArrayLike, x: ArrayLike, max: ArrayLike): NdArray {
  const [low, value, high] = alike([min, x, max], 'clamp');
  return primitive.clamp(low, value, high);
}

/**
 * The elements in another dtype: floats are rounded to nearest even, or truncated for integers.
 * @throws InvalidArgument for a name that is not a dtype
 */
export const convertElementType = (operand: ArrayLike, newDtype: DType): NdArray => {
  checkArgument('convertElementType', 'newDtype', newDtype, 'dtype');
  const x = asArray(operand, 'convertElementType', 'operand');
  const dtype = checkDType(newDtype, 'convertElementType', 'newDtype');
  return x.dtype === dtype && !x.weakType ? x : primitive.convertElementType(x, dtype);
};

/** The same bits read as another dtype. Narrower elements become a new last axis, wider ones need one. */
export const bitcastConvertType = (operand: ArrayLike, newDtype: DType): NdArray => {
  checkArgument('bitcastConvertType', 'newDtype', newDtype, 'dtype');
  return primitive.bitcastConvertType(
    asArray(operand, 'bitcastConvertType', 'operand'),
    checkDType(newDtype, 'bitcastConvertType', 'newDtype'),
  );
};

/** Rounds to a float format with this many bits, and back. */
export const reducePrecision = (operand: ArrayLike, exponentBits: number, mantissaBits: number): NdArray => {
  checkArgument('reducePrecision', 'exponentBits', exponentBits, 'integer');
  checkArgument('reducePrecision', 'mantissaBits', mantissaBits, 'integer');
  return primitive.reducePrecision(asArray(operand, 'reducePrecision', 'operand'), exponentBits, mantissaBits);
};
