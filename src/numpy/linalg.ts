/**
 * Linear algebra (`jnp.linalg`).
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { isComplex } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { isnan, notEqual } from './comparison.js';
import { eye } from './creation.js';
import { svd, svdvals } from './decompositions.js';
import { matmul } from './linear.js';
import { normOptions, vectorNormOptions } from './options.js';
import { broadcastArray, inexactArray } from './promote.js';
import { keepAxes, max, min, sum } from './reduction.js';
import { choose } from './select.js';
import { matrixTranspose } from './shape.js';
import { inv } from './systems.js';

export * from './decompositions.js';
export * from './eigen.js';
export { cross, matmul, outer, tensordot, vecdot } from './linear.js';
export { diagonal, matrixTranspose, trace } from './shape.js';
export * from './systems.js';

export type NormOrder = number | 'fro' | 'nuc' | 'inf' | '-inf' | null;

export interface NormOptions {
  /** Which norm; the Euclidean (Frobenius) one when null; `nuc` is the sum of the singular values. Infinities are numbers, or `'inf'`, `'-inf'`. */
  readonly ord?: NormOrder;
  /** One axis: norms of vectors; two: of matrices; all of the array, flattened, when null. */
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
}

/** `|x|^2`, real. */
const squared = (x: NdArray): NdArray =>
  isComplex(x.dtype) ? primitive.real(primitive.mul(x, primitive.conj(x))) : primitive.square(x);

/** The square root whose derivative at 0 is 0: the smallest subgradient of a norm. */
function rootOfSquares(total: NdArray): NdArray {
  const isZero = primitive.eq(total, scalar(0, total.dtype));
  const safe = choose(isZero, scalar(1, total.dtype), total);
  return choose(isZero, scalar(0, total.dtype), primitive.sqrt(safe));
}

/**
 * The norm of vectors or matrices.
 *
 * Its derivative at the origin is 0, the smallest subgradient (where JAX gives NaN).
 * @throws InvalidArgument for an order that is not defined
 */
export function norm(x: ArrayLike, options: NormOptions = {}): NdArray {
  checkOptions('norm', options, normOptions);
  if (typeof options.ord !== 'number' && options.ord !== null && options.ord !== undefined) {
    checkArgument('norm', 'ord', options.ord, 'string');
  }
  const { ord: wanted = null, axis = null, keepdims = false } = options;
  const a = inexactArray('norm', x);
  const ord = wanted === 'inf' ? Number.POSITIVE_INFINITY : wanted === '-inf' ? Number.NEGATIVE_INFINITY : wanted;
  if (ord === null) {
    const axes = canonicalAxes(axis, a.ndim, 'norm');
    return rootOfSquares(sum(squared(a), { axis: axes, keepdims }));
  }
  const axes = canonicalAxes(axis, a.ndim, 'norm');
  if (axes.length === 1) return vectorOrder(a, ord, axes[0], keepdims);
  if (axes.length === 2) return matrixOrder(a, ord, axes, keepdims);
  throw new InvalidArgument({
    op: 'norm',
    argument: 'axis',
    expected: 'one axis or two, for a norm with an order',
    actual: `${axes.length} axes`,
  });
}

function vectorOrder(a: NdArray, ord: number | string, axis: number, keepdims: boolean): NdArray {
  const size = primitive.abs(a);
  const options = { axis, keepdims };
  if (ord === Number.POSITIVE_INFINITY) return max(size, options);
  if (ord === Number.NEGATIVE_INFINITY) return min(size, options);
  if (ord === 0) return sum(notEqual(a, 0), { ...options, dtype: size.dtype });
  if (ord === 1) return sum(size, options);
  if (ord === 2) return rootOfSquares(sum(squared(a), options));
  if (typeof ord !== 'number') {
    throw new InvalidArgument({ op: 'norm', argument: 'ord', expected: 'a number, for vectors', actual: `'${ord}'` });
  }
  const total = sum(primitive.pow(size, scalar(ord, size.dtype)), options);
  return primitive.pow(total, scalar(1 / ord, size.dtype));
}

