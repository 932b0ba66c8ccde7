/**
 * Linear algebra with SciPy's conventions (`jax.scipy.linalg`).
 *
 * Factors of Cholesky and LU are handed from the factorizing function to the solving one as they are returned.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import * as lax from '../../lax/linalg/index.js';
import { columns, identity, lowerTriangle, rows, upperTriangle } from '../../lax/linalg/matrix.js';
import { asArray } from '../../lax/operand.js';
import * as numpy from '../../numpy/decompositions.js';
import { inexactArray, promoteDTypes, promoteDTypesInexact } from '../../numpy/promote.js';
import { solve as solveGeneral } from '../../numpy/systems.js';
import * as primitive from '../../primitive/index.js';
import { lowerOption, solveOptions, solveTriangularOptions } from './options.js';

export { det } from '../../numpy/decompositions.js';
export { inv } from '../../numpy/systems.js';

const adjoint = (x: NdArray): NdArray => {
  const turned = primitive.moveAxis(x, x.ndim - 1, x.ndim - 2);
  return isComplex(x.dtype) ? primitive.conj(turned) : turned;
};

/** Options of `cholesky` and `choFactor`. */
export interface LowerOption {
  /** Whether the factor, or the triangle that is read, is the lower one. Default false. */
  readonly lower?: boolean;
}

/** The upper triangular `R` with `a = R^H R`, or the lower `L` with `a = L L^H`. */
export function cholesky(a: ArrayLike, options: LowerOption = {}): NdArray {
  checkOptions('cholesky', options, lowerOption);
  // One triangle is read, and not the mean of both: derivatives are those of that triangle.
  const x = inexactArray('cholesky', a);
  const factor = lax.cholesky(options.lower ? x : adjoint(x), { symmetrizeInput: false });
  return options.lower ? factor : adjoint(factor);
}

/** A factor of Cholesky and which one it is, for `choSolve`. */
export const choFactor = (a: ArrayLike, options: LowerOption = {}): [c: NdArray, lower: boolean] => [
  cholesky(a, checkOptions('choFactor', options, lowerOption)),
  options.lower ?? false,
];

/** A right-hand side as matrices: vectors get an axis, which `restore` takes away. */
function asColumns(b: NdArray, ndim: number): { right: NdArray; restore: (x: NdArray) => NdArray } {
  if (b.ndim === ndim) return { right: b, restore: (x) => x };
  return { right: primitive.expandDims(b, [b.ndim]), restore: (x) => primitive.squeeze(x, [x.ndim - 1]) };
}

/** `x` with `a x = b`, from `choFactor(a)`. */
export function choSolve(cAndLower: readonly [ArrayLike, boolean], b: ArrayLike): NdArray {
  checkArgument('choSolve', 'cAndLower', cAndLower, 'list');
  const [factor, lower] = cAndLower;
  const [c, given] = promoteDTypesInexact('choSolve', [factor, b]);
  const { right, restore } = asColumns(given, c.ndim);
  const isComplexFactor = isComplex(c.dtype);
  const step = (x: NdArray, transposeA: boolean): NdArray =>
    lax.triangularSolve(c, x, { leftSide: true, lower, transposeA, conjugateA: transposeA && isComplexFactor });
  return restore(step(step(right, !lower), lower));
}

/** `[w, v]`: rising eigenvalues and eigenvectors of Hermitian matrices; with `eigvalsOnly`, the eigenvalues. */
export function eigh(a: ArrayLike, options: { readonly lower?: boolean; readonly eigvalsOnly: true }): NdArray;
export function eigh(
  a: ArrayLike,
  options?: { readonly lower?: boolean; readonly eigvalsOnly?: false },
): [w: NdArray, v: NdArray];
export function eigh(
  a: ArrayLike,
  options: { readonly lower?: boolean; readonly eigvalsOnly?: boolean } = {},
): NdArray | [NdArray, NdArray] {
  checkOptions('eigh', options, { lower: 'boolean', eigvalsOnly: 'boolean' });
  const [v, w] = lax.eigh(inexactArray('eigh', a), { lower: options.lower ?? true });
  return options.eigvalsOnly ? w : [w, v];
}

