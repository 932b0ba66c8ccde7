/**
 * From one grid of latitudes and longitudes to another, keeping what is on the globe.
 *
 *   y_i = sum_j A_ij x_j / sum_j A_ij,    A_ij the area that target cell i and source cell j have in common
 *
 * Areas are products of a part along the meridian, sin(upper) - sin(lower), and a part along the parallel, so the sum is
 * two small matrix products. Cells reach halfway to their neighbours, and to the poles; longitudes go round. The mean over
 * the area of the globe is the same before and after. Where `skipna` is true, missing cells count as none and the others
 * share their area. Source: Rasp et al., "WeatherBench 2", and its `regridding.py` (ConservativeRegridder); P. W. Jones,
 * "First- and Second-Order Conservative Remapping Schemes", Mon. Weather Rev. 127, 1999.
 */
import { range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { NotFound } from '../error/xarray.js';
import * as jnp from '../numpy/index.js';
import { type Coordinate, type CoordinateLike, coordinateOf } from './coordinate.js';
import { DataArray } from './data-array.js';
import { Dataset } from './dataset.js';
import { sortedPositions } from './interpolate.js';
import type { Variable } from './variable.js';

/** Options of `regridConservative`. */
export interface RegridOptions {
  /** Names of the two dimensions, in degrees. */
  readonly latDim?: string;
  readonly lonDim?: string;
  /** Leaves missing values out; by default one of them makes missing whatever it touches. */
  readonly skipna?: boolean;
}

/** The middles of neighbours, and the two ends. */
const edgesBetween = (points: readonly number[], first: number, last: number): number[] => [
  first,
  ...points.slice(1).map((p, i) => (p + points[i]) / 2),
  last,
];

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Ends of the cells of latitudes, as sines. */
function latitudeCells(latitudes: readonly number[], dim: string): { low: number[]; high: number[] } {
  const order = sortedPositions(latitudes, 'regridConservative', dim);
  if (latitudes.some((lat) => Math.abs(lat) > 90 + 1e-6)) {
    const argument = `the labels of ${dim}`;
    throw new InvalidArgument({
      op: 'regridConservative',
      argument,
      expected: 'degrees from -90 to 90',
      actual: 'beyond',
    });
  }
  const edges = edgesBetween(
    order.map((p) => latitudes[p]),
    -90,
    90,
  ).map((degrees) => Math.sin(radians(degrees)));
  const low = new Array<number>(latitudes.length);
  const high = new Array<number>(latitudes.length);
  order.forEach((p, i) => {
    low[p] = edges[i];
    high[p] = edges[i + 1];
  });
  return { low, high };
}

/** Ends of the cells of longitudes, in degrees; each cell reaches halfway to its neighbours around the globe. */
function longitudeCells(longitudes: readonly number[], dim: string): { low: number[]; high: number[] } {
  const turned = longitudes.map((lon) => ((lon % 360) + 360) % 360);
  const order = sortedPositions(turned, 'regridConservative', dim);
  const points = order.map((p) => turned[p]);
  const n = points.length;
  const before = (points[n - 1] - 360 + points[0]) / 2;
  const edges = edgesBetween(points, before, before + 360);
  const low = new Array<number>(n);
  const high = new Array<number>(n);
  order.forEach((p, i) => {
    low[p] = edges[i];
    high[p] = edges[i + 1];
  });
  return { low, high };
}

type Cells = ReturnType<typeof latitudeCells>;

/** [target, source]: what two cells have in common along one axis. `period` is that of a circle. */
function overlaps(target: Cells, source: Cells, period: number | null): Float64Array {
  const [rows, columns] = [target.low.length, source.low.length];
  const turns = period === null ? [0] : [-period, 0, period];
  const out = new Float64Array(rows * columns);
  for (const i of range(rows)) {
    for (const j of range(columns)) {
      out[i * columns + j] = turns.reduce(
        (sum, turn) =>
          sum +
          Math.max(0, Math.min(target.high[i], source.high[j] + turn) - Math.max(target.low[i], source.low[j] + turn)),
        0,
      );
    }
  }
  return out;
}

/** Rows that sum to one. */
function normalized(weights: Float64Array, columns: number): Float32Array {
  const out = new Float32Array(weights.length);
  for (let start = 0; start < weights.length; start += columns) {
    const sum = weights.subarray(start, start + columns).reduce((a, b) => a + b, 0);
    for (let j = start; j < start + columns; j++) out[j] = weights[j] / sum;
  }
  return out;
}

/**
 * Values on another grid of the whole globe, first-order conservative.
 *
 * Variables that have both dimensions are regridded, others stay. Labels are degrees, in any order; those of the result
 * are `target`'s. Linear in the values, and so are its gradients.
 *
 * @param target labels by dimension: `{ lat, lon }`
 * @throws NotFound when the dimensions, or their labels, are not there
 * @throws InvalidArgument for labels twice there or beyond the poles
 */
export function regridConservative<T extends DataArray | Dataset>(
  x: T,
  target: { readonly [dim: string]: CoordinateLike },
  options: RegridOptions = {},
): T {
  const { latDim = 'lat', lonDim = 'lon', skipna = false } = options;
  const label = (from: { readonly [name: string]: Coordinate | undefined }, dim: string): Coordinate => {
    const found = from[dim];
    if (found) return found;
    const available = Object.keys(from);
    throw new NotFound({ op: 'regridConservative', kind: 'coordinate', name: dim, available });
  };
  const wanted = Object.fromEntries(Object.entries(target).map(([dim, c]) => [dim, coordinateOf(dim, c)]));
  const [lat, lon] = [label(wanted, latDim), label(wanted, lonDim)];
  const [oldLat, oldLon] = [label(x.coords, latDim), label(x.coords, lonDim)];
  const along = (to: Coordinate, from: Coordinate, cells: typeof latitudeCells, dim: string, period: number | null) =>
    jnp.reshape(
      jnp.array(normalized(overlaps(cells(to.numbers(), dim), cells(from.numbers(), dim), period), from.size)),
      [to.size, from.size],
    );
  const byLat = along(lat, oldLat, latitudeCells, latDim, null);
  const byLon = along(lon, oldLon, longitudeCells, lonDim, 360);
  const spread = (data: Parameters<typeof jnp.matmul>[0]) => jnp.matmul(jnp.matmul(byLat, data), jnp.transpose(byLon));
  const regrid = (v: Variable): Variable => {
    if (!v.dims.includes(latDim) || !v.dims.includes(lonDim)) return v;
    const last = v.transpose('...', latDim, lonDim).astype('float32');
    const there = jnp.logicalNot(jnp.isnan(last.data));
    const share = spread(jnp.astype(there, 'float32'));
    const sum = spread(jnp.where(there, last.data, 0));
    // Shares are sums of rounded weights: one that lacks a cell lacks more than rounding does.
    const missing = skipna ? jnp.equal(share, 0) : jnp.less(share, 1 - 1e-5);
    const mean = skipna ? sum.div(jnp.where(missing, 1, share)) : sum;
    return last.with(jnp.where(missing, Number.NaN, mean)).transpose(...v.dims);
  };
  const kept = Object.fromEntries(
    Object.entries(x.coords).filter(([, c]) => !c.dims.includes(latDim) && !c.dims.includes(lonDim)),
  );
  const coords = { ...kept, [latDim]: lat, [lonDim]: lon };
  if (x instanceof DataArray) return new DataArray(regrid(x.variable), { coords, name: x.name }) as T;
  const variables = Object.entries((x as Dataset).variables).map(([name, v]) => [name, regrid(v)] as const);
  return new Dataset(Object.fromEntries(variables), { coords, attrs: x.attrs }) as T;
}
