/**
 * Order: sorting, ranks, quantiles, searching in sorted arrays. NaN is sorted to the end. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import { complexDType, isComplex, isInexact } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, canonicalAxis, range, sizeOf } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { isnan } from './comparison.js';
import { cut } from './joining.js';
import { quantileOptions, searchsortedOptions, sortOptions } from './options.js';
import { broadcastArray, inexactArray, promoteDTypes } from './promote.js';
import { type Axis, alongAxis, any } from './reduction.js';
import { choose } from './select.js';

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** The axis; the flattened array when null. Default the last. */
  readonly axis?: number | null;
  /** Whether equal elements keep their order. Default true. */
  readonly stable?: boolean;
  /** From the largest to the smallest. Default false. */
  readonly descending?: boolean;
}

/** The elements in rising order along an axis. */
export function sort(a: ArrayLike, options: SortOptions = {}): NdArray {
  checkOptions('sort', options, sortOptions);
  const { axis: wanted = -1, stable = true, descending = false } = options;
  const { source, axis } = alongAxis(asArray(a, 'sort', 'a'), wanted, 'sort');
  const [rising] = primitive.sort([source], axis, { isStable: stable });
  return descending ? primitive.rev(rising, [axis]) : rising;
}

/** The positions of the elements in rising order along an axis. */
export function argsort(a: ArrayLike, options: SortOptions = {}): NdArray {
  checkOptions('argsort', options, sortOptions);
  const { axis: wanted = -1, stable = true, descending = false } = options;
  const { source, axis } = alongAxis(asArray(a, 'argsort', 'a'), wanted, 'argsort');
  const index = primitive.iota(defaultInt(), source.shape, axis);
  if (!descending) return primitive.sort([source, index], axis, { isStable: stable, numKeys: 1 })[1];
  // Reversed before and after, equal elements keep their order too.
  const reversed = primitive.rev(source, [axis]);
  const places = primitive.rev(index, [axis]);
  return primitive.rev(primitive.sort([reversed, places], axis, { isStable: stable, numKeys: 1 })[1], [axis]);
}

/** The positions that sort by several keys, the last one first of all (`jnp.lexsort`). */
export function lexsort(keys: readonly ArrayLike[], options: { readonly axis?: number } = {}): NdArray {
  checkArgument('lexsort', 'keys', keys, 'list');
  checkOptions('lexsort', options, { axis: 'axis' });
  const arrays = keys.map((key, i) => asArray(key, 'lexsort', `keys[${i}]`));
  const axis = canonicalAxis(options.axis ?? -1, arrays[0].ndim, 'lexsort');
  const index = primitive.iota(defaultInt(), arrays[0].shape, axis);
  const operands = [...arrays.reverse(), index];
  return primitive.sort(operands, axis, { numKeys: arrays.length })[arrays.length];
}

/** As `sort`: element `kth` is where it would be, which is all that is promised. */
export const partition = (a: ArrayLike, kth: number, options: { readonly axis?: number } = {}): NdArray => {
  checkArgument('partition', 'kth', kth, 'integer');
  checkOptions('partition', options, { axis: 'axis' });
  const x = asArray(a, 'partition', 'a');
  const axis = canonicalAxis(options.axis ?? -1, x.ndim, 'partition');
  canonicalAxis(kth, x.shape[axis], 'partition', 'kth');
  return sort(x, { axis });
};

/** As `argsort`: position `kth` is where it would be, which is all that is promised. */
export const argpartition = (a: ArrayLike, kth: number, options: { readonly axis?: number } = {}): NdArray => {
  checkArgument('argpartition', 'kth', kth, 'integer');
  checkOptions('argpartition', options, { axis: 'axis' });
  const x = asArray(a, 'argpartition', 'a');
  const axis = canonicalAxis(options.axis ?? -1, x.ndim, 'argpartition');
  canonicalAxis(kth, x.shape[axis], 'argpartition', 'kth');
  return argsort(x, { axis });
};

/** Options of `searchsorted`. */
export interface SearchsortedOptions {
  /** Whether equal elements are to the right (`'left'`) or left (`'right'`) of the place. Default `'left'`. */
  readonly side?: 'left' | 'right';
  /** Positions that sort `a`. */
  readonly sorter?: ArrayLike | null;
  readonly method?: string;
}

