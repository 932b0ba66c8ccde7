/**
 * What `gather` and `scatter` share: dimension numbers, out-of-bounds modes, and which element of the operand each
 * element of a gathered array, or of updates, belongs to.
 *
 * The index array holds, along its last axis, vectors; each names the corner of a window of the operand. A gathered
 * array has the axes of the index array (all but the last) and those of the window (`offsetDims`).
 * Source: jax.lax.GatherDimensionNumbers, ScatterDimensionNumbers; the StableHLO specification.
 */
import type { HostData } from '../array/host.js';
import { readNumbers } from '../array/numeric.js';
import { range, stridesOf } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import { forEachIndex } from './structure.js';

/**
 * What happens to windows that are not inside the operand: their corner is moved (`clip`), they read as a fill value
 * and write nowhere (`fill`), or the caller promises that there are none (`promiseInBounds`).
 */
export type GatherScatterMode = 'clip' | 'fill' | 'promiseInBounds';

const modes: Readonly<Record<string, GatherScatterMode>> = {
  clip: 'clip',
  fill: 'fill',
  drop: 'fill',
  promise_in_bounds: 'promiseInBounds',
  promiseInBounds: 'promiseInBounds',
};

/**
 * The mode by any of its names; `fill` when none is given (`jax.lax.GatherScatterMode.from_any`).
 * @throws InvalidArgument for another name
 */
export function gatherScatterMode(name: string | null | undefined): GatherScatterMode {
  if (name === null || name === undefined) return 'fill';
  if (Object.hasOwn(modes, name)) return modes[name];
  const expected = `one of ${Object.keys(modes).join(', ')}`;
  throw new InvalidArgument({ op: 'gather or scatter', argument: 'mode', expected, actual: `'${name}'` });
}

/** Which axes mean what in a gather. */
export interface GatherDimensionNumbers {
  /** Axes of the result that run through a window. */
  readonly offsetDims: readonly number[];
  /** Axes of the operand that windows have with size one and the result does not have. */
  readonly collapsedSliceDims: readonly number[];
  /** For each entry of an index vector, the operand's axis it counts along. */
  readonly startIndexMap: readonly number[];
  /** Axes of the operand that are looped over together with `startIndicesBatchingDims` of the index array. */
  readonly operandBatchingDims: readonly number[];
  readonly startIndicesBatchingDims: readonly number[];
}

/** Which axes mean what in a scatter: those of the gather that reads what it writes, by other names. */
export interface ScatterDimensionNumbers {
  readonly updateWindowDims: readonly number[];
  readonly insertedWindowDims: readonly number[];
  readonly scatterDimsToOperandDims: readonly number[];
  readonly operandBatchingDims: readonly number[];
  readonly scatterIndicesBatchingDims: readonly number[];
}

/** Dimension numbers as a caller writes them: batching axes are none when they are not given. */
export type GatherDimensions = Omit<GatherDimensionNumbers, 'operandBatchingDims' | 'startIndicesBatchingDims'> &
  Partial<GatherDimensionNumbers>;
export type ScatterDimensions = Omit<ScatterDimensionNumbers, 'operandBatchingDims' | 'scatterIndicesBatchingDims'> &
  Partial<ScatterDimensionNumbers>;

/** The gather that reads the places a scatter writes. */
export const inverseGather = (numbers: ScatterDimensionNumbers): GatherDimensionNumbers => ({
  offsetDims: numbers.updateWindowDims,
  collapsedSliceDims: numbers.insertedWindowDims,
  startIndexMap: numbers.scatterDimsToOperandDims,
  operandBatchingDims: numbers.operandBatchingDims,
  startIndicesBatchingDims: numbers.scatterIndicesBatchingDims,
});

/** The scatter that writes the places a gather reads. */
export const inverseScatter = (numbers: GatherDimensionNumbers): ScatterDimensionNumbers => ({
  updateWindowDims: numbers.offsetDims,
  insertedWindowDims: numbers.collapsedSliceDims,
  scatterDimsToOperandDims: numbers.startIndexMap,
  operandBatchingDims: numbers.operandBatchingDims,
  scatterIndicesBatchingDims: numbers.startIndicesBatchingDims,
});

/** The axes of the operand that a window runs through. */
export const windowAxes = (ndim: number, numbers: GatherDimensionNumbers): number[] =>
  range(ndim).filter((a) => !numbers.collapsedSliceDims.includes(a) && !numbers.operandBatchingDims.includes(a));

/** The shape of a gathered array. */
export function gatheredShape(
  indices: readonly number[],
  sliceSizes: readonly number[],
  numbers: GatherDimensionNumbers,
): number[] {
  const window = windowAxes(sliceSizes.length, numbers).map((axis) => sliceSizes[axis]);
  const batch = indices.slice(0, -1);
  const ndim = batch.length + window.length;
  let next = 0;
  return range(ndim).map((axis) => {
    const k = numbers.offsetDims.indexOf(axis);
    return k >= 0 ? window[k] : batch[next++];
  });
}

