/**
 * A schedule is a function of the number of steps done; its value is a step size, or any other number that changes
 * during training. Schedules work on traced counts, and on arrays of counts element by element.
 *
 * Source: optax, `schedules/_schedule.py`.
 */

import { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import * as jnp from '../arithmetic.js';
import { oneMinus } from '../tree/math.js';
import { cosineDecayOptions, exponentialDecayOptions, transitionBeginOption } from './options.js';

/** A number that depends on the count of steps. */
export type Schedule = (count: number | NdArray) => number | NdArray;

/** A schedule of this library: its values are arrays, float32 for integer counts. */
export type ArraySchedule = (count: number | NdArray) => NdArray;

/** A number, or one that is only known while a program runs. */
export type Scalar = number | NdArray;

/** A count as an array; whole numbers are int32. */
export const countArray = (count: number | NdArray): NdArray =>
  count instanceof NdArray ? count : jnp.asarray(count, Number.isInteger(count) ? { dtype: 'int32' } : {});

/**
 * `value`, at every step.
 * @example
 * optax.constantSchedule(0.3)(50) // => 0.3
 */
export const constantSchedule =
  (value: Scalar): ArraySchedule =>
  () =>
    jnp.asarray(value);

/** Options of `linearSchedule` and `polynomialSchedule`. */
export interface TransitionBeginOption {
  /** The step at which the change begins; negative numbers mean 0. Default 0. */
  readonly transitionBegin?: number;
}

/**
 * From `initValue` to `endValue` along a power of the remaining fraction:
 * `(init - end) (1 - t / transitionSteps)^power + end`, with `t = count - transitionBegin` brought into `[0, transitionSteps]`.
 *
 * Constant at `initValue` when `transitionSteps` is not positive.
 * @example
 * optax.polynomialSchedule(1, 0, 2, 100)(50) // => 0.25
 */
export function polynomialSchedule(
  initValue: Scalar,
  endValue: Scalar,
  power: Scalar,
  transitionSteps: number,
  options: TransitionBeginOption = {},
): ArraySchedule {
  checkArgument('polynomialSchedule', 'transitionSteps', transitionSteps, 'number');
  checkOptions('polynomialSchedule', options, transitionBeginOption);
  if (transitionSteps <= 0) return constantSchedule(initValue);
  const begin = Math.max(options.transitionBegin ?? 0, 0);
  return (count) => {
    const elapsed = jnp.clip(jnp.sub(countArray(count), begin), { min: 0, max: transitionSteps });
    const fraction = jnp.sub(1, jnp.div(elapsed, transitionSteps));
    return jnp.add(jnp.mul(difference(initValue, endValue), jnp.power(fraction, power)), endValue);
  };
}

const difference = (x: Scalar, y: Scalar): ArrayLike =>
  typeof x === 'number' && typeof y === 'number' ? x - y : jnp.sub(x, y);

/**
 * From `initValue` to `endValue` along a straight line: `polynomialSchedule` with power 1.
 * @example
 * optax.linearSchedule(1, 0, 100)(50) // => 0.5
 */
export const linearSchedule = (
  initValue: Scalar,
  endValue: Scalar,
  transitionSteps: number,
  options: TransitionBeginOption = {},
): ArraySchedule => {
  checkArgument('linearSchedule', 'transitionSteps', transitionSteps, 'number');
  return polynomialSchedule(
    initValue,
    endValue,
    1,
    transitionSteps,
    checkOptions('linearSchedule', options, transitionBeginOption),
  );
};

/** Options of `warmupExponentialDecaySchedule` and `exponentialDecay`. */
export interface ExponentialDecayOptions extends TransitionBeginOption {
  /** Whether the exponent is rounded down, so that the value changes in steps. Default false. */
  readonly staircase?: boolean;
  /** A bound that the value does not cross: from below when it decays, from above when it grows. None when null. */
  readonly endValue?: Scalar | null;
}

/**
 * `initValue decayRate^(t / transitionSteps)` with `t = count - transitionBegin`, and `initValue` before that.
 *
 * Constant when `transitionSteps` is not positive or `decayRate` is 0.
 * @example
 * optax.exponentialDecay(1, 50, 0.5)(50) // => 0.5
 */
export function exponentialDecay(
  initValue: Scalar,
  transitionSteps: number,
  decayRate: number,
  options: ExponentialDecayOptions = {},
): ArraySchedule {
  checkArgument('exponentialDecay', 'transitionSteps', transitionSteps, 'number');
  checkArgument('exponentialDecay', 'decayRate', decayRate, 'number');
  checkOptions('exponentialDecay', options, exponentialDecayOptions);
  const { staircase = false, endValue = null } = options;
  if (transitionSteps <= 0 || decayRate === 0) return constantSchedule(initValue);
  const begin = Math.max(options.transitionBegin ?? 0, 0);
  const bound = decayRate < 1 ? jnp.maximum : jnp.minimum;
  return (count) => {
    const elapsed = jnp.sub(countArray(count), begin);
    const quotient = jnp.div(elapsed, transitionSteps);
    const exponent = staircase ? jnp.floor(quotient) : quotient;
    const decayed = jnp.mul(initValue, jnp.power(decayRate, exponent));
    const value = jnp.where(jnp.lessEqual(elapsed, 0), initValue, decayed);
    return endValue === null ? value : bound(value, endValue);
  };
}

/** Options of `cosineDecaySchedule`. */
export interface CosineDecayOptions {
  /** The smallest value, as a fraction of `initValue`. Default 0. */
  readonly alpha?: Scalar;
  /** The power to which the cosine is raised. Default 1. */
  readonly exponent?: Scalar;
}

/**
 * `initValue ((1 - alpha) c^exponent + alpha)` with `c = (1 + cos(pi min(count, decaySteps) / decaySteps)) / 2`.
 *
 * Source: Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
 * @throws InvalidArgument when `decaySteps` is not positive
 * @example
 * optax.cosineDecaySchedule(1, 100)(50) // => 0.5
 */
export function cosineDecaySchedule(
  initValue: Scalar,
  decaySteps: number,
  options: CosineDecayOptions = {},
): ArraySchedule {
  checkArgument('cosineDecaySchedule', 'decaySteps', decaySteps, 'number');
  checkOptions('cosineDecaySchedule', options, cosineDecayOptions);
  const { alpha = 0, exponent = 1 } = options;
  requirePositive('cosineDecaySchedule', 'decaySteps', decaySteps);
  return (count) => {
    const elapsed = jnp.minimum(jnp.astype(countArray(count), 'float32'), decaySteps);
    const cosine = jnp.mul(0.5, jnp.add(1, jnp.cos(jnp.div(jnp.mul(Math.PI, elapsed), decaySteps))));
    const decayed = jnp.add(jnp.mul(oneMinus(alpha), exponent === 1 ? cosine : jnp.power(cosine, exponent)), alpha);
    return jnp.mul(initValue, decayed);
  };
}

/** @throws InvalidArgument */
export function requirePositive(op: string, argument: string, value: number): void {
  if (value > 0) return;
  throw new InvalidArgument({ op, argument, expected: 'positive', actual: `${value}` });
}
