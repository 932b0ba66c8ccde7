/**
 * Exponentials, logarithms and roots.
 */
import type { NdArray } from '../array/array.js';
import * as complex from '../array/complex.js';
import { bindOne } from '../trace/context.js';
import { add, div, integerPow, like, mul, sub } from './arithmetic.js';
import { partials, pointwise } from './pointwise.js';

/** `e^x` (`lax.exp`). */
export const expP = pointwise({
  name: 'exp',
  accepts: 'inexact',
  real: Math.exp,
  complex: complex.exp,
  derivative: (self) => partials(self, (dx, y) => mul(dx, y)),
  lower: 'exponential',
  kernel: 'Exp',
  domain: { range: [-5, 5] },
});
export const exp = (x: NdArray): NdArray => bindOne(expP, [x], {});

/** `2^x` (`lax.exp2`). */
export const exp2P = pointwise({
  name: 'exp2',
  accepts: 'inexact',
  real: (x) => 2 ** x,
  complex: (x) => complex.exp(complex.scale(x, Math.LN2)),
  derivative: (self) => partials(self, (dx, y, [x]) => mul(like(x, Math.LN2), mul(dx, y))),
  lower: (e, [x], _, [out]) => [e.op('exponential', [e.op('multiply', [e.constant(Math.LN2, out), x], out)], out)],
  kernel: (k, [x], _, [out]) => {
    const scaled = k.elementwise('Multiply', { a: k.constant(Math.LN2, out.withShape([])), b: x }, out);
    return [k.elementwise('Exp', { x: scaled }, out)];
  },
  domain: { range: [-5, 5] },
});
export const exp2 = (x: NdArray): NdArray => bindOne(exp2P, [x], {});

/** `e^x - 1`, accurate near 0 (`lax.expm1`). */
export const expm1P = pointwise({
  name: 'expm1',
  accepts: 'inexact',
  real: Math.expm1,
  complex: complex.expm1,
  derivative: (self) => partials(self, (dx, y) => mul(dx, add(y, like(y, 1)))),
  lower: 'exponential_minus_one',
  kernel: 'Expm1',
  domain: { range: [-5, 5] },
});
export const expm1 = (x: NdArray): NdArray => bindOne(expm1P, [x], {});

/** The natural logarithm (`lax.log`). */
export const logP = pointwise({
  name: 'log',
  accepts: 'inexact',
  real: Math.log,
  complex: complex.log,
  derivative: (self) => partials(self, (dx, _, [x]) => div(dx, x)),
  lower: 'log',
  kernel: 'Log',
  domain: { range: [0, 10], kinks: [0] },
});
export const log = (x: NdArray): NdArray => bindOne(logP, [x], {});

/** `log(1 + x)`, accurate near 0 (`lax.log1p`). */
export const log1pP = pointwise({
  name: 'log1p',
  accepts: 'inexact',
  real: Math.log1p,
  complex: complex.log1p,
  derivative: (self) => partials(self, (dx, _, [x]) => div(dx, add(x, like(x, 1)))),
  lower: 'log_plus_one',
  kernel: 'Log1p',
  domain: { range: [-1, 10], kinks: [-1] },
});
export const log1p = (x: NdArray): NdArray => bindOne(log1pP, [x], {});

/** `1 / (1 + e^-x)` (`lax.logistic`). */
export const logisticP = pointwise({
  name: 'logistic',
  accepts: 'inexact',
  real: (x) => 1 / (1 + Math.exp(-x)),
  complex: complex.logistic,
  derivative: (self) => partials(self, (dx, y) => mul(dx, mul(y, sub(like(y, 1), y)))),
  // Written out, as JAX does: XLA's own operation loses digits for large negative x.
  lower: (e, [x], _, [out]) => {
    const one = e.constant(1, out);
    const inverse = e.op('exponential', [e.op('negate', [x], out)], out);
    return [e.op('divide', [one, e.op('add', [one, inverse], out)], out)];
  },
  kernel: 'Sigmoid',
  domain: { range: [-8, 8] },
});
export const logistic = (x: NdArray): NdArray => bindOne(logisticP, [x], {});

/** The square root (`lax.sqrt`). */
export const sqrtP = pointwise({
  name: 'sqrt',
  accepts: 'inexact',
  real: Math.sqrt,
  complex: complex.sqrt,
  derivative: (self) => partials(self, (dx, y) => mul(dx, div(like(y, 0.5), y))),
  lower: 'sqrt',
  kernel: 'Sqrt',
  domain: { range: [0, 10], kinks: [0] },
});
export const sqrt = (x: NdArray): NdArray => bindOne(sqrtP, [x], {});

/** One over the square root (`lax.rsqrt`). */
export const rsqrtP = pointwise({
  name: 'rsqrt',
  accepts: 'inexact',
  real: (x) => 1 / Math.sqrt(x),
  complex: complex.rsqrt,
  derivative: (self) => partials(self, (dx, y, [x]) => mul(dx, mul(like(x, -0.5), div(y, x)))),
  lower: 'rsqrt',
  kernel: 'Rsqrt',
  domain: { range: [0, 10], kinks: [0] },
});
export const rsqrt = (x: NdArray): NdArray => bindOne(rsqrtP, [x], {});

/** The real cube root, also of negative numbers (`lax.cbrt`). */
export const cbrtP = pointwise({
  name: 'cbrt',
  accepts: 'float',
  real: Math.cbrt,
  derivative: (self) => partials(self, (dx, y) => mul(dx, mul(like(y, 1 / 3), integerPow(y, -2)))),
  lower: 'cbrt',
  domain: { kinks: [0] },
});
export const cbrt = (x: NdArray): NdArray => bindOne(cbrtP, [x], {});
