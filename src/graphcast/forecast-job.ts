/**
 * The forecasting job: a checkpoint and the last frames of some weather become a NetCDF file of the weather to come.
 *
 *     engine -> model, statistics, data -> for each member: start, step after step into the file
 *
 * Each step is written as soon as it is there, so memory does not grow with the number of steps or members. The members
 * of the data come first; further ones start from the first with noise on it. Whoever stops a forecast of one member keeps
 * the steps made so far.
 */
import { setImmediate as turn } from 'node:timers/promises';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { range } from '../array/shape.js';
import { config } from '../config.js';
import { fileError } from '../error/io.js';
import { UnusableTimes } from '../error/weather.js';
import type { OnProgress } from '../io/progress.js';
import * as random from '../random/index.js';
import type { Dataset } from '../xarray/index.js';
import { dateText } from '../xarray/repr-values.js';
import { ensureEngine } from './engine-choice.js';
import { beginForecast, type ForecastFile } from './forecast-file.js';
import type { ForecastJob, ForecastOptions, ForecastResult } from './forecast-options.js';
import { frameAt, inputsOf, perturbed, startOf, stepsOf } from './forecast-start.js';
import { need } from './need.js';
import { predictPieces } from './rollout.js';
import { millisecondsSinceEpoch } from './timestamp.js';
import { openTrainedModel, type TrainedModel } from './trained-model.js';

/** Left: those of `openTrainedModel`; `UnusableTimes` where the data does not reach the start; `FileAccess`. */
export const runForecast: ForecastJob = (options, observer, signal) =>
  TE.tryCatch(
    async () => {
      observer.phase({ phase: 'setup', message: 'Looking for the engine' });
      if (options.engine !== null) config.update('engine', options.engine);
      await ensureEngine(options.engine, observer);
      observer.phase({ phase: 'data', message: `Opening ${options.checkpoint} and ${options.data}` });
      const model = await need(openTrainedModel(options));
      return forecast(model, options, observer.progress, signal);
    },
    (error) => fileError(options.out, error),
  );

/** The last frame of the inputs. @throws UnusableTimes, InvalidTimestamp */
function lastFrameOf({ weather, inputFrames }: TrainedModel, start: string | null): number {
  if (start === null) return weather.frames - 1;
  const frame = frameAt(weather, BigInt(millisecondsSinceEpoch(start)) * 1_000_000n);
  if (frame !== null && frame + 1 >= inputFrames) return frame;
  const times = weather.coords.datetime.values as BigInt64Array;
  const span = `${dateText(times[inputFrames - 1])} to ${dateText(times[weather.frames - 1])}`;
  const reason = `a forecast from ${start} needs a frame of that time and the one before; starts from ${span} are possible`;
  throw new UnusableTimes({ path: weather.path, reason });
}

async function forecast(
  model: TrainedModel,
  options: ForecastOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ForecastResult> {
  const { checkpoint, weather, stepHours, inputFrames } = model;
  const task = checkpoint.taskConfig;
  const members = options.members ?? weather.members;
  const last = lastFrameOf(model, options.start);
  const frames = range(inputFrames).map((i) => last - inputFrames + 1 + i);
  const variables = task.targetVariables;
  const first = await need(weather.read(frames, [0]));
  const start = startOf(first);
  const file = await need(
    beginForecast(options.out, {
      weather,
      variables,
      members,
      start,
      stepHours,
      attributes: {
        title: `Forecast from ${dateText(start)}`,
        source: `${checkpoint.description}; ${options.checkpoint}`,
        Conventions: 'CF-1.11',
      },
    }),
  );
  try {
    const made = await writeMembers(model, options, file, { frames, first, start, members }, onProgress, signal);
    const keeps = made.done === members * options.steps || members === 1;
    const steps = Math.min(made.done, options.steps);
    const whole = made.done === members * options.steps;
    if (keeps && steps > 0) await need(file.finish(steps));
    else await file.abandon();
    return {
      outcome: whole ? 'finished' : 'interrupted',
      file: keeps && steps > 0 ? options.out : null,
      start: dateText(start),
      steps: keeps ? steps : 0,
      stepHours,
      members,
      variables,
      firstNonFiniteStep: made.firstNonFiniteStep,
    };
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

interface Starts {
  readonly frames: readonly number[];
  readonly first: Dataset;
  readonly start: bigint;
  readonly members: number;
}

async function writeMembers(
  { checkpoint, statistics, weather, stepHours, predictor }: TrainedModel,
  { steps, perturbation, seed }: ForecastOptions,
  file: ForecastFile,
  { frames, first, start, members }: Starts,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<{ readonly done: number; readonly firstNonFiniteStep: number | null }> {
  const task = checkpoint.taskConfig;
  let done = 0;
  let firstNonFiniteStep: number | null = null;
  for (const member of range(members)) {
    const own = member > 0 && member < weather.members ? await need(weather.read(frames, [member])) : first;
    const given = inputsOf(own, task, stepHours);
    const key = random.foldIn(random.PRNGKey(seed), member);
    const inputs = member < weather.members ? given : perturbed(given, task, statistics, perturbation, key);
    let step = 0;
    for (const prediction of predictPieces(predictor, null, inputs, stepsOf(weather, task, start, stepHours, steps))) {
      await need(file.write(step, member, prediction));
      if (!(await isFinite(prediction))) firstNonFiniteStep = Math.min(firstNonFiniteStep ?? step + 1, step + 1);
      step++;
      done++;
      onProgress({ phase: 'forecast', message: 'forecasting', done, total: members * steps, unit: 'steps' });
      await turn();
      if (signal.aborted) return { done, firstNonFiniteStep };
    }
  }
  return { done, firstNonFiniteStep };
}

/** Whether every number of a prediction is one. */
async function isFinite(prediction: Dataset): Promise<boolean> {
  for (const { data } of Object.values(prediction.variables)) {
    const values = (await data.data()) as Float32Array;
    if (!values.every(Number.isFinite)) return false;
  }
  return true;
}
