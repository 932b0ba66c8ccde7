/** A golden case of the original GraphCast: its data, its graphs injected, and functions of it, as users write them. */
import { readFileSync } from 'node:fs';
import { beforeAll } from 'vitest';
import { DeviceArray, type NdArray } from '../../src/array/array.js';
import { fromNumbers } from '../../src/array/numeric.js';
import { load, type Params, unflattenParams } from '../../src/graphcast/checkpoint.js';
import { graphsOf } from '../../src/graphcast/graphs.js';
import {
  autoregressive,
  casting,
  graphcast,
  type graphs,
  normalization,
  type Predictor,
} from '../../src/graphcast/index.js';
import type { Batch } from '../../src/graphcast/train.js';
import * as hk from '../../src/haiku/index.js';
import { config } from '../../src/index.js';
import { readNpz } from '../../src/io/npz.js';
import { type Dataset, loadDataset } from '../../src/xarray/index.js';
import { maxAbsDifference } from '../helpers/closeness.js';
import { run } from '../helpers/either.js';
import { describeGolden, golden } from '../helpers/golden.js';
import { readGoldenNpz } from '../helpers/golden-npz.js';
import { describeXla } from '../helpers/xla.js';

type Wrap = 'plain' | 'bfloat16' | 'autoregressive' | 'checkpointed';

/** DeepMind's edges and features, so that ties in the mesh search do not matter. */
async function injectedGraphs(folder: string): Promise<graphs.GraphStructures> {
  const npz = await readGoldenNpz(`${folder}/graph.npz`);
  const array = (key: string, dtype: 'int32' | 'float32'): NdArray =>
    DeviceArray.fromHost(fromNumbers(dtype, npz[key].shape, npz[key].data));
  const edges = (name: string) => ({
    senders: array(`${name}_senders`, 'int32'),
    receivers: array(`${name}_receivers`, 'int32'),
    features: array(`${name}_edge_features`, 'float32'),
  });
  return graphsOf({
    gridNodeFeatures: array('grid_node_features', 'float32'),
    meshNodeFeatures: array('mesh_node_features', 'float32'),
    grid2mesh: edges('grid2mesh'),
    mesh: edges('mesh'),
    mesh2grid: edges('mesh2grid'),
  });
}

/** The numbers of one precision in `loss.json`. */
interface LossFacts {
  readonly loss: number;
  readonly per_variable: Readonly<Record<string, number>>;
  readonly per_batch: readonly number[];
  readonly per_variable_per_batch: Readonly<Record<string, readonly number[]>>;
  readonly grad_global_norm: number;
  readonly grads: Readonly<Record<string, Norms>>;
}
/** Two numbers that stand for a tensor. */
export interface Norms {
  readonly l2: number;
  readonly sum: number;
}
/** What `training.json` says of one optimizer. */
export interface TrainingFacts {
  readonly loss: readonly number[];
  readonly grad_norm: readonly number[];
  readonly params: Readonly<Record<string, Readonly<Record<string, Norms>>>>;
  readonly state_after_5?: {
    readonly count: number;
    readonly mu: Readonly<Record<string, Norms>>;
    readonly nu: Readonly<Record<string, Norms>>;
  };
}
interface JsonFiles {
  readonly loss: {
    readonly one_step: { readonly float32: LossFacts; readonly bfloat16: LossFacts };
    readonly autoregressive_2_steps: { readonly float32: LossFacts };
  };
  readonly training: Readonly<Record<string, TrainingFacts>>;
  readonly config: { readonly per_variable_weights: Readonly<Record<string, number>> };
  readonly init_stats: Readonly<
    Record<string, { shape: number[]; mean: number; std: number; min: number; max: number }>
  >;
}

/** `describe` for tests of golden numbers on the XLA engine: skipped loudly where either is absent. */
export function describeGoldenXla(title: string, body: () => void): void {
  describeGolden(title, () => {
    describeXla('on XLA', () => {
      beforeAll(() => config.update('engine', 'xla'));
      body();
    });
  });
}

export type GoldenCase = Awaited<ReturnType<typeof loadCase>>;
export type CaseName = 'case_a' | 'case_b';

