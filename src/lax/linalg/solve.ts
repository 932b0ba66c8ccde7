/**
 * Systems of linear equations by elimination, for those who factor and solve at once.
 *
 * The derivative of a solution is the solution of a system: `dx = A^-1 (db - dA x)`.
 */
import type { NdArray } from '../../array/array.js';
import * as primitive from '../../primitive/index.js';
import { customJvp } from '../../transform/custom-jvp.js';
import { lu as factorize } from './lu.js';
import { product } from './matrix.js';

const plain = { transposeA: false, conjugateA: false } as const;

/** `A^-1 B` by elimination; linear in `B`. */
function eliminate(a: NdArray, b: NdArray): NdArray {
  const [lu, , permutation] = factorize(a);
  const order = primitive.broadcastInDim(permutation, b.shape, [...permutation.shape.keys()]);
  const permuted = primitive.takeAlong(b, order, b.ndim - 2);
  const half = primitive.triangularSolve(lu, permuted, { ...plain, leftSide: true, lower: true, unitDiagonal: true });
  return primitive.triangularSolve(lu, half, { ...plain, leftSide: true, lower: false, unitDiagonal: false });
}

/** `x` with `a x = b`, for matrices `a: [..., n, n]`, `b: [..., n, k]` of one dtype and batch. */
export const solveMatrices = customJvp((a: NdArray, b: NdArray): NdArray => eliminate(a, b)).defjvp(
  ([a, b]: readonly NdArray[], [da, db]: readonly NdArray[]) => {
    const x = solveMatrices(a, b) as NdArray;
    return [x, eliminate(a, primitive.sub(db, product(da, x)))];
  },
);
