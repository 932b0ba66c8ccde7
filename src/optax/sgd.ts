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
import { type ChainState, chain } from './chain.js';
import { type LearningRateState, type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { type TraceState, trace } from './trace.js';
import { type GradientTransformation, identity, type StateType } from './transformation.js';

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

/** Stochastic gradient descent. `sgd(0.1)`, `sgd(0.1, { momentum: 0.9, nesterov: true })`. */
export function sgd(
  learningRate: ScalarOrSchedule,
  options: SgdOptions = {},
): GradientTransformation<ChainState<[OptionalTrace, LearningRateState]>> {
  const { momentum = null, nesterov, accumulatorDtype } = options;
  return chain(
    momentum === null
      ? (identity() as GradientTransformation<OptionalTrace>)
      : (trace(momentum, { nesterov, accumulatorDtype }) as GradientTransformation<OptionalTrace>),
    scaleByLearningRate(learningRate),
  );
}
