/**
 * Attention: each query's mean of the values, weighted by how well their keys fit it.
 *
 *     softmax(scale q k^T + bias) v,   queries [B, T, N, H], keys and values [B, S, K, H], heads N a multiple of K
 *
 * Source: Vaswani et al., "Attention is all you need" (2017); Ainslie et al., "GQA" (2023), for groups of queries that share
 * keys; jax.nn.dot_product_attention.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { type DType, isBool } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkOptions } from '../array/options.js';
import { promoteTypes } from '../array/promotion.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import { add, multiply } from '../numpy/arithmetic.js';
import { einsum } from '../numpy/einsum.js';
import { broadcastArray } from '../numpy/promote.js';
import { choose } from '../numpy/select.js';
import * as primitive from '../primitive/index.js';
import { logsumexp } from './logsumexp.js';
import { softmax } from './normalization.js';
import { attentionOptions } from './options.js';

const op = 'dotProductAttention';

/** Options of `dotProductAttention`. */
export interface AttentionOptions {
  /** Added to the logits; four axes that broadcast to `[B, N, T, S]` (fewer are filled up in front). */
  readonly bias?: ArrayLike | null;
  /** Where keys are seen; bool, shaped as the bias. */
  readonly mask?: ArrayLike | null;
  /** The factor of the logits. Default `1 / sqrt(H)`. */
  readonly scale?: number | null;
  /** Whether a query sees only keys that are not after it. Default false. */
  readonly isCausal?: boolean;
  /** For each example, how many queries are real; the others give zeros. int32 `[B]`. */
  readonly querySeqLengths?: ArrayLike | null;
  /** For each example, how many keys are real; the others are not seen. int32 `[B]`. */
  readonly keyValueSeqLengths?: ArrayLike | null;
  /** How far before and after it a query sees keys: a number, or two. */
  readonly localWindowSize?: number | readonly [before: number, after: number] | null;
  /** `xla`, or null; there is no other here. */
  readonly implementation?: 'xla' | null;
  /** Whether the logarithms of the softmax's sums, `[B, T, N]`, are returned as well. Default false. */
  readonly returnResidual?: boolean;
}

const wrong = (argument: string, expected: string, x: NdArray): Error =>
  new ShapeMismatch({ op, argument, expected, actual: x.shape });

/** An argument with four axes, the missing ones in front. */
function fourAxes(value: ArrayLike, argument: string): NdArray {
  const x = asArray(value, op, argument);
  if (x.ndim > 4) throw wrong(argument, 'at most four axes are possible', x);
  return primitive.reshape(x, [...new Array<number>(4 - x.ndim).fill(1), ...x.shape]);
}

function checkOperands(q: NdArray, k: NdArray, v: NdArray): void {
  const [batch, , heads, size] = k.shape;
  const keys = `the keys have [${k.shape.join(', ')}]`;
  if (v.shape.some((n, axis) => n !== k.shape[axis])) throw wrong('value', keys, v);
  if (q.shape[0] !== batch || q.shape[3] !== size) throw wrong('query', `its first and last axes must fit: ${keys}`, q);
  if (q.shape[2] % heads !== 0) throw wrong('query', `its heads must be a multiple of theirs: ${keys}`, q);
  for (const [argument, x] of [
    ['query', q],
    ['value', v],
  ] as const) {
    if (x.dtype !== k.dtype) {
      throw new DTypeMismatch({ op, argument, expected: `key has dtype ${k.dtype}`, actual: x.dtype });
    }
  }
}

/** Sequence lengths, checked. */
function lengths(value: ArrayLike | null | undefined, argument: string, batch: number): NdArray | null {
  if (value === null || value === undefined) return null;
  const x = asIndices(value, op, argument);
  if (x.ndim !== 1 || x.shape[0] !== batch) throw wrong(argument, `[${batch}] is needed`, x);
  if (x.dtype !== 'int32') throw new DTypeMismatch({ op, argument, expected: 'int32 is needed', actual: x.dtype });
  return x;
}

/** Bias or mask `[B, N or 1, T, S]` as `[B, K or 1, G or 1, T, S]`. */
const grouped = (x: NdArray, keyHeads: number): NdArray => {
  const [batch, heads, queries, keys] = x.shape;
  return heads === 1
    ? primitive.reshape(x, [batch, 1, 1, queries, keys])
    : primitive.reshape(x, [batch, keyHeads, heads / keyHeads, queries, keys]);
};

