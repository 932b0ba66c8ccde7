/**
 * `fluxion profile ./step.ts --export step`: where the time of a function's steps goes, and which lines ask for the work.
 *
 * The module also exports example arguments, by name and in order: `export const example = { params, state, batch }`,
 * and may export `next(result, args)`, the arguments of the step after. The trace goes to a file for Perfetto.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import { NoSuchExport } from '../error/laws.js';
import { writeAtomically } from '../io/atomic.js';
import { asArgument, integer } from './option.js';
import { conclude, type Outcome, type ReportingOptions, type Terminal, withReportingOptions } from './outcome.js';
import type { DefineCommand } from './program.js';
import { loadModule } from './user-module.js';

type Any = (...args: never[]) => unknown;

/** What the command needs of `fluxion/profile`. */
export interface ProfileLibrary {
  profile(
    f: Any,
    options: { steps?: number; warmup?: number; next?: Any },
  ): (...args: never[]) => Promise<{ readonly text: string; readonly trace: unknown }>;
}

interface ProfileArguments extends ReportingOptions {
  readonly export: string;
  readonly example: string;
  readonly next: string;
  readonly steps?: number;
  readonly warmup?: number;
  readonly out: string;
}

const measure =
  (load: () => Promise<ProfileLibrary>, file: string, given: ProfileArguments): TaskEither<FluxionError, Outcome> =>
  async () => {
    const loaded = await loadModule(file);
    if (E.isLeft(loaded)) return loaded;
    const module = loaded.right;
    const missing = (name: string, expected: string): E.Either<FluxionError, Outcome> =>
      E.left(new NoSuchExport({ file, name, expected, found: Object.keys(module) }));
    const subject = module[given.export];
    if (typeof subject !== 'function') return missing(given.export, 'a function');
    const example = module[given.example];
    if (typeof example !== 'object' || example === null) {
      return missing(given.example, 'example arguments by name, in order: { params, batch }');
    }
    const next = module[given.next];
    if (next !== undefined && typeof next !== 'function')
      return missing(given.next, 'a function of result and arguments');
    const { profile } = await load();
    const { steps, warmup } = given;
    const measured = profile(subject as Any, { steps, warmup, ...(next ? { next: next as Any } : {}) });
    const { text, trace, ...data } = await measured(...(Object.values(example) as never[]));
    const written = await writeAtomically(given.out, () => [Buffer.from(JSON.stringify(trace))])();
    if (E.isLeft(written)) return written;
    return E.right({
      text: `${text}\n\nThe trace is in ${given.out}: open it in Perfetto or chrome://tracing.`,
      data: { ...data, trace: given.out },
    });
  };

/** Defines the command; `load` brings the profiler when it is to run. */
export const profileCommand =
  (load: () => Promise<unknown>): DefineCommand =>
  (program, terminal: Terminal, ended) => {
    const command = program
      .command('profile')
      .summary('say where the time of a step goes, and which lines ask for the work')
      .description(
        'Runs a function that a module exports some times under the clock, and counts what it computes. Beside it the\n' +
          'module exports example arguments by name and in order: export const example = { params, batch }.',
      )
      .argument('<module>', 'a JavaScript module; a TypeScript one where Node reads it (22.18 and later)')
      .option('--export <name>', 'the function, jitted or not', 'default')
      .option('--example <name>', 'the example arguments', 'example')
      .option(
        '--next <name>',
        'a function (result, args) that gives the arguments of the step after, if there is one',
        'next',
      )
      .option('--steps <n>', 'steps that are measured (default: 10)', asArgument(integer(1)))
      .option('--warmup <n>', 'steps before them (default: 2)', asArgument(integer(0)))
      .option('--out <file>', 'where the trace goes', 'trace.json');
    withReportingOptions(command).action(async (file: string, given: ProfileArguments) => {
      ended(await conclude(terminal, given, measure(load as () => Promise<ProfileLibrary>, file, given)));
    });
  };
