import { beforeAll, describe, expect, it } from 'vitest';
import { AlignmentError, InvalidDataset, NotFound } from '../../src/error/xarray.js';
import { config, grad, jit, vmap } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as tree from '../../src/tree/index.js';
import { Coordinate, DataArray, Dataset, loadDataset, parseTimedelta, toNetcdf } from '../../src/xarray/index.js';
import { run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describePython, python } from '../helpers/python.js';

const file = temporaryFolder();
const dataset = new Dataset(
  {
    x: [
      ['lat', 'level'],
      jnp.array([
        [1, 2],
        [3, 4],
      ]),
    ],
    a: [['lat'], jnp.array([5, 6])],
  },
  { coords: { lat: [-45, 45], level: [500, 850] } },
);

describe('datasets in transformations', () => {
  beforeAll(() => config.update('engine', 'reference'));

  it('have their arrays as leaves, by name', () => {
    const [leaves] = tree.flatten(dataset);
    expect(leaves.map((leaf) => (leaf as jnp.NdArray).jsSync())).toEqual([
      [5, 6],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it('have gradients that are datasets with the same labels', () => {
    const loss = (d: Dataset): jnp.NdArray => d.get('x').mul(d.get('a')).sum().data;
    const gradient = grad(loss)(dataset);
    expect(gradient).toBeInstanceOf(Dataset);
    expect(gradient.get('a').data.jsSync()).toEqual([3, 7]);
    expect(gradient.get('x').data.jsSync()).toEqual([
      [5, 5],
      [6, 6],
    ]);
    expect(gradient.coords.level.numbers()).toEqual([500, 850]);
  });

  it('are traced once for the same labels, and again for others', () => {
    let traces = 0;
    const upper = jit((d: Dataset) => {
      traces++;
      return d.sel({ level: 500 }).get('x').data;
    });
    expect(upper(dataset).jsSync()).toEqual([1, 3]);
    expect(upper(dataset.mul(2)).jsSync()).toEqual([2, 6]);
    expect(traces).toBe(1);
    expect(upper(dataset.assignCoords({ level: [850, 500] })).jsSync()).toEqual([2, 4]);
    expect(traces).toBe(2);
  });

  it('come out of jit and vmap as they would without', () => {
    const scaled = jit((d: Dataset) => d.mul(10))(dataset);
    expect(scaled.get('x').dims).toEqual(['lat', 'level']);
    expect(scaled.get('a').data.jsSync()).toEqual([50, 60]);
    const rows = vmap((x: jnp.NdArray) => new DataArray(x, { dims: ['level'], name: 'x' }).mean().data);
    expect((rows(dataset.get('x').data) as jnp.NdArray).jsSync()).toEqual([1.5, 3.5]);
  });
});

describe('mistakes with names', () => {
  it('say what is not there and what is', () => {
    expect(() => dataset.get('y')).toThrow(/no variable y; there are x, a/);
    expect(() => dataset.get('lat')).toThrow(/it is a coordinate/);
    expect(() => dataset.sel({ level: 700 })).toThrow(NotFound);
    expect(() => dataset.isel({ height: 0 })).toThrow(NotFound);
    expect(() => dataset.get('x').mean('height')).toThrow(/dimension height/);
  });

  it('are found where sizes or labels do not fit', () => {
    expect(() => new Dataset({ x: [['lat'], jnp.zeros([2])], y: [['lat'], jnp.zeros([3])] })).toThrow(AlignmentError);
    expect(() => new DataArray(jnp.zeros([2, 2]), { dims: ['lat'] })).toThrow(InvalidDataset);
    expect(() => new DataArray(jnp.zeros([2, 2]), { dims: ['lat', 'lat'] })).toThrow(InvalidDataset);
    const other = new DataArray(jnp.zeros([2]), { dims: ['lat'], coords: { lat: [1, 2] } });
    expect(() => dataset.get('a').add(other)).toThrow(/no label is shared/);
  });
});

describe('durations as text', () => {
  it('are read as pandas reads them', () => {
    const hour = 3_600_000_000_000n;
    expect(['6h', '1 day', '5d12h', '-90 min', '2 weeks', '1ns'].map(parseTimedelta)).toEqual([
      6n * hour,
      24n * hour,
      132n * hour,
      (-3n * hour) / 2n,
      336n * hour,
      1n,
    ]);
    expect(() => parseTimedelta('noon')).toThrow(/duration/);
    expect(() => parseTimedelta('6')).toThrow(/duration/);
  });
});

describe('datasets in files', () => {
  it('come back as they were', async () => {
    const hour = 3_600_000_000_000n;
    const timed = new Dataset(
      {
        x: [
          ['time', 'lat'],
          jnp.array([
            [1, 2],
            [3, 4],
          ]),
          { units: 'K' },
        ],
      },
      {
        coords: {
          time: new Coordinate(['time'], BigInt64Array.of(-6n * hour, 0n), 'timedelta64[ns]'),
          lat: new Float32Array([-45.5, 45.5]),
        },
      },
    );
    await run(toNetcdf(timed, file('timed.nc')));
    const back = await run(loadDataset(file('timed.nc')));
    expect(back.get('x').data.jsSync()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(back.get('x').attrs).toEqual({ units: 'K' });
    expect(back.coords.time.equals(timed.coords.time)).toBe(true);
    expect(back.coords.lat.equals(timed.coords.lat)).toBe(true);
    await run(toNetcdf(dataset, file('two.nc')));
    expect((await run(loadDataset(file('two.nc'), { dropVariables: ['x'] }))).keys()).toEqual(['a']);
  });
});

describePython('xarray', ['xarray', 'scipy'], () => {
  it('opens what toNetcdf wrote', async () => {
    await run(toNetcdf(dataset, file('for-python.nc')));
    const printed = python(
      `import xarray, sys, json
d = xarray.load_dataset(sys.argv[1])
print(json.dumps([d.x.dims, d.x.values.tolist(), d.sel(level=850).x.values.tolist()]))`,
      file('for-python.nc'),
    );
    expect(JSON.parse(printed)).toEqual([
      ['lat', 'level'],
      [
        [1, 2],
        [3, 4],
      ],
      [2, 4],
    ]);
  });
});
