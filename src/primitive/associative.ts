/**
 * All prefixes of an associative operation, in a logarithmic number of steps.
 *
 * Neighbours are combined in pairs, the half as long list is scanned, and the elements between are filled in.
 * Source: Blelloch, "Prefix Sums and Their Applications", 1990; jax.lax.associative_scan, whose order of operations
 * this is (it shows where ties share a derivative).
 */
import type { NdArray } from '../array/array.js';
import { isBool } from '../array/dtype.js';
import { add, like } from './arithmetic.js';
import { or } from './bitwise.js';
import { concatenate } from './concatenate.js';
import { type PaddingConfig, pad, rev, sliceInDim } from './slice.js';

/** Combines two lists of arrays, all elements along the scanned axis at once. */
export type Combine = (a: readonly NdArray[], b: readonly NdArray[]) => NdArray[];

/** Elements of `a` and `b` in turn: `a` has as many as `b`, or one more. */
function interleave(a: NdArray, b: NdArray, axis: number): NdArray {
  const equal = a.shape[axis] === b.shape[axis];
  const spread = (x: NdArray, low: number, high: number): NdArray =>
    pad(
      x,
      like(x, 0),
      x.shape.map((_, k): PaddingConfig => (k === axis ? [low, high, 1] : [0, 0, 0])),
    );
  const [even, odd] = [spread(a, 0, equal ? 1 : 0), spread(b, 1, equal ? 0 : 1)];
  return isBool(a.dtype) ? or(even, odd) : add(even, odd);
}

/** The combination of elements 0 to i for each i along an axis; of i to the last when `reverse`. */
export function associativeScan(combine: Combine, xs: readonly NdArray[], axis: number, reverse = false): NdArray[] {
  const part = (list: readonly NdArray[], start: number, end: number, stride: number): NdArray[] =>
    list.map((x) => sliceInDim(x, start, Math.max(start, end), stride, axis));
  const scan = (list: readonly NdArray[]): NdArray[] => {
    const n = list[0].shape[axis];
    if (n < 2) return [...list];
    const odd = scan(combine(part(list, 0, n - 1, 2), part(list, 1, n, 2)));
    const m = odd[0].shape[axis];
    const between = combine(n % 2 === 0 ? part(odd, 0, m - 1, 1) : odd, part(list, Math.min(2, n), n, 2));
    const first = part(list, 0, 1, 1);
    const even = between.map((x, i) => concatenate([first[i], x], axis));
    return even.map((x, i) => interleave(x, odd[i], axis));
  };
  if (!reverse) return scan(xs);
  return scan(xs.map((x) => rev(x, [axis]))).map((x) => rev(x, [axis]));
}
