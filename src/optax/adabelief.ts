/**
 * AdaBelief: steps are large where the gradient is what its running mean predicted.
 *
 *     m' = b1 m + (1 - b1) g        s' = b2 s + (1 - b2) (g - m')^2 + epsRoot
 *     u  = -learningRate (m' / (1 - b1^t)) / (sqrt(s' / (1 - b2^t)) + eps)
 *
 * Sources: Zhuang et al., "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients", 2020; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { type AdamState, correctedMean, normalized } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { adabeliefOptions } from './options.js';
import { GradientTransformation } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { biasCorrection, sub, updateMoment, updateMomentPerElemNorm, zerosLike } from './tree/math.js';

/** Options of `adabelief` and `scaleByBelief`. */
export interface AdabeliefOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean of the squared prediction errors is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root. Default 1e-16. */
  readonly eps?: ArrayLike;
  /** Added to the mean square in every step. Default 1e-16. */
  readonly epsRoot?: ArrayLike;
  /** Whether the mean looks one step ahead. Default false. */
  readonly nesterov?: boolean;
}

const defaults = { b1: 0.9, b2: 0.999, eps: 1e-16, epsRoot: 1e-16, nesterov: false };

/** The number of steps, the mean of the gradients, the mean of the squared prediction errors. */
export type { ScaleByAdamState as ScaleByBeliefState } from './adam.js';

/**
 * Rescales updates as AdaBelief does; see the head of this file.
 * @example
 * const tx = optax.scaleByBelief();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1.1111, -1.1111]
 */
export function scaleByBelief(options: AdabeliefOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByBelief', options, adabeliefOptions);
  const { b1, b2, eps, epsRoot, nesterov } = filled(defaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({ count: zeroCount(), mu: zerosLike(params), nu: zerosLike(params) }),
    (updates, state) => {
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, b1, 1);
      const errors = updateMomentPerElemNorm(sub(updates, mu), state.nu, b2, 2);
      const nu = leafwise((s: NdArray) => jnp.add(s, epsRoot), errors);
      const mean = correctedMean(updates, mu, b1, count, nesterov);
      return [normalized(mean, biasCorrection(nu, b2, count), eps, 0), { count, mu, nu }];
    },
  );
}

/**
 * AdaBelief. State: `[{ count, mu, nu }, learning rate]`.
 * @example
 * const tx = optax.adabelief(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.11111, 0.11111]
 */
export const adabelief = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: AdabeliefOptions = {}) =>
    chain(scaleByBelief(checkOptions('adabelief', options, adabeliefOptions)), scaleByLearningRate(learningRate)),
);
