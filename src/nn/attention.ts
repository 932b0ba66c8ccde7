/**
 * Attention: for each query, a mean of values weighted by how well their keys fit (`jax.nn.dot_product_attention`).
 *
 * Source: Vaswani et al., "Attention is all you need", arXiv:1706.03762; grouped heads: Ainslie et al., arXiv:2305.13245.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { range } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import { einsum } from '../numpy/einsum.js';
import { broadcastArray, promoteDTypesInexact } from '../numpy/promote.js';
import { asCondition, choose } from '../numpy/select.js';
import * as primitive from '../primitive/index.js';
import { softmax } from './normalize.js';

export interface AttentionOptions {
  /** Added to the scores: broadcasts to `[b, n, t, s]`. */
  readonly bias?: ArrayLike | null;
  /** Which pairs may attend: bool, broadcasts to `[b, n, t, s]`. */
  readonly mask?: ArrayLike | null;
  /** Factor of the scores. Default `1 / sqrt(h)`. */
  readonly scale?: number | null;
  /** Whether a query sees only keys at its own and earlier places. Default false. */
  readonly isCausal?: boolean;
  /** How many queries of each batch member are real, `[b]`; results of the others are 0. */
  readonly querySeqLengths?: ArrayLike | null;
  /** How many keys of each batch member are real, `[b]`. */
  readonly keyValueSeqLengths?: ArrayLike | null;
  /** How far a query sees: to the left, to the right (one number for both). */
  readonly localWindowSize?: number | readonly [left: number, right: number] | null;
}

/**
 * Scaled dot-product attention.
 *
 * `query: [b, t, n, h]`, `key: [b, s, k, h]`, `value: [b, s, k, h]` (`n` a multiple of `k`; the batch axis may be absent
 * everywhere), returns `[b, t, n, h]`. Scores and their softmax are computed in float32.
 * @throws ShapeMismatch for operands that do not fit
 */
export function dotProductAttention(
  query: ArrayLike,
  key: ArrayLike,
  value: ArrayLike,
  options: AttentionOptions = {},
): NdArray {
  const [q0, k0, v0] = promoteDTypesInexact('dotProductAttention', [query, key, value]);
  const batched = q0.ndim === 4;
  const lift = (x: NdArray): NdArray => (batched ? x : primitive.expandDims(x, [0]));
  const [q, k, v] = [q0, k0, v0].map(lift);
  const [b, t, n, h] = q.shape;
  const [, s, heads] = k.shape;
  if (q.ndim !== 4 || k.ndim !== 4 || v.ndim !== 4 || n % heads !== 0 || k.shape[3] !== h || v.shape[1] !== s) {
    throw new ShapeMismatch({
      op: 'dotProductAttention',
      argument: 'key',
      expected: `it must be [b, s, k, h] beside a query [b, t, n, h] of shape [${q.shape.join(', ')}], k dividing n`,
      actual: k.shape,
    });
  }
  const group = n / heads;
  const grouped = primitive.reshape(q, [b, t, heads, group, h]);
  const raw = einsum('btkgh,bskh->bkgts', grouped, k, { preferredElementType: 'float32' });
  const scores = primitive.reshape(raw, [b, n, t, s]);
  const shape = scores.shape;
  let logits = primitive.mul(scores, scalar(options.scale ?? 1 / Math.sqrt(h), scores.dtype));
  const four = (x: NdArray): NdArray =>
    broadcastArray(x.ndim === 4 ? x : primitive.reshape(x, [...range(4 - x.ndim).map(() => 1), ...x.shape]), shape);
  if (options.bias !== null && options.bias !== undefined) {
    logits = primitive.add(logits, four(cast(asArray(options.bias, 'dotProductAttention', 'bias'), logits.dtype)));
  }
  const mask = maskOf(options, shape, four);
  // Finite, so that a query that sees nothing gives a mean, not NaN.
  const lowest = scalar(-0.7 * 3.4028234663852886e38, logits.dtype);
  const masked = mask === null ? logits : choose(mask, logits, lowest);
  const weights = cast(softmax(masked, { axis: -1 }), v.dtype);
  const split = primitive.reshape(weights, [b, heads, group, t, s]);
  let out = primitive.reshape(einsum('bkgts,bskh->btkgh', split, v), [b, t, n, v.shape[3]]);
  if (options.querySeqLengths !== null && options.querySeqLengths !== undefined) {
    const lengths = cast(asArray(options.querySeqLengths, 'dotProductAttention', 'querySeqLengths'), 'int32');
    const real = primitive.lt(primitive.iota('int32', out.shape, 1), primitive.broadcastInDim(lengths, out.shape, [0]));
    out = choose(real, out, scalar(0, out.dtype));
  }
  return batched ? out : primitive.squeeze(out, [0]);
}

/** All conditions on pairs together; null when there is none. */
function maskOf(options: AttentionOptions, shape: readonly number[], four: (x: NdArray) => NdArray): NdArray | null {
  const conditions: NdArray[] = [];
  const row = primitive.iota('int32', shape, 2);
  const column = primitive.iota('int32', shape, 3);
  if (options.mask !== null && options.mask !== undefined) {
    conditions.push(four(asCondition(asArray(options.mask, 'dotProductAttention', 'mask'))));
  }
  if (options.isCausal) conditions.push(primitive.le(column, row));
  if (options.localWindowSize !== null && options.localWindowSize !== undefined) {
    const window = options.localWindowSize;
    const [left, right] = typeof window === 'number' ? [window, window] : window;
    conditions.push(primitive.ge(column, primitive.sub(row, scalar(left, 'int32'))));
    conditions.push(primitive.le(column, primitive.add(row, scalar(right, 'int32'))));
  }
  if (options.keyValueSeqLengths !== null && options.keyValueSeqLengths !== undefined) {
    const lengths = cast(asArray(options.keyValueSeqLengths, 'dotProductAttention', 'keyValueSeqLengths'), 'int32');
    conditions.push(primitive.lt(column, primitive.broadcastInDim(lengths, shape, [0])));
  }
  return conditions.length === 0 ? null : conditions.reduce(primitive.and);
}
