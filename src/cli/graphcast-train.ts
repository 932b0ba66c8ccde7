/**
 * `fluxion graphcast train`: trains GraphCast, and says how well it forecasts.
 */
import { type Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import {
  type DataSource,
  type MainJob,
  type MainJobOptions,
  type MainJobResult,
  mainJobDefaults,
} from '../graphcast/job.js';
import { skill } from '../graphcast/report/metrics.js';
import { durationText, numberText, percentText } from '../graphcast/report/number-text.js';
import { levelText, variableFacts } from '../graphcast/report/variable.js';
import { type ConfigOption, withConfigOption } from './config-file.js';
import { concludeConfigured, type Ended, runJob } from './job.js';
import { asArgument, integer, positive } from './option.js';
import { ExitCode, type Outcome, type ReportingOptions, type Terminal, withReportingOptions } from './outcome.js';
import { tableText } from './table.js';

/** What commander makes of the options. */
interface GraphCastArguments
  extends ReportingOptions,
    ConfigOption,
    Partial<Pick<MainJobOptions, 'steps' | 'seconds'>>,
    Omit<MainJobOptions, 'steps' | 'seconds' | 'source' | 'engine' | 'resume'> {
  readonly source: string;
  readonly data?: string;
  readonly engine?: string;
  readonly resume?: boolean;
}

const dataSource = (text: string): DataSource =>
  text === 'era5' || text === 'shallow-water' ? { kind: text } : { kind: 'file', path: text };

/** The job's options, from those of the command line. A limit of time alone leaves the number of steps open. */
export function jobOptions(given: GraphCastArguments): MainJobOptions {
  return {
    steps: given.steps ?? (given.seconds === undefined ? mainJobDefaults.steps : null),
    seconds: given.seconds ?? null,
    source: given.data === undefined ? dataSource(given.source) : { kind: 'file', path: given.data },
    out: given.out,
    seed: given.seed,
    meshSize: given.meshSize,
    latentSize: given.latentSize,
    messageSteps: given.messageSteps,
    devices: given.devices,
    batchSize: given.batchSize,
    learningRate: given.learningRate,
    autoregressiveSteps: given.autoregressiveSteps,
    checkpointEvery: given.checkpointEvery,
    resume: given.resume ?? false,
    report: given.report,
    engine: given.engine ?? null,
  };
}

const scores = ({ metrics }: MainJobResult): readonly string[] => {
  const rows = metrics.rmse.map((row) => {
    const { label, units } = variableFacts(row.variable);
    return [
      `${label} ${levelText(row.level)}`.trim(),
      `${row.leadHours} h`,
      `${numberText(row.model)} ${units}`,
      `${numberText(row.persistence)} ${units}`,
      percentText(skill(row)),
    ];
  });
  if (rows.length === 0) return [];
  return ['', tableText([['Forecast error (RMSE)', 'lead', 'model', 'persistence', 'less error'], ...rows])];
};

/** What the user is told at the end. */
export function outcome(result: MainJobResult, { out }: MainJobOptions): Outcome {
  const { metrics, files } = result;
  const speed = metrics.seconds > 0 ? `, ${numberText(metrics.steps / metrics.seconds)} steps/s` : '';
  const text = [
    `Trained ${metrics.steps} steps in ${durationText(metrics.seconds)}${speed}.`,
    `Loss ${numberText(metrics.loss.first)} → ${numberText(metrics.loss.last)}`,
    ...scores(result),
    '',
    ...(files.report === null ? [] : [`Report      ${files.report}`]),
    `Metrics     ${files.metrics}`,
    `Checkpoint  ${files.checkpoint}`,
  ].join('\n');
  const data = { ...metrics, outcome: result.outcome, totalSteps: result.totalSteps, files };
  if (result.outcome !== 'interrupted') return { text, data };
  return {
    text,
    data,
    exitCode: ExitCode.interrupted,
    notice:
      `interrupted after step ${result.totalSteps}; everything is saved in ${out}. ` +
      `The same command with --resume goes on from there.`,
  };
}

const train = (
  load: LoadTraining,
  options: MainJobOptions,
  terminal: Terminal,
  quiet: boolean,
): TaskEither<FluxionError, Outcome> =>
  runJob(
    terminal,
    quiet,
    'Finishing this step and saving. Press Ctrl-C again to stop at once.',
    async (display, signal) => {
      const { runMainJob } = await load();
      const ended = await runMainJob(options, display, signal)();
      return E.map((result: MainJobResult) => outcome(result, options))(ended);
    },
  );

/** Where to compute: an option of all that compute. */
export const engineOption = (): Option =>
  new Option('--engine <name>', 'where to compute (default: the best that loads)').choices([
    'xla',
    'tfjs',
    'tfjs:wasm',
    'reference',
  ]);

/** Brings the job when it is to run. */
export type LoadTraining = () => Promise<{ readonly runMainJob: MainJob }>;

/** Defines the command in its group. It is what `fluxion graphcast` does when nothing else is said. */
export function defineTraining(group: Command, load: LoadTraining, terminal: Terminal, ended: Ended): Command {
  const d = mainJobDefaults;
  const command: Command = group
    .command('train', { isDefault: true })
    .summary('train GraphCast, write a checkpoint, scores and a report')
    .description(
      'Trains GraphCast and writes, into the folder --out: metrics.json, report.html and a checkpoint.\n' +
        'Ctrl-C finishes the step, saves and ends; --resume goes on from there.',
    )
    .option('--steps <n>', `optimizer steps in all (default: ${d.steps}; open with --seconds)`, asArgument(integer(1)))
    .option('--seconds <s>', 'stop training after this time, whatever the steps', asArgument(positive))
    .option('--out <folder>', 'where the results go', d.out)
    .addOption(new Option('--source <era5|shallow-water|file>', 'what to learn from').default(d.source.kind))
    .addOption(
      new Option('--data <file>', 'a NetCDF file or Zarr store to learn from; the same as --source <file>').conflicts(
        'source',
      ),
    )
    .option('--seed <n>', 'seed of parameters and sampling', asArgument(integer(0, 2 ** 32 - 1)), d.seed)
    .option('--mesh-size <n>', 'refinements of the icosahedron, 0 to 6', asArgument(integer(0, 6)), d.meshSize)
    .option('--latent-size <n>', 'width of the latent vectors', asArgument(integer(1)), d.latentSize)
    .option('--message-steps <n>', 'rounds of message passing on the mesh', asArgument(integer(1)), d.messageSteps)
    .option('--batch-size <n>', 'samples in a step', asArgument(integer(1)), d.batchSize)
    .option('--devices <n>', 'devices that share each batch', asArgument(integer(1)), d.devices)
    .option('--learning-rate <x>', 'peak learning rate', asArgument(positive), d.learningRate)
    .option('--autoregressive-steps <n>', 'forecast steps in a sample', asArgument(integer(1)), d.autoregressiveSteps)
    .option('--checkpoint-every <n>', 'steps between checkpoints', asArgument(integer(1)), d.checkpointEvery)
    .option('--resume', 'go on from the checkpoint in --out')
    .option('--no-report', 'do not write report.html')
    .addOption(engineOption());
  withReportingOptions(withConfigOption(command)).action(async (typed: GraphCastArguments) => {
    const run = (given: GraphCastArguments) => train(load, jobOptions(given), terminal, given.quiet ?? false);
    ended(await concludeConfigured(terminal, command, typed, run));
  });
  return command;
}
