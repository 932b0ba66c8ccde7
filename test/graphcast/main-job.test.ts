/** The training job from its start to its files: what it writes, how it goes on, what it refuses. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, expect, it } from 'vitest';
import { ResumedOtherModel } from '../../src/error/graphcast.js';
import { CorruptFile } from '../../src/error/io.js';
import { load } from '../../src/graphcast/checkpoint.js';
import '../../src/graphcast/index.js';
import type { MainJobOptions, MainJobResult, StepEvent } from '../../src/graphcast/job.js';
import { runMainJob } from '../../src/graphcast/main-job.js';
import { type NpzValues, readNpz } from '../../src/io/npz.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describeXla } from '../helpers/xla.js';
import { observer, tinyJob, writeTinyWeather } from './helpers/tiny-job.js';

const file = temporaryFolder();
const never = new AbortController().signal;
const data = file('weather.nc');
const job = (name: string, changed: Partial<MainJobOptions> = {}): MainJobOptions => tinyJob(data, file(name), changed);
const train = (options: MainJobOptions, heard = observer()): Promise<MainJobResult> =>
  run(runMainJob(options, heard, never));

/** Trains and asks the job to stop when it has taken `step`. */
function stoppedAfter(step: number, options: MainJobOptions): Promise<MainJobResult> {
  const stop = new AbortController();
  const heard = observer({ step: (event) => void (event.step === step && stop.abort()) });
  return run(runMainJob(options, heard, stop.signal));
}

/** All of a checkpoint that does not depend on the clock. */
async function saved(name: string): Promise<NpzValues> {
  const { 'training:seconds': seconds, ...rest } = await run(readNpz(file(`${name}/checkpoint.npz`)));
  expect(seconds).toBeDefined();
  return rest;
}

