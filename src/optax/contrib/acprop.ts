/**
 * ACProp: AdaBelief's variance, taken one step late, so that a gradient does not divide itself.
 *
 *     m' = b1 m + (1 - b1) g        s' = b2 s + (1 - b2) (g - m)^2 + epsRoot
 *     u  = -learningRate g / (sqrt(s / (1 - b2^(t-1))) + eps)   (divisor 1 + eps at first)
 *
 * Sources: Zhuang et al., "Momentum Centering and Asynchronous Update for Adaptive Gradient Methods", 2021; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { type AdamState, normalized } from '../adam.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import type { MaskOrFn } from '../masked.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation } from '../transformation.js';
import { leafwise } from '../tree/leafwise.js';
import { biasCorrection, sub, updateMoment, updateMomentPerElemNorm, zerosLike } from '../tree/math.js';
import { addDecayedWeights } from '../weight-decay.js';
import { acpropOptions, scaleByAcpropOptions } from './options.js';

/** Options of `scaleByAcprop`. */
export interface ScaleByAcpropOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the variance is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root. Default 1e-16. */
  readonly eps?: ArrayLike;
  /** Added to the variance in every step. Default 1e-16. */
  readonly epsRoot?: ArrayLike;
}

const scaleDefaults = { b1: 0.9, b2: 0.999, eps: 1e-16, epsRoot: 1e-16 };

/**
 * Rescales updates as ACProp does; state `{ count, mu, nu }`.
 * @example
 * const tx = optax.contrib.scaleByAcprop();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export function scaleByAcprop(options: ScaleByAcpropOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByAcprop', options, scaleByAcpropOptions);
  const { b1, b2, eps, epsRoot } = filled(scaleDefaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({ count: zeroCount(), mu: zerosLike(params), nu: zerosLike(params) }),
    (updates, state) => {
      const mu = updateMoment(updates, state.mu, b1, 1);
      const variance = updateMomentPerElemNorm(sub(updates, state.mu), state.nu, b2, 2);
      const nu = leafwise((s: NdArray) => jnp.add(s, epsRoot), variance);
      const count = safeIncrement(state.count);
      const isFirst = jnp.equal(state.count, 0);
      const before = biasCorrection(state.nu, b2, jnp.where(isFirst, count, state.count));
      const divisor = leafwise((s: NdArray) => jnp.where(isFirst, 1, s), before);
      return [normalized(updates, divisor, eps, 0), { count, mu, nu }];
    },
  );
}

/** Options of `acprop`. */
export interface AcpropOptions extends ScaleByAcpropOptions {
  /** How strongly the parameters decay; multiplied by the learning rate. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const defaults = { ...scaleDefaults, weightDecay: 0, mask: null };

/**
 * ACProp. `update` needs the parameters. State: `[{ count, mu, nu }, weight decay, learning rate]`.
 * @example
 * const tx = optax.contrib.acprop(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.1]
 */
export const acprop = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: AcpropOptions = {}) => {
    checkOptions('acprop', options, acpropOptions);
    const { weightDecay, mask, ...rest } = filled(defaults, options);
    return chain(scaleByAcprop(rest), addDecayedWeights({ weightDecay, mask }), scaleByLearningRate(learningRate));
  },
);
