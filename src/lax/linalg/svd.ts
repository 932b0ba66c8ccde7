/**
 * Singular values.
 *
 * Of a square `A`, they are the non-negative eigenvalues of `[[0, A], [A^H, 0]]`, whose eigenvectors `[u; v]` hold the
 * singular vectors: so nothing is squared, and small singular values keep their digits. Where singular values are 0 the
 * eigenvectors mix, so both sets are made orthonormal once more, from the largest on. Other matrices are reduced to their
 * triangular factor first. Source of the derivative: Giles, "An extended collection of matrix derivative results", 2008;
 * jax.lax.linalg.svd.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex, realDType } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import { NotDifferentiable } from '../../error/error.js';
import * as primitive from '../../primitive/index.js';
import { customJvp } from '../../transform/custom-jvp.js';
import { svdOptions } from '../options.js';
import {
  adjoint,
  alongColumns,
  asMatrices,
  columns,
  diagonal,
  identity,
  onDiagonal,
  product,
  rows,
  transposed,
  zerosLike,
} from './matrix.js';
import { qr } from './qr.js';

const { add, div, eq, like, mul, select, sub } = primitive;

/** Vectors in columns made exactly orthonormal, without turning those that are. */
function orthonormal(x: NdArray): NdArray {
  const [q, r] = qr(x, { fullMatrices: false });
  const d = diagonal(r);
  const size = primitive.abs(d);
  const isZero = eq(size, like(size, 0));
  const safe = primitive.convertElementType(select(isZero, primitive.full(size.aval, 1), size), d.dtype);
  const phase = select(isZero, primitive.full(d.aval, 1), div(d, safe));
  return mul(q, alongColumns(phase, q.shape[q.ndim - 2]));
}

/** Square matrices: `A = u diag(s) v^H`, `s` falling. */
function square(a: NdArray): { u: NdArray; s: NdArray; v: NdArray } {
  const n = a.shape[a.ndim - 1];
  const [row, column] = [a.ndim - 2, a.ndim - 1];
  const zero = zerosLike(a);
  const dilation = primitive.concatenate(
    [primitive.concatenate([zero, a], column), primitive.concatenate([adjoint(a), zero], column)],
    row,
  );
  const [vectors, values] = primitive.eigh(dilation);
  const largest = primitive.rev(columns(vectors, n, 2 * n), [column]);
  const s = primitive.rev(primitive.sliceInDim(values, n, 2 * n, 1, values.ndim - 1), [values.ndim - 1]);
  return {
    u: orthonormal(rows(largest, 0, n)),
    s: primitive.max(s, zerosLike(s)),
    v: orthonormal(rows(largest, n, 2 * n)),
  };
}

/** `[u, s, v^H]` without a derivative. */
function factors(a: NdArray, fullMatrices: boolean): readonly [NdArray, NdArray, NdArray] {
  const [m, n] = a.shape.slice(-2);
  if (m < n) {
    const [v, s, uh] = factors(adjoint(a), fullMatrices);
    return [adjoint(uh), s, adjoint(v)];
  }
  const batch = a.shape.slice(0, -2);
  if (n === 0) {
    const u = columns(identity(batch, m, a.dtype), 0, fullMatrices ? m : 0);
    const s = primitive.full(a.aval.withShape([...batch, 0]).withDType(realDType(a.dtype)), 0);
    return [u, s, identity(batch, 0, a.dtype)];
  }
  if (m === n) {
    const { u, s, v } = square(a);
    return [u, s, adjoint(v)];
  }
  const [q, r] = qr(a, { fullMatrices });
  const { u, s, v } = square(rows(r, 0, n));
  const first = product(columns(q, 0, n), u);
  return [fullMatrices ? primitive.concatenate([first, columns(q, n, m)], a.ndim - 1) : first, s, adjoint(v)];
}

type Triple = readonly [u: NdArray, s: NdArray, vh: NdArray];

/** The tangents of the thin factors. */
function tangents([u, s, vh]: Triple, a: NdArray, da: NdArray): Triple {
  const [uh, v] = [adjoint(u), adjoint(vh)];
  const inner = product(product(uh, da), v);
  const k = s.shape[s.ndim - 1];
  const across = alongColumns(s, k);
  const down = transposed(across);
  const wide = (x: NdArray): NdArray => primitive.convertElementType(x, a.dtype);
  const eye = onDiagonal(across.shape);
  const none = zerosLike(across);
  const one = primitive.full(across.aval, 1);
  const gaps = mul(add(across, down), sub(across, down));
  const f = wide(select(eye, none, div(one, select(eye, one, gaps))));
  const hermitian = (x: NdArray): NdArray => add(x, adjoint(x));
  const isZero = eq(across, none);
  const inverse = select(isZero, none, div(one, select(isZero, one, across)));
  const phase = mul(mul(like(inner, 0.5), sub(inner, adjoint(inner))), wide(select(eye, inverse, none)));
  let du = product(u, add(mul(f, hermitian(mul(wide(across), inner))), phase));
  let dv = product(v, mul(f, hermitian(mul(wide(down), inner))));
  const [m, n] = a.shape.slice(-2);
  // What leaves the space of the singular vectors.
  const outside = (x: NdArray, basis: NdArray): NdArray =>
    div(sub(x, product(basis, product(adjoint(basis), x))), wide(alongColumns(s, x.shape[x.ndim - 2])));
  if (m > n) du = add(du, outside(product(da, v), u));
  if (n > m) dv = add(dv, outside(product(adjoint(da), u), v));
  const ds = diagonal(isComplex(inner.dtype) ? primitive.real(inner) : inner);
  return [du, ds, adjoint(dv)];
}

