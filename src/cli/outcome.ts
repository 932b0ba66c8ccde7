/**
 * How every command ends: one JSON document or some lines on stdout, what went wrong on stderr, and an exit code.
 *
 * Progress and messages go to stderr, so stdout can be piped into another program whatever the terminal shows.
 */
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { FluxionError } from '../error/error.js';

/** What the shell is told. */
export const ExitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What a command found out or did. */
export interface Outcome {
  /** For people. */
  readonly text: string;
  /** The same for programs. */
  readonly data: unknown;
  /** @default done */
  readonly exitCode?: ExitCode;
  /** For people, where the outcome is not simply success; shown with --quiet too. */
  readonly notice?: string;
}

/** Where a command reads from and writes to. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** The options of every command that reports something. */
export interface ReportingOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const withReportingOptions = (command: Command): Command =>
  command
    .option('--json', 'print the result as one JSON document on stdout')
    .option('--quiet', 'show no progress and no result, only what went wrong');

const failure = (error: unknown): { tag: string; message: string; detail: string } => {
  if (error instanceof FluxionError) return { tag: error.tag, message: error.message, detail: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const detail = error instanceof Error ? (error.stack ?? message) : message;
  return { tag: 'UnexpectedError', message, detail: `an unexpected error; please report it.\n${detail}` };
};

/** Runs a command's task and reports how it ended. It never rejects. */
export async function conclude(
  { stdout, stderr }: Terminal,
  options: ReportingOptions,
  task: TaskEither<FluxionError, Outcome>,
): Promise<ExitCode> {
  const json = (value: unknown): void => void stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  const ended = await task().catch((error: unknown) => E.left(error));
  if (E.isLeft(ended)) {
    const { tag, message, detail } = failure(ended.left);
    stderr.write(`fluxion: ${detail}\n`);
    if (options.json) json({ error: { tag, message } });
    return ExitCode.failed;
  }
  const { text, data, exitCode = ExitCode.done, notice } = ended.right;
  if (options.json) json(data);
  else if (!options.quiet) stdout.write(`${text}\n`);
  if (notice) stderr.write(`fluxion: ${notice}\n`);
  return exitCode;
}
