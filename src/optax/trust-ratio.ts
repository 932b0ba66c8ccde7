/**
 * Trust ratios: the step of each leaf is made proportional to the norm of its parameters. LARS is momentum with them, LAMB
 * is Adam with them.
 *
 *     ratio = trustCoefficient ||p|| / (||u|| + eps)   (1 where a norm is 0)        u' = ratio u
 *
 * Sources: You, Gitman, Ginsburg, "Large Batch Training of Convolutional Networks", 2017 (LARS); You et al., "Large Batch
 * Optimization for Deep Learning: Training BERT in 76 minutes", 2019 (LAMB); optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { scaleByAdam } from './adam.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { type MaskOrFn, masked } from './masked.js';
import { safeNorm, safeRootMeanSquares } from './numerics.js';
import { lambOptions, larsOptions, trustRatioOptions } from './options.js';
import { trace } from './trace.js';
import { type GradientTransformation, type NoState, required, stateless } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { addDecayedWeights } from './weight-decay.js';

/** Options of `scaleByTrustRatio`. */
export interface TrustRatioOptions {
  /** The norms are taken to be at least this. Default 0. */
  readonly minNorm?: ArrayLike;
  /** Multiplies the ratio. Default 1. */
  readonly trustCoefficient?: ArrayLike;
  /** Added to the norm of the updates. Default 0. */
  readonly eps?: ArrayLike;
}

const ratioDefaults = { minNorm: 0, trustCoefficient: 1, eps: 0 };

/**
 * Multiplies each leaf by its trust ratio; see the head of this file.
 * @throws MissingParams
 * @example
 * const tx = optax.scaleByTrustRatio();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [2.1693, -0.542326]
 */
export function scaleByTrustRatio(options: TrustRatioOptions = {}): GradientTransformation<NoState> {
  checkOptions('scaleByTrustRatio', options, trustRatioOptions);
  const { minNorm, trustCoefficient, eps } = filled(ratioDefaults, options);
  const rescale = (...[u, p]: [NdArray, NdArray]): NdArray => {
    const paramNorm = safeNorm(p, minNorm);
    const updateNorm = safeNorm(u, minNorm);
    const ratio = jnp.div(jnp.mul(trustCoefficient, paramNorm), jnp.add(updateNorm, eps));
    const isZero = jnp.logicalOr(jnp.equal(paramNorm, 0), jnp.equal(updateNorm, 0));
    return jnp.mul(u, jnp.where(isZero, jnp.asarray(1, { dtype: p.dtype }), ratio));
  };
  return stateless((updates, params) => leafwise(rescale, updates, required('scaleByTrustRatio', params)));
}

export interface MinScaleOption {
  /** The scale is taken to be at least this. Default 1e-3. */
  readonly minScale?: ArrayLike;
}

/**
 * Multiplies each leaf by the norm of its parameters.
 * @throws MissingParams
 * @example
 * const tx = optax.scaleByParamBlockNorm();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [8.94427, -2.23607]
 */
export const scaleByParamBlockNorm = (options: MinScaleOption = {}): GradientTransformation<NoState> => {
  const { minScale = 1e-3 } = checkOptions('scaleByParamBlockNorm', options, { minScale: 'array' });
  return stateless((updates, params) =>
    leafwise(
      (...[u, p]: [NdArray, NdArray]) => jnp.mul(u, safeNorm(p, minScale)),
      updates,
      required('scaleByParamBlockNorm', params),
    ),
  );
};

/**
 * Multiplies each leaf by the root mean square of its parameters.
 * @throws MissingParams
 * @example
 * const tx = optax.scaleByParamBlockRms();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [6.32456, -1.58114]
 */
export const scaleByParamBlockRms = (options: MinScaleOption = {}): GradientTransformation<NoState> => {
  const { minScale = 1e-3 } = checkOptions('scaleByParamBlockRms', options, { minScale: 'array' });
  return stateless((updates, params) =>
    leafwise(
      (...[u, p]: [NdArray, NdArray]) => jnp.mul(u, safeRootMeanSquares(p, minScale)),
      updates,
      required('scaleByParamBlockRms', params),
    ),
  );
};

/** Options of `lars`. */
export interface LarsOptions {
  /** Times the parameters is added to the gradients first. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay. Default true: all. */
  readonly weightDecayMask?: MaskOrFn;
  /** Multiplies the trust ratio. Default 1e-3. */
  readonly trustCoefficient?: ArrayLike;
  /** Added to the norm of the updates. Default 0. */
  readonly eps?: ArrayLike;
  /** Which parameters get a trust ratio. Default true: all. */
  readonly trustRatioMask?: MaskOrFn;
  /** How much of the previous step goes into the next one. Default 0.9. */
  readonly momentum?: ArrayLike;
  /** Whether momentum is Nesterov's. Default false. */
  readonly nesterov?: boolean;
}

const larsDefaults = {
  weightDecay: 0,
  weightDecayMask: true,
  trustCoefficient: 1e-3,
  eps: 0,
  trustRatioMask: true,
  momentum: 0.9,
  nesterov: false,
};

/**
 * LARS: weight decay, trust ratios, learning rate, momentum, in this order. `update` needs the parameters.
 *
 * State: `[weight decay, { innerState }, learning rate, { trace }]`.
 * @example
 * const tx = optax.lars(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.00021693, 5.42326e-5]
 */
export const lars = alias(
  ['learningRate'],
  larsDefaults,
  (learningRate: ScalarOrSchedule, options: LarsOptions = {}) => {
    checkOptions('lars', options, larsOptions);
    const { weightDecay, weightDecayMask, trustCoefficient, eps, trustRatioMask, momentum, nesterov } = filled(
      larsDefaults,
      options,
    );
    return chain(
      addDecayedWeights({ weightDecay, mask: weightDecayMask }),
      masked(scaleByTrustRatio({ trustCoefficient, eps }), trustRatioMask),
      scaleByLearningRate(learningRate),
      trace(momentum, { nesterov }),
    );
  },
);

/** Options of `lamb`. */
export interface LambOptions {
  /** How much of the mean of the gradients is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean of their squares is kept. Default 0.999. */
  readonly b2?: ArrayLike;
  /** Added to the root, outside. Default 1e-6. */
  readonly eps?: ArrayLike;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: ArrayLike;
  /** Times the parameters is added to the rescaled updates. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const lambDefaults = { b1: 0.9, b2: 0.999, eps: 1e-6, epsRoot: 0, weightDecay: 0, mask: null };

/**
 * LAMB: Adam, weight decay, trust ratios, learning rate, in this order. `update` needs the parameters.
 *
 * State: `[{ count, mu, nu }, weight decay, {}, learning rate]`.
 * @example
 * const tx = optax.lamb(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.158114, 0.158114]
 */
export const lamb = alias(
  ['learningRate'],
  lambDefaults,
  (learningRate: ScalarOrSchedule, options: LambOptions = {}) => {
    checkOptions('lamb', options, lambOptions);
    const { weightDecay, mask, ...rest } = filled(lambDefaults, options);
    return chain(
      scaleByAdam(rest),
      addDecayedWeights({ weightDecay, mask }),
      scaleByTrustRatio(),
      scaleByLearningRate(learningRate),
    );
  },
);
