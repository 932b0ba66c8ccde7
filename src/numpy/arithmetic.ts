/**
 * Sums, products, quotients, remainders, powers, signs: operands are promoted and broadcast.
 *
 * Source: jax.numpy, whose rules for integers (`floorDivide`, `remainder`, `power`) and kinks are kept.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, isScalarLike } from '../array/convert.js';
import { isBool, isComplex, isFloat, isInteger, layoutOf } from '../array/dtype.js';
import type { BroadcastOf, Fits } from '../array/shape-types.js';
import { InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { inexactArray, promoteArgs, promoteArgsInexact, promoteDTypesNumeric, promoteShapes } from './promote.js';
import { type Binary, binary, binaryInexact, unary, unaryInexact } from './ufunc.js';

const { like } = primitive;

/** `x + y`; the logical or of booleans. */
export const add: Binary = binary('add', (x, y) => (isBool(x.dtype) ? primitive.or(x, y) : primitive.add(x, y)));
/** `x - y`. */
export const subtract: Binary = binary('subtract', primitive.sub);
/** `x y`; the logical and of booleans. */
export const multiply: Binary = binary('multiply', (x, y) =>
  isBool(x.dtype) ? primitive.and(x, y) : primitive.mul(x, y),
);
/** `x1 / x2`; integers become floats. */
export const trueDivide: Binary = binaryInexact('divide', primitive.div);
/** `x1 / x2`; integers become floats. */
export const divide: Binary = trueDivide;

/** `-x`. */
export const negative = unary('negative', primitive.neg);
/** `x`, as an array. */
export const positive = unary('positive', (x) => x);
/** `|x|`, real for complex `x`. The derivative at 0 is 1, as in JAX. */
export const abs = unary('abs', (x) => (isBool(x.dtype) ? x : primitive.abs(x)));
/** `|x|`; the same as `abs`. */
export const absolute = abs;
/** `|x|` as a float. */
export const fabs = unaryInexact('fabs', primitive.abs);
/** -1, 0 or 1; `x / |x|` for complex numbers; NaN stays NaN. */
export const sign = unary('sign', primitive.sign);
/** `1 / x`. */
export const reciprocal = unaryInexact('reciprocal', (x) => primitive.integerPow(x, -1));
/** `x x`. */
export const square = unary('square', (x) => primitive.square(isBool(x.dtype) ? cast(x, 'int32') : x));

/** The larger one; NaN if one is. A tie splits the derivative in halves. */
export const maximum: Binary = binary('maximum', (x, y) =>
  isBool(x.dtype) ? primitive.or(x, y) : primitive.max(x, y),
);
/** The smaller one; NaN if one is. A tie splits the derivative in halves. */
export const minimum: Binary = binary('minimum', (x, y) =>
  isBool(x.dtype) ? primitive.and(x, y) : primitive.min(x, y),
);
/** The larger one; the other where one is NaN. */
export const fmax: Binary = binary('fmax', (x, y) => pick(primitive.or(primitive.gt(x, y), notNumber(y)), x, y));
/** The smaller one; the other where one is NaN. */
export const fmin: Binary = binary('fmin', (x, y) => pick(primitive.or(primitive.lt(x, y), notNumber(y)), x, y));

const notNumber = (x: NdArray): NdArray => primitive.ne(x, x);

/** `x` where `condition` holds, else `y`; scalars among them are repeated. */
function pick(condition: NdArray, x: NdArray, y: NdArray): NdArray {
  const shape = [condition, x, y].find((a) => a.ndim > 0)?.shape ?? [];
  const fill = (a: NdArray): NdArray => (a.ndim === shape.length ? a : primitive.broadcastInDim(a, shape, []));
  return primitive.selectN(condition.ndim === 0 ? condition : fill(condition), fill(y), fill(x));
}

/** The quotient rounded down to an integer, in the dtype of the operands. */
export const floorDivide: Binary = binary('floorDivide', (x, y) => {
  if (isComplex(x.dtype)) {
    throw new InvalidArgument({
      op: 'floorDivide',
      argument: 'x1',
      expected: 'real (complex numbers have no order)',
      actual: x.dtype,
    });
  }
  if (layoutOf(x.dtype).kind === 'uint') return primitive.div(x, y);
  if (isInteger(x.dtype)) {
    const quotient = primitive.div(x, y);
    const down = primitive.and(
      primitive.ne(primitive.sign(x), primitive.sign(y)),
      primitive.ne(primitive.rem(x, y), like(x, 0)),
    );
    return pick(down, primitive.sub(quotient, like(x, 1)), quotient);
  }
  return floatDivmod(x, y)[0];
});

