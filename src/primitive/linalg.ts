/**
 * The factorizations that XLA has: Cholesky, and triangular systems. Leading axes are batches.
 *
 * Sources of the derivatives: Murray, "Differentiation of the Cholesky decomposition", arXiv:1602.07527; Giles, "An
 * extended collection of matrix derivative results", 2008; as in jax.lax.linalg.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { isComplex } from '../array/dtype.js';
import { range, sameShape } from '../array/shape.js';
import { DTypeMismatch, ShapeMismatch } from '../error/error.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { addTangents, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { add, div, like, neg } from './arithmetic.js';
import { emitCompare, eq, ge, select } from './compare.js';
import { conj } from './complex.js';
import { dotGeneral } from './contract.js';
import { evaluateCholesky, evaluateTriangularSolve } from './linalg-values.js';
import { checkAccepts } from './pointwise.js';
import { broadcastBatch, broadcastInDim, iota, moveAxis } from './structure.js';

/** The product of two stacks of matrices, `[..., m, k]` and `[..., k, n]`. */
export function batchMatmul(x: NdArray, y: NdArray): NdArray {
  const batch = range(x.ndim - 2);
  return dotGeneral(x, y, {
    dimensionNumbers: [
      [[x.ndim - 1], [x.ndim - 2]],
      [batch, batch],
    ],
    precision: 'highest',
  });
}

const turn = (x: NdArray): NdArray => moveAxis(x, x.ndim - 1, x.ndim - 2);

/** True on and below (above, when not `lower`) the diagonal that is `skip` places inside. */
function triangle(shape: readonly number[], lower: boolean, skip: number): NdArray {
  const n = shape.slice(-2);
  const [row, column] = [iota('int32', n, 0), iota('int32', n, 1)];
  const inside = lower ? ge(row, add(column, like(column, skip))) : ge(column, add(row, like(row, skip)));
  return broadcastInDim(inside, shape, [shape.length - 2, shape.length - 1]);
}

/** One triangle of square matrices, zero elsewhere. */
const triangular = (x: NdArray, lower: boolean, skip = 0): NdArray =>
  select(triangle(x.shape, lower, skip), x, like(x, 0));

function checkSquare(op: string, argument: string, x: ShapedArray): void {
  checkAccepts(op, argument, x.dtype, 'inexact');
  if (x.ndim < 2 || x.shape[x.ndim - 1] !== x.shape[x.ndim - 2]) {
    throw new ShapeMismatch({ op, argument, expected: 'square matrices are needed', actual: x.shape });
  }
}

/** The lower triangle, with half of the diagonal: what turns the equation for the tangent into its solution. */
function halfLower(x: NdArray): NdArray {
  const n = x.shape.slice(-2);
  const diagonal = broadcastInDim(eq(iota('int32', n, 0), iota('int32', n, 1)), x.shape, [x.ndim - 2, x.ndim - 1]);
  const lower = triangular(x, true);
  return select(diagonal, div(lower, like(x, 2)), lower);
}

/**
 * The lower triangular `L` with `L L^H = A`, reading the lower triangle of `A` (`lax.linalg.cholesky`).
 * NaN where `A` is not positive definite.
 */
export const choleskyP = definePrimitive<Record<never, never>>((self) => ({
  name: 'cholesky',
  type: ([x]) => {
    checkSquare('cholesky', 'x', x);
    return [x];
  },
  evaluate: ([x]) => [evaluateCholesky(x)],
  derivative: smooth(([x], [dx]) => {
    const factor = bindOne(self(), [x], {});
    if (isZero(dx)) return { primals: [factor], tangents: [new Zero(factor.aval)] };
    const lower = { lower: true, unitDiagonal: false };
    const right = triangularSolve(factor, dx, { ...lower, leftSide: false, transposeA: true, conjugateA: true });
    const both = triangularSolve(factor, right, { ...lower, leftSide: true, transposeA: false, conjugateA: false });
    return { primals: [factor], tangents: [triangular(batchMatmul(factor, halfLower(both)), true)] };
  }),
  batch: ([x], [dim]) => ({ outputs: [bindOne(self(), [moveAxis(x, dim as number, 0)], {})], dims: [0] }),
  lower: (e, [x], _, [out]) => {
    const factor = e.op('cholesky', [x], out, { lower: attr.bool(true) });
    return [e.op('select', [emitLower(e, out), factor, e.constant(0, out)], out)];
  },
}));
export const cholesky = (x: NdArray): NdArray => bindOne(choleskyP, [x], {});

