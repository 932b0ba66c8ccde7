/**
 * Distributions of angles. Source: jax.scipy.stats.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import { i0e } from '../special/index.js';

function vonmisesLogpdf(x: ArrayLike, kappa: ArrayLike): NdArray {
  const [angle, k] = promoteArgsInexact('vonmises.logpdf', x, kappa);
  const value = k.mul(angle.cos().sub(1)).sub(
    i0e(k)
      .mul(2 * Math.PI)
      .log(),
  );
  return jnp.where(k.gt(0), value, Number.NaN);
}

/** Von Mises' distribution on the circle, of concentration `kappa`; NaN unless that is positive. */
export const vonmises = {
  logpdf: vonmisesLogpdf,
  pdf: (x: ArrayLike, kappa: ArrayLike): NdArray => vonmisesLogpdf(x, kappa).exp(),
} as const;

function wrapcauchyLogpdf(x: ArrayLike, c: ArrayLike): NdArray {
  const [angle, k] = promoteArgsInexact('wrapcauchy.logpdf', x, c);
  const square = k.square();
  const spread = square.add(1).sub(k.mul(2).mul(angle.cos()));
  const value = square
    .neg()
    .add(1)
    .log()
    .sub(Math.log(2 * Math.PI))
    .sub(spread.log());
  const isAngle = angle.ge(0).and(angle.le(2 * Math.PI));
  return jnp.where(k.gt(0).and(k.lt(1)), jnp.where(isAngle, value, Number.NEGATIVE_INFINITY), Number.NaN);
}

/** Cauchy's distribution wrapped around the circle, on `[0, 2 pi]`; NaN unless `0 < c < 1`. */
export const wrapcauchy = {
  logpdf: wrapcauchyLogpdf,
  pdf: (x: ArrayLike, c: ArrayLike): NdArray => wrapcauchyLogpdf(x, c).exp(),
} as const;
