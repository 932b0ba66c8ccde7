import { truncateSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dump } from '../../../src/graphcast/checkpoint.js';
import { applyFixes, examine, type Finding, fixesOf } from '../../../src/graphcast/doctor/index.js';
import { openWeather } from '../../../src/graphcast/sources/weather.js';
import type { ModelConfig, TaskConfig } from '../../../src/graphcast/task.js';
import { config } from '../../../src/index.js';
import { loadDataset } from '../../../src/xarray/index.js';
import { failure, run } from '../../helpers/either.js';
import { temporaryFolder } from '../../helpers/folder.js';
import { evenly, type Field, type InterimOptions, u, v, writeInterim, z } from '../helpers/interim.js';

const file = temporaryFolder();
let count = 0;
const written = (options: InterimOptions = {}): Promise<string> => writeInterim(file(`${++count}.nc`), options);
const found = async (options: InterimOptions, checkpoint?: string): Promise<readonly Finding[]> =>
  (await run(examine(await written(options), { checkpoint }))).findings.filter(({ severity }) => severity !== 'note');
/** The codes of what is wrong, and of what variable. */
const codes = (findings: readonly Finding[]): string[] =>
  findings.map(({ code, variable }) => `${code} ${variable ?? ''}`.trim());
/** The same field in another unit. */
const changed = (field: Field, f: (x: number) => number, units?: string): Field => ({
  ...field,
  value: (...at) => f(field.value(...at)),
  attributes: units === undefined ? {} : { units },
});

beforeAll(() => config.update('engine', 'reference'));

