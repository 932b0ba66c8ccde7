/**
 * Adan: Nesterov's momentum from the mean of the gradients and the mean of their differences.
 *
 *     d  = g - g_previous (0 at first)       m' = b1 m + (1 - b1) g        v' = b2 v + (1 - b2) d
 *     n' = b3 n + (1 - b3) (g + (1 - b2) d)^2
 *     u  = -learningRate (m' / (1 - b1^t) + (1 - b2) v' / (1 - b2^t)) / (sqrt(n' / (1 - b3^t) + epsRoot) + eps)
 *
 * Sources: Xie et al., "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models", 2022; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { normalized } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import type { MaskOrFn } from './masked.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { adanOptions, scaleByAdanOptions } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { held } from './tree/leafwise.js';
import {
  addScale,
  biasCorrection,
  oneMinus,
  sub,
  updateMoment,
  updateMomentPerElemNorm,
  where,
  zerosLike,
} from './tree/math.js';
import { addDecayedWeights } from './weight-decay.js';

/** The means of the gradients `m`, of their differences `v`, of squares `n`, the last gradients `g`, the steps `t`. */
export interface ScaleByAdanState<Params = unknown> {
  readonly m: Params;
  readonly v: Params;
  readonly n: Params;
  readonly g: Params;
  readonly t: NdArray;
}
export interface AdanState extends StateType {
  readonly state: ScaleByAdanState<this['params']>;
}

/** Options of `scaleByAdan`. */
export interface ScaleByAdanOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.98. */
  readonly b1?: ArrayLike;
  /** How much of the mean of their differences is kept. Default 0.92. */
  readonly b2?: ArrayLike;
  /** How much of the mean square is kept. Default 0.99. */
  readonly b3?: ArrayLike;
  /** Added to the root, outside. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Added inside the root. Default 0, in `adan` 1e-8. */
  readonly epsRoot?: ArrayLike;
}

const scaleDefaults = { b1: 0.98, b2: 0.92, b3: 0.99, eps: 1e-8, epsRoot: 0 };

/**
 * Rescales updates as Adan does; see the head of this file.
 * @example
 * const tx = optax.scaleByAdan();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1, -1]
 */
export function scaleByAdan(options: ScaleByAdanOptions = {}): GradientTransformation<AdanState> {
  checkOptions('scaleByAdan', options, scaleByAdanOptions);
  const { b1, b2, b3, eps, epsRoot } = filled(scaleDefaults, options);
  return GradientTransformation<AdanState>(
    (params) => ({
      m: zerosLike(params),
      v: zerosLike(params),
      n: zerosLike(params),
      g: zerosLike(params),
      t: zeroCount(),
    }),
    (g, state) => {
      const difference = where(jnp.equal(state.t, 0), zerosLike(g), sub(g, state.g));
      const m = updateMoment(g, state.m, b1, 1);
      const v = updateMoment(difference, state.v, b2, 1);
      const n = updateMomentPerElemNorm(addScale(g, oneMinus(b2), difference), state.n, b3, 2);
      const t = safeIncrement(state.t);
      const direction = addScale(biasCorrection(m, b1, t), oneMinus(b2), biasCorrection(v, b2, t));
      return [normalized(direction, biasCorrection(n, b3, t), eps, epsRoot), { m, v, n, g: held(g), t }];
    },
  );
}

/** Options of `adan`. */
export interface AdanOptions extends ScaleByAdanOptions {
  /** How strongly the parameters decay; multiplied by the learning rate. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const defaults = { ...scaleDefaults, epsRoot: 1e-8, weightDecay: 0, mask: null };

/**
 * Adan. State: `[{ m, v, n, g, t }, weight decay, learning rate]`. `update` needs the parameters.
 * @example
 * const tx = optax.adan(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.1, 0.1]
 */
export const adan = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: AdanOptions = {}) => {
  checkOptions('adan', options, adanOptions);
  const { weightDecay, mask, ...rest } = filled(defaults, options);
  return chain(scaleByAdan(rest), addDecayedWeights({ weightDecay, mask }), scaleByLearningRate(learningRate));
});
