/**
 * `fluxion setup`: brings the XLA plugin onto this machine.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import type { OnProgress } from '../io/progress.js';
import { conclude, type Outcome, type ReportingOptions, type Terminal, withReportingOptions } from './outcome.js';
import type { DefineCommand } from './program.js';

/** What fetches the plugin. */
export type SetupPlugin = (options: {
  readonly onProgress?: OnProgress;
  readonly wheel?: string;
  readonly force?: boolean;
  /** The plugin for NVIDIA's GPUs instead of the CPU's. */
  readonly cuda?: boolean;
}) => TE.TaskEither<FluxionError, { readonly path: string; readonly version?: string }>;

interface SetupArguments extends ReportingOptions {
  readonly wheel?: string;
  readonly force?: boolean;
  readonly cuda?: boolean;
}

function setUp(
  load: () => Promise<{ readonly setupPlugin: SetupPlugin }>,
  { wheel, force, cuda, quiet }: SetupArguments,
  { stderr }: Terminal,
): TE.TaskEither<FluxionError, Outcome> {
  return async () => {
    const { progressDisplay } = await import('./progress.js');
    const { setupPlugin } = await load();
    const display = progressDisplay(stderr, { quiet });
    // That it is done is the result, which is printed once and on stdout.
    const onProgress: OnProgress = (event) => {
      if (event.phase !== 'done' && event.phase !== 'present') display.progress(event);
    };
    try {
      return await pipe(
        setupPlugin({ onProgress, wheel, force, cuda }),
        TE.map((plugin) => ({ text: `The XLA plugin is ready: ${plugin.path}`, data: plugin })),
      )();
    } finally {
      display.stop();
    }
  };
}

/** Defines the command; `load` brings what fetches the plugin when it is to run. */
export const setupCommand =
  (load: () => Promise<{ readonly setupPlugin: SetupPlugin }>): DefineCommand =>
  (program, terminal, ended) => {
    const command = program
      .command('setup')
      .summary('fetch the XLA plugin with your own pip, once')
      .description(
        "Fetches the XLA plugin for this machine's processor with your own pip, checks its SHA-256 and puts it into\n" +
          'the cache folder (FLUXION_CACHE, else ~/.cache/fluxion). Nothing is done when it is there already.',
      )
      .option('--wheel <file>', 'take the plugin from a wheel on this machine instead of downloading it')
      .option('--cuda', "NVIDIA's plugin and libraries for GPUs (gigabytes); FLUXION_PLATFORM=cuda uses them")
      .option('--force', 'set up again although the plugin is there');
    withReportingOptions(command).action(async (given: SetupArguments) => {
      ended(await conclude(terminal, given, setUp(load, given, terminal)));
    });
  };
