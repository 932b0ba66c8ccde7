/**
 * A new user, a file of ERA-Interim's shape, and docs/your-own-data.md: its commands, one after the other as they stand
 * there, up to the forecast and its scores. Only the model is made smaller than a reader would.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { graphcastCommand } from '../../src/cli/graphcast.js';
import { graphcastJobs } from '../../src/cli/graphcast-jobs.js';
import { runProgram } from '../../src/cli/program.js';
import { loadDataset } from '../../src/xarray/index.js';
import { evenly, u, v, writeInterim, z } from '../graphcast/helpers/interim.js';
import { run } from '../helpers/either.js';
import { describePython, python } from '../helpers/python.js';
import { describeXla } from '../helpers/xla.js';

const docs = readFileSync(fileURLToPath(new URL('../../docs/your-own-data.md', import.meta.url)), 'utf8');
const commands = [...docs.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => block.trim().split('\n'))
  .map((line) => line.replace(/^npx fluxion /, '').split(' '));

const folder = mkdtempSync(join(tmpdir(), 'fluxion-own-data-'));
const home = process.cwd();

interface EvaluationFigures {
  readonly firstStart: string;
  readonly scores: readonly {
    readonly variable: string;
    readonly level: number;
    readonly leadHours: number;
    readonly rmse: number;
    readonly bias: number;
  }[];
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, and catches what it writes. */
async function fluxion(...argv: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  const terminal = { stdout: stream('stdout'), stderr: stream('stderr') };
  const code = await runProgram(argv, [graphcastCommand(graphcastJobs)], terminal);
  return { code, ...written };
}

const small = [
  '--mesh-size',
  '0',
  '--latent-size',
  '4',
  '--message-steps',
  '1',
  '--steps',
  '3',
  '--autoregressive-steps',
  '1',
];

