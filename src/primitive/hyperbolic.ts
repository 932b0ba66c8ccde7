/**
 * Hyperbolic functions and their inverses.
 */
import type { NdArray } from '../array/array.js';
import * as complex from '../array/complex.js';
import { bindOne } from '../trace/context.js';
import { add, div, integerPow, like, mul, square, sub } from './arithmetic.js';
import { rsqrt } from './exponential.js';
import { partials, pointwise } from './pointwise.js';

/** The hyperbolic tangent (`lax.tanh`); its slope is `(1 + y)(1 - y)`, which keeps digits where y is near 1. */
export const tanhP = pointwise({
  name: 'tanh',
  accepts: 'inexact',
  real: Math.tanh,
  complex: complex.tanh,
  derivative: (self) => partials(self, (dx, y) => mul(add(dx, mul(dx, y)), sub(like(y, 1), y))),
  lower: 'tanh',
  kernel: 'Tanh',
});
export const tanh = (x: NdArray): NdArray => bindOne(tanhP, [x], {});

/** The hyperbolic sine (`lax.sinh`). */
export const sinhP = pointwise({
  name: 'sinh',
  accepts: 'inexact',
  real: Math.sinh,
  complex: complex.sinh,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, cosh(x))),
  lower: 'chlo.sinh',
  kernel: 'Sinh',
  domain: { range: [-5, 5] },
});
export const sinh = (x: NdArray): NdArray => bindOne(sinhP, [x], {});

/** The hyperbolic cosine (`lax.cosh`). */
export const coshP = pointwise({
  name: 'cosh',
  accepts: 'inexact',
  real: Math.cosh,
  complex: complex.cosh,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, sinh(x))),
  lower: 'chlo.cosh',
  kernel: 'Cosh',
  domain: { range: [-5, 5] },
});
export const cosh = (x: NdArray): NdArray => bindOne(coshP, [x], {});

/** The inverse hyperbolic sine (`lax.asinh`). */
export const asinhP = pointwise({
  name: 'asinh',
  accepts: 'inexact',
  real: Math.asinh,
  complex: complex.asinh,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, rsqrt(add(square(x), like(x, 1))))),
  lower: 'chlo.asinh',
  kernel: 'Asinh',
});
export const asinh = (x: NdArray): NdArray => bindOne(asinhP, [x], {});

/** The inverse hyperbolic cosine, for x from 1 (`lax.acosh`). */
export const acoshP = pointwise({
  name: 'acosh',
  accepts: 'inexact',
  real: Math.acosh,
  complex: complex.acosh,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, rsqrt(sub(square(x), like(x, 1))))),
  lower: 'chlo.acosh',
  kernel: 'Acosh',
  domain: { range: [1, 10], kinks: [1] },
});
export const acosh = (x: NdArray): NdArray => bindOne(acoshP, [x], {});

/** The inverse hyperbolic tangent (`lax.atanh`). */
export const atanhP = pointwise({
  name: 'atanh',
  accepts: 'inexact',
  real: Math.atanh,
  complex: complex.atanh,
  derivative: (self) =>
    partials(self, (dx, _, [x]) => mul(integerPow(add(like(x, 1), x), -1), div(dx, sub(like(x, 1), x)))),
  lower: 'chlo.atanh',
  kernel: 'Atanh',
  domain: { range: [-1, 1], kinks: [-1, 1] },
});
export const atanh = (x: NdArray): NdArray => bindOne(atanhP, [x], {});
