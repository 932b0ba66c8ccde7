/**
 * Steps along the sign of the gradient, or of its moving average.
 *
 * Sources: Bernstein et al., "signSGD: Compressed Optimisation for Non-Convex Problems", 2018; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { ema } from './ema.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { signumOptions } from './options.js';
import { type GradientTransformation, type NoState, stateless } from './transformation.js';
import { leafwise } from './tree/leafwise.js';

/**
 * Replaces each element by its sign: -1, 0 or 1.
 * @example
 * const tx = optax.scaleBySign();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1, -1]
 */
export const scaleBySign = (): GradientTransformation<NoState> =>
  stateless((updates) => leafwise((g: NdArray) => jnp.sign(g), updates));

/**
 * `u = -learningRate sign(g)`. State: `[{}, learning rate]`.
 * @example
 * const tx = optax.signSgd(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.1, 0.1]
 */
export const signSgd = alias(['learningRate'], {}, (learningRate: ScalarOrSchedule) =>
  chain(scaleBySign(), scaleByLearningRate(learningRate)),
);

/** Options of `signum`. */
export interface SignumOptions {
  /** How much of the average is kept in a step. Default 0.9. */
  readonly beta?: ArrayLike;
  /** The dtype of the average; that of the parameters when null. */
  readonly accumulatorDtype?: DType | null;
}

const defaults = { beta: 0.9, accumulatorDtype: null };

/**
 * `u = -learningRate sign(moving average of g)`. State: `[{ count, ema }, {}, learning rate]`.
 * @example
 * const tx = optax.signum(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.1, 0.1]
 */
export const signum = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: SignumOptions = {}) => {
    checkOptions('signum', options, signumOptions);
    const { beta, accumulatorDtype } = filled(defaults, options);
    return chain(ema(beta, { debias: false, accumulatorDtype }), scaleBySign(), scaleByLearningRate(learningRate));
  },
);
