import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readWeatherFile } from '../../../src/graphcast/sources/netcdf.js';
import { loadSource } from '../../../src/graphcast/sources/source.js';
import type { WeatherFileOptions } from '../../../src/graphcast/sources/weather.js';
import { config } from '../../../src/index.js';
import { type NetcdfContent, writeNetcdf } from '../../../src/io/netcdf.js';
import type { Dataset } from '../../../src/xarray/index.js';
import { failure, run } from '../../helpers/either.js';
import { temporaryFolder } from '../../helpers/folder.js';

const file = temporaryFolder();
type Attributes = NetcdfContent['attributes'];

const axis = (name: string, values: readonly number[], attributes: Attributes = {}): [string, NetcdfContent] => [
  name,
  {
    dimensions: [name],
    value: { dtype: 'float64', shape: [values.length], data: Float64Array.from(values) },
    attributes,
  },
];
const field = (
  name: string,
  sizes: { readonly [dim: string]: number },
  f: (index: readonly number[]) => number,
  attributes: Attributes = {},
): [string, NetcdfContent] => {
  const shape = Object.values(sizes);
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, (_, i) => {
    let rest = i;
    const index = [...shape].reverse().map((n) => {
      const k = rest % n;
      rest = Math.floor(rest / n);
      return k;
    });
    return f(index.reverse());
  });
  return [name, { dimensions: Object.keys(sizes), value: { dtype: 'float32', shape, data }, attributes }];
};

/** A file of these variables, its path. */
async function written(name: string, ...variables: readonly [string, NetcdfContent][]): Promise<string> {
  await run(writeNetcdf(file(name), { variables: Object.fromEntries(variables) }));
  return file(name);
}

const hours = { units: 'hours since 2020-01-01' };
const sizes = { valid_time: 3, pressure_level: 2, latitude: 2, longitude: 3 };
/** As the Climate Data Store delivers it: north first, bottom first, longitudes around Greenwich. */
const store = (): [string, NetcdfContent][] => [
  axis('valid_time', [0, 6, 12], hours),
  axis('pressure_level', [850, 500], { units: 'hPa' }),
  axis('latitude', [45, -45], { units: 'degrees_north' }),
  axis('longitude', [-120, 0, 120], { units: 'degrees_east' }),
  field('t', sizes, ([time, level, lat, lon]) => 1000 * time + 100 * level + 10 * lat + lon),
  field('z', { latitude: 2, longitude: 3 }, ([lat, lon]) => 10 * lat + lon),
];
const read = async (path: string, options: WeatherFileOptions = {}): Promise<Dataset> =>
  (await run(readWeatherFile(path, options))).dataset;

