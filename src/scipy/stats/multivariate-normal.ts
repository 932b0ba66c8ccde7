/**
 * The multivariate normal distribution, through the Cholesky factor of its covariance. Source: jax.scipy.stats.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { ShapeMismatch } from '../../error/error.js';
import * as linalg from '../../lax/linalg/index.js';
import { diagonal } from '../../lax/linalg/matrix.js';
import { broadcastArray, promoteDTypesInexact } from '../../numpy/promote.js';
import { exp } from '../../numpy/transcendental.js';
import * as primitive from '../../primitive/index.js';

const { add, like, log, mul, reduceSum, square, sub } = primitive;

/**
 * The logarithm of the density at points `[..., n]`, for a mean `[n]` and a covariance `[n, n]`.
 * @throws ShapeMismatch when the covariance does not fit
 */
function logpdf(
  x: ArrayLike,
  mean: ArrayLike,
  cov: ArrayLike,
  options: { readonly allowSingular?: null } = {},
): NdArray {
  checkOptions('multivariateNormal.logpdf', options, { allowSingular: [null] });
  const [points, center, covariance] = promoteDTypesInexact('multivariateNormal.logpdf', [x, mean, cov]);
  const n = points.shape[points.ndim - 1];
  if (covariance.ndim !== 2 || covariance.shape.some((size) => size !== n)) {
    const expected = `[${n}, ${n}] is needed for points of ${n} numbers`;
    throw new ShapeMismatch({ op: 'multivariateNormal.logpdf', argument: 'cov', expected, actual: covariance.shape });
  }
  const factor = linalg.cholesky(covariance);
  const centered = sub(points, broadcastArray(center, points.shape));
  const rows = primitive.reshape(centered, [centered.size / Math.max(1, n), n]);
  const solved = linalg.triangularSolve(factor, rows, { lower: true, transposeA: true });
  const distances = primitive.reshape(reduceSum(square(solved), [1]), points.shape.slice(0, -1));
  const halfLog = reduceSum(log(diagonal(factor)), [0]);
  const constant = add(halfLog, like(halfLog, 0.5 * n * Math.log(2 * Math.PI)));
  return sub(mul(like(distances, -0.5), distances), constant);
}

/** Densities of the multivariate normal distribution. */
export const multivariateNormal = {
  logpdf,
  pdf: (x: ArrayLike, mean: ArrayLike, cov: ArrayLike): NdArray => exp(logpdf(x, mean, cov)),
} as const;
