/**
 * Factorizations as `jnp.linalg` has them: those of `lax.linalg`, for integers too, with NumPy's names and orders.
 *
 * Results that are named tuples in Python are lists in the order of their fields.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { isComplex } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import * as linalg from '../lax/linalg/index.js';
import { diagonal } from '../lax/linalg/matrix.js';
import * as primitive from '../primitive/index.js';
import { determinant, parity } from './cofactor.js';
import { eighOptions, svdOptions } from './options.js';
import { inexactArray } from './promote.js';

const adjoint = (x: NdArray): NdArray => {
  const turned = primitive.moveAxis(x, x.ndim - 1, x.ndim - 2);
  return isComplex(x.dtype) ? primitive.conj(turned) : turned;
};

export type QrMode = 'reduced' | 'complete' | 'r';

/**
 * `[q, r]` with orthonormal columns `q` and upper triangular `r`; `q` is square in mode `complete`; mode `r` gives `r` alone.
 * @throws InvalidArgument for another mode
 */
export function qr(a: ArrayLike, options: { readonly mode: 'r' }): NdArray;
export function qr(a: ArrayLike, options?: { readonly mode?: 'reduced' | 'complete' }): [Q: NdArray, R: NdArray];
export function qr(a: ArrayLike, options: { readonly mode?: QrMode } = {}): NdArray | [NdArray, NdArray] {
  checkOptions('qr', options, { mode: ['reduced', 'complete', 'r'] });
  const { mode = 'reduced' } = options;
  if (mode !== 'reduced' && mode !== 'complete' && mode !== 'r') {
    const expected = "'reduced', 'complete' or 'r'";
    throw new InvalidArgument({ op: 'qr', argument: 'mode', expected, actual: `'${mode}'` });
  }
  const [q, r] = linalg.qr(inexactArray('qr', a), { fullMatrices: mode === 'complete' });
  return mode === 'r' ? r : [q, r];
}

export interface SvdOptions {
  /** Whether `U` and `Vh` are square. Default true. */
  readonly fullMatrices?: boolean;
  /** Whether there are singular vectors in the result, or the values alone. Default true. */
  readonly computeUv?: boolean;
  /** Whether the matrices are Hermitian, so that eigenvalues give the singular ones. Default false. */
  readonly hermitian?: boolean;
}

/** `[U, S, Vh]` with `a = U diag(S) Vh` and falling `S`; or `S` alone. */
export function svd(a: ArrayLike, options: SvdOptions & { readonly computeUv: false }): NdArray;
export function svd(
  a: ArrayLike,
  options?: SvdOptions & { readonly computeUv?: true },
): [U: NdArray, S: NdArray, Vh: NdArray];
export function svd(a: ArrayLike, options: SvdOptions = {}): NdArray | [NdArray, NdArray, NdArray] {
  checkOptions('svd', options, svdOptions);
  const { fullMatrices = true, computeUv = true, hermitian = false } = options;
  const x = inexactArray('svd', a);
  if (!hermitian) return computeUv ? linalg.svd(x, { fullMatrices }) : linalg.svd(x, { computeUv: false });
  const [v, w] = linalg.eigh(x);
  const last = w.ndim - 1;
  const place = primitive.iota('int32', w.shape, last);
  const [sizes, order] = primitive.sort([primitive.neg(primitive.abs(w)), place], last);
  const s = primitive.neg(sizes);
  if (!computeUv) return s;
  const along = [...w.shape.keys()].map((k) => (k === last ? k + 1 : k));
  const u = primitive.takeAlong(v, primitive.broadcastInDim(order, v.shape, along), last + 1);
  const signs = primitive.sign(primitive.takeAlong(w, order, last));
  const filled = primitive.select(
    primitive.eq(signs, primitive.full(signs.aval, 0)),
    primitive.full(signs.aval, 1),
    signs,
  );
  const turned = primitive.convertElementType(primitive.broadcastInDim(filled, v.shape, along), v.dtype);
  return [u, s, adjoint(primitive.mul(u, turned))];
}

