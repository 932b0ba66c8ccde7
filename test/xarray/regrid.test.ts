import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { config, grad, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { DataArray, regridConservative } from '../../src/xarray/index.js';

const evenly = (n: number, from: number, step: number): number[] =>
  Array.from({ length: n }, (_, i) => from + i * step);
/** A grid without poles. */
const grid = (numLat: number, numLon: number) => ({
  lat: evenly(numLat, -90 + 90 / numLat, 180 / numLat),
  lon: evenly(numLon, 0, 360 / numLon),
});
const field = (values: readonly number[], { lat, lon }: ReturnType<typeof grid>): DataArray =>
  new DataArray(jnp.reshape(jnp.array(Float32Array.from(values)), [lat.length, lon.length]), {
    dims: ['lat', 'lon'],
    coords: { lat, lon },
  });

/** The mean over the area of the globe. */
function areaMean(x: DataArray): number {
  const lat = x.coords.lat.numbers();
  const half = 90 / lat.length;
  const area = lat.map((l) => Math.sin(((l + half) * Math.PI) / 180) - Math.sin(((l - half) * Math.PI) / 180));
  const values = x.data.dataSync() as Float32Array;
  const numLon = x.sizes.lon;
  return values.reduce((sum, v, i) => sum + (v * area[Math.floor(i / numLon)]) / (2 * numLon), 0);
}

describe('conservative regridding', () => {
  beforeAll(() => config.update('engine', 'reference'));

  const size = fc.integer({ min: 2, max: 7 });
  it('keeps the mean over the globe, and leaves a constant what it is', () =>
    fc.assert(
      fc.property(size, size, size, size, fc.infiniteStream(fc.integer({ min: -9, max: 9 })), (a, b, c, d, stream) => {
        const from = grid(a, b);
        const values = Array.from({ length: a * b }, () => stream.next().value as number);
        const to = grid(c, d);
        const moved = regridConservative(field(values, from), to);
        expect(moved.shape).toEqual([c, d]);
        expect(areaMean(moved)).toBeCloseTo(areaMean(field(values, from)), 5);
        const constant = regridConservative(
          field(
            values.map(() => 3),
            from,
          ),
          to,
        ).data.dataSync() as Float32Array;
        for (const x of constant) expect(x).toBeCloseTo(3, 5);
      }),
      { numRuns: 50 },
    ));

  it('from a grid to itself changes nothing', () => {
    const values = evenly(12, 0, 1);
    const same = regridConservative(field(values, grid(3, 4)), grid(3, 4)).data.dataSync() as Float32Array;
    for (const [i, x] of same.entries()) expect(x).toBeCloseTo(values[i], 5);
  });

  it('spreads what is missing, or leaves it out where that is asked for', () => {
    const values = evenly(8, 1, 0);
    values[0] = Number.NaN;
    const x = field(values, grid(2, 4));
    const coarse = { lat: [-45, 45], lon: [45, 225] };
    expect(regridConservative(x, coarse).data.jsSync()).toEqual([
      [Number.NaN, expect.closeTo(1, 5)],
      [expect.closeTo(1, 5), expect.closeTo(1, 5)],
    ]);
    const left = regridConservative(x, coarse, { skipna: true }).data.dataSync() as Float32Array;
    for (const y of left) expect(y).toBeCloseTo(1, 5);
  });

  it('lets gradients through', () => {
    const from = grid(2, 4);
    const total = (x: NdArray): NdArray =>
      regridConservative(new DataArray(x, { dims: ['lat', 'lon'], coords: from }), grid(2, 2)).data.sum();
    const gradient = grad(total)(jnp.ones([2, 4])).dataSync() as Float32Array;
    // Every source cell is spread over targets whose weights for it sum to half of it.
    for (const g of gradient) expect(g).toBeCloseTo(0.5, 5);
  });

  it('says what is wrong with a grid', () => {
    const x = field(evenly(8, 0, 1), grid(2, 4));
    expect(() => regridConservative(x, { lat: [-100, 0], lon: [0, 180] })).toThrow('degrees from -90 to 90');
    expect(() => regridConservative(x, { lat: [-45, 45], lon: [0, 360] })).toThrow('all different');
    expect(() => regridConservative(x, { latitude: [0], lon: [0] })).toThrow('no coordinate lat');
  });
});

describe('what cannot be done with labels', () => {
  const x = field(evenly(8, 0, 1), grid(2, 4));
  it('is said with the name of the dimension', () => {
    expect(() => x.groupby('time.month')).toThrow('no coordinate time');
    expect(() => x.groupby('lat.month')).toThrow("'lat.month'");
    expect(() => x.interp({ level: [1] })).toThrow('no coordinate level');
    expect(() => x.assignCoords({ lat: [1, 1] }).interp({ lat: [1] })).toThrow('1 in it twice');
    expect(() => x.stack({ z: ['lat', 'height'] })).toThrow('no dimension height');
    expect(() => x.unstack('lat')).toThrow('labels to unstack by');
    expect(() => x.sel({ lat: 3 }, { method: 'nearest', tolerance: 1 })).toThrow('within 1');
    const dated = x.assignCoords({ lat: [new Date(0), new Date(1)] });
    expect(() => dated.sel({ lat: '2020-13' })).toThrow('is not a date');
    expect(() => dated.sel({ lat: '2020-02-30' })).toThrow('is not a date');
  });
});
