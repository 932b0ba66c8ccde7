/**
 * Spence's function, the dilogarithm of `1 - x`: `int_1^x log(t) / (1 - t) dt`. Source: Cephes (spence.c); jax.scipy.special.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { DTypeMismatch } from '../../error/error.js';
import { asArray } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { quotient } from './horner.js';

const A = {
  p: [
    4.6512858607399003e-5, 0.007315890452380947, 0.13384763957830903, 0.8796913117545303, 2.7114985119655346,
    4.256971560081218, 3.297713409852251, 1,
  ],
  q: [
    0.0006909904889125533, 0.02540437639325444, 0.2829748606025681, 1.4117259775183106, 3.6380053334513707,
    5.03278880143317, 3.547713409852251, 1,
  ],
};
const { where } = jnp;
const SIXTH = Math.PI ** 2 / 6;

/**
 * Spence's function; NaN below 0.
 * @throws DTypeMismatch unless `x` is float32 or float64
 */
export function spence(x: ArrayLike): NdArray {
  const given = asArray(x, 'spence');
  if (given.dtype !== 'float32' && given.dtype !== 'float64') {
    throw new DTypeMismatch({ op: 'spence', argument: 'x', expected: 'float32 or float64', actual: given.dtype });
  }
  const isSpecial = given.le(0).or(given.eq(1));
  const y = where(isSpecial, 0.75, given);
  const isOver2 = y.gt(2);
  const z = where(isOver2, jnp.reciprocal(where(isOver2, y, 1)), y);
  const [isOver, isUnder] = [z.gt(1.5), z.lt(0.5)];
  const w = where(isOver, jnp.reciprocal(z).sub(1), where(isUnder, z.neg(), z.sub(1)));
  const plain = w.neg().mul(quotient(A, w));
  const one = where(z.eq(1), 0.5, z);
  const reflected = z.log().mul(one.neg().add(1).log()).neg().add(SIXTH).sub(plain);
  const value = where(isUnder, reflected, plain);
  const inverted = z.log().square().mul(-0.5).sub(value);
  const inside = where(isOver2.or(isOver), inverted, value);
  return where(given.lt(0), Number.NaN, where(given.eq(0), SIXTH, where(given.eq(1), 0, inside)));
}
