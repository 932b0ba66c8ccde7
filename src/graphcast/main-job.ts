/**
 * The training job: from an empty machine to a trained GraphCast, its scores and a report.
 *
 *     engine -> data -> statistics and samples -> compile -> train -> evaluate -> checkpoint, metrics, report
 *
 * Between steps the job gives the event loop a turn, so progress is drawn and Ctrl-C is heard; the run is saved every so
 * many steps and at its end, and goes on from there bit by bit as if it had not stopped.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { NdArray } from '../array/array.js';
import { config } from '../config.js';
import { currentEngine } from '../engine/registry.js';
import { type FluxionError, InvalidArgument } from '../error/error.js';
import { ResumedOtherModel } from '../error/graphcast.js';
import { FileNotFound } from '../error/io.js';
import { writeAtomically } from '../io/atomic.js';
import type * as optax from '../optax/index.js';
import * as random from '../random/index.js';
import { jit } from '../transform/jit.js';
import { makeMesh } from '../transform/mesh.js';
import type { Dataset } from '../xarray/dataset.js';
import type { CheckPoint, Params } from './checkpoint.js';
import { ensureEngine, SMALL_SIZES, SMALL_WEATHER } from './engine-choice.js';
import { type Evaluation, evaluate } from './evaluation.js';
import type { MainJob, MainJobOptions, MainJobResult, TrainingObserver } from './job.js';
import { need } from './need.js';
import { replicateState, shardBatch } from './placement.js';
import type { Predictor } from './predictor-base.js';
import { predictorMaker } from './predictor-maker.js';
import { renderMetrics } from './report/metrics.js';
import type { HeldOutPoint, TrainingPoint } from './report/report-data.js';
import { reportOf } from './report-of.js';
import { cutSamples, SampleOrder, type Samples, take } from './samples.js';
import { loadSource, type WeatherData } from './sources/source.js';
import { computeStatistics, type Statistics } from './statistics.js';
import { saveStatistics } from './statistics-files.js';
import type { ModelConfig, TaskConfig } from './task.js';
import { taskFor, withForcings } from './task-of-data.js';
import { type Batch, lossFunction, makeTrainStep, paperOptimizer, paperSchedule, type TrainState } from './train.js';
import { loadRun, saveRun, type TrainingRun } from './training-state.js';

/** The share of the steps that are trained one forecast step ahead, before autoregressive training. */
const ONE_STEP_SHARE = 0.7;
/** Steps assumed for the schedule where only the time is limited. */
const OPEN_ENDED_STEPS = 1000;

export const runMainJob: MainJob = (options, observer, signal) =>
  TE.tryCatch(
    () => run(options, observer, signal),
    (error) => error as FluxionError,
  );

/** The model and what belongs to it. */
interface Setup {
  readonly weather: WeatherData;
  readonly statistics: Statistics;
  readonly task: TaskConfig;
  readonly model: ModelConfig;
  readonly makePredictor: () => Predictor;
  /** Samples by the number of forecast steps in them. */
  readonly samples: ReadonlyMap<number, Samples>;
  readonly heldOut: Samples;
  readonly optimizer: optax.GradientTransformation;
  readonly schedule: optax.Schedule;
  readonly totalSteps: number;
}

async function run(options: MainJobOptions, observer: TrainingObserver, signal: AbortSignal): Promise<MainJobResult> {
  observer.phase({ phase: 'setup', message: 'Looking for the engine' });
  if (options.engine !== null) config.update('engine', options.engine);
  const { devices, batchSize } = options;
  if (batchSize % devices !== 0) {
    const expected = `a multiple of the number of devices, ${devices}`;
    throw new InvalidArgument({ op: 'graphcast', argument: 'batchSize', expected, actual: `${batchSize}` });
  }
  if (devices > config.read('numCpuDevices')) config.update('numCpuDevices', devices);
  const engine = await ensureEngine(options.engine, observer);
  // Who asks for TensorFlow.js gets the sizes that were asked for; who gets it for want of XLA, and the interpreter, does not.
  const small = engine.name === 'reference' || (engine.name === 'tfjs' && options.engine === null);
  const sized = small ? { ...options, ...SMALL_SIZES } : options;

  observer.phase({ phase: 'data', message: 'Reading the weather' });
  const weather = await need(loadSource(sized.source, observer.progress, small ? { shallowWater: SMALL_WEATHER } : {}));
  for (const text of weather.messages) observer.message({ level: 'warning', text });
  const setup = await prepare(sized, weather);
  await mkdir(sized.out, { recursive: true });
  const path = join(sized.out, 'checkpoint.npz');

  const start = await startingPoint(sized, setup, path, observer);
  await need(saveStatistics(join(sized.out, 'stats'), setup.statistics));
  observer.phase({ phase: 'compile', message: 'Compiling the training step' });
  const ended = await train(sized, setup, start, path, observer, signal);

  observer.phase({ phase: 'save', message: `Saving ${path}` });
  await need(saveRun(path, ended.run));
  observer.phase({ phase: 'evaluate', message: 'Forecasting the held-out weather' });
  const evaluation = await evaluate({
    params: ended.run.checkpoint.params,
    makePredictor: setup.makePredictor,
    samples: setup.heldOut,
  });
  return write(sized, setup, start, ended, evaluation, observer);
}

