import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidLatitudes } from '../../src/error/graphcast.js';
import { normalizedLatitudeWeights, normalizedLevelWeights } from '../../src/graphcast/latitude-weights.js';
import { maxAbsDifference } from '../helpers/closeness.js';
import { describeGolden, golden } from '../helpers/golden.js';

/** `n` latitudes with both poles, or the middles of `n` cells. */
const withPoles = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => -90 + (180 * i) / (n - 1));
const withoutPoles = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => -90 + (180 * (i + 0.5)) / n);
const grids = fc.oneof(
  fc.integer({ min: 2, max: 300 }).map(withPoles),
  fc.integer({ min: 2, max: 300 }).map(withoutPoles),
);

/** The share of the sphere between latitudes half a spacing either side, cut off at the poles: (sin b - sin a) / 2. */
function shareOfSphere(latitude: Float64Array): Float64Array {
  const half = Math.abs(latitude[1] - latitude[0]) / 2;
  const sine = (lat: number): number => Math.sin((Math.min(90, Math.max(-90, lat)) * Math.PI) / 180);
  return latitude.map((lat) => (sine(lat + half) - sine(lat - half)) / 2);
}

describe('latitude weights', () => {
  it('are the areas of the cells, with and without poles', () => {
    fc.assert(
      fc.property(grids, (latitude) => {
        const expected = shareOfSphere(latitude).map((share) => share * latitude.length);
        expect(maxAbsDifference(normalizedLatitudeWeights(latitude), expected)).toBeLessThan(1e-12);
      }),
    );
  });

  it('turn round with the latitudes', () => {
    fc.assert(
      fc.property(grids, (latitude) => {
        const reversed = normalizedLatitudeWeights(latitude.toReversed());
        expect(maxAbsDifference(reversed, normalizedLatitudeWeights(latitude).toReversed())).toBeLessThan(1e-14);
      }),
    );
  });

  it('keep the precision of the latitudes', () => {
    expect(normalizedLatitudeWeights(Float32Array.of(-90, 0, 90))).toBeInstanceOf(Float32Array);
  });

  it.each([
    { latitudes: [], reason: 'spacing' },
    { latitudes: [90], reason: 'pole' },
    { latitudes: [-90, -45, 0, 45], reason: 'one pole but not both' },
    { latitudes: [-60, -30, 0, 30, 60], reason: 'half a spacing from the poles' },
    { latitudes: [-90, -80, 0, 80, 90], reason: 'not uniformly spaced' },
  ])('refuse $latitudes', ({ latitudes, reason }) => {
    expect(() => normalizedLatitudeWeights(Float64Array.from(latitudes))).toThrow(InvalidLatitudes);
    expect(() => normalizedLatitudeWeights(Float64Array.from(latitudes))).toThrow(reason);
  });
});

describe('level weights', () => {
  it('are the pressures, scaled to a mean of 1', () => {
    expect([...normalizedLevelWeights([250, 500, 750])]).toEqual([0.5, 1, 1.5]);
  });
});

interface GoldenLatitudes {
  readonly lat: number[];
  readonly weights: number[];
}

describeGolden("DeepMind's losses: weights", () => {
  const { weights } = JSON.parse(readFileSync(golden('graphcast/helpers/helpers.json'), 'utf8'));

  it.each(Object.entries(weights.latitude as Record<string, GoldenLatitudes>))('are the same for %s', (_, grid) => {
    const ours = normalizedLatitudeWeights(Float32Array.from(grid.lat));
    // Four float32 roundings of numbers up to 1.6 (2^-24 of 2 each): NumPy's cosine, product, mean and quotient.
    expect(maxAbsDifference(ours, grid.weights)).toBeLessThanOrEqual(4 * 2 ** -23);
  });

  it.each(Object.entries(weights.level as Record<string, { level: number[]; weights: number[] }>))(
    'are the same for the levels of %s',
    (_, { level, weights: expected }) => {
      expect(maxAbsDifference(normalizedLevelWeights(level), expected)).toBeLessThan(1e-15);
    },
  );

  it.each(Object.entries(weights.latitude_rejected as Record<string, { lat: number[] }>))(
    'refuse %s too',
    (_, { lat }) => {
      expect(() => normalizedLatitudeWeights(Float64Array.from(lat))).toThrow(InvalidLatitudes);
    },
  );
});
