/** How close elementwise functions computed in float64 and rounded once are to JAX's. */
import type { Closeness, Fixture } from '../helpers/fixtures.js';

/** Functions whose formulas, or those of their derivatives, cancel in the dtype of the operand: 1 - tanh^2, 1 + tan^2, ... */
const cancelling = ['abs', 'tan', 'tanh', 'logistic', 'lgamma', 'digamma', 'besselI0e', 'besselI1e', 'erfc', 'erfInv'];
/** Functions that XLA approximates in float64 to about 1e-14 (its erf_inv: erf of JAX's answer is off by 5 ulps). */
const approximated = ['lgamma', 'digamma', 'besselI0e', 'besselI1e', 'erfInv'];

/** The closeness of one fixture. */
export function closeness({ op, inputs }: Fixture): Closeness {
  // JAX rounds x log 2, up to 14 here, to the dtype before it takes the exponential.
  if (op === 'exp2') return { ulps: 8 };
  if (approximated.includes(op) && inputs[0].dtype === 'float64') return { ulps: 64, at: 'array' };
  return cancelling.includes(op) ? { ulps: 4, at: 'array' } : { ulps: 4 };
}
