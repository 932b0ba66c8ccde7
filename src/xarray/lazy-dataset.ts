/**
 * Datasets that are not read yet: what `xarray.open_dataset` gives.
 *
 * Labels and attributes are in memory; of the values it is known where they are. Selections only note positions, and
 * `load` reads what is selected, chunk by chunk, and no more:
 *
 *     const year = await openDataset('era5.zarr')();                                     // reads the header
 *     const day = year.right.sel({ time: { start: '2020-01-01', stop: '2020-01-02' } }); // reads nothing
 *     const weather = await day.load()();                                                // reads a day
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { DeviceArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions, type Kinds } from '../array/options.js';
import { range } from '../array/shape.js';
import { type FileError, fileError } from '../error/io.js';
import { NotFound } from '../error/xarray.js';
import type { Block, Span } from '../io/block.js';
import type { NetcdfFile, NetcdfVariable } from '../io/netcdf.js';
import { openData } from '../io/open-data.js';
import type { Coordinate, Coordinates } from './coordinate.js';
import { fittingCoords, resolveLabels, resolvePositions, takeCoords } from './data-array.js';
import { Dataset } from './dataset.js';
import { coordinateNames, decoded, decodedDtype, readCoordinate, readerAttributes, run } from './decode.js';
import type { LabelIndexer, PositionIndexer, Positions, SelOptions } from './indexing.js';
import { lazyDatasetText } from './repr.js';
import { lazyDatasetHtml } from './repr-html.js';
import { type Attrs, concatVariables, type Dims, type Sizes, Variable } from './variable.js';

/** A variable that is not read yet. */
export interface LazyVariable {
  readonly dims: Dims;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly attrs: Attrs;
}

/** A variable and what of it is selected: positions along each axis of the file's, in its order. */
interface Selected extends LazyVariable {
  readonly stored: NetcdfVariable;
  readonly positions: readonly Positions[];
}

/** Arrays over shared dimensions, their values in a file. Immutable. */
export class LazyDataset {
  readonly #path: string;
  readonly #selected: { readonly [name: string]: Selected };
  readonly coords: Coordinates;
  readonly attrs: Attrs;

  private constructor(
    path: string,
    selected: { readonly [name: string]: Selected },
    coords: Coordinates,
    attrs: Attrs,
  ) {
    this.#path = path;
    this.#selected = selected;
    this.coords = Object.freeze(coords);
    this.attrs = attrs;
  }

  /** The dataset of an open file, whose labels are read. Rejects with `FileError`. */
  static async of(file: NetcdfFile, dropped: readonly string[] = []): Promise<LazyDataset> {
    const labels = coordinateNames(file);
    const coords: Record<string, Coordinate> = {};
    const selected: Record<string, Selected> = {};
    for (const stored of file.variables) {
      const { name, dimensions: dims, shape } = stored;
      if (dropped.includes(name)) continue;
      if (labels.has(name)) coords[name] = await readCoordinate(stored);
      else {
        const positions = shape.map((n) => ({ positions: range(n), dropped: false }));
        selected[name] = {
          dims,
          shape,
          dtype: decodedDtype(stored),
          attrs: readerAttributes(stored),
          stored,
          positions,
        };
      }
    }
    const attrs = Object.fromEntries(Object.entries(file.attributes).filter(([, v]) => typeof v === 'string'));
    return new LazyDataset(file.path, selected, coords, attrs);
  }

  get path(): string {
    return this.#path;
  }