describe('the data doctor', () => {
  it('finds nothing wrong with an archive, and notes what reading puts right', async () => {
    const { healthy, findings, values } = await run(examine(await written()));
    expect([healthy, codes(findings)]).toEqual([
      true,
      ['latitude-direction latitude', 'level-direction level', 'levels level', 'name u', 'name v', 'name z'],
    ]);
    expect(values.geopotential.map(({ level, count, missing }) => [level, count, missing])).toEqual([
      [200, 1008, 0],
      [500, 1008, 0],
      [850, 1008, 0],
    ]);
  });

  const celsius = (low: number): Field => ({ value: (_h, level) => low + level / 100 });
  const mask: Field = { value: (_h, _l, lat) => (lat > 0 ? 1 : 0), on: 'still', attributes: { units: '1' } };
  const precipitation = (mean: number, units = 'm'): Field => ({
    value: (_h, _l, _lat, lon) => (mean * lon) / 165,
    on: 'surface',
    attributes: { units },
  });
  const units: readonly (readonly [string, { [name: string]: Field }, string, RegExp, boolean])[] = [
    ['geopotential in metres', { z: changed(z, (x) => x / 9.80665, 'm') }, 'units z', /in metres/, true],
    [
      'geopotential in metres that does not say so',
      { z: changed(z, (x) => x / 9.80665) },
      'units z',
      /look like metres/,
      true,
    ],
    ['geopotential in decametres', { z: changed(z, (x) => x / 98.0665, 'dam') }, 'units z', /decametres/, true],
    ['temperature in degrees Celsius', { t: celsius(-30) }, 'units t', /degrees Celsius/, true],
    ['wind in knots', { u: changed(u, (x) => x / 0.514444, 'knots') }, 'units u', /knots/, true],
    [
      'pressure in hPa',
      { msl: { value: () => 1013, on: 'surface', attributes: { units: 'hPa' } } },
      'units msl',
      /hPa/,
      true,
    ],
    ['humidity in g/kg', { q: { value: (_h, level) => level / 100 } }, 'units q', /g\/kg/, true],
    [
      'sunlight in W m-2',
      { tisr: { value: (_h, _l, _lat, lon) => 4 * lon, on: 'surface' } },
      'units tisr',
      /W m-2/,
      true,
    ],
    [
      'a mask in percent',
      { lsm: { ...mask, value: (_h, _l, lat) => (lat > 0 ? 100 : 0), attributes: {} } },
      'units lsm',
      /%/,
      true,
    ],
    [
      'metres where the file says otherwise',
      { z: changed(z, (x) => x / 9.80665, 'm**2 s**-2') },
      'units z',
      /look like metres/,
      false,
    ],
    ['a unit that the values belie', { z: changed(z, (x) => x, 'm') }, 'units z', /says 'm', but/, false],
    ['values that are no weather', { u: changed(u, (x) => 1000 * x, 'm s-1') }, 'range u', /lie between/, false],
    [
      'six hours of rain that are one',
      { total_precipitation_6hr: precipitation(1.2e-4) },
      'accumulation total_precipitation_6hr',
      /sums over 1 h/,
      false,
    ],
    [
      'rain in millimetres',
      { total_precipitation_6hr: precipitation(0.7, 'mm') },
      'units total_precipitation_6hr',
      /mm/,
      true,
    ],
  ];
  it.each(units)('tells %s', async (_, fields, code, what, mends) => {
    const findings = await found({ fields });
    const [first] = findings.filter(({ code: c }) => c !== 'constant');
    expect(codes([first])).toEqual([code]);
    expect(first.what).toMatch(what);
    expect(first.fix !== null).toBe(mends);
  });

  it('leaves rain, masks and mountains that are right alone', async () => {
    const fields = {
      total_precipitation_6hr: precipitation(7e-4),
      lsm: mask,
      z: { value: (_h: number, _l: number, lat: number) => (lat === 30 ? 50_000 : 0), on: 'still' as const },
    };
    expect(await found({ fields })).toEqual([]);
  });

  it('counts what is missing, infinite or always the same, level by level', async () => {
    const holes = changed(u, (x) => x, 'm s-1');
    const findings = await found({
      fields: {
        u: {
          ...holes,
          value: (hour, level, lat, lon) => (level === 850 && lon === 0 ? Number.NaN : u.value(hour, level, lat, lon)),
        },
        v: {
          ...v,
          packed: false,
          value: (hour, ...at) => (hour === 6 ? Number.POSITIVE_INFINITY : v.value(hour, ...at)),
        },
        index: { value: () => 7, on: 'surface' },
      },
    });
    expect(codes(findings)).toEqual(['missing-values u', 'infinite-values v', 'constant index']);
    expect(findings[0].what).toContain('84 of its 3024 values are missing, at 850 hPa');
    expect(findings[1].what).toContain('252 of its 3024');
  });

  const times: readonly (readonly [string, readonly number[], string[]])[] = [
    ['a gap', [0, 6, 12, 24, 30], ['time-step']],
    ['frames in disorder', [6, 0, 12, 18], ['time-order']],
    ['frames twice', [0, 6, 6, 12], ['time-duplicates']],
    ['uneven steps', [0, 6, 12, 15, 18, 24], ['time-step']],
  ];
  it.each(times)('finds %s', async (_, hours, expected) => {
    expect(codes(await found({ hours }))).toEqual(expected);
  });

  it('says where frames are missing, and which stretch is whole', async () => {
    const [gap] = await found({ hours: [0, 6, 12, 24, 30] });
    expect(gap.what).toBe('frames are 6 h apart, but not after 1998-01-01T12:00:00 (then 12 h)');
    expect(gap.repair).toContain('1998-01-01 to 1998-01-01T12:00:00, 3 frames');
  });

  const grids: readonly (readonly [string, InterimOptions, string[]])[] = [
    ['latitudes that are no grid of the globe', { latitudes: [80, 40, 0, -40, -70] }, ['grid latitude']],
    ['a region', { longitudes: evenly(6, 0, 10) }, ['grid longitude']],
    ['a longitude twice', { longitudes: evenly(13, 0, 30) }, ['longitude-twice longitude']],
    ['frames without times', { timeAttributes: null }, ['no-times time']],
    ['frames whose numbers are no times', { timeAttributes: {} }, ['MissingAxis']],
    ['frames without dates', { timeAttributes: { units: 'hours' } }, ['UnusableTimes']],
    ['no field at all', { fields: {} }, ['NoUsableVariable']],
  ];
  it.each(grids)('finds %s', async (_, options, expected) => {
    expect(codes(await found(options))).toEqual(expected);
  });

  it('reads levels in Pa and longitudes around Greenwich, and says so', async () => {
    const path = await written({
      levels: [85_000, 50_000, 20_000],
      levelAttributes: { units: 'Pa' },
      longitudes: evenly(12, -180, 30),
      fields: { u, v },
    });
    const { findings, healthy } = await run(examine(path));
    expect(healthy).toBe(true);
    expect(codes(findings)).toEqual(expect.arrayContaining(['longitude-range longitude', 'level-units level']));
  });

  it('ends with an error for a file that cannot be read at all', async () => {
    expect((await failure(examine(file('absent.nc')))).tag).toBe('FileNotFound');
    writeFileSync(file('text.nc'), 'this is no weather at all');
    expect((await failure(examine(file('text.nc')))).tag).toBe('UnsupportedFormat');
    const path = await written();
    truncateSync(path, 4000);
    const cut = await failure(examine(path));
    expect([cut.tag, cut.message]).toEqual(['CorruptFile', expect.stringContaining(path)]);
  });
});

