import { beforeAll, expect, it } from 'vitest';
import { era5Dataset } from '../../../src/graphcast/sources/era5.js';
import { loadSource } from '../../../src/graphcast/sources/source.js';
import { config } from '../../../src/index.js';
import { run } from '../../helpers/either.js';
import { describeEra5, era5Path } from '../../helpers/era5.js';
import { temporaryFolder } from '../../helpers/folder.js';
import { describeXla } from '../../helpers/xla.js';

const file = temporaryFolder();
const shallowWater = { members: 5, frames: 4, numLat: 7, numLon: 12, spinUpDays: 0 };

describeXla('the weather of a training job', () => {
  beforeAll(() => config.update('engine', 'xla'));

  it('is simulated where that was asked for, the last fifth of the trajectories held out', async () => {
    const phases: string[] = [];
    const weather = await run(
      loadSource({ kind: 'shallow-water' }, ({ phase }) => phases.push(phase), { shallowWater }),
    );
    expect([weather.train.sizes.batch, weather.heldOut.sizes.batch, weather.stepHours]).toEqual([4, 1, 12]);
    expect([weather.messages, phases]).toEqual([[], ['simulate', 'done']]);
  });

  it('is simulated where ERA5 cannot be had, and the first message says why', async () => {
    const path = process.env.PATH;
    try {
      process.env.PATH = file('nothing');
      const weather = await run(loadSource({ kind: 'era5' }, undefined, { folder: file('data'), shallowWater }));
      expect(weather.name).toBe('shallow water');
      expect(weather.messages).toEqual([expect.stringMatching(/pip is needed.*simulated weather instead/)]);
    } finally {
      process.env.PATH = path;
    }
  });
});

describeEra5('the ERA5 sample', () => {
  beforeAll(() => config.update('engine', 'reference'));

  it('is temperature and geopotential of ten members, everything ascending', async () => {
    const dataset = await run(era5Dataset(era5Path));
    expect(dataset.keys().sort()).toEqual(['geopotential', 'temperature']);
    expect(dataset.get('temperature').dims).toEqual(['batch', 'time', 'level', 'lat', 'lon']);
    expect(dataset.get('temperature').shape).toEqual([10, 4, 2, 61, 120]);
    expect(dataset.coords.level.numbers()).toEqual([500, 850]);
    expect(dataset.coords.lat.numbers().slice(0, 2)).toEqual([-90, -87]);
    expect(dataset.coords.datetime.label(3)).toBe('2017-01-02T12:00:00');
  });

  it('keeps members 8 and 9 away from training', async () => {
    const { train, heldOut, stepHours, messages } = await run(loadSource({ kind: 'era5' }));
    const all = await run(era5Dataset(era5Path));
    expect([train.sizes.batch, heldOut.sizes.batch, stepHours, messages]).toEqual([8, 2, 12, []]);
    const point = { time: 0, level: 0, lat: 30, lon: 60 };
    const at = (d: typeof all, batch: number): number =>
      d
        .get('temperature')
        .isel({ batch, ...point })
        .item();
    expect([at(heldOut, 0), at(heldOut, 1)]).toEqual([at(all, 8), at(all, 9)]);
  });
});
