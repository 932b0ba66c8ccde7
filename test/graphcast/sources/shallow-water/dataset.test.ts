import { beforeAll, expect, it } from 'vitest';
import { InvalidArgument } from '../../../../src/error/error.js';
import { normalizedLatitudeWeights } from '../../../../src/graphcast/latitude-weights.js';
import { shallowWaterDataset } from '../../../../src/graphcast/sources/shallow-water/index.js';
import { config } from '../../../../src/index.js';
import type { Dataset } from '../../../../src/xarray/index.js';
import { describeXla } from '../../../helpers/xla.js';

describeXla('simulated weather', () => {
  let weather: Dataset;
  beforeAll(() => {
    config.update('engine', 'xla');
    weather = shallowWaterDataset({ members: 2, frames: 4, numLat: 19, numLon: 36 });
  });

  /** The mean over the globe of each frame of the first member. */
  const globalMeans = (name: string, power = 1): number[] => {
    const { lat } = weather.coords;
    const weights = normalizedLatitudeWeights(lat.values as Float32Array);
    const frames = weather.get(name).isel({ batch: 0, level: 0 }).data.jsSync() as number[][][];
    return frames.map((frame) => {
      const sums = frame.map((row, i) => (weights[i] * row.reduce((a, b) => a + b ** power, 0)) / row.length);
      return sums.reduce((a, b) => a + b) / frame.length;
    });
  };

  it('has the form of ERA5', () => {
    expect(weather.keys()).toEqual(['geopotential', 'u_component_of_wind', 'v_component_of_wind']);
    for (const [, array] of weather.entries()) {
      expect([array.dims, array.shape, array.dtype]).toEqual([
        ['batch', 'time', 'level', 'lat', 'lon'],
        [2, 4, 1, 19, 36],
        'float32',
      ]);
    }
    expect(weather.coords.time.numbers().map((ns) => ns / 3.6e12)).toEqual([0, 12, 24, 36]);
    expect(weather.coords.datetime.dims).toEqual(['batch', 'time']);
    expect([weather.coords.lat.numbers()[0], weather.coords.lat.numbers()[18]]).toEqual([-90, 90]);
    expect(weather.coords.lon.numbers().slice(0, 2)).toEqual([0, 10]);
  });

  it('has the geopotential of 500 hPa, which keeps its mean, and westerlies', () => {
    // The grid's own quadrature, of second order in the spacing of 10 degrees, is what this mean is exact to.
    for (const mean of globalMeans('geopotential')) expect(Math.abs(mean / 5.4e4 - 1)).toBeLessThan(0.01);
    for (const speed of globalMeans('u_component_of_wind')) expect(speed).toBeGreaterThan(8);
    for (const square of globalMeans('v_component_of_wind', 2)) {
      expect(Math.sqrt(square)).toBeGreaterThan(3);
      expect(Math.sqrt(square)).toBeLessThan(15);
    }
  });

  it('has one wind at a pole, seen from all longitudes', () => {
    for (const lat of [0, 18]) {
      const [u, v] = ['u_component_of_wind', 'v_component_of_wind'].map(
        (name) => weather.get(name).isel({ batch: 0, time: 1, level: 0, lat }).data.dataSync() as Float32Array,
      );
      // Half a turn further on, east is west and north is south.
      for (let j = 0; j < 18; j++) {
        expect(u[j + 18]).toBeCloseTo(-u[j], 3);
        expect(v[j + 18]).toBeCloseTo(-v[j], 3);
      }
      // Seen from above the north pole, east at 90 degrees is where north at 0 degrees points to: (-1, 0). At the other
      // pole, north points away from it, (1, 0).
      expect(u[9]).toBeCloseTo(lat === 0 ? -v[0] : v[0], 3);
    }
  });

  it('differs between members and seeds, and is the same for the same seed', () => {
    const first = (options: object): number[] => {
      const x = shallowWaterDataset({ members: 2, frames: 1, spinUpDays: 0, numLat: 5, numLon: 4, ...options });
      return Array.from(x.variables.geopotential.data.dataSync() as Float32Array);
    };
    const numbers = first({});
    expect(first({})).toEqual(numbers);
    expect(first({ seed: 1 })).not.toEqual(numbers);
    expect(numbers.slice(0, 20)).not.toEqual(numbers.slice(20));
  });

  it('refuses sizes that are none', () => {
    expect(() => shallowWaterDataset({ members: 0 })).toThrow(InvalidArgument);
    expect(() => shallowWaterDataset({ numLat: 1 })).toThrow(InvalidArgument);
    expect(() => shallowWaterDataset({ stepHours: 0 })).toThrow(InvalidArgument);
  });
});
