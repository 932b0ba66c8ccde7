/**
 * From one step to many: predictions are fed back as inputs, and gradients flow back through all of them.
 *
 * The loop is a `lax.scan`, so a program for twelve steps is as small as for one; with gradient checkpointing each step
 * is recomputed in the backward pass, and memory holds the states between steps only.
 * Source: graphcast's `autoregressive.py`; Lam et al. 2023, supplement, section 4.5.
 */
import type { NdArray } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';
import * as hk from '../haiku/index.js';
import * as lax from '../lax/index.js';
import * as jnp from '../numpy/index.js';
import * as random from '../random/index.js';
import { checkpoint } from '../transform/checkpoint.js';
import { map } from '../tree/index.js';
import type { Arrays } from '../tree/types.js';
import { concat, merge } from '../xarray/combine.js';
import type { Coordinate } from '../xarray/coordinate.js';
import { DataArray } from '../xarray/data-array.js';
import { Dataset } from '../xarray/dataset.js';
import type { LossAndDiagnostics, Predictor as PredictorBase } from './predictor-base.js';

export interface PredictorOptions {
  /** Standard deviation of the noise added to the time-dependent inputs when training; none by default. */
  readonly noiseLevel?: number | null;
  /** Recompute each step in the backward pass instead of keeping its intermediate values. */
  readonly gradientCheckpointing?: boolean;
}

/** The frames of a dataset with the time axis first, for a scan, by name. */
type Frames = { readonly [name: string]: NdArray };

const framesOf = (data: Dataset): Frames =>
  Object.fromEntries(data.keys().map((name) => [name, data.variables[name].transpose('time', '...').data]));

/** One frame, which lost its time axis to the scan, as a dataset of one time again; `like` tells dimensions and labels. */
function frameDataset(frame: Frames, like: Dataset, time: Coordinate): Dataset {
  const variables = Object.fromEntries(
    like.keys().map((name) => {
      const { dims } = like.variables[name];
      const ordered = ['time', ...dims.filter((d) => d !== 'time')];
      const array = new DataArray(jnp.expandDims(frame[name], 0), { dims: ordered });
      return [name, array.transpose(...dims)];
    }),
  );
  const { time: _, ...coords } = like.coords;
  return new Dataset(variables, { coords: { ...coords, time } });
}

/** What a scan made of frames, as a dataset like `like`: each step's time axis of one stands behind the scan's own. */
function stackedFrames(frames: Frames, like: Dataset): Dataset {
  const variables = Object.fromEntries(
    like.keys().map((name) => {
      const { dims } = like.variables[name];
      const ordered = ['time', ...dims.filter((d) => d !== 'time')];
      const array = new DataArray(jnp.squeeze(frames[name], { axis: 1 }), { dims: ordered });
      return [name, array.transpose(...dims)];
    }),
  );
  return new Dataset(variables, { coords: like.coords });
}

/** Wraps a predictor of one step into one of many. */
export class Predictor implements PredictorBase {
  constructor(
    readonly predictor: PredictorBase,
    readonly options: PredictorOptions = {},
  ) {}

  call(inputs: Dataset, targetsTemplate: Dataset, forcings: Dataset): Dataset {
    const { constant, dynamic } = splitInputs(inputs, targetsTemplate, forcings);
    const template = targetsTemplate.isel({ time: [0] });
    const time = template.coords.time;
    const step = (state: Dataset, frame: Frames): readonly [Dataset, Frames] => {
      const now = frameDataset(frame, forcings, time);
      const predictions = this.predictor.call(merge([constant, state]), template, now);
      return [nextInputs(state, predictions, now), framesOf(predictions)];
    };
    const frames = this.#loop(step, dynamic, framesOf(forcings), targetsTemplate.sizes.time);
    return stackedFrames(frames, targetsTemplate);
  }

  loss(inputs: Dataset, targets: Dataset, forcings: Dataset): LossAndDiagnostics {
    // One step needs no feedback, and so no predictions of the wrapped predictor.
    if (targets.sizes.time === 1) return this.predictor.loss(inputs, targets, forcings);
    return this.lossAndPredictions(inputs, targets, forcings)[0];
  }

