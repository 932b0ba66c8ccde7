/**
 * The sunlight that reaches the top of the atmosphere, integrated over the hour before a time: ERA5's
 * `toa_incident_solar_radiation` (tisr), in J m-2.
 *
 * The flux on a horizontal plane is
 *
 *   tsi / distance^2 * max(0, sin(altitude)),
 *   sin(altitude) = cos(lat) cos(declination) cos(2 pi (rotational phase + equation of time) + lon)
 *                   + sin(lat) sin(declination)
 *
 * (orbital-parameters.ts has declination, equation of time and distance; total-solar-irradiance.ts has tsi), and the
 * integral is the trapezoidal rule over equal bins. DeepMind's `solar_radiation` computes it in float32; here it is
 * float64, rounded to float32 at the end. The original differs from float64 by up to 1e-5 of the maximum, because
 * float32 days resolve a bin's time to 42 s only.
 */
import { InvalidArgument } from '../error/error.js';
import { parseTimedelta, type TimedeltaLike } from '../xarray/index.js';
import { getJ2000Days, getOrbitalParameters, type OrbitalParameters, SECONDS_PER_DAY } from './orbital-parameters.js';
import type { TimestampLike } from './timestamp.js';
import { era5TsiData, getTsi, type TsiData } from './total-solar-irradiance.js';

export { era5TsiData, getTsi, referenceTsiData, type TsiData } from './total-solar-irradiance.js';

export interface SolarRadiationOptions {
  /** Yearly means of the sun's brightness. Default: what ERA5 used. */
  readonly tsiData?: TsiData;
  /** How long before each timestamp the integral begins. Default `'1h'`, as in ERA5. */
  readonly integrationPeriod?: TimedeltaLike;
  /** Number of equal bins of the trapezoidal rule. Default 360. */
  readonly numIntegrationBins?: number;
}

/**
 * Returns the solar radiation that falls on the top of the atmosphere in the period before each timestamp, J m-2,
 * [numTimes, numLat, numLon] row-major float32.
 *
 * latitude: [numLat] degrees, longitude: [numLon] degrees.
 *
 * @throws InvalidTimestamp, InvalidTimedelta for text that is none
 * @throws InvalidArgument if the number of bins is not a positive whole number, or the period is not positive
 */
export function getToaIncidentSolarRadiation(
  timestamps: readonly TimestampLike[],
  latitude: ArrayLike<number>,
  longitude: ArrayLike<number>,
  { tsiData = era5TsiData(), integrationPeriod = '1h', numIntegrationBins = 360 }: SolarRadiationOptions = {},
): Float32Array {
  const op = 'getToaIncidentSolarRadiation';
  if (!Number.isInteger(numIntegrationBins) || numIntegrationBins < 1) {
    const expected = 'a whole number, 1 or more';
    throw new InvalidArgument({ op, argument: 'numIntegrationBins', expected, actual: `${numIntegrationBins}` });
  }
  const seconds = Number(parseTimedelta(integrationPeriod)) / 1e9;
  if (!(seconds > 0)) {
    throw new InvalidArgument({
      op,
      argument: 'integrationPeriod',
      expected: 'longer than 0',
      actual: integrationPeriod,
    });
  }
  const tsi = getTsi(timestamps, tsiData);
  const sizeOfOne = latitude.length * longitude.length;
  const radiation = new Float32Array(timestamps.length * sizeOfOne);
  timestamps.forEach((timestamp, i) => {
    const moments = momentsOf(getJ2000Days(timestamp), seconds, numIntegrationBins);
    integrate(moments, tsi[i], latitude, longitude, radiation.subarray(i * sizeOfOne, (i + 1) * sizeOfOne));
  });
  return radiation;
}

/** A point of the trapezoidal rule: where the sun is, and the seconds that the point stands for. */
interface Moment {
  readonly sun: OrbitalParameters;
  readonly weight: number;
}

/** The `bins + 1` points of the rule from `seconds` before a time up to it. */
function momentsOf(j2000Days: number, seconds: number, bins: number): Moment[] {
  return Array.from({ length: bins + 1 }, (_, k) => ({
    sun: getOrbitalParameters(j2000Days - ((bins - k) / bins) * (seconds / SECONDS_PER_DAY)),
    weight: (seconds / bins) * (k === 0 || k === bins ? 0.5 : 1),
  }));
}

/**
 * Writes the integral for every point of the grid into `out`, [numLat, numLon].
 *
 * The cosine of the hour angle depends on moment and longitude, the rest on moment and latitude; so nothing but a
 * product, a sum and a maximum is left to do for each moment at each grid point.
 */
function integrate(
  moments: readonly Moment[],
  tsi: number,
  latitude: ArrayLike<number>,
  longitude: ArrayLike<number>,
  out: Float32Array,
): void {
  const count = moments.length;
  const cosHourAngle = new Float64Array(longitude.length * count); // [numLon, numMoments]
  for (let j = 0; j < longitude.length; j++) {
    const lon = (longitude[j] * Math.PI) / 180;
    moments.forEach(({ sun }, k) => {
      const solarTime = sun.rotationalPhase + sun.eqOfTimeSeconds / SECONDS_PER_DAY;
      cosHourAngle[j * count + k] = Math.cos(2 * Math.PI * solarTime + lon);
    });
  }
  const swing = new Float64Array(count);
  const base = new Float64Array(count);
  for (let i = 0; i < latitude.length; i++) {
    const lat = (latitude[i] * Math.PI) / 180;
    moments.forEach(({ sun, weight }, k) => {
      const energy = (tsi / sun.solarDistanceAu ** 2) * weight;
      swing[k] = energy * Math.cos(lat) * sun.cosDeclination;
      base[k] = energy * Math.sin(lat) * sun.sinDeclination;
    });
    for (let j = 0; j < longitude.length; j++) {
      let sum = 0;
      for (let k = 0; k < count; k++) {
        const flux = swing[k] * cosHourAngle[j * count + k] + base[k];
        if (flux > 0) sum += flux;
      }
      out[i * longitude.length + j] = sum;
    }
  }
}
