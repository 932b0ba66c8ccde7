/** Normal vectors with a covariance. Source: jax/_src/random/core.py. */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, describeValue } from '../array/convert.js';
import { isFloat } from '../array/dtype.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { add } from '../numpy/arithmetic.js';
import { einsum } from '../numpy/einsum.js';
import { promoteDTypesInexact } from '../numpy/promote.js';
import { cholesky } from '../primitive/index.js';
import { type Key, takeKey } from './key.js';
import { normalFrom } from './normal.js';
import { checkFloat, type ParameterOptions, parameterShape, sample } from './sampler.js';

export interface MultivariateNormalOptions extends ParameterOptions {
  /** How the square root of the covariance is found. Default (and only) Cholesky. */
  readonly method?: 'cholesky';
}

/**
 * Normal vectors of a mean and a covariance (`jax.random.multivariate_normal`).
 *
 * mean: [..., n], cov: [..., n, n], positive definite; returns [...shape, n]. A covariance that is not gives NaN.
 * @throws ShapeMismatch when their sizes do not fit together
 */
export function multivariateNormal(
  key: Key,
  mean: ArrayLike,
  cov: ArrayLike,
  options: MultivariateNormalOptions = {},
): NdArray {
  const op = 'random.multivariateNormal';
  const { method = 'cholesky' } = options;
  if (method !== 'cholesky') {
    throw new InvalidArgument({ op, argument: 'method', expected: "'cholesky'", actual: describeValue(method) });
  }
  const [centre, covariance] = promoteDTypesInexact(op, [mean, cov]);
  const dtype = checkFloat(options.dtype ?? centre.dtype, op);
  const n = centre.shape[centre.ndim - 1];
  if (centre.ndim < 1 || !isFloat(centre.dtype)) {
    throw new ShapeMismatch({ op, argument: 'mean', expected: 'a vector is needed', actual: centre.shape });
  }
  const [rows, columns] = covariance.shape.slice(-2);
  if (covariance.ndim < 2 || rows !== n || columns !== n) {
    throw new ShapeMismatch({ op, argument: 'cov', expected: `[..., ${n}, ${n}] is needed`, actual: covariance.shape });
  }
  const shape = parameterShape(options.shape, op, [centre.shape.slice(0, -1), covariance.shape.slice(0, -2)]);
  return sample(op, [shape, dtype], [takeKey(key, op), centre, covariance], (words, m, c) =>
    add(m, einsum('...ij,...j->...i', cholesky(c), normalFrom(words, [...shape, n], dtype))),
  );
}
