/** GraphCast's loss under the laws: the whole model, small, on weather made of waves. */
import { config } from 'fluxion';
import { autoregressive, dataUtils, graphcast, normalization, sources, statistics } from 'fluxion/graphcast';
import { examineLaws, failureText, gradLaws, transformationLaws } from 'fluxion/laws';
import { expect, test } from 'vitest';
import { type Batch, lossFunction } from '../../src/graphcast/train.js';
import { PRNGKey } from '../../src/random/index.js';
import { writeTinyWeather } from '../graphcast/helpers/tiny-job.js';
import { run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';

const folder = temporaryFolder();
config.update('engine', 'reference');

const taskConfig: graphcast.TaskConfig = {
  inputVariables: ['temperature', 'geopotential', ...graphcast.FORCING_VARS],
  targetVariables: ['temperature', 'geopotential'],
  forcingVariables: graphcast.FORCING_VARS,
  pressureLevels: [500, 850],
  inputDuration: '24h',
};
const modelConfig: graphcast.ModelConfig = {
  resolution: 30,
  meshSize: 0,
  latentSize: 4,
  gnnMsgSteps: 1,
  hiddenLayers: 1,
  radiusQueryFractionEdgeLength: 0.6,
};

/** The loss of one sample and one step, as a function of the parameters, and parameters for it. */
async function example() {
  const path = folder('waves.nc');
  await writeTinyWeather(path);
  const weather = await run(sources.era5Dataset(path));
  const dataset = dataUtils.addTisrVar(dataUtils.addDerivedVars(weather));
  const stats = await statistics.computeStatistics(dataset);
  const [inputs, targets, forcings] = dataUtils.extractInputsTargetsForcings(dataset.isel({ batch: [0] }), {
    ...taskConfig,
    targetLeadTimes: '12h',
  });
  const batch: Batch = { inputs, targets, forcings };
  const { init, loss } = lossFunction(() => {
    const network = new graphcast.GraphCast(modelConfig, taskConfig, { perVariableWeights: {} });
    return new autoregressive.Predictor(new normalization.InputsAndResiduals(network, stats));
  });
  const params = init(PRNGKey(0), batch);
  return { params, loss: (p: typeof params) => loss(p, batch) };
}

test("GraphCast's loss keeps the laws of derivatives and transformations", async () => {
  const { params, loss } = await example();
  const laws = [...gradLaws(loss as never, { params }, { order: 1 }), ...transformationLaws(loss as never, { params })];
  const report = await examineLaws(laws, { runs: 1, seed: 1, time: 60_000 });
  expect(report.broken.map(failureText).join('\n\n')).toBe('');
  expect(report.results.filter((r) => r.status === 'held').length).toBeGreaterThanOrEqual(laws.length - 3);
});
