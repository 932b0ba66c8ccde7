/** From a finished run to what its report shows. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { NdArray } from '../array/array.js';
import type { Engine } from '../engine/engine.js';
import { flatten } from '../tree/tree.js';
import type { Dataset } from '../xarray/dataset.js';
import type { Evaluation } from './evaluation.js';
import type { MainJobOptions, MainJobResult } from './job.js';
import { type ForecastMap, renderReport } from './report/index.js';
import type { WeatherData } from './sources/source.js';
import type { ModelConfig, TaskConfig } from './task.js';
import type { TrainingRun } from './training-state.js';

export interface FinishedRun {
  readonly options: MainJobOptions;
  readonly weather: WeatherData;
  readonly task: TaskConfig;
  readonly model: ModelConfig;
  readonly run: TrainingRun;
  readonly outcome: MainJobResult['outcome'];
  readonly evaluation: Evaluation;
  readonly engine: Engine;
}

const packageVersion = (): string => {
  // `src/graphcast` or `dist/src/graphcast`: the package is two or three folders up.
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {
      // not here
    }
  }
  return 'unknown';
};

/** The report as one HTML page. */
export function reportOf(finished: FinishedRun): string {
  const { options, weather, task, model, run, outcome, evaluation, engine } = finished;
  const { lat, lon } = evaluation.truth.coords;
  const [leaves] = flatten(run.checkpoint.params);
  return renderReport({
    title: `GraphCast, trained on ${weather.name}`,
    finishedAt: new Date().toISOString(),
    seconds: run.seconds,
    outcome,
    parameterCount: leaves.reduce<number>((n, leaf) => n + (leaf as NdArray).size, 0),
    training: run.history,
    heldOut: run.heldOut,
    rmse: evaluation.rmse,
    grid: { latitudes: lat.values as Float32Array, longitudes: lon.values as Float32Array },
    maps: mapsOf(finished),
    dataset: weather.facts,
    configuration: [
      {
        title: 'Model',
        entries: [
          { name: 'mesh size', value: model.meshSize, note: 'refinements of the icosahedron' },
          { name: 'latent size', value: model.latentSize },
          { name: 'message passing steps', value: model.gnnMsgSteps },
          { name: 'resolution', value: model.resolution, note: 'degrees' },
        ],
      },
      {
        title: 'Task',
        entries: [
          { name: 'predicted', value: task.targetVariables.join(', ') },
          { name: 'forcings', value: task.forcingVariables.join(', ') },
          { name: 'pressure levels', value: task.pressureLevels.join(', '), note: 'hPa' },
          { name: 'input', value: task.inputDuration },
        ],
      },
      {
        title: 'Training',
        entries: [
          {
            name: 'optimizer',
            value: 'AdamW',
            note: 'b1 0.9, b2 0.95, weight decay 0.1 on weights, clipped to norm 32',
          },
          { name: 'peak learning rate', value: options.learningRate, note: 'linear warm-up, cosine decay' },
          { name: 'samples in a step', value: options.batchSize },
          { name: 'autoregressive steps', value: options.autoregressiveSteps, note: 'in the last part of the run' },
          { name: 'seed', value: run.seed },
        ],
      },
    ],
    provenance: [
      { name: 'fluxion', value: packageVersion() },
      { name: 'engine', value: engine.name, note: engine.platform },
      { name: 'Node', value: process.version },
      { name: 'processor', value: cpus()[0]?.model ?? 'unknown', note: `${cpus().length} cores` },
    ],
  });
}

/** The first held-out sample: each variable at its first level, at every lead time. */
function mapsOf({ evaluation, weather }: FinishedRun): ForecastMap[] {
  const { forecast, truth, initial } = evaluation;
  const maps: ForecastMap[] = [];
  for (const variable of truth.keys()) {
    const hasLevel = truth.variables[variable].dims.includes('level');
    const level = hasLevel ? Number(truth.coords.level.values[0]) : null;
    const field = (data: Dataset, time: number | null): Float32Array => {
      const at = { batch: 0, ...(hasLevel ? { level: 0 } : {}), ...(time === null ? {} : { time }) };
      return data.get(variable).isel(at).transpose('lat', 'lon').data.dataSync() as Float32Array;
    };
    for (let time = 0; time < truth.sizes.time; time++) {
      maps.push({
        variable,
        level,
        leadHours: (time + 1) * weather.stepHours,
        initialTime: weather.heldOutStart,
        target: field(truth, time),
        forecast: field(forecast, time),
        persistence: field(initial, null),
      });
    }
  }
  return maps;
}
