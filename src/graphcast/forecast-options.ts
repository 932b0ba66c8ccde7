/** The agreement between the forecasting job and whoever starts it. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import type { ModelFiles, TrainingObserver } from './job.js';

/** Everything the forecasting job can be told. */
export interface ForecastOptions extends ModelFiles {
  /** The file to write. */
  readonly out: string;
  readonly steps: number;
  /** When the forecast starts, ISO 8601; null for the last frame of the data. */
  readonly start: string | null;
  /** Members of the ensemble; null for those of the data. */
  readonly members: number | null;
  /** Noise on the starts of further members, in standard deviations of the change in a step. */
  readonly perturbation: number;
  readonly seed: number;
  readonly engine: string | null;
}

export const forecastDefaults: Omit<ForecastOptions, 'checkpoint' | 'data'> = {
  stats: null,
  out: 'forecast.nc',
  steps: 10,
  start: null,
  members: null,
  perturbation: 0.1,
  seed: 0,
  engine: null,
};

/** What a forecast leaves behind. */
export interface ForecastResult {
  readonly outcome: 'finished' | 'interrupted';
  /** The file; null where an ensemble was interrupted, which leaves none. */
  readonly file: string | null;
  readonly start: string;
  readonly steps: number;
  readonly stepHours: number;
  readonly members: number;
  readonly variables: readonly string[];
  /** The first step in which a number is not finite; null when all are. */
  readonly firstNonFiniteStep: number | null;
}

/** The forecasting job. When `signal` is aborted it ends after the step that is under way. */
export type ForecastJob = (
  options: ForecastOptions,
  observer: TrainingObserver,
  signal: AbortSignal,
) => TaskEither<FluxionError, ForecastResult>;
