/**
 * Arrays as sets: their distinct elements, unions, intersections, differences. Source: jax.numpy.
 *
 * Results whose size depends on values need either concrete arrays, or a `size` and what to fill the rest with.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { concatenate, cut } from './joining.js';
import { sizeOptions, uniqueOptions } from './options.js';
import { broadcastArray, promoteDTypes } from './promote.js';
import { extract, nonzero, type SizeOptions, sizeFor } from './search.js';
import { choose } from './select.js';
import { argsort, sort } from './sorting.js';
import { take } from './take.js';

/** Options of `unique`. */
export interface UniqueOptions extends SizeOptions {
  /** Also where each first occurs. */
  readonly returnIndex?: boolean;
  /** Also which one each element is. */
  readonly returnInverse?: boolean;
  /** Also how often each occurs. */
  readonly returnCounts?: boolean;
  /** Whether NaN are one value. Default true. */
  readonly equalNan?: boolean;
}

interface Distinct {
  readonly values: NdArray;
  readonly index: NdArray;
  readonly inverse: NdArray;
  readonly counts: NdArray;
}

function distinct(op: string, ar: ArrayLike, options: UniqueOptions): Distinct {
  const x = asArray(ar, op, 'ar');
  const flat = primitive.reshape(x, [x.size]);
  const dtype = defaultInt();
  const n = flat.size;
  const order = argsort(flat);
  const sorted = n === 0 ? flat : take(flat, order, { mode: 'clip' });
  const [later, earlier] = [cut(sorted, 0, Math.min(1, n), n), cut(sorted, 0, 0, Math.max(0, n - 1))];
  let changed = primitive.ne(later, earlier);
  if (options.equalNan ?? true) {
    const bothNaN = primitive.and(primitive.ne(later, later), primitive.ne(earlier, earlier));
    changed = primitive.and(changed, primitive.not(bothNaN));
  }
  const first = n === 0 ? changed : primitive.concatenate([broadcastArray(scalar(true, 'bool'), [1]), changed], 0);
  const group = primitive.sub(primitive.cumsum(cast(first, dtype), 0, false), scalar(1, dtype));
  const count = primitive.reduceSum(cast(first, dtype), [0]);
  const size = sizeFor(op, count, options.size);
  const starts = nonzero(first, { size, fillValue: n })[0];
  const ends = primitive.concatenate(
    [cut(starts, 0, Math.min(1, size), size), broadcastArray(scalar(n, dtype), [Math.min(1, size)])],
    0,
  );
  const real = primitive.lt(primitive.iota(dtype, [size], 0), broadcastArray(count, [size]));
  const fill = options.fillValue;
  const found = n === 0 ? broadcastArray(scalar(0, x.dtype), [size]) : take(sorted, starts, { mode: 'clip' });
  const smallest = n === 0 ? scalar(0, x.dtype) : primitive.squeeze(cut(sorted, 0, 0, 1), [0]);
  const filling =
    fill === null || fill === undefined ? smallest : cast(asArray(fill as ArrayLike, op, 'fillValue'), x.dtype);
  const zero = scalar(0, dtype);
  const places = n === 0 ? starts : take(order, starts, { mode: 'clip' });
  const inverse = primitive.sort([order, group], 0, { numKeys: 1 })[1];
  return {
    values: choose(real, found, filling),
    index: choose(real, cast(places, dtype), n === 0 ? zero : cast(order.get(0), dtype)),
    inverse: primitive.reshape(inverse, x.shape),
    counts: choose(real, primitive.sub(ends, starts), zero),
  };
}

/**
 * The different elements, in rising order; with options, a list: also positions of the first ones, which one each element
 * is, and how often each occurs.
 * @throws ConcretizationError for a traced array without `size`
 */
