/**
 * Finding elements: `where` of one argument, `nonzero`, `unique`, sets, counts, interpolation. Source: jax.numpy.
 *
 * Results whose size depends on values need either concrete arrays, or a `size` and what to fill the rest with.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import { canonicalAxis, range, sizeOf } from '../array/shape.js';
import { ConcretizationError, InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { Tracer } from '../trace/context.js';
import { concatenate, cut, stack } from './joining.js';
import { broadcastArray, promoteDTypes, promoteDTypesInexact } from './promote.js';
import { asCondition, choose, whereThree } from './select.js';
import { argsort, searchsorted, sort } from './sorting.js';
import { take, unravelIndex } from './take.js';

export interface SizeOptions {
  /** How many are returned: the first ones, or these and filling. Needed under `jit`. */
  readonly size?: number | null;
  /** What fills the rest. Default 0. */
  readonly fillValue?: ArrayLike | readonly ArrayLike[] | null;
}

/** A size that depends on values: the user's, or what they are. */
function sizeFor(op: string, count: NdArray, size: number | null | undefined): number {
  if (size !== null && size !== undefined) return size;
  if (count instanceof Tracer) throw new ConcretizationError({ wanted: `${op} without { size }`, tracer: `${count}` });
  return Number(count.item());
}

/** The positions of the elements that are not 0, one array for each axis. */
export function nonzero(a: ArrayLike, options: SizeOptions = {}): NdArray[] {
  const x = asArray(a, 'nonzero', 'a');
  const dtype = defaultInt();
  const mask = cast(asCondition(primitive.reshape(x, [x.size])), dtype);
  const count = primitive.reduceSum(mask, [0]);
  const size = sizeFor('nonzero', count, options.size);
  if (x.size === 0) return x.shape.map(() => primitive.broadcastInDim(scalar(0, dtype), [size], []));
  // The k-th element that is not 0 is where the running count passes k.
  const running = primitive.cumsum(mask, 0, false);
  const places = searchsorted(running, primitive.iota(dtype, [size], 0), { side: 'right' });
  const beyond = primitive.ge(primitive.iota(dtype, [size], 0), broadcastArray(count, [size]));
  const { fillValue = 0 } = options;
  const fills = Array.isArray(fillValue) ? fillValue : x.shape.map(() => fillValue ?? 0);
  const inside = primitive.min(places, scalar(x.size - 1, dtype));
  return unravelIndex(inside, x.shape).map((index, axis) =>
    choose(beyond, cast(asArray(fills[axis] as ArrayLike, 'nonzero', 'fillValue'), dtype), index),
  );
}

/** The positions of the elements of the flattened array that are not 0. */
export const flatnonzero = (a: ArrayLike, options: SizeOptions = {}): NdArray => {
  const x = asArray(a, 'flatnonzero', 'a');
  return nonzero(primitive.reshape(x, [x.size]), options)[0];
};

/** The multi-indices of the elements that are not 0, as rows. */
export const argwhere = (a: ArrayLike, options: SizeOptions = {}): NdArray => stack(nonzero(a, options), { axis: 1 });

/**
 * `x` where `condition` holds, else `y`, broadcast and promoted; with the condition alone, `nonzero(condition)`.
 */
