/** The training job on TensorFlow.js takes the same way as on XLA. */
import { beforeAll, expect, it } from 'vitest';
import { runMainJob } from '../../src/graphcast/main-job.js';
import { config } from '../../src/index.js';
import { run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describeXla } from '../helpers/xla.js';
import { observer, tinyJob, writeTinyWeather } from './helpers/tiny-job.js';

const file = temporaryFolder();
const data = file('weather.nc');

/** The losses of twenty steps, the first eight of one forecast step and the others autoregressive. */
async function losses(engine: string): Promise<number[]> {
  const heard: number[] = [];
  const options = tinyJob(data, file(engine.replace(':', '-')), { engine, steps: 20 });
  const outcome = await run(
    runMainJob(options, observer({ step: ({ loss }) => void heard.push(loss) }), new AbortController().signal),
  );
  expect(outcome.outcome).toBe('finished');
  expect(config.read('engine')).toBe(engine);
  return heard;
}

describeXla('the training job on TensorFlow.js', () => {
  beforeAll(() => writeTinyWeather(data));

  it('has the losses that it has on XLA, to 1e-4, for twenty steps', async () => {
    const theirs = await losses('xla');
    const ours = await losses('tfjs:wasm');
    expect(ours).toHaveLength(20);
    const differences = ours.map((loss, k) => Math.abs(loss - theirs[k]) / theirs[k]);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(ours[19]).toBeLessThan(ours[0]);
    // Compiling for XLA takes a minute where other work goes on.
  }, 300_000);
});
