/**
 * DeepMind's GraphCast demo notebook, cell by cell, and the step that it leaves out.
 *
 *     npm run build && node dist/examples/graphcast-notebook.js [weather.nc]
 *
 * `examples/graphcast-notebook.ipynb` is this script as a notebook (`npm run notebook` writes it), and `docs/porting.md` sets
 * it beside the Python. Cells begin at `// %%`; `// %% [markdown]` begins a text. What is above the first,
 * and below `// %% [script]`, belongs to no cell.
 */
// %% [markdown]
// # GraphCast, from the demo notebook to a training step
//
// The cells follow DeepMind's demo notebook of GraphCast in its order: choose a model, load weather, cut it into inputs,
// targets and forcings, normalize, build jitted functions, predict, take the loss, take gradients. There the original ends.
// A gradient changes no parameter, so here one more section follows: the optimizer's step.

// %% Imports
import { jit, type NdArray, valueAndGrad } from 'fluxion';
import {
  autoregressive,
  casting,
  dataUtils,
  graphcast,
  normalization,
  rollout,
  sources,
  statistics,
} from 'fluxion/graphcast';
import * as hk from 'fluxion/haiku';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';
import * as tree from 'fluxion/tree';
import type { Dataset } from 'fluxion/xarray';
import { isLeft } from 'fp-ts/lib/Either.js';

// %% [markdown]
// ## Load the data and initialize the model
//
// Random weights, so the architecture can be chosen freely. `checkpoint.load(path)` reads a published model instead: its
// `params`, `modelConfig` and `taskConfig` take the place of these.

// %% Choose the model
const modelConfig: graphcast.ModelConfig = {
  resolution: 0,
  meshSize: 1,
  latentSize: 16,
  gnnMsgSteps: 2,
  hiddenLayers: 1,
  radiusQueryFractionEdgeLength: 0.6,
};
const taskConfig: graphcast.TaskConfig = {
  inputVariables: ['geopotential', 'u_component_of_wind', 'v_component_of_wind', ...graphcast.FORCING_VARS],
  targetVariables: ['geopotential', 'u_component_of_wind', 'v_component_of_wind'],
  forcingVariables: graphcast.FORCING_VARS,
  pressureLevels: [500],
  inputDuration: '12h',
};

// %% Load weather data
async function loadWeather(path: string | undefined): Promise<Dataset> {
  // Without a file: six hours apart, the weather of a shallow-water model, which needs no download.
  if (path === undefined) {
    return sources.shallowWater.shallowWaterDataset({ members: 1, frames: 6, stepHours: 6, numLat: 13, numLon: 24 });
  }
  const { inputVariables, pressureLevels } = taskConfig;
  const variables = inputVariables.filter((name) => !graphcast.FORCING_VARS.some((forcing) => forcing === name));
  const file = await sources.readWeatherFile(path, { variables, levels: pressureLevels })();
  if (isLeft(file)) throw file.left;
  return file.right.dataset;
}
const exampleBatch = await loadWeather(process.argv.slice(2).find((argument) => argument.endsWith('.nc')));
if (exampleBatch.sizes.time < 3) throw new Error('the weather must have 3 times or more: 2 for input, 1 for targets');
console.log(`${exampleBatch}`);

// %% Extract training and eval data
const trainSteps = 1;
const evalSteps = exampleBatch.sizes.time - 2;
const [trainInputs, trainTargets, trainForcings] = dataUtils.extractInputsTargetsForcings(exampleBatch, {
  targetLeadTimes: { start: '6h', stop: `${trainSteps * 6}h` },
  ...taskConfig,
});
const [evalInputs, evalTargets, evalForcings] = dataUtils.extractInputsTargetsForcings(exampleBatch, {
  targetLeadTimes: { start: '6h', stop: `${evalSteps * 6}h` },
  ...taskConfig,
});
console.log('All Examples:  ', exampleBatch.sizes);
console.log('Train Inputs:  ', trainInputs.sizes);
console.log('Train Targets: ', trainTargets.sizes);
console.log('Train Forcings:', trainForcings.sizes);
console.log('Eval Inputs:   ', evalInputs.sizes);
console.log('Eval Targets:  ', evalTargets.sizes);
console.log('Eval Forcings: ', evalForcings.sizes);

// %% Load normalization data
const { diffsStddevByLevel, meanByLevel, stddevByLevel } = await statistics.computeStatistics(
  dataUtils.addTisrVar(dataUtils.addDerivedVars(exampleBatch)),
);

// %% Build jitted functions, and initialize random weights
function constructWrappedGraphcast(modelConfig: graphcast.ModelConfig, taskConfig: graphcast.TaskConfig) {
  // One step ahead, on normalized values. These data have no surface variables for the default weights to name.
  const network = new graphcast.GraphCast(modelConfig, taskConfig, { perVariableWeights: {} });
  // Computes in bfloat16.
  const cast = new casting.Bfloat16Cast(network);
  // Normalizes before the cast, so that the cast loses little.
  const normalized = new normalization.InputsAndResiduals(cast, { diffsStddevByLevel, meanByLevel, stddevByLevel });
  // From one step to trajectories.
  return new autoregressive.Predictor(normalized, { gradientCheckpointing: true });
}

