/**
 * The real command line around jobs that do no work: what is tested here is the frame, in a process of its own.
 *
 * FAKE_JOB says how the training job ends: `finish`, `fail`, `throw`, or `wait` for a signal as a real one does.
 */
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type CoverageFacts, type DoctorFacts, doctorCommand, type TfjsFacts } from '../../../src/cli/doctor.js';
import { graphcastCommand } from '../../../src/cli/graphcast.js';
import { graphcastJobs } from '../../../src/cli/graphcast-jobs.js';
import { runProgram } from '../../../src/cli/program.js';
import { type SetupPlugin, setupCommand } from '../../../src/cli/setup.js';
import { NameError } from '../../../src/error/error.js';
import type { MainJob, MainJobResult } from '../../../src/graphcast/job.js';

const manner = process.env.FAKE_JOB ?? 'finish';

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const runMainJob: MainJob = (options, observer, signal) => async () => {
  if (manner === 'fail') return E.left(new NameError({ op: 'graphcast', name: options.out, reason: 'is a file' }));
  if (manner === 'throw') throw new RangeError('out of luck');
  observer.phase({ phase: 'data', message: 'Reading the data' });
  observer.plan({ stepsBefore: 0, steps: options.steps, seconds: options.seconds });
  const steps = options.steps ?? 5;
  let step = 0;
  while (step < steps && !signal.aborted) {
    step++;
    observer.step({ step, loss: 1 / step, gradientNorm: 2, learningRate: 1e-3, elapsed: step / 10 });
    await wait(manner === 'wait' ? 20 : 0);
  }
  // FAKE_SAVING: saving takes for ever, so that only a second signal can end it.
  if (process.env.FAKE_SAVING) await wait(60_000);
  const result: MainJobResult = {
    outcome: signal.aborted ? 'interrupted' : 'finished',
    totalSteps: step,
    metrics: {
      steps: step,
      seconds: 2,
      loss: { first: 1, last: 1 / step },
      rmse: [{ variable: 'temperature', level: 850, leadHours: 12, model: 1.5, persistence: 2 }],
    },
    files: { metrics: `${options.out}/metrics.json`, checkpoint: `${options.out}/checkpoint.npz`, report: null },
  };
  return E.right(result);
};

const setupPlugin: SetupPlugin = ({ onProgress }) => {
  onProgress?.({ phase: 'download', done: 5e6, total: 1e7, message: 'Downloading the wheel' });
  return TE.right({ path: '/plugins/xla.so', version: '0.0.1' });
};

const doctorReport = (): DoctorFacts => ({
  machine: { node: '20.0.0', platform: 'linux', arch: 'x64', processor: 'fast', cores: 2, memoryBytes: 8e9 },
  plugin: null,
  engine: null,
  problem: { tag: 'PluginNotFound', message: 'It has not been set up.' },
  cache: { folder: '/cache', enabled: true, programs: 3, bytes: 2_500_000 },
});

/** TensorFlow.js with one backend, or, with FAKE_TFJS, with none. */
const tfjsReport = (): TfjsFacts => ({
  backend: process.env.FAKE_TFJS ? null : 'wasm',
  description: process.env.FAKE_TFJS ? null : 'a package 1.0.0',
  attempts: [
    { backend: 'node', problem: 'it is not installed.' },
    { backend: 'wasm', problem: process.env.FAKE_TFJS ? 'it is broken.' : null },
  ],
});

const tfjsCoverage = (backend: string, [first, second]: readonly string[]): CoverageFacts => ({
  backend,
  kernels: [first],
  host: [second],
  limits: { Erf: 'seven digits only' },
});

process.exitCode = await runProgram(
  process.argv.slice(2),
  [
    setupCommand(async () => ({ setupPlugin })),
    doctorCommand({
      xla: async () => ({ doctorReport }),
      tfjs: async () => ({ tfjsReport, tfjsCoverage }),
      primitives: async () => ['sin', 'sort'],
    }),
    graphcastCommand({ ...graphcastJobs, train: async () => ({ runMainJob }) }),
  ],
  process,
);
