/**
 * `gather`: windows of an array, at corners that are themselves data. See `window-positions.ts` for its vocabulary.
 *
 * It is linear in the operand; its transpose adds the cotangents of the windows up where they were read
 * (`scatterAdd`). Source: jax.lax.gather.
 */
import type { NdArray } from '../array/array.js';
import { encode } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { type DType, isInexact, isInteger, layoutOf } from '../array/dtype.js';
import { hostZeros } from '../array/host.js';
import { limitsOf } from '../array/limits.js';
import { range } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import type { Scalar } from '../ir/jaxpr.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import { isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { mapCotangent, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { emitCompare } from './compare.js';
import { kernelGather } from './gather-kernel.js';
import { scatterAdd } from './scatter.js';
import { moveAxis, remapOr, zeros } from './structure.js';
import {
  batchedNumbers,
  emitCorners,
  type GatherDimensionNumbers,
  type GatherDimensions,
  type GatherScatterMode,
  gatherAttribute,
  gatheredShape,
  inverseScatter,
  lastCorners,
  windowPositions,
} from './window-positions.js';

export interface GatherParams {
  readonly dimensionNumbers: GatherDimensionNumbers;
  /** The size of a window along each axis of the operand. */
  readonly sliceSizes: readonly number[];
  readonly indicesAreSorted: boolean;
  /** A promise that no two windows overlap. */
  readonly uniqueIndices: boolean;
  readonly mode: GatherScatterMode;
  /** What windows outside hold; null for NaN, the smallest signed or largest unsigned integer, true. */
  readonly fillValue: number | null;
}

/** The value of a window that is not inside the operand, when none was given. */
export function defaultFill(dtype: DType): Scalar {
  if (isInexact(dtype)) return Number.NaN;
  const { lowest, highest } = limitsOf(dtype);
  return layoutOf(dtype).kind === 'int' ? lowest : highest;
}

function gatherType(operand: ShapedArray, indices: ShapedArray, params: GatherParams): ShapedArray {
  const { dimensionNumbers: numbers, sliceSizes } = params;
  if (!isInteger(indices.dtype)) {
    const expected = 'an integer dtype is needed';
    throw new DTypeMismatch({ op: 'gather', argument: 'startIndices', expected, actual: indices.dtype });
  }
  if (indices.ndim === 0 || indices.shape[indices.ndim - 1] !== numbers.startIndexMap.length) {
    const expected = `its last axis must hold ${numbers.startIndexMap.length} coordinates, one for each of startIndexMap`;
    throw new ShapeMismatch({ op: 'gather', argument: 'startIndices', expected, actual: indices.shape });
  }
  const fits =
    sliceSizes.length === operand.ndim &&
    sliceSizes.every((n, axis) => n >= 0 && n <= operand.shape[axis]) &&
    [...numbers.collapsedSliceDims, ...numbers.operandBatchingDims].every((axis) => sliceSizes[axis] <= 1);
  if (!fits) {
    const expected = `windows of sizes [${sliceSizes.join(', ')}] must fit into it, with size 1 in collapsed and batching axes`;
    throw new ShapeMismatch({ op: 'gather', argument: 'operand', expected, actual: operand.shape });
  }
  const window = operand.ndim - numbers.collapsedSliceDims.length - numbers.operandBatchingDims.length;
  const given = numbers.offsetDims;
  if (given.length !== window || given.some((d, i) => d < 0 || d >= window + indices.ndim - 1 || given[i - 1] >= d)) {
    throw new InvalidArgument({
      op: 'gather',
      argument: 'offsetDims',
      expected: `${window} rising axes of a result with ${window + indices.ndim - 1} dimensions`,
      actual: `[${given.join(', ')}]`,
    });
  }
  return shaped(gatheredShape(indices.shape, sliceSizes, numbers), operand.dtype, operand.weakType);
}

