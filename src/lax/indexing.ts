/**
 * `gather` and the scatters in their general form: windows of an array at corners that are data, read or written.
 *
 * `numpy.take`, `x.at(...)` and `ops.segmentSum` say most of this more simply. Source: jax.lax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import * as primitive from '../primitive/index.js';
import { alike, asArray, asIndices, cast } from './operand.js';
import { gatherOptions, scatterApplyOptions, scatterOptions } from './options.js';

/** What happens to windows that are not inside the operand (`lax.GatherScatterMode`). */
export const GatherScatterMode = {
  CLIP: 'clip',
  FILL_OR_DROP: 'fill',
  PROMISE_IN_BOUNDS: 'promiseInBounds',
} as const;
export type GatherScatterMode = primitive.GatherScatterMode;

/** Batching axes may be absent in what users write. */
export interface GatherDimensionNumbers {
  /** Axes of the result that run through a window. */
  readonly offsetDims: readonly number[];
  /** Axes of the operand that windows have with size 1 and the result does not have. */
  readonly collapsedSliceDims: readonly number[];
  /** For each entry of an index vector, the operand's axis it counts along. */
  readonly startIndexMap: readonly number[];
  readonly operandBatchingDims?: readonly number[];
  readonly startIndicesBatchingDims?: readonly number[];
}

/** Batching axes may be absent in what users write. */
export interface ScatterDimensionNumbers {
  /** Axes of the updates that run through a window. */
  readonly updateWindowDims: readonly number[];
  /** Axes of the operand that windows have with size 1 and the updates do not have. */
  readonly insertedWindowDims: readonly number[];
  /** For each entry of an index vector, the operand's axis it counts along. */
  readonly scatterDimsToOperandDims: readonly number[];
  readonly operandBatchingDims?: readonly number[];
  readonly scatterIndicesBatchingDims?: readonly number[];
}

/** Dimension numbers of a gather, as JAX constructs them; a plain object will do. */
export const GatherDimensionNumbers = (
  offsetDims: readonly number[],
  collapsedSliceDims: readonly number[],
  startIndexMap: readonly number[],
  options: Pick<GatherDimensionNumbers, 'operandBatchingDims' | 'startIndicesBatchingDims'> = {},
): primitive.GatherDimensionNumbers => {
  checkArgument('GatherDimensionNumbers', 'offsetDims', offsetDims, 'integers');
  checkArgument('GatherDimensionNumbers', 'collapsedSliceDims', collapsedSliceDims, 'integers');
  checkArgument('GatherDimensionNumbers', 'startIndexMap', startIndexMap, 'integers');
  return completeGather({
    offsetDims,
    collapsedSliceDims,
    startIndexMap,
    ...checkOptions('GatherDimensionNumbers', options, {
      operandBatchingDims: 'integers',
      startIndicesBatchingDims: 'integers',
    }),
  });
};

/** Dimension numbers of a scatter, as JAX constructs them; a plain object will do. */
export const ScatterDimensionNumbers = (
  updateWindowDims: readonly number[],
  insertedWindowDims: readonly number[],
  scatterDimsToOperandDims: readonly number[],
  options: Pick<ScatterDimensionNumbers, 'operandBatchingDims' | 'scatterIndicesBatchingDims'> = {},
): primitive.ScatterDimensionNumbers => {
  checkArgument('ScatterDimensionNumbers', 'updateWindowDims', updateWindowDims, 'integers');
  checkArgument('ScatterDimensionNumbers', 'insertedWindowDims', insertedWindowDims, 'integers');
  checkArgument('ScatterDimensionNumbers', 'scatterDimsToOperandDims', scatterDimsToOperandDims, 'integers');
  return completeScatter('ScatterDimensionNumbers', {
    updateWindowDims,
    insertedWindowDims,
    scatterDimsToOperandDims,
    ...checkOptions('ScatterDimensionNumbers', options, {
      operandBatchingDims: 'integers',
      scatterIndicesBatchingDims: 'integers',
    }),
  });
};

/** Dimension numbers as users give them: every field a list of integers. */
function checkNumbers(op: string, numbers: object, names: readonly string[]): void {
  checkArgument(op, 'dimensionNumbers', numbers, 'object');
  for (const name of names) {
    checkArgument(op, `dimensionNumbers.${name}`, (numbers as Record<string, unknown>)[name], 'integers');
  }
}

function completeGather(numbers: GatherDimensionNumbers): primitive.GatherDimensionNumbers {
  checkNumbers('gather', numbers, ['offsetDims', 'collapsedSliceDims', 'startIndexMap']);
  const { operandBatchingDims = [], startIndicesBatchingDims = [] } = numbers;
  return { ...numbers, operandBatchingDims, startIndicesBatchingDims };
}

function completeScatter(op: string, numbers: ScatterDimensionNumbers): primitive.ScatterDimensionNumbers {
  checkNumbers(op, numbers, ['updateWindowDims', 'insertedWindowDims', 'scatterDimsToOperandDims']);
  const { operandBatchingDims = [], scatterIndicesBatchingDims = [] } = numbers;
  return { ...numbers, operandBatchingDims, scatterIndicesBatchingDims };
}

/** Options of `scatter`, `scatterAdd`, `scatterSub`, `scatterMul`, `scatterMin` and `scatterMax`. */
export interface ScatterOptions {
  /** A promise that index vectors do not decrease. */
  readonly indicesAreSorted?: boolean;
  /** A promise that no place is written twice. */
  readonly uniqueIndices?: boolean;
  /** What happens to windows that are not inside: `fill` drops them (the default), `clip` moves them. */
  readonly mode?: string | null;
}