/** `[P, L, U]` with `a = P L U`; with `permuteL`, `[P L, U]`. */
export function lu(a: ArrayLike, options: { readonly permuteL?: boolean } = {}): NdArray[] {
  checkOptions('lu', options, { permuteL: 'boolean' });
  const x = inexactArray('lu', a);
  const [packed, , permutation] = lax.lu(x);
  const [m, n] = x.shape.slice(-2);
  const k = Math.min(m, n);
  const eye = identity(x.shape.slice(0, -2), m, x.dtype);
  const unit = columns(eye, 0, k);
  const lower = primitive.add(lowerTriangle(columns(packed, 0, k), -1), unit);
  const upper = upperTriangle(rows(packed, 0, k));
  const order = primitive.broadcastInDim(permutation, eye.shape, [...permutation.shape.keys()]);
  const place = primitive.iota('int32', [m, m], 1);
  const turned = primitive.eq(order, primitive.broadcastInDim(place, eye.shape, [eye.ndim - 2, eye.ndim - 1]));
  const p = primitive.convertElementType(primitive.moveAxis(turned, eye.ndim - 1, eye.ndim - 2), x.dtype);
  return options.permuteL ? [primitive.batchMatmul(p, lower), upper] : [p, lower, upper];
}

/** The packed factors of LU and the exchanges of rows, for `luSolve`. */
export function luFactor(a: ArrayLike): [lu: NdArray, piv: NdArray] {
  const [packed, pivots] = lax.lu(inexactArray('luFactor', a));
  return [packed, pivots];
}

/**
 * `x` with `a x = b`, from `luFactor(a)`; with `trans` 1 the matrix is transposed, with 2 adjoint as well.
 * @throws InvalidArgument for another `trans`
 */
export function luSolve(
  luAndPiv: readonly [ArrayLike, NdArray],
  b: ArrayLike,
  options: { readonly trans?: 0 | 1 | 2 } = {},
): NdArray {
  checkOptions('luSolve', options, { trans: [0, 2, 1] });
  checkArgument('luSolve', 'luAndPiv', luAndPiv, 'list');
  const piv = asArray(luAndPiv[1], 'luSolve', 'luAndPiv[1]');
  const { trans = 0 } = options;
  if (trans !== 0 && trans !== 1 && trans !== 2) {
    throw new InvalidArgument({
      op: 'luSolve',
      argument: 'trans',
      expected: '0, 1 or 2',
      actual: `${trans as number}`,
    });
  }
  const [factors, given] = promoteDTypesInexact('luSolve', [luAndPiv[0], b]);
  const { right, restore } = asColumns(given, factors.ndim);
  const order = lax.luPivotsToPermutation(piv, right.shape[right.ndim - 2]);
  const take = (x: NdArray, by: NdArray): NdArray =>
    primitive.takeAlong(x, primitive.broadcastInDim(by, x.shape, [...by.shape.keys()]), x.ndim - 2);
  const half = (x: NdArray, lower: boolean): NdArray =>
    lax.triangularSolve(factors, x, {
      leftSide: true,
      lower,
      unitDiagonal: lower,
      transposeA: trans !== 0,
      conjugateA: trans === 2 && isComplex(factors.dtype),
    });
  if (trans === 0) return restore(half(half(take(right, order), true), false));
  const [, inverse] = primitive.sort([order, primitive.iota('int32', order.shape, order.ndim - 1)], order.ndim - 1);
  return restore(take(half(half(right, false), true), inverse));
}

/** `[q, r]` with `a = q r`; mode `economic` keeps what is needed, mode `r` gives `[r]`. */
export function qr(
  a: ArrayLike,
  options: { readonly mode?: 'full' | 'r' | 'economic'; readonly pivoting?: boolean } = {},
): NdArray[] {
  checkOptions('qr', options, { mode: ['full', 'r', 'economic'], pivoting: 'boolean' });
  const { mode = 'full', pivoting = false } = options;
  const x = inexactArray('qr', a);
  const [q, r, ...order] = pivoting
    ? lax.qr(x, { fullMatrices: mode !== 'economic', pivoting: true })
    : lax.qr(x, { fullMatrices: mode !== 'economic' });
  return mode === 'r' ? [r, ...order] : [q, r, ...order];
}

