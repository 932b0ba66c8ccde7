/**
 * Lion: the sign of a mean of the gradients; one moment less than Adam to keep.
 *
 *     u = -learningRate (sign((1 - b1) g + b1 m) + weightDecay p)        m' = b2 m + (1 - b2) g
 *
 * Sources: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import type { MaskOrFn } from './masked.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { lionOptions, scaleByLionOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { cast } from './tree/casting.js';
import { leafwise } from './tree/leafwise.js';
import { oneMinus, updateMoment, zerosLike } from './tree/math.js';
import { addDecayedWeights } from './weight-decay.js';

/** The number of steps and the mean of the gradients. */
export interface ScaleByLionState<Params = unknown> {
  readonly count: NdArray;
  readonly mu: Params;
}
export interface LionState extends StateType {
  readonly state: ScaleByLionState<this['params']>;
}

/** What is taken of the mean: its sign, a smooth sign (`tanh`), or the mean itself while its magnitude is below 1. */
export type LionMode = 'hard' | 'smooth' | 'refined';

/** Options of `scaleByLion`. */
export interface ScaleByLionOptions {
  /** How much of the mean goes into the update. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean is kept in a step. Default 0.99. */
  readonly b2?: ArrayLike;
  /** The dtype of the mean; that of the parameters when null. */
  readonly muDtype?: DType | null;
  /** Default 'hard'. */
  readonly mode?: LionMode;
  /** Multiplies the mean inside `tanh` in mode 'smooth'. Default 1. */
  readonly smoothBeta?: ArrayLike;
}

const scaleDefaults = { b1: 0.9, b2: 0.99, muDtype: null, mode: 'hard' as LionMode, smoothBeta: 1 };

/**
 * Rescales updates as Lion does; see the head of this file.
 * @throws InvalidArgument for an unknown mode
 * @example
 * const tx = optax.scaleByLion();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1, -1]
 */
export function scaleByLion(options: ScaleByLionOptions = {}): GradientTransformation<LionState> {
  checkOptions('scaleByLion', options, scaleByLionOptions);
  const { b1, b2, muDtype, mode, smoothBeta } = filled(scaleDefaults, options);
  const modes: { readonly [M in LionMode]: (x: NdArray) => NdArray } = {
    hard: jnp.sign,
    smooth: (x) => jnp.tanh(jnp.mul(smoothBeta, x)),
    refined: (x) => jnp.where(jnp.less(jnp.abs(x), 1), x, jnp.sign(x)),
  };
  if (!Object.hasOwn(modes, mode)) {
    throw new InvalidArgument({
      op: 'scaleByLion',
      argument: 'mode',
      expected: "'hard', 'smooth' or 'refined'",
      actual: `'${mode}'`,
    });
  }
  return GradientTransformation<LionState>(
    (params) => ({ count: zeroCount(), mu: zerosLike(params, { dtype: muDtype }) }),
    (updates, state) => {
      const direction = leafwise(
        (...[g, m]: [NdArray, NdArray]) => modes[mode](jnp.add(jnp.mul(oneMinus(b1), g), jnp.mul(b1, m))),
        updates,
        state.mu,
      );
      const mu = cast(updateMoment(updates, state.mu, b2, 1), muDtype);
      return [direction, { count: safeIncrement(state.count), mu }];
    },
  );
}

/** Options of `lion`. */
export interface LionOptions extends Pick<ScaleByLionOptions, 'b1' | 'b2' | 'muDtype'> {
  /** How strongly the parameters decay; multiplied by the learning rate. Default 1e-3. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const defaults = { b1: 0.9, b2: 0.99, muDtype: null, weightDecay: 1e-3, mask: null };

/**
 * Lion. A learning rate 3 to 10 times smaller than Adam's, and a weight decay that much larger, suit it.
 *
 * State: `[{ count, mu }, weight decay, learning rate]`. `update` needs the parameters.
 * @example
 * const tx = optax.lion(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.1001, 0.0998]
 */
export const lion = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: LionOptions = {}) => {
  checkOptions('lion', options, lionOptions);
  const { weightDecay, mask, ...rest } = filled(defaults, options);
  return chain(scaleByLion(rest), addDecayedWeights({ weightDecay, mask }), scaleByLearningRate(learningRate));
});
