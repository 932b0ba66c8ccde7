/**
 * Arithmetic: sums, products, quotients, powers.
 *
 * Integers wrap around. Division by the integer 0 gives -1 (all bits), its remainder the dividend, as XLA defines.
 * Source: jax.lax; lowerings: StableHLO.
 */
import type { NdArray } from '../array/array.js';
import { scalarArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import * as complex from '../array/complex.js';
import { isComplex, isInexact, isInteger } from '../array/dtype.js';
import { DTypeMismatch, InvalidArgument } from '../error/error.js';
import type { KernelValue } from '../ir/kernel.js';
import type { Value } from '../ir/lowering.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { bilinear, linear, mapCotangent, smooth, withTranspose } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { eq, select } from './compare.js';
import { convertElementType, convertHost } from './convert.js';
import { log } from './exponential.js';
import { abs, sign } from './extrema.js';
import {
  batchPointwise,
  broadcastOperands,
  checkAccepts,
  commonShape,
  evaluatePointwise,
  partials,
  pointwise,
  pointwiseKernel,
  pointwiseType,
  rebroadcast,
  unbroadcast,
} from './pointwise.js';
import { floor } from './rounding.js';

/** A scalar of the dtype of `x`, to combine with it. */
export const like = (x: NdArray, value: number): NdArray => scalarArray(value, x.dtype, false);

/** The negative (`lax.neg`); unsigned integers wrap around. */
export const negP = pointwise({
  name: 'neg',
  accepts: 'number',
  real: (x) => -x,
  big: (x) => -x,
  complex: complex.neg,
  derivative: (self) => linear(self, ([ct], [x]) => [mapCotangent(ct, x.aval, neg)]),
  lower: 'negate',
  kernel: (k, [x], _, [out]) =>
    x.aval.dtype === 'int32'
      ? [k.elementwise('Sub', { a: k.constant(0, x.aval.withShape([])), b: x }, out)]
      : [k.elementwise('Neg', { x }, out)],
});
export const neg = (x: NdArray): NdArray => bindOne(negP, [x], {});

/** The sum (`lax.add`). */
export const addP = pointwise({
  name: 'add',
  accepts: 'number',
  real: (x, y) => x + y,
  big: (x, y) => x + y,
  complex: complex.add,
  derivative: (self) =>
    smooth(
      ([x, y], [dx, dy]) => {
        const out = add(x, y);
        if (isZero(dx) && isZero(dy)) return { primals: [out], tangents: [new Zero(out.aval)] };
        if (isZero(dx)) return { primals: [out], tangents: [rebroadcast(dy as NdArray, out.shape)] };
        if (isZero(dy)) return { primals: [out], tangents: [rebroadcast(dx, out.shape)] };
        return { primals: [out], tangents: [bindOne(self(), [dx, dy], {})] };
      },
      ([ct], operands) => operands.map((x) => (isLinear(x) ? unbroadcast(ct, x.aval) : null)),
    ),
  lower: 'add',
  kernel: pointwiseKernel('Add', 'float32', 'int32'),
});
export const add = (x: NdArray, y: NdArray): NdArray => bindOne(addP, [x, y], {});

/** The difference (`lax.sub`). */
export const subP = pointwise({
  name: 'sub',
  accepts: 'number',
  real: (x, y) => x - y,
  big: (x, y) => x - y,
  complex: (x, y) => complex.add(x, complex.neg(y)),
  derivative: (self) =>
    smooth(
      ([x, y], [dx, dy]) => {
        const out = sub(x, y);
        if (isZero(dx) && isZero(dy)) return { primals: [out], tangents: [new Zero(out.aval)] };
        if (isZero(dx)) return { primals: [out], tangents: [rebroadcast(neg(dy as NdArray), out.shape)] };
        if (isZero(dy)) return { primals: [out], tangents: [rebroadcast(dx, out.shape)] };
        return { primals: [out], tangents: [bindOne(self(), [dx, dy], {})] };
      },
      ([ct], [x, y]) => [
        isLinear(x) ? unbroadcast(ct, x.aval) : null,
        isLinear(y) ? unbroadcast(mapCotangent(ct, ct.aval, neg), y.aval) : null,
      ],
    ),
  lower: 'subtract',
  kernel: pointwiseKernel('Sub', 'float32', 'int32'),
});
export const sub = (x: NdArray, y: NdArray): NdArray => bindOne(subP, [x, y], {});

/** The product (`lax.mul`). */
export const mulP = pointwise({
  name: 'mul',
  accepts: 'number',
  real: (x, y) => x * y,
  integer: Math.imul,
  big: (x, y) => x * y,
  complex: complex.mul,
  derivative: (self) =>
    bilinear(
      self,
      (ct, y, x) => unbroadcast(mul(ct, y), x) as NdArray,
      (ct, x, y) => unbroadcast(mul(x, ct), y) as NdArray,
    ),
  lower: 'multiply',
  kernel: pointwiseKernel('Multiply', 'float32', 'int32'),
});
export const mul = (x: NdArray, y: NdArray): NdArray => bindOne(mulP, [x, y], {});

/** The quotient (`lax.div`); integers are divided towards zero. */
export const divP = pointwise({
  name: 'div',
  accepts: 'number',
  real: (x, y) => x / y,
  // As XLA defines it: towards zero, and -1 (all bits) for a division by zero.
  integer: (x, y) => (y === 0 ? -1 : Math.trunc(x / y)),
  big: (x, y) => (y === 0n ? -1n : x / y),
  complex: complex.div,
  derivative: (self) =>
    withTranspose(
      partials(
        self,
        (dx, _, [, y]) => div(dx, y),
        (dy, _, [x, y]) => mul(mul(neg(dy), x), integerPow(y, -2)),
      ),
      ([ct], [x, y]) => [
        isLinear(x)
          ? unbroadcast(
              mapCotangent(ct, ct.aval, (c) => div(c, y as NdArray)),
              x.aval,
            )
          : null,
        null,
      ],
    ),
  lower: 'divide',
  kernel: 'RealDiv',
});
export const div = (x: NdArray, y: NdArray): NdArray => bindOne(divP, [x, y], {});

/** The remainder, with the sign of the dividend (`lax.rem`). */
export const remP = pointwise({
  name: 'rem',
  accepts: 'real',
  real: (x, y) => x % y,
  integer: (x, y) => (y === 0 ? x : x % y),
  big: (x, y) => (y === 0n ? x : x % y),
  derivative: (self) =>
    partials(
      self,
      (dx, y) => rebroadcast(dx, y.shape),
      (dy, _, [x, y]) => mul(neg(dy), mul(sign(div(x, y)), floor(abs(div(x, y))))),
    ),
  lower: 'remainder',
});
export const rem = (x: NdArray, y: NdArray): NdArray => bindOne(remP, [x, y], {});

/** `x` times itself (`lax.square`). */
export const squareP = pointwise({
  name: 'square',
  accepts: 'number',
  real: (x) => x * x,
  integer: (x) => Math.imul(x, x),
  big: (x) => x * x,
  complex: (x) => complex.mul(x, x),
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, mul(like(x, 2), x))),
  lower: (e, [x], _, [out]) => [isComplex(out.dtype) ? e.op('chlo.square', [x], out) : e.op('multiply', [x, x], out)],
  kernel: 'Square',
});
export const square = (x: NdArray): NdArray => bindOne(squareP, [x], {});

