/**
 * `Dataset`: several arrays over shared named dimensions and labels.
 *
 * A node of trees whose leaves are the arrays, by name in sorted order; names, dimensions and coordinates are part of the
 * structure, so a jitted function is traced again when they change. Source: xarray.Dataset; DeepMind's xarray_jax.
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { NdArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import type { FileError } from '../error/io.js';
import { AlignmentError, NotFound } from '../error/xarray.js';
import { registerPytreeNode } from '../tree/tree.js';
import { type TreeNode, treeNode } from '../tree/types.js';
import { type Coordinate, type CoordinateLike, type Coordinates, coordinateOf } from './coordinate.js';
import {
  coordsKey,
  DataArray,
  fittingCoords,
  type Operand,
  resolveLabels,
  resolvePositions,
  takeCoords,
} from './data-array.js';
import { GroupBy } from './groupby.js';
import type { LabelIndexer, PositionIndexer, Positions, SelOptions } from './indexing.js';
import { type InterpOptions, type InterpTarget, interpolated } from './interpolate.js';
import { toNetcdf } from './netcdf.js';
import { datasetText } from './repr.js';
import { datasetHtml } from './repr-html.js';
import { type Labelled, stacked, unstacked } from './stack.js';
import { type Attrs, allPositions, completeOrder, type Dims, type Sizes, Variable } from './variable.js';

/** A variable as a user gives it: an array with names, or names and values. */
export type VariableLike = DataArray | Variable | readonly [dims: string | Dims, data: NdArray, attrs?: Attrs];

export type DataVars = { readonly [name: string]: Variable };

const variableOf = (given: VariableLike): Variable => {
  if (given instanceof DataArray) return given.variable;
  if (given instanceof Variable) return given;
  checkArgument('Dataset', 'a variable', given, 'list');
  const [dims, data, attrs] = given;
  return new Variable(typeof dims === 'string' ? [dims] : dims, data, attrs);
};

/** Arrays over shared dimensions. Immutable. */
export class Dataset implements TreeNode {
  readonly [treeNode] = true as const;
  readonly variables: DataVars;
  readonly coords: Coordinates;
  readonly attrs: Attrs;

  /**
   * @param dataVars arrays by name; coordinates of DataArrays are taken over
   * @throws AlignmentError when two of them give a dimension different sizes or labels
   */
  constructor(
    dataVars: { readonly [name: string]: VariableLike },
    options: { readonly coords?: { readonly [name: string]: CoordinateLike }; readonly attrs?: Attrs } = {},
  ) {
    checkArgument('Dataset', 'dataVars', dataVars, 'object');
    checkOptions('Dataset', options, { coords: 'object', attrs: 'object' });
    const coords: Record<string, Coordinate> = {};
    const addCoord = (name: string, c: Coordinate): void => {
      const before = coords[name];
      if (before && !before.equals(c) && c.dims.includes(name)) {
        throw new AlignmentError({
          op: 'Dataset',
          dim: name,
          left: `labels ${before.label(0)}, ...`,
          right: `labels ${c.label(0)}, ...`,
          hint: 'Select the same labels first.',
        });
      }
      coords[name] ??= c;
    };
    for (const [name, c] of Object.entries(options.coords ?? {})) addCoord(name, coordinateOf(name, c));
    const variables: Record<string, Variable> = {};
    for (const [name, given] of Object.entries(dataVars)) {
      variables[name] = variableOf(given);
      if (given instanceof DataArray) for (const [c, coord] of Object.entries(given.coords)) addCoord(c, coord);
    }
    this.variables = Object.freeze(variables);
    this.coords = Object.freeze(coords);
    this.attrs = options.attrs ?? {};
    checkSizes(variables, coords);
  }