/** True on and below the diagonal: what is above it is up to the engine. */
function emitLower(e: Emitter, { shape, ndim }: ShapedArray): Value {
  const index = shaped(shape, 'int32');
  const along = (axis: number): Value => e.op('iota', [], index, { iota_dimension: attr.i64(axis) });
  return emitCompare(e, 'GE', along(ndim - 2), along(ndim - 1));
}

export interface TriangularSolveParams {
  /** Whether the matrix stands left of the unknown. */
  readonly leftSide: boolean;
  /** Which triangle of the matrix is read. */
  readonly lower: boolean;
  readonly transposeA: boolean;
  readonly conjugateA: boolean;
  /** Takes the diagonal as ones, without reading it. */
  readonly unitDiagonal: boolean;
}

/** `X` with `op(A) X = B`, or `X op(A) = B`, for triangular `A` (`lax.linalg.triangular_solve`). */
export const triangularSolveP = definePrimitive<TriangularSolveParams>((self) => ({
  name: 'triangular_solve',
  type: ([a, b], { leftSide }) => {
    checkSquare('triangularSolve', 'a', a);
    const n = a.shape[a.ndim - 1];
    if (b.dtype !== a.dtype) {
      const expected = `a has dtype ${a.dtype}`;
      throw new DTypeMismatch({ op: 'triangularSolve', argument: 'b', expected, actual: b.dtype });
    }
    const fits = b.ndim === a.ndim && sameShape(b.shape.slice(0, -2), a.shape.slice(0, -2));
    if (!fits || b.shape[b.ndim - (leftSide ? 2 : 1)] !== n) {
      const expected = `a has shape [${a.shape.join(', ')}] and stands ${leftSide ? 'left' : 'right'} of the unknown`;
      throw new ShapeMismatch({ op: 'triangularSolve', argument: 'b', expected, actual: b.shape });
    }
    return [b];
  },
  evaluate: ([a, b], params) => [evaluateTriangularSolve(a, b, params)],
  derivative: smooth(
    ([a, b], [da, db], params) => {
      const { leftSide, lower, transposeA, conjugateA, unitDiagonal } = params;
      const solve = (right: NdArray): NdArray => bindOne(self(), [a, right], params);
      const x = solve(b);
      const fromB = isZero(db) ? new Zero(x.aval) : solve(db);
      if (isZero(da)) return { primals: [x], tangents: [fromB] };
      // d(A X) = 0 gives dX = -A^-1 dA X.
      const part = neg(triangular(da, lower, unitDiagonal ? 1 : 0));
      const turned = transposeA ? turn(part) : part;
      const moved = conjugateA && isComplex(a.dtype) ? conj(turned) : turned;
      const [m, n] = b.shape.slice(-2);
      // The cheaper order of the product and the solution.
      const left = (): NdArray => (m > n ? solve(batchMatmul(moved, x)) : batchMatmul(solve(moved), x));
      const right = (): NdArray => (m < n ? solve(batchMatmul(x, moved)) : batchMatmul(x, solve(moved)));
      return { primals: [x], tangents: [addTangents(leftSide ? left() : right(), fromB)] };
    },
    ([ct], [a, b], params) => {
      if (isZero(ct) || !isLinear(b)) return [null, isLinear(b) ? new Zero(b.aval) : null];
      return [null, bindOne(self(), [a as NdArray, ct], { ...params, transposeA: !params.transposeA })];
    },
  ),
  batch: ([a, b], [da, db], params, axis) => {
    const front = (x: NdArray, d: number | null): NdArray =>
      d === null ? broadcastBatch(x, axis.size) : moveAxis(x, d, 0);
    return { outputs: [bindOne(self(), [front(a, da), front(b, db)], params)], dims: [0] };
  },
  lower: (e, [a, b], { leftSide, lower, transposeA, conjugateA, unitDiagonal }, [out]) => {
    // StableHLO conjugates only what it transposes.
    const alone = conjugateA && !transposeA && isComplex(a.aval.dtype);
    const matrix = alone ? e.op('chlo.conj', [a], a.aval) : a;
    const kind = !transposeA ? 'NO_TRANSPOSE' : conjugateA ? 'ADJOINT' : 'TRANSPOSE';
    return [
      e.op('triangular_solve', [matrix, b], out, {
        left_side: attr.bool(leftSide),
        lower: attr.bool(lower),
        unit_diagonal: attr.bool(unitDiagonal),
        transpose_a: attr.of('transpose', kind),
      }),
    ];
  },
}));
export const triangularSolve = (a: NdArray, b: NdArray, params: TriangularSolveParams): NdArray =>
  bindOne(triangularSolveP, [a, b], params);
