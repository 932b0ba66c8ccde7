/**
 * Orthogonal times upper triangular: Householder's factorization, its derivative, and the version with pivots.
 *
 * Sources: Townsend, "Differentiating the QR decomposition" (2018); arXiv:2409.13374 for full factors; jax.lax.linalg.qr.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import * as primitive from '../../primitive/index.js';
import { customJvp } from '../../transform/custom-jvp.js';
import { asArray } from '../operand.js';
import { ormqrOptions, qrOptions } from '../options.js';
import { scan } from '../scan.js';
import {
  adjoint,
  alongColumns,
  asMatrices,
  columns,
  identity,
  lowerTriangle,
  onDiagonal,
  overBatch,
  product,
  rows,
  upperTriangle,
  zerosLike,
} from './matrix.js';

const { add, sub } = primitive;

/** The factors, without a derivative. */
function factors(x: NdArray, fullMatrices: boolean): [q: NdArray, r: NdArray] {
  const [m, n] = x.shape.slice(-2);
  const batch = x.shape.slice(0, -2);
  if (m === 0 || n === 0) {
    const k = fullMatrices ? m : Math.min(m, n);
    const q = columns(identity(batch, m, x.dtype), 0, k);
    return [q, primitive.full(x.aval.withShape([...batch, k, n]), 0)];
  }
  const [packed, taus] = primitive.geqrf(x);
  if (m < n) return [primitive.householderProduct(columns(packed, 0, m), taus), upperTriangle(packed)];
  if (!fullMatrices) return [primitive.householderProduct(packed, taus), upperTriangle(rows(packed, 0, n))];
  const config = packed.shape.map((_, k): primitive.PaddingConfig => [0, k === packed.ndim - 1 ? m - n : 0, 0]);
  const wide = primitive.pad(packed, primitive.like(packed, 0), config);
  return [primitive.householderProduct(wide, taus), upperTriangle(packed)];
}

/** Tangents of the factors of matrices with at least as many rows as columns, `q` with as many columns. */
function thinTangents(q: NdArray, r: NdArray, dx: NdArray): [dq: NdArray, dr: NdArray] {
  const solve = { leftSide: false, lower: false, transposeA: false, conjugateA: false, unitDiagonal: false };
  const scaled = primitive.triangularSolve(r, dx, solve);
  const inner = product(adjoint(q), scaled);
  const below = lowerTriangle(inner, -1);
  let turn = sub(below, adjoint(below));
  if (isComplex(inner.dtype)) {
    const imaginary = sub(inner, primitive.convertElementType(primitive.real(inner), inner.dtype));
    turn = add(turn, primitive.select(onDiagonal(inner.shape), imaginary, zerosLike(inner)));
  }
  return [add(product(q, sub(turn, inner)), scaled), product(sub(inner, turn), r)];
}

/** The tangents of all columns of a square `q`, where `x` has fewer: arXiv:2409.13374, equations 32 and 33. */
function completedTangent(q: NdArray, dq: NdArray, n: number): NdArray {
  const m = q.shape[q.ndim - 1];
  const thin = columns(q, 0, n);
  const [top, bottom, rest] = [rows(thin, 0, n), rows(thin, n, m), columns(q, n, m)];
  const [dTop, dBottom] = [rows(dq, 0, n), rows(dq, n, m)];
  const batch = q.shape.slice(0, -2);
  // Z (Q_nn - I) = Q_pn; the inverse by a thin factorization of its own.
  const [u, t] = factors(sub(top, identity(batch, n, q.dtype)), false);
  const solve = { leftSide: false, lower: false, transposeA: false, conjugateA: false, unitDiagonal: false };
  const z = product(primitive.triangularSolve(t, bottom, solve), adjoint(u));
  const back = product(add(thin, product(rest, z)), adjoint(sub(dBottom, product(z, dTop))));
  return primitive.concatenate([dq, sub(product(dq, adjoint(z)), back)], q.ndim - 1);
}

