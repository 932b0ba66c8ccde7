/**
 * An array whose axes have names: the common ground of `DataArray` and `Dataset`.
 *
 * Operations find axes by name, so the order of dimensions never matters to arithmetic: operands are transposed and
 * broadcast to each other's dimensions, those of the left one first.
 */

import { NdArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { range, sizeOf } from '../array/shape.js';
import { AlignmentError, InvalidDataset, NotFound } from '../error/xarray.js';
import * as jnp from '../numpy/index.js';
import { cut } from '../numpy/joining.js';
import type { Positions } from './indexing.js';

/** The names of the axes, in order. */
export type Dims = readonly string[];
/** The size of each dimension. */
export type Sizes = { readonly [dim: string]: number };
/** What is known about a variable or dataset, by name: units, sources, ... */
export type Attrs = { readonly [name: string]: unknown };

/** Where the axis of a dimension is. @throws NotFound */
function axisOf(dims: Dims, dim: string, op: string): number {
  const axis = dims.indexOf(dim);
  if (axis < 0) throw new NotFound({ op, kind: 'dimension', name: dim, available: dims });
  return axis;
}

/** The full order that a list with `'...'` in it means. */
export function completeOrder(dims: Dims, wanted: Dims): string[] {
  if (wanted.length === 0) return [...dims].reverse();
  const rest = dims.filter((d) => !wanted.includes(d));
  const place = wanted.indexOf('...');
  const order = place < 0 ? [...wanted] : [...wanted.slice(0, place), ...rest, ...wanted.slice(place + 1)];
  for (const d of order) axisOf(dims, d, 'transpose');
  if (order.length !== dims.length) {
    throw new InvalidDataset({ what: `transpose: (${wanted.join(', ')}) does not name all of (${dims.join(', ')}).` });
  }
  return order;
}

/** An array with names for its axes. Immutable. */
export class Variable {
  readonly dims: Dims;

  /** @throws InvalidDataset when there is not one name for each axis, or one twice */
  constructor(
    dims: Dims,
    readonly data: NdArray,
    readonly attrs: Attrs = {},
  ) {
    checkArgument('Variable', 'dims', dims, 'list');
    for (const [i, dim] of dims.entries()) checkArgument('Variable', `dims[${i}]`, dim, 'string');
    checkArgument('Variable', 'data', data, NdArray);
    this.dims = Object.freeze([...dims]);
    if (data.ndim !== dims.length || new Set(dims).size !== dims.length) {
      throw new InvalidDataset({
        what: `An array of shape [${data.shape.join(', ')}] cannot have the dimensions (${dims.join(', ')}).`,
      });
    }
  }

  get sizes(): Sizes {
    return Object.fromEntries(this.dims.map((d, i) => [d, this.data.shape[i]]));
  }

  with(data: NdArray, dims: Dims = this.dims): Variable {
    return new Variable(dims, data, this.attrs);
  }

  map(f: (data: NdArray) => NdArray): Variable {
    return this.with(f(this.data));
  }

  transpose(...wanted: Dims): Variable {
    const order = completeOrder(this.dims, wanted);
    return this.with(jnp.transpose(this.data, { axes: order.map((d) => this.dims.indexOf(d)) }), order);
  }

  /** Selects positions along a dimension; with a single one the dimension goes away. */
  take(dim: string, { positions, dropped }: Positions): Variable {
    const axis = this.dims.indexOf(dim);
    if (axis < 0) return this;
    const n = positions.length;
    const step = n > 1 ? positions[1] - positions[0] : 1;
    const regular = step > 0 && positions.every((p, i) => i === 0 || p - positions[i - 1] === step);
    let data: NdArray;
    if (regular && n === this.data.shape[axis]) data = this.data;
    else if (regular && n > 0) data = cut(this.data, axis, positions[0], positions[n - 1] + 1, step);
    else data = jnp.take(this.data, Int32Array.from(positions), { axis, mode: 'clip' });
    if (!dropped) return this.with(data);
    return this.with(
      jnp.squeeze(data, { axis }),
      this.dims.filter((d) => d !== dim),
    );
  }

  /** The array with exactly these dimensions in this order, repeated along those it lacks. */
  setDims(sizes: Sizes): Variable {
    const dims = Object.keys(sizes);
    for (const d of this.dims) axisOf(dims, d, 'setDims');
    const order = dims.filter((d) => this.dims.includes(d));
    const moved = this.transpose(...order);
    const spread = jnp.reshape(
      moved.data,
      dims.map((d) => (this.dims.includes(d) ? this.sizes[d] : 1)),
    );
    return this.with(
      jnp.broadcastTo(
        spread,
        dims.map((d) => sizes[d]),
      ),
      dims,
    );
  }

  expandDims(dim: string, size: number, axis: number): Variable {
    const dims = [...this.dims];
    dims.splice(axis, 0, dim);
    const data = jnp.expandDims(this.data, axis);
    return this.with(
      size === 1
        ? data
        : jnp.broadcastTo(
            data,
            dims.map((d) => (d === dim ? size : this.sizes[d])),
          ),
      dims,
    );
  }

  /** Several dimensions made one, last, in row-major order of the names given. */
  stack(name: string, dims: Dims): Variable {
    const kept = this.dims.filter((d) => !dims.includes(d));
    const moved = this.transpose(...kept, ...dims);
    const size = sizeOf(dims.map((d) => this.sizes[d]));
    return this.with(jnp.reshape(moved.data, [...kept.map((d) => this.sizes[d]), size]), [...kept, name]);
  }

  /** One dimension made several, which come last. */
  unstack(name: string, sizes: Sizes): Variable {
    const kept = this.dims.filter((d) => d !== name);
    const moved = this.transpose(...kept, name);
    const shape = [...kept.map((d) => this.sizes[d]), ...Object.values(sizes)];
    return this.with(jnp.reshape(moved.data, shape), [...kept, ...Object.keys(sizes)]);
  }

  reduce(
    f: (data: NdArray, options: { axis: readonly number[] }) => NdArray,
    dims: string | Dims | null | undefined,
    op: string,
  ): Variable {
    const over = dims === null || dims === undefined ? this.dims : typeof dims === 'string' ? [dims] : dims;
    const axes = over.map((d) => axisOf(this.dims, d, op));
    if (axes.length === 0) return this;
    return this.with(
      f(this.data, { axis: axes }),
      this.dims.filter((_, i) => !axes.includes(i)),
    );
  }

  astype(dtype: DType): Variable {
    return this.map((x) => jnp.astype(x, dtype));
  }
}

/** Two variables with the same dimensions, in the order of the left one and then what only the right one has. */
export function broadcastPair(left: Variable, right: Variable, op: string): { dims: Dims; x: NdArray; y: NdArray } {
  if (left.dims.length === right.dims.length && left.dims.every((d, i) => d === right.dims[i])) {
    checkSizes(left, right, op);
    return { dims: left.dims, x: left.data, y: right.data };
  }
  checkSizes(left, right, op);
  const dims = [...left.dims, ...right.dims.filter((d) => !left.dims.includes(d))];
  const spread = (v: Variable): NdArray => {
    const order = dims.filter((d) => v.dims.includes(d));
    const sizes = v.sizes;
    return jnp.reshape(
      v.transpose(...order).data,
      dims.map((d) => sizes[d] ?? 1),
    );
  };
  return {
    dims,
    x: left.dims.length === 0 ? left.data : spread(left),
    y: right.dims.length === 0 ? right.data : spread(right),
  };
}

function checkSizes(left: Variable, right: Variable, op: string): void {
  const sizes = right.sizes;
  for (const [dim, size] of Object.entries(left.sizes)) {
    if (dim in sizes && sizes[dim] !== size) {
      throw new AlignmentError({ op, dim, left: `size ${size}`, right: `size ${sizes[dim]}` });
    }
  }
}

/** Variables behind each other along a dimension that all of them have. */
export function concatVariables(parts: readonly Variable[], dim: string): Variable {
  const [first] = parts;
  const axis = axisOf(first.dims, dim, 'concat');
  const arrays = parts.map((p) => p.transpose(...first.dims).data);
  return first.with(arrays.length === 1 ? arrays[0] : jnp.concatenate(arrays, { axis }));
}

/** All positions of a dimension. */
export const allPositions = (size: number): Positions => ({ positions: range(size), dropped: false });
