/**
 * Gaussian elimination: `P A = L U` with the largest element of each column as its pivot.
 *
 * Engines have no such operation, so it is a loop over the columns, each step a rank-one update of what is left.
 * Source of the derivative: de Hoog, Anderssen, Lukas, "Differentiation of matrix functionals using triangular
 * factorization" (2011); jax.lax.linalg.lu.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { checkArgument } from '../../array/kind.js';
import * as primitive from '../../primitive/index.js';
import { customJvp } from '../../transform/custom-jvp.js';
import { asArray } from '../operand.js';
import { scan } from '../scan.js';
import {
  asMatrices,
  columns,
  identity,
  lowerTriangle,
  overBatch,
  product,
  rows,
  upperTriangle,
  zerosLike,
} from './matrix.js';

type State = readonly [a: NdArray, permutation: NdArray];

/** Rows (or elements) `i` and `j` exchanged. */
function swapRows(x: NdArray, i: NdArray, j: NdArray): NdArray {
  const sizes = x.shape.map((n, axis) => (axis === 0 ? 1 : n));
  const start = (k: NdArray): NdArray[] => x.shape.map((_, axis) => (axis === 0 ? k : primitive.like(k, 0)));
  const [a, b] = [i, j].map((k) => primitive.dynamicSlice(x, start(k), sizes));
  return primitive.dynamicUpdateSlice(primitive.dynamicUpdateSlice(x, b, start(i)), a, start(j));
}

/** One matrix: the packed factors, the row that each step exchanged with its own, and the permutation of all rows. */
function eliminate(x: NdArray): readonly [lu: NdArray, pivots: NdArray, permutation: NdArray] {
  const [m, n] = x.shape;
  const steps = Math.min(m, n);
  const row = primitive.iota('int32', [m]);
  if (steps === 0) return [x, primitive.iota('int32', [0]), row];
  const column = primitive.iota('int32', [n]);
  const step = ([a, permutation]: State, k: NdArray): readonly [State, NdArray] => {
    const zero = primitive.like(k, 0);
    const current = primitive.squeeze(primitive.dynamicSlice(a, [zero, k], [m, 1]), [1]);
    // As LAPACK measures complex numbers.
    const sizes = isComplex(a.dtype)
      ? primitive.add(primitive.abs(primitive.real(current)), primitive.abs(primitive.imag(current)))
      : primitive.abs(current);
    const open = primitive.select(primitive.ge(row, k), sizes, primitive.full(sizes.aval, -1));
    const pivot = primitive.argmax(open, 0, 'int32');
    const swapped = swapRows(a, k, pivot);
    const pivotRow = primitive.squeeze(primitive.dynamicSlice(swapped, [k, zero], [1, n]), [0]);
    const pivotColumn = primitive.squeeze(primitive.dynamicSlice(swapped, [zero, k], [m, 1]), [1]);
    const x = primitive.reshape(primitive.dynamicSlice(pivotRow, [k], [1]), []);
    const isBelow = primitive.gt(row, k);
    const isSingular = primitive.eq(x, primitive.like(x, 0));
    const safe = primitive.select(isSingular, primitive.like(x, 1), x);
    const factors = primitive.select(isBelow, primitive.div(pivotColumn, safe), pivotColumn);
    const eliminated = primitive.dynamicUpdateSlice(swapped, primitive.expandDims(factors, [1]), [zero, k]);
    const left = primitive.broadcastInDim(primitive.select(isBelow, factors, zerosLike(factors)), [m, n], [0]);
    const right = primitive.select(primitive.gt(column, k), pivotRow, zerosLike(pivotRow));
    const update = primitive.mul(left, primitive.broadcastInDim(right, [m, n], [1]));
    return [[primitive.sub(eliminated, update), swapRows(permutation, k, pivot)], pivot];
  };
  const [[factors, permutation], pivots] = scan(step, [x, row] as const, { xs: primitive.iota('int32', [steps]) });
  return [factors, pivots, permutation];
}

/** The tangent of the packed factors of one matrix. */
function tangent(lu: NdArray, da: NdArray, permutation: NdArray): NdArray {
  const [m, n] = lu.shape;
  const k = Math.min(m, n);
  const zero = primitive.like(lu, 0);
  const below = primitive.pad(lowerTriangle(columns(lu, 0, k), -1), zero, [
    [0, 0, 0],
    [0, m - k, 0],
  ]);
  const lower = primitive.add(below, identity([], m, lu.dtype));
  const above = primitive.pad(upperTriangle(rows(lu, 0, k)), zero, [
    [0, n - k, 0],
    [0, 0, 0],
  ]);
  const corner = primitive.pad(identity([], n - k, lu.dtype), zero, [
    [k, 0, 0],
    [k, 0, 0],
  ]);
  const upper = primitive.add(above, corner);
  const permuted = primitive.takeAlong(da, primitive.broadcastInDim(permutation, da.shape, [0]), 0);
  const solve = { transposeA: false, conjugateA: false };
  const left = primitive.triangularSolve(lower, permuted, {
    ...solve,
    leftSide: true,
    lower: true,
    unitDiagonal: true,
  });
  const both = primitive.triangularSolve(upper, left, { ...solve, leftSide: false, lower: false, unitDiagonal: false });
  return primitive.add(product(lower, lowerTriangle(both, -1)), product(upperTriangle(both), upper));
}

const decomposition = customJvp((x: NdArray): readonly [NdArray, NdArray, NdArray] =>
  overBatch(x.ndim - 2, eliminate)(x),
).defjvp(([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
  const factors = decomposition(x) as readonly [NdArray, NdArray, NdArray];
  const [lu, pivots, permutation] = factors;
  const [dlu] = overBatch(x.ndim - 2, (a, da, order) => [tangent(a, da, order)] as const)(lu, dx, permutation);
  // Integers have no tangents; what stands in their places is not looked at.
  return [factors, [dlu, pivots, permutation]];
});

/**
 * `[lu, pivots, permutation]` of `[..., m, n]`: `U` on and above the diagonal of `lu`, below it `L` (whose diagonal is
 * ones); step `i` exchanged rows `i` and `pivots[i]`; and `A[permutation] = L U`.
 * @throws ShapeMismatch when there are fewer than two axes
 */
export function lu(x: ArrayLike): [lu: NdArray, pivots: NdArray, permutation: NdArray] {
  const [factors, pivots, permutation] = decomposition(asMatrices(x, 'lu'));
  return [factors, pivots, permutation];
}

/** The permutation of `permutationSize` rows that the exchanges `pivots` (`[..., k]`) make. */
export function luPivotsToPermutation(pivots: ArrayLike, permutationSize: number): NdArray {
  checkArgument('luPivotsToPermutation', 'permutationSize', permutationSize, 'integer');
  const swaps = asArray(pivots, 'luPivotsToPermutation', 'pivots');
  const one = (list: NdArray): readonly [NdArray] => {
    const order = primitive.iota('int32', [permutationSize]);
    const [k] = list.shape;
    if (k === 0 || permutationSize === 0) return [order];
    const step = (state: NdArray, [i, j]: readonly [NdArray, NdArray]): readonly [NdArray, null] => [
      swapRows(state, i, j),
      null,
    ];
    const [result] = scan(step, order, { xs: [primitive.iota(list.dtype, [k]), list] as const });
    return [result];
  };
  return overBatch(swaps.ndim - 1, one)(swaps)[0];
}
