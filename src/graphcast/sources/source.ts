/**
 * Where a training job's weather comes from: the ERA5 sample, a simulation, or a file of the user's.
 *
 * Whichever it is, the job gets two datasets of one form: weather to train on, and weather kept away from training.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../../error/error.js';
import { type FileError, fileError } from '../../error/io.js';
import { UnusableTimes } from '../../error/weather.js';
import { ERA5_SAMPLE, type Era5Options, fetchEra5Sample } from '../../io/era5.js';
import type { OnProgress } from '../../io/progress.js';
import type { Dataset } from '../../xarray/index.js';
import type { DataSource } from '../job.js';
import type { DatasetFacts } from '../report/report-data.js';
import { ERA5_HELD_OUT_MEMBERS, era5Dataset } from './era5.js';
import { readWeatherFile } from './netcdf.js';
import { type ShallowWaterOptions, shallowWaterDataset } from './shallow-water/index.js';
import { type Split, splitMembers, splitTimes } from './split.js';

/** Weather of one source, ready to be cut into samples. */
export interface WeatherData {
  readonly train: Dataset;
  readonly heldOut: Dataset;
  /** A few words for a person: `ERA5 sample`. */
  readonly name: string;
  /** Where it comes from, in a sentence or two. */
  readonly provenance: string;
  /** Under what terms it may be used. */
  readonly licence: string;
  /** What the report says of it. */
  readonly facts: DatasetFacts;
  /** Hours from frame to frame. */
  readonly stepHours: number;
  /** The last time that the first forecast of the held-out data is given, ISO 8601. */
  readonly heldOutStart: string;
  /** What its user should know: another source than the one asked for, variables left out. Empty when all is well. */
  readonly messages: readonly string[];
}

/** Options of `loadSource`. */
export interface SourceOptions {
  /** Where the ERA5 sample is kept; `data` in the cache folder by default. */
  readonly folder?: string;
  /** What is simulated. */
  readonly shallowWater?: ShallowWaterOptions;
}

/** Frames that one sample needs at least: two of input, one of target. */
const FRAMES_OF_A_SAMPLE = 3;

/**
 * Loads the weather of a source. Downloads the ERA5 sample (9.7 MB, by the user's pip) where it is asked for and not there.
 *
 * Where ERA5 cannot be had (no network, no pip), the simulation stands in for it, and the first message says why.
 * Left: the errors of `readWeatherFile` for the user's file, which nothing stands in for.
 */
export function loadSource(
  source: DataSource,
  onProgress?: OnProgress,
  options: SourceOptions = {},
): TE.TaskEither<FluxionError, WeatherData> {
  if (source.kind === 'file') return fromFile(source.path);
  if (source.kind === 'shallow-water') return simulated(onProgress, options, []);
  return pipe(
    fromEra5({ folder: options.folder, onProgress }),
    TE.orElse((error) =>
      simulated(onProgress, options, [
        `The ERA5 sample is not to be had: ${error.message} Training on simulated weather instead (shallow water on the sphere).`,
      ]),
    ),
  );
}

const fromEra5 = (options: Era5Options): TE.TaskEither<FileError | FluxionError, WeatherData> =>
  pipe(
    fetchEra5Sample(options),
    TE.chainW(era5Dataset),
    TE.map((dataset) =>
      described(dataset, splitMembers(dataset, ERA5_HELD_OUT_MEMBERS), {
        name: 'ERA5',
        provenance:
          'ERA5 ensemble of data assimilations, 1 and 2 January 2017, 3 degrees, 500 and 850 hPa: ten members, the last ' +
          'two held out. Hersbach et al. (2020), doi:10.1002/qj.3803, from the test data of cfgrib.',
        licence: 'Copernicus Climate Change Service (C3S) licence for ERA5',
        kind: 'observed',
        sha256: ERA5_SAMPLE.sha256,
        messages: [],
      }),
    ),
  );

