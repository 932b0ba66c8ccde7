/**
 * Sophia: momentum divided by a mean of the Hessian's diagonal, clipped, so that flat and sharp directions get like steps.
 *
 *     m' = b1 m + (1 - b1) g    h' = b2 h + (1 - b2) diag H  every updateInterval steps
 *     u  = -learningRate clip(mHat / max(gamma h, eps), -clipThreshold, clipThreshold)
 *
 * The diagonal is estimated from Hessian-vector products (Hutchinson): `r * (H r)` with random signs `r`. `update` needs
 * the extra argument `objFn`, the loss as a function of the parameters.
 *
 * Sources: Liu et al., "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training", 2023; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import type { DType } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import { type Key, PRNGKey, rademacher } from '../../random/index.js';
import { jvp } from '../../transform/forward.js';
import { grad } from '../../transform/grad.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { cond } from '../control.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import type { MaskOrFn } from '../masked.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation, required, requiredExtra, type StateType, updateOf } from '../transformation.js';
import { cast, dtype } from '../tree/casting.js';
import { leafwise } from '../tree/leafwise.js';
import { biasCorrection, clip, mul, updateMoment, zerosLike } from '../tree/math.js';
import { randomLike, type Sampler, splitKeys } from '../tree/random.js';
import { addDecayedWeights } from '../weight-decay.js';
import { sophiaOptions } from './options.js';

/** The key for the next estimate. */
export interface HutchinsonState {
  readonly key: Key;
}
export interface HutchinsonStateType extends StateType {
  readonly state: HutchinsonState;
}

/**
 * Replaces updates by an estimate of the Hessian's diagonal at the parameters: `update(_, state, params, { objFn })`.
 * @throws MissingParams, MissingExtraArgument
 */
export const hutchinsonEstimatorDiagHessian = (
  options: { readonly randomSeed?: Key | null } = {},
): GradientTransformation<HutchinsonStateType> => {
  const { randomSeed = null } = checkOptions('hutchinsonEstimatorDiagHessian', options, { randomSeed: 'any' });
  return GradientTransformation<HutchinsonStateType>(
    () => ({
      key: randomSeed ?? PRNGKey(0),
    }),
    (_updates, state, params, extra) => {
      const op = 'hutchinsonEstimatorDiagHessian';
      const given = required(op, params);
      const objFn = requiredExtra(op, extra, 'objFn') as (params: unknown) => NdArray;
      const [key, now] = splitKeys(state.key, 2);
      const signs = cast(
        randomLike(now, given, { sampler: rademacher as Sampler, dtype: 'float32' }),
        dtype(given, { mixedDtypeHandler: 'lowest' }),
      );
      const [, product] = jvp(grad(objFn) as (params: unknown) => unknown, [given], [signs]);
      return [mul(product, signs), { key }];
    },
  );
};

/** The number of steps, the mean of the gradients, the mean of the Hessian's diagonal, the state of its estimator. */
export interface SophiaState<Params = unknown> {
  readonly count: NdArray;
  readonly mu: Params;
  readonly nu: Params;
  readonly hessianFnState: unknown;
}
export interface SophiaStateType extends StateType {
  readonly state: SophiaState<this['params']>;
}

export interface ScaleBySophiaOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.965. */
  readonly b1?: ArrayLike;
  /** How much of the mean diagonal is kept. Default 0.99. */
  readonly b2?: ArrayLike;
  /** The smallest divisor. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Multiplies the diagonal. Default 0.01. */
  readonly gamma?: ArrayLike;
  /** The largest magnitude of a step before the learning rate; none when null. Default 1. */
  readonly clipThreshold?: ArrayLike | null;
  /** How many steps go by between estimates. Default 10. */
  readonly updateInterval?: number;
  /** Estimates the diagonal. Default `hutchinsonEstimatorDiagHessian()`. */
  readonly hessianDiagonalFn?: GradientTransformation;
  /** The dtype of the mean of the gradients; that of the parameters when null. */
  readonly muDtype?: DType | null;
}

const scaleDefaults = {
  b1: 0.965,
  b2: 0.99,
  eps: 1e-8,
  gamma: 0.01,
  clipThreshold: 1,
  updateInterval: 10,
  hessianDiagonalFn: null,
  muDtype: null,
};

/**
 * Rescales updates as Sophia does; see the head of this file.
 * @throws MissingParams, MissingExtraArgument
 */
export function scaleBySophia(options: ScaleBySophiaOptions = {}): GradientTransformation<SophiaStateType> {
  const { b1, b2, eps, gamma, clipThreshold, updateInterval, hessianDiagonalFn, muDtype } = filled(
    scaleDefaults,
    options,
  );
  const estimator = (hessianDiagonalFn ?? hutchinsonEstimatorDiagHessian()) as GradientTransformation;
  return GradientTransformation<SophiaStateType>(
    (params) => ({
      count: zeroCount(),
      mu: zerosLike(params, { dtype: muDtype }),
      nu: zerosLike(params),
      hessianFnState: estimator.init(params),
    }),
    (updates, state, params, extra) => {
      const given = required('sophia', params);
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, b1, 1);
      const quotient = leafwise(
        (...[m, h]: [NdArray, NdArray]) => jnp.div(m, jnp.maximum(jnp.mul(gamma, h), eps)),
        biasCorrection(mu, b1, count),
        state.nu,
      );
      const bounded =
        clipThreshold === null
          ? quotient
          : clip(quotient, { minValue: jnp.neg(clipThreshold), maxValue: clipThreshold });
      const isTime = jnp.equal(jnp.remainder(state.count, updateInterval), 0);
      // An estimate costs as much as several gradients: it is computed only when it is time.
      const [hessianFnState, nu] = cond<readonly [unknown, unknown]>(
        isTime,
        () => {
          const [diagonal, next] = updateOf(estimator, updates, state.hessianFnState, given, extra);
          return [next, updateMoment(diagonal, state.nu, b2, 1)];
        },
        () => [state.hessianFnState, state.nu],
      );
      return [bounded, { count, mu: cast(mu, muDtype), nu, hessianFnState }];
    },
  );
}

/** Options of `sophia`. */
export interface SophiaOptions extends ScaleBySophiaOptions {
  /** How strongly the parameters decay; multiplied by the learning rate. Default 1e-4. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly weightDecayMask?: MaskOrFn | null;
}

const defaults = { ...scaleDefaults, weightDecay: 1e-4, weightDecayMask: null };

/**
 * Sophia: `update(grads, state, params, { objFn })`. State: `[{ count, mu, nu, hessianFnState }, weight decay, learning rate]`.
 * @example
 * const tx = optax.contrib.sophia(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w, { objFn: (p) => jnp.sum(jnp.square(p)) })[0] // => [-0.10001, 0.09998]
 */
export const sophia = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: SophiaOptions = {}) => {
    checkOptions('sophia', options, sophiaOptions);
    const { weightDecay, weightDecayMask, ...rest } = filled(defaults, options);
    return chain(
      scaleBySophia(rest as ScaleBySophiaOptions),
      addDecayedWeights({ weightDecay, mask: weightDecayMask }),
      scaleByLearningRate(learningRate),
    );
  },
);
