/**
 * How GraphCast is trained: forward, loss, backward, and the step that a gradient alone does not make, the optimizer's
 * update. Four visible lines; everything is returned, nothing is changed.
 *
 * Optimizer and schedule are the paper's: AdamW (b1 0.9, b2 0.95, weight decay 0.1 on weights, not on biases or layer
 * norms), gradients clipped to global norm 32, a linear warm-up and a cosine decay.
 * Source: Lam et al. 2023, supplement, section 4.
 */
import type { NdArray } from '../array/array.js';
import * as hk from '../haiku/index.js';
import * as optax from '../optax/index.js';
import { valueAndGrad } from '../transform/grad.js';
import type { Dataset } from '../xarray/dataset.js';
import type { Params } from './checkpoint.js';
import type { Predictor } from './predictor-base.js';

/** What training changes from step to step. */
export interface TrainState {
  readonly params: Params;
  readonly optState: unknown;
}

/** Inputs, targets and forcings of some samples, side by side in the dimension `batch`. */
export interface Batch {
  readonly inputs: Dataset;
  readonly targets: Dataset;
  readonly forcings: Dataset;
}

/** What a step returns. */
export interface StepResult {
  readonly state: TrainState;
  /** The loss before the update. */
  readonly loss: NdArray;
  /** Global norm of the gradient, before clipping. */
  readonly gradNorm: NdArray;
}

/** The mean loss of a batch as a pure function of the parameters, and the function that makes them. */
export function lossFunction(makePredictor: () => Predictor): {
  init(key: hk.Rng, batch: Batch): Params;
  loss(params: Params, batch: Batch): NdArray;
} {
  const { init, apply } = hk.transform(({ inputs, targets, forcings }: Batch) => {
    const [loss] = makePredictor().loss(inputs, targets, forcings);
    return loss.data.mean();
  });
  return { init: (key, batch) => init(key, batch) as Params, loss: (params, batch) => apply(params, null, batch) };
}

/** A training step as a pure function; jit it, and donate the state. */
export function makeTrainStep(
  loss: (params: Params, batch: Batch) => NdArray,
  optimizer: optax.GradientTransformation,
): (state: TrainState, batch: Batch) => StepResult {
  return function trainStep({ params, optState }, batch) {
    const [value, grads] = valueAndGrad(loss)(params, batch); // forward, loss, backward
    const [updates, nextOptState] = optimizer.update(grads, optState, params); // what the optimizer makes of it
    const nextParams = optax.applyUpdates(params, updates) as Params; // the new parameters
    return { state: { params: nextParams, optState: nextOptState }, loss: value, gradNorm: optax.globalNorm(grads) };
  };
}

export interface OptimizerOptions {
  readonly learningRate: optax.ScalarOrSchedule;
  /** Default 32. */
  readonly clip?: number;
  /** Default 0.1, on parameters named `w`. */
  readonly weightDecay?: number;
}

/** The paper's optimizer. */
export function paperOptimizer({
  learningRate,
  clip = 32,
  weightDecay = 0.1,
}: OptimizerOptions): optax.GradientTransformation {
  const onlyWeights = (params: unknown): unknown =>
    Object.fromEntries(
      Object.entries(params as Params).map(([module, arrays]) => [
        module,
        Object.fromEntries(Object.keys(arrays).map((name) => [name, name === 'w'])),
      ]),
    );
  return optax.chain(
    optax.clipByGlobalNorm(clip),
    optax.adamw(learningRate, { b1: 0.9, b2: 0.95, weightDecay, mask: onlyWeights }),
  ) as optax.GradientTransformation;
}

/** Linear warm-up to `peak`, then a cosine down to a thousandth of it at the last step. */
export function paperSchedule(peak: number, steps: number): optax.Schedule {
  const warmup = Math.max(1, Math.min(Math.round(steps / 10), 1000));
  return optax.warmupCosineDecaySchedule(0, peak, warmup, Math.max(steps, warmup + 1), { endValue: peak / 1000 });
}