describe('a file of weather', () => {
  beforeAll(() => config.update('engine', 'reference'));

  it('gets the names, order and directions of GraphCast', async () => {
    const dataset = await read(await written('store.nc', ...store()));
    expect(dataset.keys()).toEqual(['temperature', 'geopotential_at_surface']);
    expect(dataset.get('temperature').dims).toEqual(['batch', 'time', 'level', 'lat', 'lon']);
    expect(dataset.get('geopotential_at_surface').dims).toEqual(['lat', 'lon']);
    expect(dataset.coords.level.numbers()).toEqual([500, 850]);
    expect(dataset.coords.lat.numbers()).toEqual([-45, 45]);
    expect(dataset.coords.lon.numbers()).toEqual([0, 120, 240]);
    expect(dataset.get('temperature').isel({ batch: 0, time: 1 }).data.jsSync()).toEqual([
      [
        [1111, 1112, 1110],
        [1101, 1102, 1100],
      ],
      [
        [1011, 1012, 1010],
        [1001, 1002, 1000],
      ],
    ]);
    expect(dataset.coords.time.numbers().map((ns) => ns / 3.6e12)).toEqual([0, 6, 12]);
    expect([dataset.coords.datetime.dims, dataset.coords.datetime.label(1)]).toEqual([
      ['batch', 'time'],
      '2020-01-01T06:00:00',
    ]);
  });

  it('is cut down to the variables and levels that were asked for, by either name', async () => {
    const path = await written('some.nc', ...store());
    const dataset = await read(path, { variables: ['t'], levels: [850] });
    expect(dataset.keys()).toEqual(['temperature']);
    expect(dataset.coords.level.numbers()).toEqual([850]);
    expect((await failure(readWeatherFile(path, { levels: [700] }))).tag).toBe('NotFound');
    const absent = await failure(readWeatherFile(path, { variables: ['sst'] }));
    expect([absent.tag, absent.message]).toEqual(['UnusableVariable', expect.stringContaining(path)]);
  });

  it('knows axes by usual names where nothing else tells, levels in Pa, and a longitude that is there twice', async () => {
    const path = await written(
      'plain.nc',
      axis('time', [0, 6], hours),
      axis('plev', [85_000], { units: 'Pa' }),
      axis('lat', [-45, 45]),
      axis('lon', [0, 120, 240, 360]),
      axis('member', [0, 1]),
      field(
        'wind',
        { lat: 2, lon: 4, member: 2, plev: 1, time: 2 },
        ([lat, lon, member, , time]) => lat + lon + member + time,
      ),
    );
    const dataset = await read(path);
    expect(dataset.get('wind').shape).toEqual([2, 2, 1, 2, 3]);
    expect(dataset.coords.level.numbers()).toEqual([850]);
    expect(dataset.get('wind').isel({ batch: 1, time: 0, level: 0 }).data.jsSync()).toEqual([
      [1, 2, 3],
      [2, 3, 4],
    ]);
  });

  it('leaves out what cannot be learnt from, and says why', async () => {
    const holes = field('sst', { valid_time: 3, latitude: 2, longitude: 3 }, ([t, lat, lon]) =>
      lat + lon === 0 ? Number.NaN : t,
    );
    const path = await written(
      'holes.nc',
      ...store(),
      holes,
      field('spectrum', { valid_time: 3, band: 4, latitude: 2, longitude: 3 }, () => 0),
      field('index', { valid_time: 3 }, () => 0),
    );
    const { dataset, omitted } = await run(readWeatherFile(path));
    expect(dataset.keys()).toEqual(['temperature', 'geopotential_at_surface']);
    expect(omitted).toEqual({
      sst: '3 of its 18 values are missing',
      spectrum: 'its dimension band is no axis of weather',
      index: 'it has no latitude',
    });
    const asked = await failure(readWeatherFile(path, { variables: ['sst'] }));
    expect([asked.tag, asked.message]).toEqual(['UnusableVariable', expect.stringContaining('sst')]);
    const alone = await written('alone.nc', ...store().slice(0, 4), holes);
    expect((await failure(readWeatherFile(alone))).tag).toBe('NoUsableVariable');
  });

  it('must have the axes of weather, once, and equal steps of time', async () => {
    const [time, level, lat, lon, t] = store();
    const tagOf = async (name: string, ...variables: [string, NetcdfContent][]): Promise<string> =>
      (await failure(readWeatherFile(await written(name, ...variables)))).tag;
    const noGrid = field('t', { valid_time: 3, station: 2 }, () => 0);
    expect(await tagOf('stations.nc', time, noGrid)).toBe('MissingAxis');
    const twice = field('t', { valid_time: 3, latitude: 2, longitude: 3, lat: 2 }, () => 0);
    expect(await tagOf('twice.nc', time, lat, lon, axis('lat', [0, 1]), twice)).toBe('AmbiguousAxis');
    expect(await tagOf('uneven.nc', axis('valid_time', [0, 6, 18], hours), level, lat, lon, t)).toBe('UnusableTimes');
    expect(await tagOf('backwards.nc', axis('valid_time', [12, 6, 0], hours), level, lat, lon, t)).toBe(
      'UnusableTimes',
    );
    expect(await tagOf('dateless.nc', axis('valid_time', [0, 6, 12], { units: 'hours' }), level, lat, lon, t)).toBe(
      'UnusableTimes',
    );
    expect((await failure(readWeatherFile(file('absent.nc')))).tag).toBe('FileNotFound');
  });

  it('is a source of training when it has frames for both sides', async () => {
    const long = { ...sizes, valid_time: 12 };
    const path = await written(
      'long.nc',
      axis(
        'valid_time',
        Array.from({ length: 12 }, (_, i) => 3 * i),
        hours,
      ),
      ...store().slice(1, 4),
      field('t', long, ([time]) => time),
      field('sst', { valid_time: 12, latitude: 2, longitude: 3 }, () => Number.NaN),
    );
    const { train, heldOut, stepHours, name, messages } = await run(loadSource({ kind: 'file', path }));
    expect([train.sizes.time, heldOut.sizes.time, stepHours, name]).toEqual([9, 3, 3, 'long.nc']);
    expect(messages).toEqual([expect.stringContaining('sst is left out')]);
    const short = await failure(loadSource({ kind: 'file', path: await written('short.nc', ...store()) }));
    expect([short.tag, short.message]).toEqual(['UnusableTimes', expect.stringContaining('short.nc')]);
  });

  it.each(['v2', 'v3'])('may be a Zarr store in the layout of WeatherBench 2: %s', async (version) => {
    const path = fileURLToPath(new URL(`../../fixtures/zarr/${version}.zarr`, import.meta.url));
    const { dataset, omitted } = await run(readWeatherFile(path));
    expect([dataset.keys(), dataset.get('temperature').dims]).toEqual([
      ['temperature'],
      ['batch', 'time', 'level', 'lat', 'lon'],
    ]);
    expect(dataset.coords.level.numbers()).toEqual([500, 850]);
    expect(dataset.coords.datetime.label(4)).toBe('2020-01-02T00:00:00');
    expect(omitted).toMatchObject({
      '2m_temperature': expect.stringMatching(/of its 60 values are missing/),
      count: 'it has no longitude',
      packed: 'it has no latitude',
    });
  });
});
