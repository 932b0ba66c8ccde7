/**
 * Yogi: Adam whose mean square changes by an amount that depends on the gradient, not on the mean square itself.
 *
 *     m' = b1 m + (1 - b1) g        v' = v - (1 - b2) sign(v - g^2) g^2
 *     u  = -learningRate (m' / (1 - b1^t)) / (sqrt(v' / (1 - b2^t) + epsRoot) + eps)
 *
 * Sources: Zaheer et al., "Adaptive Methods for Nonconvex Optimization", 2018; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { type AdamState, normalized } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { absSq, safeIncrement, zeroCount } from './numerics.js';
import { scaleByYogiOptions, yogiOptions } from './options.js';
import { GradientTransformation } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { biasCorrection, fullLike, oneMinus, updateMoment } from './tree/math.js';

/** Options of `yogi`. */
export interface YogiOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How slowly the mean square changes. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root, outside. Default 1e-3. */
  readonly eps?: ArrayLike;
}

/** Options of `scaleByYogi`. */
export interface ScaleByYogiOptions extends YogiOptions {
  /** Added inside the root. Default 0. */
  readonly epsRoot?: ArrayLike;
  /** What both means begin with. Default 1e-6. */
  readonly initialAccumulatorValue?: ArrayLike;
}

const defaults = { b1: 0.9, b2: 0.999, eps: 1e-3 };
const scaleDefaults = { ...defaults, epsRoot: 0, initialAccumulatorValue: 1e-6 };

/**
 * Rescales updates as Yogi does; see the head of this file.
 * @example
 * const tx = optax.scaleByYogi();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.999714, -0.998487]
 */
export function scaleByYogi(options: ScaleByYogiOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByYogi', options, scaleByYogiOptions);
  const { b1, b2, eps, epsRoot, initialAccumulatorValue } = filled(scaleDefaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({
      count: zeroCount(),
      mu: fullLike(params, initialAccumulatorValue),
      nu: fullLike(params, initialAccumulatorValue),
    }),
    (updates, state) => {
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, b1, 1);
      const nu = leafwise(
        (...[g, v]: [NdArray, NdArray]) => {
          const square = absSq(g);
          return jnp.sub(v, jnp.mul(jnp.mul(oneMinus(b2), jnp.sign(jnp.sub(v, square))), square));
        },
        updates,
        state.nu,
      );
      const rescaled = normalized(biasCorrection(mu, b1, count), biasCorrection(nu, b2, count), eps, epsRoot);
      return [rescaled, { count, mu, nu }];
    },
  );
}

/**
 * Yogi. State: `[{ count, mu, nu }, learning rate]`.
 * @example
 * const tx = optax.yogi(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.0999714, 0.0998487]
 */
export const yogi = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: YogiOptions = {}) =>
  chain(scaleByYogi(checkOptions('yogi', options, yogiOptions)), scaleByLearningRate(learningRate)),
);
