/**
 * Where in the year and in the day a moment is, as numbers that a network can use.
 *
 *   year progress   the fraction of the mean tropical year that has passed: 0 at 1970-01-01T00:00Z and every
 *                   365.24219 days from there
 *   day progress    the fraction of the day that has passed by the mean sun at a longitude
 *
 * Networks get the sine and cosine, for which midnight and the turn of the year are no jump. Arithmetic is float64,
 * results are float32, as in DeepMind's `data_utils`.
 */
import { type HostData, hostData } from '../../array/host.js';
import { ShapeMismatch } from '../../error/error.js';
import { type FloatArray, floorMod, mapFloats, roundingOf } from '../float-array.js';
import { deg2rad } from '../model-utils/coordinates.js';
import { millisecondsSinceEpoch, type TimestampLike } from '../timestamp.js';

export const SEC_PER_DAY = 86_400;
const AVG_DAY_PER_YEAR = 365.24219;
export const AVG_SEC_PER_YEAR = SEC_PER_DAY * AVG_DAY_PER_YEAR;

export const DAY_PROGRESS = 'day_progress';
export const YEAR_PROGRESS = 'year_progress';

/**
 * Returns whole seconds since 1970-01-01T00:00Z, [numTimes]; fractions are cut off towards the past.
 *
 * @throws InvalidTimestamp for text that is no time
 */
export const getSecondsSinceEpoch = (timestamps: readonly TimestampLike[]): Float64Array =>
  Float64Array.from(timestamps, (timestamp) => Math.floor(millisecondsSinceEpoch(timestamp) / 1000));

/** Returns the year progress in [0, 1), [numTimes] float32, of times in seconds since 1970-01-01T00:00Z. */
export function getYearProgress(secondsSinceEpoch: ArrayLike<number>): Float32Array {
  return Float32Array.from(secondsSinceEpoch, (seconds) => floorMod(seconds / SEC_PER_DAY / AVG_DAY_PER_YEAR, 1));
}

/**
 * Returns the day progress in [0, 1), [numTimes, numLon] row-major float32.
 *
 * secondsSinceEpoch: [numTimes] seconds since 1970-01-01T00:00Z. longitude: [numLon] degrees. (Rounding to float32 may
 * turn a value just below 1 into 1.)
 */
export function getDayProgress(secondsSinceEpoch: ArrayLike<number>, longitude: FloatArray): Float32Array {
  const turn = roundingOf(longitude)(2 * Math.PI);
  const offsets = mapFloats(deg2rad(longitude), (radians) => radians / turn);
  const progress = new Float32Array(secondsSinceEpoch.length * offsets.length);
  for (let i = 0; i < secondsSinceEpoch.length; i++) {
    const greenwich = floorMod(secondsSinceEpoch[i], SEC_PER_DAY) / SEC_PER_DAY;
    for (let j = 0; j < offsets.length; j++) progress[i * offsets.length + j] = floorMod(greenwich + offsets[j], 1);
  }
  return progress;
}

/** An array with a name for each dimension: what becomes a variable of a dataset. */
export interface NamedDimensions extends HostData {
  readonly dims: readonly string[];
}

/**
 * Returns `progress` under its `name`, and the sine and cosine of its turn, `name_sin` and `name_cos`, all float32.
 *
 * dims: a name for each dimension of `progress`, such as `['time', 'lon']`.
 *
 * @throws ShapeMismatch if there are more or fewer names than dimensions
 */
export function featurizeProgress(
  name: string,
  dims: readonly string[],
  progress: { readonly data: Float32Array; readonly shape: readonly number[] },
): Readonly<Record<string, NamedDimensions>> {
  const { data, shape } = progress;
  if (dims.length !== shape.length) {
    throw new ShapeMismatch({
      op: 'featurizeProgress',
      argument: 'progress',
      expected: `${dims.length} dimensions are named (${dims.join(', ')})`,
      actual: shape,
    });
  }
  const turn = Math.fround(2 * Math.PI);
  const phase = data.map((fraction) => fraction * turn);
  const feature = (values: Float32Array): NamedDimensions => ({ ...hostData('float32', shape, values), dims });
  return {
    [name]: feature(data),
    [`${name}_sin`]: feature(phase.map(Math.sin)),
    [`${name}_cos`]: feature(phase.map(Math.cos)),
  };
}