export function unique(
  ar: ArrayLike,
  options: UniqueOptions &
    ({ readonly returnIndex: true } | { readonly returnInverse: true } | { readonly returnCounts: true }),
): NdArray[];
export function unique(ar: ArrayLike, options?: UniqueOptions): NdArray;
export function unique(ar: ArrayLike, options: UniqueOptions = {}): NdArray | NdArray[] {
  checkOptions('unique', options, uniqueOptions);
  const { values, index, inverse, counts } = distinct('unique', ar, options);
  const out = [values];
  if (options.returnIndex) out.push(index);
  if (options.returnInverse) out.push(inverse);
  if (options.returnCounts) out.push(counts);
  return out.length === 1 ? values : out;
}

/** Distinct elements, NaN counted one by one: what the array API standard calls for. */
const separate = { equalNan: false } as const;

/** As `unique` with all its results, where each NaN is a value of its own. */
export function uniqueAll(
  x: ArrayLike,
  options: SizeOptions = {},
): { values: NdArray; indices: NdArray; inverseIndices: NdArray; counts: NdArray } {
  const { values, index, inverse, counts } = distinct('uniqueAll', x, { ...options, ...separate });
  return { values, indices: index, inverseIndices: inverse, counts };
}

/** The different elements and how often each occurs; each NaN is a value of its own. */
export function uniqueCounts(x: ArrayLike, options: SizeOptions = {}): { values: NdArray; counts: NdArray } {
  const { values, counts } = distinct('uniqueCounts', x, { ...options, ...separate });
  return { values, counts };
}

/** The different elements, and which one each element is; each NaN is a value of its own. */
export function uniqueInverse(x: ArrayLike, options: SizeOptions = {}): { values: NdArray; inverseIndices: NdArray } {
  const { values, inverse } = distinct('uniqueInverse', x, { ...options, ...separate });
  return { values, inverseIndices: inverse };
}

/** The different elements, in rising order; each NaN is a value of its own. */
export const uniqueValues = (x: ArrayLike, options: SizeOptions = {}): NdArray =>
  distinct('uniqueValues', x, { ...options, ...separate }).values;

/** Whether each element is among `testElements`. */
export function isin(
  element: ArrayLike,
  testElements: ArrayLike,
  options: { readonly invert?: boolean; readonly assumeUnique?: boolean; readonly method?: string } = {},
): NdArray {
  checkOptions('isin', options, { invert: 'boolean', assumeUnique: 'boolean', method: 'string' });
  const [x, y] = promoteDTypes('isin', [element, testElements]);
  const shape = [...x.shape, y.size];
  const left = primitive.broadcastInDim(x, shape, range(x.ndim));
  const right = primitive.broadcastInDim(primitive.reshape(y, [y.size]), shape, [x.ndim]);
  const found = primitive.reduceOr(primitive.eq(left, right), [x.ndim]);
  return options.invert ? primitive.not(found) : found;
}

/** The different elements of two arrays together. */
export const union1d = (ar1: ArrayLike, ar2: ArrayLike, options: SizeOptions = {}): NdArray =>
  unique(concatenate([ar1, ar2], { axis: null }), checkOptions('union1d', options, sizeOptions));

/** The different elements of the first array that are in the second. */
export const intersect1d = (ar1: ArrayLike, ar2: ArrayLike, options: SizeOptions = {}): NdArray => {
  checkOptions('intersect1d', options, sizeOptions);
  const a = unique(ar1);
  return extract(isin(a, ar2), a, options);
};

/** The different elements of the first array that are not in the second. */
export const setdiff1d = (ar1: ArrayLike, ar2: ArrayLike, options: SizeOptions = {}): NdArray => {
  checkOptions('setdiff1d', options, sizeOptions);
  const a = unique(ar1);
  return extract(isin(a, ar2, { invert: true }), a, options);
};

/** The elements that are in exactly one of two arrays. */
export const setxor1d = (ar1: ArrayLike, ar2: ArrayLike): NdArray =>
  sort(concatenate([setdiff1d(ar1, ar2), setdiff1d(ar2, ar1)]));
