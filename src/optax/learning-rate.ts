/**
 * Step sizes: constant, or a schedule over the number of steps done.
 *
 * Source: optax, `scale`, `scale_by_schedule`, `scale_by_learning_rate`.
 */

import { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import * as jnp from './arithmetic.js';
import { inDTypes, safeIncrement, zeroCount } from './numerics.js';
import type { Scalar, Schedule } from './schedules/schedule.js';
import { GradientTransformation, identity, type NoState, type StateType, stateless } from './transformation.js';
import { leafwise } from './tree/leafwise.js';

/** A number, an array, or a function of the number of steps made. */
export type ScalarOrSchedule = number | NdArray | Schedule;

/** How many steps have been scaled, in int32. */
export interface ScaleByScheduleState {
  readonly count: NdArray;
}
export interface ScheduleState extends StateType {
  readonly state: ScaleByScheduleState;
}

/**
 * Multiplies the updates by `stepSize`.
 * @example
 * const tx = optax.scale(0.5);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [2, -0.5]
 */
export const scale = (stepSize: ArrayLike): GradientTransformation<NoState> =>
  stateless((updates) => leafwise((g: NdArray) => jnp.mul(stepSize, g), updates));

/**
 * Multiplies the updates by `stepSizeFn(count)`, in their dtype; `count` is 0 at the first step.
 * @example
 * const tx = optax.scaleBySchedule(optax.linearSchedule(1, 0, 4));
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export const scaleBySchedule = (stepSizeFn: Schedule): GradientTransformation<ScheduleState> => {
  checkArgument('scaleBySchedule', 'stepSizeFn', stepSizeFn, 'function');
  return GradientTransformation<ScheduleState>(
    () => ({ count: zeroCount() }),
    (updates, { count }) => {
      const stepSize = inDTypes(jnp.asarray(stepSizeFn(count)));
      return [leafwise((g: NdArray) => jnp.mul(stepSize(g.dtype), g), updates), { count: safeIncrement(count) }];
    },
  );
};

/** The state of a learning rate: that of its schedule, or none. */
export interface LearningRateState extends StateType {
  readonly state: ScaleByScheduleState | { readonly count?: undefined };
}

/** Options of `scaleByLearningRate`. */
export interface ScaleByLearningRateOptions {
  /** A number, a scalar array or a schedule; the updates stay as they are when null. */
  readonly learningRate?: ScalarOrSchedule | null;
  /** Whether the updates are multiplied by minus the learning rate. Default true. */
  readonly flipSign?: boolean;
}

/**
 * Multiplies the updates by minus the learning rate, so that adding them goes downhill.
 *
 * `scaleByLearningRate({ learningRate: 1e-3 })`, or as it is mostly written `scaleByLearningRate(1e-3, { flipSign })`.
 * @example
 * const tx = optax.scaleByLearningRate({ learningRate: 0.1 });
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.1]
 */
export function scaleByLearningRate(
  learningRate: ScalarOrSchedule | ScaleByLearningRateOptions | null = null,
  options: Pick<ScaleByLearningRateOptions, 'flipSign'> = {},
): GradientTransformation<LearningRateState> {
  checkOptions('scaleByLearningRate', options, { flipSign: 'boolean' });
  if (learningRate === null) return identity();
  if (typeof learningRate === 'object' && !(learningRate instanceof NdArray)) {
    const { learningRate: rate = null, ...rest } = learningRate;
    return scaleByLearningRate(rate, { ...rest, ...options });
  }
  const sign = (options.flipSign ?? true) ? -1 : 1;
  if (typeof learningRate === 'function') return scaleBySchedule((count) => times(sign, learningRate(count)));
  return scale(times(sign, learningRate));
}

/** The product, as a plain number when both are. */
export const times = (x: Scalar, y: Scalar): Scalar =>
  typeof x === 'number' && typeof y === 'number' ? x * y : jnp.mul(x, y);
