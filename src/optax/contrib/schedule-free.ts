/**
 * Schedule-free learning: averaging in place of a decaying learning rate, so that the end need not be known.
 *
 *     z' = z + u(g at y)        w = maxLr^power      c = w / sum w
 *     x' = (1 - c) x + c z'     y' = b1 x' + (1 - b1) z'
 *
 * `y` are the parameters that are trained with, `x` those to evaluate (`scheduleFreeEvalParams`), `z` the base optimizer's.
 * Sources: Defazio et al., "The Road Less Scheduled", 2024; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import type { DType } from '../../array/dtype.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import { safeIncrement } from '../numerics.js';
import { scaleByRms } from '../rmsprop.js';
import { warmupConstantSchedule } from '../schedules/join.js';
import { sgd } from '../sgd.js';
import {
  checkTransformation,
  GradientTransformation,
  required,
  type StateFor,
  type StateType,
  updateOf,
} from '../transformation.js';
import { cast, dtype } from '../tree/casting.js';
import { held, leafwise } from '../tree/leafwise.js';
import { sub } from '../tree/math.js';
import { applyUpdates } from '../update.js';
import { addDecayedWeights } from '../weight-decay.js';
import { scheduleFreeAdamwOptions, scheduleFreeOptions, scheduleFreeSgdOptions } from './options.js';

/** The interpolation, the sum of weights, the steps (from 1), the largest learning rate, the base state, its parameters. */
export interface ScheduleFreeState<Params = unknown, Inner = unknown> {
  readonly b1: NdArray;
  readonly weightSum: NdArray;
  readonly stepCount: NdArray;
  readonly maxLr: NdArray;
  readonly baseOptimizerState: Inner;
  readonly z: Params;
}
export interface ScheduleFreeStateType<F extends StateType> extends StateType {
  readonly state: ScheduleFreeState<this['params'], StateFor<F, this['params']>>;
}

/** `x = (y - (1 - b1) z) / b1`. */
const averageOf = (y: unknown, z: unknown, b1: ArrayLike): unknown => {
  const rest = typeof b1 === 'number' ? 1 - b1 : jnp.sub(1, b1);
  return leafwise((...[yi, zi]: [NdArray, NdArray]) => jnp.div(jnp.sub(yi, jnp.mul(rest, zi)), b1), y, z);
};

/**
 * The parameters to evaluate, from those that are trained with.
 * @throws InvalidArgument when the state is not that of `scheduleFree`
 */
export function scheduleFreeEvalParams<P>(state: ScheduleFreeState, params: P): P {
  checkArgument('scheduleFreeEvalParams', 'state', state, 'object');
  if (state?.b1 === undefined || state.z === undefined) {
    throw new InvalidArgument({
      op: 'scheduleFreeEvalParams',
      argument: 'state',
      expected: 'a state of scheduleFree',
      actual: 'one without b1 and z',
    });
  }
  return averageOf(params, state.z, state.b1) as P;
}

/** Options of `scheduleFree`. */
export interface ScheduleFreeOptions {
  /** The share of the average in the parameters that are trained with. Default 0.9. */
  readonly b1?: number;
  /** The power of the largest learning rate by which steps are weighted. Default 2. */
  readonly weightLrPower?: number;
  /** The dtype of the base optimizer's parameters; theirs when null. */
  readonly stateDtype?: DType | null;
}

const freeDefaults = { b1: 0.9, weightLrPower: 2, stateDtype: null };

/**
 * Makes an optimizer schedule-free; `learningRate` is its own, and only its largest value so far matters.
 *
 * The base optimizer should have no momentum: `b1` takes its place.
 * @throws MissingParams
 * @example
 * const tx = optax.contrib.scheduleFree(optax.sgd(0.1), 0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.0999999]
 */
