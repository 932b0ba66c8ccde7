/**
 * Words for stacks of matrices: the last two axes are rows and columns, all before them are batches.
 */
import type { NdArray } from '../../array/array.js';
import { shaped } from '../../array/aval.js';
import type { ArrayLike } from '../../array/convert.js';
import { type DType, isComplex } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import { ShapeMismatch } from '../../error/error.js';
import * as primitive from '../../primitive/index.js';
import { vmap } from '../../transform/vmap.js';
import { asArray } from '../operand.js';

/**
 * An argument as matrices.
 * @throws ShapeMismatch when it has fewer than two axes
 */
export function asMatrices(value: ArrayLike, op: string, argument = 'x'): NdArray {
  const x = asArray(value, op, argument);
  if (x.ndim >= 2) return x;
  throw new ShapeMismatch({ op, argument, expected: 'matrices are needed (two axes or more)', actual: x.shape });
}

/**
 * An argument as square matrices.
 * @throws ShapeMismatch when rows and columns differ in number
 */
export function asSquare(value: ArrayLike, op: string, argument = 'x'): NdArray {
  const x = asMatrices(value, op, argument);
  if (x.shape[x.ndim - 1] === x.shape[x.ndim - 2]) return x;
  throw new ShapeMismatch({ op, argument, expected: 'square matrices are needed', actual: x.shape });
}

/** Rows and columns exchanged. */
export const transposed = (x: NdArray): NdArray => primitive.moveAxis(x, x.ndim - 1, x.ndim - 2);

/** Rows and columns exchanged, and conjugated. */
export const adjoint = (x: NdArray): NdArray => {
  const turned = transposed(x);
  return isComplex(x.dtype) ? primitive.conj(turned) : turned;
};

/** Products of matrices of one batch shape. */
export const product = primitive.batchMatmul;

/** The index of the row (axis 0) or column (axis 1) at each place of matrices. */
const places = (shape: readonly number[], axis: 0 | 1): NdArray => {
  const ndim = shape.length;
  return primitive.broadcastInDim(primitive.iota('int32', shape.slice(-2), axis), shape, [ndim - 2, ndim - 1]);
};

/** Elements on and below the diagonal `k`, zeros above it. */
export const lowerTriangle = (x: NdArray, k = 0): NdArray => {
  const [row, column] = [places(x.shape, 0), places(x.shape, 1)];
  const inside = primitive.ge(primitive.add(row, primitive.like(row, k)), column);
  return primitive.select(inside, x, zerosLike(x));
};

/** Elements on and above the diagonal `k`, zeros below it. */
export const upperTriangle = (x: NdArray, k = 0): NdArray => {
  const [row, column] = [places(x.shape, 0), places(x.shape, 1)];
  const inside = primitive.le(primitive.add(row, primitive.like(row, k)), column);
  return primitive.select(inside, x, zerosLike(x));
};

export const zerosLike = (x: NdArray): NdArray => primitive.full(shaped(x.shape, x.dtype), 0);

/** True on the diagonal of matrices. */
export const onDiagonal = (shape: readonly number[]): NdArray => primitive.eq(places(shape, 0), places(shape, 1));

/** Identity matrices, `[...batch, n, n]`. */
export const identity = (batch: readonly number[], n: number, dtype: DType): NdArray =>
  primitive.convertElementType(onDiagonal([...batch, n, n]), dtype);

/** The diagonals of matrices. */
export function diagonal(x: NdArray): NdArray {
  const [m, n] = x.shape.slice(-2);
  const size = Math.min(m, n);
  const square = rows(columns(x, 0, size), 0, size);
  return primitive.reduceSum(primitive.select(onDiagonal(square.shape), square, zerosLike(square)), [x.ndim - 1]);
}

/** Columns `start ... limit - 1`. */
export const columns = (x: NdArray, start: number, limit: number): NdArray =>
  primitive.sliceInDim(x, start, limit, 1, x.ndim - 1);

/** Rows `start ... limit - 1`. */
export const rows = (x: NdArray, start: number, limit: number): NdArray =>
  primitive.sliceInDim(x, start, limit, 1, x.ndim - 2);

/** Vectors `[..., n]` repeated along new rows: factors of the columns of `[..., m, n]`. */
export const alongColumns = (x: NdArray, m: number): NdArray => {
  const shape = [...x.shape.slice(0, -1), m, x.shape[x.ndim - 1]];
  return primitive.broadcastInDim(x, shape, [...range(x.ndim - 1), x.ndim]);
};

/** A function of single matrices (or vectors), applied to each of a batch. All arguments have the same batch axes. */
export function overBatch<R extends readonly NdArray[]>(
  batchAxes: number,
  f: (...xs: readonly NdArray[]) => R,
): (...xs: readonly NdArray[]) => R {
  let mapped: (...xs: readonly NdArray[]) => unknown = f;
  for (let k = 0; k < batchAxes; k++) mapped = vmap(mapped as (...xs: readonly NdArray[]) => R) as typeof mapped;
  return mapped as (...xs: readonly NdArray[]) => R;
}
