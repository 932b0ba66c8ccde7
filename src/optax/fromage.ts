/**
 * Fromage: a step relative to the norm of each leaf, which is shrunk so that it does not grow in the long run.
 *
 *     p' = (p - learningRate ||p|| / ||g|| g) / sqrt(1 + learningRate^2)
 *
 * Sources: Bernstein et al., "On the distance between two neural networks and the stability of learning", 2020; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate, times } from './learning-rate.js';
import { fromageOptions } from './options.js';
import { scaleByTrustRatio } from './trust-ratio.js';
import { addDecayedWeights } from './weight-decay.js';

/** Options of `fromage`. */
export interface FromageOptions {
  /** The norms are taken to be at least this. Default 1e-6. */
  readonly minNorm?: ArrayLike;
}

const defaults = { minNorm: 1e-6 };

type Rate = number | NdArray;
const shrinking = (rate: Rate): Rate =>
  typeof rate === 'number' ? 1 / Math.sqrt(1 + rate ** 2) : jnp.div(1, jnp.power(jnp.add(1, jnp.mul(rate, rate)), 0.5));
const lessOne = (x: Rate): Rate => (typeof x === 'number' ? x - 1 : jnp.sub(x, 1));

/**
 * Fromage. `update` needs the parameters. State: `[{}, learning rate, weight decay]`.
 * @example
 * const tx = optax.fromage(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.220817, 0.0440378]
 */
export const fromage = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: FromageOptions = {}) => {
    checkOptions('fromage', options, fromageOptions);
    const { minNorm } = filled(defaults, options);
    const of = (f: (rate: Rate) => Rate): ScalarOrSchedule =>
      typeof learningRate === 'function' ? (count) => f(learningRate(count)) : f(learningRate);
    return chain(
      scaleByTrustRatio({ minNorm }),
      scaleByLearningRate(of((rate) => times(rate, shrinking(rate)))),
      addDecayedWeights({ weightDecay: of((rate) => lessOne(shrinking(rate))) }),
    );
  },
);
