/**
 * Gradient descent, with or without momentum.
 *
 *     u = -learningRate g                      p' = p + u
 *     t' = g + momentum t,  u = -learningRate t'   (with momentum)
 *
 * Source: optax, `sgd`; Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
 */

import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { sgdOptions } from './options.js';
import { type TraceOptions, type TraceState, trace } from './trace.js';
import { type GradientTransformation, identity, type StateType } from './transformation.js';

/** Options of `sgd`. */
export interface SgdOptions {
  /** How much of the previous step goes into the next one; none, and no memory for it, when null. */
  readonly momentum?: ArrayLike | null;
  /** Whether momentum is Nesterov's. Default false. */
  readonly nesterov?: boolean;
  /** The dtype of the momentum; that of the parameters when null. */
  readonly accumulatorDtype?: DType | null;
}

/** Momentum, or nothing without it. */
export interface OptionalTrace extends StateType {
  readonly state: TraceState<this['params']> | { readonly trace?: undefined };
}

const defaults = { momentum: null, nesterov: false, accumulatorDtype: null };

/** Momentum when it is given, else nothing. */
export function optionalTrace(
  momentum: ArrayLike | null,
  options: TraceOptions,
): GradientTransformation<OptionalTrace> {
  if (momentum === null) return identity() as GradientTransformation<OptionalTrace>;
  return trace(momentum, options) as GradientTransformation<OptionalTrace>;
}

/**
 * Stochastic gradient descent. `sgd(0.1)`, `sgd(0.1, { momentum: 0.9, nesterov: true })`. State: `[trace, learning rate]`.
 * @example
 * const tx = optax.sgd(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.1]
 */
export const sgd = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: SgdOptions = {}) => {
  checkOptions('sgd', options, sgdOptions);
  const { momentum, ...rest } = filled(defaults, options);
  return chain(optionalTrace(momentum, rest), scaleByLearningRate(learningRate));
});
