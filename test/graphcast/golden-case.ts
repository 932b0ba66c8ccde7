/** A golden case of the original GraphCast: its data, its graphs injected, and functions of it, as users write them. */
import { readFileSync } from 'node:fs';
import { DeviceArray, type NdArray } from '../../src/array/array.js';
import { fromNumbers } from '../../src/array/numeric.js';
import { load, type Params, unflattenParams } from '../../src/graphcast/checkpoint.js';
import { autoregressive, casting, graphcast, graphs, normalization } from '../../src/graphcast/index.js';
import * as hk from '../../src/haiku/index.js';
import { readNpz } from '../../src/io/npz.js';
import { type Dataset, loadDataset } from '../../src/xarray/index.js';
import { run } from '../helpers/either.js';
import { golden } from '../helpers/golden.js';
import { readGoldenNpz } from '../helpers/golden-npz.js';

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
  return graphs.graphsOf({
    gridNodeFeatures: array('grid_node_features', 'float32'),
    meshNodeFeatures: array('mesh_node_features', 'float32'),
    grid2mesh: edges('grid2mesh'),
    mesh: edges('mesh'),
    mesh2grid: edges('mesh2grid'),
  });
}

export async function loadCase(name: 'case_a' | 'case_b') {
  const folder = `graphcast/${name}`;
  const dataset = (file: string): Promise<Dataset> => run(loadDataset(golden(`${folder}/${file}.nc`)));
  const json = (file: string) => JSON.parse(readFileSync(golden(`${folder}/${file}.json`), 'utf8'));
  const config = json('config');
  const checkpoint = await run(load(golden(`${folder}/checkpoint.npz`)));
  const structures = await injectedGraphs(folder);
  const [inputs, allTargets, allForcings] = await Promise.all([
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

  /** The stack of wrappers that the golden data was made with. */
  const predictor = (wrap: Wrap) => {
    const network = new graphcast.GraphCast(checkpoint.modelConfig, checkpoint.taskConfig, {
      perVariableWeights: config.per_variable_weights,
      graphs: structures,
    });
    const inner = wrap === 'bfloat16' ? new casting.Bfloat16Cast(network) : network;
    const normalized = new normalization.InputsAndResiduals(inner, statistics);
    return wrap === 'plain' || wrap === 'bfloat16'
      ? normalized
      : new autoregressive.Predictor(normalized, { gradientCheckpointing: wrap === 'checkpointed' });
  };
  const lossFn = (wrap: Wrap) =>
    hk.transform((i: Dataset, t: Dataset, f: Dataset) => {
      const [loss, diagnostics] = predictor(wrap).loss(i, t, f);
      return [
        loss.data.mean(),
        loss.data,
        Object.fromEntries(diagnostics.entries().map(([n, d]) => [n, d.data])),
      ] as const;
    });
  return {
    json,
    checkpoint,
    config,
    params: checkpoint.params,
    inputs,
    targets: allTargets.isel(first),
    forcings: allForcings.isel(first),
    twoTargets: allTargets,
    twoForcings: allForcings,
    structures,
    statistics,
    predictor,
    lossFn,
    npz: (file: string) => readGoldenNpz(`${folder}/${file}.npz`),
    paramsOf: async (file: string, prefix: string): Promise<Params> =>
      unflattenParams(prefix, await run(readNpz(golden(`${folder}/${file}.npz`)))),
    checkpointPath: golden(`${folder}/checkpoint.npz`),
  };
}

/** The largest difference, divided by the largest expected magnitude. */
export function maxError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let scale = 0;
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(actual[i] - expected[i]);
    if (!(d <= difference)) difference = d;
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return scale === 0 ? difference : difference / scale;
}
