/**
 * From what a file holds to what a dataset has: the CF conventions applied, 64 bits narrowed, times as labels.
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { allocate, type DType } from '../array/dtype.js';
import { type HostData, hostData } from '../array/host.js';
import { fromNumbers } from '../array/numeric.js';
import type { FileError } from '../error/io.js';
import { decodeCf, ENCODING_ATTRIBUTES } from '../io/cf.js';
import { decodeTimedeltas, decodeTimes, isTimeUnits } from '../io/cf-time.js';
import type { NetcdfFile, NetcdfVariable } from '../io/netcdf.js';
import { isStringData } from '../io/value.js';
import { Coordinate } from './coordinate.js';
import type { Attrs } from './variable.js';

/** The value of a TaskEither, its error thrown: inside a `tryCatch` that catches it again. */
export async function run<A>(task: TE.TaskEither<FileError, A>): Promise<A> {
  const result = await task();
  if (E.isLeft(result)) throw result.left;
  return result.right;
}

/** Attributes for a reader, without those that say how values are stored or which labels they have. */
export const readerAttributes = ({ attributes }: NetcdfVariable): Attrs =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => name !== 'coordinates' && !(ENCODING_ATTRIBUTES as readonly string[]).includes(name))
      .map(([name, value]) => [
        name,
        typeof value === 'string' || Array.isArray(value) ? value : Array.from(value as ArrayLike<number>),
      ]),
  );

/** Labels of a coordinate variable: times become nanoseconds. Rejects with `FileError`. */
export async function readCoordinate(variable: NetcdfVariable): Promise<Coordinate> {
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

/** Physical values of a variable's stored ones. 64-bit data is narrowed, as `jnp.array` would; times stay coordinates. */
export function decoded(stored: HostData, variable: NetcdfVariable): HostData {
  const host = decodeCf(stored, variable.attributes);
  if (host.dtype === 'float64') return fromNumbers('float32', host.shape, host.data as Float64Array);
  if (host.dtype === 'int64' || host.dtype === 'uint64') {
    return fromNumbers('int32', host.shape, Array.from(host.data as BigInt64Array, Number));
  }
  return host;
}

/** The dtype that a variable's values will have. */
export const decodedDtype = (variable: NetcdfVariable): DType => {
  const stored = variable.dtype as DType;
  return decoded(hostData(stored, [0], allocate(stored, 0)), variable).dtype;
};

/** Which variables of a file are labels of others: those of dimensions, those named as coordinates, texts, times. */
export function coordinateNames(file: NetcdfFile): Set<string> {
  const names = new Set(file.dimensions.map((d) => d.name));
  const dimensions = new Set(names);
  for (const { name, dtype, dimensions: own, attributes } of file.variables) {
    if (typeof attributes.coordinates === 'string') {
      for (const listed of attributes.coordinates.split(/\s+/)) names.add(listed);
    }
    if (dtype === 'str' || (isTimeUnits(attributes.units) && !dimensions.has(name) && own.length > 0)) names.add(name);
  }
  return names;
}