export function where(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NdArray;
export function where(condition: ArrayLike, options?: SizeOptions): NdArray[];
export function where(
  condition: ArrayLike,
  x?: ArrayLike | SizeOptions | null,
  y?: ArrayLike | null,
): NdArray | NdArray[] {
  if (x !== undefined && x !== null && y !== undefined && y !== null) {
    return whereThree(condition, x as ArrayLike, y);
  }
  if (y !== undefined && y !== null) {
    throw new InvalidArgument({ op: 'where', argument: 'x', expected: 'given when y is', actual: 'absent' });
  }
  return nonzero(condition, (x as SizeOptions | undefined | null) ?? {});
}

/** The elements of the flattened array where a condition holds (`jnp.extract`). */
export const extract = (condition: ArrayLike, arr: ArrayLike, options: SizeOptions = {}): NdArray =>
  take(arr, flatnonzero(condition, { size: options.size }), { mode: 'clip' });

/** The slices along an axis at which a vector of conditions holds. */
export const compress = (
  condition: ArrayLike,
  a: ArrayLike,
  options: { readonly axis?: number | null } = {},
): NdArray => take(a, flatnonzero(condition), { axis: options.axis ?? null });

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
    index: choose(real, cast(places, dtype), zero),
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
  const { values, index, inverse, counts } = distinct('unique', ar, options);
  const out = [values];
  if (options.returnIndex) out.push(index);
  if (options.returnInverse) out.push(inverse);
  if (options.returnCounts) out.push(counts);
  return out.length === 1 ? values : out;
}

/** Whether each element is among `testElements`. */
export function isin(
  element: ArrayLike,
  testElements: ArrayLike,
  options: { readonly invert?: boolean; readonly assumeUnique?: boolean; readonly method?: string } = {},
): NdArray {
  const [x, y] = promoteDTypes('isin', [element, testElements]);
  const shape = [...x.shape, y.size];
  const left = primitive.broadcastInDim(x, shape, range(x.ndim));
  const right = primitive.broadcastInDim(primitive.reshape(y, [y.size]), shape, [x.ndim]);
  const found = primitive.reduceOr(primitive.eq(left, right), [x.ndim]);
  return options.invert ? primitive.not(found) : found;
}

/** The different elements of two arrays together. */
export const union1d = (ar1: ArrayLike, ar2: ArrayLike, options: SizeOptions = {}): NdArray =>
  unique(concatenate([ar1, ar2], { axis: null }), options);

/** The different elements of the first array that are in the second. */
export const intersect1d = (ar1: ArrayLike, ar2: ArrayLike, options: SizeOptions = {}): NdArray => {
  const a = unique(ar1);
  return extract(isin(a, ar2), a, options);
};

/** The different elements of the first array that are not in the second. */
export const setdiff1d = (ar1: ArrayLike, ar2: ArrayLike, options: SizeOptions = {}): NdArray => {
  const a = unique(ar1);
  return extract(isin(a, ar2, { invert: true }), a, options);
};

/** The elements that are in exactly one of two arrays. */
export const setxor1d = (ar1: ArrayLike, ar2: ArrayLike): NdArray =>
  sort(concatenate([setdiff1d(ar1, ar2), setdiff1d(ar2, ar1)]));

export interface BincountOptions {
  readonly weights?: ArrayLike | null;
  /** The least number of bins. Default 0. */
  readonly minlength?: number;
  /** The number of bins; larger numbers are dropped. Needed under `jit`. */
  readonly length?: number | null;
}

/** How often (or with what weight) each of the numbers 0, 1, ... occurs; negative ones count as 0. */
export function bincount(x: ArrayLike, options: BincountOptions = {}): NdArray {
  const { weights = null, minlength = 0, length = null } = options;
  const values = cast(asArray(x, 'bincount'), defaultInt());
  const index = primitive.max(values, scalar(0, values.dtype));
  let size = length;
  if (size === null) {
    if (index.size === 0) size = minlength;
    else size = Math.max(minlength, sizeFor('bincount', primitive.reduceMax(index, [0]), null) + 1);
  }
  const amounts =
    weights === null ? broadcastArray(scalar(1, defaultInt()), index.shape) : asArray(weights, 'bincount', 'weights');
  return primitive.scatterAdd(
    broadcastArray(scalar(0, amounts.dtype), [size]),
    primitive.expandDims(index, [1]),
    amounts,
    {
      updateWindowDims: [],
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
      operandBatchingDims: [],
      scatterIndicesBatchingDims: [],
    },
    { mode: 'fill' },
  );
}

