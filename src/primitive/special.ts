/**
 * Special functions: the error function, the gamma function and its relatives.
 */
import type { NdArray } from '../array/array.js';
import * as special from '../array/special.js';
import { NotDifferentiable } from '../error/error.js';
import { bindOne } from '../trace/context.js';
import { add, like, mul, neg, square } from './arithmetic.js';
import { exp } from './exponential.js';
import { partials, pointwise } from './pointwise.js';

/** A partial derivative that nobody has written down, in JAX neither. */
const unknown = (op: string, reason: string) => (): never => {
  throw new NotDifferentiable({ op, reason });
};

/** The error function (`lax.erf`). */
export const erfP = pointwise({
  name: 'erf',
  accepts: 'float',
  real: special.erf,
  derivative: (self) =>
    partials(self, (dx, _, [x]) => mul(like(x, 2 / Math.sqrt(Math.PI)), mul(dx, exp(neg(square(x)))))),
  lower: 'chlo.erf',
  kernel: 'Erf',
});
export const erf = (x: NdArray): NdArray => bindOne(erfP, [x], {});

/** `1 - erf(x)` (`lax.erfc`). */
export const erfcP = pointwise({
  name: 'erfc',
  accepts: 'float',
  real: special.erfc,
  derivative: (self) =>
    partials(self, (dx, _, [x]) => mul(like(x, -2 / Math.sqrt(Math.PI)), mul(dx, exp(neg(square(x)))))),
  lower: 'chlo.erfc',
});
export const erfc = (x: NdArray): NdArray => bindOne(erfcP, [x], {});

/** The inverse of `erf` on [-1, 1] (`lax.erf_inv`). */
export const erfInvP = pointwise({
  name: 'erf_inv',
  accepts: 'float',
  real: special.erfInv,
  derivative: (self) => partials(self, (dx, y, [x]) => mul(like(x, Math.sqrt(Math.PI) / 2), mul(dx, exp(square(y))))),
  lower: 'chlo.erf_inv',
  domain: { range: [-1, 1], kinks: [-1, 1] },
});
export const erfInv = (x: NdArray): NdArray => bindOne(erfInvP, [x], {});

/** `log |Gamma(x)|` (`lax.lgamma`); infinite at 0, -1, -2, ... */
export const lgammaP = pointwise({
  name: 'lgamma',
  accepts: 'float',
  real: special.lgamma,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, digamma(x))),
  lower: 'chlo.lgamma',
  domain: { range: [0, 10], kinks: [0] },
});
export const lgamma = (x: NdArray): NdArray => bindOne(lgammaP, [x], {});

/** The derivative of `lgamma` (`lax.digamma`); NaN at 0, -1, -2, ... */
export const digammaP = pointwise({
  name: 'digamma',
  accepts: 'float',
  real: special.digamma,
  derivative: (self) => partials(self, (dx, _, [x]) => mul(dx, polygamma(like(x, 1), x))),
  lower: 'chlo.digamma',
  domain: { range: [0, 10], kinks: [0] },
});
export const digamma = (x: NdArray): NdArray => bindOne(digammaP, [x], {});

/** The m-th derivative of `digamma` (`lax.polygamma`), for whole m. Differentiable in `x`. */
export const polygammaP = pointwise({
  name: 'polygamma',
  accepts: 'float',
  real: special.polygamma,
  derivative: (self) =>
    partials(self, unknown('polygamma', 'its order m is a whole number'), (dx, _, [m, x]) =>
      mul(dx, polygamma(add(m, like(m, 1)), x)),
    ),
  lower: 'chlo.polygamma',
});
export const polygamma = (m: NdArray, x: NdArray): NdArray => bindOne(polygammaP, [m, x], {});

/** The Hurwitz zeta function `sum over n >= 0 of (q + n)^-x` (`lax.zeta`). */
export const zetaP = pointwise({
  name: 'zeta',
  accepts: 'float',
  real: special.zeta,
  derivative: (self) =>
    partials(self, unknown('zeta', 'no formula is known for the derivative in x'), (dq, _, [x, q]) =>
      mul(neg(dq), mul(x, zeta(add(x, like(x, 1)), q))),
    ),
  lower: 'chlo.zeta',
});
export const zeta = (x: NdArray, q: NdArray): NdArray => bindOne(zetaP, [x, q], {});
