/**
 * Integrals (`jax.scipy.integrate`).
 */
export { trapezoid } from '../../numpy/cumulative.js';
