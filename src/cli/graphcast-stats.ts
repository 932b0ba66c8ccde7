/**
 * `fluxion graphcast stats`: the means and standard deviations that a model normalizes by, from any data.
 */
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import type { OpenWeather, openWeather } from '../graphcast/sources/weather.js';
import type { saveStatistics, streamStatistics } from '../graphcast/statistics-files.js';
import { type ConfigOption, withConfigOption } from './config-file.js';
import { concludeConfigured, type Ended, requireOptions, runJob } from './job.js';
import { asArgument, integer, numberList } from './option.js';
import { type Outcome, type ReportingOptions, type Terminal, withReportingOptions } from './outcome.js';

export type LoadStatistics = () => Promise<{
  readonly openWeather: typeof openWeather;
  readonly streamStatistics: typeof streamStatistics;
  readonly saveStatistics: typeof saveStatistics;
}>;

interface StatisticsArguments extends ReportingOptions, ConfigOption {
  readonly data: string;
  readonly out: string;
  readonly variables?: string;
  readonly levels?: readonly number[];
  readonly framesInMemory?: number;
}

const outcome = (weather: OpenWeather, files: readonly string[]): Outcome => {
  const names = Object.keys(weather.variables);
  const left = Object.entries(weather.omitted).map(([name, why]) => `Left out   ${name}, for ${why}`);
  return {
    text: [
      `Statistics of ${weather.frames} frames of ${names.length} variables, and of their forcings.`,
      `Variables  ${names.join(', ')}`,
      ...left,
      ...files.map((file) => `File       ${file}`),
    ].join('\n'),
    data: { frames: weather.frames, members: weather.members, variables: names, omitted: weather.omitted, files },
  };
};

const stats = (
  load: LoadStatistics,
  given: StatisticsArguments,
  terminal: Terminal,
): TE.TaskEither<FluxionError, Outcome> =>
  runJob(terminal, given.quiet ?? false, 'Press Ctrl-C again to stop.', async (display) => {
    const { openWeather, streamStatistics, saveStatistics } = await load();
    const variables = given.variables?.split(',').map((name) => name.trim());
    const onProgress = display.progress;
    const { framesInMemory } = given;
    const task: TE.TaskEither<FluxionError, Outcome> = pipe(
      openWeather(given.data, { variables, levels: given.levels }),
      TE.chain((weather) =>
        pipe(
          streamStatistics(weather, { onProgress, ...(framesInMemory ? { framesInMemory } : {}) }),
          TE.chain((statistics) => saveStatistics(given.out, statistics)),
          TE.map((files) => outcome(weather, files)),
        ),
      ),
    );
    return E.map((found: Outcome) => found)(await task());
  });

/** Defines the command in its group. */
export function defineStatistics(group: Command, load: LoadStatistics, terminal: Terminal, ended: Ended): void {
  const command = group
    .command('stats')
    .summary('compute normalization statistics of data of any size')
    .description(
      'Reads data once, a stretch of frames at a time, and writes mean_by_level.nc, stddev_by_level.nc and\n' +
        'diffs_stddev_by_level.nc, as DeepMind publishes them beside its models.',
    )
    .option('--data <file>', 'NetCDF or Zarr to read')
    .option('--out <folder>', 'where the three files go', 'stats')
    .option('--variables <names>', 'only these, separated by commas')
    .option('--levels <hPa>', 'only these pressure levels, separated by commas', asArgument(numberList))
    .option(
      '--frames-in-memory <n>',
      'frames to read at once (default: as have some 8 million values)',
      asArgument(integer(1)),
    );
  withReportingOptions(withConfigOption(command)).action(async (typed: StatisticsArguments) => {
    const run = (given: StatisticsArguments) => {
      requireOptions(command, given, ['data']);
      return stats(load, given, terminal);
    };
    ended(await concludeConfigured(terminal, command, typed, run));
  });
}
