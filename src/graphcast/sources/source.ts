/**
 * Where weather comes from: the ERA5 sample, a simulation, or a file of the user's; each as data to train on and data to
 * judge forecasts on.
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../../error/error.js';
import { ERA5_SAMPLE, fetchEra5Sample } from '../../io/era5.js';
import type { OnProgress } from '../../io/progress.js';
import type { Dataset } from '../../xarray/index.js';
import type { DataSource } from '../job.js';
import type { DatasetFacts } from '../report/report-data.js';
import { ERA5_HELD_OUT_MEMBERS, era5Dataset } from './era5.js';
import { splitMembers } from './split.js';

/** Weather, ready for training. */
export interface WeatherData {
  /** [batch, time, level, lat, lon], `datetime` labels along time. */
  readonly train: Dataset;
  readonly heldOut: Dataset;
  readonly name: string;
  readonly licence: string;
  readonly facts: DatasetFacts;
  /** Hours between frames. */
  readonly stepHours: number;
  /** The last time that a forecast of the held-out data is given, ISO 8601. */
  readonly heldOutStart: string;
  /** What the user should know: what was missing, and what is used instead. */
  readonly messages: readonly string[];
}

/** The distinct times of a data set, ascending. */
const isoTimes = (dataset: Dataset): string[] => {
  const times = new Set(Array.from(dataset.coords.datetime.values as BigInt64Array, (ns) => Number(ns / 1_000_000n)));
  return [...times].sort((a, b) => a - b).map((ms) => new Date(ms).toISOString());
};

const hoursBetween = (times: readonly string[]): number => (Date.parse(times[1]) - Date.parse(times[0])) / 3_600_000;

/** The ERA5 sample, two members held out. */
const era5 = (onProgress: OnProgress): TE.TaskEither<FluxionError, WeatherData> =>
  TE.chain((path: string) =>
    TE.map((dataset: Dataset): WeatherData => {
      const times = isoTimes(dataset);
      return {
        ...splitMembers(dataset, ERA5_HELD_OUT_MEMBERS),
        name: 'ERA5',
        licence: 'Copernicus Climate Change Service (C3S) licence for ERA5',
        stepHours: hoursBetween(times),
        heldOutStart: times[1],
        messages: [],
        facts: {
          name: 'ERA5, ensemble of data assimilations',
          origin: `the test sample of ${ERA5_SAMPLE.requirement}`,
          kind: 'observed',
          times,
          members: dataset.sizes.batch,
          heldOut: `${ERA5_HELD_OUT_MEMBERS} of ${dataset.sizes.batch} members`,
          sha256: ERA5_SAMPLE.sha256,
          licence: 'Copernicus (C3S)',
        },
      };
    })(era5Dataset(path) as TE.TaskEither<FluxionError, Dataset>),
  )(fetchEra5Sample({ onProgress }) as TE.TaskEither<FluxionError, string>);

/** Brings the data. Left: what is wrong with the user's file. */
export const loadSource = (_source: DataSource, onProgress: OnProgress): TE.TaskEither<FluxionError, WeatherData> => {
  return era5(onProgress);
};
