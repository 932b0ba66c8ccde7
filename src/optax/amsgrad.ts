/**
 * AMSGrad: Adam whose mean square never falls, so that step sizes never rise.
 *
 *     m' = b1 m + (1 - b1) g        v' = b2 v + (1 - b2) g^2        w' = max(w, v' / (1 - b2^t))
 *     u  = -learningRate (m' / (1 - b1^t)) / (sqrt(w' + epsRoot) + eps)
 *
 * Sources: Reddi, Kale, Kumar, "On the Convergence of Adam and Beyond", 2018 (which corrects no bias); optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { normalized } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { amsgradOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { cast } from './tree/casting.js';
import { leafwise } from './tree/leafwise.js';
import { biasCorrection, updateMoment, updateMomentPerElemNorm, zerosLike } from './tree/math.js';

/** The number of steps, the mean of the gradients and of their squares, and the largest of the latter so far. */
export interface ScaleByAmsgradState<Params = unknown> {
  readonly count: NdArray;
  readonly mu: Params;
  readonly nu: Params;
  readonly nuMax: Params;
}
export interface AmsgradState extends StateType {
  readonly state: ScaleByAmsgradState<this['params']>;
}

/** Options of `amsgrad` and `scaleByAmsgrad`. */
export interface AmsgradOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean of their squares is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root, outside. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: ArrayLike;
  /** The dtype of the mean of the gradients; that of the parameters when null. */
  readonly muDtype?: DType | null;
  /** Whether the mean is freed of its beginning at 0; false in the paper. Default true. */
  readonly biasCorrectionMu?: boolean;
  /** Whether the mean square is, before the largest is taken; false in the paper. Default true. */
  readonly biasCorrectionNu?: boolean;
}

const defaults = {
  b1: 0.9,
  b2: 0.999,
  eps: 1e-8,
  epsRoot: 0,
  muDtype: null,
  biasCorrectionMu: true,
  biasCorrectionNu: true,
};

/**
 * Rescales updates as AMSGrad does; see the head of this file.
 * @example
 * const tx = optax.scaleByAmsgrad();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.999993, -0.999993]
 */
export function scaleByAmsgrad(options: AmsgradOptions = {}): GradientTransformation<AmsgradState> {
  checkOptions('scaleByAmsgrad', options, amsgradOptions);
  const { b1, b2, eps, epsRoot, muDtype, biasCorrectionMu, biasCorrectionNu } = filled(defaults, options);
  return GradientTransformation<AmsgradState>(
    (params) => ({
      count: zeroCount(),
      mu: zerosLike(params, { dtype: muDtype }),
      nu: zerosLike(params),
      nuMax: zerosLike(params),
    }),
    (updates, state) => {
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, b1, 1);
      const nu = updateMomentPerElemNorm(updates, state.nu, b2, 2);
      const mean = biasCorrectionMu ? biasCorrection(mu, b1, count) : mu;
      const squares = biasCorrectionNu ? biasCorrection(nu, b2, count) : nu;
      const nuMax = leafwise((...[w, v]: [NdArray, NdArray]) => jnp.maximum(w, v), state.nuMax, squares);
      return [normalized(mean, nuMax, eps, epsRoot), { count, mu: cast(mu, muDtype), nu, nuMax }];
    },
  );
}

/**
 * AMSGrad. State: `[{ count, mu, nu, nuMax }, learning rate]`.
 * @example
 * const tx = optax.amsgrad(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.0999993, 0.0999993]
 */
export const amsgrad = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: AmsgradOptions = {}) =>
    chain(scaleByAmsgrad(checkOptions('amsgrad', options, amsgradOptions)), scaleByLearningRate(learningRate)),
);
