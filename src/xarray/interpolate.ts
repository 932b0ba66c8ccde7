/**
 * Values between labels: `interp` draws straight lines (or takes the nearest label) along one dimension after the other.
 *
 * Places and weights follow from the labels and are computed on the host in float64; the values are gathered and weighted
 * as arrays, so gradients pass through. Beyond the outermost labels there is NaN. Source: xarray's `Dataset.interp`.
 */
import { InvalidArgument } from '../error/error.js';
import { NotFound } from '../error/xarray.js';
import * as jnp from '../numpy/index.js';
import { Coordinate, type CoordinateLike, type Coordinates, coordinateOf } from './coordinate.js';
import type { Variable } from './variable.js';

/** Options of `interp`. */
export interface InterpOptions {
  readonly method?: 'linear' | 'nearest';
}

/** For each wanted label: the positions below and above, and the share of the upper; NaN outside. */
interface Places {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly share: Float32Array;
}

const numbersOf = (c: Coordinate, op: string, dim: string): number[] => {
  if (c.kind !== 'str' && c.dims.length === 1) return c.numbers();
  const actual = c.kind === 'str' ? 'texts' : `of ${c.dims.length} dimensions`;
  throw new InvalidArgument({ op, argument: dim, expected: 'numbers or times along one dimension', actual });
};

/** Positions of labels, ascending by label; each label must be there once. */
export function sortedPositions(labels: readonly number[], op: string, dim: string): number[] {
  const order = labels.map((_, i) => i).sort((a, b) => labels[a] - labels[b]);
  const twice = order.find((p, i) => i > 0 && labels[p] === labels[order[i - 1]]);
  if (twice === undefined) return order;
  const actual = `with ${labels[twice]} in it twice`;
  throw new InvalidArgument({ op, argument: `the labels of ${dim}`, expected: 'all different', actual });
}

function placesOf(from: readonly number[], to: readonly number[], method: 'linear' | 'nearest', dim: string): Places {
  const order = sortedPositions(from, 'interp', dim);
  const lower = new Int32Array(to.length);
  const upper = new Int32Array(to.length);
  const share = new Float32Array(to.length);
  to.forEach((x, i) => {
    const after = order.findIndex((p) => from[p] >= x);
    if (after < 0 || (after === 0 && from[order[0]] !== x)) {
      share[i] = Number.NaN;
      return;
    }
    const [below, above] = [order[Math.max(after - 1, 0)], order[after]];
    const width = from[above] - from[below];
    const exact = width === 0 ? 1 : (x - from[below]) / width;
    lower[i] = below;
    upper[i] = above;
    // Halfway, scipy takes the lower.
    share[i] = method === 'nearest' ? Number(exact > 0.5) : exact;
  });
  return { lower, upper, share };
}

/** A variable at other places along a dimension. Integers become float32. */
function along(v: Variable, dim: string, { lower, upper, share }: Places): Variable {
  const axis = v.dims.indexOf(dim);
  if (axis < 0) return v;
  const values = v.data.dtype.startsWith('float') || v.data.dtype === 'bfloat16' ? v : v.astype('float32');
  const shape = v.dims.map((d) => (d === dim ? share.length : 1));
  const weight = jnp.astype(jnp.reshape(jnp.array(share), shape), values.data.dtype);
  const outside = jnp.isnan(weight);
  const at = (positions: Int32Array) => jnp.take(values.data, positions, { axis, mode: 'clip' });
  const [low, high] = [at(lower), at(upper)];
  // A label that is there is its value, whatever its neighbour is.
  const between = low.add(weight.mul(high.sub(low)));
  const chosen = jnp.where(jnp.equal(weight, 1), high, jnp.where(jnp.equal(weight, 0), low, between));
  return v.with(jnp.where(outside, jnp.array(Number.NaN, { dtype: values.data.dtype }), chosen));
}

/** New labels of one dimension: a single number takes it away. */
export type InterpTarget = { readonly [dim: string]: CoordinateLike | number };

/**
 * Variables and labels at other labels of some dimensions.
 * @throws NotFound for a dimension without labels
 * @throws InvalidArgument for labels that are texts, or twice there
 */
export function interpolated<V extends { readonly [name: string]: Variable }>(
  variables: V,
  coords: Coordinates,
  target: InterpTarget,
  { method = 'linear' }: InterpOptions = {},
): { readonly variables: { readonly [name: string]: Variable }; readonly coords: Coordinates } {
  let made: { readonly [name: string]: Variable } = variables;
  const labels: Record<string, Coordinate> = { ...coords };
  for (const [dim, given] of Object.entries(target)) {
    const from = coords[dim];
    if (!from) throw new NotFound({ op: 'interp', kind: 'coordinate', name: dim, available: Object.keys(coords) });
    const one = typeof given === 'number';
    const to = coordinateOf(dim, one ? [given] : given);
    const places = placesOf(numbersOf(from, 'interp', dim), numbersOf(to, 'interp', dim), method, dim);
    made = Object.fromEntries(
      Object.entries(made).map(([name, v]) => {
        const moved = along(v, dim, places);
        return [name, one ? moved.take(dim, { positions: [0], dropped: true }) : moved];
      }),
    );
    // Other labels along the dimension are those of no place any more.
    for (const [name, c] of Object.entries(labels)) if (c.dims.includes(dim)) delete labels[name];
    labels[dim] = one ? to.at(dim, 0) : new Coordinate([dim], to.values, to.kind, to.shape);
  }
  return { variables: made, coords: labels };
}