beforeAll(async () => {
  process.chdir(folder);
  await writeInterim('interim.nc');
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

describeXla('your own data', () => {
  it.each(commands.map((argv, i) => ({ argv, line: `${i + 1}: fluxion ${argv.join(' ')}` })))(
    '$line',
    async ({ argv }) => {
      const { code, stdout, stderr } = await fluxion(...argv, ...(argv[1] === 'train' ? small : []));
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).not.toBe('');
    },
  );

  it('ends in a forecast of the following days, and its scores', async () => {
    const forecast = await run(loadDataset('forecast.nc'));
    expect(forecast.sizes).toMatchObject({ time: 8, level: 3, lat: 7, lon: 12 });
    expect([forecast.coords.time.label(0), forecast.coords.time.label(7)]).toEqual([
      '1998-01-04T00:00:00',
      '1998-01-05T18:00:00',
    ]);
    const values = forecast.get('geopotential').sel({ level: 500 }).data.dataSync() as Float32Array;
    expect(values.every((x) => x > 48_000 && x < 60_000)).toBe(true);
    const html = readFileSync('evaluation.html', 'utf8');
    for (const part of ['Geopotential', 'Anomaly correlation', 'Persistence', 'id="panel-0"'])
      expect(html).toContain(part);
  });

  it('scores what it forecasts: the figures of a start are those of its two files', async () => {
    const model = ['--checkpoint', 'run/checkpoint.npz', '--data', 'weather.nc', '--steps', '2'];
    const { stdout } = await fluxion('graphcast', 'evaluate', ...model, '--starts', '1', '--json');
    const { firstStart, scores } = JSON.parse(stdout) as EvaluationFigures;
    await fluxion('graphcast', 'forecast', ...model, '--start', firstStart, '--out', 'first.nc');
    const [forecast, truth] = [await run(loadDataset('first.nc')), await run(loadDataset('weather.nc'))];
    for (const { variable, level, leadHours, rmse, bias } of scores) {
      const time = forecast.coords.time.label(leadHours / 6 - 1);
      const at = { time, level };
      const error = forecast.get(variable).sel(at).sub(truth.get(variable).sel(at)).transpose('lat', 'lon');
      const values = error.data.dataSync() as Float32Array;
      // Cells of a grid with poles: between the middles of latitudes.
      const sine = (degrees: number): number => Math.sin((Math.PI / 180) * Math.max(-90, Math.min(90, degrees)));
      const share = error.coords.lat.numbers().map((lat) => (sine(lat + 15) - sine(lat - 15)) / 2 / 12);
      const mean = (f: (x: number) => number): number =>
        values.reduce((sum, x, i) => sum + share[Math.floor(i / 12)] * f(x), 0);
      const tolerance = 1e-5 * Math.sqrt(mean((x) => x * x)) + 1e-6;
      expect(Math.abs(Math.sqrt(mean((x) => x * x)) - rmse), `${variable} ${level}`).toBeLessThan(tolerance);
      expect(Math.abs(mean((x) => x) - bias), `${variable} ${level}`).toBeLessThan(tolerance);
    }
    expect(scores).toHaveLength(2 * 3 * 3);
  });

  it('makes ensembles: the first member is the forecast, the others leave it', async () => {
    const members = ['--members', '3', '--steps', '2', '--out', 'ensemble.nc', '--json'];
    const model = ['--checkpoint', 'run/checkpoint.npz', '--data', 'weather.nc'];
    const { code, stdout } = await fluxion('graphcast', 'forecast', ...model, ...members);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { members: 3, steps: 2, outcome: 'finished' }]);
    const ensemble = (await run(loadDataset('ensemble.nc'))).get('u_component_of_wind');
    const alone = (await run(loadDataset('forecast.nc'))).get('u_component_of_wind').isel({ time: [0, 1] });
    const of = (member: number): number[] => Array.from(ensemble.isel({ member }).data.dataSync() as Float32Array);
    expect(of(0)).toEqual(Array.from(alone.data.dataSync() as Float32Array));
    expect(of(1)).not.toEqual(of(0));
    expect(of(1)).not.toEqual(of(2));
  });

  it('starts where it is told to, from a file of options', async () => {
    writeFileSync(
      'forecast.json',
      JSON.stringify({
        checkpoint: 'run/checkpoint.npz',
        data: 'weather.nc',
        start: '1998-01-02T06:00',
        steps: 9,
        out: 'early.nc',
      }),
    );
    const { code, stdout } = await fluxion(
      'graphcast',
      'forecast',
      '--config',
      'forecast.json',
      '--steps',
      '2',
      '--json',
    );
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { start: '1998-01-02T06:00:00', steps: 2, file: 'early.nc' }]);
    const late = await fluxion('graphcast', 'forecast', '--config', 'forecast.json', '--start', '2001-01-01');
    expect([late.code, late.stderr]).toEqual([
      1,
      expect.stringContaining('starts from 1998-01-01T06:00:00 to 1998-01-03T18:00:00 are possible'),
    ]);
  });

  const configs: readonly (readonly [string, string, RegExp])[] = [
    ['no JSON', '{ steps', /no JSON \(/],
    ['no object', '[1]', /no JSON object/],
    ['an unknown option', '{ "speed": 9 }', /no option 'speed'; there are checkpoint, data/],
    ['a value that is none', '{ "steps": "many" }', /'steps': It must be a whole number/],
    ['a value of another kind', '{ "data": [1] }', /'data' must be a text or a number/],
  ];
  it.each(configs)('says what is wrong with a file of options: %s', async (_, text, message) => {
    writeFileSync('bad.json', text);
    const { code, stderr } = await fluxion('graphcast', 'forecast', '--config', 'bad.json');
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(stderr).toContain('bad.json');
  });

  it('is wrong use without what a command needs', async () => {
    const { code, stderr } = await fluxion('graphcast', 'forecast', '--data', 'weather.nc');
    expect([code, stderr]).toEqual([2, expect.stringContaining("'--checkpoint <file>' not specified")]);
    expect((await fluxion('graphcast', 'stats')).code).toBe(2);
    expect((await fluxion('graphcast', 'evaluate', '--starts', '0')).code).toBe(2);
  });

  /** Each file that is not what it should be, and what the user reads. */
  const sick: readonly (readonly [string, () => Promise<unknown>, string, RegExp])[] = [
    ['an absent file', async () => {}, 'FileNotFound', /no file sick.nc/],
    [
      'no weather',
      async () => writeFileSync('sick.nc', 'weather, honestly'),
      'UnsupportedFormat',
      /sick.nc: .*NetCDF-3/,
    ],
    [
      'a file cut short',
      async () => {
        await writeInterim('sick.nc');
        truncateSync('sick.nc', 5000);
      },
      'CorruptFile',
      /sick.nc \(\w\) is damaged: its data should end at byte/,
    ],
    [
      'another grid',
      () => writeInterim('sick.nc', { longitudes: evenly(24, 0, 15) }),
      'UnfitWeather',
      /sick.nc does not fit the model: its grid must be 30 degrees, not 15/,
    ],
    [
      'another step',
      () => writeInterim('sick.nc', { hours: evenly(4, 0, 12) }),
      'UnfitWeather',
      /between its frames must be 6 h, not 12 h/,
    ],
    [
      'a single frame',
      () => writeInterim('sick.nc', { hours: [0] }),
      'UnfitWeather',
      /its frames must be at least 2, 6 h apart, not 1/,
    ],
    [
      'a variable too few',
      () => writeInterim('sick.nc', { fields: { u, z } }),
      'UnusableVariable',
      /sick.nc: v_component_of_wind cannot be used: it is not in the file, which has time, level/,
    ],
    [
      'a level too few',
      () => writeInterim('sick.nc', { levels: [850, 500] }),
      'NotFound',
      /sick.nc: there is no label 200 along level; there are 500, 850/,
    ],
    [
      'frames in disorder',
      () => writeInterim('sick.nc', { hours: [6, 0, 12] }),
      'UnusableTimes',
      /sick.nc: its times cannot be used/,
    ],
  ];
  it.each(sick)('says what is wrong with %s', async (_, make, tag, message) => {
    rmSync('sick.nc', { force: true });
    await make();
    const { code, stdout, stderr } = await fluxion(
      'graphcast',
      'forecast',
      '--checkpoint',
      'run/checkpoint.npz',
      '--data',
      'sick.nc',
      '--out',
      'never.nc',
      '--json',
      '--quiet',
    );
    expect([code, JSON.parse(stdout).error.tag]).toEqual([1, tag]);
    expect(stderr).toMatch(message);
    expect(existsSync('never.nc')).toBe(false);
  });

  it('says so when a forecast is not finite, and what to do', async () => {
    const holes = {
      ...u,
      value: (hour: number, level: number, lat: number, lon: number) =>
        hour === 66 && lon === 0 ? Number.NaN : u.value(hour, level, lat, lon),
    };
    await writeInterim('holes.nc', { fields: { u: holes, v, z } });
    const { code, stderr } = await fluxion(
      'graphcast',
      'forecast',
      '--checkpoint',
      'run/checkpoint.npz',
      '--data',
      'holes.nc',
      '--steps',
      '2',
      '--out',
      'nan.nc',
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/from step 1 on the forecast is not finite.*graphcast doctor/),
    ]);
  });

  it('is told to bring statistics, or those of the model', async () => {
    const model = [
      '--checkpoint',
      'run/checkpoint.npz',
      '--data',
      'weather.nc',
      '--out',
      'never.nc',
      '--json',
      '--quiet',
    ];
    const none = await fluxion('graphcast', 'forecast', ...model, '--stats', 'nowhere');
    expect(JSON.parse(none.stdout).error.tag).toBe('MissingStatistics');
    await fluxion('graphcast', 'stats', '--data', 'weather.nc', '--out', 'few', '--variables', 'geopotential');
    const few = await fluxion('graphcast', 'forecast', ...model, '--stats', 'few');
    expect(JSON.parse(few.stdout).error.message).toMatch(
      /few does not fit the model: its statistics must be those of u_component_of_wind/,
    );
  });

  describePython('the forecast', ['xarray', 'scipy'], () => {
    it('is opened by xarray, with dates, lead times and units', () => {
      const said = python(
        [
          'import xarray as xr',
          'd = xr.open_dataset("ensemble.nc", decode_timedelta=True)',
          'print(d.geopotential.dims, d.time.values[-1], d.lead_time.values[-1].astype("timedelta64[h]"), d.geopotential.units)',
        ].join('\n'),
      );
      expect(said.trim()).toBe(
        "('time', 'member', 'level', 'lat', 'lon') 1998-01-04T06:00:00.000000000 12 hours m**2 s**-2",
      );
    });
  });
});
