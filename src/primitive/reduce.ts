/**
 * Reductions over axes: sums, products, extrema.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { isComplex } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readComplex } from '../array/numeric.js';
import { range, sizeOf, stridesOf, withoutAxes } from '../array/shape.js';
import { attr } from '../ir/lowering.js';
import type { BatchRule, Primitive } from '../ir/primitive.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { broadcastInDim, forEachIndex } from './structure.js';

/** The axes that a reduction removes; canonical and distinct. */
export interface ReduceParams {
  readonly axes: readonly number[];
}

/** For each element, which element of the reduced result it goes to. */
export function reducedPositions(shape: readonly number[], axes: readonly number[]): Float64Array {
  const kept = range(shape.length).filter((axis) => !axes.includes(axis));
  const strides = stridesOf(kept.map((axis) => shape[axis]));
  const positions = new Float64Array(sizeOf(shape));
  forEachIndex(shape, (index, i) => {
    let position = 0;
    for (let k = 0; k < kept.length; k++) position += index[kept[k]] * strides[k];
    positions[i] = position;
  });
  return positions;
}

/** Batching of reductions: the batch axis stays where it is, the others shift around it. */
export function batchReduce<P extends ReduceParams>(self: () => Primitive<P>): BatchRule<P> {
  return ([x], [dim], params) => {
    const d = dim as number;
    const axes = params.axes.map((axis) => (axis < d ? axis : axis + 1));
    const out = d - axes.filter((axis) => axis < d).length;
    return { outputs: [bindOne(self(), [x], { ...params, axes })], dims: [out] };
  };
}

function evaluateSum(x: HostData, axes: readonly number[]): HostData {
  const shape = withoutAxes(x.shape, axes);
  const positions = reducedPositions(x.shape, axes);
  const { re, im } = readComplex(x);
  const sumRe = new Float64Array(sizeOf(shape));
  const sumIm = new Float64Array(sizeOf(shape));
  for (let i = 0; i < re.length; i++) {
    sumRe[positions[i]] += re[i];
    sumIm[positions[i]] += im[i];
  }
  return isComplex(x.dtype) ? fromComplex(x.dtype, shape, sumRe, sumIm) : fromNumbers(x.dtype, shape, sumRe);
}

/** The sum over axes (`lax.reduce_sum`). */
export const reduceSumP = definePrimitive<ReduceParams>((self) => ({
  name: 'reduce_sum',
  type: ([x], { axes }) => [x.withShape(withoutAxes(x.shape, axes))],
  evaluate: ([x], { axes }) => [evaluateSum(x, axes)],
  derivative: linear(self, ([ct], [x], { axes }) => [
    mapCotangent(ct, x.aval, (c) =>
      broadcastInDim(
        c,
        x.aval.shape,
        range(x.aval.ndim).filter((axis) => !axes.includes(axis)),
      ),
    ),
  ]),
  batch: batchReduce(self),
  lower: (e, [x], { axes }, [out]) => {
    const scalar = shaped([], x.aval.dtype);
    const body = e.region([scalar, scalar], (a, b) => [e.op('add', [a, b], scalar)]);
    return e.many('reduce', [x, e.constant(0, scalar)], [out], { dimensions: attr.i64s(axes) }, [body]);
  },
}));
export const reduceSum = (x: NdArray, axes: readonly number[]): NdArray =>
  axes.length === 0 ? x : bindOne(reduceSumP, [x], { axes: [...axes].sort((a, b) => a - b) });
