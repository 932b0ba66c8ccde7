/**
 * Optimistic steps: the next gradient is guessed from the last two, which tames rotation in games.
 *
 *     u = (alpha + beta) g - beta g_previous   (g_previous = g at first)
 *
 * Sources: Mokhtari, Ozdaglar, Pattathil, "A Unified Analysis of Extra-gradient and Optimistic Gradient Methods for Saddle
 * Point Problems", 2019; Daskalakis et al., "Training GANs with Optimism", 2017; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { type AdamOptions, scaleByAdam } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { optimisticAdamOptions, optimisticAdamV2Options, optimisticOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { held, leafwise } from './tree/leafwise.js';
import { zerosLike } from './tree/math.js';

/** Whether there was no gradient yet, and the last one. */
export interface ScaleByOptimisticGradientState<Params = unknown> {
  readonly isInitialStep: NdArray;
  readonly previousGradient: Params;
}
export interface OptimisticState extends StateType {
  readonly state: ScaleByOptimisticGradientState<this['params']>;
}

/** Options of `optimisticGradientDescent` and `scaleByOptimisticGradient`. */
export interface OptimisticOptions {
  /** The coefficient of the gradient. Default 1. */
  readonly alpha?: ArrayLike;
  /** The coefficient of its change. Default 1. */
  readonly beta?: ArrayLike;
}

const defaults = { alpha: 1, beta: 1 };
const sum = (x: ArrayLike, y: ArrayLike): ArrayLike =>
  typeof x === 'number' && typeof y === 'number' ? x + y : jnp.add(x, y);

/**
 * Adds `beta` times the change of the gradient to `alpha` times the gradient.
 * @example
 * const tx = optax.scaleByOptimisticGradient();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export function scaleByOptimisticGradient(options: OptimisticOptions = {}): GradientTransformation<OptimisticState> {
  checkOptions('scaleByOptimisticGradient', options, optimisticOptions);
  const { alpha, beta } = filled(defaults, options);
  return GradientTransformation<OptimisticState>(
    (params) => ({ isInitialStep: jnp.asarray(true), previousGradient: zerosLike(params) }),
    (updates, state) => {
      const guess = (...[g, last]: [NdArray, NdArray]): NdArray =>
        jnp.sub(jnp.mul(sum(alpha, beta), g), jnp.mul(beta, jnp.where(state.isInitialStep, g, last)));
      return [
        leafwise(guess, updates, state.previousGradient),
        { isInitialStep: jnp.asarray(false), previousGradient: held(updates) },
      ];
    },
  );
}

/**
 * Optimistic gradient descent. State: `[{ isInitialStep, previousGradient }, learning rate]`.
 * @example
 * const tx = optax.optimisticGradientDescent(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.1]
 */
export const optimisticGradientDescent = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: OptimisticOptions = {}) =>
    chain(
      scaleByOptimisticGradient(checkOptions('optimisticGradientDescent', options, optimisticOptions)),
      scaleByLearningRate(learningRate),
    ),
);

/** Options of `optimisticAdam`. */
export interface OptimisticAdamOptions extends AdamOptions {
  /** The coefficient of the change of the direction; the learning rate when null. */
  readonly optimism?: number | NdArray | null;
}

const adamDefaults = { b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, muDtype: null, nesterov: true };
const firstDefaults = { optimism: null, ...adamDefaults };

/**
 * Optimistic Adam, as first published: a fixed learning rate only. `optimisticAdamV2` takes schedules.
 * @throws InvalidArgument for a schedule
 * @example
 * const tx = optax.optimisticAdam(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.147367, 0.147367]
 */
export const optimisticAdam = alias(
  ['learningRate'],
  firstDefaults,
  (learningRate: number | NdArray, options: OptimisticAdamOptions = {}) => {
    checkOptions('optimisticAdam', options, optimisticAdamOptions);
    if (typeof learningRate === 'function') {
      throw new InvalidArgument({
        op: 'optimisticAdam',
        argument: 'learningRate',
        expected: 'a number',
        actual: 'a schedule',
        hint: 'optimisticAdamV2 takes schedules.',
      });
    }
    const { optimism, ...rest } = filled(firstDefaults, options);
    return chain(
      scaleByAdam(rest),
      scaleByOptimisticGradient({ alpha: learningRate, beta: optimism ?? learningRate }),
      scaleByLearningRate(1),
    );
  },
);

/** Options of `optimisticAdamV2`. */
export interface OptimisticAdamV2Options extends AdamOptions, OptimisticOptions {}

const secondDefaults = { ...defaults, ...adamDefaults };

/**
 * Optimistic Adam: optimistic steps along Adam's direction. State: `[{ count, mu, nu }, optimistic, learning rate]`.
 * @example
 * const tx = optax.optimisticAdamV2(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.147367, 0.147367]
 */
export const optimisticAdamV2 = alias(
  ['learningRate'],
  secondDefaults,
  (learningRate: ScalarOrSchedule, options: OptimisticAdamV2Options = {}) => {
    checkOptions('optimisticAdamV2', options, optimisticAdamV2Options);
    const { alpha, beta, ...rest } = filled(secondDefaults, options);
    return chain(scaleByAdam(rest), scaleByOptimisticGradient({ alpha, beta }), scaleByLearningRate(learningRate));
  },
);
