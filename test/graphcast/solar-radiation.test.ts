import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgument } from '../../src/error/error.js';
import { InvalidTimestamp } from '../../src/error/graphcast.js';
import { InvalidTimedelta } from '../../src/error/xarray.js';
import { deg2rad } from '../../src/graphcast/model-utils/coordinates.js';
import { getJ2000Days, getOrbitalParameters } from '../../src/graphcast/orbital-parameters.js';
import {
  era5TsiData,
  getToaIncidentSolarRadiation,
  getTsi,
  referenceTsiData,
} from '../../src/graphcast/solar-radiation.js';
import { maxAbsDifference } from '../helpers/closeness.js';
import { describeGolden, golden } from '../helpers/golden.js';
import { readGoldenNpz } from '../helpers/golden-npz.js';

describe('the sun over a day', () => {
  const latitude = [-60, -23, 0, 23, 60];
  const longitude = [0, 90, 180, 270];
  const noon = '2017-03-20T12:00';

  it('is dark at night and nowhere negative', () => {
    const radiation = getToaIncidentSolarRadiation([noon], latitude, longitude);
    expect(radiation.every((x) => x >= 0)).toBe(true);
    // At noon in Greenwich it is midnight at 180 degrees.
    latitude.forEach((_, i) => {
      expect(radiation[4 * i + 2]).toBe(0);
    });
  });

  it('turns with the Earth: an hour later is 15 degrees further west, but for the sun moving on', () => {
    const [now, later] = [
      getToaIncidentSolarRadiation([noon], latitude, longitude),
      getToaIncidentSolarRadiation(
        ['2017-03-20T13:00'],
        latitude,
        longitude.map((lon) => lon - 15),
      ),
    ];
    expect(maxAbsDifference(now, later)).toBeLessThan(2e-3 * Math.max(...now));
  });

  it('adds up: an integral over two hours is the sum of those over each', () => {
    const times = ['2017-06-21T07:00', '2017-06-21T08:00'];
    const whole = getToaIncidentSolarRadiation([times[1]], latitude, longitude, {
      integrationPeriod: '2h',
      numIntegrationBins: 720,
    });
    const halves = getToaIncidentSolarRadiation(times, latitude, longitude);
    const sum = whole.map((_, i) => halves[i] + halves[whole.length + i]);
    // Two float32 roundings of numbers below 2^24.
    expect(maxAbsDifference(whole, sum)).toBeLessThanOrEqual(1);
  });

  it('scales with the brightness of the sun', () => {
    const radiation = (tsi: number) =>
      getToaIncidentSolarRadiation([noon], latitude, longitude, { tsiData: { time: [0], tsi: [tsi] } });
    expect(
      maxAbsDifference(
        radiation(2000),
        radiation(1000).map((x) => 2 * x),
      ),
    ).toBeLessThanOrEqual(1);
  });

  it('refuses what is no time, no duration, no number of bins', () => {
    const with_ = (options: object) => () => getToaIncidentSolarRadiation([noon], latitude, longitude, options);
    expect(() => getToaIncidentSolarRadiation(['noon'], latitude, longitude)).toThrow(InvalidTimestamp);
    expect(with_({ integrationPeriod: 'an hour' })).toThrow(InvalidTimedelta);
    expect(with_({ integrationPeriod: '0h' })).toThrow(InvalidArgument);
    expect(with_({ numIntegrationBins: 0 })).toThrow(InvalidArgument);
  });
});

describe('the orbit of the Earth', () => {
  it('has a declination between the tropics, and the distance of an ellipse', () => {
    fc.assert(
      fc.property(fc.double({ min: -20_000, max: 20_000, noNaN: true }), (days) => {
        const sun = getOrbitalParameters(days);
        expect(Math.hypot(sun.sinDeclination, sun.cosDeclination)).toBeCloseTo(1, 15);
        expect(Math.abs(sun.sinDeclination)).toBeLessThanOrEqual(Math.sin(0.409093));
        expect(Math.abs(sun.solarDistanceAu - 1)).toBeLessThan(0.0169);
        expect(Math.abs(sun.eqOfTimeSeconds)).toBeLessThan(17 * 60);
        expect(sun.rotationalPhase).toBeGreaterThanOrEqual(0);
        expect(sun.rotationalPhase).toBeLessThanOrEqual(1); // 1 where rounding leaves no number just below it
      }),
    );
  });

  it('counts days from noon of the first of January 2000', () => {
    expect(getJ2000Days('2000-01-01T12:00')).toBe(0);
    expect(getJ2000Days('2000-01-03')).toBe(1.5);
  });
});

