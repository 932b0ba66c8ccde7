/**
 * Noise on the gradients, which fades with time: variance `eta / t^gamma`.
 *
 * Sources: Neelakantan et al., "Adding Gradient Noise Improves Learning for Very Deep Networks", 2015; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { type Key, key as makeKey, PRNGKeyArray, split } from '../random/index.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { noiseKeyOptions, noisySgdOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { addScale } from './tree/math.js';
import { randomLike } from './tree/random.js';

/** The number of steps, and the key for the next one. */
export interface AddNoiseState {
  readonly count: NdArray;
  readonly rngKey: Key;
}
export interface NoiseState extends StateType {
  readonly state: AddNoiseState;
}

/** Options of `differentiallyPrivateAggregate` and `addNoise`. */
export interface NoiseKeyOptions {
  /** The key of the noise, or an integer to make one of. Default 0. */
  readonly key?: Key | number | null;
  /** The older name of `key`. */
  readonly seed?: number | null;
}

/**
 * The key that was meant.
 * @throws InvalidArgument when both `key` and `seed` are given
 */
export function keyOf(op: string, { key = null, seed = null }: NoiseKeyOptions): Key {
  if (key !== null && seed !== null) {
    throw new InvalidArgument({ op, argument: 'seed', expected: 'absent when key is given', actual: `${seed}` });
  }
  const given = key ?? seed ?? 0;
  return given instanceof PRNGKeyArray || (typeof given === 'object' && given.shape.length > 0)
    ? given
    : makeKey(given);
}

/** Adds normal noise of variance `eta / t^gamma` to the updates. */
export function addNoise(
  eta: ArrayLike,
  gamma: ArrayLike,
  options: NoiseKeyOptions = {},
): GradientTransformation<NoiseState> {
  checkOptions('addNoise', options, noiseKeyOptions);
  const first = keyOf('addNoise', options);
  return GradientTransformation<NoiseState>(
    () => ({ count: zeroCount(), rngKey: first }),
    (updates, state) => {
      const count = safeIncrement(state.count);
      const deviation = jnp.sqrt(jnp.div(eta, jnp.power(count, gamma)));
      const [rngKey, sampleKey] = split(state.rngKey as PRNGKeyArray);
      return [addScale(updates, deviation, randomLike(sampleKey, updates)), { count, rngKey }];
    },
  );
}

/** Options of `noisySgd`. */
export interface NoisySgdOptions extends NoiseKeyOptions {
  /** The first variance. Default 0.01. */
  readonly eta?: ArrayLike;
  /** How fast it fades. Default 0.55. */
  readonly gamma?: ArrayLike;
}

const defaults = { eta: 0.01, gamma: 0.55, key: null, seed: null };

/**
 * Gradient descent with noise. State: `[{ count, rngKey }, learning rate]`.
 * @example
 * const tx = optax.noisySgd(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.401989, 0.107702]
 */
export const noisySgd = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: NoisySgdOptions = {}) => {
    checkOptions('noisySgd', options, noisySgdOptions);
    const { eta, gamma, ...rest } = filled(defaults, options);
    return chain(addNoise(eta, gamma, rest), scaleByLearningRate(learningRate));
  },
);
