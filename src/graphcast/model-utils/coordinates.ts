/**
 * Points on the unit sphere in three notations.
 *
 *   lat, lon      degrees; lat in [-90, 90], lon in [0, 360)
 *   phi, theta    radians; phi = longitude, theta = angle from the north pole (physics convention)
 *   x, y, z       x towards (lat 0, lon 0), z towards the north pole
 *
 * All functions work elementwise and keep the precision of their input as NumPy does (see float-array.ts): a float32
 * longitude gives a float32 phi. Sines and cosines may differ from NumPy's float32 routines in the last bit.
 */
import { type FloatArray, floorMod, mapFloats, roundingOf, sameKind } from '../float-array.js';

/** Degrees to radians; the factor itself is rounded to the precision of `x`, as NumPy's is. */
export function deg2rad<A extends FloatArray>(x: A): A {
  const round = roundingOf(x);
  const radiansPerDegree = round(round(Math.PI) / 180);
  return mapFloats(x, (value) => value * radiansPerDegree);
}

/** Radians to degrees. */
export function rad2deg<A extends FloatArray>(x: A): A {
  const round = roundingOf(x);
  const degreesPerRadian = round(180 / round(Math.PI));
  return mapFloats(x, (value) => value * degreesPerRadian);
}

/** Returns `[phi, theta]` in radians of latitudes and longitudes in degrees. */
export function latLonDegToSpherical<A extends FloatArray>(nodeLat: A, nodeLon: A): readonly [phi: A, theta: A] {
  return [deg2rad(nodeLon), deg2rad(mapFloats(nodeLat, (lat) => 90 - lat))];
}

/** Returns `[lat, lon]` in degrees of angles in radians; the longitude is brought into [0, 360). */
export function sphericalToLatLon<A extends FloatArray>(phi: A, theta: A): readonly [lat: A, lon: A] {
  return [
    mapFloats(rad2deg(theta), (degrees) => 90 - degrees),
    mapFloats(rad2deg(phi), (degrees) => floorMod(degrees, 360)),
  ];
}

/**
 * Returns `[phi, theta]` of unit vectors, phi in [-pi, pi].
 *
 * Where rounding has pushed |z| over 1, the point is a pole (NumPy's answer there is NaN).
 */
export function cartesianToSpherical<A extends FloatArray>(x: A, y: A, z: A): readonly [phi: A, theta: A] {
  return [
    mapFloats(y, (value, i) => Math.atan2(value, x[i])),
    mapFloats(z, (value) => Math.acos(Math.min(1, Math.max(-1, value)))),
  ];
}

/** Returns the unit vectors `[x, y, z]` that the angles point to. */
export function sphericalToCartesian<A extends FloatArray>(phi: A, theta: A): readonly [x: A, y: A, z: A] {
  const round = roundingOf(phi);
  const x = sameKind(phi, phi.length);
  const y = sameKind(phi, phi.length);
  const z = sameKind(phi, phi.length);
  for (let i = 0; i < phi.length; i++) {
    const sinTheta = round(Math.sin(theta[i]));
    x[i] = round(Math.cos(phi[i])) * sinTheta;
    y[i] = round(Math.sin(phi[i])) * sinTheta;
    z[i] = Math.cos(theta[i]);
  }
  return [x, y, z];
}

/** Returns the unit vectors `[x, y, z]` of latitudes and longitudes in degrees. */
export const latLonToCartesian = <A extends FloatArray>(lat: A, lon: A): readonly [x: A, y: A, z: A] =>
  sphericalToCartesian(...latLonDegToSpherical(lat, lon));

/** Returns `[lat, lon]` in degrees of unit vectors. */
export const cartesianToLatLon = <A extends FloatArray>(x: A, y: A, z: A): readonly [lat: A, lon: A] =>
  sphericalToLatLon(...cartesianToSpherical(x, y, z));
