/**
 * Counts, histograms, weighted means, covariances, interpolation. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, range, sizeOf } from '../array/shape.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { concatenate, cut } from './joining.js';
import { averageOptions, bincountOptions, histogramOptions, interpOptions } from './options.js';
import { broadcastArray, promoteDTypesInexact } from './promote.js';
import { sizeFor } from './search.js';
import { choose } from './select.js';
import { argsort, searchsorted } from './sorting.js';
import { take } from './take.js';

/** Options of `bincount`. */
export interface BincountOptions {
  readonly weights?: ArrayLike | null;
  /** The least number of bins. Default 0. */
  readonly minlength?: number;
  /** The number of bins; larger numbers are dropped. Needed under `jit`. */
  readonly length?: number | null;
}

/** How often (or with what weight) each of the numbers 0, 1, ... occurs; negative ones count as 0. */
export function bincount(x: ArrayLike, options: BincountOptions = {}): NdArray {
  checkOptions('bincount', options, bincountOptions);
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

/** Options of `histogramBinEdges` and `histogram`. */
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
  checkOptions('histogramBinEdges', options, histogramOptions);
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
  checkOptions('histogram', options, histogramOptions);
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

/** Options of `interp`. */
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
  checkOptions('interp', options, interpOptions);
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

/** Options of `average`. */
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
  checkOptions('average', options, averageOptions);
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
  checkOptions('cov', options, {
    y: 'array?',
    rowvar: 'boolean',
    bias: 'boolean',
    ddof: 'integer?',
    fweights: 'array?',
    aweights: 'array?',
  });
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
  checkOptions('corrcoef', options, { y: 'array?', rowvar: 'boolean' });
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