/** Quotient and remainder of floats; `mod` has the sign of `y`. Source: jax.numpy `_float_divmod`, after CPython. */
function floatDivmod(x: NdArray, y: NdArray): [NdArray, NdArray] {
  const mod = primitive.rem(x, y);
  const zero = like(x, 0);
  // Over 0 the quotient is that of the division, an infinity or NaN.
  const whole = pick(primitive.eq(y, zero), x, primitive.sub(x, mod));
  const quotient = primitive.div(whole, y);
  const adjust = primitive.and(primitive.ne(primitive.sign(y), primitive.sign(mod)), primitive.ne(mod, zero));
  return [
    primitive.round(pick(adjust, primitive.sub(quotient, like(x, 1)), quotient), 'AWAY_FROM_ZERO'),
    pick(adjust, primitive.add(mod, y), mod),
  ];
}

/** `x1 - floor(x1 / x2) x2`: the remainder with the sign of `x2`. An integer remainder by 0 is 0. */
export const remainder: Binary = (x1, x2) => {
  const [x, y] = promoteShapes('remainder', promoteDTypesNumeric('remainder', [x1, x2]));
  const zero = like(x, 0);
  const safe = isInteger(y.dtype) ? pick(primitive.eq(y, zero), like(y, 1), y) : y;
  const truncated = primitive.rem(x, safe);
  const inside = primitive.ne(truncated, zero);
  const adjust = primitive.and(primitive.ne(primitive.lt(truncated, zero), primitive.lt(y, zero)), inside);
  return pick(adjust, primitive.add(truncated, y), truncated);
};
/** The remainder with the sign of `x2`. */
export const mod: Binary = remainder;

/** The remainder with the sign of `x1` (C's `fmod`). */
export const fmod: Binary = binary('fmod', (x, y) => {
  if (!isInteger(x.dtype)) return primitive.rem(x, y);
  return primitive.rem(x, pick(primitive.eq(y, like(y, 0)), like(y, 1), y));
});

/** `[floorDivide(x1, x2), remainder(x1, x2)]`. */
export function divmod(x1: ArrayLike, x2: ArrayLike): [NdArray, NdArray] {
  const [x, y] = promoteArgs('divmod', x1, x2);
  return isFloat(x.dtype) ? floatDivmod(x, y) : [floorDivide(x, y), remainder(x, y)];
}

/**
 * `x1` to the power `x2`. A plain integer exponent is multiplied out (`integerPow`), and its derivative has no logarithm.
 * @throws InvalidArgument for a plain negative exponent of an integer array
 */
export function power<X extends ArrayLike, Y extends ArrayLike>(
  x1: X,
  x2: Y & Fits<BroadcastOf<X, Y>>,
): NdArray<BroadcastOf<X, Y>>;
export function power(x1: ArrayLike, x2: ArrayLike): NdArray {
  if (typeof x2 === 'number' && Number.isInteger(x2) && Math.abs(x2) < 2 ** 31 && !isScalarLike(x1)) {
    const base = asArray(x1, 'power', 'x1');
    if (isInteger(base.dtype) && x2 < 0) {
      throw new InvalidArgument({
        op: 'power',
        argument: 'x2',
        expected: 'not negative for an integer array',
        actual: `${x2}`,
        hint: 'Make the array floating point first: x.astype("float32").',
      });
    }
    if (!isBool(base.dtype))
      return x2 === 0 ? primitive.broadcastInDim(like(base, 1), base.shape, []) : primitive.integerPow(base, x2);
  }
  const [x, y] = promoteShapes('power', promoteDTypesNumeric('power', [x1, x2]));
  if (!isInteger(x.dtype)) return primitive.pow(x, y);
  return integerPower(x, y);
}
/** `x1` to the power `x2`. */
export const pow = power;

/** Integers by repeated squaring over the bits of the exponent; 0 where that is negative. */
function integerPower(x: NdArray, y: NdArray): NdArray {
  const bits = layoutOf(y.dtype).bytes * 8;
  const one = like(x, 1);
  const shape = x.ndim > 0 ? x.shape : y.shape;
  let result = primitive.broadcastInDim(one, shape, []);
  let square = x;
  for (let bit = 0; bit < bits; bit++) {
    const isSet = primitive.ne(primitive.and(y, like(y, bit === 31 ? -(2 ** 31) : 2 ** bit)), like(y, 0));
    result = pick(isSet, primitive.mul(result, square), result);
    if (bit + 1 < bits) square = primitive.mul(square, square);
  }
  if (layoutOf(y.dtype).kind === 'uint') return result;
  return pick(primitive.lt(y, like(y, 0)), like(x, 0), result);
}

