import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgument } from '../../../src/error/error.js';
import { latLonDegToSpherical, sphericalToCartesian } from '../../../src/graphcast/model-utils/coordinates.js';
import {
  getRelativePositionInReceiverLocalCoordinates,
  getRotationMatricesToLocalCoordinates,
  rotateWithMatrices,
} from '../../../src/graphcast/model-utils/local-coordinates.js';
import { maxAbsDifference } from '../../helpers/closeness.js';
import { describeGolden, golden } from '../../helpers/golden.js';

const angles = fc.record({
  phi: fc.double({ min: -Math.PI, max: 2 * Math.PI, noNaN: true }),
  theta: fc.double({ min: 0, max: Math.PI, noNaN: true }),
});
const vectors = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -10, max: 10, noNaN: true })));
const modes = fc.constantFrom(
  { latitude: true, longitude: true },
  { latitude: true, longitude: false },
  { latitude: false, longitude: true },
);
const pointTo = (phi: number, theta: number): Float64Array =>
  Float64Array.from(sphericalToCartesian(Float64Array.of(phi), Float64Array.of(theta)), ([x]) => x);

describe('a rotation to local coordinates', () => {
  it('preserves norms and angles: R transposed times R is the identity', () => {
    fc.assert(
      fc.property(angles, modes, vectors, ({ phi, theta }, { latitude, longitude }, vector) => {
        const R = getRotationMatricesToLocalCoordinates(
          Float64Array.of(phi),
          Float64Array.of(theta),
          latitude,
          longitude,
        );
        const rotated = rotateWithMatrices(R, Float64Array.from(vector));
        expect(Math.hypot(...rotated)).toBeCloseTo(Math.hypot(...vector), 12);
        const gram = [0, 1, 2].flatMap((i) =>
          [0, 1, 2].map((j) => R[i] * R[j] + R[3 + i] * R[3 + j] + R[6 + i] * R[6 + j]),
        );
        expect(maxAbsDifference(gram, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-14);
      }),
    );
  });

  it('turns the reference to longitude 0, to latitude 0, or to both', () => {
    fc.assert(
      fc.property(angles, modes, ({ phi, theta }, { latitude, longitude }) => {
        const R = getRotationMatricesToLocalCoordinates(
          Float64Array.of(phi),
          Float64Array.of(theta),
          latitude,
          longitude,
        );
        const rotated = rotateWithMatrices(R, pointTo(phi, theta));
        const expected = pointTo(longitude ? 0 : phi, latitude ? Math.PI / 2 : theta);
        expect(maxAbsDifference(rotated, expected)).toBeLessThan(1e-14);
      }),
    );
  });

  it('keeps north up: a step to the pole before is a step to the pole after', () => {
    fc.assert(
      fc.property(angles, modes, ({ phi, theta }, { latitude, longitude }) => {
        const north = pointTo(phi, theta - Math.PI / 2); // the tangent towards the north pole
        const R = getRotationMatricesToLocalCoordinates(
          Float64Array.of(phi),
          Float64Array.of(theta),
          latitude,
          longitude,
        );
        const expected = pointTo(longitude ? 0 : phi, latitude ? 0 : theta - Math.PI / 2);
        expect(maxAbsDifference(rotateWithMatrices(R, north), expected)).toBeLessThan(1e-14);
      }),
    );
  });

  it('must rotate something', () => {
    expect(() => getRotationMatricesToLocalCoordinates(Float64Array.of(0), Float64Array.of(0), false, false)).toThrow(
      InvalidArgument,
    );
  });
});

describe('relative positions', () => {
  it('look the same wherever on the globe the edge is turned about the axis', () => {
    fc.assert(
      fc.property(angles, angles, fc.double({ min: -3, max: 3, noNaN: true }), (sender, receiver, turn) => {
        const seen = (shift: number) =>
          getRelativePositionInReceiverLocalCoordinates(
            Float64Array.of(sender.phi + shift, receiver.phi + shift),
            Float64Array.of(sender.theta, receiver.theta),
            [0],
            [1],
            false,
            true,
          );
        expect(maxAbsDifference(seen(turn), seen(0))).toBeLessThan(1e-14);
      }),
    );
  });

  it('are plain differences, in the precision of the nodes, without a rotation', () => {
    const phi = Float32Array.of(0, 1);
    const theta = Float32Array.of(1, 2);
    const [x, y, z] = sphericalToCartesian(phi, theta);
    const relative = getRelativePositionInReceiverLocalCoordinates(phi, theta, [0], [1], false, false);
    expect(relative).toEqual(Float32Array.of(x[0] - x[1], y[0] - y[1], z[0] - z[1]));
  });
});

describeGolden("DeepMind's model_utils: rotations", () => {
  const { geometry } = JSON.parse(readFileSync(golden('graphcast/helpers/helpers.json'), 'utf8'));
  const [phi, theta] = latLonDegToSpherical(Float32Array.from(geometry.lat), Float32Array.from(geometry.lon));

  it.each([
    [true, true],
    [false, true],
    [true, false],
  ])('has the same matrices for latitude %s, longitude %s', (latitude, longitude) => {
    const name = `latitude=${latitude ? 'True' : 'False'},longitude=${longitude ? 'True' : 'False'}`;
    const expected: number[] = geometry.rotation_matrices[name].flat(2);
    const matrices = getRotationMatricesToLocalCoordinates(phi, theta, latitude, longitude);
    expect(maxAbsDifference(matrices, expected)).toBeLessThan(1e-15);
  });
});