  /** The names of the data variables, in their order. */
  keys(): string[] {
    return Object.keys(this.variables);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.variables, name);
  }

  /** The array of a name. @throws NotFound */
  get(name: string): DataArray {
    if (!this.has(name)) {
      const coordinate = this.coords[name];
      throw new NotFound({
        op: 'Dataset.get',
        kind: 'variable',
        name: coordinate ? `${name} (it is a coordinate: use .coords)` : name,
        available: this.keys(),
      });
    }
    const variable = this.variables[name];
    return new DataArray(variable, { coords: fittingCoords(this.coords, variable.dims), name });
  }

  /** The arrays with their names. */
  entries(): [name: string, array: DataArray][] {
    return this.keys().map((name) => [name, this.get(name)]);
  }

  /** Sizes of all dimensions. */
  get sizes(): Sizes {
    const sizes: Record<string, number> = {};
    for (const v of Object.values(this.variables)) Object.assign(sizes, v.sizes);
    for (const c of Object.values(this.coords)) {
      c.dims.forEach((d, i) => {
        sizes[d] ??= c.shape[i];
      });
    }
    return sizes;
  }

  get dims(): string[] {
    return Object.keys(this.sizes);
  }

  #with(variables: DataVars, coords: Coordinates = this.coords): Dataset {
    return new Dataset(variables, { coords, attrs: this.attrs });
  }

  /** The dataset with only these variables. @throws NotFound */
  select(names: readonly string[]): Dataset {
    const variables = Object.fromEntries(names.map((name) => [name, this.get(name).variable]));
    const dims = new Set(Object.values(variables).flatMap((v) => v.dims));
    return this.#with(variables, fittingCoords(this.coords, [...dims]));
  }

  /** The dataset without these variables or coordinates; names that are not there are ignored. */
  dropVars(names: string | readonly string[]): Dataset {
    const gone = new Set(typeof names === 'string' ? [names] : names);
    const keep = <T>(record: { readonly [name: string]: T }): { [name: string]: T } =>
      Object.fromEntries(Object.entries(record).filter(([name]) => !gone.has(name)));
    return this.#with(keep(this.variables), keep(this.coords));
  }

  /** The dataset with variables added or replaced. */
  assign(dataVars: { readonly [name: string]: VariableLike }): Dataset {
    return new Dataset({ ...this.variables, ...dataVars }, { coords: this.coords, attrs: this.attrs });
  }

  assignCoords(coords: { readonly [name: string]: CoordinateLike }): Dataset {
    const made = Object.fromEntries(Object.entries(coords).map(([name, c]) => [name, coordinateOf(name, c)]));
    return this.#with(this.variables, { ...this.coords, ...made });
  }

  rename(names: { readonly [from: string]: string }): Dataset {
    const variables = Object.fromEntries(
      Object.entries(this.variables).map(([name, v]) => [
        names[name] ?? name,
        new Variable(
          v.dims.map((d) => names[d] ?? d),
          v.data,
          v.attrs,
        ),
      ]),
    );
    const coords = Object.fromEntries(
      Object.entries(this.coords).map(([name, c]) => [names[name] ?? name, c.renamed(names)]),
    );
    return this.#with(variables, coords);
  }

  /** Each array through `f`; the results keep their names. */
  map(f: (array: DataArray, name: string) => DataArray): Dataset {
    return new Dataset(Object.fromEntries(this.entries().map(([name, array]) => [name, f(array, name)])), {
      attrs: this.attrs,
    });
  }

  #take(positions: { readonly [dim: string]: Positions }, drop: boolean): Dataset {
    const coords: Record<string, Coordinate> = { ...this.coords };
    for (const [dim, p] of Object.entries(positions)) takeCoords(coords, dim, p, drop);
    const variables = Object.fromEntries(
      Object.entries(this.variables).map(([name, v]) => {
        let taken = v;
        for (const [dim, p] of Object.entries(positions)) taken = taken.take(dim, p);
        return [name, taken];
      }),
    );
    return this.#with(variables, coords);
  }

  /** Selects by position, in every array that has the dimension. */
  isel(indexers: { readonly [dim: string]: PositionIndexer }, options: { readonly drop?: boolean } = {}): Dataset {
    return this.#take(resolvePositions(indexers, this.sizes, 'isel'), options.drop ?? false);
  }

  /** Selects by label, in every array that has the dimension. */
  sel(indexers: { readonly [dim: string]: LabelIndexer }, options: SelOptions = {}): Dataset {
    return this.#take(resolveLabels(indexers, this.coords, options), options.drop ?? false);
  }

  /** The first positions along dimensions. */
  head(counts: Sizes): Dataset {
    return this.#take(
      this.#ends(counts, (n, size) => allPositions(size).positions.slice(0, n)),
      false,
    );
  }

  /** The last positions along dimensions. */
  tail(counts: Sizes): Dataset {
    return this.#take(
      this.#ends(counts, (n, size) => (n === 0 ? [] : allPositions(size).positions.slice(-n))),
      false,
    );
  }

  #ends(counts: Sizes, cut: (n: number, size: number) => readonly number[]): { [dim: string]: Positions } {
    return Object.fromEntries(
      Object.entries(counts).map(([dim, n]) => [dim, { positions: cut(n, this.sizes[dim] ?? 0), dropped: false }]),
    );
  }

  /** Every array, and every coordinate, with its dimensions in this order; `'...'` stands for those not named. */
  transpose(...dims: Dims): Dataset {
    const order = completeOrder(this.dims, dims);
    return this.#with(
      mapValues(this.variables, (v) => v.transpose(...order.filter((d) => v.dims.includes(d)))),
      mapValues(this.coords, (c) => c.transpose(order)),
    );
  }

  squeeze(dim: string, options: { readonly drop?: boolean } = {}): Dataset {
    return this.isel({ [dim]: 0 }, options);
  }

  /** Every array with a new dimension, labelled if `coord` is given. */
  expandDims(
    dim: string,
    options: { readonly axis?: number; readonly coord?: CoordinateLike; readonly size?: number } = {},
  ): Dataset {
    return this.map((x) => x.expandDims(dim, options));
  }

  astype(dtype: DType): Dataset {
    return this.#with(mapValues(this.variables, (v) => v.astype(dtype)));
  }

  #each(other: Dataset | Operand, f: (x: DataArray, y: Operand) => DataArray): Dataset {
    return this.map((x, name) => f(x, other instanceof Dataset ? other.get(name) : other));
  }

  /** Arithmetic, array by array of the same name, or with one value for all. */
  add(other: Dataset | Operand): Dataset {
    return this.#each(other, (x, y) => x.add(y));
  }

  sub(other: Dataset | Operand): Dataset {
    return this.#each(other, (x, y) => x.sub(y));
  }

  mul(other: Dataset | Operand): Dataset {
    return this.#each(other, (x, y) => x.mul(y));
  }

  div(other: Dataset | Operand): Dataset {
    return this.#each(other, (x, y) => x.div(y));
  }

  pow(other: Dataset | Operand): Dataset {
    return this.#each(other, (x, y) => x.pow(y));
  }

  mean(dims?: string | Dims | null): Dataset {
    return this.map((x) => x.mean(present(x, dims)));
  }

  sum(dims?: string | Dims | null): Dataset {
    return this.map((x) => x.sum(present(x, dims)));
  }

  std(dims?: string | Dims | null): Dataset {
    return this.map((x) => x.std(present(x, dims)));
  }

  var(dims?: string | Dims | null): Dataset {
    return this.map((x) => x.var(present(x, dims)));
  }

  min(dims?: string | Dims | null): Dataset {
    return this.map((x) => x.min(present(x, dims)));
  }

  max(dims?: string | Dims | null): Dataset {
    return this.map((x) => x.max(present(x, dims)));
  }

  /** Groups along a dimension: `weather.groupby('time.month').mean()`. */
  groupby(group: string): GroupBy<Dataset> {
    return new GroupBy<Dataset>(this, group);
  }

  #labelled({ variables, coords }: Labelled): Dataset {
    return this.#with(variables, coords);
  }

  /** Every array at other labels: `weather.interp({ lat, lon })`. Beyond the labels there is NaN. */
  interp(target: InterpTarget, options: InterpOptions = {}): Dataset {
    return this.#labelled(interpolated(this.variables, this.coords, target, options));
  }

  /** Dimensions made one, in every array that has one of them: `weather.stack({ point: ['lat', 'lon'] })`. */
  stack(stacks: { readonly [name: string]: Dims }): Dataset {
    return this.#labelled(stacked(this, this.sizes, stacks));
  }

  /** The inverse of `stack`: the labels along a dimension become dimensions. Places without a value are NaN. */
  unstack(dim: string, options: { readonly levels?: Dims } = {}): Dataset {
    return this.#labelled(unstacked(this, dim, options.levels));
  }

  /** Writes the dataset as NetCDF-3, atomically; xarray opens it. Left: `FileAccess`. */
  toNetcdf(path: string): TaskEither<FileError, void> {
    return toNetcdf(this, path);
  }

  toString(): string {
    return datasetText(this);
  }

  /** The dataset as HTML, as notebooks show it. */
  toHtml(): string {
    return datasetHtml(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  [Symbol.for('Jupyter.display')](): { readonly [mime: string]: string } {
    return { 'text/plain': this.toString(), 'text/html': this.toHtml() };
  }
}

/** A dataset's reduction takes of each array the dimensions that it has. */
const present = (x: DataArray, dims: string | Dims | null | undefined): Dims | null =>
  dims === null || dims === undefined
    ? null
    : (typeof dims === 'string' ? [dims] : dims).filter((d) => x.dims.includes(d));

const mapValues = <T, U>(record: { readonly [key: string]: T }, f: (value: T) => U): { [key: string]: U } =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));

