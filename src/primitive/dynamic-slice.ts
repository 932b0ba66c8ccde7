/**
 * One window of an array, at a corner that is data: read (`dynamicSlice`) or replaced (`dynamicUpdateSlice`).
 *
 * A corner that would let the window stick out is moved inside. Each is the other's transpose. Source: jax.lax.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { isInteger, layoutOf } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { readNumbers } from '../array/numeric.js';
import { range, stridesOf } from '../array/shape.js';
import { DTypeMismatch, ShapeMismatch } from '../error/error.js';
import { attr } from '../ir/lowering.js';
import type { BatchDim } from '../ir/primitive.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { instantiate, linear, mapCotangent, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { concatenate } from './concatenate.js';
import { gatherP } from './gather.js';
import { scatterP } from './scatter.js';
import { broadcastInDim, forEachIndex, full, moveAxis, remap, reshape, zeros } from './structure.js';

function checkWindow(op: string, operand: ShapedArray, sizes: readonly number[], starts: readonly ShapedArray[]): void {
  if (sizes.length !== operand.ndim || sizes.some((n, axis) => n < 0 || n > operand.shape[axis])) {
    const expected = `a window of sizes [${sizes.join(', ')}] must fit into it`;
    throw new ShapeMismatch({ op, argument: 'operand', expected, actual: operand.shape });
  }
  if (starts.length !== operand.ndim || starts.some((s) => s.ndim !== 0)) {
    const expected = `${starts.length} scalar start indices were given, and one is needed for each axis`;
    throw new ShapeMismatch({ op, argument: 'operand', expected, actual: operand.shape });
  }
  for (const s of starts) {
    if (isInteger(s.dtype)) continue;
    const expected = 'an integer dtype is needed';
    throw new DTypeMismatch({ op, argument: 'startIndices', expected, actual: s.dtype });
  }
}

/** The corner, moved so that the window is inside. */
const corner = (shape: readonly number[], sizes: readonly number[], starts: readonly HostData[]): number[] =>
  starts.map((s, axis) => Math.max(0, Math.min(readNumbers(s)[0], shape[axis] - sizes[axis])));

/** Start indices, of which some are batched, as one index array, and its batch axis. */
function indexArray(
  starts: readonly NdArray[],
  dims: readonly BatchDim[],
  size: number,
): { indices: NdArray; dim: BatchDim } {
  const batched = dims.some((d) => d !== null);
  const columns = starts.map((s, i) => {
    if (!batched) return reshape(s, [1]);
    return dims[i] === null ? broadcastInDim(s, [size, 1], []) : reshape(s, [size, 1]);
  });
  return { indices: concatenate(columns, batched ? 1 : 0), dim: batched ? 0 : null };
}

const none: readonly number[] = [];

/** The window of given sizes at a corner given by scalars (`lax.dynamic_slice`). */
export const dynamicSliceP = definePrimitive<{ sliceSizes: readonly number[] }>((self) => ({
  name: 'dynamic_slice',
  flops: () => 0,
  type: ([operand, ...starts], { sliceSizes }) => {
    checkWindow('dynamicSlice', operand, sliceSizes, starts);
    return [operand.withShape(sliceSizes)];
  },
  evaluate: ([operand, ...starts], { sliceSizes }) => {
    const strides = stridesOf(operand.shape);
    const first = corner(operand.shape, sliceSizes, starts).reduce((sum, s, axis) => sum + s * strides[axis], 0);
    return [remap(operand, sliceSizes, (index) => index.reduce((sum, k, axis) => sum + k * strides[axis], first))];
  },
  derivative: linear(
    self,
    ([ct], [operand, ...starts]) => [
      mapCotangent(ct, operand.aval, (c) => dynamicUpdateSlice(zeros(operand.aval), c, starts as NdArray[])),
      ...starts.map(() => null),
    ],
    [0],
  ),
  batch: ([operand, ...starts], [dx, ...ds], { sliceSizes }, axis) => {
    if (dx !== null && ds.every((d) => d === null)) {
      const zero = full(starts[0]?.aval ?? operand.aval.withShape([]).withDType('int32'), 0);
      const output = bindOne(self(), [operand, ...starts.slice(0, dx), zero, ...starts.slice(dx)], {
        sliceSizes: [...sliceSizes.slice(0, dx), axis.size, ...sliceSizes.slice(dx)],
      });
      return { outputs: [output], dims: [dx] };
    }
    const { indices, dim } = indexArray(starts, ds, axis.size);
    const all = range(sliceSizes.length);
    const dimensionNumbers = {
      offsetDims: all,
      collapsedSliceDims: none,
      startIndexMap: all,
      operandBatchingDims: none,
      startIndicesBatchingDims: none,
    };
    const params = { indicesAreSorted: true, uniqueIndices: true, mode: 'clip', fillValue: null } as const;
    return gatherP.batch([operand, indices], [dx, dim], { ...params, dimensionNumbers, sliceSizes }, axis);
  },
  lower: (e, args, { sliceSizes }, [out]) => [e.op('dynamic_slice', args, out, { slice_sizes: attr.i64s(sliceSizes) })],
  kernel: (k, [x, ...starts], { sliceSizes }, [out]) => [
    k.late('Slice', { x }, out, starts, (...at) => ({ begin: corner(x.aval.shape, sliceSizes, at), size: sliceSizes })),
  ],
}));
export const dynamicSlice = (operand: NdArray, starts: readonly NdArray[], sliceSizes: readonly number[]): NdArray =>
  bindOne(dynamicSliceP, [operand, ...starts], { sliceSizes });