const decomposition = (fullMatrices: boolean) =>
  customJvp((x: NdArray): readonly [NdArray, NdArray] => factors(x, fullMatrices)).defjvp(
    ([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
      const [q, r] = qrOf(fullMatrices)(x) as readonly [NdArray, NdArray];
      const [m, n] = x.shape.slice(-2);
      if (m < n) {
        const [dq, dr] = thinTangents(q, columns(r, 0, m), columns(dx, 0, m));
        const rest = add(product(adjoint(dq), columns(x, m, n)), product(adjoint(q), columns(dx, m, n)));
        return [
          [q, r],
          [dq, primitive.concatenate([dr, rest], dr.ndim - 1)],
        ];
      }
      const [dq, dr] = thinTangents(columns(q, 0, n), rows(r, 0, n), dx);
      if (!fullMatrices || m === n)
        return [
          [q, r],
          [dq, dr],
        ];
      const below = primitive.full(dr.aval.withShape([...dr.shape.slice(0, -2), m - n, n]), 0);
      return [
        [q, r],
        [completedTangent(q, dq, n), primitive.concatenate([dr, below], dr.ndim - 2)],
      ];
    },
  );

const full = decomposition(true);
const thin = decomposition(false);
const qrOf = (fullMatrices: boolean): typeof full => (fullMatrices ? full : thin);

export interface QrOptions {
  /** Whether columns are permuted so that the diagonal of `r` falls in magnitude. Default false. */
  readonly pivoting?: boolean;
  /** Whether `q` is square. Default true. */
  readonly fullMatrices?: boolean;
}

/**
 * `x = q r` with orthonormal columns `q` and upper triangular `r`; with `pivoting`, `x[:, p] = q r` and `p` is the third
 * result. Signs are LAPACK's.
 * @throws ShapeMismatch when there are fewer than two axes
 */
export function qr(
  x: ArrayLike,
  options: QrOptions & { readonly pivoting: true },
): [q: NdArray, r: NdArray, p: NdArray];
export function qr(x: ArrayLike, options?: QrOptions & { readonly pivoting?: false }): [q: NdArray, r: NdArray];
export function qr(x: ArrayLike, options: QrOptions = {}): NdArray[] {
  checkOptions('qr', options, qrOptions);
  const { pivoting = false, fullMatrices = true } = options;
  const matrices = asMatrices(x, 'qr');
  if (!pivoting) return [...qrOf(fullMatrices)(matrices)];
  const [order] = overBatch(matrices.ndim - 2, (a) => [pivotOrder(a)] as const)(primitive.stopGradient(matrices));
  const permuted = primitive.takeAlong(
    matrices,
    alongColumns(order, matrices.shape[matrices.ndim - 2]),
    matrices.ndim - 1,
  );
  return [...qrOf(fullMatrices)(permuted), order];
}

/** The columns in the order in which each has the largest part orthogonal to those before it. */
function pivotOrder(x: NdArray): NdArray {
  const [m, n] = x.shape;
  const steps = Math.min(m, n);
  const place = primitive.iota('int32', [n]);
  const swap = (order: NdArray, i: NdArray, j: NdArray): NdArray => {
    const at = (k: NdArray): NdArray => primitive.dynamicSlice(order, [k], [1]);
    return primitive.dynamicUpdateSlice(primitive.dynamicUpdateSlice(order, at(j), [i]), at(i), [j]);
  };
  const step = (
    [rest, order]: readonly [NdArray, NdArray],
    k: NdArray,
  ): readonly [readonly [NdArray, NdArray], null] => {
    const sizes = primitive.abs(rest);
    const norms = primitive.reduceSum(primitive.square(sizes), [0]);
    const inOrder = primitive.takeAlong(norms, order, 0);
    const open = primitive.select(primitive.ge(place, k), inOrder, primitive.full(inOrder.aval, -1));
    const chosen = primitive.argmax(open, 0, 'int32');
    const next = swap(order, k, chosen);
    const column = primitive.dynamicSlice(
      rest,
      [primitive.like(k, 0), primitive.reshape(primitive.dynamicSlice(next, [k], [1]), [])],
      [m, 1],
    );
    const size = primitive.reduceSum(primitive.square(primitive.abs(column)), [0, 1]);
    const safe = primitive.select(primitive.gt(size, primitive.like(size, 0)), size, primitive.like(size, 1));
    const projection = product(column, product(adjoint(column), rest));
    const divisor = primitive.convertElementType(safe, rest.dtype);
    return [[sub(rest, primitive.div(projection, divisor)), next], null];
  };
  const [[, order]] = scan(step, [x, place] as const, { xs: primitive.iota('int32', [steps]) });
  return order;
}

/** The first columns of the product of the reflections `I - tau v v^H` whose vectors are below the diagonal of `a`. */
export const householderProduct = (a: ArrayLike, taus: ArrayLike): NdArray =>
  primitive.householderProduct(asMatrices(a, 'householderProduct', 'a'), asArray(taus, 'householderProduct', 'taus'));

export interface OrmqrOptions {
  /** `Q C` instead of `C Q`. Default true. */
  readonly left?: boolean;
  /** Whether `Q` is transposed (and conjugated). Default false. */
  readonly transpose?: boolean;
}

/** `C` times the square `Q` of the reflections in `a` and `taus`. */
export function ormqr(a: ArrayLike, taus: ArrayLike, c: ArrayLike, options: OrmqrOptions = {}): NdArray {
  checkOptions('ormqr', options, ormqrOptions);
  const packed = asMatrices(a, 'ormqr', 'a');
  const [m, n] = packed.shape.slice(-2);
  const config = packed.shape.map((_, k): primitive.PaddingConfig => [0, k === packed.ndim - 1 ? m - n : 0, 0]);
  const square = primitive.pad(packed, primitive.like(packed, 0), config);
  const q = primitive.householderProduct(square, asArray(taus, 'ormqr', 'taus'));
  const turned = options.transpose ? adjoint(q) : q;
  const other = asMatrices(c, 'ormqr', 'c');
  return (options.left ?? true) ? product(turned, other) : product(other, turned);
}
