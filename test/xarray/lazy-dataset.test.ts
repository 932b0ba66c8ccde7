import { truncateSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { Dataset, type LazyDataset, loadDataset, openDataset, slice } from '../../src/xarray/index.js';
import { expectDatasets } from '../helpers/datasets.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describePython, python } from '../helpers/python.js';

const file = temporaryFolder();
const path = file('weather.nc');
const weather = (): Dataset =>
  new Dataset(
    {
      t: [['time', 'level', 'lat'], jnp.reshape(jnp.arange(5 * 2 * 3), [5, 2, 3]).astype('float32'), { units: 'K' }],
      mask: [['lat'], jnp.array([0, 1, 1])],
    },
    {
      coords: {
        time: Array.from({ length: 5 }, (_, i) => new Date(Date.UTC(2020, 0, 1, 6 * i))),
        level: [500, 850],
        lat: Float32Array.of(-45, 0, 45),
      },
      attrs: { title: 'test' },
    },
  );
const exact = (): number => 0;

describe('a dataset that is not read yet', () => {
  beforeAll(async () => {
    config.update('engine', 'reference');
    await run(weather().toNetcdf(path));
  });

  it('knows its variables, labels and attributes', async () => {
    const lazy = await run(openDataset(path));
    expect([lazy.keys(), lazy.sizes, lazy.attrs]).toEqual([
      ['t', 'mask'],
      { time: 5, level: 2, lat: 3 },
      { title: 'test' },
    ]);
    expect(lazy.variables.t).toMatchObject({ dims: ['time', 'level', 'lat'], dtype: 'float32', attrs: { units: 'K' } });
  });

  const selections: readonly (readonly [string, (d: Dataset | LazyDataset) => Dataset | LazyDataset])[] = [
    ['everything', (d) => d],
    ['one time', (d) => d.isel({ time: -1 })],
    ['a slice of times', (d) => d.isel({ time: slice(1, 3) })],
    ['times apart, backwards, twice', (d) => d.isel({ time: [3, 0, 0] })],
    ['every other time', (d) => d.isel({ time: slice(0, 5, 2) })],
    ['nothing', (d) => d.isel({ time: [] })],
    ['one after the other', (d) => d.isel({ time: slice(1, 5) }).isel({ time: 2, lat: [2, 0] })],
    ['dates and levels', (d) => d.sel({ time: { start: '2020-01-01T06', stop: '2020-01-01' }, level: 850 })],
    ['the nearest latitude', (d) => d.sel({ lat: 40 }, { method: 'nearest', drop: true })],
    ['one variable', (d) => d.select(['mask'])],
  ];
  it.each(selections)('reads what is selected: %s', async (_, select) => {
    const read = select(await run(openDataset(path))) as LazyDataset;
    expectDatasets(await run(read.load()), select(weather()) as Dataset, exact);
  });

  it('says what is not there', async () => {
    const lazy = await run(openDataset(path));
    expect(() => lazy.select(['sst'])).toThrow('no variable sst; there are t, mask');
    expect(() => lazy.isel({ height: 0 })).toThrow('no dimension height');
    expect((await failure(openDataset(file('absent.nc')))).tag).toBe('FileNotFound');
    await run(weather().toNetcdf(file('cut.nc')));
    const open = await run(openDataset(file('cut.nc')));
    truncateSync(file('cut.nc'), 300);
    const cut = await failure(open.load());
    expect([cut.tag, cut.message]).toEqual(['CorruptFile', expect.stringContaining('cut.nc')]);
    expect((await failure(loadDataset(file('cut.nc')))).tag).toBe('CorruptFile');
  });
});

describePython('a dataset on its way to xarray and back', ['xarray', 'netCDF4'], () => {
  it('is the same dataset, labels without a dimension of their own among them', async () => {
    const there = file('there.nc');
    const labelled = weather().isel({ level: 0 });
    await run(labelled.toNetcdf(there));
    const seen = python(
      [
        'import sys, xarray as xr',
        'd = xr.open_dataset(sys.argv[1])',
        'print(sorted(d.coords), dict(d.sizes), float(d.t.sum()), d.t.attrs, d.time.values[-1])',
        'd.to_netcdf(sys.argv[2], encoding={"t": {"zlib": True, "chunksizes": (2, 3)}})',
      ].join('\n'),
      there,
      file('back.nc'),
    );
    expect(seen).toContain("['lat', 'level', 'time'] {'time': 5, 'lat': 3}");
    expect(seen).toContain("{'units': 'K'} 2020-01-02T00:00:00");
    const back = await run(openDataset(file('back.nc')));
    expectDatasets(await run(back.load()), await run(loadDataset(there)), exact);
    expect(Object.keys(back.coords).sort()).toEqual(['lat', 'level', 'time']);
  });
});