/** Windows of an array at given corners (`lax.gather`). */
export const gatherP = definePrimitive<GatherParams>((self) => ({
  name: 'gather',
  flops: () => 0,
  type: ([operand, indices], params) => [gatherType(operand, indices, params)],
  evaluate: ([operand, indices], { dimensionNumbers, sliceSizes, mode, fillValue }) => {
    const clamp = mode !== 'fill';
    const positions = windowPositions(operand.shape, indices, sliceSizes, dimensionNumbers, clamp);
    const fill = hostZeros(operand.dtype, []);
    const value = fillValue ?? defaultFill(operand.dtype);
    encode(operand.dtype, fill.data, 0, value as number);
    const shape = gatheredShape(indices.shape, sliceSizes, dimensionNumbers);
    let next = 0;
    return [remapOr(operand, fill, shape, () => positions[next++])];
  },
  derivative: smooth(
    ([operand, indices], [dx], params) => {
      const output = bindOne(self(), [operand, indices], params);
      const tangent = isZero(dx) ? new Zero(output.aval) : bindOne(self(), [dx, indices], { ...params, fillValue: 0 });
      return { primals: [output], tangents: [tangent] };
    },
    ([ct], [operand, indices], { dimensionNumbers, indicesAreSorted, uniqueIndices, mode }) => [
      mapCotangent(ct, operand.aval, (c) =>
        scatterAdd(zeros(operand.aval), indices as NdArray, c, inverseScatter(dimensionNumbers), {
          indicesAreSorted,
          uniqueIndices,
          mode,
        }),
      ),
      null,
    ],
  ),
  batch: ([operand, indices], [dx, di], params) => {
    const { dimensionNumbers, sliceSizes } = params;
    const x = dx === null ? operand : moveAxis(operand, dx, 0);
    const i = di === null ? indices : moveAxis(indices, di, 0);
    const window = dx === null ? [] : di === null ? [x.shape[0]] : [Math.min(1, x.shape[0])];
    const output = bindOne(self(), [x, i], {
      ...params,
      dimensionNumbers: batchedNumbers(dimensionNumbers, dx !== null, di !== null),
      sliceSizes: [...window, ...sliceSizes],
      // Several index arrays into one operand may name the same place, in any order.
      uniqueIndices: params.uniqueIndices && di === null,
      indicesAreSorted: params.indicesAreSorted && di === null,
    });
    return { outputs: [output], dims: [0] };
  },
  lower: (e, [operand, indices], params, [out]) => [lowerGather(e, operand, indices, params, out)],
  kernel: (k, [operand, indices], { dimensionNumbers, sliceSizes, mode, fillValue }) => {
    const fill = Number(fillValue ?? defaultFill(operand.aval.dtype));
    return [kernelGather(k, operand, indices, dimensionNumbers, sliceSizes, mode, fill)];
  },
}));

export type GatherOptions = Partial<Pick<GatherParams, 'indicesAreSorted' | 'uniqueIndices' | 'mode' | 'fillValue'>>;

/** Windows of `operand` at the corners that `indices` names along its last axis. */
export function gather(
  operand: NdArray,
  indices: NdArray,
  dimensions: GatherDimensions,
  sliceSizes: readonly number[],
  { indicesAreSorted = false, uniqueIndices = false, mode = 'fill', fillValue = null }: GatherOptions = {},
): NdArray {
  const dimensionNumbers = { operandBatchingDims: [], startIndicesBatchingDims: [], ...dimensions };
  const params = { dimensionNumbers, sliceSizes, indicesAreSorted, uniqueIndices, mode, fillValue };
  return bindOne(gatherP, [operand, indices], params);
}

function lowerGather(e: Emitter, operand: Value, indices: Value, params: GatherParams, out: ShapedArray): Value {
  const { dimensionNumbers: numbers, sliceSizes, indicesAreSorted, mode } = params;
  const last = indices.aval.ndim - 1;
  // StableHLO's gather clamps corners, which is also what a kept promise needs.
  const read = e.op('gather', [operand, indices], out, {
    dimension_numbers: gatherAttribute(numbers, last),
    slice_sizes: attr.i64s(sliceSizes),
    indices_are_sorted: attr.bool(indicesAreSorted),
  });
  if (mode !== 'fill') return read;
  const corners = emitCorners(e, indices, lastCorners(operand.aval.shape, sliceSizes, numbers.startIndexMap));
  const zero = e.constant(0, corners.starts.aval);
  const flags = corners.starts.aval.withDType('bool');
  const inside = e.op(
    'and',
    [emitCompare(e, 'GE', corners.starts, zero), emitCompare(e, 'LE', corners.starts, corners.last)],
    flags,
  );
  const flag = shaped([], 'bool');
  const all = e.region([flag, flag], (a, b) => [e.op('and', [a, b], flag)]);
  const start = e.constant(true, flag);
  const batch = shaped(indices.aval.shape.slice(0, -1), 'bool');
  const [mask] = e.many('reduce', [inside, start], [batch], { dimensions: attr.i64s([last]) }, [all]);
  const axes = range(out.ndim).filter((axis) => !numbers.offsetDims.includes(axis));
  const fill = e.constant(params.fillValue ?? defaultFill(out.dtype), out);
  return e.op('select', [e.broadcast(mask, out.shape, axes), read, fill], out);
}
