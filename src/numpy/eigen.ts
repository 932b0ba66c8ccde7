/**
 * Eigenvalues of general matrices, and what is measured by singular values. Source: jax.numpy.linalg.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import * as linalg from '../lax/linalg/index.js';
import { inexactArray } from './promote.js';

/** `[eigenvalues, eigenvectors]` of square matrices, complex: `a v = w v`, vectors of length 1 in columns. */
export function eig(a: ArrayLike): [eigenvalues: NdArray, eigenvectors: NdArray] {
  const [w, v] = linalg.eig(inexactArray('eig', a), { computeLeftEigenvectors: false });
  return [w, v];
}

/** Eigenvalues of square matrices, complex, in no order. */
export const eigvals = (a: ArrayLike): NdArray =>
  linalg.eig(inexactArray('eigvals', a), { computeLeftEigenvectors: false, computeRightEigenvectors: false })[0];