/** The window sizes of the gather that reads what a scatter with such updates writes. */
export function scatteredSizes(
  operand: readonly number[],
  updates: readonly number[],
  numbers: ScatterDimensionNumbers,
): number[] {
  const axes = windowAxes(operand.length, inverseGather(numbers));
  return operand.map((_, axis) => {
    const k = axes.indexOf(axis);
    return k < 0 ? 1 : updates[numbers.updateWindowDims[k]];
  });
}

/** For each element of the gathered shape: its position in the operand, or -1 when its window is not inside. */
export function windowPositions(
  operand: readonly number[],
  indices: HostData,
  sliceSizes: readonly number[],
  numbers: GatherDimensionNumbers,
  clamp: boolean,
): Float64Array {
  const { offsetDims, startIndexMap, operandBatchingDims, startIndicesBatchingDims } = numbers;
  const shape = gatheredShape(indices.shape, sliceSizes, numbers);
  const batchAxes = range(shape.length).filter((axis) => !offsetDims.includes(axis));
  const batchStrides = stridesOf(indices.shape.slice(0, -1));
  const window = windowAxes(operand.length, numbers);
  const strides = stridesOf(operand);
  const depth = indices.shape[indices.shape.length - 1];
  const starts = readNumbers(indices);
  const positions = new Float64Array(shape.reduce((a, b) => a * b, 1));
  forEachIndex(shape, (index, i) => {
    const batch = batchAxes.map((axis) => index[axis]);
    const vector = depth * batch.reduce((sum, k, axis) => sum + k * batchStrides[axis], 0);
    let position = 0;
    for (let k = 0; k < startIndexMap.length; k++) {
      const axis = startIndexMap[k];
      const last = operand[axis] - sliceSizes[axis];
      let start = starts[vector + k];
      if (clamp) start = Math.max(0, Math.min(start, last));
      else if (start < 0 || start > last) {
        positions[i] = -1;
        return;
      }
      position += start * strides[axis];
    }
    operandBatchingDims.forEach((axis, k) => {
      position += batch[startIndicesBatchingDims[k]] * strides[axis];
    });
    offsetDims.forEach((axis, k) => {
      position += index[axis] * strides[window[k]];
    });
    positions[i] = position;
  });
  return positions;
}

/** The largest corner that each entry of an index vector may name. */
export const lastCorners = (
  operand: readonly number[],
  sliceSizes: readonly number[],
  startIndexMap: readonly number[],
): number[] => startIndexMap.map((axis) => operand[axis] - sliceSizes[axis]);

/** The index array in a dtype that holds every corner of the operand, and the largest corners beside it. */
export function emitCorners(e: Emitter, indices: Value, corners: readonly number[]): { starts: Value; last: Value } {
  const wide = indices.aval.dtype === 'int64' || indices.aval.dtype === 'uint64' || indices.aval.dtype === 'uint32';
  const dtype = wide ? 'int64' : 'int32';
  const starts = e.convert(indices, dtype);
  const table = wide ? BigInt64Array.from(corners.map(BigInt)) : Int32Array.from(corners);
  const row = e.dense({ dtype, shape: [corners.length], data: table });
  return { starts, last: e.broadcast(row, indices.aval.shape, [indices.aval.ndim - 1]) };
}

/** Dimension numbers as StableHLO's attribute of a gather. */
export const gatherAttribute = (numbers: GatherDimensionNumbers, indexVectorDim: number): string =>
  attr.struct('gather', {
    offset_dims: numbers.offsetDims,
    collapsed_slice_dims: numbers.collapsedSliceDims,
    operand_batching_dims: numbers.operandBatchingDims,
    start_indices_batching_dims: numbers.startIndicesBatchingDims,
    start_index_map: numbers.startIndexMap,
    index_vector_dim: indexVectorDim,
  });

/** Dimension numbers as StableHLO's attribute of a scatter. */
export const scatterAttribute = (numbers: ScatterDimensionNumbers, indexVectorDim: number): string =>
  attr.struct('scatter', {
    update_window_dims: numbers.updateWindowDims,
    inserted_window_dims: numbers.insertedWindowDims,
    input_batching_dims: numbers.operandBatchingDims,
    scatter_indices_batching_dims: numbers.scatterIndicesBatchingDims,
    scatter_dims_to_operand_dims: numbers.scatterDimsToOperandDims,
    index_vector_dim: indexVectorDim,
  });

const bump = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1);

/** The numbers when operand, index array or both have got a new axis in front that is looped over. */
export function batchedNumbers(
  numbers: GatherDimensionNumbers,
  operand: boolean,
  indices: boolean,
): GatherDimensionNumbers {
  const shift = (axes: readonly number[]): readonly number[] => (operand ? bump(axes) : axes);
  const both = operand && indices;
  const batching = indices ? bump(numbers.startIndicesBatchingDims) : numbers.startIndicesBatchingDims;
  return {
    // A new axis of the operand alone is run through by each window; it comes first in the result.
    offsetDims: operand && !indices ? [0, ...bump(numbers.offsetDims)] : bump(numbers.offsetDims),
    collapsedSliceDims: shift(numbers.collapsedSliceDims),
    startIndexMap: shift(numbers.startIndexMap),
    operandBatchingDims: both ? [0, ...shift(numbers.operandBatchingDims)] : shift(numbers.operandBatchingDims),
    startIndicesBatchingDims: both ? [0, ...batching] : batching,
  };
}
