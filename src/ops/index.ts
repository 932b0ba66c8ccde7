/**
 * Segment reductions: rows of an array that carry the same number are combined (`jax.ops`).
 *
 * `segmentSum(data, ids)[k]` is the sum of `data[i]` over all `i` with `ids[i] = k`: how messages along the edges of a graph
 * reach its nodes. Each is one scatter into an array of the monoid's identity, so a segment without rows has that.
 * Source: jax/_src/ops/scatter.py.
 */
import { DeviceArray, type NdArray, scalarArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { type DType, isInteger } from '../array/dtype.js';
import { limitsOf } from '../array/limits.js';
import { readNumbers } from '../array/numeric.js';
import { checkOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import { ConcretizationError, DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { segmentOptions } from './options.js';

/** Options of `segmentSum`, `segmentProd`, `segmentMax` and `segmentMin`. */
export interface SegmentOptions {
  /**
   * The size of the first axis of the result; rows with ids outside of it are dropped. When absent it is the largest id
   * plus one, which must be known: give it under `jit`.
   */
  readonly numSegments?: number | null;
  /** A promise that the ids do not decrease. */
  readonly indicesAreSorted?: boolean;
  /** A promise that no id comes twice. */
  readonly uniqueIndices?: boolean;
  /** Rows are combined in groups of this many and the groups then, which rounds less for many rows. */
  readonly bucketSize?: number | null;
  /** What happens to ids out of range. Default `fill`: their rows are dropped. */
  readonly mode?: string | null;
}

interface Combination {
  readonly name: string;
  readonly identity: (dtype: DType) => number | bigint | boolean;
  readonly scatter: typeof primitive.scatterAdd;
  readonly reduce: (x: NdArray, axes: readonly number[]) => NdArray;
}

/** The smallest id that is not used; ids must be concrete. */
function countSegments(ids: NdArray, op: string): number {
  if (!(ids instanceof DeviceArray)) {
    throw new ConcretizationError({ wanted: `${op} without numSegments`, tracer: `the segment ids ${ids.aval}` });
  }
  return readNumbers({ dtype: ids.dtype, shape: ids.shape, data: ids.readHost() }).reduce(
    (largest, id) => Math.max(largest, id + 1),
    0,
  );
}

function checkSegments(op: string, data: NdArray, ids: NdArray): void {
  if (!isInteger(ids.dtype)) {
    throw new DTypeMismatch({ op, argument: 'segmentIds', expected: 'integers are needed', actual: ids.dtype });
  }
  if (ids.ndim !== 1) {
    throw new ShapeMismatch({ op, argument: 'segmentIds', expected: 'one axis is needed', actual: ids.shape });
  }
  if (data.shape[0] !== ids.shape[0]) {
    const expected = `its first axis must have one row for each of the ${ids.shape[0]} segment ids`;
    throw new ShapeMismatch({ op, argument: 'data', expected, actual: data.shape });
  }
}

/** The number of segments that the caller asks for, checked. */
function sizeOption(op: string, argument: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new InvalidArgument({ op, argument, expected: `an integer of at least ${least}`, actual: `${value}` });
}

const segments =
  ({ name, identity, scatter, reduce }: Combination) =>
  (data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray => {
    checkOptions(name, options, segmentOptions);
    const x = asArray(data, name, 'data');
    const ids = asIndices(segmentIds, name, 'segmentIds');
    checkSegments(name, x, ids);
    const { indicesAreSorted = false, uniqueIndices = false, bucketSize = null } = options;
    const mode = primitive.gatherScatterMode(options.mode);
    const count = sizeOption(name, 'numSegments', options.numSegments ?? countSegments(ids, name), 0);
    const rest = x.shape.slice(1);
    const start = (shape: readonly number[]): NdArray =>
      primitive.broadcastInDim(scalarArray(identity(x.dtype), x.dtype, false), shape, []);
    const [n] = ids.shape;
    const column = primitive.expandDims(ids, [1]);
    const promises = { indicesAreSorted, uniqueIndices, mode };
    const numbers = (depth: number): primitive.ScatterDimensionNumbers => ({
      updateWindowDims: rest.map((_, i) => i + 1),
      insertedWindowDims: range(depth),
      scatterDimsToOperandDims: range(depth),
      operandBatchingDims: [],
      scatterIndicesBatchingDims: [],
    });
    if (bucketSize === null) return scatter(start([count, ...rest]), column, x, numbers(1), promises);
    const size = sizeOption(name, 'bucketSize', bucketSize, 1);
    const bucket = primitive.div(primitive.iota(ids.dtype, [n, 1]), primitive.like(ids, size));
    const places = primitive.concatenate([bucket, column], 1);
    const buckets = scatter(start([Math.ceil(n / size), count, ...rest]), places, x, numbers(2), promises);
    return cast(reduce(buckets, [0]), x.dtype);
  };

/**
 * Sums of the rows `data[i]` with equal `segmentIds[i]`: shape `[numSegments, ...data.shape.slice(1)]`, zero for empty
 * segments (`jax.ops.segment_sum`).
 * @throws ShapeMismatch unless there is one id for each row
 * @throws DTypeMismatch unless ids are integers
 * @throws ConcretizationError when ids are traced and `numSegments` is absent
 */
export const segmentSum = segments({
  name: 'segmentSum',
  identity: () => 0,
  scatter: primitive.scatterAdd,
  reduce: primitive.reduceSum,
});

/** Products of the rows with equal ids, 1 for empty segments; see `segmentSum` (`jax.ops.segment_prod`). */
export const segmentProd = segments({
  name: 'segmentProd',
  identity: () => 1,
  scatter: primitive.scatterMul,
  reduce: primitive.reduceProd,
});

/**
 * The largest elements of the rows with equal ids, elementwise; -infinity, or the lowest integer, for empty segments; see
 * `segmentSum` (`jax.ops.segment_max`). Equal elements share the derivative.
 */
export const segmentMax = segments({
  name: 'segmentMax',
  identity: (dtype) => limitsOf(dtype).lowest,
  scatter: primitive.scatterMax,
  reduce: primitive.reduceMax,
});

/** The smallest elements of the rows with equal ids; see `segmentMax` (`jax.ops.segment_min`). */
export const segmentMin = segments({
  name: 'segmentMin',
  identity: (dtype) => limitsOf(dtype).highest,
  scatter: primitive.scatterMin,
  reduce: primitive.reduceMin,
});
