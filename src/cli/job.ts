/**
 * What the commands that take a while have in common: progress on stderr, Ctrl-C heard once, options from a file.
 */
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import { type ConfigOption, configured } from './config-file.js';
import { listenForInterrupt } from './interrupt.js';
import { conclude, type ExitCode, type Outcome, type ReportingOptions, type Terminal } from './outcome.js';
import type { ProgressDisplay } from './progress-display.js';

/** Called once, with the exit code of the command. */
export type Ended = (code: ExitCode) => void;

/** Runs a job with a display and a signal that the first Ctrl-C aborts; `onInterrupt` then says what will happen. */
export const runJob =
  <A>(
    { stderr }: Terminal,
    quiet: boolean,
    onInterrupt: string,
    work: (display: ProgressDisplay, signal: AbortSignal) => Promise<E.Either<FluxionError, A>>,
  ): TaskEither<FluxionError, A> =>
  async () => {
    const { progressDisplay } = await import('./progress.js');
    const display = progressDisplay(stderr, { quiet });
    const interrupt = listenForInterrupt(() => display.message({ level: 'info', text: onInterrupt }));
    try {
      return await work(display, interrupt.signal);
    } finally {
      display.stop();
      interrupt.stop();
    }
  };

/** Completes what was typed by the file of `--config`, runs the command and reports how it ended. */
export async function concludeConfigured<Given extends ReportingOptions & ConfigOption>(
  terminal: Terminal,
  command: Command,
  typed: Given,
  run: (given: Given) => TaskEither<FluxionError, Outcome>,
): Promise<ExitCode> {
  const given = await configured(command, typed);
  if (E.isLeft(given)) return conclude(terminal, typed, async () => given);
  return conclude(terminal, given.right, run(given.right));
}

/** Options that a command cannot do without, wherever they come from. @throws CommanderError, which is wrong use */
export function requireOptions(command: Command, given: object, names: readonly string[]): void {
  for (const name of names) {
    if ((given as { readonly [name: string]: unknown })[name] !== undefined) continue;
    const flag = command.options.find((o) => o.attributeName() === name)?.flags ?? name;
    command.error(`error: required option '${flag}' not specified`);
  }
}
