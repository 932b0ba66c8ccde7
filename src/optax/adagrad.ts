/**
 * Adagrad: each element is divided by the root of the sum of all its squares so far.
 *
 *     s' = s + g^2        u = -learningRate g / sqrt(s' + eps)   (0 where s' is 0)
 *
 * Sources: Duchi, Hazan, Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", 2011; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { absSq } from './numerics.js';
import { adagradOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { fullLike } from './tree/math.js';

/** The sums of squares. */
export interface ScaleByRssState<Params = unknown> {
  readonly sumOfSquares: Params;
}
export interface RssState extends StateType {
  readonly state: ScaleByRssState<this['params']>;
}

/** Options of `adagrad` and `scaleByRss`. */
export interface AdagradOptions {
  /** What the sums begin with; not negative. Default 0.1. */
  readonly initialAccumulatorValue?: ArrayLike;
  /** Added inside the root. Default 1e-7. */
  readonly eps?: ArrayLike;
}

const defaults = { initialAccumulatorValue: 0.1, eps: 1e-7 };

/** `1 / sqrt(x + eps)`, and 0 where `x` is not positive. */
export const inverseRoot = (x: NdArray, eps: ArrayLike): NdArray =>
  jnp.where(jnp.greater(x, 0), jnp.rsqrt(jnp.add(x, eps)), 0);

/**
 * Divides updates by the root of the sum of all squared gradients so far.
 * @example
 * const tx = optax.scaleByRss();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.99689, -0.953462]
 */
export function scaleByRss(options: AdagradOptions = {}): GradientTransformation<RssState> {
  checkOptions('scaleByRss', options, adagradOptions);
  const { initialAccumulatorValue, eps } = filled(defaults, options);
  return GradientTransformation<RssState>(
    (params) => ({ sumOfSquares: fullLike(params, initialAccumulatorValue) }),
    (updates, state) => {
      const sumOfSquares = leafwise(
        (...[g, s]: [NdArray, NdArray]) => jnp.add(absSq(g), s),
        updates,
        state.sumOfSquares,
      );
      const rescaled = leafwise(
        (...[s, g]: [NdArray, NdArray]) => jnp.mul(inverseRoot(s, eps), g),
        sumOfSquares,
        updates,
      );
      return [rescaled, { sumOfSquares }];
    },
  );
}

/**
 * Adagrad. State: `[{ sumOfSquares }, learning rate]`.
 * @example
 * const tx = optax.adagrad(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.099689, 0.0953462]
 */
export const adagrad = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: AdagradOptions = {}) =>
    chain(scaleByRss(checkOptions('adagrad', options, adagradOptions)), scaleByLearningRate(learningRate)),
);