/** The product of `n` factors `x`, by repeated squaring: as many products as `n` has bits. */
function repeatedSquares<T>(x: T, n: number, one: T, times: (a: T, b: T) => T): T {
  let result: T | null = null;
  let power = x;
  for (let m = n; m > 0; m = Math.floor(m / 2)) {
    if (m % 2 === 1) result = result === null ? power : times(result, power);
    if (m > 1) power = times(power, power);
  }
  return result ?? one;
}

/**
 * `x` to a whole power that is known when the program is written (`lax.integer_pow`). An integer `x` needs `y >= 0`.
 * @throws InvalidArgument for a power that is not whole, or a negative one of integers
 */
export const integerPowP = definePrimitive<{ y: number }>((self) => ({
  name: 'integer_pow',
  type: ([x], { y }) => {
    if (!Number.isInteger(y) || (y < 0 && isInteger(x.dtype))) {
      const expected = isInteger(x.dtype)
        ? 'a whole number that is not negative, since x is an integer'
        : 'a whole number';
      throw new InvalidArgument({ op: 'integerPow', argument: 'y', expected, actual: String(y) });
    }
    return pointwiseType('integerPow', 'number')([x]);
  },
  evaluate: (args, { y }) =>
    evaluatePointwise('integerPow', {
      real: (x) => x ** y,
      integer: (x) => repeatedSquares(x, y, 1, Math.imul),
      big: (x) => repeatedSquares(x, y, 1n, (a, b) => BigInt.asUintN(64, a * b)),
      complex: (x) => complex.integerPow(x, y),
    })(args),
  derivative: partials(self, (dx, _, [x], { y }) => {
    if (y === 0) return new Zero(dx.aval);
    return y === 1 ? dx : mul(dx, mul(like(x, y), integerPow(x, y - 1)));
  }),
  batch: batchPointwise(self),
  lower: (e, [x], { y }, [out]) => {
    const times = (a: Value, b: Value): Value => e.op('multiply', [a, b], out);
    const one = (): Value => e.constant(1, out);
    const power = y === 0 ? one() : repeatedSquares(x, Math.abs(y), x, times);
    return [y < 0 ? e.op('divide', [one(), power], out) : power];
  },
  kernel: (k, [x], { y }, [out]) => {
    const times = (a: KernelValue, b: KernelValue): KernelValue =>
      a === b && out.dtype === 'float32'
        ? k.elementwise('Square', { x: a }, out)
        : k.elementwise('Multiply', { a, b }, out);
    const power = y === 0 ? k.constant(1, out) : repeatedSquares(x, Math.abs(y), x, times);
    return [y < 0 ? k.elementwise('Reciprocal', { x: power }, out) : power];
  },
}));
export const integerPow = (x: NdArray, y: number): NdArray => (y === 1 ? x : bindOne(integerPowP, [x], { y }));

