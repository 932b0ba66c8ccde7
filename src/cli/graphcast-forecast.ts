/**
 * `fluxion graphcast forecast`: from a checkpoint and the last frames of some weather to a NetCDF file of what comes.
 */
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import {
  type ForecastJob,
  type ForecastOptions,
  type ForecastResult,
  forecastDefaults,
} from '../graphcast/forecast-options.js';
import { type ConfigOption, withConfigOption } from './config-file.js';
import { engineOption } from './graphcast-train.js';
import { concludeConfigured, type Ended, requireOptions, runJob } from './job.js';
import { asArgument, integer, notNegative } from './option.js';
import { ExitCode, type Outcome, type ReportingOptions, type Terminal, withReportingOptions } from './outcome.js';

export type LoadForecast = () => Promise<{ readonly runForecast: ForecastJob }>;

interface ForecastArguments extends ReportingOptions, ConfigOption {
  readonly checkpoint: string;
  readonly data: string;
  readonly stats?: string;
  readonly out: string;
  readonly steps: number;
  readonly start?: string;
  readonly members?: number;
  readonly perturbation: number;
  readonly seed: number;
  readonly engine?: string;
}

/** The job's options, from those of the command line. */
const forecastOptions = (given: ForecastArguments): ForecastOptions => ({
  checkpoint: given.checkpoint,
  data: given.data,
  stats: given.stats ?? null,
  out: given.out,
  steps: given.steps,
  start: given.start ?? null,
  members: given.members ?? null,
  perturbation: given.perturbation,
  seed: given.seed,
  engine: given.engine ?? null,
});

/** What the user is told at the end. */
function forecastOutcome(result: ForecastResult): Outcome {
  const { file, start, steps, stepHours, members, variables, firstNonFiniteStep } = result;
  const ensemble = members > 1 ? `, ${members} members` : '';
  const text =
    file === null
      ? 'No forecast was written.'
      : [
          `Forecast from ${start} over ${steps * stepHours} h: ${steps} steps of ${stepHours} h${ensemble}.`,
          `Variables  ${variables.join(', ')}`,
          `File       ${file}`,
        ].join('\n');
  const broken =
    firstNonFiniteStep === null
      ? undefined
      : `from step ${firstNonFiniteStep} on the forecast is not finite: look at the data with \`fluxion graphcast doctor\`, or train longer`;
  if (result.outcome === 'finished') {
    return { text, data: result, notice: broken, exitCode: broken ? ExitCode.failed : ExitCode.done };
  }
  const kept = file === null ? 'An ensemble that is not whole is not kept' : `${steps} steps are in ${file}`;
  return { text, data: result, exitCode: ExitCode.interrupted, notice: `interrupted. ${kept}.` };
}

const forecast = (
  load: LoadForecast,
  options: ForecastOptions,
  terminal: Terminal,
  quiet: boolean,
): TaskEither<FluxionError, Outcome> =>
  runJob(terminal, quiet, 'Finishing this step. Press Ctrl-C again to stop at once.', async (display, signal) => {
    const { runForecast } = await load();
    return E.map(forecastOutcome)(await runForecast(options, display, signal)());
  });

/** Defines the command in its group. */
export function defineForecast(group: Command, load: LoadForecast, terminal: Terminal, ended: Ended): void {
  const d = forecastDefaults;
  const command = group
    .command('forecast')
    .summary('forecast from a checkpoint and data, into a NetCDF file')
    .description(
      'Forecasts the weather that follows some data, and writes it as NetCDF, step by step: memory does not grow.\n' +
        'The statistics that the model needs are looked for in the folder `stats` beside the checkpoint.',
    )
    .option('--checkpoint <file>', 'the trained model')
    .option('--data <file>', 'NetCDF or Zarr with at least two frames to start from')
    .option('--stats <folder>', 'statistics of the training data (default: stats beside the checkpoint)')
    .option('--out <file>', 'the NetCDF file to write', d.out)
    .option('--steps <n>', 'steps to forecast', asArgument(integer(1)), d.steps)
    .option('--start <time>', 'when to start, ISO 8601, UTC (default: the last frame of the data)')
    .option('--members <n>', 'members of an ensemble (default: as many as the data has)', asArgument(integer(1)))
    .option(
      '--perturbation <x>',
      'noise on the starts of members that the data has not, in standard deviations of the change in a step',
      asArgument(notNegative),
      d.perturbation,
    )
    .option('--seed <n>', 'seed of the noise', asArgument(integer(0, 2 ** 32 - 1)), d.seed)
    .addOption(engineOption());
  withReportingOptions(withConfigOption(command)).action(async (typed: ForecastArguments) => {
    const run = (given: ForecastArguments) => {
      requireOptions(command, given, ['checkpoint', 'data']);
      return forecast(load, forecastOptions(given), terminal, given.quiet ?? false);
    };
    ended(await concludeConfigured(terminal, command, typed, run));
  });
}
