/**
 * Adadelta: the units of the updates are made those of the parameters by the running size of past updates.
 *
 *     e' = rho e + (1 - rho) g^2        u = sqrt(x + eps) / sqrt(e' + eps) g        x' = rho x + (1 - rho) u^2
 *
 * Sources: Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import type { MaskOrFn } from './masked.js';
import { adadeltaOptions, scaleByAdadeltaOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { updateMoment, zerosLike } from './tree/math.js';
import { addDecayedWeights } from './weight-decay.js';

/** The mean squares of the gradients and of the updates. */
export interface ScaleByAdaDeltaState<Params = unknown> {
  readonly eG: Params;
  readonly eX: Params;
}
export interface AdaDeltaState extends StateType {
  readonly state: ScaleByAdaDeltaState<this['params']>;
}

/** Options of `scaleByAdadelta`. */
export interface ScaleByAdadeltaOptions {
  /** How much of the mean squares is kept in a step. Default 0.9. */
  readonly rho?: ArrayLike;
  /** Added inside the roots. Default 1e-6. */
  readonly eps?: ArrayLike;
}

const scaleDefaults = { rho: 0.9, eps: 1e-6 };

/**
 * Rescales updates as Adadelta does; see the head of this file.
 * @example
 * const tx = optax.scaleByAdadelta();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.00316228, -0.00316226]
 */
export function scaleByAdadelta(options: ScaleByAdadeltaOptions = {}): GradientTransformation<AdaDeltaState> {
  checkOptions('scaleByAdadelta', options, scaleByAdadeltaOptions);
  const { rho, eps } = filled(scaleDefaults, options);
  const root = (x: NdArray): NdArray => jnp.sqrt(jnp.add(x, eps));
  return GradientTransformation<AdaDeltaState>(
    (params) => ({ eG: zerosLike(params), eX: zerosLike(params) }),
    (updates, state) => {
      const eG = updateMoment(updates, state.eG, rho, 2);
      const rescaled = leafwise(
        (...[g, e, x]: [NdArray, NdArray, NdArray]) => jnp.mul(jnp.div(root(x), root(e)), g),
        updates,
        eG,
        state.eX,
      );
      return [rescaled, { eG, eX: updateMoment(rescaled, state.eX, rho, 2) }];
    },
  );
}

/** Options of `adadelta`. */
export interface AdadeltaOptions extends ScaleByAdadeltaOptions {
  /** Minus this multiplies the updates; they are not multiplied at all when null. */
  readonly learningRate?: ScalarOrSchedule | null;
  /** Times the parameters is added to the gradients first. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly weightDecayMask?: MaskOrFn | null;
}

const defaults = { learningRate: null, ...scaleDefaults, weightDecay: 0, weightDecayMask: null };

/**
 * Adadelta. State: `[weight decay, { eG, eX }, learning rate]`. `update` needs the parameters.
 * @example
 * const tx = optax.adadelta({ learningRate: 0.1 });
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.000316228, 0.000316226]
 */
export const adadelta = alias([], defaults, (options: AdadeltaOptions = {}) => {
  checkOptions('adadelta', options, adadeltaOptions);
  const { learningRate, weightDecay, weightDecayMask, ...rest } = filled(defaults, options);
  return chain(
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByAdadelta(rest),
    scaleByLearningRate(learningRate),
  );
});