/** Options of `gather`. */
export interface GatherOptions extends ScatterOptions {
  /** What windows that are not inside read as in mode `fill`; NaN, or the lowest (unsigned: highest) integer, when null. */
  readonly fillValue?: number | null;
}

/**
 * Windows of sizes `sliceSizes` of the operand, at the corners that vectors along the last axis of `startIndices` name.
 * @throws ShapeMismatch or DTypeMismatch when they do not fit together
 */
export const gather = (
  operand: ArrayLike,
  startIndices: ArrayLike,
  dimensionNumbers: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  options: GatherOptions = {},
): NdArray => {
  checkArgument('gather', 'dimensionNumbers', dimensionNumbers, 'object');
  checkArgument('gather', 'sliceSizes', sliceSizes, 'integers');
  return primitive.gather(
    asArray(operand, 'gather', 'operand'),
    asIndices(startIndices, 'gather', 'startIndices'),
    completeGather(dimensionNumbers),
    sliceSizes,
    { ...checkOptions('gather', options, gatherOptions), mode: primitive.gatherScatterMode(options.mode) },
  );
};

const scattering =
  (op: string, f: typeof primitive.scatter) =>
  (
    operand: ArrayLike,
    scatterIndices: ArrayLike,
    updates: ArrayLike,
    dimensionNumbers: ScatterDimensionNumbers,
    options: ScatterOptions = {},
  ): NdArray => {
    checkOptions(op, options, scatterOptions);
    const [x, y] = alike([asArray(operand, op, 'operand'), updates], op);
    const indices = asIndices(scatterIndices, op, 'scatterIndices');
    const mode = primitive.gatherScatterMode(options.mode);
    return f(x, indices, y, completeScatter(op, dimensionNumbers), { ...options, mode });
  };

/** The operand with windows replaced by `updates`; where several write to one place, one of them does. */
export const scatter = scattering('scatter', primitive.scatter);
/** The operand with `updates` added to windows. */
export const scatterAdd = scattering('scatterAdd', primitive.scatterAdd);
/** The operand with `updates` subtracted from windows. */
export const scatterSub = scattering('scatterSub', primitive.scatterSub);
/** The operand with windows multiplied by `updates`. */
export const scatterMul = scattering('scatterMul', primitive.scatterMul);

/** Options of `scatterApply`. */
export interface ScatterApplyOptions extends ScatterOptions {
  /** The shape that updates would have: that of the indices without their last axis, with the windows' axes. */
  readonly updateShape?: readonly number[];
}

/**
 * The operand with `func` of themselves in the place of windows; once, also where several indices name one place.
 * @throws ShapeMismatch when they do not fit together
 */
export function scatterApply(
  operand: ArrayLike,
  scatterIndices: ArrayLike,
  func: (x: NdArray) => NdArray,
  dimensionNumbers: ScatterDimensionNumbers,
  options: ScatterApplyOptions = {},
): NdArray {
  checkArgument('scatterApply', 'func', func, 'function');
  const { updateShape = [], ...rest } = checkOptions('scatterApply', options, scatterApplyOptions);
  const numbers = completeScatter('scatterApply', dimensionNumbers);
  const x = asArray(operand, 'scatterApply', 'operand');
  const dropped = [...numbers.insertedWindowDims, ...numbers.operandBatchingDims];
  let next = 0;
  const sizes = x.shape.map((_, axis) => (dropped.includes(axis) ? 1 : updateShape[numbers.updateWindowDims[next++]]));
  const from = {
    offsetDims: numbers.updateWindowDims,
    collapsedSliceDims: numbers.insertedWindowDims,
    startIndexMap: numbers.scatterDimsToOperandDims,
    operandBatchingDims: numbers.operandBatchingDims,
    startIndicesBatchingDims: numbers.scatterIndicesBatchingDims,
  };
  const windows = gather(x, scatterIndices, from, sizes, rest);
  return scatter(x, scatterIndices, cast(func(windows), x.dtype), dimensionNumbers, rest);
}

/** The smaller of operand and `updates` in windows. */
export const scatterMin = scattering('scatterMin', primitive.scatterMin);
/** The larger of operand and `updates` in windows. */
export const scatterMax = scattering('scatterMax', primitive.scatterMax);

/**
 * Elements `src[idxs[0][i], idxs[1][i], ...]` along `axes`, whole along the others (`lax.index_take`). Indices are taken
 * modulo the size of their axis. The result has the axis of the indices first.
 */
export function indexTake(src: ArrayLike, idxs: readonly ArrayLike[], axes: readonly number[]): NdArray {
  checkArgument('indexTake', 'idxs', idxs, 'list');
  checkArgument('indexTake', 'axes', axes, 'integers');
  const x = asArray(src, 'indexTake', 'src');
  const columns = idxs.map((index, i) => {
    const places = asIndices(index, 'indexTake', `idxs[${i}]`);
    const n = primitive.like(places, x.shape[axes[i]]);
    return primitive.expandDims(primitive.rem(primitive.add(primitive.rem(places, n), n), n), [1]);
  });
  const sizes = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const numbers = completeGather({
    offsetDims: x.shape.slice(axes.length).map((_, i) => i + 1),
    collapsedSliceDims: [...axes].sort((a, b) => a - b),
    startIndexMap: axes,
  });
  return primitive.gather(x, primitive.concatenate(columns, 1), numbers, sizes);
}
