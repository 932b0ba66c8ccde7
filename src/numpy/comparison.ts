/**
 * Comparisons, logic and bits. Operands are promoted and broadcast. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { isBool, isComplex, isFloat, isInexact, isInteger, layoutOf } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { broadcastShapes, sameShape } from '../array/shape.js';
import { DTypeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { closeOptions } from './options.js';
import { inexactArray, promoteArgs, promoteArgsInexact, promoteShapes } from './promote.js';
import { all } from './reduction.js';
import { asCondition, choose } from './select.js';
import { type Binary, binary, type Unary, unary, unaryInexact } from './ufunc.js';

const { like } = primitive;

/** Complex numbers are ordered by real part, then imaginary part, as in NumPy. */
const ordered =
  (name: string, strict: (x: NdArray, y: NdArray) => NdArray, f: (x: NdArray, y: NdArray) => NdArray): Binary =>
  (x1, x2) => {
    const [x, y] = promoteArgs(name, x1, x2);
    if (!isComplex(x.dtype)) return f(x, y);
    const [a, b] = [primitive.real(x), primitive.real(y)];
    return choose(primitive.eq(a, b), f(primitive.imag(x), primitive.imag(y)), strict(a, b));
  };

/** `x = y`, as bool. NaN equals nothing. */
export const equal: Binary = binary('equal', primitive.eq);
/** `x != y`, as bool. */
export const notEqual: Binary = binary('notEqual', primitive.ne);
/** `x < y`, as bool. */
export const less: Binary = ordered('less', primitive.lt, primitive.lt);
/** `x <= y`, as bool. */
export const lessEqual: Binary = ordered('lessEqual', primitive.lt, primitive.le);
/** `x > y`, as bool. */
export const greater: Binary = ordered('greater', primitive.gt, primitive.gt);
/** `x >= y`, as bool. */
export const greaterEqual: Binary = ordered('greaterEqual', primitive.gt, primitive.ge);

const logical =
  (name: string, f: (x: NdArray, y: NdArray) => NdArray): Binary =>
  (x1, x2) => {
    const [x, y] = promoteShapes(name, [asCondition(asArray(x1, name, 'x1')), asCondition(asArray(x2, name, 'x2'))]);
    return f(x, y);
  };

/** Whether both are not 0. */
export const logicalAnd: Binary = logical('logicalAnd', primitive.and);
/** Whether one is not 0. */
export const logicalOr: Binary = logical('logicalOr', primitive.or);
/** Whether exactly one is not 0. */
export const logicalXor: Binary = logical('logicalXor', primitive.xor);
/** Whether it is 0. */
export const logicalNot: Unary = (x) => primitive.not(asCondition(asArray(x, 'logicalNot')));

const bits =
  (name: string, f: (x: NdArray, y: NdArray) => NdArray): Binary =>
  (x1, x2) => {
    const [x, y] = promoteArgs(name, x1, x2);
    if (!isInteger(x.dtype) && !isBool(x.dtype)) {
      throw new DTypeMismatch({
        op: name,
        argument: 'x1',
        expected: 'integers or booleans are needed',
        actual: x.dtype,
      });
    }
    return f(x, y);
  };

/** Bitwise and. */
export const bitwiseAnd: Binary = bits('bitwiseAnd', primitive.and);
/** Bitwise or. */
export const bitwiseOr: Binary = bits('bitwiseOr', primitive.or);
/** Bitwise exclusive or. */
export const bitwiseXor: Binary = bits('bitwiseXor', primitive.xor);
/** All bits flipped; the negation of booleans. */
export const bitwiseNot: Unary = unary('bitwiseNot', primitive.not);
/** The number of bits that are set in |x|, as uint8. */
export const bitwiseCount: Unary = unary('bitwiseCount', (x) =>
  primitive.convertElementType(
    primitive.populationCount(layoutOf(x.dtype).kind === 'int' ? primitive.abs(x) : x),
    'uint8',
  ),
);
/** `x` shifted left by `y` bits. */
export const leftShift: Binary = bits('leftShift', primitive.shiftLeft);
/** `x1` shifted right by `x2` bits, filled with the sign for signed integers. */
export const rightShift: Binary = bits('rightShift', (x, y) =>
  layoutOf(x.dtype).kind === 'uint' ? primitive.shiftRightLogical(x, y) : primitive.shiftRightArithmetic(x, y),
);
export {
  bitwiseNot as bitwiseInvert,
  bitwiseNot as invert,
  leftShift as bitwiseLeftShift,
  rightShift as bitwiseRightShift,
};