/** `x` to the power `y` in floating point, whatever the operands. */
export const floatPower: Binary = binaryInexact('floatPower', primitive.pow);

/**
 * `sqrt(x1^2 + x2^2)` without overflow in between.
 *
 * The derivative at the origin is JAX's: that of the larger of `|x1|`, `|x2|`, a tie in halves.
 */
export const hypot: Binary = (x1, x2) => {
  const [a, b] = promoteArgsInexact('hypot', x1, x2).map(primitive.abs);
  const large = primitive.max(a, b);
  const small = primitive.min(a, b);
  const isZero = primitive.eq(large, like(large, 0));
  const safe = pick(isZero, like(large, 1), large);
  const ratio = primitive.div(small, safe);
  const root = primitive.sqrt(primitive.add(like(large, 1), primitive.square(ratio)));
  const isInfinite = primitive.eq(large, like(large, Number.POSITIVE_INFINITY));
  return pick(primitive.or(isZero, isInfinite), large, primitive.mul(large, root));
};

/** The magnitude of `x1` with the sign of `x2` (also of a signed zero). */
export const copysign: Binary = (x1, x2) => {
  const [x, y] = promoteArgsInexact('copysign', x1, x2);
  const magnitude = primitive.abs(x);
  return pick(signbit(y), primitive.neg(magnitude), magnitude);
};

/** True where the sign bit is set: negative numbers, and -0. */
export const signbit = (x: ArrayLike): NdArray => {
  const value = inexactArray('signbit', x);
  const zero = like(value, 0);
  const negativeZero = primitive.and(primitive.eq(value, zero), primitive.lt(primitive.integerPow(value, -1), zero));
  return primitive.or(primitive.lt(value, zero), negativeZero);
};

/** 0 below 0, 1 above, and `x2` at 0. */
export const heaviside: Binary = (x1, x2) => {
  const [x, y] = promoteArgsInexact('heaviside', x1, x2);
  const zero = like(x, 0);
  const above = pick(primitive.lt(x, zero), zero, pick(primitive.gt(x, zero), like(x, 1), y));
  return pick(notNumber(x), x, above);
};

/** `x1 2^x2`. */
export const ldexp = (x1: ArrayLike, x2: ArrayLike): NdArray => {
  const x = inexactArray('ldexp', x1);
  const exponent = cast(asArray(x2, 'ldexp', 'x2'), x.dtype);
  const [a, b] = promoteShapes('ldexp', [x, exponent]);
  // In two halves, since 2^x2 alone may overflow where the product does not.
  const half = primitive.floor(primitive.mul(b, like(b, 0.5)));
  return primitive.mul(primitive.mul(a, primitive.exp2(half)), primitive.exp2(primitive.sub(b, half)));
};

/** Greatest common divisor of integers, not negative. */
export const gcd: Binary = binary('gcd', (x, y) => euclid('gcd', x, y));

/** Least common multiple of integers, not negative. */
export const lcm: Binary = binary('lcm', (x, y) => {
  const divisor = euclid('lcm', x, y);
  const safe = pick(primitive.eq(divisor, like(x, 0)), like(x, 1), divisor);
  const multiple = primitive.abs(primitive.mul(x, primitive.div(y, safe)));
  return pick(primitive.eq(divisor, like(x, 0)), like(x, 0), multiple);
});

/** Euclid's algorithm, unrolled: Lamé bounds the steps by the number of digits (46 for 32 bits, 92 for 64). */
function euclid(op: string, x: NdArray, y: NdArray): NdArray {
  if (!isInteger(x.dtype)) {
    throw new InvalidArgument({ op, argument: 'x1', expected: 'an integer array', actual: x.dtype });
  }
  let [a, b] = [primitive.abs(x), primitive.abs(y)];
  const zero = like(a, 0);
  for (let step = 0; step < layoutOf(x.dtype).bytes * 12; step++) {
    const done = primitive.eq(b, zero);
    const rest = primitive.rem(a, pick(done, like(b, 1), b));
    [a, b] = [pick(done, a, b), pick(done, b, rest)];
  }
  return a;
}
