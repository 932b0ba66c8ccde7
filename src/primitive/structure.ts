/**
 * Moving elements about without computing on them: reshape, transpose, broadcast, ...
 *
 * All are linear maps, and each one's transpose is another of them. Source: jax.lax.
 */
import type { NdArray } from '../array/array.js';
import { scalarArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { type DType, isBool, isComplex, layoutOf } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { hostZeros } from '../array/host.js';
import { fromComplex, fromNumbers } from '../array/numeric.js';
import {
  canonicalAxes,
  canonicalAxis,
  range,
  sameShape,
  sizeOf,
  stridesOf,
  withAxis,
  withoutAxes,
} from '../array/shape.js';
import { AxisError, DTypeMismatch, ShapeMismatch } from '../error/error.js';
import { attr } from '../ir/lowering.js';
import { bind, bindOne } from '../trace/context.js';
import { linear, mapCotangent, nonDifferentiable } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { reduceSum } from './reduce.js';

/** Copies elements: element `i` of the result is element `from(i)` of the operand. */
export function gatherElements(x: HostData, shape: readonly number[], from: (i: number) => number): HostData {
  const out = hostZeros(x.dtype, shape);
  const size = sizeOf(shape);
  const { entries } = layoutOf(x.dtype);
  const source = x.data as Float64Array;
  const target = out.data as Float64Array;
  for (let i = 0; i < size; i++) {
    const j = from(i);
    for (let k = 0; k < entries; k++) target[entries * i + k] = source[entries * j + k];
  }
  return out;
}

/** Calls `visit` with the multi-index of each element, in row-major order. The index array is reused. */
export function forEachIndex(shape: readonly number[], visit: (index: readonly number[], i: number) => void): void {
  const index = new Array<number>(shape.length).fill(0);
  const size = sizeOf(shape);
  for (let i = 0; i < size; i++) {
    visit(index, i);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

/** The elements of a host array, at multi-indices computed from those of the result. */
export function remap(x: HostData, shape: readonly number[], from: (index: readonly number[]) => number): HostData {
  const offsets = new Float64Array(sizeOf(shape));
  forEachIndex(shape, (index, i) => {
    offsets[i] = from(index);
  });
  return gatherElements(x, shape, (i) => offsets[i]);
}

/** As `remap`, where `from` may answer -1 for the only element of `fill`. */
export function remapOr(
  x: HostData,
  fill: HostData,
  shape: readonly number[],
  from: (index: readonly number[]) => number,
): HostData {
  const out = hostZeros(x.dtype, shape);
  const { entries } = layoutOf(x.dtype);
  const target = out.data as Float64Array;
  forEachIndex(shape, (index, i) => {
    const j = from(index);
    const source = (j < 0 ? fill.data : x.data) as Float64Array;
    const offset = j < 0 ? 0 : entries * j;
    for (let k = 0; k < entries; k++) target[entries * i + k] = source[offset + k];
  });
  return out;
}

/** The same elements in another shape (`lax.reshape`). */
export const reshapeP = definePrimitive<{ newSizes: readonly number[] }>((self) => ({
  name: 'reshape',
  flops: () => 0,
  type: ([x], { newSizes }) => {
    if (sizeOf(newSizes) !== x.size || newSizes.some((n) => !Number.isInteger(n) || n < 0)) {
      throw new ShapeMismatch({
        op: 'reshape',
        argument: 'operand',
        expected: `[${newSizes.join(', ')}] has ${sizeOf(newSizes)} elements, not ${x.size}`,
        actual: x.shape,
      });
    }
    return [x.withShape(newSizes)];
  },
  evaluate: ([x], { newSizes }) => [{ dtype: x.dtype, shape: newSizes, data: x.data }],
  derivative: linear(self, ([ct], [x]) => [mapCotangent(ct, x.aval, (c) => reshape(c, x.aval.shape))]),
  batch: ([x], [dim], { newSizes }, axis) => ({
    outputs: [reshape(moveAxis(x, dim as number, 0), [axis.size, ...newSizes])],
    dims: [0],
  }),
  lower: (e, [x], { newSizes }) => [e.reshape(x, newSizes)],
  kernel: (k, [x], { newSizes }) => [k.reshape(x, newSizes)],
}));
export const reshape = (x: NdArray, newSizes: readonly number[]): NdArray =>
  sameShape(x.shape, newSizes) ? x : bindOne(reshapeP, [x], { newSizes });

/** Axes in another order: axis `i` of the result is axis `permutation[i]` of the operand (`lax.transpose`). */
export const transposeP = definePrimitive<{ permutation: readonly number[] }>((self) => ({
  name: 'transpose',
  flops: () => 0,
  type: ([x], { permutation }) => {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (!sameShape(sorted, range(x.ndim))) {
      throw new AxisError({
        op: 'transpose',
        argument: 'permutation',
        axis: `[${permutation.join(', ')}]`,
        ndim: x.ndim,
        reason: `is not a permutation of the ${x.ndim} axes`,
      });
    }
    return [x.withShape(permutation.map((p) => x.shape[p]))];
  },
  evaluate: ([x], { permutation }) => {
    const strides = stridesOf(x.shape);
    const moved = permutation.map((p) => strides[p]);
    const shape = permutation.map((p) => x.shape[p]);
    return [remap(x, shape, (index) => index.reduce((sum, k, axis) => sum + k * moved[axis], 0))];
  },
  derivative: linear(self, ([ct], [x], { permutation }) => [
    mapCotangent(ct, x.aval, (c) =>
      transpose(
        c,
        range(permutation.length).map((axis) => permutation.indexOf(axis)),
      ),
    ),
  ]),
  batch: ([x], [dim], { permutation }) => {
    const d = dim as number;
    return { outputs: [transpose(x, [d, ...permutation.map((p) => (p < d ? p : p + 1))])], dims: [0] };
  },
  lower: (e, [x], { permutation }, [out]) => [
    x.permuted?.(permutation) ?? e.op('transpose', [x], out, { permutation: attr.i64s(permutation) }),
  ],
  kernel: (k, [x], { permutation }) => [k.transpose(x, permutation)],
}));
export const transpose = (x: NdArray, permutation: readonly number[]): NdArray =>
  permutation.every((p, i) => p === i) && permutation.length === x.ndim ? x : bindOne(transposeP, [x], { permutation });

/** The array with one axis moved to another place. */
export function moveAxis(x: NdArray, source: number, destination: number): NdArray {
  if (source === destination) return x;
  const order = range(x.ndim).filter((axis) => axis !== source);
  order.splice(destination, 0, source);
  return transpose(x, order);
}

/**
 * The operand repeated to a shape: its axis `i` becomes axis `broadcastDimensions[i]` of the result
 * (`lax.broadcast_in_dim`).
 */
export const broadcastInDimP = definePrimitive<{ shape: readonly number[]; broadcastDimensions: readonly number[] }>(
  (self) => ({
    name: 'broadcast_in_dim',
    flops: () => 0,
    type: ([x], { shape, broadcastDimensions: dims }) => {
      const fits =
        dims.length === x.ndim &&
        dims.every((d, i) => d >= 0 && d < shape.length && (i === 0 || dims[i - 1] < d)) &&
        dims.every((d, i) => x.shape[i] === 1 || x.shape[i] === shape[d]);
      if (!fits) {
        throw new ShapeMismatch({
          op: 'broadcastInDim',
          argument: 'operand',
          expected: `its axes must be 1 or equal to axes [${dims.join(', ')}] of [${shape.join(', ')}], in rising order`,
          actual: x.shape,
        });
      }
      return [x.withShape(shape)];
    },
    evaluate: ([x], { shape, broadcastDimensions }) => {
      const strides = stridesOf(x.shape).map((s, i) => (x.shape[i] === 1 ? 0 : s));
      return [remap(x, shape, (index) => broadcastDimensions.reduce((sum, d, i) => sum + index[d] * strides[i], 0))];
    },
    derivative: linear(self, ([ct], [x], { shape, broadcastDimensions }) => [
      mapCotangent(ct, x.aval, (c) => {
        const kept = broadcastDimensions.filter((d, i) => x.aval.shape[i] === shape[d]);
        const summed = reduceSum(
          c,
          range(shape.length).filter((axis) => !kept.includes(axis)),
        );
        return reshape(summed, x.aval.shape);
      }),
    ]),
    batch: ([x], [dim], { shape, broadcastDimensions }, axis) => ({
      outputs: [
        broadcastInDim(
          moveAxis(x, dim as number, 0),
          [axis.size, ...shape],
          [0, ...broadcastDimensions.map((d) => d + 1)],
        ),
      ],
      dims: [0],
    }),
    lower: (e, [x], { shape, broadcastDimensions }) => [e.broadcast(x, shape, broadcastDimensions)],
    kernel: (k, [x], { shape, broadcastDimensions }) => [k.broadcast(x, shape, broadcastDimensions)],
  }),
);
export const broadcastInDim = (
  x: NdArray,
  shape: readonly number[],
  broadcastDimensions: readonly number[],
): NdArray => (sameShape(x.shape, shape) ? x : bindOne(broadcastInDimP, [x], { shape, broadcastDimensions }));

/** The same elements without some axes of size one (`lax.squeeze`). */
export const squeezeP = definePrimitive<{ dimensions: readonly number[] }>((self) => ({
  name: 'squeeze',
  flops: () => 0,
  type: ([x], { dimensions }) => {
    if (canonicalAxes(dimensions, x.ndim, 'squeeze', 'dimensions').some((axis) => x.shape[axis] !== 1)) {
      throw new ShapeMismatch({
        op: 'squeeze',
        argument: 'operand',
        expected: `its axes [${dimensions.join(', ')}] must have size 1`,
        actual: x.shape,
      });
    }
    return [x.withShape(withoutAxes(x.shape, dimensions))];
  },
  evaluate: ([x], { dimensions }) => [{ dtype: x.dtype, shape: withoutAxes(x.shape, dimensions), data: x.data }],
  derivative: linear(self, ([ct], [x]) => [mapCotangent(ct, x.aval, (c) => reshape(c, x.aval.shape))]),
  batch: ([x], [dim], { dimensions }) => {
    const d = dim as number;
    const axes = dimensions.map((axis) => (axis < d ? axis : axis + 1));
    return { outputs: [squeeze(x, axes)], dims: [d - axes.filter((axis) => axis < d).length] };
  },
  lower: (e, [x], _, [out]) => [e.reshape(x, out.shape)],
  kernel: (k, [x], _, [out]) => [k.reshape(x, out.shape)],
}));
export const squeeze = (x: NdArray, dimensions: readonly number[]): NdArray =>
  dimensions.length === 0 ? x : bindOne(squeezeP, [x], { dimensions: [...dimensions].sort((a, b) => a - b) });

/** The same elements with axes of size one, which become axes `dimensions` of the result (`lax.expand_dims`). */
export function expandDims(x: NdArray, dimensions: readonly number[]): NdArray {
  const ndim = x.ndim + dimensions.length;
  const kept = range(ndim).filter((axis) => !dimensions.includes(axis));
  const shape = range(ndim).map((axis) => (dimensions.includes(axis) ? 1 : x.shape[kept.indexOf(axis)]));
  return broadcastInDim(x, shape, kept);
}

/** 0, 1, 2, ... along one axis (`lax.iota`, `lax.broadcasted_iota`). */
export const iotaP = definePrimitive<{ dtype: DType; shape: readonly number[]; dimension: number }>((self) => ({
  name: 'iota',
  flops: () => 0,
  type: (_, { dtype, shape, dimension }) => {
    canonicalAxis(dimension, shape.length, 'iota', 'dimension');
    if (isBool(dtype)) {
      throw new DTypeMismatch({ op: 'iota', argument: 'dtype', expected: 'a numeric dtype is needed', actual: dtype });
    }
    return [shaped(shape, dtype)];
  },
  evaluate: (_, { dtype, shape, dimension }) => {
    const values = new Float64Array(sizeOf(shape));
    forEachIndex(shape, (index, i) => {
      values[i] = index[dimension];
    });
    const zeroParts = new Float64Array(values.length);
    return [isComplex(dtype) ? fromComplex(dtype, shape, values, zeroParts) : fromNumbers(dtype, shape, values)];
  },
  derivative: nonDifferentiable('iota has no array among its inputs'),
  // Never asked for: nothing among its inputs can have a batch axis.
  batch: (_args, _dims, params) => ({ outputs: bind(self(), [], params), dims: [null] }),
  lower: (e, _, { dimension }, [out]) => [e.op('iota', [], out, { iota_dimension: attr.i64(dimension) })],
}));
export const iota = (dtype: DType, shape: readonly number[], dimension = 0): NdArray =>
  bindOne(iotaP, [], { dtype, shape, dimension });

/** An array filled with one number. */
export const full = (aval: ShapedArray, value: number): NdArray =>
  broadcastInDim(scalarArray(value, aval.dtype, false), aval.shape, []);

/** Puts a batch axis of size `size` in front of an array that has none. */
export const broadcastBatch = (x: NdArray, size: number): NdArray =>
  broadcastInDim(
    x,
    withAxis(x.shape, 0, size),
    x.shape.map((_, i) => i + 1),
  );

/** Zeros of a type, for accumulation. */
export const zeros = (aval: ShapedArray): NdArray => full(shaped(aval.shape, aval.dtype), 0);