/** Where in the sorted vector `a` the elements of `v` belong, so that it stays sorted. */
export function searchsorted(a: ArrayLike, v: ArrayLike, options: SearchsortedOptions = {}): NdArray {
  checkOptions('searchsorted', options, searchsortedOptions);
  const { side = 'left', sorter = null } = options;
  if (side !== 'left' && side !== 'right') {
    throw new InvalidArgument({
      op: 'searchsorted',
      argument: 'side',
      expected: "'left' or 'right'",
      actual: `${side}`,
    });
  }
  const [values, y] = promoteDTypes('searchsorted', [a, v]);
  const x = sorter === null ? values : rows(values, asArray(sorter, 'searchsorted', 'sorter'));
  const n = x.shape[0];
  // Places are int32 in 64-bit mode as well, as in JAX.
  const dtype = 'int32';
  // Bisection on all elements at once: after k steps the place is known to n / 2^k.
  let low = primitive.broadcastInDim(scalar(0, dtype), y.shape, []);
  let high = primitive.broadcastInDim(scalar(n, dtype), y.shape, []);
  for (let size = n; size > 0; size = Math.floor(size / 2)) {
    const middle = primitive.shiftRightArithmetic(primitive.add(low, high), scalar(1, dtype));
    const at = rows(x, primitive.min(middle, scalar(Math.max(n - 1, 0), dtype)));
    const active = primitive.lt(low, high);
    const goRight = primitive.and(active, side === 'left' ? before(at, y) : primitive.not(before(y, at)));
    const goLeft = primitive.and(active, primitive.not(goRight));
    low = primitive.selectN(goRight, low, primitive.add(middle, scalar(1, dtype)));
    high = primitive.selectN(goLeft, high, middle);
  }
  return low;
}

/** The order of sorting: NaN after everything. */
const before = (x: NdArray, y: NdArray): NdArray => {
  const less = primitive.lt(x, y);
  return isInexact(x.dtype) ? primitive.or(less, primitive.and(primitive.not(isnan(x)), isnan(y))) : less;
};

