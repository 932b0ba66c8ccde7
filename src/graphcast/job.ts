/**
 * The agreement between the training job and whoever starts it: what it is told, what it tells while it runs, and
 * what it leaves behind.
 *
 * The job draws nothing and reads no command line; the caller knows nothing of meshes and gradients. The command line
 * is one caller, an example or a test is another.
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import type { OnProgress } from '../io/progress.js';
import type { Metrics } from './report/metrics.js';
import type { HeldOutPoint, TrainingPoint } from './report/report-data.js';

/** What to learn from: the ERA5 sample, a simulation on the sphere, or a NetCDF file of the user's. */
export type DataSource =
  | { readonly kind: 'era5' }
  | { readonly kind: 'shallow-water' }
  | { readonly kind: 'file'; readonly path: string };

/** Everything the training job can be told. */
export interface MainJobOptions {
  /** Optimizer steps in all, those before a resume included; null for as many as `seconds` allow. */
  readonly steps: number | null;
  /** Wall-clock seconds to train; the step that is under way then is finished. Null for no limit. */
  readonly seconds: number | null;
  readonly source: DataSource;
  /** Folder for `metrics.json`, `report.html` and the checkpoint; made where absent. */
  readonly out: string;
  /** Seed of all randomness: initial parameters, order of samples. */
  readonly seed: number;
  /** How often the icosahedron is refined: 0 to 6. */
  readonly meshSize: number;
  /** Width of all latent vectors. */
  readonly latentSize: number;
  /** Rounds of message passing on the mesh. */
  readonly messageSteps: number;
  /** Samples in an optimizer step. */
  readonly batchSize: number;
  /** Peak learning rate. */
  readonly learningRate: number;
  /** Forecast steps that are rolled out, and differentiated through, for each sample. */
  readonly autoregressiveSteps: number;
  /** Optimizer steps between checkpoints; the end of the run is always saved. */
  readonly checkpointEvery: number;
  /** Go on from the checkpoint in `out`. */
  readonly resume: boolean;
  /** Write `report.html`. */
  readonly report: boolean;
  /** Over how many devices each batch is divided; the batch size is a multiple of it. */
  readonly devices: number;
  /** `xla`, `tfjs`, `tfjs:wasm` or `reference`; null for the best that loads. */
  readonly engine: string | null;
}

/** Where a model and its weather are. */
export interface ModelFiles {
  readonly checkpoint: string;
  readonly data: string;
  /** The folder of the statistics; by default `stats` beside the checkpoint. */
  readonly stats: string | null;
}

/** What is used where nothing else is said. A run takes some minutes on a small machine. */
export const mainJobDefaults: MainJobOptions = {
  steps: 300,
  seconds: null,
  source: { kind: 'era5' },
  out: 'out',
  seed: 0,
  meshSize: 3,
  latentSize: 32,
  messageSteps: 4,
  batchSize: 2,
  learningRate: 1e-3,
  autoregressiveSteps: 2,
  checkpointEvery: 100,
  resume: false,
  report: true,
  devices: 1,
  engine: null,
};

/** The parts of a run, in their order; `save` also comes between training steps. */
export type TrainingPhase = 'setup' | 'data' | 'compile' | 'train' | 'evaluate' | 'save' | 'report';

/** How long training will be; given once, before its first step. */
export interface TrainingPlan {
  /** Steps that earlier runs have made: 0 unless resumed. */
  readonly stepsBefore: number;
  readonly steps: number | null;
  readonly seconds: number | null;
}

/** One optimizer step, when its loss is known. */
export interface StepEvent extends TrainingPoint {
  /** Wall-clock seconds since this run began to train. */
  readonly elapsed: number;
}

/** Hears what the job does. Called between steps; must be quick, and must not throw. */
export interface TrainingObserver {
  phase(event: { readonly phase: TrainingPhase; readonly message: string }): void;
  /** Downloads, unpacking: anything whose length is known in bytes. */
  readonly progress: OnProgress;
  plan(plan: TrainingPlan): void;
  step(event: StepEvent): void;
  heldOut(point: HeldOutPoint): void;
  message(event: { readonly level: 'info' | 'warning'; readonly text: string }): void;
}

/** What a run leaves behind. */
export interface MainJobResult {
  readonly outcome: 'finished' | 'out of time' | 'interrupted';
  /** Steps in all, those before a resume included. */
  readonly totalSteps: number;
  readonly metrics: Metrics;
  /** Paths of what was written. */
  readonly files: { readonly metrics: string; readonly checkpoint: string; readonly report: string | null };
}

/**
 * The training job. When `signal` is aborted it finishes the step that is under way, saves, and returns
 * `interrupted`. For this it must give the event loop a turn between steps: a signal is not heard inside one.
 */
export type MainJob = (
  options: MainJobOptions,
  observer: TrainingObserver,
  signal: AbortSignal,
) => TaskEither<FluxionError, MainJobResult>;