export interface HistogramOptions {
  /** How many bins between the extremes, or their edges. Default 10. */
  readonly bins?: number | ArrayLike;
  /** The extremes; those of the array by default. */
  readonly range?: readonly [number, number] | null;
  readonly weights?: ArrayLike | null;
  /** Whether the integral is 1. Default false. */
  readonly density?: boolean | null;
}

/** The edges of the bins of `histogram`. */
export function histogramBinEdges(a: ArrayLike, options: HistogramOptions = {}): NdArray {
  const { bins = 10, range: limits = null } = options;
  const [x] = promoteDTypesInexact('histogram', [a]);
  if (typeof bins !== 'number') return asArray(bins, 'histogram', 'bins');
  const axes = range(x.ndim);
  const low = limits ? scalar(limits[0], x.dtype) : primitive.reduceMin(x, axes);
  const high = limits ? scalar(limits[1], x.dtype) : primitive.reduceMax(x, axes);
  const empty = primitive.eq(low, high);
  const half = scalar(0.5, x.dtype);
  const from = choose(empty, primitive.sub(low, half), low);
  const to = choose(empty, primitive.add(high, half), high);
  const t = primitive.div(primitive.iota(x.dtype, [bins + 1], 0), scalar(bins, x.dtype));
  const one = scalar(1, x.dtype);
  const inner = primitive.add(primitive.mul(from, primitive.sub(one, t)), primitive.mul(to, t));
  const isLast = primitive.eq(primitive.iota('int32', [bins + 1], 0), scalar(bins, 'int32'));
  return choose(isLast, to, inner);
}

/** How many elements each bin has, and the edges of the bins; the last bin includes its right edge. */
export function histogram(a: ArrayLike, options: HistogramOptions = {}): [counts: NdArray, edges: NdArray] {
  const { weights = null, density = false } = options;
  const edges = histogramBinEdges(a, options);
  const [x, borders] = promoteDTypesInexact('histogram', [a, edges]);
  const flat = primitive.reshape(x, [x.size]);
  const n = borders.size - 1;
  const last = primitive.squeeze(cut(borders, 0, n, n + 1), [0]);
  const place = searchsorted(borders, flat, { side: 'right' });
  const index = choose(primitive.eq(flat, last), scalar(n, place.dtype), place);
  const amounts =
    weights === null
      ? broadcastArray(scalar(1, flat.dtype), flat.shape)
      : primitive.reshape(asArray(weights, 'histogram'), [flat.size]);
  const counts = cut(bincount(index, { weights: amounts, length: n + 1 }), 0, 1, n + 1);
  if (!density) return [counts, edges];
  const widths = primitive.sub(cut(borders, 0, 1, n + 1), cut(borders, 0, 0, n));
  const total = primitive.reduceSum(counts, [0]);
  return [primitive.div(primitive.div(counts, widths), total), edges];
}

export interface InterpOptions {
  /** The value below `xp`. Default the first of `fp`. */
  readonly left?: ArrayLike | null;
  /** The value above `xp`. Default the last of `fp`. */
  readonly right?: ArrayLike | null;
  /** The period of `x`; `xp` need not be sorted then. */
  readonly period?: number | null;
}

