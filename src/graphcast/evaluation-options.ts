/** The agreement between the evaluation job and whoever starts it. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import type { ModelFiles, TrainingObserver } from './job.js';
import type { Score } from './metrics.js';
import type { ForecastMap } from './report/report-data.js';
import type { OpenWeather } from './sources/weather.js';
import type { TrainedModel } from './trained-model.js';

/** Everything the evaluation job can be told. */
export interface EvaluationOptions extends ModelFiles {
  /** Steps of each forecast. */
  readonly steps: number;
  /** Frames between two starts. */
  readonly every: number;
  /** The most starts; null for all. */
  readonly starts: number | null;
  readonly engine: string | null;
}

export const evaluationDefaults: Omit<EvaluationOptions, 'checkpoint' | 'data'> = {
  stats: null,
  steps: 10,
  every: 1,
  starts: null,
  engine: null,
};

/** A score beside that of persistence; null where a variable cannot persist. */
export interface EvaluationRow extends Score {
  readonly persistence: number | null;
}

/** What an evaluation finds. */
export interface EvaluationResult {
  readonly outcome: 'finished' | 'interrupted';
  /** Forecasts that were judged. */
  readonly forecasts: number;
  readonly firstStart: string;
  readonly lastStart: string;
  readonly stepHours: number;
  readonly scores: readonly EvaluationRow[];
  readonly weather: OpenWeather;
  readonly model: TrainedModel;
  /** The first forecast, for its maps. */
  readonly maps: readonly ForecastMap[];
}

export type EvaluationJob = (
  options: EvaluationOptions,
  observer: TrainingObserver,
  signal: AbortSignal,
) => TaskEither<FluxionError, EvaluationResult>;
