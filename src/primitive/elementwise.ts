/**
 * Elementwise arithmetic and functions.
 *
 * Derivatives are JAX's, also where the mathematics leaves a choice: `abs` at 0 has slope 1 (its sign, 0, times the
 * tangent), `max` and `min` split a tie in halves. Source of the list: jax.lax; lowerings: StableHLO and CHLO.
 */
import type { NdArray } from '../array/array.js';
import { scalarArray } from '../array/array.js';
import type { Value } from '../ir/lowering.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { bilinear, linear, mapCotangent, smooth, withTranspose } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import {
  batchPointwise,
  type Complex,
  evaluatePointwise,
  partials,
  pointwise,
  pointwiseType,
  rebroadcast,
  unbroadcast,
} from './pointwise.js';

/** A scalar of the dtype of `x`, to combine with it. */
export const like = (x: NdArray, value: number): NdArray => scalarArray(value, x.dtype, false);

const cmul = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const cdiv = ([a, b]: Complex, [c, d]: Complex): Complex => {
  const n = c * c + d * d;
  return [(a * c + b * d) / n, (b * c - a * d) / n];
};
const cexp = ([a, b]: Complex): Complex => [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)];

export const negP = pointwise({
  name: 'neg',
  accepts: 'number',
  real: (x) => -x,
  big: (x) => -x,
  complex: ([a, b]) => [-a, -b],
  derivative: (self) => linear(self, ([ct], [x]) => [mapCotangent(ct, x.aval, neg)]),
  lower: 'negate',
});
export const neg = (x: NdArray): NdArray => bindOne(negP, [x], {});

export const addP = pointwise({
  name: 'add',
  accepts: 'number',
  real: (x, y) => x + y,
  big: (x, y) => x + y,
  complex: ([a, b], [c, d]) => [a + c, b + d],
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
});
export const add = (x: NdArray, y: NdArray): NdArray => bindOne(addP, [x, y], {});

export const subP = pointwise({
  name: 'sub',
  accepts: 'number',
  real: (x, y) => x - y,
  big: (x, y) => x - y,
  complex: ([a, b], [c, d]) => [a - c, b - d],
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
});
export const sub = (x: NdArray, y: NdArray): NdArray => bindOne(subP, [x, y], {});

export const mulP = pointwise({
  name: 'mul',
  accepts: 'any',
  real: (x, y) => x * y,
  integer: Math.imul,
  big: (x, y) => x * y,
  complex: cmul,
  derivative: (self) =>
    bilinear(
      self,
      (ct, y, x) => unbroadcast(mul(ct, y), x) as NdArray,
      (ct, x, y) => unbroadcast(mul(x, ct), y) as NdArray,
    ),
  lower: 'multiply',
});
export const mul = (x: NdArray, y: NdArray): NdArray => bindOne(mulP, [x, y], {});

export const divP = pointwise({
  name: 'div',
  accepts: 'number',
  real: (x, y) => x / y,
  // As XLA defines it: towards zero, and -1 (all bits) for a division by zero.
  integer: (x, y) => (y === 0 ? -1 : Math.trunc(x / y)),
  big: (x, y) => (y === 0n ? -1n : x / y),
  complex: cdiv,
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
});
export const div = (x: NdArray, y: NdArray): NdArray => bindOne(divP, [x, y], {});

/** `x` to a power known when the program is written (`lax.integer_pow`). */
export const integerPowP = definePrimitive<{ y: number }>((self) => ({
  name: 'integer_pow',
  type: pointwiseType('integer_pow', 'number'),
  evaluate: (args, { y }) =>
    evaluatePointwise('integer_pow', {
      real: (x) => x ** y,
      big: (x) => x ** BigInt(y),
      complex: (x) => {
        let power: Complex = [1, 0];
        for (let i = 0; i < Math.abs(y); i++) power = cmul(power, x);
        return y < 0 ? cdiv([1, 0], power) : power;
      },
    })(args),
  derivative: partials(self, (dx, _, [x], { y }) =>
    y === 0 ? new Zero(dx.aval) : mul(dx, mul(like(x, y), integerPow(x, y - 1))),
  ),
  batch: batchPointwise(self),
  // Repeated squaring: the number of products is the number of bits of |y|.
  lower: (e, [x], { y }, [out]) => {
    const times = (a: Value, b: Value): Value => e.op('multiply', [a, b], out);
    let result: Value | null = null;
    let square = x;
    for (let n = Math.abs(y); n > 0; n >>>= 1) {
      if (n & 1) result = result === null ? square : times(result, square);
      if (n > 1) square = times(square, square);
    }
    result ??= e.constant(1, out);
    return [y < 0 ? e.op('divide', [e.constant(1, out), result], out) : result];
  },
}));
export const integerPow = (x: NdArray, y: number): NdArray => (y === 1 ? x : bindOne(integerPowP, [x], { y }));

export const expP = pointwise({
  name: 'exp',
  accepts: 'inexact',
  real: Math.exp,
  complex: cexp,
  derivative: (self) => partials(self, (dx, y) => mul(dx, y)),
  lower: 'exponential',
  domain: { range: [-5, 5] },
});
export const exp = (x: NdArray): NdArray => bindOne(expP, [x], {});

export const logP = pointwise({
  name: 'log',
  accepts: 'inexact',
  real: Math.log,
  complex: ([a, b]) => [Math.log(Math.hypot(a, b)), Math.atan2(b, a)],
  derivative: (self) => partials(self, (dx, _, [x]) => div(dx, x)),
  lower: 'log',
  domain: { range: [0, 10], kinks: [0] },
});
export const log = (x: NdArray): NdArray => bindOne(logP, [x], {});

export const sinP = pointwise({
  name: 'sin',
  accepts: 'inexact',
  real: Math.sin,
  complex: ([a, b]) => [Math.sin(a) * Math.cosh(b), Math.cos(a) * Math.sinh(b)],
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, cos(x))),
  lower: 'sine',
});
export const sin = (x: NdArray): NdArray => bindOne(sinP, [x], {});

export const cosP = pointwise({
  name: 'cos',
  accepts: 'inexact',
  real: Math.cos,
  complex: ([a, b]) => [Math.cos(a) * Math.cosh(b), -Math.sin(a) * Math.sinh(b)],
  derivative: (self) => partials(self, (dx, _, [x]) => neg(mul(dx, sin(x)))),
  lower: 'cosine',
});
export const cos = (x: NdArray): NdArray => bindOne(cosP, [x], {});
