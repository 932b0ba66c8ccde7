/**
 * AdEMAMix: Adam with a second, slow mean of the gradients beside the fast one.
 *
 *     m1' = b1 m1 + (1 - b1) g      m2' = b3 m2 + (1 - b3) g      v' = b2 v + (1 - b2) g^2
 *     u   = -learningRate (m1' / (1 - b1^t) + alpha m2') / (sqrt(v' / (1 - b2^t) + epsRoot) + eps)
 *
 * The simplified form has one sum and the gradient itself: m' = b1 m + g, u = -learningRate (m' + alpha g) / sqrt(...).
 *
 * Sources: Pagliardini, Ablin, Grangier, "The AdEMAMix Optimizer: Better, Faster, Older", 2024; Morwani et al.,
 * "Connections between Schedule-Free Optimizers, AdEMAMix, and Accelerated SGD Variants", 2025; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import type { DType } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import { normalized } from '../adam.js';
import { alias, filled } from '../alias.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import type { MaskOrFn } from '../masked.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation, type StateType } from '../transformation.js';
import { addScale, biasCorrection, mul, sub, updateMoment, updateMomentPerElemNorm, zerosLike } from '../tree/math.js';
import { addDecayedWeights } from '../weight-decay.js';
import {
  ademamixOptions,
  scaleByAdemamixOptions,
  scaleBySimplifiedAdemamixOptions,
  simplifiedAdemamixOptions,
} from './options.js';

/** The numbers of steps, the fast and the slow mean of the gradients, the mean of their squares. */
export interface ScaleByAdemamixState<Params = unknown> {
  readonly count: NdArray;
  readonly countM2: NdArray;
  readonly m1: Params;
  readonly m2: Params;
  readonly nu: Params;
}
export interface AdemamixState extends StateType {
  readonly state: ScaleByAdemamixState<this['params']>;
}

/** Options of `scaleByAdemamix`. */
export interface ScaleByAdemamixOptions {
  /** How much of the fast mean is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean square is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** How much of the slow mean is kept, or a schedule of it. Default 0.9999. */
  readonly b3?: ScalarOrSchedule;
  /** The share of the slow mean, or a schedule of it. Default 6, in `ademamix` 5. */
  readonly alpha?: ScalarOrSchedule;
  /** Added to the root, outside. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: ArrayLike;
  /** The dtype of the means; that of the parameters when null. */
  readonly muDtype?: DType | null;
}

type Rates = { b3: ScalarOrSchedule; alpha: ScalarOrSchedule };
const scaleDefaults = { b1: 0.9, b2: 0.999, b3: 0.9999, alpha: 6, eps: 1e-8, epsRoot: 0, muDtype: null };

/** The value of a number or schedule at a step. */
export const valueAt = (rate: ScalarOrSchedule, count: NdArray): number | NdArray =>
  typeof rate === 'function' ? rate(count) : rate;

/**
 * Rescales updates as AdEMAMix does; see the head of this file.
 * @example
 * const tx = optax.contrib.scaleByAdemamix();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1.00059, -1.00059]
 */
export function scaleByAdemamix(options: ScaleByAdemamixOptions = {}): GradientTransformation<AdemamixState> {
  checkOptions('scaleByAdemamix', options, scaleByAdemamixOptions);
  const { b1, b2, eps, epsRoot, muDtype, ...rest } = filled(scaleDefaults, options);
  const { b3, alpha } = rest as Rates;
  return GradientTransformation<AdemamixState>(
    (params) => ({
      count: zeroCount(),
      countM2: zeroCount(),
      m1: zerosLike(params, { dtype: muDtype }),
      m2: zerosLike(params, { dtype: muDtype }),
      nu: zerosLike(params, { dtype: muDtype }),
    }),
    (updates, state) => {
      const m1 = updateMoment(updates, state.m1, b1, 1);
      const m2 = updateMoment(updates, state.m2, valueAt(b3, state.countM2), 1);
      const nu = updateMomentPerElemNorm(updates, state.nu, b2, 2);
      const count = safeIncrement(state.count);
      const mean = addScale(biasCorrection(m1, b1, count), valueAt(alpha, state.countM2), m2);
      const rescaled = normalized(mean, biasCorrection(nu, b2, count), eps, epsRoot);
      return [rescaled, { count, countM2: safeIncrement(state.countM2), m1, m2, nu }];
    },
  );
}

