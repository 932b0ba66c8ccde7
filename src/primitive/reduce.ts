/**
 * Reductions over axes: what they have in common, and the sum.
 *
 * A reduction is a monoid (an associative operation and its identity, which an empty axis gives).
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { type DType, isComplex, isInteger } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { canonicalAxes, range, sizeOf, stridesOf, withoutAxes } from '../array/shape.js';
import type { Scalar } from '../ir/jaxpr.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import type { BatchRule, KernelRule, Primitive } from '../ir/primitive.js';
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

/** How two elements are combined, for each way of computing on them; and what an empty reduction gives. */
export interface Monoid {
  readonly identity: (dtype: DType) => Scalar;
  readonly real: (x: number, y: number) => number;
  /** For integers of up to 32 bits, where `real` would not be exact. */
  readonly integer?: (x: number, y: number) => number;
  readonly big: (x: bigint, y: bigint) => bigint;
  readonly complex?: (x: Complex, y: Complex) => Complex;
}

type Complex = readonly [re: number, im: number];

/** The reference value of a reduction: elements combined in row-major order, in float64. */
export function evaluateReduce(x: HostData, axes: readonly number[], monoid: Monoid): HostData {
  const { dtype } = x;
  const shape = withoutAxes(x.shape, axes);
  const positions = reducedPositions(x.shape, axes);
  const size = sizeOf(shape);
  const identity = monoid.identity(dtype);
  if (isComplex(dtype) && monoid.complex) {
    const { re, im } = readComplex(x);
    const outRe = new Float64Array(size).fill(Number(identity));
    const outIm = new Float64Array(size);
    for (let i = 0; i < re.length; i++) {
      const p = positions[i];
      [outRe[p], outIm[p]] = monoid.complex([outRe[p], outIm[p]], [re[i], im[i]]);
    }
    return fromComplex(dtype, shape, outRe, outIm);
  }
  if (dtype === 'int64' || dtype === 'uint64') {
    const values = readBig(x);
    const data = dtype === 'int64' ? new BigInt64Array(size) : new BigUint64Array(size);
    data.fill(BigInt(identity as bigint));
    for (let i = 0; i < values.length; i++) data[positions[i]] = monoid.big(data[positions[i]], values[i]);
    return { dtype, shape, data };
  }
  const combine = (isInteger(dtype) ? monoid.integer : undefined) ?? monoid.real;
  const values = readNumbers(x);
  const out = new Float64Array(size).fill(Number(identity));
  for (let i = 0; i < values.length; i++) out[positions[i]] = combine(out[positions[i]], values[i]);
  return fromNumbers(dtype, shape, out);
}

/** StableHLO for a reduction by one operation. */
export const lowerReduce =
  (op: string, identity: Monoid['identity']): Primitive<ReduceParams>['lower'] =>
  (e, [x], { axes }, [out]) => {
    const scalar = shaped([], x.aval.dtype);
    const body = e.region([scalar, scalar], (a, b) => [e.op(op, [a, b], scalar)]);
    const start = e.constant(identity(x.aval.dtype), scalar);
    return e.many('reduce', [x, start], [out], { dimensions: attr.i64s(axes) }, [body]);
  };

/** A kernel that reduces over axes, on the dtypes for which it computes the same. */
export const kernelReduce =
  (name: string, ...dtypes: readonly DType[]): KernelRule<ReduceParams> =>
  (k, [x], { axes }, [out]) => {
    if (!dtypes.includes(x.aval.dtype)) k.decline(`${name} is not the same on ${x.aval.dtype}`);
    // One of the kernels has another name for the axes.
    return [k.op(name, { x }, out, { axis: axes, reductionIndices: axes, keepDims: false })];
  };

/** The type of a reduction: the axes are gone. */
export const reduceType =
  (op: string): Primitive<ReduceParams>['type'] =>
  ([x], { axes }) => {
    canonicalAxes(axes, x.ndim, op, 'axes');
    return [x.withShape(withoutAxes(x.shape, axes))];
  };

/** A result put back into the operand's shape, repeated along the axes that were reduced. */
export const spreadBack = (reduced: NdArray, shape: readonly number[], axes: readonly number[]): NdArray =>
  broadcastInDim(
    reduced,
    shape,
    range(shape.length).filter((axis) => !axes.includes(axis)),
  );

/** Applies a reduction; over no axes it is nothing. */
export const reduceBy =
  (primitive: Primitive<ReduceParams>) =>
  (x: NdArray, axes: readonly number[]): NdArray =>
    axes.length === 0 ? x : bindOne(primitive, [x], { axes: [...axes].sort((a, b) => a - b) });

const sum: Monoid = {
  identity: () => 0,
  real: (x, y) => x + y,
  big: (x, y) => x + y,
  complex: ([a, b], [c, d]) => [a + c, b + d],
};

const lowerSum = lowerReduce('add', sum.identity);

/** Rows that are summed by a product: XLA takes what makes them into such a loop only while the ones are few. */
const ROW_SUM = { shortest: 16, longest: 1024 } as const;

/**
 * The sum along rows as a product with ones, or null where it is no such sum.
 *
 * XLA:CPU splits a long sum in two, the first part a window that is neither vectorized nor fused with what makes its
 * input; a product of a matrix and a short vector is both. For a row of 128: a third of the time, and no array between.
 */
function lowerRowSum(e: Emitter, x: Value, { axes }: ReduceParams, out: ShapedArray): Value[] | null {
  const { shape, dtype } = x.aval;
  const rows = range(shape.length).filter((axis) => !axes.includes(axis) && shape[axis] !== 1);
  const along = axes.filter((axis) => shape[axis] !== 1);
  const length = sizeOf(along.map((axis) => shape[axis]));
  const trailing = rows.length > 0 && rows.every((axis) => axis < along[0]);
  if (dtype !== 'float32' || !trailing || length < ROW_SUM.shortest || length > ROW_SUM.longest) return null;
  const count = sizeOf(rows.map((axis) => shape[axis]));
  const ones = e.constant(1, shaped([length], dtype));
  const sums = e.op('dot_general', [e.reshape(x, [count, length]), ones], shaped([count], dtype), {
    dot_dimension_numbers: attr.struct('dot', { lhs_contracting_dimensions: [1], rhs_contracting_dimensions: [0] }),
    precision_config: attr.array([attr.of('precision', 'HIGHEST'), attr.of('precision', 'HIGHEST')]),
  });
  return [e.reshape(sums, out.shape)];
}

/** The sum over axes (`lax.reduce_sum`). */
export const reduceSumP = definePrimitive<ReduceParams>((self) => ({
  name: 'reduce_sum',
  type: reduceType('reduceSum'),
  evaluate: ([x], { axes }) => [evaluateReduce(x, axes, sum)],
  derivative: linear(self, ([ct], [x], { axes }) => [
    mapCotangent(ct, x.aval, (c) => spreadBack(c, x.aval.shape, axes)),
  ]),
  batch: batchReduce(self),
  lower: (e, inputs, params, outs) => lowerRowSum(e, inputs[0], params, outs[0]) ?? lowerSum(e, inputs, params, outs),
  kernel: kernelReduce('Sum', 'float32', 'int32'),
}));
export const reduceSum = reduceBy(reduceSumP);
