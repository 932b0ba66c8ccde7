import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeMismatch } from '../../../src/error/error.js';
import {
  AVG_SEC_PER_YEAR,
  DAY_PROGRESS,
  featurizeProgress,
  getDayProgress,
  getSecondsSinceEpoch,
  getYearProgress,
  SEC_PER_DAY,
  YEAR_PROGRESS,
} from '../../../src/graphcast/data-utils/progress.js';
import { maxAbsDifference } from '../../helpers/closeness.js';
import { describeGolden, golden } from '../../helpers/golden.js';

const seconds = fc.integer({ min: -5e9, max: 5e9 });
/** The distance on a circle of circumference 1. */
const apart = (a: number, b: number): number => Math.abs(a - b - Math.round(a - b));

describe('progress', () => {
  it('lies in [0, 1]', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: -180, max: 360, noNaN: true }), (time, lon) => {
        for (const progress of [getYearProgress([time])[0], getDayProgress([time], Float64Array.of(lon))[0]]) {
          expect(progress).toBeGreaterThanOrEqual(0);
          expect(progress).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('of the day repeats every day, and runs ahead by a quarter every 90 degrees east', () => {
    fc.assert(
      fc.property(seconds, (time) => {
        const lon = Float64Array.of(0, 90, 180, 270);
        const today = getDayProgress([time], lon);
        expect(getDayProgress([time + SEC_PER_DAY], lon)).toEqual(today);
        for (let j = 1; j < 4; j++) expect(apart(today[j], today[0] + j / 4)).toBeLessThan(1e-7);
      }),
    );
  });

  it('of the year repeats every mean year', () => {
    fc.assert(
      fc.property(seconds, (time) => {
        expect(apart(getYearProgress([time + AVG_SEC_PER_YEAR])[0], getYearProgress([time])[0])).toBeLessThan(2e-7);
      }),
    );
  });

  it('becomes a point on the unit circle', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (fraction) => {
        const progress = { data: Float32Array.of(fraction), shape: [1] };
        const { x_sin, x_cos } = featurizeProgress('x', ['time'], progress);
        expect(Math.hypot(Number(x_sin.data[0]), Number(x_cos.data[0]))).toBeCloseTo(1, 6);
      }),
    );
  });

  it('keeps its name, dimensions and shape as a feature', () => {
    const progress = { data: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 0), shape: [2, 3] };
    const features = featurizeProgress(DAY_PROGRESS, ['time', 'lon'], progress);
    expect(Object.keys(features)).toEqual(['day_progress', 'day_progress_sin', 'day_progress_cos']);
    for (const { dims, shape, dtype } of Object.values(features)) {
      expect({ dims, shape, dtype }).toEqual({ dims: ['time', 'lon'], shape: [2, 3], dtype: 'float32' });
    }
    expect(features.day_progress.data).toEqual(progress.data);
  });

  it('must have a name for each dimension', () => {
    const progress = { data: new Float32Array(6), shape: [2, 3] };
    expect(() => featurizeProgress(YEAR_PROGRESS, ['time'], progress)).toThrow(ShapeMismatch);
  });
});

describeGolden("DeepMind's data_utils: progress", () => {
  const { time_features } = JSON.parse(readFileSync(golden('graphcast/helpers/helpers.json'), 'utf8'));
  const times = getSecondsSinceEpoch(time_features.datetimes);
  const year = getYearProgress(times);
  const day = getDayProgress(times, Float32Array.from(time_features.lon));
  const exactly = (nested: number[] | number[][]): number[] => nested.flat().map(Math.fround);

  it('counts the same seconds', () => {
    expect([...times]).toEqual(time_features.seconds_since_epoch);
    expect(AVG_SEC_PER_YEAR).toBe(time_features.avg_sec_per_year);
  });

  it('has the same progress of year and day, to the last bit', () => {
    expect([...year]).toEqual(exactly(time_features.year_progress));
    expect([...day]).toEqual(exactly(time_features.day_progress));
  });

  it.each([
    { name: 'year_progress', data: year, shape: [9] },
    { name: 'day_progress', data: day, shape: [9, 8] },
  ])('has the same sine and cosine of $name', ({ name, data, shape }) => {
    const features = featurizeProgress(name, ['time', 'lon'].slice(0, shape.length), { data, shape });
    for (const feature of [`${name}_sin`, `${name}_cos`]) {
      // One unit in the last place of numbers up to 1: NumPy's float32 sine is not rounded correctly everywhere.
      const values = features[feature].data as Float32Array;
      expect(maxAbsDifference(values, exactly(time_features[feature]))).toBeLessThanOrEqual(2 ** -23);
    }
  });
});
