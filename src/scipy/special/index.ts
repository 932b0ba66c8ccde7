/**
 * Special functions (`jax.scipy.special`). Integers become floats.
 */
import { type Unary, unaryInexact } from '../../numpy/ufunc.js';
import * as primitive from '../../primitive/index.js';

export { logsumexp } from '../../nn/logsumexp.js';
export * from './bernoulli.js';
export { besselJn } from './bessel.js';
export * from './boxcox.js';
export { dawsn, erfcx, wofz } from './error-functions.js';
export { exp1, expi, expn } from './exponential-integrals.js';
export { fresnel } from './fresnel.js';
export * from './gamma.js';
export { hyp1f1 } from './hyp1f1.js';
export { hyp2f1 } from './hyp2f1.js';
export * from './information.js';
export { loggamma } from './loggamma.js';
export * from './normal.js';
export { owensT } from './owens-t.js';
export { sici } from './sici.js';
export { logSoftmax, softmax } from './softmax.js';
export { spence } from './spence.js';
export { sphHarmY } from './spherical-harmonics.js';

/** The error function. */
export const erf: Unary = unaryInexact('erf', primitive.erf);
/** `1 - erf(x)`, accurate for large `x`. */
export const erfc: Unary = unaryInexact('erfc', primitive.erfc);
/** The inverse of `erf`. */
export const erfinv: Unary = unaryInexact('erfinv', primitive.erfInv);
/** `e^-|x| I_0(x)`, the scaled modified Bessel function of order 0. */
export const i0e: Unary = unaryInexact('i0e', primitive.besselI0e);
/** `e^-|x| I_1(x)`, the scaled modified Bessel function of order 1. */
export const i1e: Unary = unaryInexact('i1e', primitive.besselI1e);
/** The modified Bessel function of order 0. */
export const i0: Unary = unaryInexact('i0', (x) =>
  primitive.mul(primitive.exp(primitive.abs(x)), primitive.besselI0e(x)),
);
/** The modified Bessel function of order 1. */
export const i1: Unary = unaryInexact('i1', (x) =>
  primitive.mul(primitive.exp(primitive.abs(x)), primitive.besselI1e(x)),
);
