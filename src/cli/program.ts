/**
 * The command line as a whole: which commands there are, and what is a wrong use of them.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { ExitCode, type Terminal } from './outcome.js';

/**
 * Adds a command to the program. Defining it must be cheap, since every start pays for it; what the command needs is
 * imported when it runs. `ended` is called once, with the exit code.
 */
export type DefineCommand = (program: Command, terminal: Terminal, ended: (code: ExitCode) => void) => void;

const version = (): string => {
  const { version }: { readonly version: string } = createRequire(import.meta.url)('fluxion/package.json');
  return version;
};

/** Runs one command line (without `node` and the script) and returns the exit code. It never rejects. */
export async function runProgram(
  argv: readonly string[],
  commands: readonly DefineCommand[],
  terminal: Terminal,
): Promise<ExitCode> {
  let code: ExitCode = ExitCode.done;
  const program = new Command('fluxion')
    .description("JAX's way of working, for TypeScript: engines, and the training of GraphCast.")
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(fluxion --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    });
  for (const define of commands) define(program, terminal, (ended) => (code = ended));
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander ends asked-for help and --version with 0; all else it raises is wrong use.
    return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
  }
  return code;
}