  lossAndPredictions(
    inputs: Dataset,
    targets: Dataset,
    forcings: Dataset,
  ): readonly [LossAndDiagnostics, predictions: Dataset] {
    const { constant, dynamic } = splitInputs(inputs, targets, forcings);
    const time = targets.isel({ time: [0] }).coords.time;
    const { noiseLevel } = this.options;
    const start = noiseLevel ? addNoise(dynamic, noiseLevel) : dynamic;
    const step = (
      state: Dataset,
      [target, forcing]: readonly [Frames, Frames],
    ): readonly [Dataset, { loss: NdArray; diagnostics: Frames; predictions: Frames }] => {
      const now = frameDataset(forcing, forcings, time);
      const [[loss, diagnostics], predictions] = this.predictor.lossAndPredictions(
        merge([constant, state]),
        frameDataset(target, targets, time),
        now,
      );
      return [
        nextInputs(state, predictions, now),
        {
          loss: loss.data,
          diagnostics: Object.fromEntries(diagnostics.keys().map((name) => [name, diagnostics.variables[name].data])),
          predictions: framesOf(predictions),
        },
      ];
    };
    const xs = [framesOf(targets), framesOf(forcings)] as const;
    const steps = this.#loop(step, start, xs, targets.sizes.time);
    const overTime = (x: NdArray): DataArray => new DataArray(x, { dims: ['time', 'batch'] }).mean('time');
    const diagnostics = new Dataset(
      Object.fromEntries(Object.entries(steps.diagnostics).map(([name, x]) => [name, overTime(x)])),
    );
    return [[overTime(steps.loss), diagnostics], stackedFrames(steps.predictions, targets)];
  }

  /** Scans `step` over the frames; when parameters are being made, the first step is enough to make all of them. */
  #loop<X, Y>(
    step: (state: Dataset, x: Arrays<X>) => readonly [Dataset, Y],
    start: Dataset,
    xs: X,
    length: number,
  ): Arrays<Y> {
    if (hk.runningInit()) {
      const arrays = (f: (x: NdArray) => NdArray, tree: unknown): unknown => map(f as (leaf: unknown) => NdArray, tree);
      const [, y] = step(start, arrays((x) => x.get(0), xs) as Arrays<X>);
      return arrays((x) => jnp.broadcastTo(jnp.expandDims(x, 0), [length, ...x.shape]), y) as Arrays<Y>;
    }
    const checkpointed = this.options.gradientCheckpointing && length > 1;
    // Inside a scan nothing can merge the recomputation with the original, so no barrier is needed.
    const body = checkpointed ? (checkpoint(step, { preventCse: false }) as typeof step) : step;
    return lax.scan(body, start, { xs })[1];
  }
}

/** Inputs that stay the same, and those that the next step replaces. */
function splitInputs(inputs: Dataset, targets: Dataset, forcings: Dataset): { constant: Dataset; dynamic: Dataset } {
  const changing = [...targets.keys(), ...forcings.keys()];
  const constant = inputs.dropVars(changing);
  for (const name of constant.keys()) {
    if (constant.variables[name].dims.includes('time')) {
      throw new InvalidArgument({
        op: 'autoregressive.Predictor',
        argument: `inputs.${name}`,
        expected: 'a target or a forcing, since it changes with time and must be known for the next step',
        actual: 'neither',
      });
    }
  }
  for (const [kind, data] of [
    ['targets', targets],
    ['forcings', forcings],
  ] as const) {
    for (const name of data.keys()) {
      if (data.variables[name].dims.includes('time')) continue;
      throw new InvalidArgument({
        op: 'autoregressive.Predictor',
        argument: `${kind}.${name}`,
        expected: 'a variable with a time dimension',
        actual: `(${data.variables[name].dims.join(', ')})`,
      });
    }
  }
  const both = targets.keys().filter((name) => forcings.has(name));
  if (both.length > 0) {
    throw new InvalidArgument({
      op: 'autoregressive.Predictor',
      argument: 'forcings',
      expected: 'variables that are not targets',
      actual: both.join(', '),
    });
  }
  return { constant, dynamic: inputs.dropVars(constant.keys()) };
}

/** The inputs of the next step: the window of frames moves on by one. Lead times start again. */
function nextInputs(state: Dataset, predictions: Dataset, forcings: Dataset): Dataset {
  const next = merge([predictions, forcings]).select(state.keys());
  const moved = concat([state, next], 'time').tail({ time: state.sizes.time });
  const { time } = state.coords;
  const variables = Object.fromEntries(
    state.keys().map((name) => {
      const before = state.variables[name];
      const after = moved.variables[name].transpose(...before.dims);
      return [name, after.with(jnp.astype(after.data, before.data.dtype))];
    }),
  );
  return new Dataset(variables, { coords: { ...state.coords, time }, attrs: state.attrs });
}

function addNoise(inputs: Dataset, level: number): Dataset {
  return inputs.map((x) =>
    x.map((data) =>
      jnp.add(data, jnp.multiply(random.normal(hk.nextRngKey(), { shape: data.shape, dtype: data.dtype }), level)),
    ),
  );
}
