/**
 * COCOB: betting on coins in place of a learning rate. Each element has its own purse.
 *
 *     L' = max(L, |g|)    G' = G + |g|    R' = max(R - g (p - p0), 0)    C' = C - g
 *     p' = p0 + C' / (L' max(G' + L', alpha L')) (L' + R')
 *
 * Sources: Orabona, Tommasi, "Training Deep Networks without Learning Rates Through Coin Betting", 2017; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import type { MaskOrFn } from '../masked.js';
import { GradientTransformation, required, type StateType } from '../transformation.js';
import { held, leafwise } from '../tree/leafwise.js';
import { fullLike, sub, zerosLike } from '../tree/math.js';
import { addDecayedWeights } from '../weight-decay.js';
import { cocobOptions, scaleByCocobOptions } from './options.js';

/** The first parameters, and for each element: minus the sum of gradients, the largest one, the sum of magnitudes, the gain. */
export interface COCOBState<Params = unknown> {
  readonly initParticles: Params;
  readonly cumulativeGradients: Params;
  readonly scale: Params;
  readonly subgradients: Params;
  readonly reward: Params;
}
export interface CocobState extends StateType {
  readonly state: COCOBState<this['params']>;
}

/** Options of `scaleByCocob`. */
export interface ScaleByCocobOptions {
  /** The part of the purse that is staked at first is 1 / alpha. Default 100. */
  readonly alpha?: ArrayLike;
  /** The first scale. Default 1e-8. */
  readonly eps?: ArrayLike;
}

const scaleDefaults = { alpha: 100, eps: 1e-8 };

/**
 * Steps to where COCOB bets; see the head of this file.
 * @throws MissingParams
 * @example
 * const tx = optax.contrib.scaleByCocob();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.00999999, 0.00999999]
 */
export function scaleByCocob(options: ScaleByCocobOptions = {}): GradientTransformation<CocobState> {
  checkOptions('scaleByCocob', options, scaleByCocobOptions);
  const { alpha, eps } = filled(scaleDefaults, options);
  return GradientTransformation<CocobState>(
    (params) => ({
      initParticles: held(params),
      cumulativeGradients: zerosLike(params),
      scale: fullLike(params, eps),
      subgradients: zerosLike(params),
      reward: zerosLike(params),
    }),
    (updates, state, params) => {
      const given = required('scaleByCocob', params);
      const { initParticles } = state;
      const scale = leafwise((...[L, g]: [NdArray, NdArray]) => jnp.maximum(L, jnp.abs(g)), state.scale, updates);
      const subgradients = leafwise(
        (...[G, g]: [NdArray, NdArray]) => jnp.add(G, jnp.abs(g)),
        state.subgradients,
        updates,
      );
      const reward = leafwise(
        (...[R, g, p, p0]: [NdArray, NdArray, NdArray, NdArray]) =>
          jnp.maximum(jnp.sub(R, jnp.mul(g, jnp.sub(p, p0))), 0),
        state.reward,
        updates,
        given,
        initParticles,
      );
      const cumulativeGradients = sub(state.cumulativeGradients, updates);
      const steps = leafwise(
        (...[p, p0, C, L, G, R]: [NdArray, NdArray, NdArray, NdArray, NdArray, NdArray]) => {
          const stake = jnp.div(C, jnp.mul(L, jnp.maximum(jnp.add(G, L), jnp.mul(alpha, L))));
          return jnp.add(jnp.neg(p), jnp.add(p0, jnp.mul(stake, jnp.add(L, R))));
        },
        given,
        initParticles,
        cumulativeGradients,
        scale,
        subgradients,
        reward,
      );
      return [steps, { initParticles, cumulativeGradients, scale, subgradients, reward }];
    },
  );
}

/** Options of `cocob`. */
export interface CocobOptions extends ScaleByCocobOptions {
  /** Multiplies the gradients. Default 1. */
  readonly learningRate?: ScalarOrSchedule;
  /** Times the parameters is added to the gradients first. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const defaults = { learningRate: 1, ...scaleDefaults, weightDecay: 0, mask: null };

/**
 * COCOB. `update` needs the parameters. State: `[weight decay, learning rate, { initParticles, ... }]`.
 * @example
 * const tx = optax.contrib.cocob();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.00999999, 0.00999999]
 */
export const cocob = alias([], defaults, (options: CocobOptions = {}) => {
  checkOptions('cocob', options, cocobOptions);
  const { learningRate, weightDecay, mask, ...rest } = filled(defaults, options);
  return chain(
    addDecayedWeights({ weightDecay, mask }),
    scaleByLearningRate(learningRate as ScalarOrSchedule, { flipSign: false }),
    scaleByCocob(rest),
  );
});