describeXla('the training job', () => {
  let straight: MainJobResult;
  const steps: StepEvent[] = [];
  const phases: string[] = [];
  beforeAll(async () => {
    await writeTinyWeather(data);
    const heard = observer({ step: (e) => void steps.push(e), phase: (e) => void phases.push(e.message) });
    straight = await train(job('straight', { checkpointEvery: 2 }), heard);
  });

  it('tells of every step, and saves as often as it was asked to, and at its end', () => {
    expect(steps.map((s) => s.step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { loss, gradientNorm } of steps) expect(Math.min(loss, gradientNorm)).toBeGreaterThan(0);
    expect(phases.filter((message) => message.startsWith('Saving'))).toEqual([
      'Saving step 2',
      'Saving step 4',
      `Saving ${file('straight/checkpoint.npz')}`,
    ]);
  });

  it('writes metrics for other programs', () => {
    const metrics = JSON.parse(readFileSync(file('straight/metrics.json'), 'utf8'));
    expect(Object.keys(metrics).sort()).toEqual(['loss', 'rmse', 'seconds', 'steps']);
    expect(metrics).toMatchObject({ steps: 6, loss: { first: steps[0].loss, last: steps[5].loss } });
    expect(metrics.seconds).toBeGreaterThan(0);
    const rows = metrics.rmse as readonly Record<string, unknown>[];
    expect(rows.map((r) => `${r.variable} ${r.level} ${r.leadHours}`).sort()).toEqual(
      ['geopotential', 'temperature']
        .flatMap((v) => [`${v} 500 12`, `${v} 500 24`, `${v} 850 12`, `${v} 850 24`])
        .sort(),
    );
    for (const { model, persistence } of rows) {
      expect(Number.isFinite(model)).toBe(true);
      expect(persistence).toBeGreaterThan(0);
    }
  });

  it('writes a report that needs nothing else, and a checkpoint that DeepMind code can read', async () => {
    expect(straight.outcome).toBe('finished');
    const html = readFileSync(file('straight/report.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toMatch(/(src|href)="https?:/);
    const checkpoint = await run(load(file('straight/checkpoint.npz')));
    expect(checkpoint.modelConfig).toMatchObject({ meshSize: 0, latentSize: 4, gnnMsgSteps: 1 });
  });

  it('writes no report where none is wanted', async () => {
    const { files } = await train(job('plain', { report: false, steps: 1 }));
    expect(files.report).toBeNull();
    expect(existsSync(file('plain/report.html'))).toBe(false);
  });

  it.each([1, 3, 5])('goes on after step %i as if it had not been stopped, bit by bit', async (step) => {
    // Held-out losses are taken when a run is saved on its way, so both runs save at the same steps.
    const options = job(`resumed-${step}`, { checkpointEvery: 2 });
    expect(await stoppedAfter(step, options)).toMatchObject({ outcome: 'interrupted', totalSteps: step });
    expect(await train({ ...options, resume: true })).toMatchObject({ outcome: 'finished', totalSteps: 6 });
    const [one, other] = [await saved('straight'), await saved(`resumed-${step}`)];
    expect(Object.keys(other).sort()).toEqual(Object.keys(one).sort());
    for (const [key, value] of Object.entries(one)) expect(other[key], key).toEqual(value);
    expect(Object.keys(one).filter((key) => key.startsWith('training:optimizer:')).length).toBeGreaterThan(100);
  });

  it('has done all when it is resumed at its end', async () => {
    const before = readFileSync(file('straight/metrics.json'), 'utf8');
    expect(await train(job('straight', { resume: true, checkpointEvery: 2 }))).toMatchObject({ totalSteps: 6 });
    expect(JSON.parse(readFileSync(file('straight/metrics.json'), 'utf8')).rmse).toEqual(JSON.parse(before).rmse);
  });

  it('starts anew, and says so, where there is nothing to go on from', async () => {
    const told: string[] = [];
    const heard = observer({ message: ({ level, text }) => void (level === 'warning' && told.push(text)) });
    expect(await train(job('nothing', { resume: true, steps: 1 }), heard)).toMatchObject({ totalSteps: 1 });
    expect(told.join()).toContain(file('nothing/checkpoint.npz'));
  });

  it('does not go on from a damaged checkpoint, names it and leaves it alone', async () => {
    const bytes = readFileSync(file('straight/checkpoint.npz'));
    const path = file('damaged/checkpoint.npz');
    mkdirSync(file('damaged'));
    const damaged = [bytes.subarray(0, bytes.length - 100), Buffer.from(bytes), Buffer.from('no checkpoint')];
    // One bit of an array, behind the magic number that it begins with.
    damaged[1][bytes.lastIndexOf('\x93NUMPY', bytes.length >> 1, 'latin1') + 90] ^= 1;
    for (const content of damaged) {
      writeFileSync(path, content);
      const error = await failure(runMainJob(job('damaged', { resume: true }), observer(), never));
      expect(error).toBeInstanceOf(CorruptFile);
      expect(error.message).toContain(path);
      expect(readFileSync(path).equals(content)).toBe(true);
    }
  });

  it('does not go on with another model than the saved one', async () => {
    const before = readFileSync(file('straight/checkpoint.npz'));
    const options = job('straight', { resume: true, latentSize: 8 });
    const error = await failure(runMainJob(options, observer(), never));
    expect(error).toBeInstanceOf(ResumedOtherModel);
    expect(error.message).toContain('latentSize 4, and this run asks for 8');
    expect(readFileSync(file('straight/checkpoint.npz')).equals(before)).toBe(true);
  });

  it('ends in time', async () => {
    const result = await train(job('timed', { steps: null, seconds: 0.2, report: false }));
    expect(result.outcome).toBe('out of time');
    expect(result.totalSteps).toBeGreaterThan(0);
  });

  it('takes no more memory with every step', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const megabytes: number[] = [];
    const heard = observer({
      step: ({ step }) => {
        if (step % 50 !== 0) return;
        collect();
        megabytes.push(process.memoryUsage().rss / 2 ** 20);
      },
    });
    await train(job('long', { steps: 200, autoregressiveSteps: 1, report: false }), heard);
    // The allocators settle in the first hundred steps. A step's arrays are some 0.1 MB: 100 leaked ones would be seen.
    expect(Math.max(...megabytes.slice(2)) - megabytes[1]).toBeLessThan(10);
  });
});