const thin = customJvp((a: NdArray): Triple => factors(a, false)).defjvp(
  ([a]: readonly NdArray[], [da]: readonly NdArray[]) => {
    const result = thin(a) as unknown as Triple;
    return [result, tangents(result, a, da)];
  },
);

const full = customJvp((a: NdArray): Triple => factors(a, true)).defjvp(() => {
  throw new NotDifferentiable({
    op: 'svd',
    reason: 'singular vectors beyond the thin factors (fullMatrices: true, not square) are not determined',
  });
});

/** Singular values alone: their tangents need no others, and are finite where values coincide. */
const valuesOnly = customJvp((a: NdArray): NdArray => factors(a, false)[1]).defjvp(
  ([a]: readonly NdArray[], [da]: readonly NdArray[]) => {
    const [u, s, vh] = thin(a) as unknown as Triple;
    const inner = product(product(adjoint(u), da), adjoint(vh));
    return [s, diagonal(isComplex(inner.dtype) ? primitive.real(inner) : inner)];
  },
);

/** By what algorithm JAX computes singular values; which one runs here is the engine's choice. */
export const SvdAlgorithm = {
  DEFAULT: 'Default',
  QR: 'QR',
  JACOBI: 'Jacobi',
  POLAR: 'Polar',
  DIVIDE_AND_CONQUER: 'DivideAndConquer',
} as const;
export type SvdAlgorithm = (typeof SvdAlgorithm)[keyof typeof SvdAlgorithm];

export interface SvdOptions {
  /** Accepted for JAX's sake. */
  readonly algorithm?: SvdAlgorithm | null;
  /** Whether `u` and `vh` are square. Default true. */
  readonly fullMatrices?: boolean;
  /** Whether there are singular vectors in the result, or `s` alone. Default true. */
  readonly computeUv?: boolean;
  /** Only singular values from the first number up to, not including, the second one. */
  readonly subsetByIndex?: readonly [start: number, end: number] | null;
}

/**
 * `[u, s, vh]` with `x = u diag(s) vh`, orthonormal columns of `u` and rows of `vh`, and falling `s`; or `s` alone.
 * @throws ShapeMismatch when there are fewer than two axes
 * @throws NotDifferentiable when differentiated with `fullMatrices` for matrices that are not square
 */
export function svd(x: ArrayLike, options: SvdOptions & { readonly computeUv: false }): NdArray;
export function svd(
  x: ArrayLike,
  options?: SvdOptions & { readonly computeUv?: true },
): [u: NdArray, s: NdArray, vh: NdArray];
export function svd(x: ArrayLike, options: SvdOptions = {}): NdArray | NdArray[] {
  checkOptions('svd', options, svdOptions);
  const { fullMatrices = true, computeUv = true, subsetByIndex = null } = options;
  const a = asMatrices(x, 'svd');
  const some = (s: NdArray): NdArray =>
    subsetByIndex === null ? s : primitive.sliceInDim(s, subsetByIndex[0], subsetByIndex[1], 1, s.ndim - 1);
  if (!computeUv) return some(valuesOnly(a));
  const isSquare = a.shape[a.ndim - 1] === a.shape[a.ndim - 2];
  const [u, s, vh] = fullMatrices && !isSquare ? full(a) : thin(a);
  if (subsetByIndex === null) return [u, s, vh];
  return [columns(u, ...subsetByIndex), some(s), rows(vh, ...subsetByIndex)];
}

export interface QdwhOptions {
  /** Whether the input is known to be Hermitian; not used here. */
  readonly isHermitian?: boolean;
}

/**
 * The polar factors `x = u h`: `u` with orthonormal columns, `h` positive semidefinite. The third and fourth result are
 * JAX's number of iterations and whether they converged; computed from singular values, it is 0 and true.
 */
export function qdwh(
  x: ArrayLike,
  options: QdwhOptions = {},
): [u: NdArray, h: NdArray, iterations: number, isConverged: boolean] {
  checkOptions('qdwh', options, { isHermitian: 'any' });
  const [w, s, vh] = svd(x, { fullMatrices: false });
  const scaled = mul(adjoint(vh), alongColumns(primitive.convertElementType(s, vh.dtype), vh.shape[vh.ndim - 1]));
  return [product(w, vh), product(scaled, vh), 0, true];
}
