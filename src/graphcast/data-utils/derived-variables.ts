/**
 * Forcings that follow from the calendar and the grid alone, as variables of a dataset: the progress of the year and of
 * the day with their sines and cosines, and the sunlight at the top of the atmosphere.
 *
 * They are computed on the host, for the times in the coordinate `datetime`, which may have the dimensions (batch, time)
 * or (time); the variables have the same ones. From DeepMind's `data_utils`, whose `add_tisr_var` knows datasets without
 * a batch, or with a batch of one, only; here each example of a batch has its own times.
 */
import { DeviceArray } from '../../array/array.js';
import { type HostData, hostData } from '../../array/host.js';
import { NotFound } from '../../error/xarray.js';
import { type Coordinate, type Dataset, Variable } from '../../xarray/index.js';
import type { FloatArray } from '../float-array.js';
import { getToaIncidentSolarRadiation } from '../solar-radiation.js';
import { DAY_PROGRESS, featurizeProgress, getDayProgress, getYearProgress, YEAR_PROGRESS } from './progress.js';

/** The sunlight's name: toa_incident_solar_radiation. */
export const TISR = 'toa_incident_solar_radiation';

/** What `addDerivedVars` adds. */
export const DERIVED_VARS: readonly string[] = [DAY_PROGRESS, YEAR_PROGRESS].flatMap((name) => [
  name,
  `${name}_sin`,
  `${name}_cos`,
]);

function coordinateNamed(dataset: Dataset, name: string, op: string): Coordinate {
  const coordinate = dataset.coords[name];
  if (coordinate) return coordinate;
  throw new NotFound({ op, kind: 'coordinate', name, available: Object.keys(dataset.coords) });
}

/** The labels of a grid axis in the precision in which they are stored; whole numbers are float64. */
function degrees({ values }: Coordinate): FloatArray {
  return values instanceof Float32Array ? values : Float64Array.from(values as ArrayLike<number>);
}

/** Whole seconds since 1970-01-01T00:00Z of nanoseconds; fractions are cut off towards the past. */
function secondsOf({ values }: Coordinate): Float64Array {
  return Float64Array.from(values as BigInt64Array, (ns) => Math.floor(Number(ns / 1_000_000n) / 1000));
}

const variableOf = (dims: readonly string[], host: HostData): Variable =>
  new Variable(dims, DeviceArray.fromHost(host));

/**
 * The dataset with `year_progress` and `day_progress`, each also as `_sin` and `_cos`, float32 without a unit.
 *
 * `datetime`: [...times]; `lon`: [lon] degrees. Year progress is [...times], day progress [...times, lon]. A variable
 * that is there already stays, and so do its sine and cosine.
 *
 * @throws NotFound when there is no coordinate `datetime` or `lon`
 */
export function addDerivedVars(dataset: Dataset): Dataset {
  const op = 'addDerivedVars';
  const datetime = coordinateNamed(dataset, 'datetime', op);
  const longitude = coordinateNamed(dataset, 'lon', op);
  const seconds = secondsOf(datetime);
  const added: Record<string, Variable> = {};
  const add = (name: string, axes: readonly string[], shape: readonly number[], data: Float32Array): void => {
    for (const [feature, { dims, ...host }] of Object.entries(featurizeProgress(name, axes, { data, shape }))) {
      added[feature] = variableOf(dims, host);
    }
  };
  if (!dataset.has(YEAR_PROGRESS)) add(YEAR_PROGRESS, datetime.dims, datetime.shape, getYearProgress(seconds));
  if (!dataset.has(DAY_PROGRESS)) {
    const progress = getDayProgress(seconds, degrees(longitude));
    add(DAY_PROGRESS, [...datetime.dims, 'lon'], [...datetime.shape, longitude.size], progress);
  }
  return dataset.assign(added);
}

/**
 * The dataset with `toa_incident_solar_radiation`, J m-2 in the hour before each time, float32 [...times, lat, lon].
 *
 * `datetime`: [...times]; `lat`: [lat] and `lon`: [lon] degrees. A variable of that name stays as it is.
 *
 * @throws NotFound when there is no coordinate `datetime`, `lat` or `lon`
 */
export function addTisrVar(dataset: Dataset): Dataset {
  if (dataset.has(TISR)) return dataset;
  const op = 'addTisrVar';
  const datetime = coordinateNamed(dataset, 'datetime', op);
  const latitude = degrees(coordinateNamed(dataset, 'lat', op));
  const longitude = degrees(coordinateNamed(dataset, 'lon', op));
  const size = latitude.length * longitude.length;
  // Members of an ensemble share their times, and each time costs some milliseconds.
  const milliseconds = Array.from(datetime.values as BigInt64Array, (ns) => Number(ns / 1_000_000n));
  const distinct = [...new Set(milliseconds)];
  const radiation = getToaIncidentSolarRadiation(
    distinct.map((ms) => new Date(ms)),
    latitude,
    longitude,
  );
  const data = new Float32Array(milliseconds.length * size);
  milliseconds.forEach((ms, i) => {
    const at = distinct.indexOf(ms) * size;
    data.set(radiation.subarray(at, at + size), i * size);
  });
  const shape = [...datetime.shape, latitude.length, longitude.length];
  return dataset.assign({ [TISR]: variableOf([...datetime.dims, 'lat', 'lon'], hostData('float32', shape, data)) });
}