export async function loadCase(name: CaseName) {
  const folder = `graphcast/${name}`;
  const dataset = (file: string): Promise<Dataset> => run(loadDataset(golden(`${folder}/${file}.nc`)));
  const json = <File extends keyof JsonFiles>(file: File): JsonFiles[File] =>
    JSON.parse(readFileSync(golden(`${folder}/${file}.json`), 'utf8'));
  const checkpointPath = golden(`${folder}/checkpoint.npz`);
  const checkpoint = await run(load(checkpointPath));
  const structures = await injectedGraphs(folder);
  const [inputs, twoTargets, twoForcings] = await Promise.all([
    dataset('inputs'),
    dataset('targets'),
    dataset('forcings'),
  ]);
  const statistics = {
    stddevByLevel: await dataset('stddev_by_level'),
    meanByLevel: await dataset('mean_by_level'),
    diffsStddevByLevel: await dataset('diffs_stddev_by_level'),
  };
  const first = { time: [0] };

  const network = (): graphcast.GraphCast =>
    new graphcast.GraphCast(checkpoint.modelConfig, checkpoint.taskConfig, {
      perVariableWeights: json('config').per_variable_weights,
      graphs: structures,
    });
  /** The stack of wrappers that the golden data was made with. */
  const predictor = (wrap: Wrap): Predictor => {
    const inner = wrap === 'bfloat16' ? new casting.Bfloat16Cast(network()) : network();
    const normalized = new normalization.InputsAndResiduals(inner, statistics);
    return wrap === 'plain' || wrap === 'bfloat16'
      ? normalized
      : new autoregressive.Predictor(normalized, { gradientCheckpointing: wrap === 'checkpointed' });
  };
  const oneStep: Batch = { inputs, targets: twoTargets.isel(first), forcings: twoForcings.isel(first) };
  return {
    json,
    checkpoint,
    checkpointPath,
    network,
    predictor,
    oneStep,
    twoSteps: { inputs, targets: twoTargets, forcings: twoForcings } as Batch,
    /** Inputs and forcings of one step as the network sees them. */
    normalized: (): readonly [inputs: Dataset, forcings: Dataset] => {
      const { stddevByLevel, meanByLevel } = statistics;
      const of = (d: Dataset): Dataset => normalization.normalize(d, stddevByLevel, meanByLevel);
      return [of(inputs), of(oneStep.forcings)];
    },
    npz: (file: string) => readGoldenNpz(`${folder}/${file}.npz`),
    paramsOf: async (file: string, prefix: string): Promise<Params> =>
      unflattenParams(prefix, await run(readNpz(golden(`${folder}/${file}.npz`)))),
  };
}

/** A pure function of parameters and batch, from one that is written with haiku modules. */
export function applied<T>(body: (batch: Batch) => T): (params: Params, batch: Batch) => T {
  const { apply } = hk.transform(body);
  return (params, batch) => apply(params, null, batch);
}

/** The mean loss, and beside it the loss by batch element and by variable. */
export const lossAndParts = (predictor: () => Predictor) =>
  applied(({ inputs, targets, forcings }) => {
    const [loss, diagnostics] = predictor().loss(inputs, targets, forcings);
    const parts: Parts = Object.fromEntries(diagnostics.entries().map(([name, part]) => [name, part.data]));
    return [loss.data.mean(), { perBatch: loss.data, parts }] as const;
  });
type Parts = { readonly [name: string]: NdArray };

/** |actual / expected - 1| */
export const relativeError = (actual: number, expected: number): number => Math.abs(actual / expected - 1);

/** The greatest difference, divided by the greatest expected magnitude; infinite where anything is NaN. */
export function maxError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  const difference = maxAbsDifference(actual, expected);
  return scale === 0 ? difference : difference / scale;
}

/** The numbers of an array. */
export const numbers = async (x: NdArray): Promise<ArrayLike<number>> => (await x.data()) as Float32Array;

/** Parameters, or anything of their structure, as arrays of numbers by `module:name`. */
export async function leavesOf(tree: Params): Promise<Map<string, ArrayLike<number>>> {
  const leaves = new Map<string, ArrayLike<number>>();
  for (const [module, arrays] of Object.entries(tree)) {
    for (const [name, array] of Object.entries(arrays)) leaves.set(`${module}:${name}`, await numbers(array));
  }
  return leaves;
}

/** ||actual - expected|| / ||expected|| over all tensors together. */
export function relativeL2(actual: Map<string, ArrayLike<number>>, expected: Map<string, ArrayLike<number>>): number {
  let difference = 0;
  let size = 0;
  for (const [key, want] of expected) {
    const got = actual.get(key);
    if (got?.length !== want.length) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < want.length; i++) {
      difference += (got[i] - want[i]) ** 2;
      size += want[i] ** 2;
    }
  }
  return Math.sqrt(difference / size);
}
