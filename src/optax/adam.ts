/**
 * Adam: steps along the running mean of the gradients, each element divided by the root of the running mean of its square.
 *
 *     m' = b1 m + (1 - b1) g        v' = b2 v + (1 - b2) g^2
 *     u  = -learningRate (m' / (1 - b1^t)) / (sqrt(v' / (1 - b2^t) + epsRoot) + eps)
 *
 * With `nesterov`, the mean looks one step ahead: `b1 m' / (1 - b1^(t+1)) + (1 - b1) g / (1 - b1^t)`.
 *
 * Sources: Kingma, Ba, "Adam: A Method for Stochastic Optimization", 2014; Dozat, "Incorporating Nesterov Momentum into
 * Adam", 2016; Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import type { MaskOrFn } from './masked.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { adamOptions, adamwOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { cast, castLike } from './tree/casting.js';
import { leafwise } from './tree/leafwise.js';
import { biasCorrection, oneMinus, updateMoment, updateMomentPerElemNorm, zerosLike } from './tree/math.js';
import { addDecayedWeights } from './weight-decay.js';

/** The number of steps (int32), the mean of the gradients, the mean of their squares. */
export interface ScaleByAdamState<Params = unknown> {
  readonly count: NdArray;
  readonly mu: Params;
  readonly nu: Params;
}
export interface AdamState extends StateType {
  readonly state: ScaleByAdamState<this['params']>;
}

/** Options of `adam`, `nadam` and `scaleByAdam`. */
export interface AdamOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean of their squares is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root, outside. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Added inside the root, which makes it differentiable at 0 (for meta-gradients). Default 0. */
  readonly epsRoot?: ArrayLike;
  /** The dtype of the mean of the gradients; that of the parameters when null. */
  readonly muDtype?: DType | null;
  /** Whether the mean looks one step ahead. Default false. */
  readonly nesterov?: boolean;
}

const defaults = { b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, muDtype: null, nesterov: false };

/** The mean of the gradients as it is used: freed of its beginning at 0, and with `nesterov` a step ahead. */
export function correctedMean(
  updates: unknown,
  mu: unknown,
  b1: ArrayLike,
  count: NdArray,
  nesterov: boolean,
): unknown {
  if (!nesterov) return biasCorrection(mu, b1, count);
  return leafwise(
    (...[m, g]: [NdArray, NdArray]) => jnp.add(jnp.mul(b1, m), jnp.mul(oneMinus(b1), g)),
    biasCorrection(mu, b1, safeIncrement(count)),
    biasCorrection(updates, b1, count),
  );
}

/** `m / (sqrt(v + epsRoot) + eps)`, leaf by leaf. A plain 0 is not added: it changes no bit of a sum of squares. */
export const normalized = (mean: unknown, squares: unknown, eps: ArrayLike, epsRoot: ArrayLike): unknown =>
  leafwise(
    (...[m, v]: [NdArray, NdArray]) => jnp.div(m, jnp.add(jnp.sqrt(epsRoot === 0 ? v : jnp.add(v, epsRoot)), eps)),
    mean,
    squares,
  );

/**
 * Rescales updates as Adam does; see the head of this file.
 * @example
 * const tx = optax.scaleByAdam();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.999993, -0.999993]
 */
export function scaleByAdam(options: AdamOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByAdam', options, adamOptions);
  const { b1, b2, eps, epsRoot, muDtype, nesterov } = filled(defaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({ count: zeroCount(), mu: zerosLike(params, { dtype: muDtype }), nu: zerosLike(params) }),
    (updates, state) => {
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, b1, 1);
      const nu = updateMomentPerElemNorm(updates, state.nu, b2, 2);
      const mean = correctedMean(updates, mu, b1, count, nesterov);
      const squares = biasCorrection(nu, b2, count);
      return [normalized(mean, squares, eps, epsRoot), { count, mu: cast(mu, muDtype), nu: castLike(nu, state.nu) }];
    },
  );
}

/**
 * Adam.
 *
 * State: `[{ count, mu, nu }, learning rate]`. `adam(1e-3)`, `adam(1e-3, { b1: 0.95 })`.
 * @example
 * const tx = optax.adam(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.0999993, 0.0999993]
 */
export const adam = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: AdamOptions = {}) =>
  chain(scaleByAdam(checkOptions('adam', options, adamOptions)), scaleByLearningRate(learningRate)),
);

/**
 * Adam with Nesterov's momentum: `adam` with `nesterov: true`.
 * @example
 * const tx = optax.nadam(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.147367, 0.147367]
 */
export const nadam = alias(
  ['learningRate'],
  { ...defaults, nesterov: true },
  (learningRate: ScalarOrSchedule, options: AdamOptions = {}) =>
    adam(learningRate, { nesterov: true, ...checkOptions('nadam', options, adamOptions) }),
);

/** Options of `adamw` and `nadamw`. */
export interface AdamwOptions extends AdamOptions {
  /** How strongly the parameters decay; multiplied by the learning rate, unlike in the paper. Default 1e-4. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay: a tree of booleans (or a prefix), or a function of the parameters; all when null. */
  readonly mask?: MaskOrFn | null;
}

const decayDefaults = { ...defaults, weightDecay: 1e-4, mask: null };

/**
 * Adam with decoupled weight decay: `weightDecay p` is added to the rescaled update, before the learning rate.
 *
 * State: `[{ count, mu, nu }, weight decay, learning rate]`. `update` needs the parameters.
 * @example
 * const tx = optax.adamw(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.100009, 0.0999793]
 */
export const adamw = alias(
  ['learningRate'],
  decayDefaults,
  (learningRate: ScalarOrSchedule, options: AdamwOptions = {}) => {
    checkOptions('adamw', options, adamwOptions);
    const { weightDecay, mask, ...rest } = filled(decayDefaults, options);
    return chain(scaleByAdam(rest), addDecayedWeights({ weightDecay, mask }), scaleByLearningRate(learningRate));
  },
);

/**
 * `adamw` with Nesterov's momentum.
 * @example
 * const tx = optax.nadamw(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.147377, 0.147347]
 */
export const nadamw = alias(
  ['learningRate'],
  { ...decayDefaults, nesterov: true },
  (learningRate: ScalarOrSchedule, options: AdamwOptions = {}) =>
    adamw(learningRate, { nesterov: true, ...checkOptions('nadamw', options, adamwOptions) }),
);
