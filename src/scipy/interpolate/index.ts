/**
 * Interpolation on grids (`jax.scipy.interpolate`).
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { range } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { asArray } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray, promoteDTypesInexact } from '../../numpy/promote.js';
import { registerDataclass } from '../../tree/index.js';

/** How values between the points of a grid come about. */
export type InterpolationMethod = 'linear' | 'nearest';

/** Options of a `RegularGridInterpolator`. */
export interface RegularGridOptions {
  /** Default `linear`. */
  readonly method?: InterpolationMethod;
  /** Must be false: values cannot be looked at under `jit`. */
  readonly boundsError?: false;
  /** The value outside of the grid; null goes on beyond its edge. Default NaN. */
  readonly fillValue?: ArrayLike | null;
}

function checkMethod(method: string): void {
  if (method === 'linear' || method === 'nearest') return;
  const expected = "'linear' or 'nearest'";
  throw new InvalidArgument({ op: 'RegularGridInterpolator', argument: 'method', expected, actual: `'${method}'` });
}

/** Where points are in one axis of the grid: the cell's first index, and how far into the cell, from 0 to 1. */
interface Place {
  readonly index: NdArray;
  readonly share: NdArray;
  readonly isOutside: NdArray;
}

/**
 * Values between the points of a rectilinear grid.
 *
 * `points`: a rising vector for each axis of the grid; `values: [...grid, ...rest]`. It is a tree: its arrays are leaves.
 * @throws ShapeMismatch when the values do not fit the grid
 */
export class RegularGridInterpolator {
  readonly grid: readonly NdArray[];
  readonly values: NdArray;
  readonly fillValue: NdArray | null;
  readonly method: InterpolationMethod;

  constructor(points: readonly ArrayLike[], values: ArrayLike, options: RegularGridOptions = {}) {
    const op = 'RegularGridInterpolator';
    const { method = 'linear', boundsError = false, fillValue = Number.NaN } = options;
    checkMethod(method);
    if (boundsError) {
      throw new InvalidArgument({ op, argument: 'boundsError', expected: 'false', actual: `${boundsError}` });
    }
    this.method = method;
    this.grid = points.map((p, i) => asArray(p, op, `points[${i}]`));
    this.values = inexactArray(op, values);
    this.fillValue = fillValue === null ? null : asArray(fillValue, op, 'fillValue');
    const sizes = this.grid.map((p) => p.size);
    if (this.grid.some((p) => p.ndim !== 1 || p.size < 2) || sizes.some((n, k) => this.values.shape[k] !== n)) {
      const expected = `the grid has sizes [${sizes.join(', ')}], at least 2 in each axis, which must be its first ones`;
      throw new ShapeMismatch({ op, argument: 'values', expected, actual: this.values.shape });
    }
  }

  /**
   * The values at points `[..., d]` (or a list of `d` coordinate arrays): `[..., ...rest]`.
   * @throws ShapeMismatch for another number of coordinates
   */
  call(xi: ArrayLike | readonly NdArray[], options: { readonly method?: InterpolationMethod | null } = {}): NdArray {
    const method = options.method ?? this.method;
    checkMethod(method);
    const d = this.grid.length;
    const points = this.#points(xi);
    if (points.shape[points.ndim - 1] !== d) {
      const expected = `${d} coordinates are needed along the last axis`;
      throw new ShapeMismatch({ op: 'RegularGridInterpolator', argument: 'xi', expected, actual: points.shape });
    }
    const flat = points.reshape([-1, d]);
    const places = this.grid.map((g, k) => placeIn(g, flat.get('...', k)));
    const rest = this.values.shape.slice(d);
    const wide = (x: NdArray): NdArray => x.reshape([x.size, ...rest.map(() => 1)]);
    const inside = method === 'linear' ? this.#linear(places, wide) : this.#nearest(places);
    const isOutside = wide(places.map((p) => p.isOutside).reduce((p, q) => p.or(q)));
    const result = this.fillValue === null ? inside : jnp.where(isOutside, this.fillValue, inside);
    return result.reshape([...points.shape.slice(0, -1), ...rest]);
  }

  #points(xi: ArrayLike | readonly NdArray[]): NdArray {
    const op = 'RegularGridInterpolator';
    const isList = Array.isArray(xi) && xi.length > 0 && typeof xi[0] === 'object' && 'aval' in (xi[0] as object);
    if (isList) return jnp.stack(jnp.broadcastArrays(...(xi as readonly NdArray[])), { axis: -1 });
    const [points] = promoteDTypesInexact(op, [asArray(xi as ArrayLike, op, 'xi')]);
    return points.ndim < 2 ? points.reshape([-1, this.grid.length]) : points;
  }

  #linear(places: readonly Place[], wide: (x: NdArray) => NdArray): NdArray {
    const corners = range(2 ** places.length).map((corner) => {
      const upper = places.map((_, k) => (corner >> (places.length - 1 - k)) & 1);
      const values = this.values.get(...places.map(({ index }, k) => index.add(upper[k])));
      const weights = places.map(({ share }, k) => (upper[k] === 1 ? share : share.neg().add(1)));
      return values.mul(wide(weights.reduce((p, q) => p.mul(q))));
    });
    return corners.reduce((p, q) => p.add(q));
  }

  #nearest(places: readonly Place[]): NdArray {
    return this.values.get(...places.map(({ index, share }) => jnp.where(share.le(0.5), index, index.add(1))));
  }
}

function placeIn(grid: NdArray, x: NdArray): Place {
  const found = jnp.searchsorted(grid, x).sub(1);
  const index = jnp.clip(found, { min: 0, max: grid.size - 2 });
  const [low, high] = [grid.get(index), grid.get(index.add(1))];
  const isOutside = x.lt(grid.get(0)).or(x.gt(grid.get(-1)));
  return { index, share: x.sub(low).div(high.sub(low)), isOutside };
}

registerDataclass(RegularGridInterpolator, { dataFields: ['grid', 'values', 'fillValue'], metaFields: ['method'] });
