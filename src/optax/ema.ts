/**
 * An exponential moving average of the updates.
 *
 *     e' = decay e + (1 - decay) g        u = e' / (1 - decay^t)   (e' without debias)
 *
 * Source: optax, `ema`.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { filled } from './alias.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { emaOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { cast } from './tree/casting.js';
import { biasCorrection, updateMoment, zerosLike } from './tree/math.js';

/** The number of steps and the average. */
export interface EmaState<Params = unknown> {
  readonly count: NdArray;
  readonly ema: Params;
}
export interface EmaStateType extends StateType {
  readonly state: EmaState<this['params']>;
}

/** Options of `ema` and `measureWithEma`. */
export interface EmaOptions {
  /** Whether the average is freed of its beginning at 0. Default true. */
  readonly debias?: boolean;
  /** The dtype of the average; that of the parameters when null. */
  readonly accumulatorDtype?: DType | null;
}

/**
 * Replaces the updates by their moving average, of which `decay` is kept in a step.
 * @example
 * const tx = optax.ema(0.9);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export function ema(decay: ArrayLike, options: EmaOptions = {}): GradientTransformation<EmaStateType> {
  checkOptions('ema', options, emaOptions);
  const { debias, accumulatorDtype } = filled({ debias: true, accumulatorDtype: null }, options);
  return GradientTransformation<EmaStateType>(
    (params) => ({ count: zeroCount(), ema: zerosLike(params, { dtype: accumulatorDtype }) }),
    (updates, state) => {
      const average = updateMoment(updates, state.ema, decay, 1);
      const count = safeIncrement(state.count);
      return [
        debias ? biasCorrection(average, decay, count) : average,
        { count, ema: cast(average, accumulatorDtype) },
      ];
    },
  );
}
