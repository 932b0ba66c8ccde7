/**
 * `fluxion graphcast doctor`: what is wrong with a file of weather, what to do about it, and the doing of what is safe.
 */
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import type { applyFixes, Examination, examine, Finding, Fixed, fixesOf } from '../graphcast/doctor/index.js';
import { numberText } from '../graphcast/report/number-text.js';
import { type Ended, runJob } from './job.js';
import {
  conclude,
  ExitCode,
  type Outcome,
  type ReportingOptions,
  type Terminal,
  withReportingOptions,
} from './outcome.js';
import { tableText } from './table.js';

export type LoadDoctor = () => Promise<{
  readonly examine: typeof examine;
  readonly fixesOf: typeof fixesOf;
  readonly applyFixes: typeof applyFixes;
}>;

interface DoctorArguments extends ReportingOptions {
  readonly checkpoint?: string;
  readonly fix?: string;
}

const capital = (text: string): string => text.replace(/^./, (c) => c.toUpperCase());

function findingText({ severity, variable, what, repair, fix }: Finding): string {
  const about = variable === null ? capital(what) : `${variable}: ${what}`;
  const mends = fix === null || severity === 'note' ? '' : ' (--fix does it)';
  return [`${severity.padEnd(7)}  ${about}.`, ...(repair === '' ? [] : [`         ${repair}${mends}`])].join('\n');
}

/** Extremes of every variable and level, for a person to judge. */
function valuesText({ values }: Examination): string[] {
  const rows = Object.entries(values).flatMap(([name, found]) =>
    found.map((row) => [
      `${name}${row.level === null ? '' : ` ${row.level} hPa`}`,
      ...[row.min, row.mean, row.max].map((x) => numberText(x, 4)),
      row.missing === 0 ? '' : `${row.missing}`,
    ]),
  );
  return rows.length === 0 ? [] : ['', tableText([['', 'least', 'mean', 'most', 'missing'], ...rows])];
}

/** What the user is told. */
function doctorOutcome(found: Examination, fixed: Fixed | null): Outcome {
  const { path, findings, healthy, values } = found;
  const count = (severity: Finding['severity']): number => findings.filter((f) => f.severity === severity).length;
  const verdict = healthy
    ? `${path} is fit for GraphCast${count('warning') > 0 ? `, with ${count('warning')} warnings` : ''}.`
    : `${path} is not fit for GraphCast as it is: ${count('error')} error${count('error') === 1 ? '' : 's'}.`;
  const left = fixed === null ? [] : findings.filter((f) => f.severity === 'error' && f.fix === null);
  const written =
    fixed === null ? [] : ['', `Repaired, in ${fixed.path}: ${fixed.frames} frames of ${fixed.variables.join(', ')}.`];
  const text = [verdict, ...findings.map(findingText), ...valuesText(found), ...written].join('\n');
  const data = { path, healthy, findings, values, fixed };
  const ill = fixed === null ? !healthy : left.length > 0;
  const notice = ill && fixed !== null ? `${left.length} errors are left, which only you can mend` : undefined;
  return { text, data, exitCode: ill ? ExitCode.failed : ExitCode.done, notice };
}

const treat = (
  load: LoadDoctor,
  file: string,
  { checkpoint, fix, quiet = false }: DoctorArguments,
  terminal: Terminal,
): TaskEither<FluxionError, Outcome> =>
  runJob(terminal, quiet, 'Press Ctrl-C again to stop.', async (display) => {
    const { examine, fixesOf, applyFixes } = await load();
    const found = await examine(file, { checkpoint, onProgress: display.progress })();
    if (E.isLeft(found)) return found;
    if (fix === undefined) return E.right(doctorOutcome(found.right, null));
    const fixed = await applyFixes(file, fix, fixesOf(found.right), display.progress)();
    return E.map((made: Fixed) => doctorOutcome(found.right, made))(fixed);
  });

/** Defines the command in its group. */
export function defineDoctor(group: Command, load: LoadDoctor, terminal: Terminal, ended: Ended): void {
  const command = group
    .command('doctor')
    .summary('examine data: axes, times, units, ranges, and whether a model can use it')
    .description(
      'Examines a file of weather and says what GraphCast cannot use, why, and what to do. Ends with 1 where something\n' +
        'is wrong. --fix writes a new file with all repairs that need no judgement; the old one is not touched.',
    )
    .argument('<file>', 'NetCDF or Zarr')
    .option('--checkpoint <file>', 'the model that the data is for')
    .option('--fix <file>', 'write the repaired data there');
  withReportingOptions(command).action(async (file: string, given: DoctorArguments) => {
    ended(await conclude(terminal, given, treat(load, file, given, terminal)));
  });
}