/** Where keys are seen, as conditions that broadcast to `[B, K, G, T, S]`. */
function conditions(shape: readonly number[], options: AttentionOptions, keyHeads: number): NdArray[] {
  const [batch, , , queries, keys] = shape;
  const plane = [1, 1, 1, queries, keys];
  const [row, column] = [primitive.iota('int32', plane, 3), primitive.iota('int32', plane, 4)];
  const seen: NdArray[] = [];
  if (options.mask !== null && options.mask !== undefined) {
    const mask = fourAxes(options.mask, 'mask');
    if (!isBool(mask.dtype)) {
      throw new DTypeMismatch({ op, argument: 'mask', expected: 'bool is needed', actual: mask.dtype });
    }
    seen.push(grouped(mask, keyHeads));
  }
  if (options.isCausal) seen.push(primitive.ge(row, column));
  const window = options.localWindowSize ?? null;
  if (window !== null) {
    const [before, after] = typeof window === 'number' ? [window, window] : window;
    seen.push(primitive.le(row, primitive.add(column, primitive.like(column, before))));
    seen.push(primitive.ge(row, primitive.sub(column, primitive.like(column, after))));
  }
  const within = (place: NdArray, limit: NdArray | null): void => {
    if (limit === null) return;
    const bound = broadcastArray(primitive.reshape(limit, [batch, 1, 1, 1, 1]), [batch, 1, 1, queries, keys]);
    seen.push(primitive.lt(broadcastArray(place, bound.shape), bound));
  };
  within(row, lengths(options.querySeqLengths, 'querySeqLengths', batch));
  within(column, lengths(options.keyValueSeqLengths, 'keyValueSeqLengths', batch));
  return seen;
}

/**
 * The values `[B, S, K, H]` seen by each query: `[B, T, N, H]`, or `[T, N, H]` for a query without the batch axis. Logits
 * and softmax are computed in float32 at least.
 * @throws ShapeMismatch or DTypeMismatch when the operands do not fit together
 * @throws InvalidArgument for an implementation other than `xla`
 */
export function dotProductAttention(
  query: ArrayLike,
  key: ArrayLike,
  value: ArrayLike,
  options: AttentionOptions & { readonly returnResidual: true },
): [NdArray, NdArray];
export function dotProductAttention(
  query: ArrayLike,
  key: ArrayLike,
  value: ArrayLike,
  options?: AttentionOptions & { readonly returnResidual?: false },
): NdArray;
export function dotProductAttention(
  query: ArrayLike,
  key: ArrayLike,
  value: ArrayLike,
  options: AttentionOptions = {},
): NdArray | [NdArray, NdArray] {
  checkOptions('dotProductAttention', options, attentionOptions);
  const { implementation = null } = options;
  if (implementation !== null && implementation !== 'xla') {
    throw new InvalidArgument({ op, argument: 'implementation', expected: "'xla'", actual: `'${implementation}'` });
  }
  const outer = asArray(query, op, 'query').shape;
  const [q, k, v] = [fourAxes(query, 'query'), fourAxes(key, 'key'), fourAxes(value, 'value')];
  checkOperands(q, k, v);
  const [batch, queries, heads, size] = q.shape;
  const keyHeads = k.shape[2];
  const groups = primitive.reshape(q, [batch, queries, keyHeads, heads / keyHeads, size]);
  const wide: DType = promoteTypes(q.dtype, 'float32');
  const products = einsum('btkgh,bskh->bkgts', groups, k, { preferredElementType: wide });
  let logits = primitive.mul(products, scalarFull(products, options.scale ?? 1 / Math.sqrt(size)));
  if (options.bias !== null && options.bias !== undefined) {
    logits = cast(add(logits, grouped(fourAxes(options.bias, 'bias'), keyHeads)), logits.dtype);
  }
  const seen = conditions(logits.shape, options, keyHeads).map((c) => broadcastArray(c, logits.shape));
  if (seen.length > 0) {
    // Not -infinity, so that rows without any key are finite.
    const low = scalarFull(logits, -0.7 * Math.min(finfo(logits.dtype).max, finfo('float32').max));
    logits = choose(seen.reduce(primitive.and), logits, low);
  }
  const exponents = cast(logits, 'float32');
  const weights = cast(softmax(exponents), k.dtype);
  const grouping = einsum('bkgts,bskh->btkgh', weights, v);
  let result = primitive.reshape(grouping, [batch, queries, heads, size]);
  const real = lengths(options.querySeqLengths, 'querySeqLengths', batch);
  if (real !== null) {
    const row = primitive.iota('int32', [batch, queries], 1);
    const isReal = primitive.lt(row, primitive.broadcastInDim(real, row.shape, [0]));
    result = multiply(result, primitive.expandDims(cast(isReal, result.dtype), [2, 3]));
  }
  const output = primitive.reshape(result, outer);
  if (!options.returnResidual) return output;
  const sums = primitive.transpose(cast(logsumexp(exponents, { axis: -1 }), k.dtype), [0, 3, 1, 2]);
  return [output, primitive.stopGradient(primitive.reshape(sums, outer.slice(0, -1)))];
}

const scalarFull = (like: NdArray, value: number): NdArray => scalar(value, like.dtype);
