/**
 * `gather` and `scatter-add` of whole rows in kernels: the windows run through all axes but one, along which the index
 * counts. Embeddings, edges of graphs and segment sums are of this kind.
 */
import { shaped } from '../array/aval.js';
import { range, sameShape, withoutAxes } from '../array/shape.js';
import type { KernelEmitter, KernelValue } from '../ir/kernel.js';
import { chooseKernel } from './pointwise.js';
import type { GatherDimensionNumbers, GatherScatterMode } from './window-positions.js';

/** The axis along which rows are named, where windows are whole rows; null where they are something else. */
function rowAxis(
  operand: readonly number[],
  sliceSizes: readonly number[],
  { collapsedSliceDims, startIndexMap, operandBatchingDims }: GatherDimensionNumbers,
): number | null {
  const [axis] = startIndexMap;
  const rows =
    startIndexMap.length === 1 &&
    operandBatchingDims.length === 0 &&
    sameShape(collapsedSliceDims, [axis]) &&
    sliceSizes.every((n, k) => (k === axis ? n === 1 : n === operand[k]));
  return rows ? axis : null;
}

/** Row numbers as a list of int32, and where they lie inside. */
function rowNumbers(k: KernelEmitter, indices: KernelValue, count: number) {
  if (indices.aval.dtype !== 'int32') k.decline('rows are numbered in int32');
  const shape = indices.aval.shape.slice(0, -1);
  const index = k.reshape(indices, [shape.reduce((a, b) => a * b, 1)]);
  const scalar = (value: number): KernelValue => k.constant(value, shaped([], 'int32'));
  const bool = index.aval.withDType('bool');
  const inside = (): KernelValue =>
    k.elementwise(
      'LogicalAnd',
      {
        a: k.elementwise('GreaterEqual', { a: index, b: scalar(0) }, bool),
        b: k.elementwise('Less', { a: index, b: scalar(count) }, bool),
      },
      bool,
    );
  const within = (last: number): KernelValue => {
    const raised = k.elementwise('Maximum', { a: index, b: scalar(0) }, index.aval);
    return k.elementwise('Minimum', { a: raised, b: scalar(last) }, index.aval);
  };
  return { shape, index, inside, within };
}

/** Rows of the operand; those outside are filled (`fill`) or moved inside. */
export function kernelGather(
  k: KernelEmitter,
  operand: KernelValue,
  indices: KernelValue,
  numbers: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  mode: GatherScatterMode,
  fill: number,
): KernelValue {
  const { aval } = operand;
  const axis = rowAxis(aval.shape, sliceSizes, numbers) ?? k.decline('windows that are not whole rows');
  const { shape, index, inside, within } = rowNumbers(k, indices, aval.shape[axis]);
  const flat = aval.withShape(aval.shape.map((n, i) => (i === axis ? index.aval.size : n)));
  let rows = k.op('GatherV2', { x: operand, indices: within(aval.shape[axis] - 1) }, flat, { axis, batchDims: 0 });
  if (mode === 'fill') {
    const which = k.broadcast(inside(), flat.shape, [axis]);
    rows = chooseKernel(k, which, rows, k.constant(fill, flat));
  }
  // The rows' numbers stand at `axis`; in the result their axes are those that are no offsets.
  const spread = k.reshape(rows, [...aval.shape.slice(0, axis), ...shape, ...aval.shape.slice(axis + 1)]);
  const offsets = range(aval.ndim - 1).map((i) => (i < axis ? i : i + shape.length));
  const ndim = spread.aval.ndim;
  const batch = range(shape.length).map((i) => axis + i);
  const { offsetDims } = numbers;
  const order = range(ndim).map((place) => {
    const window = offsetDims.indexOf(place);
    if (window >= 0) return offsets[window];
    return batch[place - offsetDims.filter((d) => d < place).length];
  });
  return k.transpose(spread, order);
}

/** The operand with rows added; those outside go nowhere (`fill`) or are moved inside. */
export function kernelScatterAdd(
  k: KernelEmitter,
  operand: KernelValue,
  indices: KernelValue,
  updates: KernelValue,
  numbers: GatherDimensionNumbers,
  sizes: readonly number[],
  mode: GatherScatterMode,
): KernelValue {
  const { aval } = operand;
  if (aval.dtype !== 'float32') k.decline('rows are added in float32');
  if (rowAxis(aval.shape, sizes, numbers) !== 0) k.decline('windows that are not whole rows');
  const count = aval.shape[0];
  const { index, inside, within } = rowNumbers(k, indices, count);
  const rowShape = withoutAxes(aval.shape, [0]);
  // Updates with the axes of the indices in front, as one list of rows.
  const places = range(updates.aval.ndim);
  const front = [...places.filter((d) => !numbers.offsetDims.includes(d)), ...numbers.offsetDims];
  const rows = k.reshape(k.transpose(updates, front), [index.aval.size, ...rowShape]);
  const outer = mode !== 'clip';
  // What is outside goes into one row more, which is cut off again.
  const last = k.constant(count, shaped([], 'int32'));
  const target = outer
    ? k.op('Select', { condition: inside(), t: index, e: k.broadcast(last, index.aval.shape, []) }, index.aval)
    : within(count - 1);
  const total = outer ? count + 1 : count;
  const summed = k.op(
    'ScatterNd',
    { indices: k.reshape(target, [target.aval.size, 1]), updates: rows },
    aval.withShape([total, ...rowShape]),
    { shape: [total, ...rowShape] },
  );
  const sums = outer
    ? k.op('Slice', { x: summed }, aval, { begin: aval.shape.map(() => 0), size: aval.shape })
    : summed;
  return k.filledWith(operand) === 0 ? sums : k.elementwise('Add', { a: operand, b: sums }, aval);
}