/** The operand with the window at a corner replaced (`lax.dynamic_update_slice`). */
export const dynamicUpdateSliceP = definePrimitive<Record<never, never>>((self) => ({
  name: 'dynamic_update_slice',
  flops: () => 0,
  type: ([operand, update, ...starts]) => {
    checkWindow('dynamicUpdateSlice', operand, update.shape, starts);
    if (update.dtype !== operand.dtype) {
      const expected = `the operand has dtype ${operand.dtype}`;
      throw new DTypeMismatch({ op: 'dynamicUpdateSlice', argument: 'update', expected, actual: update.dtype });
    }
    return [operand];
  },
  evaluate: ([operand, update, ...starts]) => {
    const first = corner(operand.shape, update.shape, starts);
    const strides = stridesOf(operand.shape);
    const data = operand.data.slice() as Float64Array;
    const source = update.data as Float64Array;
    const { entries } = layoutOf(operand.dtype);
    forEachIndex(update.shape, (index, i) => {
      const place = index.reduce((sum, k, axis) => sum + (first[axis] + k) * strides[axis], 0);
      for (let k = 0; k < entries; k++) data[place * entries + k] = source[i * entries + k];
    });
    return [{ ...operand, data }];
  },
  derivative: smooth(
    ([operand, update, ...starts], [dx, du]) => {
      const output = dynamicUpdateSlice(operand, update, starts);
      const still = isZero(dx) && isZero(du);
      const tangent = still ? new Zero(output.aval) : dynamicUpdateSlice(instantiate(dx), instantiate(du), starts);
      return { primals: [output], tangents: [tangent] };
    },
    ([ct], [operand, update, ...starts]) => {
      const at = starts as NdArray[];
      return [
        isLinear(operand) ? mapCotangent(ct, operand.aval, (c) => dynamicUpdateSlice(c, zeros(update.aval), at)) : null,
        isLinear(update) ? mapCotangent(ct, update.aval, (c) => dynamicSlice(c, at, update.aval.shape)) : null,
        ...starts.map(() => null),
      ];
    },
  ),
  batch: ([operand, update, ...starts], [dx, du, ...ds], params, axis) => {
    if (ds.every((d) => d === null)) {
      const front = (x: NdArray, d: BatchDim): NdArray =>
        d === null
          ? broadcastInDim(
              x,
              [axis.size, ...x.shape],
              range(x.ndim).map((k) => k + 1),
            )
          : moveAxis(x, d, 0);
      const zero = full(starts[0]?.aval ?? operand.aval.withShape([]).withDType('int32'), 0);
      const output = bindOne(self(), [front(operand, dx), front(update, du), zero, ...starts], params);
      return { outputs: [output], dims: [0] };
    }
    const { indices, dim } = indexArray(starts, ds, axis.size);
    const all = range(starts.length);
    const dimensionNumbers = {
      updateWindowDims: all,
      insertedWindowDims: none,
      scatterDimsToOperandDims: all,
      operandBatchingDims: none,
      scatterIndicesBatchingDims: none,
    };
    const options = { indicesAreSorted: true, uniqueIndices: true, mode: 'clip' } as const;
    return scatterP.batch([operand, indices, update], [dx, dim, du], { ...options, dimensionNumbers }, axis);
  },
  lower: (e, args, _, [out]) => [e.op('dynamic_update_slice', args, out)],
}));
export const dynamicUpdateSlice = (operand: NdArray, update: NdArray, starts: readonly NdArray[]): NdArray =>
  bindOne(dynamicUpdateSliceP, [operand, update, ...starts], {});
