/**
 * Datasets from and to NetCDF files, decoded by the CF conventions as xarray does.
 */

import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { DeviceArray } from '../array/array.js';
import type { HostData } from '../array/host.js';
import { checkArgument } from '../array/kind.js';
import { fromNumbers } from '../array/numeric.js';
import { checkOptions } from '../array/options.js';
import type { FluxionError } from '../error/error.js';
import type { FileError } from '../error/io.js';
import { decodeCf, ENCODING_ATTRIBUTES } from '../io/cf.js';
import { decodeTimedeltas, decodeTimes, isTimeUnits } from '../io/cf-time.js';
import {
  type NetcdfContent,
  type NetcdfFile,
  type NetcdfVariable,
  type NetcdfWritableAttributes,
  openNetcdf,
  writeNetcdf,
} from '../io/netcdf.js';
import { isStringData } from '../io/value.js';
import { Coordinate } from './coordinate.js';
import { Dataset } from './dataset.js';
import { type Attrs, Variable } from './variable.js';

const readerAttributes = ({ attributes }: NetcdfVariable): Attrs =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => !(ENCODING_ATTRIBUTES as readonly string[]).includes(name))
      .map(([name, value]) => [
        name,
        typeof value === 'string' || Array.isArray(value) ? value : Array.from(value as ArrayLike<number>),
      ]),
  );

/** Labels of a coordinate variable: times become nanoseconds. */
async function readCoordinate(variable: NetcdfVariable): Promise<Coordinate> {
  const value = await run(variable.read());
  if (isStringData(value)) return new Coordinate(variable.dimensions, value.data, 'str', value.shape);
  const { units, calendar } = variable.attributes;
  if (isTimeUnits(units)) {
    const text = units as string;
    const since = /\bsince\b/i.test(text);
    const numbers = value.data as ArrayLike<number>;
    const decoded = since
      ? decodeTimes(text, numbers, typeof calendar === 'string' ? { calendar } : {})
      : decodeTimedeltas(text, numbers);
    if (E.isLeft(decoded)) throw decoded.left;
    return new Coordinate(
      variable.dimensions,
      decoded.right,
      since ? 'datetime64[ns]' : 'timedelta64[ns]',
      value.shape,
    );
  }
  const plain = decodeCf(value, variable.attributes);
  return new Coordinate(variable.dimensions, plain.data, 'number', plain.shape);
}

/** The value of a TaskEither, its error thrown: inside a `tryCatch` that catches it again. */
async function run<A>(task: TE.TaskEither<FileError, A>): Promise<A> {
  const result = await task();
  if (E.isLeft(result)) throw result.left;
  return result.right;
}

/** 64-bit data is narrowed, as `jnp.array` would; times stay coordinates. */
function narrowed(host: HostData): HostData {
  if (host.dtype === 'float64') return fromNumbers('float32', host.shape, host.data as Float64Array);
  if (host.dtype === 'int64' || host.dtype === 'uint64') {
    return fromNumbers('int32', host.shape, Array.from(host.data as BigInt64Array, Number));
  }
  return host;
}

/** Options of `loadDataset`. */
export interface LoadOptions {
  /** Variables that are not read. */
  readonly dropVariables?: readonly string[];
}

async function readDataset(file: NetcdfFile, dropped: readonly string[]): Promise<Dataset> {
  const dimensionNames = new Set(file.dimensions.map((d) => d.name));
  const named = new Set<string>();
  for (const v of file.variables) {
    const listed = v.attributes.coordinates;
    if (typeof listed === 'string') for (const name of listed.split(/\s+/)) named.add(name);
  }
  const variables: Record<string, Variable> = {};
  const coords: Record<string, Coordinate> = {};
  for (const variable of file.variables) {
    const { name, dimensions, dtype } = variable;
    if (dropped.includes(name)) continue;
    const isTime = isTimeUnits(variable.attributes.units) && !dimensionNames.has(name) && dimensions.length > 0;
    if (dimensionNames.has(name) || named.has(name) || dtype === 'str' || isTime) {
      coords[name] = await readCoordinate(variable);
      continue;
    }
    const value = await run(variable.read());
    if (isStringData(value)) continue;
    const host = narrowed(decodeCf(value, variable.attributes));
    variables[name] = new Variable(dimensions, DeviceArray.fromHost(host), readerAttributes(variable));
  }
  return new Dataset(variables, {
    coords,
    attrs: Object.fromEntries(Object.entries(file.attributes).filter(([, v]) => typeof v === 'string')),
  });
}

