import { beforeAll, describe, expect, it } from 'vitest';
import { cutSamples } from '../../../src/graphcast/samples.js';
import { BatchLoader } from '../../../src/graphcast/sources/loader.js';
import { readWeatherFile } from '../../../src/graphcast/sources/netcdf.js';
import { type OpenWeather, openWeather } from '../../../src/graphcast/sources/weather.js';
import { computeStatistics } from '../../../src/graphcast/statistics.js';
import {
  framesInMemory,
  loadStatistics,
  saveStatistics,
  streamStatistics,
} from '../../../src/graphcast/statistics-files.js';
import { FORCING_VARS, type TaskConfig } from '../../../src/graphcast/task.js';
import { withForcings } from '../../../src/graphcast/task-of-data.js';
import { config } from '../../../src/index.js';
import { expectDatasets } from '../../helpers/datasets.js';
import { failure, run } from '../../helpers/either.js';
import { temporaryFolder } from '../../helpers/folder.js';
import { describePython, python } from '../../helpers/python.js';
import { writeInterim } from '../helpers/interim.js';
import { writeTinyWeather } from '../helpers/tiny-job.js';

const file = temporaryFolder();
const members = file('members.nc');
const archive = file('archive.nc');
const task: TaskConfig = {
  inputVariables: ['geopotential', 'temperature', ...FORCING_VARS],
  targetVariables: ['geopotential', 'temperature'],
  forcingVariables: FORCING_VARS,
  pressureLevels: [500, 850],
  inputDuration: '24h',
};
const weather = (): Promise<OpenWeather> => run(openWeather(members));
const exact = (): number => 0;

beforeAll(async () => {
  config.update('engine', 'reference');
  await writeTinyWeather(members);
  await writeInterim(archive);
});

describe('batches of weather that is read as it is needed', () => {
  it('are the samples of the same weather in memory', async () => {
    const loader = new BatchLoader(await weather(), { task, batchSize: 3, targetSteps: 1, seed: 4 });
    const { dataset } = await run(readWeatherFile(members));
    const all = cutSamples(withForcings(dataset), task, 1, 12);
    expect(loader.count).toBe(all.count);
    const batch = await run(loader.batch(2));
    const positions = loader.samples(2).map(({ member, frame }) => frame * 5 + member);
    for (const part of ['inputs', 'targets', 'forcings'] as const) {
      expectDatasets(batch[part], all[part].isel({ batch: positions }), exact);
    }
  });

  it('have each sample once in an epoch, in another order in the next', async () => {
    const loader = new BatchLoader(await weather(), { task, batchSize: 2 });
    const seen = Array.from({ length: loader.count }, (_, k) => loader.samples(k)).flat();
    const key = ({ member, frame }: (typeof seen)[number]): string => `${member} ${frame}`;
    const [first, second] = [seen.slice(0, loader.count).map(key), seen.slice(loader.count).map(key)];
    expect([new Set(first).size, new Set(second).size]).toEqual([loader.count, loader.count]);
    expect(first).not.toEqual(second);
    expect(loader.batchesInEpoch).toBe(5);
  });

  it('go on at the exact batch, whoever reads them', async () => {
    const options = { task, batchSize: 2, seed: 9 };
    const straight: number[][] = [];
    for await (const { inputs } of new BatchLoader(await weather(), options)) {
      straight.push(Array.from(inputs.get('temperature').data.dataSync() as Float32Array));
      if (straight.length === 4) break;
    }
    const resumed = new BatchLoader(await weather(), { ...options, prefetch: 0 }).from(2);
    for (const k of [2, 3]) {
      const { value } = await resumed.next();
      expect(Array.from(value.inputs.get('temperature').data.dataSync() as Float32Array)).toEqual(straight[k]);
    }
  });

  it('are shared by processes: together they read what one would', async () => {
    const options = { task, batchSize: 4, seed: 1 };
    const whole = new BatchLoader(await weather(), options).samples(3);
    const parts = [0, 1].map(async (index) => {
      return new BatchLoader(await weather(), { ...options, process: { index, count: 2 } }).samples(3);
    });
    const [even, odd] = await Promise.all(parts);
    expect([even[0], odd[0], even[1], odd[1]]).toEqual(whole);
  });

  it('are read ahead, and no further than that', async () => {
    const opened = await weather();
    let reads = 0;
    const counted: OpenWeather = {
      ...opened,
      read: (...at) => {
        reads++;
        return opened.read(...at);
      },
    };
    const batches = new BatchLoader(counted, { task, prefetch: 3 }).from(0);
    await batches.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reads).toBe(4);
    await batches.next();
    expect(reads).toBe(5);
  });

  it('say what they cannot be made of', async () => {
    const opened = await weather();
    const long = { ...task, inputDuration: '72h' };
    expect(() => new BatchLoader(opened, { task: long })).toThrow(/it has 4 frames, and a sample of this task has 7/);
    expect(() => new BatchLoader(opened, { task, batchSize: 3, process: { index: 0, count: 2 } })).toThrow(
      'multiple of the 2',
    );
    expect(() => new BatchLoader(opened, { task, process: { index: 2, count: 2 } })).toThrow('an index below 2');
    expect(() => new BatchLoader(opened, { task, batchSize: 99 })).toThrow('at most the 10 samples');
    const bad = new BatchLoader(opened, { task: { ...task, inputVariables: ['sst'] } });
    await expect(bad.from(0).next()).rejects.toMatchObject({ tag: 'NotFound' });
  });
});

