/**
 * RAdam: Adam without its division while too few squares have been seen for their mean to be trusted.
 *
 *     rho  = rhoInf - 2 t b2^t / (1 - b2^t),   rhoInf = 2 / (1 - b2) - 1
 *     r    = sqrt((rho - 4) (rho - 2) rhoInf / ((rhoInf - 4) (rhoInf - 2) rho))
 *     u    = -learningRate r mHat / (sqrt(vHat + epsRoot) + eps)   where rho >= threshold, else -learningRate mHat
 *
 * Sources: Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", 2019; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { type AdamState, correctedMean } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { radamOptions } from './options.js';
import { GradientTransformation } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { biasCorrection, oneMinus, updateMoment, updateMomentPerElemNorm, zerosLike } from './tree/math.js';

/** Options of `radam` and `scaleByRadam`. */
export interface RadamOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean of their squares is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root, outside. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: ArrayLike;
  /** The `rho` from which the division is done. Default 5. */
  readonly threshold?: ArrayLike;
  /** Whether the mean looks one step ahead. Default false. */
  readonly nesterov?: boolean;
}

const defaults = { b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, threshold: 5, nesterov: false };

/**
 * Rescales updates as RAdam does; see the head of this file.
 * @example
 * const tx = optax.scaleByRadam();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export function scaleByRadam(options: RadamOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByRadam', options, radamOptions);
  const { b1, b2, eps, epsRoot, threshold, nesterov } = filled(defaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({ count: zeroCount(), mu: zerosLike(params), nu: zerosLike(params) }),
    (updates, state) => {
      const rhoInf = typeof b2 === 'number' ? 2 / (1 - b2) - 1 : jnp.sub(jnp.div(2, oneMinus(b2)), 1);
      const lessBy = (x: ArrayLike, n: number): ArrayLike => (typeof x === 'number' ? x - n : jnp.sub(x, n));
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, b1, 1);
      const nu = updateMomentPerElemNorm(updates, state.nu, b2, 2);
      const power = jnp.power(b2, count);
      const rho = jnp.sub(rhoInf, jnp.div(jnp.mul(jnp.mul(2, count), power), jnp.sub(1, power)));
      const above = jnp.mul(jnp.mul(jnp.sub(rho, 4), jnp.sub(rho, 2)), rhoInf);
      const below = jnp.mul(jnp.mul(lessBy(rhoInf, 4), lessBy(rhoInf, 2)), rho);
      const r = jnp.sqrt(jnp.div(above, below));
      const isTrusted = jnp.greaterEqual(rho, threshold);
      const rectified = leafwise(
        (...[m, v]: [NdArray, NdArray]) => {
          const divided = jnp.div(jnp.mul(jnp.astype(r, m.dtype), m), jnp.add(jnp.sqrt(jnp.add(v, epsRoot)), eps));
          return jnp.where(isTrusted, divided, m);
        },
        correctedMean(updates, mu, b1, count, nesterov),
        biasCorrection(nu, b2, count),
      );
      return [rectified, { count, mu, nu }];
    },
  );
}

/**
 * Rectified Adam. State: `[{ count, mu, nu }, learning rate]`.
 * @example
 * const tx = optax.radam(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.1]
 */
export const radam = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: RadamOptions = {}) =>
  chain(scaleByRadam(checkOptions('radam', options, radamOptions)), scaleByLearningRate(learningRate)),
);
