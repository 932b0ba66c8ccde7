/**
 * Statistics of the rows that belong together: `segmentIds[i]` says to which segment row i belongs.
 *
 * Sums and extrema are those of `fluxion/ops`. Source: jraph/_src/utils.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import * as lax from '../lax/index.js';
import { asArray, asIndices } from '../lax/operand.js';
import * as jnp from '../numpy/index.js';
import { type SegmentOptions, segmentMax, segmentMin, segmentSum } from '../ops/index.js';
import { segmentOptions } from '../ops/options.js';
import { normalizeOptions } from './options.js';

export { segmentMax, segmentMin, segmentSum };

/** The rows of a result that belong to the rows of the data. */
const spreadOut = (x: NdArray, ids: NdArray): NdArray => jnp.take(x, ids, { axis: 0 });

/** How many elements each segment has, in the shape and dtype of sums; at least 1. */
function counts(data: NdArray, ids: NdArray, options: SegmentOptions): NdArray {
  const sums = segmentSum(jnp.onesLike(data), ids, options);
  return jnp.maximum(sums, scalar(1, sums.dtype));
}

/** The mean of the rows of each segment; 0 for one without rows (`jraph.segment_mean`). */
export function segmentMean(data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray {
  checkOptions('segmentMean', options, segmentOptions);
  const x = asArray(data, 'segmentMean', 'data');
  const ids = asIndices(segmentIds, 'segmentMean', 'segmentIds');
  return jnp.divide(segmentSum(x, ids, options), counts(x, ids, options));
}

/** The (biased) variance of the rows of each segment; 0 for one without rows (`jraph.segment_variance`). */
export function segmentVariance(data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray {
  checkOptions('segmentVariance', options, segmentOptions);
  const x = asArray(data, 'segmentVariance', 'data');
  const ids = asIndices(segmentIds, 'segmentVariance', 'segmentIds');
  const deviations = jnp.subtract(x, spreadOut(segmentMean(x, ids, options), ids));
  return jnp.divide(segmentSum(jnp.square(deviations), ids, options), counts(x, ids, options));
}

/** Options of `segmentNormalize`. */
export interface NormalizeOptions extends SegmentOptions {
  /** The least variance that is divided by. Default 1e-8. */
  readonly eps?: number;
}

/** Each row minus the mean of its segment, over the standard deviation (`jraph.segment_normalize`). */
export function segmentNormalize(data: ArrayLike, segmentIds: ArrayLike, options: NormalizeOptions = {}): NdArray {
  checkOptions('segmentNormalize', options, normalizeOptions);
  const x = asArray(data, 'segmentNormalize', 'data');
  const ids = asIndices(segmentIds, 'segmentNormalize', 'segmentIds');
  const { eps = 1e-8, ...rest } = options;
  const means = spreadOut(segmentMean(x, ids, rest), ids);
  const variances = spreadOut(segmentVariance(x, ids, rest), ids);
  return jnp.multiply(jnp.subtract(x, means), lax.rsqrt(jnp.maximum(variances, scalar(eps, variances.dtype))));
}

/** Options of `segmentMaxOrConstant` and `segmentMinOrConstant`. */
export interface ConstantOptions extends SegmentOptions {
  /** What segments without rows have. Default 0. */
  readonly constant?: number;
}

const orConstant =
  (extremum: typeof segmentMax, op: string) =>
  (data: ArrayLike, segmentIds: ArrayLike, options: ConstantOptions = {}): NdArray => {
    const x = asArray(data, op, 'data');
    const ids = asIndices(segmentIds, op, 'segmentIds');
    const { constant = 0, ...rest } = options;
    const extrema = extremum(x, ids, rest);
    const found = segmentSum(jnp.ones(x.shape, { dtype: 'int32' }), ids, { numSegments: extrema.shape[0] });
    return jnp.where(jnp.greater(found, 0), extrema, scalar(constant, x.dtype));
  };

/** The largest elements of each segment, `constant` for one without rows (`jraph.segment_max_or_constant`). */
export const segmentMaxOrConstant = orConstant(segmentMax, 'segmentMaxOrConstant');
/** The smallest elements of each segment, `constant` for one without rows (`jraph.segment_min_or_constant`). */
export const segmentMinOrConstant = orConstant(segmentMin, 'segmentMinOrConstant');

/** Softmax over the rows of each segment (`jraph.segment_softmax`). */
export function segmentSoftmax(logits: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions = {}): NdArray {
  checkOptions('segmentSoftmax', options, segmentOptions);
  const x = asArray(logits, 'segmentSoftmax', 'logits');
  const ids = asIndices(segmentIds, 'segmentSoftmax', 'segmentIds');
  const weights = jnp.exp(jnp.subtract(x, spreadOut(segmentMax(x, ids, options), ids)));
  return jnp.divide(weights, spreadOut(segmentSum(weights, ids, options), ids));
}

/**
 * Softmax over consecutive rows, `partitions[k]` of them in partition k (`jraph.partition_softmax`).
 * `sumPartitions`, the number of rows, is needed when `partitions` is traced.
 */
export function partitionSoftmax(
  logits: ArrayLike,
  partitions: ArrayLike,
  options: { readonly sumPartitions?: number | null } = {},
): NdArray {
  checkOptions('partitionSoftmax', options, { sumPartitions: 'number?' });
  const sizes = asIndices(partitions, 'partitionSoftmax', 'partitions');
  const [count] = sizes.shape;
  const ids = jnp.repeat(jnp.arange(count), sizes, { axis: 0, totalRepeatLength: options.sumPartitions ?? null });
  return segmentSoftmax(logits, ids, { numSegments: count, indicesAreSorted: true });
}