describe('data and a model', () => {
  const task: TaskConfig = {
    inputVariables: [
      'u_component_of_wind',
      'geopotential',
      'total_precipitation_6hr',
      'land_sea_mask',
      'year_progress_sin',
    ],
    targetVariables: ['u_component_of_wind', 'geopotential', 'total_precipitation_6hr'],
    forcingVariables: ['year_progress_sin'],
    pressureLevels: [200, 500],
    inputDuration: '12h',
  };
  const model: ModelConfig = {
    resolution: 30,
    meshSize: 0,
    latentSize: 4,
    gnnMsgSteps: 1,
    hiddenLayers: 1,
    radiusQueryFractionEdgeLength: 0.6,
  };
  const checkpoint = file('model.npz');
  beforeAll(() =>
    run(dump(checkpoint, { params: {}, modelConfig: model, taskConfig: task, description: 'test', license: 'none' })),
  );
  const rain: Field = { value: (_h, _l, _lat, lon) => (7e-4 * lon) / 165, on: 'surface', attributes: { units: 'm' } };
  const mask: Field = { value: (_h, _l, lat) => (lat > 0 ? 1 : 0), on: 'still' };
  const complete = { u, z, lsm: mask, total_precipitation_6hr: rain };

  it('that fit are told so', async () => {
    expect(await found({ fields: complete }, checkpoint)).toEqual([]);
  });

  const unfit: readonly (readonly [string, InterimOptions, string[]])[] = [
    ['no mask', { fields: { u, z, total_precipitation_6hr: rain } }, ['missing-variable land_sea_mask']],
    ['other levels', { fields: complete, levels: [850, 500] }, ['missing-levels']],
    ['another grid', { fields: complete, longitudes: evenly(24, 0, 15) }, ['resolution']],
    ['a step that no selection can make', { fields: complete, hours: evenly(4, 0, 12) }, ['time-step']],
  ];
  it.each(unfit)('that do not fit are told why: %s', async (_, options, expected) => {
    expect(codes(await found(options, checkpoint))).toEqual(expected);
  });

  it('at hourly frames are brought to the step of the model, rain summed', async () => {
    const hourly: Field = { ...rain, value: (hour, _l, _lat, lon) => (1e-4 * lon) / 165 + 1e-6 * (hour % 6) };
    const path = await written({ hours: evenly(14, 0, 1), fields: { u, z, lsm: mask, tp: hourly } });
    const sick = await run(examine(path, { checkpoint }));
    expect(sick.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(['time-step']);
    const out = file('six.nc');
    await run(applyFixes(path, out, fixesOf(sick)));
    expect((await run(examine(out, { checkpoint }))).healthy).toBe(true);
    const six = await run(loadDataset(out));
    expect([six.coords.time.label(0), six.coords.time.label(1), six.sizes.time]).toEqual([
      '1998-01-01T06:00:00',
      '1998-01-01T12:00:00',
      2,
    ]);
    // Hours 1 to 6: their parts of an hour are 1, 2, 3, 4, 5 and 0 millionths.
    const value = six.get('total_precipitation_6hr').isel({ time: 0, lat: 0, lon: 11 }).item();
    expect(value).toBeCloseTo(6 * 1e-4 * 2 + 15e-6, 8);
    const before = (await run(loadDataset(path))).get('u').isel({ time: 6, level: 2, latitude: 0, longitude: 3 });
    expect(six.get('u_component_of_wind').isel({ time: 0, level: 0, lat: 6, lon: 3 }).item()).toBe(before.item());
  });
});

describe('the repair', () => {
  it('writes what GraphCast wants, and leaves the old file as it was', async () => {
    const path = await written({
      hours: [12, 0, 6, 6, 18],
      longitudes: evenly(13, -180, 30),
      fields: { z: changed(z, (x) => x / 9.80665, 'm'), u },
    });
    const sick = await run(examine(path));
    expect(codes(sick.findings.filter(({ severity }) => severity === 'error'))).toEqual([
      'time-order',
      'time-duplicates',
      'units z',
    ]);
    const out = file('repaired.nc');
    const fixed = await run(applyFixes(path, out, fixesOf(sick)));
    expect(fixed).toEqual({ path: out, frames: 4, variables: ['geopotential', 'u_component_of_wind'] });
    const well = await run(examine(out));
    expect([well.healthy, codes(well.findings)]).toEqual([true, ['levels level']]);
    const read = await run(loadDataset(out));
    expect(read.get('geopotential').attrs.units).toBe('m2 s-2');
    expect(read.coords.lat.numbers()).toEqual(evenly(7, -90, 30));
    expect(read.coords.lon.numbers()).toEqual(evenly(12, 0, 30));
    // 500 hPa at the equator and 0 degrees, at 06: 5574 m and a wave of 60 m.
    const height = 5574 + 60 * Math.sin(-6 / 24);
    const value = read.get('geopotential').isel({ time: 1, level: 1, lat: 3, lon: 0 }).item();
    expect(Math.abs(value / 9.80665 - height)).toBeLessThan(0.2);
    expect((await run(examine(path))).healthy).toBe(false);
  });

  it('cannot bring frames that are missing', async () => {
    const path = await written({ hours: [0, 6, 24] });
    const error = await failure(applyFixes(path, file('never.nc'), fixesOf(await run(examine(path)))));
    expect(error.tag).toBe('UnusableTimes');
    expect((await failure(openWeather(file('never.nc')))).tag).toBe('FileNotFound');
  });
});
