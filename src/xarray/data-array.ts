/**
 * `DataArray`: an array with named dimensions, labels along them, and a name.
 *
 * A node of trees whose leaf is the array, so gradients and every other transformation pass through it; dimensions and
 * coordinates are part of the structure. Source: xarray.DataArray; DeepMind's xarray_jax.
 */

import type { NdArray, Nested } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType, TypedArray } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { AlignmentError, NotFound } from '../error/xarray.js';
import { asArray } from '../lax/operand.js';
import * as jnp from '../numpy/index.js';
import { registerPytreeNode } from '../tree/tree.js';
import { type TreeNode, treeNode } from '../tree/types.js';
import { type Coordinate, type CoordinateLike, type Coordinates, coordinateOf } from './coordinate.js';
import { GroupBy } from './groupby.js';
import {
  type LabelIndexer,
  labelPositions,
  type PositionIndexer,
  type Positions,
  positionsOf,
  type SelOptions,
} from './indexing.js';
import { type InterpOptions, type InterpTarget, interpolated } from './interpolate.js';
import { dataArrayText } from './repr.js';
import { dataArrayHtml } from './repr-html.js';
import { type Labelled, stacked, unstacked } from './stack.js';
import { type Attrs, broadcastPair, type Dims, type Sizes, Variable } from './variable.js';

/** Options of `DataArray`. */
export interface DataArrayOptions {
  readonly coords?: { readonly [name: string]: CoordinateLike };
  readonly dims?: Dims;
  readonly name?: string | null;
  readonly attrs?: Attrs;
}

/** What may stand beside a DataArray in arithmetic. */
export type Operand = DataArray | ArrayLike;

/** Coordinates that make sense for an array: those whose dimensions it has. */
export function fittingCoords(coords: Coordinates, dims: Dims): Coordinates {
  return Object.fromEntries(Object.entries(coords).filter(([, c]) => c.dims.every((d) => dims.includes(d))));
}

/** An array with named dimensions and labels. Immutable. */
export class DataArray implements TreeNode {
  readonly [treeNode] = true as const;
  readonly variable: Variable;
  readonly coords: Coordinates;
  readonly name: string | null;

  /**
   * @param data the values
   * @param options `dims` names the axes (`dim_0`, ... by default), `coords` labels them
   * @throws InvalidDataset when names and axes do not fit
   */
  constructor(data: ArrayLike | Variable, options: DataArrayOptions = {}) {
    checkOptions('DataArray', options, { dims: 'list', coords: 'object', name: 'string?', attrs: 'object' });
    if (data instanceof Variable) this.variable = data;
    else {
      const array = asArray(data, 'DataArray', 'data');
      this.variable = new Variable(options.dims ?? array.shape.map((_, i) => `dim_${i}`), array, options.attrs);
    }
    const coords = Object.entries(options.coords ?? {}).map(([name, c]): [string, Coordinate] => [
      name,
      coordinateOf(name, c),
    ]);
    this.coords = Object.freeze(Object.fromEntries(coords));
    this.name = options.name ?? null;
  }

  get data(): NdArray {
    return this.variable.data;
  }

  get dims(): Dims {
    return this.variable.dims;
  }

  get sizes(): Sizes {
    return this.variable.sizes;
  }

  get shape(): readonly number[] {
    return this.variable.data.shape;
  }

  get dtype(): DType {
    return this.variable.data.dtype;
  }

  get attrs(): Attrs {
    return this.variable.attrs;
  }

  /** The values, as a typed array, without blocking. */
  values(): Promise<TypedArray> {
    return this.data.data();
  }

  item(): number {
    return this.data.item();
  }

  js(): Promise<Nested> {
    return this.data.js();
  }

