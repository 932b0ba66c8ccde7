/**
 * Eigenvectors and eigenvalues of symmetric (Hermitian) matrices. Leading axes are batches.
 *
 * The derivative divides by differences of eigenvalues: it is that of matrices whose eigenvalues differ.
 * Source: Giles, "An extended collection of matrix derivative results", 2008; jax.lax.linalg.eigh.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { isComplex, realDType } from '../array/dtype.js';
import { range } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { attr } from '../ir/lowering.js';
import { isZero, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { div, mul, sub } from './arithmetic.js';
import { eq, select } from './compare.js';
import { conj, real } from './complex.js';
import { convertElementType } from './convert.js';
import { evaluateEigh } from './eigh-values.js';
import { batchMatmul } from './linalg.js';
import { checkAccepts } from './pointwise.js';
import { reduceSum } from './reduce.js';
import { broadcastInDim, full, iota, moveAxis } from './structure.js';

export interface EighParams {
  /** Which triangle is read. */
  readonly lower: boolean;
}

/** Rotations of XLA's expansion: sweeps at most, and the relative size of what may be left off the diagonal. */
const SWEEPS = 100;
const tolerance = (dtype: string): string => (dtype === 'float64' || dtype === 'complex128' ? '1e-14' : '1e-6');

/** `[v, w]` with `A v = v diag(w)`, `w` rising, reading one triangle of `A`. */
export const eighP = definePrimitive<EighParams>((self) => ({
  name: 'eigh',
  type: ([x]) => {
    checkAccepts('eigh', 'x', x.dtype, 'inexact');
    if (x.ndim < 2 || x.shape[x.ndim - 1] !== x.shape[x.ndim - 2]) {
      throw new ShapeMismatch({ op: 'eigh', argument: 'x', expected: 'square matrices are needed', actual: x.shape });
    }
    return [x.strong, shaped(x.shape.slice(0, -1), realDType(x.dtype))];
  },
  evaluate: ([x], { lower }) => evaluateEigh(x, lower),
  derivative: smooth(([x], [dx], params) => {
    const [v, w] = bind(self(), [x], params);
    if (isZero(dx)) return { primals: [v, w], tangents: [new Zero(v.aval), new Zero(w.aval)] };
    const last = x.ndim - 1;
    const moved = moveAxis(v, last, last - 1);
    const inner = batchMatmul(batchMatmul(isComplex(v.dtype) ? conj(moved) : moved, dx), v);
    const square = x.shape.slice(-2);
    const eye = broadcastInDim(eq(iota('int32', square, 0), iota('int32', square, 1)), x.shape, [last - 1, last]);
    const batch = range(last - 1);
    const column = broadcastInDim(w, x.shape, [...batch, last]);
    const row = broadcastInDim(w, x.shape, [...batch, last - 1]);
    const [zero, one] = [full(column.aval, 0), full(column.aval, 1)];
    const gaps = select(eye, one, sub(column, row));
    const factors = convertElementType(select(eye, zero, div(one, gaps)), v.dtype);
    const onDiagonal = select(eye, isComplex(x.dtype) ? real(inner) : inner, zero);
    const tangents = [batchMatmul(v, mul(factors, inner)), reduceSum(onDiagonal, [last])];
    return { primals: [v, w], tangents };
  }),
  batch: ([x], [dim], params) => ({ outputs: bind(self(), [moveAxis(x, dim as number, 0)], params), dims: [0, 0] }),
  lower: (e, [x], { lower }, outputs) =>
    e.many('custom_call', [x], outputs, {
      call_target_name: attr.string('Eigh'),
      // Which triangle, whether eigenvalues are sorted, sweeps, tolerance.
      backend_config: attr.string(`${lower ? 1 : 0},1,${SWEEPS},${tolerance(x.aval.dtype)}`),
    }),
}));
export const eigh = (x: NdArray, lower = true): [vectors: NdArray, values: NdArray] => {
  const [vectors, values] = bind(eighP, [x], { lower });
  return [vectors, values];
};