/** Options of `solve`. */
export interface SolveOptions extends LowerOption {
  /** What is known of the matrix: `gen`, `sym`, `her`, or `pos` (positive definite). Default `gen`. */
  readonly assumeA?: 'gen' | 'sym' | 'her' | 'pos';
}

/** `x` with `a x = b`. */
export function solve(a: ArrayLike, b: ArrayLike, options: SolveOptions = {}): NdArray {
  checkOptions('solve', options, solveOptions);
  const { assumeA = 'gen', lower = false } = options;
  if (!['gen', 'sym', 'her', 'pos'].includes(assumeA)) {
    const expected = "'gen', 'sym', 'her' or 'pos'";
    throw new InvalidArgument({ op: 'solve', argument: 'assumeA', expected, actual: `'${assumeA}'` });
  }
  return assumeA === 'pos' ? choSolve(choFactor(a, { lower }), b) : solveGeneral(a, b);
}

/** Options of `solveTriangular`. */
export interface SolveTriangularOptions extends LowerOption {
  /** 0 or `N`, 1 or `T` (transposed), 2 or `C` (adjoint). Default 0. */
  readonly trans?: 0 | 1 | 2 | 'N' | 'T' | 'C';
  /** Whether the diagonal is taken as ones. Default false. */
  readonly unitDiagonal?: boolean;
}

/** `x` with `a x = b` for triangular `a`. */
export function solveTriangular(a: ArrayLike, b: ArrayLike, options: SolveTriangularOptions = {}): NdArray {
  checkOptions('solveTriangular', options, solveTriangularOptions);
  const { trans = 0, lower = false, unitDiagonal = false } = options;
  const [matrix, given] = promoteDTypesInexact('solveTriangular', [a, b]);
  const { right, restore } = asColumns(given, matrix.ndim);
  const adjointed = trans === 2 || trans === 'C';
  const transposeA = adjointed || trans === 1 || trans === 'T';
  const conjugateA = adjointed && isComplex(matrix.dtype);
  return restore(lax.triangularSolve(matrix, right, { leftSide: true, lower, transposeA, conjugateA, unitDiagonal }));
}

/** `[U, s, Vh]`, or `s` alone. */
export function svd(
  a: ArrayLike,
  options: { readonly fullMatrices?: boolean; readonly computeUv?: boolean } = {},
): NdArray | NdArray[] {
  checkOptions('svd', options, { fullMatrices: 'boolean', computeUv: 'boolean' });
  const { fullMatrices = true, computeUv = true } = options;
  return computeUv ? numpy.svd(a, { fullMatrices }) : numpy.svd(a, { computeUv: false });
}

/** The arrays along the diagonal of a matrix of zeros; vectors are rows. */
export function blockDiag(...arrs: readonly ArrayLike[]): NdArray {
  const blocks = promoteDTypes('blockDiag', arrs.length === 0 ? [[[]]] : arrs).map((x) => {
    if (x.ndim > 2) {
      throw new ShapeMismatch({ op: 'blockDiag', argument: 'arrs', expected: 'at most two axes', actual: x.shape });
    }
    return primitive.reshape(x, x.ndim === 2 ? x.shape : [1, x.size]);
  });
  const width = blocks.reduce((sum, x) => sum + x.shape[1], 0);
  let before = 0;
  const padded = blocks.map((x) => {
    const config: primitive.PaddingConfig[] = [
      [0, 0, 0],
      [before, width - before - x.shape[1], 0],
    ];
    before += x.shape[1];
    return primitive.pad(x, primitive.like(x, 0), config);
  });
  return primitive.concatenate(padded, 0);
}

export { expm } from './expm.js';
export * from './factors.js';
export * from './schur-functions.js';
export * from './special-matrices.js';
