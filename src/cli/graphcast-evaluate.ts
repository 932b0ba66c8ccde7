/**
 * `fluxion graphcast evaluate`: how good forecasts are, by variable, pressure level and lead time.
 */
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import {
  type EvaluationJob,
  type EvaluationOptions,
  type EvaluationResult,
  evaluationDefaults,
} from '../graphcast/evaluation-options.js';
import { numberText, signedText } from '../graphcast/report/number-text.js';
import { levelText, variableFacts } from '../graphcast/report/variable.js';
import { writeAtomically } from '../io/atomic.js';
import { type ConfigOption, withConfigOption } from './config-file.js';
import { engineOption } from './graphcast-train.js';
import { concludeConfigured, type Ended, requireOptions, runJob } from './job.js';
import { asArgument, integer } from './option.js';
import { ExitCode, type Outcome, type ReportingOptions, type Terminal, withReportingOptions } from './outcome.js';
import { tableText } from './table.js';

export type LoadEvaluation = () => Promise<{
  readonly runEvaluation: EvaluationJob;
  readonly evaluationReport: (result: EvaluationResult) => string;
}>;

interface EvaluationArguments extends ReportingOptions, ConfigOption {
  readonly checkpoint: string;
  readonly data: string;
  readonly stats?: string;
  readonly steps: number;
  readonly every: number;
  readonly starts?: number;
  readonly report?: string;
  readonly engine?: string;
}

/** The job's options, from those of the command line. */
const evaluationOptions = (given: EvaluationArguments): EvaluationOptions => ({
  checkpoint: given.checkpoint,
  data: given.data,
  stats: given.stats ?? null,
  steps: given.steps,
  every: given.every,
  starts: given.starts ?? null,
  engine: given.engine ?? null,
});

/** What the user is told at the end. */
function evaluationOutcome(result: EvaluationResult, report: string | null): Outcome {
  const { forecasts, firstStart, lastStart, scores, stepHours, outcome } = result;
  const rows = scores.map((s) => {
    const { label, units } = variableFacts(s.variable);
    const persistence = s.persistence === null ? '–' : numberText(s.persistence);
    const acc = s.acc === null || !Number.isFinite(s.acc) ? '–' : s.acc.toFixed(3);
    return [
      `${label} ${levelText(s.level)}`.trim(),
      `${s.leadHours} h`,
      numberText(s.rmse),
      persistence,
      signedText(s.bias),
      acc,
      units,
    ];
  });
  const text = [
    `${forecasts} forecasts, started from ${firstStart} to ${lastStart}.`,
    '',
    tableText([['', 'lead', 'RMSE', 'persistence', 'bias', 'ACC', 'unit'], ...rows]),
    ...(report === null ? [] : ['', `Report  ${report}`]),
  ].join('\n');
  const data = { outcome, forecasts, firstStart, lastStart, stepHours, scores, report };
  if (outcome === 'finished') return { text, data };
  const notice = `interrupted; the scores are those of ${forecasts} forecasts.`;
  return { text, data, exitCode: ExitCode.interrupted, notice };
}

const evaluate = (
  load: LoadEvaluation,
  given: EvaluationArguments,
  terminal: Terminal,
): TaskEither<FluxionError, Outcome> =>
  runJob(
    terminal,
    given.quiet ?? false,
    'Finishing this forecast. Press Ctrl-C again to stop at once.',
    async (display, signal) => {
      const { runEvaluation, evaluationReport } = await load();
      const ended = await runEvaluation(evaluationOptions(given), display, signal)();
      if (E.isLeft(ended)) return ended;
      const report = given.report ?? null;
      if (report !== null) {
        display.phase({ phase: 'report', message: 'Drawing the report' });
        const html = evaluationReport(ended.right);
        const written = await writeAtomically(report, () => [Buffer.from(html)])();
        if (E.isLeft(written)) return written;
      }
      return E.right(evaluationOutcome(ended.right, report));
    },
  );

/** Defines the command in its group. */
export function defineEvaluation(group: Command, load: LoadEvaluation, terminal: Terminal, ended: Ended): void {
  const d = evaluationDefaults;
  const command = group
    .command('evaluate')
    .summary('score forecasts: RMSE, bias, anomaly correlation')
    .description(
      'Forecasts from many starts in some data and scores them against what came to be, weighted by area, beside\n' +
        'persistence: by variable, pressure level and lead time. Use data that the model has not learned from.',
    )
    .option('--checkpoint <file>', 'the trained model')
    .option('--data <file>', 'NetCDF or Zarr to start from and to judge by')
    .option('--stats <folder>', 'statistics of the training data (default: stats beside the checkpoint)')
    .option('--steps <n>', 'steps of each forecast', asArgument(integer(1)), d.steps)
    .option('--every <n>', 'frames from one start to the next', asArgument(integer(1)), d.every)
    .option('--starts <n>', 'the most starts (default: all)', asArgument(integer(1)))
    .option('--report <file>', 'write an HTML report with charts and maps')
    .addOption(engineOption());
  withReportingOptions(withConfigOption(command)).action(async (typed: EvaluationArguments) => {
    const run = (given: EvaluationArguments) => {
      requireOptions(command, given, ['checkpoint', 'data']);
      return evaluate(load, given, terminal);
    };
    ended(await concludeConfigured(terminal, command, typed, run));
  });
}
