/**
 * NovoGrad: Adam with one second moment for each leaf, momentum of the normalized gradient, and weight decay inside it.
 *
 *     v' = b2 v + (1 - b2) ||g||^2 (at first ||g||^2)        m' = b1 m + g / (sqrt(v' + epsRoot) + eps) + weightDecay p
 *     u  = -learningRate m'
 *
 * Sources: Ginsburg et al., "Stochastic Gradient Methods with Layer-wise Adaptive Moments", 2019; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import type { AdamState } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { safeIncrement, vectorNorm, zeroCount } from './numerics.js';
import { novogradOptions, scaleByNovogradOptions } from './options.js';
import { GradientTransformation, required } from './transformation.js';
import { cast, castLike } from './tree/casting.js';
import { leafwise } from './tree/leafwise.js';
import { updateMoment, where, zerosLike } from './tree/math.js';

/** Options of `novograd`. */
export interface NovogradOptions {
  /** How much of the momentum is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean squared norm is kept. Default 0.25. */
  readonly b2?: ArrayLike;
  /** Added to the root, outside. Default 1e-6 (in `scaleByNovograd` 1e-8). */
  readonly eps?: ArrayLike;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: ArrayLike;
  /** Times the parameters is added to the normalized gradient. Default 0. */
  readonly weightDecay?: ArrayLike;
}

/** Options of `scaleByNovograd`. */
export interface ScaleByNovogradOptions extends NovogradOptions {
  /** The dtype of the momentum; that of the parameters when null. */
  readonly muDtype?: DType | null;
}

const defaults = { b1: 0.9, b2: 0.25, eps: 1e-6, epsRoot: 0, weightDecay: 0 };
const scaleDefaults = { ...defaults, eps: 1e-8, muDtype: null };

/** The number of steps, the momentum, and one mean squared norm for each leaf. */
export type { ScaleByAdamState as ScaleByNovogradState } from './adam.js';

/**
 * Rescales updates as NovoGrad does; see the head of this file.
 * @throws MissingParams
 * @example
 * const tx = optax.scaleByNovograd();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.970143, -0.242536]
 */
export function scaleByNovograd(options: ScaleByNovogradOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByNovograd', options, scaleByNovogradOptions);
  const { b1, b2, eps, epsRoot, weightDecay, muDtype } = filled(scaleDefaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({
      count: zeroCount(),
      mu: zerosLike(params, { dtype: muDtype }),
      nu: leafwise((p: NdArray) => jnp.zeros([], { dtype: p.dtype }), params),
    }),
    (updates, state, params) => {
      const count = safeIncrement(state.count);
      const isFirst = jnp.equal(count, 1);
      const squares = leafwise((g: NdArray) => jnp.power(vectorNorm(g), 2), updates);
      const nu = castLike(where(isFirst, squares, updateMoment(squares, state.nu, b2, 1)), state.nu);
      const normalized = leafwise(
        (...[g, p, v]: [NdArray, NdArray, NdArray]) =>
          jnp.add(jnp.div(g, jnp.add(jnp.sqrt(jnp.add(v, epsRoot)), eps)), jnp.mul(weightDecay, p)),
        updates,
        required('scaleByNovograd', params),
        nu,
      );
      const moved = leafwise((...[m, u]: [NdArray, NdArray]) => jnp.add(jnp.mul(b1, m), u), state.mu, normalized);
      const mu = cast(where(isFirst, normalized, moved), muDtype);
      return [mu, { count, mu, nu }];
    },
  );
}

/**
 * NovoGrad. `update` needs the parameters. State: `[{ count, mu, nu }, learning rate]`.
 * @example
 * const tx = optax.novograd(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.0970142, 0.0242536]
 */
export const novograd = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: NovogradOptions = {}) =>
    chain(
      scaleByNovograd({ ...checkOptions('novograd', options, novogradOptions), eps: options.eps ?? defaults.eps }),
      scaleByLearningRate(learningRate),
    ),
);