/** Elements of a vector at positions that are inside. */
const rows = (x: NdArray, index: NdArray): NdArray =>
  primitive.gather(
    x,
    primitive.expandDims(index, [index.ndim]),
    {
      offsetDims: [],
      collapsedSliceDims: [0],
      startIndexMap: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    [1],
    { mode: 'clip' },
  );

/** In which bin each element is: `bins[i - 1] <= x < bins[i]`, or `<`, `<=` when `right`. Bins may fall. */
export function digitize(x: ArrayLike, bins: ArrayLike, options: { readonly right?: boolean } = {}): NdArray {
  checkOptions('digitize', options, { right: 'boolean' });
  const edges = asArray(bins, 'digitize', 'bins');
  const side = options.right ? 'left' : 'right';
  const n = edges.shape[0];
  const dtype = 'int32';
  if (n === 0) return primitive.broadcastInDim(scalar(0, dtype), asArray(x, 'digitize').shape, []);
  const falling = primitive.lt(
    primitive.squeeze(cut(edges, 0, n - 1, n), [0]),
    primitive.squeeze(cut(edges, 0, 0, 1), [0]),
  );
  const rising = searchsorted(edges, x, { side });
  const other = searchsorted(primitive.rev(edges, [0]), x, { side });
  return choose(falling, primitive.sub(scalar(n, dtype), other), rising);
}

/** Between which elements a quantile is taken, and how. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';

/** Options of `quantile`, `nanquantile`, `percentile`, `nanpercentile`, `median` and `nanmedian`. */
export interface QuantileOptions {
  readonly axis?: Axis;
  /** Between two elements: interpolated, or one of them. Default `'linear'`. */
  readonly method?: QuantileMethod;
  readonly keepdims?: boolean;
}

/** The reduced axes together as the last one. */
function gathered(x: NdArray, axes: readonly number[]): NdArray {
  const kept = range(x.ndim).filter((i) => !axes.includes(i));
  const moved = primitive.transpose(x, [...kept, ...axes]);
  return primitive.reshape(moved, [...kept.map((i) => x.shape[i]), sizeOf(axes.map((i) => x.shape[i]))]);
}

function realArray(op: string, argument: string, value: ArrayLike): NdArray {
  const x = inexactArray(op, value);
  if (!isComplex(x.dtype)) return x;
  throw new DTypeMismatch({ op, argument, expected: 'real numbers are needed', actual: x.dtype });
}

function quantileOf(op: string, a: ArrayLike, q: ArrayLike, options: QuantileOptions, skipNaN: boolean): NdArray {
  const { method = 'linear', keepdims = false } = options;
  const x = realArray(op, 'a', a);
  const p = cast(realArray(op, 'q', q), x.dtype);
  const axes = canonicalAxes(options.axis, x.ndim, op);
  const lines = gathered(x, axes);
  const last = lines.ndim - 1;
  const n = lines.shape[last];
  const sorted = sort(lines, { axis: last });
  const batch = lines.shape.slice(0, -1);
  const valid = skipNaN
    ? primitive.reduceSum(cast(primitive.not(isnan(lines)), x.dtype), [last])
    : primitive.broadcastInDim(scalar(n, x.dtype), batch, []);
  // One entry for each q in front, then the kept axes.
  const shape = [...p.shape, ...batch];
  const share = primitive.broadcastInDim(
    p,
    shape,
    p.shape.map((_, i) => i),
  );
  const count = broadcastArray(valid, shape);
  const place = primitive.mul(share, primitive.max(primitive.sub(count, scalar(1, x.dtype)), scalar(0, x.dtype)));
  const low = primitive.floor(place);
  const high = primitive.ceil(place);
  const pick = (position: NdArray): NdArray => takeLast(sorted, cast(position, 'int32'), p.ndim);
  const [below, above] = [pick(low), pick(high)];
  const rest = primitive.sub(place, low);
  let out: NdArray;
  if (method === 'lower') out = below;
  else if (method === 'higher') out = above;
  else if (method === 'nearest') {
    out = pick(primitive.round(place, 'TO_NEAREST_EVEN'));
  } else if (method === 'midpoint') {
    out = primitive.mul(primitive.add(below, above), scalar(0.5, x.dtype));
  } else {
    const one = scalar(1, x.dtype);
    // Equal neighbours are taken as they are: infinities would make NaN of their difference.
    const mixed = primitive.add(primitive.mul(below, primitive.sub(one, rest)), primitive.mul(above, rest));
    out = choose(primitive.eq(below, above), below, mixed);
  }
  const spoiled = skipNaN ? primitive.eq(valid, scalar(0, x.dtype)) : any(isnan(lines), { axis: last });
  out = choose(broadcastArray(spoiled, shape), scalar(Number.NaN, x.dtype), out);
  if (!keepdims) return out;
  return primitive.reshape(out, [...p.shape, ...x.shape.map((m, i) => (axes.includes(i) ? 1 : m))]);
}

/** `sorted[..., position]`, for positions with `extra` axes in front. */
function takeLast(sorted: NdArray, position: NdArray, extra: number): NdArray {
  const batch = range(sorted.ndim - 1);
  const count = sizeOf(position.shape.slice(0, extra));
  const flat = primitive.reshape(position, [count, ...position.shape.slice(extra)]);
  const index = primitive.moveAxis(flat, 0, flat.ndim - 1);
  const found = primitive.gather(
    sorted,
    primitive.expandDims(index, [index.ndim]),
    {
      offsetDims: [],
      collapsedSliceDims: [sorted.ndim - 1],
      startIndexMap: [sorted.ndim - 1],
      operandBatchingDims: batch,
      startIndicesBatchingDims: batch,
    },
    sorted.shape.map(() => 1),
    { mode: 'clip' },
  );
  return primitive.reshape(primitive.moveAxis(found, found.ndim - 1, 0), position.shape);
}

/** The element below which a share `q` (0 to 1) of the elements along axes lies. NaN if one is. */
export const quantile = (a: ArrayLike, q: ArrayLike, options: QuantileOptions = {}): NdArray =>
  quantileOf('quantile', a, q, checkOptions('quantile', options, quantileOptions), false);
/** As `quantile`, of the elements that are not NaN. */
export const nanquantile = (a: ArrayLike, q: ArrayLike, options: QuantileOptions = {}): NdArray =>
  quantileOf('nanquantile', a, q, checkOptions('nanquantile', options, quantileOptions), true);

const percent = (q: ArrayLike): NdArray => {
  const x = inexactArray('percentile', q);
  return primitive.div(x, scalar(100, x.dtype));
};
/** As `quantile`, with `q` in percent. */
export const percentile = (a: ArrayLike, q: ArrayLike, options: QuantileOptions = {}): NdArray =>
  quantile(a, percent(q), checkOptions('percentile', options, quantileOptions));
/** As `nanquantile`, with `q` in percent. */
export const nanpercentile = (a: ArrayLike, q: ArrayLike, options: QuantileOptions = {}): NdArray =>
  nanquantile(a, percent(q), checkOptions('nanpercentile', options, quantileOptions));

/** The middle element along axes, or the mean of the two in the middle. NaN if one is. */
export const median = (a: ArrayLike, options: Omit<QuantileOptions, 'method'> = {}): NdArray =>
  quantile(a, 0.5, { ...checkOptions('median', options, { axis: 'axes?', keepdims: 'boolean' }), method: 'midpoint' });
/** As `median`, of the elements that are not NaN. */
export const nanmedian = (a: ArrayLike, options: Omit<QuantileOptions, 'method'> = {}): NdArray =>
  nanquantile(a, 0.5, {
    ...checkOptions('nanmedian', options, { axis: 'axes?', keepdims: 'boolean' }),
    method: 'midpoint',
  });

/** The elements along the last axis, sorted by real part, then by imaginary part; as complex numbers. */
export function sortComplex(a: ArrayLike): NdArray {
  const sorted = sort(a);
  return cast(sorted, complexDType(sorted.dtype));
}