/** Linear interpolation at `x` between the points `(xp, fp)`, which are sorted by `xp`. */
export function interp(x: ArrayLike, xp: ArrayLike, fp: ArrayLike, options: InterpOptions = {}): NdArray {
  const { left = null, right = null, period = null } = options;
  let [at, places, values] = promoteDTypesInexact('interp', [x, xp, fp]);
  const { dtype } = at;
  if (period !== null) {
    const p = scalar(period, dtype);
    const wrap = (v: NdArray): NdArray => {
      const rest = primitive.rem(v, p);
      return choose(primitive.lt(rest, scalar(0, dtype)), primitive.add(rest, p), rest);
    };
    at = wrap(at);
    const order = argsort(wrap(places));
    [places, values] = [take(wrap(places), order, { mode: 'clip' }), take(values, order, { mode: 'clip' })];
    const n = places.size;
    places = concatenate([primitive.sub(cut(places, 0, n - 1, n), p), places, primitive.add(cut(places, 0, 0, 1), p)]);
    values = concatenate([cut(values, 0, n - 1, n), values, cut(values, 0, 0, 1)]);
  }
  const n = places.size;
  const found = searchsorted(places, at, { side: 'right' });
  const i = primitive.clamp(scalar(1, found.dtype), found, scalar(Math.max(n - 1, 1), found.dtype));
  const before = primitive.sub(i, scalar(1, i.dtype));
  const pick = (from: NdArray, index: NdArray): NdArray => take(from, index, { mode: 'clip' });
  const [x0, y0] = [pick(places, before), pick(values, before)];
  const [dx, dy] = [primitive.sub(pick(places, i), x0), primitive.sub(pick(values, i), y0)];
  const still = primitive.eq(dx, scalar(0, dtype));
  const slope = primitive.div(primitive.mul(primitive.sub(at, x0), dy), choose(still, scalar(1, dtype), dx));
  let out = choose(still, y0, primitive.add(y0, slope));
  if (period !== null) return out;
  const end = (from: NdArray, k: number): NdArray => primitive.squeeze(cut(from, 0, k, k + 1), [0]);
  const low = left === null ? end(values, 0) : cast(asArray(left, 'interp'), dtype);
  const high = right === null ? end(values, n - 1) : cast(asArray(right, 'interp'), dtype);
  out = choose(primitive.lt(at, end(places, 0)), low, out);
  return choose(primitive.gt(at, end(places, n - 1)), high, out);
}

export interface AverageOptions {
  readonly axis?: number | readonly number[] | null;
  readonly weights?: ArrayLike | null;
  /** Whether the sum of the weights is returned too. */
  readonly returned?: boolean;
  readonly keepdims?: boolean;
}

/** The weighted mean over axes. Weights have the shape of the array, or that of the one axis. */
export function average(a: ArrayLike, options: AverageOptions & { readonly returned: true }): [NdArray, NdArray];
export function average(a: ArrayLike, options?: AverageOptions): NdArray;
export function average(a: ArrayLike, options: AverageOptions = {}): NdArray | [NdArray, NdArray] {
  const { axis = null, weights = null, returned = false, keepdims = false } = options;
  const [x, given] = promoteDTypesInexact('average', [a, weights ?? 1]);
  const axes = axis === null ? range(x.ndim) : [axis].flat().map((k) => canonicalAxis(k as number, x.ndim, 'average'));
  let w = given;
  if (w.ndim !== x.ndim) w = w.ndim === 0 ? broadcastArray(w, x.shape) : primitive.broadcastInDim(w, x.shape, axes);
  else w = broadcastArray(w, x.shape);
  const shape = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
  const finish = (y: NdArray): NdArray => (keepdims ? primitive.reshape(y, shape) : y);
  const total = primitive.reduceSum(w, axes);
  const mean = primitive.div(primitive.reduceSum(primitive.mul(x, w), axes), total);
  return returned ? [finish(mean), finish(total)] : finish(mean);
}

/** The indices of the diagonal of an array with `ndim` axes of size `n`. */
export const diagIndices = (n: number, options: { readonly ndim?: number } = {}): NdArray[] =>
  range(options.ndim ?? 2).map(() => primitive.iota(defaultInt(), [n], 0));

const triangleIndices = (rows: number, columns: number, keep: (i: number, j: number) => boolean): NdArray[] => {
  const [is, js]: [number[], number[]] = [[], []];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (!keep(i, j)) continue;
      is.push(i);
      js.push(j);
    }
  }
  return [asArray(Int32Array.from(is), 'indices'), asArray(Int32Array.from(js), 'indices')];
};

