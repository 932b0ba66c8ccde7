/**
 * A step size that is reduced when the loss has not improved for some time. `update` needs the loss: `{ value }`.
 *
 * The last one of a chain: it multiplies the updates by a scale that it keeps. Source: optax, after PyTorch's
 * `ReduceLROnPlateau`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import { filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation, requiredExtra, type StateType } from '../transformation.js';
import { dtype } from '../tree/casting.js';
import { scale as scaleTree, where } from '../tree/math.js';
import { reduceOnPlateauOptions } from './options.js';

/** The scale, the best loss, the steps without improvement, those to wait, and the mean of the losses since the last look. */
export interface ReduceLROnPlateauState {
  readonly scale: NdArray;
  readonly bestValue: NdArray;
  readonly plateauCount: NdArray;
  readonly cooldownCount: NdArray;
  readonly count: NdArray;
  readonly avgValue: NdArray;
}
export interface PlateauState extends StateType {
  readonly state: ReduceLROnPlateauState;
}

/** Options of `reduceOnPlateau`. */
export interface ReduceOnPlateauOptions {
  /** Multiplies the scale; between 0 and 1. Default 0.1. */
  readonly factor?: number;
  /** How many looks without improvement there may be. Default 10. */
  readonly patience?: number;
  /** The smallest relative improvement that counts. Default 1e-4. */
  readonly rtol?: number;
  /** The smallest absolute improvement that counts. Default 0. */
  readonly atol?: number;
  /** How many looks pass after a reduction before counting begins again. Default 0. */
  readonly cooldown?: number;
  /** How many losses are averaged for one look. Default 1. */
  readonly accumulationSize?: number;
  /** The smallest scale. Default 0. */
  readonly minScale?: number;
}

const defaults = { factor: 0.1, patience: 10, rtol: 1e-4, atol: 0, cooldown: 0, accumulationSize: 1, minScale: 0 };

function check(argument: string, isRight: boolean, expected: string, actual: number): void {
  if (!isRight) throw new InvalidArgument({ op: 'reduceOnPlateau', argument, expected, actual: `${actual}` });
}

/**
 * Multiplies updates by a scale that falls on plateaus: `update(grads, state, params, { value })`.
 * @throws InvalidArgument for a factor outside (0, 1), negative tolerances, or tolerances that are both 0
 * @throws MissingExtraArgument
 * @example
 * const tx = optax.contrib.reduceOnPlateau();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w, { value: 3 })[0] // => [4, -1]
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): GradientTransformation<PlateauState> {
  checkOptions('reduceOnPlateau', options, reduceOnPlateauOptions);
  const { factor, patience, rtol, atol, cooldown, accumulationSize, minScale } = filled(defaults, options);
  check('factor', factor > 0 && factor < 1, 'between 0 and 1', factor);
  check('rtol', rtol >= 0 && rtol <= 1, 'between 0 and 1', rtol);
  check('atol', atol >= 0, 'not negative', atol);
  check('atol', rtol > 0 || atol > 0, 'positive when rtol is 0', atol);

  const look = (state: ReduceLROnPlateauState): ReduceLROnPlateauState => {
    const { avgValue, bestValue, scale } = state;
    const hasImproved = jnp.less(avgValue, jnp.sub(jnp.mul(1 - rtol, bestValue), atol));
    const waited = jnp.where(hasImproved, 0, safeIncrement(state.plateauCount));
    const isCooling = jnp.greater(state.cooldownCount, 0);
    const isEnough = jnp.equal(waited, patience);
    const reduced = jnp.maximum(jnp.where(isEnough, jnp.mul(scale, factor), scale), minScale);
    const pause = jnp.where(isEnough, cooldown, 0);
    const int32 = (x: NdArray): NdArray => jnp.astype(x, 'int32');
    return {
      scale: jnp.where(isCooling, scale, reduced),
      bestValue: jnp.where(hasImproved, avgValue, bestValue),
      plateauCount: int32(jnp.where(isCooling, 0, jnp.where(isEnough, 0, waited))),
      cooldownCount: int32(jnp.where(isCooling, jnp.sub(state.cooldownCount, 1), pause)),
      count: zeroCount(),
      avgValue: jnp.zerosLike(avgValue),
    };
  };

  return GradientTransformation<PlateauState>(
    (params) => {
      const highest = { dtype: dtype(params, { mixedDtypeHandler: 'highest' }) };
      return {
        scale: jnp.ones([], { dtype: dtype(params, { mixedDtypeHandler: 'lowest' }) }),
        bestValue: jnp.asarray(Number.POSITIVE_INFINITY, highest),
        plateauCount: zeroCount(),
        cooldownCount: zeroCount(),
        count: zeroCount(),
        avgValue: jnp.zeros([], highest),
      };
    },
    (updates, state, _params, extra) => {
      const like = state.avgValue.dtype;
      const value = jnp.asarray(requiredExtra('reduceOnPlateau', extra, 'value') as ArrayLike, { dtype: like });
      const count = safeIncrement(state.count);
      const average = jnp.div(jnp.add(jnp.mul(state.count, state.avgValue), value), count);
      const counted = { ...state, count, avgValue: jnp.astype(average, like) };
      const isTime = jnp.equal(count, accumulationSize);
      const next = where(isTime, look(counted), counted) as ReduceLROnPlateauState;
      return [scaleTree(next.scale, updates), next];
    },
  );
}
