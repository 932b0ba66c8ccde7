/**
 * Trigonometric functions and their inverses, in radians.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import * as complex from '../array/complex.js';
import { isComplex, realDType } from '../array/dtype.js';
import type { Emitter, Value } from '../ir/lowering.js';
import { bindOne } from '../trace/context.js';
import { add, div, like, mul, neg, square, sub } from './arithmetic.js';
import { emitCompare } from './compare.js';
import { rsqrt } from './exponential.js';
import { partials, pointwise } from './pointwise.js';

/**
 * Sine or cosine of a complex number from real functions of its parts. The hyperbolic ones come from `expm1`, so that
 * nothing cancels for small imaginary parts; where the real part is 0, so is the part that an overflow would make NaN.
 */
function emitComplex(e: Emitter, x: Value, out: ShapedArray, name: 'sine' | 'cosine'): Value {
  const part = out.withDType(realDType(out.dtype));
  const op = (operation: string, ...operands: Value[]): Value => e.op(operation, operands, part);
  const [a, b] = [op('real', x), op('imag', x)];
  const zero = e.constant(0, part);
  const two = e.constant(2, part);
  const up = op('exponential_minus_one', b);
  const down = op('exponential_minus_one', op('negate', b));
  const sinh = op('divide', op('subtract', up, down), two);
  const cosh = op('divide', op('add', op('add', up, down), two), two);
  const [sin, cos] = [op('sine', a), op('cosine', a)];
  const onAxis = emitCompare(e, 'EQ', a, zero);
  const orZero = (value: Value): Value => op('select', onAxis, zero, value);
  return name === 'sine'
    ? e.op('complex', [orZero(op('multiply', sin, cosh)), op('multiply', cos, sinh)], out)
    : e.op('complex', [op('multiply', cos, cosh), orZero(op('multiply', op('negate', sin), sinh))], out);
}

const lowerCircular =
  (name: 'sine' | 'cosine') =>
  (e: Emitter, [x]: readonly Value[], _: object, [out]: readonly ShapedArray[]): Value[] => [
    isComplex(out.dtype) ? emitComplex(e, x, out, name) : e.op(name, [x], out),
  ];

/** The sine (`lax.sin`). */
export const sinP = pointwise({
  name: 'sin',
  accepts: 'inexact',
  real: Math.sin,
  complex: complex.sin,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, cos(x))),
  lower: lowerCircular('sine'),
  kernel: 'Sin',
});
export const sin = (x: NdArray): NdArray => bindOne(sinP, [x], {});

/** The cosine (`lax.cos`). */
export const cosP = pointwise({
  name: 'cos',
  accepts: 'inexact',
  real: Math.cos,
  complex: complex.cos,
  derivative: (self) => partials(self, (dx, _, [x]) => neg(mul(dx, sin(x)))),
  lower: lowerCircular('cosine'),
  kernel: 'Cos',
});
export const cos = (x: NdArray): NdArray => bindOne(cosP, [x], {});

/** The tangent (`lax.tan`). */
export const tanP = pointwise({
  name: 'tan',
  accepts: 'inexact',
  real: Math.tan,
  complex: complex.tan,
  derivative: (self) => partials(self, (dx, y, [x]) => mul(dx, add(like(x, 1), square(y)))),
  lower: 'tan',
  kernel: 'Tan',
  domain: { range: [-1.5, 1.5] },
});
export const tan = (x: NdArray): NdArray => bindOne(tanP, [x], {});

/** The inverse sine, in [-pi/2, pi/2] (`lax.asin`). */
export const asinP = pointwise({
  name: 'asin',
  accepts: 'inexact',
  real: Math.asin,
  complex: complex.asin,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, rsqrt(sub(like(x, 1), square(x))))),
  lower: 'chlo.asin',
  kernel: 'Asin',
  domain: { range: [-1, 1], kinks: [-1, 1] },
});
export const asin = (x: NdArray): NdArray => bindOne(asinP, [x], {});

/** The inverse cosine, in [0, pi] (`lax.acos`). */
export const acosP = pointwise({
  name: 'acos',
  accepts: 'inexact',
  real: Math.acos,
  complex: complex.acos,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, neg(rsqrt(sub(like(x, 1), square(x)))))),
  lower: 'chlo.acos',
  kernel: 'Acos',
  domain: { range: [-1, 1], kinks: [-1, 1] },
});
export const acos = (x: NdArray): NdArray => bindOne(acosP, [x], {});

/** The inverse tangent, in [-pi/2, pi/2] (`lax.atan`). */
export const atanP = pointwise({
  name: 'atan',
  accepts: 'inexact',
  real: Math.atan,
  complex: complex.atan,
  derivative: (self) => partials(self, (dx, _, [x]) => div(dx, add(like(x, 1), square(x)))),
  lower: 'chlo.atan',
  kernel: 'Atan',
});
export const atan = (x: NdArray): NdArray => bindOne(atanP, [x], {});

/** The angle of the point `(y, x)`, in [-pi, pi]; the ordinate comes first (`lax.atan2`). */
export const atan2P = pointwise({
  name: 'atan2',
  accepts: 'float',
  real: Math.atan2,
  derivative: (self) =>
    partials(
      self,
      (dy, _, [y, x]) => mul(dy, div(x, add(square(y), square(x)))),
      (dx, _, [y, x]) => mul(dx, div(neg(y), add(square(y), square(x)))),
    ),
  lower: 'atan2',
  kernel: 'Atan2',
});
export const atan2 = (y: NdArray, x: NdArray): NdArray => bindOne(atan2P, [y, x], {});
