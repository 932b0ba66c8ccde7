/**
 * Datasets to NetCDF files, encoded by the CF conventions as xarray does; `lazy-dataset.ts` has the way back.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { checkArgument } from '../array/kind.js';
import { fromNumbers } from '../array/numeric.js';
import { type FileError, fileError } from '../error/io.js';
import { type NetcdfContent, type NetcdfWritableAttributes, writeNetcdf } from '../io/netcdf.js';
import type { Coordinate, Coordinates } from './coordinate.js';
import type { Dataset } from './dataset.js';
import type { Attrs, Variable } from './variable.js';

/** Labels as a file has them: times are hours since 1970, durations hours. */
export function coordinateContent(c: Coordinate): NetcdfContent {
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

/** The labels beside a variable's own dimensions, which CF lists in an attribute. */
function coordinatesAttribute(coords: Coordinates, dims: readonly string[]): NetcdfWritableAttributes {
  const names = Object.entries(coords)
    .filter(([name, c]) => !c.dims.includes(name) && c.dims.every((d) => dims.includes(d)))
    .map(([name]) => name);
  return names.length === 0 ? {} : { coordinates: names.join(' ') };
}

async function variableContent(v: Variable, coords: Coordinates): Promise<NetcdfContent> {
  const wide = v.data.dtype === 'bfloat16' || v.data.dtype === 'float16';
  const { data } = wide ? v.astype('float32') : v;
  return {
    dimensions: v.dims,
    value: { dtype: data.dtype, shape: data.shape, data: await data.data() },
    attributes: { ...writable(v.attrs), ...coordinatesAttribute(coords, v.dims) },
  };
}

/**
 * Writes a dataset as NetCDF-3, atomically (`Dataset.to_netcdf`); xarray opens it. Half-precision data is widened.
 * Left: `FileAccess`.
 */
export const toNetcdf = (dataset: Dataset, path: string): TE.TaskEither<FileError, void> => {
  checkArgument('toNetcdf', 'path', path, 'string');
  return pipe(
    TE.tryCatch(
      async () => {
        const variables: Record<string, NetcdfContent> = {};
        for (const [name, c] of Object.entries(dataset.coords)) variables[name] = coordinateContent(c);
        for (const [name, v] of Object.entries(dataset.variables)) {
          variables[name] = await variableContent(v, dataset.coords);
        }
        return { variables, attributes: writable(dataset.attrs) };
      },
      (error) => fileError(path, error),
    ),
    TE.chain((contents) => writeNetcdf(path, contents)),
  );
};

/** The attributes that NetCDF can hold. */
export function writable(attrs: Attrs): NetcdfWritableAttributes {
  const out: Record<string, NetcdfWritableAttributes[string]> = {};
  for (const [name, value] of Object.entries(attrs)) {
    if (typeof value === 'string' || typeof value === 'number') out[name] = value;
    else if (Array.isArray(value) && value.every((x) => typeof x === 'number')) out[name] = Float64Array.from(value);
  }
  return out;
}
