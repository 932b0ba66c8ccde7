/**
 * `fluxion doctor`: which engine runs here, on what, and why not a better one; with `--engine tfjs`, what TensorFlow.js
 * computes and what the host does in its place.
 */
import { Option } from 'commander';
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

/** What is said of TensorFlow.js on this machine. */
export interface TfjsFacts {
  readonly backend: string | null;
  readonly description: string | null;
  readonly attempts: readonly { readonly backend: string; readonly problem: string | null }[];
}

/** What TensorFlow.js computes, and what goes past it. */
export interface CoverageFacts {
  readonly backend: string;
  readonly kernels: readonly string[];
  readonly host: readonly string[];
  readonly limits: Readonly<Record<string, string>>;
}

/** What examines the machine, loaded when it is to run. */
export interface DoctorLoads<Primitives> {
  readonly xla: () => Promise<{ readonly doctorReport: () => DoctorFacts }>;
  readonly tfjs: () => Promise<{
    readonly tfjsReport: (wanted?: string) => TfjsFacts;
    readonly tfjsCoverage: (backend: string, primitives: Primitives) => CoverageFacts;
  }>;
  readonly primitives: () => Promise<Primitives>;
}

type Line = readonly [name: string, value: string];

const aligned = (lines: readonly Line[]): string => {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
};

/** The lines about TensorFlow.js: what runs, and why nothing better. */
const tfjsLines = ({ backend, description, attempts }: TfjsFacts): Line[] => [
  ['TensorFlow', backend === null ? 'no backend of TensorFlow.js can be used' : `tfjs:${backend}, ${description}`],
  ...attempts.flatMap(({ backend: name, problem }): Line[] =>
    problem ? [['Why not', `tfjs:${name}: ${problem}`]] : [],
  ),
];

/** The engine that programs run on when none is named. */
const chosen = (engine: DoctorFacts['engine'], tfjs: TfjsFacts): string => {
  if (engine) return `xla (${engine.platform})`;
  return tfjs.backend === null ? 'reference, a slow interpreter' : `tfjs (${tfjs.backend})`;
};

/** The facts as aligned lines. */
export function doctorText({ machine, plugin, engine, problem, cache }: DoctorFacts, tfjs: TfjsFacts): string {
  const lines: readonly Line[] = [
    ['Machine', `${machine.platform} ${machine.arch}, ${machine.cores} cores, ${bytesText(machine.memoryBytes)}`],
    ['Processor', machine.processor],
    ['Node.js', machine.node],
    ['Engine', chosen(engine, tfjs)],
    ...(problem ? [['Why not', `xla: ${problem.message}`] as const] : []),
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
    ...tfjsLines(tfjs),
  ];
  return aligned(lines);
}

/** What TensorFlow.js computes and what it does not, as lines. */
export function coverageText({ backend, kernels, host, limits }: CoverageFacts): string {
  const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'none');
  return [
    `On tfjs:${backend} these are made of kernels, in float32, int32 and bool; other dtypes go to the host:`,
    `  ${list(kernels)}`,
    'These are always computed on the host:',
    `  ${list(host)}`,
    'These kernels of the library are not used, and what would need them goes to the host:',
    ...Object.entries(limits).map(([kernel, reason]) => `  ${kernel}: ${reason}`),
  ].join('\n');
}

/** The machine as a whole. */
const examine =
  <P>(loads: DoctorLoads<P>): TaskEither<FluxionError, Outcome> =>
  async () => {
    const { doctorReport } = await loads.xla();
    const { tfjsReport } = await loads.tfjs();
    const facts = doctorReport();
    const tfjs = tfjsReport();
    const usable = facts.engine !== null || tfjs.backend !== null;
    return E.right({
      text: doctorText(facts, tfjs),
      data: { ...facts, tfjs },
      exitCode: usable ? ExitCode.done : ExitCode.failed,
      notice: facts.problem ? `the XLA engine cannot be used: ${facts.problem.message}` : undefined,
    });
  };

/** TensorFlow.js alone. */
const examineTfjs =
  <P>(loads: DoctorLoads<P>, wanted: string | undefined): TaskEither<FluxionError, Outcome> =>
  async () => {
    const { tfjsReport, tfjsCoverage } = await loads.tfjs();
    const report = tfjsReport(wanted);
    const head = aligned(tfjsLines(report));
    if (report.backend === null) return E.right({ text: head, data: report, exitCode: ExitCode.failed });
    const coverage = tfjsCoverage(report.backend, await loads.primitives());
    return E.right({ text: `${head}\n${coverageText(coverage)}`, data: { ...report, coverage } });
  };

/** Defines the command. */
export const doctorCommand =
  <P>(loads: DoctorLoads<P>): DefineCommand =>
  (program, terminal, ended) => {
    const command = program.command('doctor').summary('say which engine runs here, on what, and why not a better one');
    const engines = ['tfjs', 'tfjs:node-gpu', 'tfjs:node', 'tfjs:wasm', 'tfjs:cpu'];
    command.addOption(new Option('--engine <name>', 'say more of one engine').choices(engines));
    withReportingOptions(command).action(async (given: ReportingOptions & { readonly engine?: string }) => {
      const task = given.engine === undefined ? examine(loads) : examineTfjs(loads, given.engine.split(':')[1]);
      ended(await conclude(terminal, given, task));
    });
  };
