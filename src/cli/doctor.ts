/**
 * `fluxion doctor`: which engine runs here, on what, and why not a better one.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import { bytesText } from './advance.js';
import { conclude, ExitCode, type Outcome, type ReportingOptions, withReportingOptions } from './outcome.js';
import type { DefineCommand } from './program.js';

/** What is said of the XLA engine on this machine. */
export interface DoctorFacts {
  readonly machine: {
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
  readonly plugin: {
    readonly path: string;
    readonly source: string;
    readonly version?: string;
    readonly sha256: string;
  } | null;
  readonly engine: {
    readonly platform: string;
    readonly platformVersion: string;
    readonly apiVersion: string;
    readonly stablehloVersion: string | null;
    readonly devices: readonly { readonly kind: string; readonly text: string }[];
    readonly memoryLimitBytes: number | null;
  } | null;
  readonly problem: { readonly tag: string; readonly message: string } | null;
  readonly cache: {
    readonly folder: string;
    readonly enabled: boolean;
    readonly programs: number;
    readonly bytes: number;
  };
}

type Line = readonly [name: string, value: string];

/** The facts as aligned lines. */
export function doctorText({ machine, plugin, engine, problem, cache }: DoctorFacts): string {
  const lines: readonly Line[] = [
    ['Machine', `${machine.platform} ${machine.arch}, ${machine.cores} cores, ${bytesText(machine.memoryBytes)}`],
    ['Processor', machine.processor],
    ['Node.js', machine.node],
    ['Engine', engine ? `xla (${engine.platform})` : 'xla cannot be used'],
    ...(problem ? [['Why not', problem.message] as const] : []),
    ['Plugin', plugin ? `${plugin.path} (from ${plugin.source})` : 'none'],
    ...(plugin?.version ? [['Version', plugin.version] as const] : []),
    ...(engine
      ? ([
          ['PJRT API', engine.apiVersion],
          ['StableHLO', engine.stablehloVersion ?? 'not told'],
          ['Devices', engine.devices.map(({ text }) => text).join(', ')],
          ['Memory', engine.memoryLimitBytes === null ? 'no limit' : `at most ${bytesText(engine.memoryLimitBytes)}`],
        ] as const)
      : []),
    [
      'Programs',
      cache.enabled ? `${cache.programs} compiled, ${bytesText(cache.bytes)} in ${cache.folder}` : 'not kept on disk',
    ],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

const examine =
  (load: () => Promise<{ readonly doctorReport: () => DoctorFacts }>): TaskEither<FluxionError, Outcome> =>
  async () => {
    const { doctorReport } = await load();
    const facts = doctorReport();
    return E.right({
      text: doctorText(facts),
      data: facts,
      exitCode: facts.problem ? ExitCode.failed : ExitCode.done,
      notice: facts.problem ? `the XLA engine cannot be used: ${facts.problem.message}` : undefined,
    });
  };

/** Defines the command; `load` brings what examines the machine when it is to run. */
export const doctorCommand =
  (load: () => Promise<{ readonly doctorReport: () => DoctorFacts }>): DefineCommand =>
  (program, terminal, ended) => {
    const command = program.command('doctor').summary('say which engine runs here, on what, and why not a better one');
    withReportingOptions(command).action(async (given: ReportingOptions) => {
      ended(await conclude(terminal, given, examine(load)));
    });
  };