function checkSizes(variables: DataVars, coords: Coordinates): void {
  const sizes: Record<string, { size: number; from: string }> = {};
  const check = (dim: string, size: number, from: string): void => {
    const before = sizes[dim];
    if (before && before.size !== size) {
      throw new AlignmentError({
        op: 'Dataset',
        dim,
        left: `size ${before.size} (${before.from})`,
        right: `size ${size} (${from})`,
      });
    }
    sizes[dim] = { size, from };
  };
  for (const [name, c] of Object.entries(coords)) {
    c.dims.forEach((d, i) => {
      check(d, c.shape[i], `coordinate ${name}`);
    });
  }
  for (const [name, v] of Object.entries(variables)) {
    // Inside a transformation a leaf may be something else than an array.
    const shape = (v.data as Partial<NdArray> | null)?.shape;
    v.dims.forEach((d, i) => {
      if (shape) check(d, shape[i], name);
    });
  }
}

interface Aux {
  readonly names: readonly string[];
  readonly dims: readonly Dims[];
  readonly varAttrs: readonly Attrs[];
  readonly coords: Coordinates;
  readonly attrs: Attrs;
}

registerPytreeNode<Dataset, Aux>(
  Dataset,
  (x) => {
    const names = x.keys().sort();
    const variables = names.map((name) => x.variables[name]);
    const aux: Aux = {
      names,
      dims: variables.map((v) => v.dims),
      varAttrs: variables.map((v) => v.attrs),
      coords: x.coords,
      attrs: x.attrs,
    };
    return [variables.map((v) => v.data), aux];
  },
  ({ names, dims, varAttrs, coords, attrs }, children) =>
    new Dataset(
      Object.fromEntries(
        names.map((name, i) => [
          name,
          // Without the constructor's checks: a transformation may hold something else than arrays in the leaves.
          Object.assign(Object.create(Variable.prototype), { dims: dims[i], data: children[i], attrs: varAttrs[i] }),
        ]),
      ),
      { coords, attrs },
    ),
  {
    auxKey: ({ names, dims, coords }) =>
      `${names.map((n, i) => `${n}(${dims[i].join(',')})`).join(';')}|${coordsKey(coords)}`,
    childNames: ({ names }) => names,
  },
);
