/** Normal vectors with a covariance, and orthogonal matrices. Source: jax/_src/random/core.py. */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, describeValue } from '../array/convert.js';
import { isFloat } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { linalg, sqrt } from '../lax/index.js';
import { add, multiply, sign } from '../numpy/arithmetic.js';
import { einsum } from '../numpy/einsum.js';
import { promoteDTypesInexact } from '../numpy/promote.js';
import { diagonal, matrixTranspose } from '../numpy/shape.js';
import { expandDims } from '../primitive/index.js';
import { type Key, takeKey } from './key.js';
import { normalFrom } from './normal.js';
import { multivariateNormalOptions, orthogonalOptions } from './options.js';
import { checkFloat, checkShape, type FloatOptions, type ParameterOptions, parameterShape, sample } from './sampler.js';

/** Options of `multivariateNormal`. */
export interface MultivariateNormalOptions extends ParameterOptions {
  /**
   * How a square root of the covariance is found. Default Cholesky, the fastest; the others take a covariance that is
   * singular too.
   */
  readonly method?: 'cholesky' | 'eigh' | 'svd';
}

/** `L` with `L L' = cov`: [..., n, n]. */
function squareRoot(cov: NdArray, method: 'cholesky' | 'eigh' | 'svd'): NdArray {
  if (method === 'cholesky') return linalg.cholesky(cov);
  const scaled = (vectors: NdArray, variances: NdArray): NdArray =>
    multiply(vectors, expandDims(sqrt(variances), [variances.ndim - 1]));
  if (method === 'eigh') {
    const [vectors, variances] = linalg.eigh(cov);
    return scaled(vectors, variances);
  }
  const [vectors, variances] = linalg.svd(cov);
  return scaled(vectors, variances);
}

/**
 * Normal vectors of a mean and a covariance (`jax.random.multivariate_normal`).
 *
 * mean: [..., n], cov: [..., n, n], symmetric; returns [...shape, n]. By `cholesky`, a covariance that is not positive
 * definite gives NaN.
 * @throws ShapeMismatch when their sizes do not fit together
 */
export function multivariateNormal(
  key: Key,
  mean: ArrayLike,
  cov: ArrayLike,
  options: MultivariateNormalOptions = {},
): NdArray {
  checkOptions('multivariateNormal', options, multivariateNormalOptions);
  const op = 'random.multivariateNormal';
  const { method = 'cholesky' } = options;
  if (!['cholesky', 'eigh', 'svd'].includes(method)) {
    const expected = "'cholesky', 'eigh' or 'svd'";
    throw new InvalidArgument({ op, argument: 'method', expected, actual: describeValue(method) });
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
  return sample(op, [shape, dtype, method], [takeKey(key, op), centre, covariance], (words, m, c) =>
    add(m, einsum('...ij,...j->...i', squareRoot(c, method), normalFrom(words, [...shape, n], dtype))),
  );
}

/** Options of `orthogonal`. */
export interface OrthogonalOptions extends FloatOptions {
  /** The number of columns. Default `n`. */
  readonly m?: number | null;
}

/**
 * Evenly distributed matrices with orthonormal rows (columns, where there are more rows): [...shape, n, m]; unitary ones for a
 * complex dtype (`jax.random.orthogonal`). Source: F. Mezzadri, "How to generate random matrices from the classical compact
 * groups", arXiv:math-ph/0609050: the Q of a normal matrix, with the signs that make the diagonal of R positive.
 * @throws InvalidArgument when a size is not a number of rows
 */
export function orthogonal(key: Key, n: number, options: OrthogonalOptions = {}): NdArray {
  checkArgument('orthogonal', 'n', n, 'integer');
  checkOptions('orthogonal', options, orthogonalOptions);
  const op = 'random.orthogonal';
  const m = options.m ?? n;
  const shape = checkShape(options.shape, op);
  const dtype = checkFloat(options.dtype, op, true);
  const [rows, columns] = checkShape([Math.max(n, m), Math.min(n, m)], op);
  return sample(op, [n, m, shape, dtype], [takeKey(key, op)], (words) => {
    const [q, r] = linalg.qr(normalFrom(words, [...shape, rows, columns], dtype), { fullMatrices: false });
    const signs = sign(diagonal(r, { axis1: -2, axis2: -1 }));
    const x = multiply(q, expandDims(signs, [signs.ndim - 1]));
    return n < m ? matrixTranspose(x) : x;
  });
}