async function prepare(options: MainJobOptions, weather: WeatherData): Promise<Setup> {
  const train = withForcings(weather.train);
  const heldOutData = withForcings(weather.heldOut);
  const task = taskFor(weather);
  const statistics = await computeStatistics(train);
  const { lon } = train.sizes;
  const model: ModelConfig = {
    resolution: 360 / lon,
    meshSize: options.meshSize,
    latentSize: options.latentSize,
    gnnMsgSteps: options.messageSteps,
    hiddenLayers: 1,
    radiusQueryFractionEdgeLength: 0.6,
    mesh2gridEdgeNormalizationFactor: null,
  };
  const makePredictor = predictorMaker(model, task, statistics);
  const frames = Math.min(train.sizes.time, heldOutData.sizes.time) - 2;
  const most = Math.max(1, Math.min(options.autoregressiveSteps, frames));
  const samples = new Map<number, Samples>();
  for (const steps of new Set([1, most])) samples.set(steps, cutSamples(train, task, steps, weather.stepHours));
  const heldOut = cutSamples(heldOutData, task, Math.max(1, Math.min(2, frames)), weather.stepHours);
  const totalSteps = options.steps ?? OPEN_ENDED_STEPS;
  const schedule = paperSchedule(options.learningRate, totalSteps);
  const optimizer = paperOptimizer({ learningRate: schedule });
  return { weather, statistics, task, model, makePredictor, samples, heldOut, optimizer, schedule, totalSteps };
}

/** Where the run begins: new parameters, or the checkpoint. */
async function startingPoint(
  options: MainJobOptions,
  setup: Setup,
  path: string,
  observer: TrainingObserver,
): Promise<TrainingRun> {
  const { makePredictor, optimizer, model, task, weather } = setup;
  if (options.resume) {
    const loaded = await loadRun(path, (checkpoint) => optimizer.init(checkpoint.params))();
    if (E.isRight(loaded)) {
      const before = loaded.right;
      requireSameModel(path, before.checkpoint, setup);
      observer.message({ level: 'info', text: `Going on from step ${before.step} of ${path}.` });
      return before;
    }
    if (!(loaded.left instanceof FileNotFound)) throw loaded.left;
    observer.message({ level: 'warning', text: `There is no ${path} to go on from; starting anew.` });
  }
  const [, samples] = [...setup.samples][0];
  const { init } = lossFunction(makePredictor);
  const params = jit((batch: Batch) => init(random.PRNGKey(options.seed), batch))(take(samples, [0])) as Params;
  const checkpoint: CheckPoint = {
    params,
    modelConfig: model,
    taskConfig: task,
    description: `GraphCast trained by fluxion on ${weather.name}`,
    license: weather.licence,
  };
  return {
    checkpoint,
    optState: optimizer.init(params),
    step: 0,
    seed: options.seed,
    seconds: 0,
    history: [],
    heldOut: [],
  };
}

/** @throws ResumedOtherModel where a saved model is not the one that this run makes */
function requireSameModel(path: string, saved: CheckPoint, { model, task }: Setup): void {
  const compare = (before: object, now: object): void => {
    for (const [what, asked] of Object.entries(now)) {
      const [a, b] = [(before as { readonly [what: string]: unknown })[what], asked].map((x) => JSON.stringify(x));
      if (a !== b) throw new ResumedOtherModel({ path, what, saved: a, asked: b });
    }
  };
  compare(saved.modelConfig, model);
  compare(saved.taskConfig, task);
}

interface Ended {
  readonly run: TrainingRun;
  readonly outcome: MainJobResult['outcome'];
  /** Steps and seconds of this run alone. */
  readonly steps: number;
  readonly seconds: number;
}