const simulated = (
  onProgress: OnProgress | undefined,
  { shallowWater }: SourceOptions,
  messages: readonly string[],
): TE.TaskEither<FileError, WeatherData> =>
  TE.tryCatch(
    async () => {
      onProgress?.({ phase: 'simulate', message: 'simulating weather' });
      const dataset = shallowWaterDataset(shallowWater);
      // Reading it here lets the program run now, and not with the first step of training.
      await Promise.all(Object.values(dataset.variables).map((v) => v.data.blockUntilReady()));
      onProgress?.({ phase: 'done', message: 'weather is simulated' });
      return described(dataset, splitOf('the simulation', dataset), {
        name: 'shallow water',
        provenance:
          'Simulated: the shallow-water equations on the rotating sphere (spectral, T21) from random balanced states; ' +
          'every member is a trajectory of its own, and the last fifth of them is held out.',
        licence: 'none: it is made by this program',
        kind: 'simulated',
        messages,
      });
    },
    (error) => fileError('the simulation', error),
  );

const fromFile = (path: string): TE.TaskEither<FileError | FluxionError, WeatherData> =>
  pipe(
    readWeatherFile(path),
    TE.chainW(({ dataset, omitted }) =>
      TE.tryCatch(
        async () =>
          described(dataset, splitOf(path, dataset), {
            name: path.split(/[\\/]/).at(-1) as string,
            provenance: `The file ${path}: ${dataset.keys().join(', ')}.`,
            licence: 'that of the file',
            kind: 'observed',
            messages: Object.entries(omitted).map(([name, why]) => `${path}: ${name} is left out, for ${why}.`),
          }),
        (error) => fileError(path, error),
      ),
    ),
  );

/** What is said of a source, beside its data. */
interface Description {
  readonly name: string;
  readonly provenance: string;
  readonly licence: string;
  readonly kind: DatasetFacts['kind'];
  readonly sha256?: string;
  readonly messages: readonly string[];
}

function described(dataset: Dataset, split: Split, description: Description): WeatherData {
  const { name, provenance, licence, kind, sha256, messages } = description;
  const { batch } = dataset.sizes;
  const held = split.heldOut.sizes;
  const heldOut =
    held.batch < batch ? `${held.batch} of ${batch} members` : `the last ${held.time} of ${dataset.sizes.time} frames`;
  return {
    ...split,
    name,
    provenance,
    licence,
    facts: { name, origin: provenance, kind, times: timesOf(dataset), members: batch, heldOut, sha256, licence },
    stepHours: stepHoursOf(dataset),
    // Two frames are input.
    heldOutStart: timesOf(split.heldOut)[1],
    messages,
  };
}

/** The distinct times of a dataset, ascending, ISO 8601. */
function timesOf(dataset: Dataset): string[] {
  const times = new Set(Array.from(dataset.coords.datetime.values as BigInt64Array, (ns) => Number(ns / 1_000_000n)));
  return [...times].sort((a, b) => a - b).map((ms) => new Date(ms).toISOString());
}

const stepHoursOf = (dataset: Dataset): number => {
  const [first, second] = dataset.coords.time.numbers();
  return (second - first) / 3.6e12;
};

/** The last fifth of the members, or of the frames where members are too few. @throws UnusableTimes */
function splitOf(path: string, dataset: Dataset): Split {
  const { batch, time } = dataset.sizes;
  const count = (n: number): number => Math.max(1, Math.round(n / 5));
  if (batch >= 4 && time >= FRAMES_OF_A_SAMPLE) return splitMembers(dataset, count(batch));
  const heldOut = Math.max(FRAMES_OF_A_SAMPLE, count(time));
  if (time - heldOut < FRAMES_OF_A_SAMPLE) {
    const reason = `it has ${time} frames, and ${2 * FRAMES_OF_A_SAMPLE} are needed: three to train on, three to judge by`;
    throw new UnusableTimes({ path, reason });
  }
  return splitTimes(dataset, heldOut);
}