/**
 * Reads a NetCDF file, all of it, into memory (`xarray.load_dataset`).
 * Left: `FileNotFound`, `CorruptFile`, `UnsupportedFormat`, `InvalidTime`, naming file and variable.
 */
export const loadDataset = (
  path: string,
  options: LoadOptions = {},
): TE.TaskEither<FileError | FluxionError, Dataset> => {
  checkArgument('loadDataset', 'path', path, 'string');
  const { dropVariables = [] } = checkOptions('loadDataset', options, { dropVariables: 'list' });
  return pipe(
    openNetcdf(path),
    TE.chainW((file) =>
      TE.tryCatch(
        () => readDataset(file, dropVariables),
        (error) => error as FluxionError,
      ),
    ),
  );
};

function coordinateContent(c: Coordinate): NetcdfContent {
  if (c.kind === 'str') {
    return { dimensions: c.dims, value: { dtype: 'str', shape: c.shape, data: c.values as readonly string[] } };
  }
  if (c.kind === 'number') {
    const numbers = c.numbers();
    const dtype = c.values instanceof Float64Array ? 'float64' : c.values instanceof Float32Array ? 'float32' : 'int32';
    return { dimensions: c.dims, value: fromNumbers(dtype, c.shape, numbers) };
  }
  const hours = Array.from(c.values as BigInt64Array, (ns) => Number(ns) / 3.6e12);
  const whole = hours.every(Number.isInteger);
  const units = c.kind === 'datetime64[ns]' ? 'hours since 1970-01-01' : 'hours';
  return { dimensions: c.dims, value: fromNumbers(whole ? 'int32' : 'float64', c.shape, hours), attributes: { units } };
}

/**
 * Writes a dataset as NetCDF-3, atomically (`Dataset.to_netcdf`); xarray opens it. Half-precision data is widened.
 * Left: `FileAccess`.
 */
export const toNetcdf = (dataset: Dataset, path: string): TE.TaskEither<FileError | FluxionError, void> => {
  checkArgument('toNetcdf', 'path', path, 'string');
  return pipe(
    TE.tryCatch(
      async () => {
        const variables: Record<string, NetcdfContent> = {};
        for (const [name, c] of Object.entries(dataset.coords)) variables[name] = coordinateContent(c);
        for (const [name, v] of Object.entries(dataset.variables)) {
          const { data } = v;
          const wide = data.dtype === 'bfloat16' || data.dtype === 'float16';
          const source = wide ? v.astype('float32').data : data;
          variables[name] = {
            dimensions: v.dims,
            value: { dtype: source.dtype, shape: source.shape, data: await source.data() },
            attributes: writable(v.attrs),
          };
        }
        return { variables, attributes: writable(dataset.attrs) };
      },
      (error) => error as FluxionError,
    ),
    TE.chainW((contents) => writeNetcdf(path, contents)),
  );
};

/** The attributes that NetCDF can hold. */
function writable(attrs: Attrs): NetcdfWritableAttributes {
  const out: Record<string, NetcdfWritableAttributes[string]> = {};
  for (const [name, value] of Object.entries(attrs)) {
    if (typeof value === 'string' || typeof value === 'number') out[name] = value;
    else if (Array.isArray(value) && value.every((x) => typeof x === 'number')) out[name] = Float64Array.from(value);
  }
  return out;
}
