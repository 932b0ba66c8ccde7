/**
 * How much of the loss a latitude or a pressure level carries: by the area of its grid cells, by its pressure.
 *
 * A cell around latitude l with spacing d covers sin(l + d/2) - sin(l - d/2) = 2 sin(d/2) cos(l) of a meridian's
 * projected length, to which its area is proportional. Two equispaced grids are understood:
 *
 *   without poles   -90 + d/2, ..., 90 - d/2     weight cos(l), the common factor omitted
 *   with poles      -90, ..., 90                 weight cos(l) sin(d/2), and for the polar caps, which reach only
 *                                                d/2 from the pole, (1 - cos(d/2)) / 2 = sin(d/4)^2
 *
 * All weights are divided by their mean. They keep the precision of the coordinates: float32 latitudes give float32
 * weights. From DeepMind's `losses`.
 */
import { InvalidLatitudes } from '../error/graphcast.js';
import { type FloatArray, mapFloats } from './float-array.js';
import { deg2rad } from './model-utils/coordinates.js';

/**
 * Returns weights of unit mean, [numLat], proportional to the area of the grid cells.
 *
 * latitude: [numLat] degrees, equispaced, ascending or descending.
 *
 * @throws InvalidLatitudes if the latitudes are not one of the two grids above
 */
export function normalizedLatitudeWeights<A extends FloatArray>(latitude: A): A {
  const hasPole = latitude.some((lat) => isClose(Math.abs(lat), 90));
  return unitMean(hasPole ? weightForLatitudeVectorWithPoles(latitude) : weightForLatitudeVectorWithoutPoles(latitude));
}

/** Returns weights of unit mean, [numLevels], proportional to the pressure of the levels (in any unit). */
export const normalizedLevelWeights = (level: ArrayLike<number>): Float64Array => unitMean(Float64Array.from(level));

function weightForLatitudeVectorWithoutPoles<A extends FloatArray>(latitude: A): A {
  const delta = spacingOf(latitude);
  checkExtremes(latitude, 90 - delta / 2, 'do not start and end half a spacing from the poles');
  return mapFloats(deg2rad(latitude), Math.cos);
}

function weightForLatitudeVectorWithPoles<A extends FloatArray>(latitude: A): A {
  const delta = (spacingOf(latitude) * Math.PI) / 180;
  checkExtremes(latitude, 90, 'include one pole but not both');
  const weights = mapFloats(deg2rad(latitude), (angle) => Math.cos(angle) * Math.sin(delta / 2));
  weights[0] = weights[weights.length - 1] = Math.sin(delta / 4) ** 2;
  return weights;
}

/** The absolute distance of neighbouring latitudes. */
function spacingOf(latitude: FloatArray): number {
  const first = latitude[1] - latitude[0];
  for (let i = 1; i < latitude.length; i++) {
    if (!isClose(first, latitude[i] - latitude[i - 1])) reject(latitude, 'are not uniformly spaced');
  }
  return Math.abs(first);
}

function checkExtremes(latitude: FloatArray, extreme: number, reason: string): void {
  if (!isClose(Math.max(...latitude), extreme) || !isClose(Math.min(...latitude), -extreme)) reject(latitude, reason);
}

function reject(latitude: FloatArray, reason: string): never {
  throw new InvalidLatitudes({ latitudes: Array.from(latitude), reason });
}

/** NumPy's `isclose` with its default tolerances. */
const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-8 + 1e-5 * Math.abs(b);

function unitMean<A extends FloatArray>(weights: A): A {
  let sum = 0;
  for (const weight of weights) sum += weight;
  const mean = sum / weights.length;
  return mapFloats(weights, (weight) => weight / mean);
}