function matrixOrder(a: NdArray, ord: number | string, axes: readonly number[], keepdims: boolean): NdArray {
  const [row, column] = axes;
  if (ord === 'fro') return rootOfSquares(sum(squared(a), { axis: axes, keepdims }));
  const size = primitive.abs(a);
  const finish = (y: NdArray): NdArray => (keepdims ? keepAxes(y, a.shape, axes) : y);
  const shifted = (axis: number, gone: number): number => (axis > gone ? axis - 1 : axis);
  const over = (sumAxis: number, otherAxis: number, reduce: typeof max): NdArray =>
    finish(reduce(sum(size, { axis: sumAxis }), { axis: shifted(otherAxis, sumAxis) }));
  if (ord === 1) return over(row, column, max);
  if (ord === -1) return over(row, column, min);
  if (ord === Number.POSITIVE_INFINITY) return over(column, row, max);
  if (ord === Number.NEGATIVE_INFINITY) return over(column, row, min);
  if (ord === 2 || ord === -2 || ord === 'nuc') {
    const s = svdvals(primitive.moveAxis(primitive.moveAxis(a, row, a.ndim - 1), shifted(column, row), a.ndim - 1));
    const reduce = ord === 2 ? max : ord === -2 ? min : sum;
    return finish(reduce(s, { axis: -1 }));
  }
  throw new InvalidArgument({
    op: 'norm',
    argument: 'ord',
    expected: "1, -1, 2, -2, infinity, -infinity, 'fro' or 'nuc', for matrices",
    actual: `${ord}`,
  });
}

export interface VectorNormOptions {
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
  /** Default 2. */
  readonly ord?: number | 'inf' | '-inf';
}

/** The norm of vectors along an axis, or of all elements of several axes together (the array API's form). */
export function vectorNorm(x: ArrayLike, options: VectorNormOptions = {}): NdArray {
  checkOptions('vectorNorm', options, vectorNormOptions);
  const { axis = null, keepdims = false, ord = 2 } = options;
  const a = inexactArray('vectorNorm', x);
  const axes = canonicalAxes(axis, a.ndim, 'vectorNorm');
  const kept = range(a.ndim).filter((i) => !axes.includes(i));
  const flat = primitive.reshape(
    primitive.transpose(a, [...kept, ...axes]),
    [...kept.map((i) => a.shape[i]), -1].map((n) => (n === -1 ? axes.reduce((p, i) => p * a.shape[i], 1) : n)),
  );
  const y = norm(flat, { axis: flat.ndim - 1, ord });
  return keepdims ? keepAxes(y, a.shape, axes) : y;
}

/**
 * The lower triangular `L` with `L L^H = a` (`{ upper: true }`: its adjoint), for Hermitian positive definite matrices; NaN
 * for others. `a: [..., n, n]`, of which the mean with the adjoint is taken unless `symmetrizeInput` is false.
 */
export function cholesky(
  a: ArrayLike,
  options: { readonly upper?: boolean; readonly symmetrizeInput?: boolean } = {},
): NdArray {
  checkOptions('cholesky', options, { upper: 'boolean', symmetrizeInput: 'boolean' });
  const { upper = false, symmetrizeInput = true } = options;
  const x = inexactArray('cholesky', a);
  const adjoint = (y: NdArray): NdArray => {
    const turned = matrixTranspose(y);
    return isComplex(y.dtype) ? primitive.conj(turned) : turned;
  };
  const whole = symmetrizeInput
    ? primitive.mul(primitive.add(x, adjoint(x)), scalar(0.5, x.dtype))
    : upper
      ? adjoint(x)
      : x;
  const factor = primitive.cholesky(whole);
  return upper ? adjoint(factor) : factor;
}

/**
 * A square matrix to an integer power, by repeated squaring.
 * @throws ShapeMismatch for a matrix that is not square; InvalidArgument for a negative power
 */
export function matrixPower(a: ArrayLike, n: number): NdArray {
  checkArgument('matrixPower', 'n', n, 'integer');
  const x = inexactArray('matrixPower', a);
  const size = x.shape[x.ndim - 1];
  if (x.ndim < 2 || size !== x.shape[x.ndim - 2]) {
    throw new ShapeMismatch({
      op: 'matrixPower',
      argument: 'a',
      expected: 'square matrices are needed',
      actual: x.shape,
    });
  }
  if (!Number.isInteger(n) || n < 0) {
    throw new InvalidArgument({
      op: 'matrixPower',
      argument: 'n',
      expected: 'an integer that is not negative',
      actual: `${n}`,
    });
  }
  let out = broadcastArray(eye(size, { dtype: x.dtype }), x.shape);
  let square = x;
  let isOne = true;
  for (let rest = n; rest > 0; rest >>>= 1) {
    if (rest & 1) {
      out = isOne ? square : matmul(out, square);
      isOne = false;
    }
    if (rest > 1) square = matmul(square, square);
  }
  return out;
}

