/**
 * GraphCast trained on real weather, in one page: forward, loss, backward, update, apply.
 *
 *     npm run build && node dist/examples/train-graphcast.js
 *
 * This is what `npm run graphcast` does, without its progress bar, checkpoints and report.
 */

import { jit, type NdArray, valueAndGrad } from 'fluxion';
import { autoregressive, dataUtils, graphcast, normalization, sources, statistics } from 'fluxion/graphcast';
import * as hk from 'fluxion/haiku';
import { fetchEra5Sample } from 'fluxion/io';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';
import type { Dataset } from 'fluxion/xarray';
import { isLeft } from 'fp-ts/lib/Either.js';

/** I/O answers with an `Either`; here a failure simply ends the program. */
async function orThrow<E, A>(task: () => Promise<{ _tag: 'Left'; left: E } | { _tag: 'Right'; right: A }>): Promise<A> {
  const result = await task();
  if (isLeft(result)) throw result.left;
  return result.right;
}

export async function main(steps = 20): Promise<number[]> {
  // Real weather: ERA5 on a 3 degree grid, fetched once with pip.
  const path = await orThrow(fetchEra5Sample({ onProgress: ({ message }) => console.error(message) }));
  const weather = await orThrow(sources.era5Dataset(path));
  const dataset = dataUtils.addTisrVar(dataUtils.addDerivedVars(weather));
  const stats = await statistics.computeStatistics(dataset);

  const taskConfig: graphcast.TaskConfig = {
    inputVariables: ['temperature', 'geopotential', ...graphcast.FORCING_VARS],
    targetVariables: ['temperature', 'geopotential'],
    forcingVariables: graphcast.FORCING_VARS,
    pressureLevels: [500, 850],
    inputDuration: '24h',
  };
  const modelConfig: graphcast.ModelConfig = {
    resolution: 3,
    meshSize: 2,
    latentSize: 32,
    gnnMsgSteps: 4,
    hiddenLayers: 1,
    radiusQueryFractionEdgeLength: 0.6,
  };
  const [inputs, targets, forcings] = dataUtils.extractInputsTargetsForcings(dataset.isel({ batch: [0, 1] }), {
    ...taskConfig,
    targetLeadTimes: { start: '12h', stop: '24h' },
  });

  // The model as two pure functions: `init` makes parameters, `apply` is given them.
  const model = hk.transform((i: Dataset, t: Dataset, f: Dataset): NdArray => {
    const network = new graphcast.GraphCast(modelConfig, taskConfig, { perVariableWeights: {} });
    const normalized = new normalization.InputsAndResiduals(network, stats);
    const predictor = new autoregressive.Predictor(normalized, { gradientCheckpointing: true });
    const [loss] = predictor.loss(i, t, f);
    return loss.data.mean();
  });
  type Params = ReturnType<typeof model.init>;

  const optimizer = optax.chain(
    optax.clipByGlobalNorm(32),
    optax.adamw(optax.warmupCosineDecaySchedule(0, 1e-3, 5, steps), { b1: 0.9, b2: 0.95, weightDecay: 0.1 }),
  );

  type OptState = ReturnType<typeof optimizer.init<Params>>;

  // One step of training: a pure function from state and data to the next state.
  const trainStep = jit(
    (params: Params, optState: OptState, i: Dataset, t: Dataset, f: Dataset) => {
      const lossOf = (p: Params) => model.apply(p, null, i, t, f);
      const [loss, grads] = valueAndGrad(lossOf)(params); // forward, loss, backward
      const [updates, nextOptState] = optimizer.update(grads, optState, params); // the optimizer's update
      const nextParams = optax.applyUpdates(params, updates); // the new parameters
      return { params: nextParams, optState: nextOptState, loss };
    },
    { donateArgnums: [0, 1] },
  );

  const init = jit((i: Dataset, t: Dataset, f: Dataset) => model.init(random.PRNGKey(0), i, t, f));
  let params = init(inputs, targets, forcings);
  let optState = optimizer.init(params);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const result = trainStep(params, optState, inputs, targets, forcings);
    ({ params, optState } = result);
    losses.push(result.loss.item());
    console.log(`step ${step + 1}: loss ${losses[step].toFixed(4)}`);
  }
  return losses;
}

if (process.argv[1]?.endsWith('train-graphcast.js')) await main();