describe('statistics of weather on disk', () => {
  it.each([members, archive])('are those of the weather in memory, however it is cut: %s', async (path) => {
    const opened = await run(openWeather(path));
    const { dataset } = await run(readWeatherFile(path));
    const whole = await computeStatistics(withForcings(dataset));
    for (const stretch of [1, 3, 100]) {
      const streamed = await run(streamStatistics(opened, { framesInMemory: stretch }));
      for (const part of ['meanByLevel', 'stddevByLevel', 'diffsStddevByLevel'] as const) {
        expectDatasets(streamed[part], whole[part], () => 1e-6);
      }
    }
  });

  it('survive a file, in the three files that DeepMind has', async () => {
    const statistics = await run(streamStatistics(await run(openWeather(archive))));
    const files = await run(saveStatistics(file('stats'), statistics));
    expect(files.map((f) => f.split('/').at(-1))).toEqual([
      'mean_by_level.nc',
      'stddev_by_level.nc',
      'diffs_stddev_by_level.nc',
    ]);
    const loaded = await run(loadStatistics(file('stats')));
    for (const part of ['meanByLevel', 'stddevByLevel', 'diffsStddevByLevel'] as const) {
      expectDatasets(loaded[part], statistics[part], exact);
    }
    const missing = await failure(loadStatistics(file('nowhere')));
    expect([missing.tag, missing.message]).toEqual([
      'MissingStatistics',
      expect.stringMatching(/nowhere has no mean_by_level.nc.*fluxion graphcast stats/),
    ]);
  });

  it('hold as many frames as have the given number of values', async () => {
    const opened = await run(openWeather(archive));
    // Three variables of 3 levels, 7 latitudes and 12 longitudes.
    expect(framesInMemory(opened, 3 * 3 * 7 * 12 * 4)).toBe(4);
    expect([framesInMemory(opened, 1), framesInMemory(opened)]).toEqual([1, 12]);
  });
});

describePython('statistics of an archive', ['xarray', 'scipy'], () => {
  it("are xarray's", async () => {
    const { meanByLevel, stddevByLevel, diffsStddevByLevel } = await run(
      streamStatistics(await run(openWeather(archive)), { framesInMemory: 5 }),
    );
    const said = JSON.parse(
      python(
        [
          'import sys, json, xarray as xr',
          // Both sides begin from the values in float32.
          'd = xr.open_dataset(sys.argv[1]).astype("float32").astype("float64").sortby("level")',
          'over = ["time", "latitude", "longitude"]',
          'one = lambda s: {k: v.values.tolist() for k, v in s.items()}',
          'print(json.dumps([one(d.mean(over)), one(d.std(over)), one(d.diff("time").std(over))]))',
        ].join('\n'),
        archive,
      ),
    ) as Record<string, number[]>[];
    const names = { u: 'u_component_of_wind', v: 'v_component_of_wind', z: 'geopotential' };
    [meanByLevel, stddevByLevel, diffsStddevByLevel].forEach((ours, i) => {
      for (const [short, long] of Object.entries(names)) {
        const values = ours.get(long).data.dataSync() as Float32Array;
        const scale = Math.max(...said[1][short].map(Math.abs));
        values.forEach((x, l) => {
          expect(Math.abs(x - said[i][short][l]), `${long} ${i} ${l}`).toBeLessThan(
            1e-6 * Math.max(scale, Math.abs(x)),
          );
        });
      }
    });
  });
});