const constant = (x: NdArray, value: boolean): NdArray => primitive.broadcastInDim(scalar(value, 'bool'), x.shape, []);

/** Whether neither infinite nor NaN. Integers always are. */
export const isfinite: Unary = (x) => {
  const value = asArray(x, 'isfinite');
  if (isComplex(value.dtype)) {
    return primitive.and(primitive.isFinite(primitive.real(value)), primitive.isFinite(primitive.imag(value)));
  }
  return isFloat(value.dtype) ? primitive.isFinite(value) : constant(value, true);
};

/** Whether infinite, of either sign. */
export const isinf: Unary = (x) => {
  const value = asArray(x, 'isinf');
  if (isComplex(value.dtype)) return primitive.or(isinf(primitive.real(value)), isinf(primitive.imag(value)));
  if (!isFloat(value.dtype)) return constant(value, false);
  return primitive.eq(primitive.abs(value), like(value, Number.POSITIVE_INFINITY));
};

/** Whether not a number. */
export const isnan: Unary = (x) => {
  const value = asArray(x, 'isnan');
  return isInexact(value.dtype) ? primitive.ne(value, value) : constant(value, false);
};

/** Whether +infinity. */
export const isposinf: Unary = unaryInexact('isposinf', (x) => primitive.eq(x, like(x, Number.POSITIVE_INFINITY)));
/** Whether -infinity. */
export const isneginf: Unary = unaryInexact('isneginf', (x) => primitive.eq(x, like(x, Number.NEGATIVE_INFINITY)));

/** Whether the imaginary part is not 0, element by element. */
export const iscomplex: Unary = (x) => {
  const value = asArray(x, 'iscomplex');
  if (!isComplex(value.dtype)) return constant(value, false);
  const im = primitive.imag(value);
  return primitive.ne(im, like(im, 0));
};
/** Whether the imaginary part is 0, element by element. */
export const isreal: Unary = (x) => logicalNot(iscomplex(x));
/** Whether the dtype is complex. */
export const iscomplexobj = (x: ArrayLike): boolean => isComplex(asArray(x, 'iscomplexobj').dtype);
/** Whether the dtype is not complex. */
export const isrealobj = (x: ArrayLike): boolean => !iscomplexobj(x);