export function scheduleFree<F extends StateType>(
  baseOptimizer: GradientTransformation<F>,
  learningRate: ScalarOrSchedule,
  options: ScheduleFreeOptions = {},
): GradientTransformation<ScheduleFreeStateType<F>> {
  checkTransformation('scheduleFree', 'baseOptimizer', baseOptimizer);
  checkOptions('scheduleFree', options, scheduleFreeOptions);
  const { b1, weightLrPower, stateDtype } = filled(freeDefaults, options);
  const base = baseOptimizer as GradientTransformation;
  return GradientTransformation<ScheduleFreeStateType<F>>(
    (params) => {
      const like = { dtype: dtype(params, { mixedDtypeHandler: 'lowest' }) };
      return {
        b1: jnp.asarray(b1, like),
        weightSum: jnp.zeros([], like),
        stepCount: jnp.ones([], { dtype: 'int32' }),
        maxLr: jnp.zeros([], like),
        baseOptimizerState: base.init(params) as StateFor<F, unknown>,
        z: held(cast(params, stateDtype)),
      };
    },
    (updates, state, params, extra) => {
      const y = required('scheduleFree', params);
      const rate =
        typeof learningRate === 'function'
          ? jnp.astype(jnp.asarray(learningRate(state.stepCount)), state.maxLr.dtype)
          : learningRate;
      const maxLr = jnp.maximum(state.maxLr, rate);
      const weight = jnp.power(maxLr, weightLrPower);
      const weightSum = jnp.add(state.weightSum, weight);
      const isBroken = jnp.logicalOr(jnp.isnan(weight), jnp.isnan(weightSum));
      // 0 / 0, while the learning rate is still 0, means that the average does not move.
      const quotient = jnp.nanToNum(jnp.div(weight, weightSum), { nan: 0, posinf: Number.POSITIVE_INFINITY });
      const c = jnp.where(isBroken, Number.NaN, quotient);
      const [steps, baseState] = updateOf(base, updates, state.baseOptimizerState, y, extra);
      const z = applyUpdates(state.z, steps);
      const x = leafwise(
        (...[xi, zi]: [NdArray, NdArray]) => jnp.add(jnp.mul(jnp.sub(1, c), xi), jnp.mul(c, zi)),
        averageOf(y, state.z, b1),
        z,
      );
      const next = leafwise((...[xi, zi]: [NdArray, NdArray]) => jnp.add(jnp.mul(b1, xi), jnp.mul(1 - b1, zi)), x, z);
      return [
        sub(next, y),
        {
          b1: state.b1,
          weightSum,
          stepCount: safeIncrement(state.stepCount),
          maxLr,
          baseOptimizerState: baseState as StateFor<F, unknown>,
          z,
        },
      ];
    },
  );
}

const rateOf = (learningRate: number, warmupSteps: number | null): ScalarOrSchedule =>
  warmupSteps === null ? learningRate : warmupConstantSchedule(0, learningRate, warmupSteps);

/** Options of `scheduleFreeSgd`. */
export interface ScheduleFreeSgdOptions extends ScheduleFreeOptions {
  /** Default 1. */
  readonly learningRate?: number;
  /** The steps in which the learning rate rises from 0; it does not when null. */
  readonly warmupSteps?: number | null;
  /** Times the parameters is added to the gradients first; none when null. */
  readonly weightDecay?: number | null;
}

const sgdDefaults = { learningRate: 1, warmupSteps: null, weightDecay: null, ...freeDefaults };

/**
 * Schedule-free gradient descent. `update` needs the parameters.
 * @example
 * const tx = optax.contrib.scheduleFreeSgd();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-4, 1]
 */
export const scheduleFreeSgd = alias([], sgdDefaults, (options: ScheduleFreeSgdOptions = {}) => {
  checkOptions('scheduleFreeSgd', options, scheduleFreeSgdOptions);
  const { learningRate, warmupSteps, weightDecay, ...rest } = filled(sgdDefaults, options);
  const rate = rateOf(learningRate, warmupSteps);
  const descent: GradientTransformation = sgd(rate);
  const optimizer = weightDecay === null ? descent : chain(addDecayedWeights({ weightDecay }), descent);
  return scheduleFree(optimizer as GradientTransformation, rate, rest);
});

/** Options of `scheduleFreeAdamw`. */
export interface ScheduleFreeAdamwOptions extends ScheduleFreeOptions {
  /** Default 2.5e-3. */
  readonly learningRate?: number;
  /** The steps in which the learning rate rises from 0; it does not when null. */
  readonly warmupSteps?: number | null;
  /** How much of the mean square is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** How strongly the parameters decay. Default 0. */
  readonly weightDecay?: number;
}

const adamwDefaults = {
  learningRate: 2.5e-3,
  warmupSteps: null,
  b2: 0.999,
  eps: 1e-8,
  weightDecay: 0,
  ...freeDefaults,
};

/**
 * Schedule-free AdamW. `update` needs the parameters.
 * @example
 * const tx = optax.contrib.scheduleFreeAdamw();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.00250006, 0.00250006]
 */
export const scheduleFreeAdamw = alias([], adamwDefaults, (options: ScheduleFreeAdamwOptions = {}) => {
  checkOptions('scheduleFreeAdamw', options, scheduleFreeAdamwOptions);
  const { learningRate, warmupSteps, b2, eps, weightDecay, ...rest } = filled(adamwDefaults, options);
  const rate = rateOf(learningRate, warmupSteps);
  const optimizer = chain(
    scaleByRms({ decay: b2, eps, epsInSqrt: false, biasCorrection: true }),
    addDecayedWeights({ weightDecay }),
    scaleByLearningRate(rate),
  );
  return scheduleFree(optimizer, rate, rest);
});
