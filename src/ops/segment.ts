/**
 * Reductions over segments: rows of `data` with one id are combined (`jax.ops.segment_*`).
 *
 * `data: [n, ...]`, `segmentIds: [n]` (integers), returns `[numSegments, ...]`. Ids outside of `0..numSegments-1` are
 * dropped, also negative ones. Segments without rows hold the neutral element: 0, 1, the lowest or the highest value.
 * Promises about the ids (`indicesAreSorted`, `uniqueIndices`) let the compiler do better and are not checked.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { type DType, isBool, isInteger } from '../array/dtype.js';
import { range } from '../array/shape.js';
import { ConcretizationError, DTypeMismatch, ShapeMismatch } from '../error/error.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import { type IndexMode, scatterMode } from '../numpy/index-plan.js';
import { extreme } from '../numpy/reduction.js';
import * as primitive from '../primitive/index.js';
import { Tracer } from '../trace/context.js';

export interface SegmentOptions {
  /** How many segments there are. Needed when the ids are traced; default the largest id plus 1. */
  readonly numSegments?: number | null;
  /** A promise that ids do not fall. */
  readonly indicesAreSorted?: boolean;
  /** A promise that no id is there twice. */
  readonly uniqueIndices?: boolean;
  /** Rows are first combined in buckets of so many, for exactness; one bucket when null. */
  readonly bucketSize?: number | null;
  /** What happens to ids out of bounds: dropped (default), or clipped. */
  readonly mode?: IndexMode | null;
}

type Scatter = typeof primitive.scatterAdd;

function countSegments(ids: NdArray, op: string): number {
  if (ids instanceof Tracer) {
    throw new ConcretizationError({ wanted: `${op} without { numSegments }`, tracer: `${ids}` });
  }
  let largest = -1;
  for (const id of ids.dataSync()) largest = Math.max(largest, Number(id));
  return largest + 1;
}

function segmentReduce(
  op: string,
  data: ArrayLike,
  segmentIds: ArrayLike,
  options: SegmentOptions,
  scatter: Scatter,
  neutral: (dtype: DType) => number | bigint,
  combine: (x: NdArray, axes: readonly number[]) => NdArray,
): NdArray {
  const x = asArray(data, op, 'data');
  const ids = asIndices(segmentIds, op, 'segmentIds');
  if (!isInteger(ids.dtype)) {
    throw new DTypeMismatch({ op, argument: 'segmentIds', expected: 'ids are integers', actual: ids.dtype });
  }
  if (ids.ndim !== 1 || ids.shape[0] !== x.shape[0]) {
    throw new ShapeMismatch({
      op,
      argument: 'segmentIds',
      expected: `it needs one id for each row of data, which has shape [${x.shape.join(', ')}]`,
      actual: ids.shape,
    });
  }
  const { bucketSize = null } = options;
  const numSegments = options.numSegments ?? countSegments(ids, op);
  if (bucketSize !== null && bucketSize < x.shape[0]) {
    const starts = range(Math.ceil(x.shape[0] / bucketSize)).map((k) => k * bucketSize);
    const rest = { ...options, numSegments, bucketSize: null };
    const parts = starts.map((start) => {
      const limit = Math.min(start + bucketSize, x.shape[0]);
      const rows = primitive.slice(
        x,
        x.shape.map((_, i) => (i === 0 ? start : 0)),
        x.shape.map((n, i) => (i === 0 ? limit : n)),
      );
      const part = primitive.slice(ids, [start], [limit]);
      return primitive.expandDims(segmentReduce(op, rows, part, rest, scatter, neutral, combine), [0]);
    });
    return combine(primitive.concatenate(parts, 0), [0]);
  }
  const start = primitive.broadcastInDim(scalar(neutral(x.dtype), x.dtype), [numSegments, ...x.shape.slice(1)], []);
  return scatter(
    start,
    primitive.expandDims(ids, [1]),
    x,
    {
      updateWindowDims: range(x.ndim).slice(1),
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
      operandBatchingDims: [],
      scatterIndicesBatchingDims: [],
    },
    {
      indicesAreSorted: options.indicesAreSorted ?? false,
      uniqueIndices: options.uniqueIndices ?? false,
      mode: scatterMode(options.mode),
    },
  );
}

/**
 * The sum of the rows of each segment; 0 for one without rows.
 * @throws ConcretizationError for traced ids without `numSegments`; ShapeMismatch, DTypeMismatch for ids that do not fit
 */
export const segmentSum = (data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray =>
  segmentReduce('segmentSum', data, segmentIds, options, primitive.scatterAdd, () => 0, primitive.reduceSum);

/** The product of the rows of each segment; 1 for one without rows. */
export const segmentProd = (data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray =>
  segmentReduce('segmentProd', data, segmentIds, options, primitive.scatterMul, () => 1, primitive.reduceProd);

/** Extrema of booleans are those of the integers 0 and 1. */
const extremum = (
  op: string,
  data: ArrayLike,
  segmentIds: ArrayLike,
  options: SegmentOptions,
  scatter: Scatter,
  sign: -1 | 1,
  combine: (x: NdArray, axes: readonly number[]) => NdArray,
): NdArray => {
  const x = asArray(data, op, 'data');
  const numbers = isBool(x.dtype) ? cast(x, 'int32') : x;
  const neutral = (dtype: DType): number | bigint => (isBool(x.dtype) ? (sign > 0 ? 1 : 0) : extreme(dtype, sign));
  return cast(segmentReduce(op, numbers, segmentIds, options, scatter, neutral, combine), x.dtype);
};

/** The largest row element of each segment; -infinity (the lowest integer) for one without rows. */
export const segmentMax = (data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray =>
  extremum('segmentMax', data, segmentIds, options, primitive.scatterMax, -1, primitive.reduceMax);

/** The smallest row element of each segment; infinity (the highest integer) for one without rows. */
export const segmentMin = (data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray =>
  extremum('segmentMin', data, segmentIds, options, primitive.scatterMin, 1, primitive.reduceMin);