  /** The names of the data variables, in their order. */
  keys(): string[] {
    return Object.keys(this.#selected);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#selected, name);
  }

  /** What is known of each variable. */
  get variables(): { readonly [name: string]: LazyVariable } {
    return this.#selected;
  }

  /** Sizes of all dimensions. */
  get sizes(): Sizes {
    const sizes: Record<string, number> = {};
    for (const { dims, shape } of [...Object.values(this.#selected), ...Object.values(this.coords)]) {
      dims.forEach((d, axis) => {
        sizes[d] = shape[axis];
      });
    }
    return sizes;
  }

  get dims(): string[] {
    return Object.keys(this.sizes);
  }

  #take(positions: { readonly [dim: string]: Positions }, drop: boolean): LazyDataset {
    const coords: Record<string, Coordinate> = { ...this.coords };
    for (const [dim, p] of Object.entries(positions)) takeCoords(coords, dim, p, drop);
    const selected = Object.entries(this.#selected).map(([name, v]) => [name, narrowed(v, positions)] as const);
    return new LazyDataset(this.#path, Object.fromEntries(selected), coords, this.attrs);
  }

  /** Selects by position, in every array that has the dimension. */
  isel(indexers: { readonly [dim: string]: PositionIndexer }, options: { readonly drop?: boolean } = {}): LazyDataset {
    return this.#take(resolvePositions(indexers, this.sizes, 'isel'), options.drop ?? false);
  }

  /** Selects by label, in every array that has the dimension. */
  sel(indexers: { readonly [dim: string]: LabelIndexer }, options: SelOptions = {}): LazyDataset {
    return this.#take(resolveLabels(indexers, this.coords, options), options.drop ?? false);
  }

  /** The dataset with only these variables. @throws NotFound */
  select(names: readonly string[]): LazyDataset {
    const selected = names.map((name) => {
      if (this.has(name)) return [name, this.#selected[name]] as const;
      throw new NotFound({ op: 'LazyDataset.select', kind: 'variable', name, available: this.keys() });
    });
    const dims = new Set(selected.flatMap(([, v]) => v.dims));
    const coords = fittingCoords(this.coords, [...dims]);
    return new LazyDataset(this.#path, Object.fromEntries(selected), coords, this.attrs);
  }

  /** Reads what is selected. Left: `CorruptFile`, `FileNotFound` where the file has changed since. */
  load(): TE.TaskEither<FileError, Dataset> {
    return TE.tryCatch(
      async () => {
        const variables: Record<string, Variable> = {};
        for (const [name, v] of Object.entries(this.#selected)) variables[name] = await read(v);
        return new Dataset(variables, { coords: this.coords, attrs: this.attrs });
      },
      (error) => fileError(this.#path, error),
    );
  }

  toString(): string {
    return lazyDatasetText(this);
  }

  toHtml(): string {
    return lazyDatasetHtml(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  [Symbol.for('Jupyter.display')](): { readonly [mime: string]: string } {
    return { 'text/plain': this.toString(), 'text/html': this.toHtml() };
  }
}

/** A variable of which less is selected. */
function narrowed(v: Selected, taken: { readonly [dim: string]: Positions }): Selected {
  const positions = v.positions.map((before, axis): Positions => {
    const now = taken[v.stored.dimensions[axis]];
    if (now === undefined || before.dropped) return before;
    return { positions: now.positions.map((p) => before.positions[p]), dropped: now.dropped };
  });
  const kept = range(positions.length).filter((axis) => !positions[axis].dropped);
  return {
    ...v,
    positions,
    dims: kept.map((axis) => v.stored.dimensions[axis]),
    shape: kept.map((axis) => positions[axis].positions.length),
  };
}

/** Reads the values of a selection: each stretch of neighbours along the first axis is one block. */
async function read({ stored, positions, attrs }: Selected): Promise<Variable> {
  if (positions.length === 0) return readBlock(stored, [], attrs);
  const [first, ...inner] = positions;
  const box = inner.map((p): Span => spanOf(p.positions));
  const stretches = stretchesOf(first.positions);
  const parts: Variable[] = [];
  for (const stretch of stretches) parts.push(await readBlock(stored, [stretch, ...box], attrs));
  let whole = parts.length === 1 ? parts[0] : concatVariables(parts, stored.dimensions[0]);
  for (const [axis, p] of positions.entries()) {
    const start = axis === 0 ? 0 : box[axis - 1].start;
    const within = axis === 0 ? range(p.positions.length) : p.positions.map((i) => i - start);
    whole = whole.take(stored.dimensions[axis], { positions: within, dropped: p.dropped });
  }
  return whole;
}

async function readBlock(stored: NetcdfVariable, block: Block, attrs: Attrs): Promise<Variable> {
  // Texts are labels, and never among the variables.
  const value = (await run(stored.read(block))) as HostData;
  return new Variable(stored.dimensions, DeviceArray.fromHost(decoded(value, stored)), attrs);
}

const spanOf = (positions: readonly number[]): Span => {
  if (positions.length === 0) return { start: 0, count: 0 };
  const start = positions.reduce((a, b) => Math.min(a, b));
  return { start, count: positions.reduce((a, b) => Math.max(a, b)) - start + 1 };
};

/** Positions as stretches of ascending neighbours. */
function stretchesOf(positions: readonly number[]): Span[] {
  const stretches: { start: number; count: number }[] = [];
  for (const p of positions) {
    const last = stretches.at(-1);
    if (last && last.start + last.count === p) last.count++;
    else stretches.push({ start: p, count: 1 });
  }
  return stretches.length === 0 ? [{ start: 0, count: 0 }] : stretches;
}

/** Options of `openDataset` and `loadDataset`. */
export interface OpenOptions {
  /** Variables that are left out. */
  readonly dropVariables?: readonly string[];
}

const openOptions: Kinds<OpenOptions> = { dropVariables: 'list' };

/**
 * Opens a NetCDF file or a Zarr store: labels are read, values are not (`xarray.open_dataset`, `xarray.open_zarr`).
 * Left: `FileNotFound`, `CorruptFile`, `UnsupportedFormat`, `InvalidTime`, naming file and variable.
 */
export const openDataset = (path: string, options: OpenOptions = {}): TE.TaskEither<FileError, LazyDataset> => {
  checkArgument('openDataset', 'path', path, 'string');
  const { dropVariables = [] } = checkOptions('openDataset', options, openOptions);
  return pipe(
    openData(path),
    TE.chain((file) =>
      TE.tryCatch(
        () => LazyDataset.of(file, dropVariables),
        (error) => fileError(path, error),
      ),
    ),
  );
};

/**
 * Reads a NetCDF file or a Zarr store, all of it, into memory (`xarray.load_dataset`).
 * Left: as `openDataset`.
 */
export const loadDataset = (path: string, options: OpenOptions = {}): TE.TaskEither<FileError, Dataset> => {
  checkArgument('loadDataset', 'path', path, 'string');
  return pipe(
    openDataset(path, checkOptions('loadDataset', options, openOptions)),
    TE.chain((dataset) => dataset.load()),
  );
};
