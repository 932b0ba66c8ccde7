/**
 * Rprop: a step size for each element, larger while its gradient keeps its sign, smaller when it changes.
 *
 *     s  = g g_previous        step' = clip(step (etaPlus where s > 0, etaMinus where s < 0), minStepSize, maxStepSize)
 *     u  = -step' sign(g), and 0 where the sign has changed
 *
 * Sources: Riedmiller, Braun, "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm", 1993
 * (full batches only); optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { scale } from './learning-rate.js';
import { rpropOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { fullLike, mul, zerosLike } from './tree/math.js';

/** The step size of each element, and its last update. */
export interface ScaleByRpropState<Params = unknown> {
  readonly stepSizes: Params;
  readonly prevUpdates: Params;
}
export interface RpropState extends StateType {
  readonly state: ScaleByRpropState<this['params']>;
}

/** Options of `rprop` and `scaleByRprop`. */
export interface RpropOptions {
  /** Multiplies the step size where the gradient changed its sign. Default 0.5. */
  readonly etaMinus?: ArrayLike;
  /** Multiplies it where the sign is the same. Default 1.2. */
  readonly etaPlus?: ArrayLike;
  /** The smallest step size. Default 1e-6. */
  readonly minStepSize?: ArrayLike;
  /** The largest step size. Default 50. */
  readonly maxStepSize?: ArrayLike;
}

const defaults = { etaMinus: 0.5, etaPlus: 1.2, minStepSize: 1e-6, maxStepSize: 50 };

/**
 * The steps of Rprop, uphill; `learningRate` is the first step size.
 * @example
 * const tx = optax.scaleByRprop(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0, 0]
 */
export function scaleByRprop(learningRate: ArrayLike, options: RpropOptions = {}): GradientTransformation<RpropState> {
  checkOptions('scaleByRprop', options, rpropOptions);
  const { etaMinus, etaPlus, minStepSize, maxStepSize } = filled(defaults, options);
  const zeroWhereTurned = (...[s, x]: [NdArray, NdArray]): NdArray => jnp.where(jnp.less(s, 0), jnp.zerosLike(x), x);
  return GradientTransformation<RpropState>(
    (params) => ({ stepSizes: fullLike(params, learningRate), prevUpdates: zerosLike(params) }),
    (updates, state) => {
      const turn = mul(updates, state.prevUpdates);
      const stepSizes = leafwise(
        (...[s, step]: [NdArray, NdArray]) => {
          const factor = jnp.where(jnp.greater(s, 0), etaPlus, etaMinus);
          const changed = jnp.clip(jnp.mul(step, jnp.astype(factor, step.dtype)), {
            min: minStepSize,
            max: maxStepSize,
          });
          return jnp.where(jnp.equal(s, 0), step, changed);
        },
        turn,
        state.stepSizes,
      );
      const steps = leafwise(
        (...[s, g, step]: [NdArray, NdArray, NdArray]) => zeroWhereTurned(s, jnp.mul(step, jnp.sign(g))),
        turn,
        updates,
        stepSizes,
      );
      // optax returns the update of the step before where the sign is kept.
      return [leafwise(zeroWhereTurned, turn, state.prevUpdates), { stepSizes, prevUpdates: steps }];
    },
  );
}

/**
 * Rprop. State: `[{ stepSizes, prevUpdates }, {}]`.
 * @example
 * const tx = optax.rprop(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0, 0]
 */
export const rprop = alias(['learningRate'], defaults, (learningRate: ArrayLike, options: RpropOptions = {}) =>
  chain(scaleByRprop(learningRate, checkOptions('rprop', options, rpropOptions)), scale(-1)),
);