/** Singular values, falling. */
export const svdvals = (x: ArrayLike): NdArray => svd(x, { computeUv: false });

export interface EighOptions {
  /** Which triangle is read when the input is not symmetrized. Default `L`. */
  readonly UPLO?: 'L' | 'U';
  /** Whether `(A + A^H) / 2` is taken instead of `A`. Default true. */
  readonly symmetrizeInput?: boolean;
}

/** `[eigenvalues, eigenvectors]` of Hermitian matrices: values rising, vectors in columns. */
export function eigh(a: ArrayLike, options: EighOptions = {}): [eigenvalues: NdArray, eigenvectors: NdArray] {
  checkOptions('eigh', options, eighOptions);
  const { UPLO = 'L', symmetrizeInput = true } = options;
  if (UPLO !== 'L' && UPLO !== 'U') {
    throw new InvalidArgument({ op: 'eigh', argument: 'UPLO', expected: "'L' or 'U'", actual: `'${UPLO as string}'` });
  }
  const [v, w] = linalg.eigh(inexactArray('eigh', a), { lower: UPLO === 'L', symmetrizeInput });
  return [w, v];
}

/** Eigenvalues of Hermitian matrices, rising. */
export const eigvalsh = (a: ArrayLike, options: EighOptions = {}): NdArray =>
  eigh(a, checkOptions('eigvalsh', options, eighOptions))[0];

/**
 * `[sign, log |det|]` of square matrices: a sign (of magnitude 1 for complex ones), 0 and -infinity where singular.
 */
export function slogdet(a: ArrayLike): [sign: NdArray, logabsdet: NdArray] {
  const [lu, pivots] = linalg.lu(square('slogdet', a));
  const d = diagonal(lu);
  const last = d.ndim - 1;
  const size = primitive.abs(d);
  const isSingular = primitive.eq(size, primitive.full(size.aval, 0));
  const safe = primitive.convertElementType(primitive.select(isSingular, primitive.full(size.aval, 1), size), d.dtype);
  const phases = isComplex(d.dtype) ? primitive.div(d, safe) : primitive.sign(d);
  const turn = primitive.convertElementType(parity(pivots), lu.dtype);
  const sign = primitive.mul(turn, primitive.reduceProd(phases, [last]));
  return [sign, primitive.reduceSum(primitive.log(size), [last])];
}

/** The determinant of square matrices. */
export function det(a: ArrayLike): NdArray {
  const x = square('det', a);
  const n = x.shape[x.ndim - 1];
  const at = (i: number, j: number): NdArray => {
    const row = primitive.sliceInDim(x, i, i + 1, 1, x.ndim - 2);
    return primitive.squeeze(primitive.sliceInDim(row, j, j + 1, 1, x.ndim - 1), [x.ndim - 2, x.ndim - 1]);
  };
  const { mul, sub, add } = primitive;
  // Up to three rows by the rule of Sarrus, whose derivative is right for singular matrices as well.
  const minor = (i: number, j: number, k: number, l: number): NdArray =>
    sub(mul(at(i, k), at(j, l)), mul(at(i, l), at(j, k)));
  if (n === 0) return primitive.full(x.aval.withShape(x.shape.slice(0, -2)), 1);
  if (n === 1) return at(0, 0);
  if (n === 2) return minor(0, 1, 0, 1);
  if (n === 3) {
    const positive = add(mul(at(0, 0), minor(1, 2, 1, 2)), mul(at(0, 2), minor(1, 2, 0, 1)));
    return sub(positive, mul(at(0, 1), minor(1, 2, 0, 2)));
  }
  return determinant(x) as NdArray;
}

/** An argument as square matrices that can be divided. */
function square(op: string, a: ArrayLike): NdArray {
  const x = inexactArray(op, a);
  const [m, n] = x.shape.slice(-2);
  if (x.ndim >= 2 && m === n) return x;
  throw new InvalidArgument({
    op,
    argument: 'a',
    expected: 'square matrices',
    actual: `of shape [${x.shape.join(', ')}]`,
  });
}