/** Options of `isclose` and `allclose`. */
export interface CloseOptions {
  /** Relative to `|b|`. Default 1e-5. */
  readonly rtol?: number;
  /** Absolute. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
}

/** Whether `|a - b| <= atol + rtol |b|`, element by element. Equal infinities are close, others are not. */
export function isclose(a: ArrayLike, b: ArrayLike, options: CloseOptions = {}): NdArray {
  checkOptions('isclose', options, closeOptions);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const [x, y] = promoteArgs('isclose', a, b);
  if (!isInexact(x.dtype)) {
    const [p, q] = promoteArgsInexact('isclose', x, y);
    return isclose(p, q, options);
  }
  const magnitude = primitive.abs(y);
  const bound = primitive.add(like(magnitude, atol), primitive.mul(like(magnitude, rtol), magnitude));
  const near = primitive.le(primitive.abs(primitive.sub(x, y)), bound);
  const finite = primitive.and(...(promoteShapes('isclose', [isfinite(x), isfinite(y)]) as [NdArray, NdArray]));
  const close = choose(finite, near, primitive.eq(x, y));
  if (!equalNan) return close;
  return primitive.or(close, logicalAnd(isnan(x), isnan(y)));
}

/** Whether all elements are close, as a scalar array of bool. */
export const allclose = (a: ArrayLike, b: ArrayLike, options: CloseOptions = {}): NdArray =>
  all(isclose(a, b, checkOptions('allclose', options, closeOptions)));

/** Whether two arrays have one shape and equal elements, as a scalar array of bool. */
export function arrayEqual(a1: ArrayLike, a2: ArrayLike, options: { readonly equalNan?: boolean } = {}): NdArray {
  checkOptions('arrayEqual', options, { equalNan: 'boolean' });
  const [x, y] = [asArray(a1, 'arrayEqual', 'a1'), asArray(a2, 'arrayEqual', 'a2')];
  if (!sameShape(x.shape, y.shape)) return constant(asArray(0, 'arrayEqual'), false);
  const same = equal(x, y);
  return all(options.equalNan ? logicalOr(same, logicalAnd(isnan(x), isnan(y))) : same);
}

/** Whether two arrays, broadcast together, have equal elements, as a scalar array of bool. */
export function arrayEquiv(a1: ArrayLike, a2: ArrayLike): NdArray {
  const [x, y] = [asArray(a1, 'arrayEquiv', 'a1'), asArray(a2, 'arrayEquiv', 'a2')];
  return broadcastShapes(x.shape, y.shape) === null ? constant(asArray(0, 'arrayEquiv'), false) : all(equal(x, y));
}

/** Real part. */
export const real: Unary = (x) => {
  const value = asArray(x, 'real');
  return isComplex(value.dtype) ? primitive.real(value) : value;
};
/** Imaginary part; zeros for real arrays. */
export const imag: Unary = (x) => {
  const value = asArray(x, 'imag');
  return isComplex(value.dtype) ? primitive.imag(value) : primitive.broadcastInDim(like(value, 0), value.shape, []);
};
/** Complex conjugate. */
export const conjugate: Unary = (x) => {
  const value = asArray(x, 'conjugate');
  return isComplex(value.dtype) ? primitive.conj(value) : value;
};
/** Complex conjugate. */
export const conj = conjugate;

const towardsInteger =
  (name: string, f: (x: NdArray) => NdArray): Unary =>
  (x) => {
    const value = asArray(x, name);
    return isInexact(value.dtype) ? f(value) : value;
  };

/** The largest integer not above. Integers stay as they are. */
export const floor: Unary = towardsInteger('floor', primitive.floor);
/** The smallest integer not below. Integers stay as they are. */
export const ceil: Unary = towardsInteger('ceil', primitive.ceil);
/** The integer part: towards zero. Integers stay as they are. */
export const trunc: Unary = towardsInteger('trunc', (x) =>
  choose(primitive.lt(x, like(x, 0)), primitive.ceil(x), primitive.floor(x)),
);
/** The integer part: towards zero. */
export const fix = trunc;
/** The nearest integer; halves go to the even one. */
export const rint: Unary = unaryInexact('rint', (x) => primitive.round(x, 'TO_NEAREST_EVEN'));

/** Rounded to `decimals` places; halves go to the even one (`jnp.round`). */
export function round(a: ArrayLike, options: { readonly decimals?: number } = {}): NdArray {
  checkOptions('round', options, { decimals: 'integer' });
  const { decimals = 0 } = options;
  const x = asArray(a, 'round', 'a');
  if (!isInexact(x.dtype)) {
    if (decimals >= 0) return x;
    const factor = like(x, 10 ** -decimals);
    const [quotient] = [
      primitive.round(primitive.div(inexactArray('round', x), inexactArray('round', factor)), 'TO_NEAREST_EVEN'),
    ];
    return primitive.mul(primitive.convertElementType(quotient, x.dtype), factor);
  }
  if (isComplex(x.dtype))
    return primitive.complex(round(primitive.real(x), options), round(primitive.imag(x), options));
  if (decimals === 0) return primitive.round(x, 'TO_NEAREST_EVEN');
  const factor = like(x, 10 ** decimals);
  return primitive.div(primitive.round(primitive.mul(x, factor), 'TO_NEAREST_EVEN'), factor);
}
/** Rounded to `decimals` places; halves go to the even one. */
export const around = round;

/** `[fractional part, integer part]`, both with the sign of `x`. */
export function modf(x: ArrayLike): [NdArray, NdArray] {
  const value = inexactArray('modf', x);
  const whole = trunc(value);
  const infinite = isinf(value);
  return [choose(infinite, like(value, 0), primitive.sub(value, whole)), whole];
}

/** The next float after `x` in the direction of `y`. */
export const nextafter: Binary = (x, y) => {
  const [a, b] = promoteArgsInexact('nextafter', x, y);
  return primitive.nextafter(a, b);
};
