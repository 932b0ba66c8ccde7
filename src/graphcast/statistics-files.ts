/**
 * Statistics on disk, in DeepMind's three files, and statistics of weather on disk, frame by frame.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { range } from '../array/shape.js';
import type { FluxionError } from '../error/error.js';
import { type FileError, FileNotFound, fileError } from '../error/io.js';
import { MissingStatistics } from '../error/weather.js';
import type { OnProgress } from '../io/progress.js';
import { type Dataset, loadDataset, toNetcdf } from '../xarray/index.js';
import { need } from './need.js';
import type { OpenWeather } from './sources/weather.js';
import { type Statistics, StatisticsAccumulator } from './statistics.js';
import { withForcings } from './task-of-data.js';

/** The files as DeepMind publishes them. */
export const STATISTICS_FILES = {
  meanByLevel: 'mean_by_level.nc',
  stddevByLevel: 'stddev_by_level.nc',
  diffsStddevByLevel: 'diffs_stddev_by_level.nc',
} as const satisfies { readonly [key in keyof Statistics]: string };

const KEYS = Object.keys(STATISTICS_FILES) as (keyof Statistics)[];

/** Writes the three files into a folder, which is made where absent. Left: `FileAccess`. */
export const saveStatistics = (folder: string, statistics: Statistics): TE.TaskEither<FileError, readonly string[]> =>
  TE.tryCatch(
    async () => {
      await mkdir(folder, { recursive: true });
      const paths: string[] = [];
      for (const key of KEYS) {
        const path = join(folder, STATISTICS_FILES[key]);
        await need(toNetcdf(statistics[key], path));
        paths.push(path);
      }
      return paths;
    },
    (error) => fileError(folder, error),
  );

/** Reads the three files of a folder. Left: `MissingStatistics`, `CorruptFile`, `UnsupportedFormat`. */
export const loadStatistics = (folder: string): TE.TaskEither<FileError | FluxionError, Statistics> =>
  TE.tryCatch(
    async () => {
      const read: Partial<Record<keyof Statistics, Dataset>> = {};
      for (const key of KEYS) {
        const loaded = await loadDataset(join(folder, STATISTICS_FILES[key]))();
        if (E.isRight(loaded)) read[key] = loaded.right;
        else if (loaded.left instanceof FileNotFound) {
          throw new MissingStatistics({ folder, file: STATISTICS_FILES[key] }, { cause: loaded.left });
        } else throw loaded.left;
      }
      return read as Statistics;
    },
    (error) => fileError(folder, error),
  );

/** Values that are in memory at once, by default: 32 MB of float32, and several times that while they are counted. */
const VALUES_IN_MEMORY = 2 ** 23;

/** How many frames have about so many values. */
export function framesInMemory(weather: OpenWeather, values: number = VALUES_IN_MEMORY): number {
  const { lat, lon, level } = weather.coords;
  const perFrame = Object.values(weather.variables)
    .filter(({ dims }) => dims.includes('time'))
    .reduce((n, { dims }) => n + weather.members * lat.size * lon.size * (dims.includes('level') ? level.size : 1), 0);
  return Math.max(1, Math.min(weather.frames, Math.floor(values / Math.max(1, perFrame))));
}

export interface StreamOptions {
  /** Frames that are in memory at once; by default as many as have some 8 million values. */
  readonly framesInMemory?: number;
  /** Hears how many frames are counted. */
  readonly onProgress?: OnProgress;
}

/**
 * The statistics of weather on disk and of its forcings, the sun and the calendar. Memory holds a stretch of frames.
 * Left: the errors of reading.
 */
export const streamStatistics = (
  weather: OpenWeather,
  options: StreamOptions = {},
): TE.TaskEither<FileError | FluxionError, Statistics> =>
  TE.tryCatch(
    async () => {
      const { framesInMemory: stretch = framesInMemory(weather), onProgress } = options;
      const accumulator = new StatisticsAccumulator();
      for (let start = 0; start < weather.frames; start += stretch) {
        const count = Math.min(stretch, weather.frames - start);
        const frames = await need(weather.read(range(count).map((i) => start + i)));
        await accumulator.add(withForcings(frames));
        onProgress?.({
          phase: 'count',
          message: 'counting',
          done: start + count,
          total: weather.frames,
          unit: 'frames',
        });
      }
      return accumulator.finish();
    },
    (error) => fileError(weather.path, error),
  );
