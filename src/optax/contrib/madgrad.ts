/**
 * MADGRAD: dual averaging with a cube root in place of Adagrad's square root.
 *
 *     lambda = (learningRate + eps) sqrt(t)     v' = v + lambda g^2     s' = s + lambda g
 *     z = x0 - s' / (cbrt(v') + eps)            p' = momentum p + (1 - momentum) z
 *
 * Sources: Defazio, Jelassi, "Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method for
 * Stochastic Optimization", 2021; optax.
 */

import type { NdArray } from '../../array/array.js';
import { checkOptions } from '../../array/options.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import type { ScalarOrSchedule } from '../learning-rate.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation, required, type StateType } from '../transformation.js';
import { held, leafwise } from '../tree/leafwise.js';
import { zerosLike } from '../tree/math.js';
import { addDecayedWeights } from '../weight-decay.js';
import { valueAt } from './ademamix.js';
import { madgradOptions, scaleByMadgradOptions } from './options.js';

/** The number of steps, the weighted sums of squares and of gradients, the first parameters. */
export interface MadgradState<Params = unknown> {
  readonly count: NdArray;
  readonly gradSumSq: Params;
  readonly s: Params;
  readonly x0: Params;
}
export interface MadgradStateType extends StateType {
  readonly state: MadgradState<this['params']>;
}

/** Options of `scaleByMadgrad`. */
export interface ScaleByMadgradOptions {
  /** How much of the parameters is kept in a step. Default 0.9. */
  readonly momentum?: number;
  /** Added to the root and to the learning rate. Default 1e-6. */
  readonly eps?: number;
}

const scaleDefaults = { momentum: 0.9, eps: 1e-6 };

/**
 * Steps to where MADGRAD goes; see the head of this file.
 * @throws MissingParams
 * @example
 * const tx = optax.contrib.scaleByMadgrad(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.0341997, 0.0215445]
 */
export function scaleByMadgrad(
  learningRate: ScalarOrSchedule,
  options: ScaleByMadgradOptions = {},
): GradientTransformation<MadgradStateType> {
  checkOptions('scaleByMadgrad', options, scaleByMadgradOptions);
  const { momentum, eps } = filled(scaleDefaults, options);
  return GradientTransformation<MadgradStateType>(
    (params) => ({ count: zeroCount(), gradSumSq: zerosLike(params), s: zerosLike(params), x0: held(params) }),
    (updates, state, params) => {
      const given = required('madgrad', params);
      const { count, x0 } = state;
      const rate = valueAt(learningRate, count);
      const stable = typeof rate === 'number' ? rate + eps : jnp.add(rate, eps);
      const lambda = jnp.mul(stable, jnp.sqrt(jnp.add(count, 1)));
      const weighted = (x: NdArray, dtype: NdArray['dtype']): NdArray => jnp.astype(jnp.mul(lambda, x), dtype);
      const gradSumSq = leafwise(
        (...[v, g]: [NdArray, NdArray]) => jnp.add(v, weighted(jnp.square(g), g.dtype)),
        state.gradSumSq,
        updates,
      );
      const s = leafwise((...[sum, g]: [NdArray, NdArray]) => jnp.add(sum, weighted(g, g.dtype)), state.s, updates);
      const steps = leafwise(
        (...[first, sum, v, p]: [NdArray, NdArray, NdArray, NdArray]) => {
          const z = jnp.sub(first, jnp.div(sum, jnp.add(jnp.cbrt(v), eps)));
          return jnp.sub(jnp.add(jnp.mul(1 - momentum, z), jnp.mul(momentum, p)), p);
        },
        x0,
        s,
        gradSumSq,
        given,
      );
      return [steps, { count: safeIncrement(count), gradSumSq, s, x0 }];
    },
  );
}

/** Options of `madgrad`. */
export interface MadgradOptions extends ScaleByMadgradOptions {
  /** Times the parameters is added to the gradients first. Default 0. */
  readonly weightDecay?: number | NdArray;
}

const defaults = { ...scaleDefaults, weightDecay: 0 };

/**
 * MADGRAD. `update` needs the parameters. State: `[weight decay, { count, gradSumSq, s, x0 }]`.
 * @example
 * const tx = optax.contrib.madgrad(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.0341997, 0.0215445]
 */
export const madgrad = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: MadgradOptions = {}) => {
    checkOptions('madgrad', options, madgradOptions);
    const { weightDecay, ...rest } = filled(defaults, options);
    return chain(addDecayedWeights({ weightDecay }), scaleByMadgrad(learningRate, rest));
  },
);
