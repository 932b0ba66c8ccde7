/**
 * The normal distribution cut to `[a, b]`, in units of `scale` from `loc`.
 *
 * Masses of tails are differences of small probabilities, and are taken in logarithms. Source: jax.scipy.stats.truncnorm.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { logsumexp } from '../../nn/logsumexp.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import { logNdtr, ndtr } from '../special/normal.js';
import { norm } from './continuous.js';
import type { LocationScale } from './distribution.js';

/** `log(e^x - e^y)`. */
const logDifference = (x: NdArray, y: NdArray): NdArray => {
  const one = jnp.onesLike(x);
  return logsumexp(jnp.stack([x, y]), { b: jnp.stack([one, one.neg()]), axis: 0 });
};

/** The logarithm of the standard normal probability of `[a, b]`. */
function logMass(a: NdArray, b: NdArray): NdArray {
  const [isLeft, isRight] = [b.le(0), a.gt(0)];
  // A right tail is a left one, mirrored.
  const [low, high] = [jnp.where(isRight, b.neg(), a), jnp.where(isRight, a.neg(), b)];
  const tail = logDifference(logNdtr(high), logNdtr(low));
  const middle = jnp.log1p(ndtr(a).neg().sub(ndtr(b.neg())));
  return jnp.where(isLeft.or(isRight), tail, middle);
}

/** Arguments as floats of one shape. */
const prepare = (op: string, ...args: readonly ArrayLike[]): NdArray[] =>
  jnp.broadcastArrays(...promoteArgsInexact(`truncnorm.${op}`, ...args));

function logpdf(x: ArrayLike, a: ArrayLike, b: ArrayLike, options: LocationScale = {}): NdArray {
  const [point, low, high, loc, scale] = prepare('logpdf', x, a, b, options.loc ?? 0, options.scale ?? 1);
  const value = norm.logpdf(point, { loc, scale }).sub(logMass(low, high));
  const z = point.sub(loc).div(scale);
  const inside = jnp.where(z.lt(low).or(z.gt(high)), Number.NEGATIVE_INFINITY, value);
  return jnp.where(low.ge(high), Number.NaN, inside);
}

function logcdf(x: ArrayLike, a: ArrayLike, b: ArrayLike, options: LocationScale = {}): NdArray {
  const [point, low, high, loc, scale] = prepare('logcdf', x, a, b, options.loc ?? 0, options.scale ?? 1);
  const z = point.sub(loc).div(scale);
  const whole = logMass(low, high);
  const below = logMass(low, z).sub(whole);
  const above = logMass(z, high).sub(whole);
  // Near 1 the probability is what the rest leaves.
  const inside = jnp.where(below.gt(-0.1), jnp.log1p(above.exp().neg()), below);
  const value = jnp.where(
    z.ge(high),
    0,
    jnp.where(z.le(low), Number.NEGATIVE_INFINITY, jnp.where(z.gt(low), inside, 0)),
  );
  return jnp.where(low.ge(high), Number.NaN, value);
}

function logsf(x: ArrayLike, a: ArrayLike, b: ArrayLike, options: LocationScale = {}): NdArray {
  const [point, low, high, loc, scale] = prepare('logsf', x, a, b, options.loc ?? 0, options.scale ?? 1);
  return logcdf(point.neg(), high.neg(), low.neg(), { loc: loc.neg(), scale });
}

/** The normal distribution cut to `[a, b]`; NaN unless `a < b`. */
export const truncnorm = {
  logpdf,
  logcdf,
  logsf,
  pdf: (x: ArrayLike, a: ArrayLike, b: ArrayLike, options?: LocationScale): NdArray => logpdf(x, a, b, options).exp(),
  cdf: (x: ArrayLike, a: ArrayLike, b: ArrayLike, options?: LocationScale): NdArray => logcdf(x, a, b, options).exp(),
  sf: (x: ArrayLike, a: ArrayLike, b: ArrayLike, options?: LocationScale): NdArray => logsf(x, a, b, options).exp(),
} as const;