interface DecayOptions {
  /** How strongly the parameters decay; multiplied by the learning rate. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}
const decayDefaults = { weightDecay: 0, mask: null };

/** Options of `ademamix`. */
export interface AdemamixOptions extends ScaleByAdemamixOptions, DecayOptions {}

const defaults = { ...scaleDefaults, alpha: 5, ...decayDefaults };

/**
 * AdEMAMix. `update` needs the parameters. State: `[{ count, countM2, m1, m2, nu }, weight decay, learning rate]`.
 * @example
 * const tx = optax.contrib.ademamix(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.100049, 0.100049]
 */
export const ademamix = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: AdemamixOptions = {}) => {
    checkOptions('ademamix', options, ademamixOptions);
    const { weightDecay, mask, ...rest } = filled(defaults, options);
    return chain(
      scaleByAdemamix(rest as ScaleByAdemamixOptions),
      addDecayedWeights({ weightDecay, mask }),
      scaleByLearningRate(learningRate),
    );
  },
);

/** The number of steps, the sum of the gradients, the mean of their squares. */
export interface ScaleBySimplifiedAdEMAMixState<Params = unknown> {
  readonly t: NdArray;
  readonly m: Params;
  readonly n: Params;
}
export interface SimplifiedAdemamixState extends StateType {
  readonly state: ScaleBySimplifiedAdEMAMixState<this['params']>;
}

/** Options of `scaleBySimplifiedAdemamix`. */
export interface ScaleBySimplifiedAdemamixOptions {
  /** How much of the sum of the gradients is kept in a step. Default 0.99. */
  readonly b1?: ArrayLike;
  /** How much of the mean square is kept. Default 0.95. */
  readonly b2?: ArrayLike;
  /** The share of the gradient itself, or a schedule of it. Default 0. */
  readonly alpha?: ScalarOrSchedule;
  /** Added to the root, outside. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: ArrayLike;
}

const simplifiedDefaults = { b1: 0.99, b2: 0.95, alpha: 0, eps: 1e-8, epsRoot: 0 };

/**
 * Rescales updates as the simplified AdEMAMix does; see the head of this file.
 * @example
 * const tx = optax.contrib.scaleBySimplifiedAdemamix();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1, -1]
 */
export function scaleBySimplifiedAdemamix(
  options: ScaleBySimplifiedAdemamixOptions = {},
): GradientTransformation<SimplifiedAdemamixState> {
  checkOptions('scaleBySimplifiedAdemamix', options, scaleBySimplifiedAdemamixOptions);
  const { b1, b2, eps, epsRoot, ...rest } = filled(simplifiedDefaults, options);
  const { alpha } = rest as Pick<Rates, 'alpha'>;
  return GradientTransformation<SimplifiedAdemamixState>(
    (params) => ({ t: zeroCount(), m: zerosLike(params), n: zerosLike(params) }),
    (g, state) => {
      const m = addScale(g, b1, state.m);
      const squares = mul(g, g);
      const n = addScale(squares, b2, sub(state.n, squares));
      const t = safeIncrement(state.t);
      const direction = addScale(m, valueAt(alpha, state.t), g);
      return [normalized(direction, biasCorrection(n, b2, t), eps, epsRoot), { t, m, n }];
    },
  );
}

/** Options of `simplifiedAdemamix`. */
export interface SimplifiedAdemamixOptions extends ScaleBySimplifiedAdemamixOptions, DecayOptions {}

/**
 * Simplified AdEMAMix. `update` needs the parameters. State: `[{ t, m, n }, weight decay, learning rate]`.
 * @example
 * const tx = optax.contrib.simplifiedAdemamix(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.1, 0.1]
 */
export const simplifiedAdemamix = alias(
  ['learningRate'],
  { ...simplifiedDefaults, ...decayDefaults },
  (learningRate: ScalarOrSchedule, options: SimplifiedAdemamixOptions = {}) => {
    checkOptions('simplifiedAdemamix', options, simplifiedAdemamixOptions);
    const { weightDecay = 0, mask = null, ...rest } = options;
    return chain(
      scaleBySimplifiedAdemamix(rest),
      addDecayedWeights({ weightDecay, mask }),
      scaleByLearningRate(learningRate),
    );
  },
);
