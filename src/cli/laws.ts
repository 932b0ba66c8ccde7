/**
 * `fluxion laws ./my-loss.ts --export loss`: checks the laws of a function that a module exports.
 *
 * The module also exports example arguments, by name and in order: `export const example = { params, batch }`. An export
 * that is a list of laws already is checked as it is. TypeScript is read where Node itself reads it.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import { NoSuchExport } from '../error/laws.js';
import { asArgument, integer } from './option.js';
import {
  conclude,
  ExitCode,
  type Outcome,
  type ReportingOptions,
  type Terminal,
  withReportingOptions,
} from './outcome.js';
import type { DefineCommand } from './program.js';
import { loadModule } from './user-module.js';

interface Result {
  readonly law: { readonly name: string; readonly statement: string };
  readonly status: string;
  readonly runs: number;
  readonly seconds: number;
  readonly failure: {
    readonly seed: number;
    readonly path: string;
    readonly input: string;
    readonly blamed: string | null;
  } | null;
}

interface Report {
  readonly results: readonly Result[];
  readonly broken: readonly Result[];
  readonly seconds: number;
}

/** What the command needs of `fluxion/laws`. */
export interface LawsLibrary<Law = never> {
  gradLaws(f: (...args: never[]) => unknown, args: Readonly<Record<string, unknown>>): Law[];
  transformationLaws(f: (...args: never[]) => unknown, args: Readonly<Record<string, unknown>>): Law[];
  examineLaws(
    laws: readonly Law[],
    options: { runs?: number; seed?: number; time?: number; progress?: boolean },
  ): Promise<unknown>;
  failureText(result: never): string;
  summaryText(report: never): string;
}

interface LawsArguments extends ReportingOptions {
  readonly export: string;
  readonly example: string;
  readonly runs?: number;
  readonly seed?: number;
}

const examine =
  (
    library: () => Promise<LawsLibrary>,
    file: string,
    given: LawsArguments,
    { stderr }: Terminal,
  ): TaskEither<FluxionError, Outcome> =>
  async () => {
    const loaded = await loadModule(file);
    if (E.isLeft(loaded)) return loaded;
    const module = loaded.right;
    const missing = (name: string, expected: string): E.Either<FluxionError, Outcome> =>
      E.left(new NoSuchExport({ file, name, expected, found: Object.keys(module) }));
    const { gradLaws, transformationLaws, examineLaws, failureText, summaryText } = await library();
    const subject = module[given.export];
    let laws: readonly never[];
    if (Array.isArray(subject)) laws = subject as never[];
    else if (typeof subject !== 'function') return missing(given.export, 'a function, or a list of laws');
    else {
      const example = module[given.example];
      if (typeof example !== 'object' || example === null) {
        return missing(given.example, 'example arguments by name, in order: { params, batch }');
      }
      const args = example as Readonly<Record<string, unknown>>;
      laws = [...gradLaws(subject as never, args), ...transformationLaws(subject as never, args)];
    }
    const progress = given.quiet !== true && stderr.isTTY === true;
    const report = (await examineLaws(laws, { runs: given.runs, seed: given.seed, progress })) as Report;
    return E.right({
      text: [...report.broken.map((r) => `${failureText(r as never)}\n`), summaryText(report as never)].join('\n'),
      data: {
        seconds: report.seconds,
        laws: report.results.map(({ law, status, runs, seconds, failure }) => ({
          name: law.name,
          statement: law.statement,
          status,
          runs,
          seconds,
          ...(failure && { seed: failure.seed, path: failure.path, input: failure.input, blamed: failure.blamed }),
        })),
      },
      exitCode: report.broken.length > 0 ? ExitCode.failed : ExitCode.done,
      notice: report.broken.length > 0 ? `${report.broken.length} laws are broken` : undefined,
    });
  };

/** Defines the command; `load` brings the laws when it is to run. */
export const lawsCommand =
  (load: () => Promise<unknown>): DefineCommand =>
  (program, terminal, ended) => {
    const command = program
      .command('laws')
      .summary('check the laws of the gradient of a function of yours')
      .description(
        'Checks the laws of derivatives and transformations on a function that a module exports. Beside it the module\n' +
          'exports example arguments by name and in order: export const example = { params, batch }.',
      )
      .argument('<module>', 'a JavaScript module; a TypeScript one where Node reads it (22.18 and later)')
      .option('--export <name>', 'the function, or a list of laws', 'default')
      .option('--example <name>', 'the example arguments', 'example')
      .option('--runs <n>', 'runs of each law', asArgument(integer(1)))
      .option('--seed <n>', 'makes all draws repeatable', asArgument(integer(0, 2 ** 31 - 1)));
    withReportingOptions(command).action(async (file: string, given: LawsArguments) => {
      ended(await conclude(terminal, given, examine(load as () => Promise<LawsLibrary>, file, given, terminal)));
    });
  };
