/**
 * Momentum: a running sum of the updates in which the past fades.
 *
 *     t' = g + decay t,    update = t'   (Nesterov: g + decay t')
 *
 * Source: optax, `trace`; Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import * as jnp from './arithmetic.js';
import { traceOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { cast } from './tree/casting.js';
import { leafwise } from './tree/leafwise.js';
import { zerosLike } from './tree/math.js';

/** The running sum. */
export interface TraceState<Params = unknown> {
  readonly trace: Params;
}
export interface TraceStateType extends StateType {
  readonly state: TraceState<this['params']>;
}

/** Options of `trace`. */
export interface TraceOptions {
  /** Whether the updates look one step ahead. Default false. */
  readonly nesterov?: boolean;
  /** The dtype of the running sum; that of the parameters when null. */
  readonly accumulatorDtype?: DType | null;
}

/**
 * Adds `decay` times the previous sum to the updates, and returns the sum.
 * @example
 * const tx = optax.trace(0.9);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export function trace(decay: ArrayLike, options: TraceOptions = {}): GradientTransformation<TraceStateType> {
  checkOptions('trace', options, traceOptions);
  const { nesterov = false, accumulatorDtype = null } = options;
  const accumulate = (updates: unknown, sums: unknown): unknown =>
    leafwise((...[g, t]: [NdArray, NdArray]) => jnp.add(g, jnp.mul(decay, t)), updates, sums);
  return GradientTransformation<TraceStateType>(
    (params) => ({ trace: zerosLike(params, { dtype: accumulatorDtype }) }),
    (updates, state) => {
      const sums = accumulate(updates, state.trace);
      return [nesterov ? accumulate(updates, sums) : sums, { trace: cast(sums, accumulatorDtype) }];
    },
  );
}
