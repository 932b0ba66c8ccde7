/**
 * Linear systems: solved, inverted, in the sense of least squares.
 *
 * The derivative of a solution is the solution of a system: `dx = A^-1 (db - dA x)`. Source: jax.numpy.linalg.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { isComplex, realDType } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkOptions } from '../array/options.js';
import { broadcastShapes, canonicalAxes, range, sameShape, sizeOf } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as linalg from '../lax/linalg/index.js';
import { adjoint, alongColumns, identity, product } from '../lax/linalg/matrix.js';
import { solveMatrices } from '../lax/linalg/solve.js';
import { cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { customJvp } from '../transform/custom-jvp.js';
import { pinvOptions } from './options.js';
import { broadcastArray, inexactArray, promoteDTypesInexact } from './promote.js';

const { add, sub, mul } = primitive;

/**
 * `x` with `a x = b`; `b` is a vector, or matrices whose batch axes broadcast with those of `a`.
 * @throws ShapeMismatch when they do not fit together
 */
export function solve(a: ArrayLike, b: ArrayLike): NdArray {
  const [matrix, right] = promoteDTypesInexact('solve', [a, b]);
  const n = matrix.shape[matrix.ndim - 1];
  if (matrix.ndim < 2 || matrix.shape[matrix.ndim - 2] !== n) {
    throw new ShapeMismatch({
      op: 'solve',
      argument: 'a',
      expected: 'square matrices are needed',
      actual: matrix.shape,
    });
  }
  const isVector = right.ndim === 1;
  const columns = isVector ? primitive.expandDims(right, [1]) : right;
  const batch = broadcastShapes(matrix.shape.slice(0, -2), columns.shape.slice(0, -2));
  if (batch === null || columns.ndim < 2 || columns.shape[columns.ndim - 2] !== n) {
    const expected = `a has shape [${matrix.shape.join(', ')}], and b must have ${n} rows`;
    throw new ShapeMismatch({ op: 'solve', argument: 'b', expected, actual: right.shape });
  }
  const stack = (x: NdArray): NdArray => broadcastArray(x, [...batch, ...x.shape.slice(-2)]);
  const x = solveMatrices(stack(matrix), stack(columns)) as NdArray;
  return isVector ? primitive.squeeze(x, [x.ndim - 1]) : x;
}

/** The inverse of square matrices. */
export function inv(a: ArrayLike): NdArray {
  const x = inexactArray('inv', a);
  return solve(x, identity(x.shape.slice(0, -2), x.shape[x.ndim - 1], x.dtype));
}

export interface PinvOptions {
  /** Singular values below `rtol` times the largest are taken as 0. Default 10 max(m, n) eps. */
  readonly rtol?: ArrayLike | null;
  /** Whether the matrices are Hermitian. Default false. */
  readonly hermitian?: boolean;
}

/** Which singular values count, and their inverses; 0 for the others. */
function inverses(s: NdArray, rtol: NdArray): { rank: NdArray; inverse: NdArray } {
  const last = s.ndim - 1;
  const largest = primitive.reduceMax(s, [last]);
  const cutoff = primitive.broadcastInDim(mul(largest, rtol), s.shape, [...largest.shape.keys()]);
  const counts = primitive.gt(s, cutoff);
  const safe = primitive.select(counts, s, primitive.full(s.aval, 1));
  return {
    rank: primitive.reduceSum(primitive.convertElementType(counts, 'int32'), [last]),
    inverse: primitive.select(counts, primitive.integerPow(safe, -1), primitive.full(s.aval, 0)),
  };
}

const tolerance = (x: NdArray, rtol: ArrayLike | null | undefined, factor: number): NdArray => {
  const dtype = realDType(x.dtype);
  if (rtol !== null && rtol !== undefined) return cast(inexactArray('pinv', rtol), dtype);
  return scalar(factor * Math.max(...x.shape.slice(-2)) * finfo(dtype).eps, dtype);
};

const pseudoinverse = customJvp((a: NdArray, rtol: NdArray): NdArray => {
  const [u, s, vh] = linalg.svd(a, { fullMatrices: false });
  const { inverse } = inverses(s, rtol);
  const scaled = mul(adjoint(vh), alongColumns(primitive.convertElementType(inverse, a.dtype), vh.shape[vh.ndim - 1]));
  return product(scaled, adjoint(u));
}).defjvp(([a, rtol]: readonly NdArray[], [da]: readonly NdArray[]) => {
  // Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems" (1973).
  const p = pseudoinverse(a, rtol) as NdArray;
  const [m, n] = a.shape.slice(-2);
  const batch = a.shape.slice(0, -2);
  const [ph, dah] = [adjoint(p), adjoint(da)];
  const outside = sub(identity(batch, m, a.dtype), product(a, p));
  const inside = sub(identity(batch, n, a.dtype), product(p, a));
  const moved = primitive.neg(product(product(p, da), p));
  const left = product(product(product(p, ph), dah), outside);
  const right = product(product(product(inside, dah), ph), p);
  return [p, add(moved, add(left, right))];
});