describe('total solar irradiance', () => {
  it('is interpolated between the middles of years, leap years included', () => {
    const data = { time: [2015.5, 2016.5], tsi: [0, 1] };
    // 2016 has 366 days: its middle is the second of July, 00:00.
    expect([...getTsi(['2016-01-01', '2016-07-02', '2015-07-02T12:00'], data)]).toEqual([0.5, 1, 0]);
  });

  it('holds beyond the ends of the data', () => {
    const { tsi } = era5TsiData();
    expect([...getTsi(['1900-01-01', '2100-01-01'], era5TsiData())]).toEqual([tsi[0], tsi[83]]);
    expect([...getTsi(['0050-01-01', '2020-01-01'], referenceTsiData())]).toEqual([1361, 1361]);
  });
});

describeGolden("DeepMind's solar_radiation", async () => {
  const { solar } = JSON.parse(readFileSync(golden('graphcast/helpers/helpers.json'), 'utf8'));
  const arrays = await readGoldenNpz('graphcast/helpers/solar.npz');
  const datetimes: string[] = solar.datetimes;
  const lat = arrays.lat.data as Float32Array;
  const lon = arrays.lon.data as Float32Array;

  it('has the same irradiance and days', () => {
    expect(maxAbsDifference(getTsi(datetimes, era5TsiData()), arrays.tsi.data)).toBeLessThan(1e-11);
    expect(datetimes.map(getJ2000Days)).toEqual([...arrays.j2000_days.data]);
  });

  it.each([
    ['theta', 'orbital_theta', 1],
    ['rotationalPhase', 'orbital_rotational_phase', 1],
    ['sinDeclination', 'orbital_sin_declination', 1],
    ['cosDeclination', 'orbital_cos_declination', 1],
    ['eqOfTimeSeconds', 'orbital_eq_of_time_seconds', 1000],
    ['solarDistanceAu', 'orbital_solar_distance_au', 1],
  ] as const)('has the same %s', (ours, theirs, scale) => {
    const values = datetimes.map((time) => getOrbitalParameters(getJ2000Days(time))[ours]);
    // The golden is float32 throughout: its angles reach 2 pi * 40 years, whose last place is 1.5e-5.
    expect(maxAbsDifference(values, arrays[theirs].data)).toBeLessThan(3e-5 * scale);
  });

  it('has the same radiation in float64, to the last place of float32', () => {
    // Even there, the original takes the radians of float32 coordinates in float32.
    const rounded = (degrees: Float32Array): Float64Array =>
      Float64Array.from(deg2rad(degrees), (radians) => (radians * 180) / Math.PI);
    const radiation = getToaIncidentSolarRadiation(datetimes, rounded(lat), rounded(lon));
    expect(maxAbsDifference(radiation, arrays.toa_1h_360bins_float64.data)).toBeLessThanOrEqual(0.5);
  });

  // Float32 days round each bin's time by up to 21 s, which averages out: over 36 bins not as well as over 360.
  it.each([
    { name: 'toa_1h_360bins', options: {}, tolerance: 1e-4 },
    { name: 'toa_1h_360bins_jit', options: {}, tolerance: 1e-4 },
    { name: 'toa_reference_tsi', options: { tsiData: referenceTsiData() }, tolerance: 1e-4 },
    { name: 'toa_6h_36bins', options: { integrationPeriod: '6h', numIntegrationBins: 36 }, tolerance: 2e-4 },
  ])('has the same $name in float32, within the error of float32 time', ({ name, options, tolerance }) => {
    const radiation = getToaIncidentSolarRadiation(datetimes, lat, lon, options);
    const expected = arrays[name].data as Float32Array;
    expect(maxAbsDifference(radiation, expected)).toBeLessThan(tolerance * Math.max(...expected));
  });
});
