/**
 * Cholesky's factorization, triangular systems, and how a factor changes with its matrix.
 *
 * Source: jax.lax.linalg.cholesky, triangular_solve, cholesky_update, symmetric_product.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { scalar } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import * as primitive from '../../primitive/index.js';
import { asArray } from '../operand.js';
import { choleskyOptions, symmetricProductOptions, triangularSolveOptions } from '../options.js';
import { scan } from '../scan.js';
import { adjoint, asMatrices, asSquare, overBatch, product, transposed } from './matrix.js';

/** `(A + A^H) / 2`. */
export function symmetrize(x: NdArray): NdArray {
  const a = asSquare(x, 'symmetrize');
  return primitive.div(primitive.add(a, adjoint(a)), primitive.like(a, 2));
}

export interface CholeskyOptions {
  /** Whether `(A + A^H) / 2` is taken instead of `A`, so that derivatives are symmetric. Default true. */
  readonly symmetrizeInput?: boolean;
}

/**
 * The lower triangular `L` with `A = L L^H`; NaN where `A` is not positive definite.
 * @throws ShapeMismatch unless matrices are square
 */
export function cholesky(x: ArrayLike, options: CholeskyOptions = {}): NdArray {
  checkOptions('cholesky', options, choleskyOptions);
  const a = asSquare(x, 'cholesky');
  return primitive.cholesky((options.symmetrizeInput ?? true) ? symmetrize(a) : a);
}

export interface TriangularSolveOptions {
  /** `A X = B` instead of `X A = B`. Default false. */
  readonly leftSide?: boolean;
  /** Whether the lower triangle of `A` is read. Default false. */
  readonly lower?: boolean;
  /** Whether `A` is transposed first. Default false. */
  readonly transposeA?: boolean;
  /** Whether `A` is conjugated first. Default false. */
  readonly conjugateA?: boolean;
  /** Whether the diagonal is taken as ones. Default false. */
  readonly unitDiagonal?: boolean;
}

/**
 * The solution of a triangular system. `b` has the matrices' batch axes and is a matrix, or a vector.
 * @throws ShapeMismatch or DTypeMismatch when they do not fit together
 */
export function triangularSolve(a: ArrayLike, b: ArrayLike, options: TriangularSolveOptions = {}): NdArray {
  checkOptions('triangularSolve', options, triangularSolveOptions);
  const { leftSide = false, lower = false, transposeA = false, conjugateA = false, unitDiagonal = false } = options;
  const matrix = asSquare(a, 'triangularSolve', 'a');
  const right = asArray(b, 'triangularSolve', 'b');
  const params = { leftSide, lower, transposeA, conjugateA, unitDiagonal };
  if (right.ndim !== matrix.ndim - 1) return primitive.triangularSolve(matrix, right, params);
  const axis = leftSide ? right.ndim : right.ndim - 1;
  return primitive.squeeze(primitive.triangularSolve(matrix, primitive.expandDims(right, [axis]), params), [axis]);
}

/**
 * The upper triangular factor of `R^T R + w w^T`, from that of `R^T R`: by one rotation for each row
 * (`lax.linalg.cholesky_update`).
 */
export function choleskyUpdate(rMatrix: ArrayLike, wVector: ArrayLike): NdArray {
  const r = asSquare(rMatrix, 'choleskyUpdate', 'rMatrix');
  const w = asArray(wVector, 'choleskyUpdate', 'wVector');
  return overBatch(r.ndim - 2, (matrix, vector) => [updateOne(matrix, vector)] as const)(r, w)[0];
}

function updateOne(r: NdArray, w: NdArray): NdArray {
  const n = w.shape[0];
  if (n === 0) return r;
  const pick = (v: NdArray, k: NdArray): NdArray => primitive.reshape(primitive.dynamicSlice(v, [k], [1]), []);
  const step = (vector: NdArray, [row, k]: readonly [NdArray, NdArray]): readonly [NdArray, NdArray] => {
    const [x, y] = [pick(row, k), pick(vector, k)];
    const length = primitive.sqrt(primitive.add(primitive.square(x), primitive.square(y)));
    const isZero = primitive.eq(y, primitive.like(y, 0));
    const cosine = primitive.select(isZero, primitive.like(x, 1), primitive.div(x, length));
    const sine = primitive.select(isZero, primitive.like(x, 0), primitive.div(y, length));
    const turned = primitive.add(primitive.mul(cosine, row), primitive.mul(sine, vector));
    const rest = primitive.sub(primitive.mul(cosine, vector), primitive.mul(sine, row));
    return [rest, turned];
  };
  const [, turned] = scan(step, w, { xs: [r, primitive.iota('int32', [n])] as const });
  return turned;
}

export interface SymmetricProductOptions {
  /** The factor of the product. Default 1. */
  readonly alpha?: number;
  /** The factor of what is added. Default 0. */
  readonly beta?: number;
  /** Whether both triangles of the result are right. Default false; here they always are. */
  readonly symmetrizeOutput?: boolean;
}

/** `alpha A A^T + beta C` for symmetric `C`. */
export function symmetricProduct(
  aMatrix: ArrayLike,
  cMatrix: ArrayLike,
  options: SymmetricProductOptions = {},
): NdArray {
  checkOptions('symmetricProduct', options, symmetricProductOptions);
  const a = asMatrices(aMatrix, 'symmetricProduct', 'aMatrix');
  const c = asSquare(cMatrix, 'symmetricProduct', 'cMatrix');
  const square = primitive.mul(scalar(options.alpha ?? 1, a.dtype), product(a, transposed(a)));
  return primitive.add(square, primitive.mul(scalar(options.beta ?? 0, c.dtype), c));
}