const runForward = hk.transformWithState((inputs: Dataset, targetsTemplate: Dataset, forcings: Dataset): Dataset => {
  const predictor = constructWrappedGraphcast(modelConfig, taskConfig);
  return predictor.call(inputs, targetsTemplate, forcings);
});

const lossFn = hk.transformWithState((inputs: Dataset, targets: Dataset, forcings: Dataset) => {
  const predictor = constructWrappedGraphcast(modelConfig, taskConfig);
  const [loss, diagnostics] = predictor.loss(inputs, targets, forcings);
  return [loss.data.mean(), diagnostics.map((x) => x.mean())] as const;
});

const initJitted = jit(runForward.init);
let [params, state] = initJitted(random.PRNGKey(0), trainInputs, trainTargets, trainForcings);
type Params = typeof params;
type State = typeof state;

function gradsFn(params: Params, state: State, inputs: Dataset, targets: Dataset, forcings: Dataset) {
  const aux = (params: Params, state: State, i: Dataset, t: Dataset, f: Dataset) => {
    const [[loss, diagnostics], nextState] = lossFn.apply(params, state, random.PRNGKey(0), i, t, f);
    return [loss, [diagnostics, nextState] as const] as const;
  };
  const [[loss, [diagnostics, nextState]], grads] = valueAndGrad(aux, { hasAux: true })(
    params,
    state,
    inputs,
    targets,
    forcings,
  );
  return { loss, diagnostics, nextState, grads };
}

const lossFnJitted = jit(lossFn.apply);
const gradsFnJitted = jit(gradsFn);
const runForwardApply = jit(runForward.apply);
// The model has no state that changes: predictions are all that a rollout wants.
const runForwardJitted: rollout.PredictorFn = (rng, inputs, targetsTemplate, forcings) =>
  runForwardApply(params, state, rng, inputs, targetsTemplate, forcings)[0];

// %% [markdown]
// ## Run the model
//
// A loop on the host around a jitted step. The first call compiles; the others do not.

// %% Autoregressive rollout (loop on the host)
const rolledOut = rollout.chunkedPrediction(
  runForwardJitted,
  random.PRNGKey(0),
  evalInputs,
  evalTargets.mul(Number.NaN),
  evalForcings,
);
console.log(`${rolledOut}`);

// %% [markdown]
// ## Train the model

// %% Loss computation (autoregressive loss over multiple steps)
const [[loss, diagnostics]] = lossFnJitted(params, state, random.PRNGKey(0), trainInputs, trainTargets, trainForcings);
console.log('Loss:', loss.item());
for (const [name, value] of diagnostics.entries()) console.log(`  ${name}:`, value.data.item());

// %% Gradient computation (backprop through time)
const gradients = gradsFnJitted(params, state, trainInputs, trainTargets, trainForcings);
const meanGrad = jnp.mean(jnp.stack(tree.leaves(tree.map((x) => jnp.mean(jnp.abs(x)), gradients.grads))));
console.log(`Loss: ${gradients.loss.item().toFixed(4)}, Mean |grad|: ${meanGrad.item().toFixed(6)}`);

// %% Autoregressive rollout (keep the loop in the program)
const predictions = runForwardJitted(random.PRNGKey(0), evalInputs, evalTargets.mul(Number.NaN), evalForcings);
console.log(`${predictions}`);

// %% [markdown]
// ## The step that is left out
//
// So far `params` are what `init` made them: gradients were computed, and nothing was done with them. Training is to hand
// them to an optimizer, to get its updates *and its next state*, and to apply the updates. All three are pure: whoever
// calls the step keeps what it returns.

// %% Build the optimizer
const trainingSteps = 10;
const optimizer = optax.chain(
  optax.clipByGlobalNorm(32),
  optax.adamw(optax.warmupCosineDecaySchedule(0, 3e-3, 2, trainingSteps), { b1: 0.9, b2: 0.95, weightDecay: 0.1 }),
);
let optState = optimizer.init(params);
type OptState = typeof optState;

// %% One training step
const trainStep = jit(
  (params: Params, state: State, optState: OptState, inputs: Dataset, targets: Dataset, forcings: Dataset) => {
    const { loss, nextState, grads } = gradsFn(params, state, inputs, targets, forcings); // forward, loss, backward
    const [updates, nextOptState] = optimizer.update(grads, optState, params); // the optimizer's update
    const nextParams = optax.applyUpdates(params, updates); // the new parameters
    return { params: nextParams, state: nextState, optState: nextOptState, loss };
  },
  { donateArgnums: [0, 1, 2] },
);

// %% Train
const losses: number[] = [];
for (let step = 0; step < trainingSteps; step++) {
  let loss: NdArray;
  ({ params, state, optState, loss } = trainStep(params, state, optState, trainInputs, trainTargets, trainForcings));
  losses.push(loss.item());
  console.log(`step ${step + 1}: loss ${losses[step].toFixed(4)}`);
}

// %% The loss, after training
const [[trainedLoss]] = lossFnJitted(params, state, random.PRNGKey(0), trainInputs, trainTargets, trainForcings);
console.log(`Loss: ${loss.item().toFixed(4)} before, ${trainedLoss.item().toFixed(4)} after ${trainingSteps} steps`);

// %% [script]
export { evalTargets, gradients, loss, losses, params, predictions, rolledOut, trainedLoss };
