/**
 * Densities without location and scale: Dirichlet's, and the generalized normal one. Source: jax.scipy.stats.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { ShapeMismatch } from '../../error/error.js';
import * as lax from '../../lax/index.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact, promoteDTypesInexact } from '../../numpy/promote.js';
import { gammaln } from '../special/gamma.js';
import { xlogy } from '../special/information.js';

/** How far the parts of a point may be from adding up to 1. */
const SUM_TOLERANCE = 1e-6;

/**
 * @throws ShapeMismatch unless `alpha: [n]`, and `x` has `n` parts, or `n - 1` and the last one follows
 */
function dirichletLogpdf(x: ArrayLike, alpha: ArrayLike): NdArray {
  const op = 'dirichlet.logpdf';
  const [given, a] = promoteDTypesInexact(op, [x, alpha]);
  if (a.ndim !== 1) throw new ShapeMismatch({ op, argument: 'alpha', expected: 'a vector is needed', actual: a.shape });
  if (given.ndim === 0 || (given.shape[0] !== a.size && given.shape[0] !== a.size - 1)) {
    const expected = `${a.size} or ${a.size - 1} parts are needed along the first axis`;
    throw new ShapeMismatch({ op, argument: 'x', expected, actual: given.shape });
  }
  const last = (): NdArray => given.sum({ axis: 0, keepdims: true }).neg().add(1);
  const parts = given.shape[0] === a.size ? given : jnp.concatenate([given, last()]);
  const weights = a.reshape([a.size, ...parts.shape.slice(1).map(() => 1)]);
  const normalizer = gammaln(a).sum().sub(gammaln(a.sum()));
  const value = xlogy(jnp.broadcastTo(weights.sub(1), parts.shape), parts)
    .sum({ axis: 0 })
    .sub(normalizer);
  const isInside = parts
    .gt(0)
    .all({ axis: 0 })
    .and(parts.sum({ axis: 0 }).sub(1).abs().lt(SUM_TOLERANCE));
  return jnp.where(isInside, value, Number.NEGATIVE_INFINITY);
}

/** Dirichlet's distribution of parts of a whole, which stand along the first axis. */
export const dirichlet = {
  logpdf: dirichletLogpdf,
  pdf: (x: ArrayLike, alpha: ArrayLike): NdArray => dirichletLogpdf(x, alpha).exp(),
} as const;

function gennormLogpdf(x: ArrayLike, beta: ArrayLike): NdArray {
  const [point, shape] = promoteArgsInexact('gennorm.logpdf', x, beta);
  return shape
    .mul(0.5)
    .log()
    .sub(gammaln(jnp.reciprocal(shape)))
    .sub(point.abs().pow(shape));
}

/** The generalized normal distribution, whose density is proportional to `exp(-|x|^beta)`. */
export const gennorm = {
  logpdf: gennormLogpdf,
  pdf: (x: ArrayLike, beta: ArrayLike): NdArray => gennormLogpdf(x, beta).exp(),
  cdf: (x: ArrayLike, beta: ArrayLike): NdArray => {
    const [point, shape] = jnp.broadcastArrays(...promoteArgsInexact('gennorm.cdf', x, beta));
    const mass = lax.igamma(jnp.reciprocal(shape), point.abs().pow(shape));
    return jnp.sign(point).mul(mass).add(1).mul(0.5);
  },
} as const;
