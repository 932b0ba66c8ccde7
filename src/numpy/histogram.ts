/**
 * Histograms in several dimensions (`jnp.histogram2d`, `jnp.histogramdd`).
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { Kind } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { range, sizeOf } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import { diff } from './cumulative.js';
import { slice } from './index-plan.js';
import { stack } from './joining.js';
import { promoteDTypesInexact } from './promote.js';
import { whereThree } from './select.js';
import { searchsorted } from './sorting.js';
import { bincount, histogramBinEdges } from './statistics.js';
import { ravelMultiIndex } from './take.js';

/** Bins and limits are looked at axis by axis, further on. */
const severalAxes = { bins: 'any', range: 'any', weights: 'array?', density: 'boolean?' } as const satisfies Record<
  string,
  Kind
>;

/** Options of `histogram2d` and `histogramdd`. */
export interface HistogramddOptions {
  /** How many bins, or their edges: for all dimensions, or a list with one for each. Default 10. */
  readonly bins?: number | readonly (number | ArrayLike)[];
  /** The extremes of each dimension; those of the sample where null. */
  readonly range?: readonly (readonly [number, number] | null)[] | null;
  readonly weights?: ArrayLike | null;
  /** Whether the integral is 1. Default false. */
  readonly density?: boolean | null;
}

/**
 * How many points each box holds, and the edges of the bins of each dimension. `sample: [points, dimensions]`.
 * @throws InvalidArgument unless there are bins (and ranges) for each dimension
 */
export function histogramdd(
  sample: ArrayLike,
  options: HistogramddOptions = {},
): [histogram: NdArray, edges: NdArray[]] {
  const op = 'histogramdd';
  checkOptions(op, options, severalAxes);
  const { bins = 10, range: limits = null, weights = null, density = false } = options;
  const [points, amounts] = promoteDTypesInexact(op, weights === null ? [sample] : [sample, weights]);
  if (points.ndim !== 2) {
    const expected = 'an axis of points and one of dimensions are needed';
    throw new ShapeMismatch({ op, argument: 'sample', expected, actual: points.shape });
  }
  const [n, dimensions] = points.shape;
  if (amounts !== undefined && (amounts.ndim !== 1 || amounts.size !== n)) {
    throw new ShapeMismatch({ op, argument: 'weights', expected: `${n} are needed`, actual: amounts.shape });
  }
  const perDimension = typeof bins === 'number' ? range(dimensions).map(() => bins) : bins;
  for (const [argument, list] of [['bins', perDimension] as const, ['range', limits] as const]) {
    if (list === null || list.length === dimensions) continue;
    throw new InvalidArgument({
      op,
      argument,
      expected: `one for each of ${dimensions} dimensions`,
      actual: `${list.length}`,
    });
  }
  const columns = range(dimensions).map((d) => points.get('...', d));
  const edges = columns.map((x, d) => histogramBinEdges(x, { bins: perDimension[d], range: limits?.[d] ?? null }));
  const places = columns.map((x, d) => {
    const place = searchsorted(edges[d], x, { side: 'right' });
    return whereThree(x.eq(edges[d].get(-1)), place.sub(1), place);
  });
  const sizes = edges.map((e) => e.size + 1);
  const flat = bincount(ravelMultiIndex(places, sizes, { mode: 'clip' }), { weights: amounts, length: sizeOf(sizes) });
  const counts = flat.reshape(sizes).get(...sizes.map(() => slice(1, -1)));
  if (!density) return [counts, edges];
  const shares = counts.astype(points.dtype).div(counts.sum());
  const shape = (d: number): number[] => range(dimensions).map((k) => (k === d ? -1 : 1));
  return [edges.reduce((h, e, d) => h.div(diff(e).reshape(shape(d))), shares), edges];
}

/** How many points each rectangle holds, `[histogram, xEdges, yEdges]`; one list of bins serves for both axes. */
export function histogram2d(
  x: ArrayLike,
  y: ArrayLike,
  options: HistogramddOptions | (Omit<HistogramddOptions, 'bins'> & { readonly bins?: ArrayLike }) = {},
): [histogram: NdArray, xEdges: NdArray, yEdges: NdArray] {
  const { bins = 10, ...rest } = checkOptions('histogram2d', options, severalAxes);
  const isPair = Array.isArray(bins) && bins.length === 2;
  const both = typeof bins === 'number' || isPair ? bins : [bins, bins];
  const sample = stack([asArray(x, 'histogram2d', 'x'), asArray(y, 'histogram2d', 'y')], { axis: 1 });
  const [counts, [xEdges, yEdges]] = histogramdd(sample, { ...rest, bins: both as HistogramddOptions['bins'] });
  return [counts, xEdges, yEdges];
}
