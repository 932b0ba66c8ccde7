/**
 * The evaluation job: forecasts from many starts in some weather, scored against what came to be.
 *
 *     climatology -> for each start: forecast, step after step, beside persistence -> rmse, bias, acc
 *
 * Root mean square error, bias and anomaly correlation are weighted by area and come by variable, level and lead time.
 * Frames are read start by start and scores are sums, so neither the weather nor its forecasts need to fit into memory.
 * The climatology is the mean of the weather that is judged by, at each grid point: with a short record the anomaly
 * correlation says little.
 */
import { setImmediate as turn } from 'node:timers/promises';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { range } from '../array/shape.js';
import { config } from '../config.js';
import { fileError } from '../error/io.js';
import { UnusableTimes } from '../error/weather.js';
import type { OnProgress } from '../io/progress.js';
import type { Dataset } from '../xarray/index.js';
import { dateText } from '../xarray/repr-values.js';
import { ensureEngine } from './engine-choice.js';
import type { EvaluationJob, EvaluationOptions, EvaluationResult } from './evaluation-options.js';
import { persistenceForecast, ScoreAccumulator } from './metrics.js';
import { need } from './need.js';
import type { ForecastMap } from './report/report-data.js';
import { chunkedPredictionGenerator } from './rollout.js';
import { cutSamples } from './samples.js';
import type { OpenWeather } from './sources/weather.js';
import { framesInMemory } from './statistics-files.js';
import { withForcings } from './task-of-data.js';
import { openTrainedModel, type TrainedModel } from './trained-model.js';

/** Left: those of `openTrainedModel`; `UnusableTimes` where no forecast of so many steps fits into the weather. */
export const runEvaluation: EvaluationJob = (options, observer, signal) =>
  TE.tryCatch(
    async () => {
      observer.phase({ phase: 'setup', message: 'Looking for the engine' });
      if (options.engine !== null) config.update('engine', options.engine);
      await ensureEngine(options.engine, observer);
      observer.phase({ phase: 'data', message: `Opening ${options.checkpoint} and ${options.data}` });
      const model = await need(openTrainedModel(options));
      observer.phase({ phase: 'evaluate', message: 'Averaging the weather for its climatology' });
      const climatology = await climatologyOf(model.weather.select(model.checkpoint.taskConfig.targetVariables));
      observer.phase({ phase: 'evaluate', message: 'Forecasting' });
      return judge(model, options, climatology, observer.progress, signal);
    },
    (error) => fileError(options.data, error),
  );

/** The mean over all frames and members, read stretch by stretch. */
async function climatologyOf(weather: OpenWeather): Promise<Dataset> {
  const stretch = framesInMemory(weather);
  let sum: Dataset | null = null;
  for (let start = 0; start < weather.frames; start += stretch) {
    const count = Math.min(stretch, weather.frames - start);
    const frames = await need(weather.read(range(count).map((i) => start + i)));
    const part = frames.dropVars(['time', 'datetime']).mean('batch').sum('time');
    sum = sum === null ? part : sum.add(part);
  }
  return (sum as Dataset).div(weather.frames);
}

/** The first frames of all samples. @throws UnusableTimes */
function startsOf({ weather, inputFrames }: TrainedModel, { steps, every, starts }: EvaluationOptions): number[] {
  const length = inputFrames + steps;
  const possible = range(Math.max(0, weather.frames - length + 1)).filter((i) => i % every === 0);
  if (possible.length > 0) return possible.slice(0, starts ?? possible.length);
  const reason = `it has ${weather.frames} frames, and a forecast of ${steps} steps is judged by ${length}; ask for fewer steps`;
  throw new UnusableTimes({ path: weather.path, reason });
}

async function judge(
  model: TrainedModel,
  options: EvaluationOptions,
  climatology: Dataset,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<EvaluationResult> {
  const { checkpoint, weather, stepHours, inputFrames, predictor } = model;
  const starts = startsOf(model, options);
  const scores = new ScoreAccumulator({ climatology });
  const persistent = new ScoreAccumulator();
  const maps: ForecastMap[] = [];
  const total = starts.length * weather.members;
  let done = 0;
  for (const [i, start] of starts.entries()) {
    for (const member of range(weather.members)) {
      if (signal.aborted) break;
      const positions = range(inputFrames + options.steps).map((k) => start + k);
      const frames = withForcings(await need(weather.read(positions, [member])));
      const { inputs, targets, forcings } = cutSamples(frames, checkpoint.taskConfig, options.steps, stepHours);
      let step = 0;
      for (const forecast of chunkedPredictionGenerator(predictor, null, inputs, targets, forcings)) {
        const truth = targets.isel({ time: [step++] });
        const persistence = persistenceForecast(inputs, truth);
        await scores.add(forecast, truth);
        await persistent.add(persistence, truth);
        if (i === 0 && member === 0)
          maps.push(...mapsOf(forecast, truth, persistence, weather, start + inputFrames - 1));
      }
      done++;
      onProgress({ phase: 'evaluate', message: 'forecasting', done, total, unit: 'forecasts' });
      await turn();
    }
  }
  const beside = new Map(persistent.scores().map((s) => [`${s.variable}|${s.level}|${s.leadHours}`, s.rmse]));
  const instant = (frame: number): string =>
    dateText((weather.coords.datetime.values as BigInt64Array)[frame + inputFrames - 1]);
  return {
    outcome: done === total ? 'finished' : 'interrupted',
    forecasts: done,
    firstStart: instant(starts[0]),
    lastStart: instant(starts[Math.max(0, Math.ceil(done / weather.members) - 1)]),
    stepHours,
    scores: scores
      .scores()
      .map((s) => ({ ...s, persistence: beside.get(`${s.variable}|${s.level}|${s.leadHours}`) ?? null })),
    weather,
    model,
    maps,
  };
}

/** One step of the first forecast: each variable at its level nearest 500 hPa. */
function mapsOf(
  forecast: Dataset,
  truth: Dataset,
  persistence: Dataset,
  weather: OpenWeather,
  frame: number,
): ForecastMap[] {
  const instant = (weather.coords.datetime.values as BigInt64Array)[frame];
  const leadHours = truth.coords.time.numbers()[0] / 3.6e12;
  return truth
    .keys()
    .filter((name) => persistence.has(name))
    .map((variable) => {
      const levels = truth.variables[variable].dims.includes('level') ? truth.coords.level.numbers() : null;
      const place = levels?.reduce((best, p, l) => (Math.abs(p - 500) < Math.abs(levels[best] - 500) ? l : best), 0);
      const at = { batch: 0, time: 0, ...(place === undefined ? {} : { level: place }) };
      const field = (data: Dataset): Float32Array =>
        data.get(variable).isel(at).transpose('lat', 'lon').data.dataSync() as Float32Array;
      return {
        variable,
        level: levels && place !== undefined ? levels[place] : null,
        leadHours,
        initialTime: new Date(Number(instant / 1_000_000n)).toISOString(),
        target: field(truth),
        forecast: field(forecast),
        persistence: field(persistence),
      };
    });
}
