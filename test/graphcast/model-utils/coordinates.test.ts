import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cartesianToLatLon,
  cartesianToSpherical,
  latLonDegToSpherical,
  latLonToCartesian,
  sphericalToCartesian,
  sphericalToLatLon,
} from '../../../src/graphcast/model-utils/coordinates.js';
import { maxAbsDifference } from '../../helpers/closeness.js';
import { describeGolden, golden } from '../../helpers/golden.js';

const latitude = fc.double({ min: -89.9, max: 89.9, noNaN: true });
const longitude = fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true });

describe('coordinates', () => {
  it('come back from space as they went', () => {
    fc.assert(
      fc.property(latitude, longitude, (lat, lon) => {
        const [lat2, lon2] = cartesianToLatLon(...latLonToCartesian(Float64Array.of(lat), Float64Array.of(lon)));
        // The arc cosine loses half the digits near a pole.
        expect(Math.abs(lat2[0] - lat)).toBeLessThan(1e-11);
        const turn = Math.abs(lon2[0] - lon);
        expect(Math.min(turn, 360 - turn)).toBeLessThan(1e-9);
      }),
    );
  });

  it('are unit vectors in space, z to the north pole and x to the Gulf of Guinea', () => {
    const [x, y, z] = latLonToCartesian(Float64Array.of(90, 0, 0, -90), Float64Array.of(0, 0, 90, 0));
    expect(maxAbsDifference(x, [0, 1, 0, 0])).toBeLessThan(1e-15);
    expect(maxAbsDifference(y, [0, 0, 1, 0])).toBeLessThan(1e-15);
    expect(maxAbsDifference(z, [1, 0, 0, -1])).toBeLessThan(1e-15);
  });

  it('bring longitudes into [0, 360)', () => {
    const [, lon] = sphericalToLatLon(Float64Array.of(-Math.PI / 2, 0, Math.PI), Float64Array.of(1, 1, 1));
    expect(maxAbsDifference(lon, [270, 0, 180])).toBeLessThan(1e-13);
  });

  it('take a vector that rounding has made too long for a pole', () => {
    const [, theta] = cartesianToSpherical(
      Float32Array.of(0, 0),
      Float32Array.of(0, 0),
      Float32Array.of(1 + 2 ** -23, -1 - 2 ** -23),
    );
    expect([...theta]).toEqual([0, Math.fround(Math.PI)]);
  });

  it('keep the precision that they are given', () => {
    for (const Floats of [Float32Array, Float64Array]) {
      const angles = latLonDegToSpherical(Floats.of(10), Floats.of(20));
      for (const x of [...angles, ...sphericalToCartesian(...angles)]) expect(x).toBeInstanceOf(Floats);
    }
  });
});

describeGolden("DeepMind's model_utils: coordinates", () => {
  const { geometry } = JSON.parse(readFileSync(golden('graphcast/helpers/helpers.json'), 'utf8'));
  const lat = Float32Array.from(geometry.lat);
  const lon = Float32Array.from(geometry.lon);

  it('turns degrees into the same float32 angles, to the last bit', () => {
    const [phi, theta] = latLonDegToSpherical(lat, lon);
    expect([...phi]).toEqual(geometry.phi.map(Math.fround));
    expect([...theta]).toEqual(geometry.theta.map(Math.fround));
  });

  it('has the same points in space, to one unit in the last place', () => {
    const [x, y, z] = latLonToCartesian(lat, lon);
    const expected: number[][] = geometry.xyz;
    [x, y, z].forEach((component, k) => {
      expect(
        maxAbsDifference(
          component,
          expected.map((row) => row[k]),
        ),
      ).toBeLessThanOrEqual(2 ** -24);
    });
  });

  it('comes back to the same latitudes and longitudes', () => {
    const [x, y, z] = [0, 1, 2].map((k) => Float32Array.from(geometry.xyz as number[][], (row) => row[k]));
    const [lat2, lon2] = cartesianToLatLon(x, y, z);
    // One unit in the last place of 360 degrees.
    expect(maxAbsDifference(lat2, geometry.lat_back)).toBeLessThanOrEqual(2 ** -15);
    expect(maxAbsDifference(lon2, geometry.lon_back)).toBeLessThanOrEqual(2 ** -15);
  });
});