export interface TriangleOptions {
  readonly k?: number;
  /** Columns. Default as many as rows. */
  readonly m?: number | null;
}
/** Rows and columns of the elements of the lower triangle of a matrix with `n` rows. */
export const trilIndices = (n: number, { k = 0, m = null }: TriangleOptions = {}): NdArray[] =>
  triangleIndices(n, m ?? n, (i, j) => j <= i + k);
/** Rows and columns of the elements of the upper triangle of a matrix with `n` rows. */
export const triuIndices = (n: number, { k = 0, m = null }: TriangleOptions = {}): NdArray[] =>
  triangleIndices(n, m ?? n, (i, j) => j >= i + k);

/** Covariances of the rows of `m` (`{ rowvar: false }`: of the columns). */
export function cov(
  m: ArrayLike,
  options: {
    readonly y?: ArrayLike | null;
    readonly rowvar?: boolean;
    readonly bias?: boolean;
    readonly ddof?: number | null;
    readonly fweights?: ArrayLike | null;
    readonly aweights?: ArrayLike | null;
  } = {},
): NdArray {
  const { y = null, rowvar = true, bias = false, fweights = null, aweights = null } = options;
  const form = (value: ArrayLike): NdArray => {
    const [x] = promoteDTypesInexact('cov', [value]);
    const matrix = x.ndim < 2 ? primitive.reshape(x, [1, x.size]) : x;
    return rowvar || matrix.shape[0] === 1 ? matrix : primitive.transpose(matrix, [1, 0]);
  };
  const x = y === null ? form(m) : concatenate([form(m), form(y)], { axis: 0 });
  const n = x.shape[1];
  const ddof = options.ddof ?? (bias ? 0 : 1);
  const { dtype } = x;
  const one = broadcastArray(scalar(1, dtype), [n]);
  const f = fweights === null ? one : cast(asArray(fweights, 'cov'), dtype);
  const a = aweights === null ? one : cast(asArray(aweights, 'cov'), dtype);
  const w = primitive.mul(f, a);
  const total = primitive.reduceSum(w, [0]);
  const center = primitive.div(
    primitive.reduceSum(primitive.mul(x, primitive.broadcastInDim(w, x.shape, [1])), [1]),
    total,
  );
  const deviation = primitive.sub(x, primitive.broadcastInDim(center, x.shape, [0]));
  const correction =
    aweights === null
      ? scalar(ddof, dtype)
      : primitive.mul(scalar(ddof, dtype), primitive.div(primitive.reduceSum(primitive.mul(w, a), [0]), total));
  const weighted = primitive.mul(deviation, primitive.broadcastInDim(w, x.shape, [1]));
  const product = primitive.dotGeneral(weighted, deviation, {
    dimensionNumbers: [
      [[1], [1]],
      [[], []],
    ],
  });
  const out = primitive.div(product, primitive.sub(total, correction));
  return sizeOf(out.shape) === 1 ? primitive.reshape(out, []) : out;
}

/** Correlations of the rows of `x`: covariances over the product of the standard deviations. */
export function corrcoef(
  x: ArrayLike,
  options: { readonly y?: ArrayLike | null; readonly rowvar?: boolean } = {},
): NdArray {
  const c = cov(x, options);
  if (c.ndim === 0) return primitive.div(c, c);
  const n = c.shape[0];
  const index = primitive.iota('int32', [n, n], 0);
  const isDiagonal = primitive.eq(index, primitive.iota('int32', [n, n], 1));
  const variances = primitive.reduceSum(choose(isDiagonal, c, scalar(0, c.dtype)), [1]);
  const deviation = primitive.sqrt(variances);
  const byRow = primitive.div(c, primitive.broadcastInDim(deviation, [n, n], [0]));
  return primitive.div(byRow, primitive.broadcastInDim(deviation, [n, n], [1]));
}