/** The pseudoinverse of matrices, from their singular values. */
export function pinv(a: ArrayLike, options: PinvOptions = {}): NdArray {
  checkOptions('pinv', options, pinvOptions);
  const x = inexactArray('pinv', a);
  if (sizeOf(x.shape) === 0) return primitive.moveAxis(x, x.ndim - 1, x.ndim - 2);
  return pseudoinverse(x, tolerance(x, options.rtol, 10)) as NdArray;
}

/**
 * `[x, residuals, rank, s]`: the shortest `x` that makes `|a x - b|` least, the sums of squares that remain,
 * the rank, and the singular values. `b` is a vector or a matrix.
 * @throws ShapeMismatch unless `a` is a matrix with as many rows as `b`
 */
export function lstsq(
  a: ArrayLike,
  b: ArrayLike,
  options: { readonly rcond?: ArrayLike | null; readonly numpyResid?: boolean } = {},
): [x: NdArray, residuals: NdArray, rank: NdArray, s: NdArray] {
  checkOptions('lstsq', options, { rcond: 'array?', numpyResid: 'boolean' });
  const [matrix, right] = promoteDTypesInexact('lstsq', [a, b]);
  const isVector = right.ndim === 1;
  const columns = isVector ? primitive.expandDims(right, [1]) : right;
  if (matrix.ndim !== 2 || columns.ndim !== 2 || matrix.shape[0] !== columns.shape[0]) {
    const expected = `a has shape [${matrix.shape.join(', ')}], and both need as many rows`;
    throw new ShapeMismatch({ op: 'lstsq', argument: 'b', expected, actual: right.shape });
  }
  const [u, s, vh] = linalg.svd(matrix, { fullMatrices: false });
  const { rank, inverse } = inverses(s, tolerance(matrix, options.rcond, 1));
  const spread = primitive.broadcastInDim(
    primitive.convertElementType(inverse, matrix.dtype),
    [s.shape[0], columns.shape[1]],
    [0],
  );
  const solution = product(adjoint(vh), mul(spread, product(adjoint(u), columns)));
  const rest = sub(columns, product(matrix, solution));
  const size = isComplex(rest.dtype) ? primitive.abs(rest) : rest;
  const x = isVector ? primitive.squeeze(solution, [1]) : solution;
  return [x, primitive.reduceSum(primitive.square(size), [0]), rank, s];
}

/**
 * The inverse of `a` as a map from its last axes to its first `ind`: `tensordot(tensorinv(a), b, ind)` solves for `b`.
 * @throws ShapeMismatch when those axes have not as many elements as the others
 */
export function tensorinv(a: ArrayLike, options: { readonly ind?: number } = {}): NdArray {
  checkOptions('tensorinv', options, { ind: 'integer' });
  const { ind = 2 } = options;
  const x = inexactArray('tensorinv', a);
  if (!Number.isInteger(ind) || ind < 1) {
    throw new InvalidArgument({ op: 'tensorinv', argument: 'ind', expected: 'a positive integer', actual: `${ind}` });
  }
  const [to, from] = [x.shape.slice(0, ind), x.shape.slice(ind)];
  const n = sizeOf(to);
  if (n !== sizeOf(from)) {
    const expected = `its first ${ind} axes have ${n} elements, and the others must have as many`;
    throw new ShapeMismatch({ op: 'tensorinv', argument: 'a', expected, actual: x.shape });
  }
  return primitive.reshape(inv(primitive.reshape(x, [n, n])), [...from, ...to]);
}

/**
 * `x` with `tensordot(a, x, x.ndim) = b`; the axes of `a` that are summed are its last ones, or `axes`, moved there.
 * @throws ShapeMismatch when the other axes are not those of `b`, or have not as many elements
 */
export function tensorsolve(
  a: ArrayLike,
  b: ArrayLike,
  options: { readonly axes?: readonly number[] | null } = {},
): NdArray {
  checkOptions('tensorsolve', options, { axes: 'axes?' });
  const [given, right] = promoteDTypesInexact('tensorsolve', [a, b]);
  const moved = canonicalAxes(options.axes ?? [], given.ndim, 'tensorsolve');
  const order = [...range(given.ndim).filter((k) => !moved.includes(k)), ...moved];
  const x = primitive.transpose(given, order);
  const shape = x.shape.slice(right.ndim);
  const n = sizeOf(shape);
  if (!sameShape(x.shape.slice(0, right.ndim), right.shape) || n !== right.size) {
    const expected = `b has shape [${right.shape.join(', ')}], which must be that of the first axes, and the others must have ${right.size} elements`;
    throw new ShapeMismatch({ op: 'tensorsolve', argument: 'a', expected, actual: x.shape });
  }
  return primitive.reshape(solve(primitive.reshape(x, [n, n]), primitive.reshape(right, [n])), shape);
}
