/**
 * All elementwise primitives that compute numbers from numbers.
 */
export * from './arithmetic.js';
export * from './bessel.js';
export * from './complex.js';
export * from './exponential.js';
export * from './extrema.js';
export * from './hyperbolic.js';
export * from './rounding.js';
export * from './special.js';
export * from './trigonometric.js';
