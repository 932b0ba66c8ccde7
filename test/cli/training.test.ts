/**
 * The real training job in a process of its own, stopped in three ways: by Ctrl-C, without warning, and by what it is
 * missing.
 *
 * FLUXION_TEST_KILLS says how often the process is killed at a random moment (3 by default).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { load } from '../../src/graphcast/checkpoint.js';
import '../../src/graphcast/index.js';
import { readNpz } from '../../src/io/npz.js';
import { tinyArguments, writeTinyWeather } from '../graphcast/helpers/tiny-job.js';
import { run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describeXla } from '../helpers/xla.js';
import { ended, ensureBuilt, start, written } from './helpers/spawn.js';

const file = temporaryFolder();
const data = file('weather.nc');
const kills = Number(process.env.FLUXION_TEST_KILLS ?? 3);
const train = (out: string, ...more: readonly string[]) =>
  start('src/cli/main', tinyArguments(data, file(out), '--no-report', ...more));

/** Reads the checkpoint as its two readers do, and returns the step that it was saved at. */
async function stepOf(path: string): Promise<number> {
  const { params } = await run(load(path));
  expect(Object.keys(params).length).toBeGreaterThan(10);
  const step = (await run(readNpz(path)))['training:step'];
  return Number(step.data[0]);
}

const exists = async (path: string): Promise<void> => {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 20));
};

describeXla('`fluxion graphcast`', () => {
  beforeAll(async () => {
    ensureBuilt();
    await writeTinyWeather(data);
  });

  it('stopped by Ctrl-C ends with 130, with everything saved, and goes on from there', async () => {
    const child = train('interrupted', '--steps', '100000');
    const end = ended(child);
    await written(child, 'step 1/');
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    const step = await stepOf(file('interrupted/checkpoint.npz'));
    expect(stderr).toContain(`interrupted after step ${step}; everything is saved in ${file('interrupted')}`);
    expect(JSON.parse(readFileSync(file('interrupted/metrics.json'), 'utf8')).steps).toBe(step);
    const more = await ended(train('interrupted', '--resume', '--json', '--steps', `${step + 2}`));
    expect(more.code).toBe(0);
    expect(more.stderr).toContain(`Going on from step ${step}`);
    expect(JSON.parse(more.stdout)).toMatchObject({ steps: step + 2, outcome: 'finished' });
  });

  it(
    `killed at a random moment, ${kills} times, leaves a checkpoint that loads, and never an older one`,
    async () => {
      const path = file('killed/checkpoint.npz');
      let last = 0;
      for (let i = 0; i < kills; i++) {
        const resume = i === 0 ? [] : ['--resume'];
        const child = train('killed', '--steps', '1000000', '--checkpoint-every', '1', ...resume);
        const end = ended(child);
        await written(child, '|grad|');
        await exists(path);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
        child.kill('SIGKILL');
        await end;
        const step = await stepOf(path);
        expect(step).toBeGreaterThanOrEqual(Math.max(last, 1));
        last = step;
      }
      expect(last).toBeGreaterThanOrEqual(kills);
    },
    60_000 + kills * 40_000,
  );

  it('ends with 1 and the name of the file when its checkpoint is damaged', async () => {
    mkdirSync(file('damaged'));
    const path = file('damaged/checkpoint.npz');
    writeFileSync(path, 'no checkpoint');
    const { code, stdout, stderr } = await ended(train('damaged', '--resume', '--steps', '2', '--json'));
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error.tag).toBe('CorruptFile');
    expect(stderr).toContain(path);
    expect(readdirSync(file('damaged'))).toEqual(['checkpoint.npz']);
    expect(readFileSync(path, 'utf8')).toBe('no checkpoint');
  });

  it('without Python, and with nothing fetched, says what is missing and trains on a toy', async () => {
    const child = start('src/cli/main', ['graphcast', '--steps', '1', '--out', file('offline'), '--json'], {
      PATH: file('empty'),
      FLUXION_CACHE: file('cache'),
      FLUXION_PJRT_PLUGIN: '',
    });
    const { code, stdout, stderr } = await ended(child);
    expect(stderr).toMatch(/warning: .*(pip|Python)/);
    expect(stderr).toContain('fluxion doctor');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ steps: 1, outcome: 'finished' });
    expect(existsSync(file('offline/checkpoint.npz'))).toBe(true);
    expect(existsSync(file('offline/report.html'))).toBe(true);
  });
});
