/**
 * Adamax: Adam with the largest recent gradient in place of the root of the mean square.
 *
 *     m' = b1 m + (1 - b1) g        v' = max(|g| + eps, b2 v)
 *     u  = -learningRate m' / ((1 - b1^t) v')
 *
 * Sources: Kingma, Ba, "Adam: A Method for Stochastic Optimization", 2014, section 7; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import type { AdamState } from './adam.js';
import { alias, filled } from './alias.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import type { MaskOrFn } from './masked.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { adamaxOptions, adamaxwOptions } from './options.js';
import { GradientTransformation } from './transformation.js';
import { biasCorrection, div, updateInfinityMoment, updateMoment, zerosLike } from './tree/math.js';
import { addDecayedWeights } from './weight-decay.js';

/** Options of `adamax` and `scaleByAdamax`. */
export interface AdamaxOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the largest gradient is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the magnitude of each gradient. Default 1e-8. */
  readonly eps?: ArrayLike;
}

const defaults = { b1: 0.9, b2: 0.999, eps: 1e-8 };

/**
 * Rescales updates as Adamax does; state `{ count, mu, nu }`, `nu` being the largest gradient.
 * @example
 * const tx = optax.scaleByAdamax();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1, -1]
 */
export function scaleByAdamax(options: AdamaxOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByAdamax', options, adamaxOptions);
  const { b1, b2, eps } = filled(defaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({ count: zeroCount(), mu: zerosLike(params), nu: zerosLike(params) }),
    (updates, state) => {
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, b1, 1);
      const nu = updateInfinityMoment(updates, state.nu, b2, eps);
      return [div(biasCorrection(mu, b1, count), nu), { count, mu, nu }];
    },
  );
}

/**
 * Adamax. State: `[{ count, mu, nu }, learning rate]`.
 * @example
 * const tx = optax.adamax(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.1, 0.1]
 */
export const adamax = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: AdamaxOptions = {}) =>
  chain(scaleByAdamax(checkOptions('adamax', options, adamaxOptions)), scaleByLearningRate(learningRate)),
);

/** Options of `adamaxw`. */
export interface AdamaxwOptions extends AdamaxOptions {
  /** How strongly the parameters decay; multiplied by the learning rate. Default 1e-4. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const decayDefaults = { ...defaults, weightDecay: 1e-4, mask: null };

/**
 * Adamax with decoupled weight decay. `update` needs the parameters.
 * @example
 * const tx = optax.adamaxw(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.10001, 0.09998]
 */
export const adamaxw = alias(
  ['learningRate'],
  decayDefaults,
  (learningRate: ScalarOrSchedule, options: AdamaxwOptions = {}) => {
    checkOptions('adamaxw', options, adamaxwOptions);
    const { weightDecay, mask, ...rest } = filled(decayDefaults, options);
    return chain(scaleByAdamax(rest), addDecayedWeights({ weightDecay, mask }), scaleByLearningRate(learningRate));
  },
);