/** 1 where `x` is 0, else `x`: keeps a logarithm or a factor finite where it is multiplied with 0. */
const replaceZero = (x: NdArray): NdArray => select(eq(x, like(x, 0)), like(x, 1), x);

/** C's `pow`, where JavaScript says NaN for a power of 1 or an infinite power of -1. */
const realPow = (x: number, y: number): number =>
  x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;

/**
 * `x` to the power `y` (`lax.pow`): both of one inexact dtype, or `y` of an integer dtype. The derivative with respect to
 * `y` takes the logarithm of 0 as 0.
 * @throws DTypeMismatch for other dtypes
 */
export const powP = definePrimitive<Record<never, never>>((self) => ({
  name: 'pow',
  type: ([x, y]) => {
    checkAccepts('pow', 'x', x.dtype, 'inexact');
    if (y.dtype !== x.dtype && !isInteger(y.dtype)) {
      const expected = `x has dtype ${x.dtype}, so an exponent must have that dtype or an integer one`;
      throw new DTypeMismatch({ op: 'pow', argument: 'y', expected, actual: y.dtype });
    }
    return [shaped(commonShape('pow', [x, y]), x.dtype, x.weakType && y.weakType)];
  },
  evaluate: ([x, y]) => evaluatePointwise('pow', { real: realPow, complex: complex.pow })([x, convertHost(y, x.dtype)]),
  derivative: partials(
    self,
    (dx, _, [x, y]) => {
      const inexact = isInexact(y.dtype);
      const power = pow(x, sub(y, like(y, 1)));
      if (inexact) return mul(dx, mul(y, power));
      const factor = convertElementType(replaceZero(y), x.dtype);
      return mul(dx, select(eq(y, like(y, 0)), like(x, 0), mul(factor, power)));
    },
    (dy, result, [x]) => mul(dy, mul(log(replaceZero(x)), result)),
  ),
  batch: batchPointwise(self),
  lower: (e, [x, y], _, [out]) => [e.op('power', broadcastOperands(e, [x, e.convert(y, out.dtype)], out.shape), out)],
  kernel: (k, [a, y], _, [out]) => [k.elementwise('Pow', { a, b: k.convert(y, out.dtype) }, out)],
}));
export const pow = (x: NdArray, y: NdArray): NdArray => bindOne(powP, [x, y], {});