/** The product of several matrices, in the order that needs the fewest multiplications. */
export function multiDot(arrays: readonly ArrayLike[]): NdArray {
  checkArgument('multiDot', 'arrays', arrays, 'list');
  const list = arrays.map((a) => inexactArray('multiDot', a));
  list.forEach((x, i) => {
    if (x.ndim === 2 || (x.ndim === 1 && (i === 0 || i === list.length - 1))) return;
    const expected = 'matrices are needed, and vectors only at the ends';
    throw new ShapeMismatch({ op: 'multiDot', argument: `arrays[${i}]`, expected, actual: x.shape });
  });
  if (list.length < 2) {
    const actual = `a list of ${list.length}`;
    throw new InvalidArgument({ op: 'multiDot', argument: 'arrays', expected: 'two arrays or more', actual });
  }
  const sizes = list.map((x, i) => (i === 0 && x.ndim === 1 ? 1 : x.shape[0])).concat(list.at(-1)?.shape[1] ?? 1);
  const n = list.length;
  // Dynamic programming over intervals (Cormen et al., "Introduction to Algorithms", 15.2).
  const cost = range(n).map(() => new Array<number>(n).fill(0));
  const cut = range(n).map(() => new Array<number>(n).fill(0));
  for (let length = 1; length < n; length++) {
    for (let i = 0; i + length < n; i++) {
      const j = i + length;
      cost[i][j] = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const c = cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
        if (c < cost[i][j]) [cost[i][j], cut[i][j]] = [c, k];
      }
    }
  }
  const product = (i: number, j: number): NdArray =>
    i === j ? list[i] : matmul(product(i, cut[i][j]), product(cut[i][j] + 1, j));
  return product(0, n - 1);
}

/** The norm of the matrices of the last two axes. */
export const matrixNorm = (
  x: ArrayLike,
  options: { readonly keepdims?: boolean; readonly ord?: NormOrder } = {},
): NdArray => norm(x, { ord: options.ord ?? 'fro', keepdims: options.keepdims, axis: [-2, -1] });

/**
 * The condition number of matrices: how much an error of a right-hand side can grow. The norm is the spectral one when `p` is
 * null; infinite where a matrix is singular.
 * @throws ShapeMismatch for no matrices, empty ones, or ones that are not square for another norm
 */
export function cond(x: ArrayLike, options: { readonly p?: NormOrder } = {}): NdArray {
  const { p = null } = options;
  const a = inexactArray('cond', x);
  const [m, n] = a.shape.slice(-2);
  const isSpectral = p === null || p === 2 || p === -2;
  if (a.ndim < 2 || m === 0 || n === 0 || (!isSpectral && m !== n)) {
    const expected = isSpectral ? 'matrices with elements are needed' : `square matrices are needed for p = ${p}`;
    throw new ShapeMismatch({ op: 'cond', argument: 'x', expected, actual: a.shape });
  }
  let ratio: NdArray;
  if (isSpectral) {
    const s = svdvals(a);
    const [largest, smallest] = [s.get('...', 0), s.get('...', -1)];
    if (p !== -2) return primitive.div(largest, smallest);
    ratio = primitive.div(smallest, largest);
  } else {
    const size = (z: NdArray): NdArray => matrixNorm(z, { ord: p });
    ratio = primitive.mul(size(a), size(inv(a)));
  }
  const isGiven = isnan(a).any({ axis: [-2, -1] });
  const isSingular = primitive.and(isnan(ratio), primitive.not(isGiven));
  return choose(isSingular, scalar(Number.POSITIVE_INFINITY, ratio.dtype), ratio);
}

/** How many singular values exceed `rtol`; by default the largest times the larger size times eps. */
export function matrixRank(
  M: ArrayLike,
  options: { readonly rtol?: ArrayLike | null; readonly hermitian?: boolean; readonly tol?: ArrayLike | null } = {},
): NdArray {
  const { hermitian = false, rtol = null, tol = null } = options;
  if (rtol !== null && tol !== null) {
    throw new InvalidArgument({
      op: 'matrixRank',
      argument: 'tol',
      expected: 'null when rtol is given',
      actual: 'given',
    });
  }
  const a = inexactArray('matrixRank', M);
  if (a.ndim < 2) return notEqual(a, 0).any().astype('int32');
  const s = svd(a, { fullMatrices: false, computeUv: false, hermitian });
  const given = rtol ?? tol;
  const factor = Math.max(...a.shape.slice(-2)) * finfo(s.dtype).eps;
  const least = given === null ? max(s, { axis: -1 }).mul(factor) : inexactArray('matrixRank', given);
  return s.gt(primitive.expandDims(least, [least.ndim])).sum({ axis: -1 });
}
