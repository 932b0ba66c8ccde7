/**
 * `fluxion port notebook.ipynb`: a draft in TypeScript of a program in Python, and how much of it is covered.
 */
import { readFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import { type FileError, fileError } from '../error/io.js';
import { writeAtomically } from '../io/atomic.js';
import type { Port } from '../port/index.js';
import { conclude, type Outcome, type ReportingOptions, withReportingOptions } from './outcome.js';
import type { DefineCommand } from './program.js';

interface PortArguments extends ReportingOptions {
  readonly out?: string;
}

const times = (n: number): string => `${n} ${n === 1 ? 'call' : 'calls'}`;

/** The coverage, and what is missing, in words. */
function summary({ calls, remarks, coverage }: Port): string {
  const unknown = calls
    .filter(({ status }) => status === 'unknown')
    .map(({ line, python }) => `  line ${line}: ${python}`);
  return [
    `${times(calls.length)} of libraries: ${coverage.mapped} mapped, ${coverage.rule} by the porting rule alone, ` +
      `${coverage.unknown} without a counterpart`,
    ...unknown,
    `${remarks.length} places to look at, marked \`// PORT:\``,
  ].join('\n');
}

const translate =
  (
    path: string,
    { out, json, quiet }: PortArguments,
    stderr: NodeJS.WritableStream,
  ): TaskEither<FluxionError | FileError, Outcome> =>
  async () => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      return E.left(fileError(path, error));
    }
    const [{ port, pythonOf }, { publicApi }] = await Promise.all([
      import('../port/index.js'),
      import('../port/exports.js'),
    ]);
    const python = pythonOf(path, text);
    if (E.isLeft(python)) return python;
    const draft = port(python.right, await publicApi());
    const { typescript, ...report } = draft;
    if (out === undefined) {
      if (!json && !quiet) stderr.write(`${summary(draft)}\n`);
      return E.right({ text: typescript.trimEnd(), data: { typescript, ...report } });
    }
    const written = await writeAtomically(out, () => [Buffer.from(typescript)])();
    if (E.isLeft(written)) return written;
    return E.right({ text: `${summary(draft)}\nThe draft is in ${out}.`, data: { out, ...report } });
  };

/** Defines the command. */
export const portCommand: DefineCommand = (program, terminal, ended) => {
  const command = program
    .command('port')
    .summary('draft the TypeScript of a JAX notebook or script')
    .description(
      'Translates Python that uses JAX, optax, haiku, xarray or GraphCast to a first draft in TypeScript, by the porting\n' +
        'rule. What needs a hand is marked with `// PORT:`; the report counts the calls that are covered.',
    )
    .argument('<file>', 'a Jupyter notebook (.ipynb) or a Python file')
    .option('--out <file>', 'where to write the draft; without it, the draft goes to stdout');
  withReportingOptions(command).action(async (file: string, given: PortArguments) => {
    ended(await conclude(terminal, given, translate(file, given, terminal.stderr)));
  });
};