async function train(
  options: MainJobOptions,
  setup: Setup,
  start: TrainingRun,
  path: string,
  observer: TrainingObserver,
  signal: AbortSignal,
): Promise<Ended> {
  const { makePredictor, optimizer, schedule, totalSteps } = setup;
  const { loss } = lossFunction(makePredictor);
  const step = jit(makeTrainStep(loss, optimizer), { donateArgnums: 0 });
  const heldOutLoss = jit(loss);
  const heldOutBatch = firstStepOnly(setup.heldOut);
  const orders = new Map(
    [...setup.samples].map(([steps, samples]) => [
      steps,
      new SampleOrder(random.PRNGKey(start.seed + 1), samples.count, Math.min(options.batchSize, samples.count)),
    ]),
  );
  const mesh = options.devices > 1 ? makeMesh([options.devices], ['data']) : null;
  const most = Math.max(...setup.samples.keys());
  const stepsAt = (k: number): number => (k < ONE_STEP_SHARE * totalSteps ? 1 : most);
  const batchAt = (k: number): Batch => {
    const steps = stepsAt(k);
    const batch = take(setup.samples.get(steps) as Samples, (orders.get(steps) as SampleOrder).positions(k));
    return mesh === null ? batch : shardBatch(batch, mesh, { batch: 'data' });
  };

  const begin: TrainState = { params: start.checkpoint.params, optState: start.optState };
  let state = mesh === null ? begin : replicateState(begin, mesh);
  const history: TrainingPoint[] = [...start.history];
  const heldOut: HeldOutPoint[] = [...start.heldOut];
  let k = start.step;
  // The clock runs from the first step on: a limit of time is for training, not for compiling.
  let began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const runNow = (): TrainingRun => ({
    ...start,
    checkpoint: { ...start.checkpoint, params: state.params },
    optState: state.optState,
    step: k,
    seconds: start.seconds + elapsed(),
    history,
    heldOut,
  });
  const judge = async (): Promise<void> => {
    const value = await heldOutLoss(state.params, heldOutBatch).data();
    const point = { step: k, loss: Number(value[0]) };
    heldOut.push(point);
    observer.heldOut(point);
  };

  await step.lower(state, batchAt(k)).compileAsync();
  if (k === 0) await judge();
  observer.phase({ phase: 'train', message: 'Training' });
  observer.plan({ stepsBefore: start.step, steps: options.steps, seconds: options.seconds });
  began = performance.now();
  let outcome: MainJobResult['outcome'] = 'finished';
  while (options.steps === null || k < options.steps) {
    if (signal.aborted) {
      outcome = 'interrupted';
      break;
    }
    if (options.seconds !== null && elapsed() >= options.seconds) {
      outcome = 'out of time';
      break;
    }
    if (k > start.step && stepsAt(k) !== stepsAt(k - 1)) {
      observer.message({
        level: 'info',
        text: `From step ${k + 1}: autoregressive training over ${stepsAt(k)} forecast steps.`,
      });
      await step.lower(state, batchAt(k)).compileAsync();
    }
    const result = step(state, batchAt(k));
    state = result.state;
    const [value, norm] = await Promise.all([read(result.loss), read(result.gradNorm)]);
    const learningRate = numberOf(schedule(k));
    k++;
    const point = { step: k, loss: value, gradientNorm: norm, learningRate };
    history.push(point);
    observer.step({ ...point, elapsed: elapsed() });
    if (k % options.checkpointEvery === 0 || k === options.steps) await judge();
    if (k % options.checkpointEvery === 0 && k !== options.steps) {
      observer.phase({ phase: 'save', message: `Saving step ${k}` });
      await need(saveRun(path, runNow()));
    }
    await turn();
  }
  return { run: runNow(), outcome, steps: k - start.step, seconds: elapsed() };
}

const writeText = (path: string, text: string): TE.TaskEither<FluxionError, void> =>
  writeAtomically(path, () => [Buffer.from(text)]);

const read = async (x: NdArray): Promise<number> => Number((await x.data())[0]);
const numberOf = (x: number | NdArray): number => (typeof x === 'number' ? x : x.item());

/** The samples with the first of their targets. */
const firstStepOnly = ({ inputs, targets, forcings }: Batch): Batch => {
  const first = (d: Dataset): Dataset => d.isel({ time: [0] });
  return { inputs, targets: first(targets), forcings: first(forcings) };
};

async function write(
  options: MainJobOptions,
  setup: Setup,
  start: TrainingRun,
  ended: Ended,
  evaluation: Evaluation,
  observer: TrainingObserver,
): Promise<MainJobResult> {
  const { history } = ended.run;
  const metrics = {
    steps: ended.run.step,
    seconds: ended.run.seconds,
    loss: { first: history[0]?.loss ?? Number.NaN, last: history[history.length - 1]?.loss ?? Number.NaN },
    rmse: evaluation.rmse,
  };
  const files = {
    checkpoint: join(options.out, 'checkpoint.npz'),
    metrics: join(options.out, 'metrics.json'),
    report: options.report ? join(options.out, 'report.html') : null,
  };
  await need(writeText(files.metrics, renderMetrics(metrics)));
  if (files.report !== null) {
    observer.phase({ phase: 'report', message: 'Drawing the report' });
    const html = reportOf({
      options,
      ...setup,
      run: ended.run,
      outcome: ended.outcome,
      evaluation,
      engine: currentEngine(),
    });
    await need(writeText(files.report, html));
  }
  return { outcome: ended.outcome, totalSteps: start.step + ended.steps, metrics, files };
}