  #with(variable: Variable, coords: Coordinates = this.coords): DataArray {
    return new DataArray(variable, { coords: fittingCoords(coords, variable.dims), name: this.name });
  }

  /** The same labels, other values. */
  map(f: (data: NdArray) => NdArray): DataArray {
    return this.#with(this.variable.map(f));
  }

  rename(name: string | null): DataArray {
    return new DataArray(this.variable, { coords: this.coords, name });
  }

  astype(dtype: DType): DataArray {
    return this.#with(this.variable.astype(dtype));
  }

  #take(positions: { readonly [dim: string]: Positions }, drop: boolean): DataArray {
    let variable = this.variable;
    const coords: Record<string, Coordinate> = { ...this.coords };
    for (const [dim, p] of Object.entries(positions)) {
      variable = variable.take(dim, p);
      takeCoords(coords, dim, p, drop);
    }
    return this.#with(variable, coords);
  }

  /** Selects by position: `x.isel({ time: -1 })`. A single position removes the dimension. */
  isel(indexers: { readonly [dim: string]: PositionIndexer }, options: { readonly drop?: boolean } = {}): DataArray {
    return this.#take(resolvePositions(indexers, this.sizes, 'isel'), options.drop ?? false);
  }

  /** Selects by label: `x.sel({ level: 500 })`, `x.sel({ time: { start: '6h', stop: '12h' } })`. */
  sel(indexers: { readonly [dim: string]: LabelIndexer }, options: SelOptions = {}): DataArray {
    return this.#take(resolveLabels(indexers, this.coords, options), options.drop ?? false);
  }

  /** The dimensions, also of coordinates, in this order; reversed without names. `'...'` stands for those not named. */
  transpose(...dims: Dims): DataArray {
    const variable = this.variable.transpose(...dims);
    const coords = Object.entries(this.coords).map(([name, c]) => [name, c.transpose(variable.dims)]);
    return this.#with(variable, Object.fromEntries(coords));
  }

  squeeze(dim?: string, options: { readonly drop?: boolean } = {}): DataArray {
    const dims = dim === undefined ? this.dims.filter((d) => this.sizes[d] === 1) : [dim];
    return this.isel(Object.fromEntries(dims.map((d) => [d, 0])), options);
  }

  expandDims(
    dim: string,
    options: { readonly axis?: number; readonly coord?: CoordinateLike; readonly size?: number } = {},
  ): DataArray {
    const coord = options.coord === undefined ? null : coordinateOf(dim, options.coord);
    const variable = this.variable.expandDims(dim, options.size ?? coord?.size ?? 1, options.axis ?? 0);
    return this.#with(variable, coord ? { ...this.coords, [dim]: coord } : this.coords);
  }

  assignCoords(coords: { readonly [name: string]: CoordinateLike }): DataArray {
    const made = Object.fromEntries(Object.entries(coords).map(([name, c]) => [name, coordinateOf(name, c)]));
    return this.#with(this.variable, { ...this.coords, ...made });
  }

  dropVars(names: string | readonly string[]): DataArray {
    const gone = typeof names === 'string' ? [names] : names;
    return this.#with(
      this.variable,
      Object.fromEntries(Object.entries(this.coords).filter(([n]) => !gone.includes(n))),
    );
  }

  #reduce(f: typeof jnp.sum, dims: string | Dims | null | undefined, op: string): DataArray {
    return this.#with(this.variable.reduce((x, o) => f(x, o), dims, op));
  }

  /** Over all dimensions, or those named. NaN counts (`skipna` is false, as for arrays of xarray_jax). */
  mean(dims?: string | Dims | null): DataArray {
    return this.#reduce(jnp.mean, dims, 'mean');
  }

  sum(dims?: string | Dims | null): DataArray {
    return this.#reduce(jnp.sum, dims, 'sum');
  }

  std(dims?: string | Dims | null): DataArray {
    return this.#reduce(jnp.std, dims, 'std');
  }

  var(dims?: string | Dims | null): DataArray {
    return this.#reduce(jnp.var, dims, 'var');
  }

  min(dims?: string | Dims | null): DataArray {
    return this.#reduce(jnp.min, dims, 'min');
  }

  max(dims?: string | Dims | null): DataArray {
    return this.#reduce(jnp.max, dims, 'max');
  }

  #binary(other: Operand, f: (x: ArrayLike, y: ArrayLike) => NdArray, op: string): DataArray {
    if (!(other instanceof DataArray)) {
      if (typeof other === 'number') return this.#with(this.variable.map((x) => f(x, other)));
      const array = asArray(other, op);
      if (array.ndim !== 0 && array.ndim !== this.variable.dims.length) {
        throw new AlignmentError({
          op,
          dim: '(all)',
          left: `${this.dims.length} dimensions`,
          right: `${array.ndim}, without names`,
          hint: 'Give the array names: new DataArray(array, { dims }).',
        });
      }
      return this.#with(this.variable.map((x) => f(x, array)));
    }
    const [left, right] = align(this, other);
    const { dims, x, y } = broadcastPair(left.variable, right.variable, op);
    const coords = mergeCoords(left.coords, right.coords);
    const name = left.name === right.name ? left.name : null;
    return new DataArray(new Variable(dims, f(x, y)), { coords: fittingCoords(coords, dims), name });
  }

  add(other: Operand): DataArray {
    return this.#binary(other, jnp.add, 'add');
  }

  sub(other: Operand): DataArray {
    return this.#binary(other, jnp.subtract, 'sub');
  }

  mul(other: Operand): DataArray {
    return this.#binary(other, jnp.multiply, 'mul');
  }

  div(other: Operand): DataArray {
    return this.#binary(other, jnp.divide, 'div');
  }

  pow(other: Operand): DataArray {
    return this.#binary(other, jnp.power, 'pow');
  }

  neg(): DataArray {
    return this.map(jnp.negative);
  }

  abs(): DataArray {
    return this.map(jnp.abs);
  }

  sqrt(): DataArray {
    return this.map(jnp.sqrt);
  }

  /** True where there is a number. */
  notnull(): DataArray {
    return this.map((x) => jnp.logicalNot(jnp.isnan(x)));
  }

  /** The values where `condition` holds, `other` (NaN by default) elsewhere. */
  where(condition: DataArray, other: number | DataArray = Number.NaN): DataArray {
    const [left, right] = align(this, condition);
    const { dims, x, y } = broadcastPair(left.variable, right.variable, 'where');
    const otherwise = typeof other === 'number' ? asArray(other, 'where') : other.transpose(...dims).data;
    const data = jnp.where(y, x, jnp.astype(otherwise, this.dtype));
    return this.#with(new Variable(dims, data as NdArray), mergeCoords(left.coords, right.coords));
  }

  /** True where a value is missing. */
  isnull(): DataArray {
    return this.map((x) => jnp.isnan(x));
  }

  /** Groups along a dimension: `x.groupby('time.month').mean()`. */
  groupby(group: string): GroupBy<DataArray> {
    return new GroupBy<DataArray>(this, group);
  }

  #labelled({ variables, coords }: Labelled): DataArray {
    return this.#with(variables.it, coords);
  }

  /** The values at other labels: `x.interp({ lat: [10.5, 11.5] })`. Beyond the labels there is NaN. */
  interp(target: InterpTarget, options: InterpOptions = {}): DataArray {
    return this.#labelled(interpolated({ it: this.variable }, this.coords, target, options));
  }

  /** Dimensions made one, last: `x.stack({ point: ['lat', 'lon'] })`. Their labels run along it. */
  stack(stacks: { readonly [name: string]: Dims }): DataArray {
    return this.#labelled(stacked({ variables: { it: this.variable }, coords: this.coords }, this.sizes, stacks));
  }

  /** The inverse of `stack`: the labels along a dimension become dimensions. Places without a value are NaN. */
  unstack(dim: string, options: { readonly levels?: Dims } = {}): DataArray {
    return this.#labelled(unstacked({ variables: { it: this.variable }, coords: this.coords }, dim, options.levels));
  }

  toString(): string {
    return dataArrayText(this);
  }

  /** The array as HTML, as notebooks show it. */
  toHtml(): string {
    return dataArrayHtml(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  [Symbol.for('Jupyter.display')](): { readonly [mime: string]: string } {
    return { 'text/plain': this.toString(), 'text/html': this.toHtml() };
  }
}

/** Removes, or selects along a dimension of, coordinates. A dimension that goes away leaves a scalar coordinate. */
export function takeCoords(coords: Record<string, Coordinate>, dim: string, p: Positions, drop: boolean): void {
  for (const [name, c] of Object.entries(coords)) {
    if (!c.dims.includes(dim)) continue;
    if (!p.dropped) coords[name] = c.take(dim, p.positions);
    else if (drop) delete coords[name];
    else coords[name] = c.at(dim, p.positions[0]);
  }
}

export function resolvePositions(
  indexers: { readonly [dim: string]: PositionIndexer },
  sizes: Sizes,
  op: string,
): { [dim: string]: Positions } {
  return Object.fromEntries(
    Object.entries(indexers).map(([dim, indexer]) => {
      if (!(dim in sizes)) throw new NotFound({ op, kind: 'dimension', name: dim, available: Object.keys(sizes) });
      return [dim, positionsOf(indexer, sizes[dim], dim)];
    }),
  );
}

export function resolveLabels(
  indexers: { readonly [dim: string]: LabelIndexer },
  coords: Coordinates,
  options: SelOptions,
): { [dim: string]: Positions } {
  return Object.fromEntries(
    Object.entries(indexers).map(([dim, indexer]) => {
      const coordinate = coords[dim];
      if (!coordinate) throw new NotFound({ op: 'sel', kind: 'coordinate', name: dim, available: Object.keys(coords) });
      return [dim, labelPositions(indexer, coordinate, dim, options)];
    }),
  );
}

/** Coordinates of a result: both sides', without scalar ones that contradict each other. */
export function mergeCoords(left: Coordinates, right: Coordinates): Coordinates {
  const merged: Record<string, Coordinate> = { ...left };
  for (const [name, c] of Object.entries(right)) {
    if (!(name in merged)) merged[name] = c;
    else if (!merged[name].equals(c)) delete merged[name];
  }
  return merged;
}

/** Both arrays restricted to the labels they share along each labelled dimension (an inner join). */
export function align(left: DataArray, right: DataArray): [DataArray, DataArray] {
  checkArgument('align', 'left', left, DataArray);
  checkArgument('align', 'right', right, DataArray);
  let a = left;
  let b = right;
  for (const dim of left.dims) {
    const x = left.coords[dim];
    const y = right.coords[dim];
    if (!x || !y || !right.dims.includes(dim) || x.equals(y)) continue;
    const places = new Map(Array.from(y.values as Iterable<unknown>, (v, i) => [key(v), i]));
    const shared = Array.from(x.values as Iterable<unknown>, (v, i) => [i, places.get(key(v))] as const).filter(
      (pair): pair is readonly [number, number] => pair[1] !== undefined,
    );
    if (shared.length === 0) {
      throw new AlignmentError({
        op: 'align',
        dim,
        left: `the labels ${x.label(0)}, ...`,
        right: `${y.label(0)}, ..., and no label is shared`,
      });
    }
    a = a.isel({ [dim]: shared.map((p) => p[0]) });
    b = b.isel({ [dim]: shared.map((p) => p[1]) });
    b = b.assignCoords({ [dim]: a.coords[dim] });
  }
  return [a, b];
}

const key = (value: unknown): string => (typeof value === 'bigint' ? String(Number(value)) : String(value));

interface Aux {
  readonly dims: Dims;
  readonly coords: Coordinates;
  readonly name: string | null;
  readonly attrs: Attrs;
}

/** Coordinates as text that is equal exactly when they are. */
export const coordsKey = (coords: Coordinates): string =>
  Object.keys(coords)
    .sort()
    .map((name) => `${name}=${coords[name].id}`)
    .join(',');

/** Rebuilds without checks: a transformation may hold something else than arrays in the leaf. */
function rebuild({ dims, coords, name, attrs }: Aux, [data]: readonly unknown[]): DataArray {
  const variable = Object.assign(Object.create(Variable.prototype), { dims, data, attrs }) as Variable;
  return new DataArray(variable, { coords, name });
}

registerPytreeNode<DataArray, Aux>(
  DataArray,
  (x) => [[x.data], { dims: x.dims, coords: x.coords, name: x.name, attrs: x.attrs }],
  rebuild,
  { auxKey: ({ dims, coords, name }) => `${name}(${dims.join(',')})${coordsKey(coords)}`, childNames: () => ['data'] },
);
