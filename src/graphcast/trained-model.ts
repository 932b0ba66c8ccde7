/**
 * A trained model and weather for it: a checkpoint, its statistics, and data that fit both, ready to forecast.
 *
 * Whatever does not fit is said before anything is computed, with the name of the file and what was expected of it.
 */
import { dirname, join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import { type FileError, fileError } from '../error/io.js';
import { UnfitWeather } from '../error/weather.js';
import * as hk from '../haiku/index.js';
import { jit } from '../transform/jit.js';
import { type Dataset, parseTimedelta } from '../xarray/index.js';
import { type CheckPoint, load } from './checkpoint.js';
import { DERIVED_VARS, TISR } from './data-utils/index.js';
import type { ModelFiles } from './job.js';
import { predictorMaker } from './predictor-maker.js';
import type { PredictorFn } from './rollout.js';
import { type OpenWeather, openWeather } from './sources/weather.js';
import type { Statistics } from './statistics.js';
import { loadStatistics } from './statistics-files.js';
import type { TaskConfig } from './task.js';

export interface TrainedModel {
  readonly checkpoint: CheckPoint;
  readonly statistics: Statistics;
  readonly weather: OpenWeather;
  /** Hours of a step, of the model and of the data. */
  readonly stepHours: number;
  /** Frames that a forecast starts from. */
  readonly inputFrames: number;
  /** Forecasts one step; compiled when it is first called. */
  readonly predictor: PredictorFn;
}

/** GraphCast reads two frames, whatever their distance. */
const INPUT_FRAMES = 2;

/** The variables that a task reads from data: all but those that follow from the calendar and the sun. */
export const storedVariables = (task: TaskConfig): string[] => [
  ...new Set(
    [...task.inputVariables, ...task.targetVariables].filter((name) => !DERIVED_VARS.includes(name) && name !== TISR),
  ),
];

/** Hours of a task's step. */
export const stepHoursOf = (task: TaskConfig): number =>
  Number(parseTimedelta(task.inputDuration)) / 3.6e12 / INPUT_FRAMES;

/**
 * Opens a model and weather for it.
 *
 * Left: `FileNotFound`, `CorruptFile`, `CheckpointMismatch`, `MissingStatistics`; those of `openWeather`, with the
 * checkpoint's variables and levels as what is asked for; `UnfitWeather` for another step, grid or number of frames.
 */
export const openTrainedModel = (files: ModelFiles): TE.TaskEither<FileError | FluxionError, TrainedModel> =>
  pipe(
    TE.Do,
    TE.bind('checkpoint', () => load(files.checkpoint)),
    TE.bind('statistics', () => loadStatistics(files.stats ?? join(dirname(files.checkpoint), 'stats'))),
    TE.bind('weather', ({ checkpoint: { taskConfig } }) => {
      const levels = taskConfig.pressureLevels;
      return openWeather(files.data, {
        variables: storedVariables(taskConfig),
        ...(levels.length > 0 ? { levels } : {}),
      });
    }),
    TE.chain(({ checkpoint, statistics, weather }) =>
      TE.tryCatch(
        async () => {
          const stepHours = requireFit(files, checkpoint, weather);
          requireStatistics(files, checkpoint, statistics);
          return {
            checkpoint,
            statistics,
            weather,
            stepHours,
            inputFrames: INPUT_FRAMES,
            predictor: compiled(checkpoint, statistics),
          };
        },
        (error) => fileError(files.data, error),
      ),
    ),
  );

/** The hours of a step. @throws UnfitWeather */
function requireFit({ data }: ModelFiles, { taskConfig, modelConfig }: CheckPoint, weather: OpenWeather): number {
  const unfit = (what: string, expected: string, actual: string, repair: string): never => {
    throw new UnfitWeather({ path: data, what, expected, actual, repair });
  };
  const stepHours = stepHoursOf(taskConfig);
  if (weather.frames < INPUT_FRAMES) {
    unfit(
      'its frames',
      `at least ${INPUT_FRAMES}, ${stepHours} h apart`,
      `${weather.frames}`,
      'Give it more of the past.',
    );
  }
  if (weather.stepHours !== stepHours) {
    const repair = `Keep every frame that is ${stepHours} h after the one before.`;
    unfit('the time between its frames', `${stepHours} h`, `${weather.stepHours} h`, repair);
  }
  const { resolution } = modelConfig;
  const { lon } = weather.coords;
  const degrees = 360 / lon.size;
  if (resolution > 0 && Math.abs(degrees - resolution) > 1e-3 * resolution) {
    const repair = 'Regrid it (xarray.regridConservative does), or train a model on this grid.';
    unfit('its grid', `${resolution} degrees`, `${degrees} degrees (${lon.size} longitudes)`, repair);
  }
  return stepHours;
}

/** @throws UnfitWeather for a variable without statistics */
function requireStatistics({ checkpoint, stats }: ModelFiles, { taskConfig }: CheckPoint, found: Statistics): void {
  const path = stats ?? join(dirname(checkpoint), 'stats');
  const absent = taskConfig.inputVariables.find(
    (name) => !found.meanByLevel.has(name) || !found.stddevByLevel.has(name),
  );
  const unchanging = taskConfig.targetVariables.find(
    (name) => taskConfig.inputVariables.includes(name) && !found.diffsStddevByLevel.has(name),
  );
  const name = absent ?? unchanging;
  if (name === undefined) return;
  throw new UnfitWeather({
    path,
    what: 'its statistics',
    expected: `those of ${name}`,
    actual: `of ${found.meanByLevel.keys().join(', ')}`,
    repair: 'Take the folder that belongs to the checkpoint, or compute it with `fluxion graphcast stats`.',
  });
}

function compiled({ params, modelConfig, taskConfig }: CheckPoint, statistics: Statistics): PredictorFn {
  const make = predictorMaker(modelConfig, taskConfig, statistics);
  const { apply } = hk.transform((inputs: Dataset, template: Dataset, forcings: Dataset) =>
    make().call(inputs, template, forcings),
  );
  const forward = jit((p: typeof params, i: Dataset, t: Dataset, f: Dataset) => apply(p, null, i, t, f) as Dataset);
  return (_key, inputs, template, forcings) => forward(params, inputs, template, forcings);
}
