/**
 * RMSProp: each element is divided by the root of the running mean of its square, or of its variance.
 *
 *     v' = decay v + (1 - decay) g^2        u = -learningRate g / sqrt(v' + eps)
 *     centered: m' = decay m + (1 - decay) g,  u = -learningRate g / sqrt(v' - m'^2 + eps)
 *
 * Sources: Hinton, "Overview of mini-batch gradient descent", 2012; Graves, "Generating Sequences With Recurrent Neural
 * Networks", 2013 (centered); optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from './learning-rate.js';
import { absSq, safeIncrement, zeroCount } from './numerics.js';
import { rmspropOptions, scaleByRmsOptions } from './options.js';
import { optionalTrace } from './sgd.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { biasCorrection, fullLike, mul, updateMoment, updateMomentPerElemNorm, zerosLike } from './tree/math.js';

/** The mean square, with the number of steps when bias is corrected. */
export interface ScaleByRmsState<Params = unknown> {
  readonly count?: NdArray;
  readonly nu: Params;
}
export interface RmsState extends StateType {
  readonly state: ScaleByRmsState<this['params']>;
}
/** The mean and the mean square, with the number of steps when bias is corrected. */
export interface ScaleByRStdDevState<Params = unknown> extends ScaleByRmsState<Params> {
  readonly mu: Params;
}
export interface RStdDevState extends StateType {
  readonly state: ScaleByRStdDevState<this['params']>;
}

/** Options of `scaleByRms` and `scaleByStddev`. */
export interface ScaleByRmsOptions {
  /** How much of the means is kept in a step. Default 0.9. */
  readonly decay?: ArrayLike;
  /** Added to the mean square, or to its root. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** What the mean square begins with. Default 0. */
  readonly initialScale?: ArrayLike;
  /** Whether `eps` is added inside the root. Default true. */
  readonly epsInSqrt?: boolean;
  /** Whether the means are freed of their beginning. Default false. */
  readonly biasCorrection?: boolean;
}

const scaleDefaults = { decay: 0.9, eps: 1e-8, initialScale: 0, epsInSqrt: true, biasCorrection: false };

const inverse = (x: NdArray, eps: ArrayLike, epsInSqrt: boolean): NdArray =>
  epsInSqrt ? jnp.rsqrt(jnp.add(x, eps)) : jnp.div(1, jnp.add(jnp.sqrt(x), eps));

/**
 * Divides updates by the root of their running mean square.
 * @example
 * const tx = optax.scaleByRms();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [3.16228, -3.16228]
 */
export function scaleByRms(options: ScaleByRmsOptions = {}): GradientTransformation<RmsState> {
  checkOptions('scaleByRms', options, scaleByRmsOptions);
  const { decay, eps, initialScale, epsInSqrt, biasCorrection: corrected } = filled(scaleDefaults, options);
  return GradientTransformation<RmsState>(
    (params) => ({ ...(corrected && { count: zeroCount() }), nu: fullLike(params, initialScale) }),
    (updates, state) => {
      const nu = updateMomentPerElemNorm(updates, state.nu, decay, 2);
      const count = corrected ? safeIncrement(state.count as NdArray) : undefined;
      const squares = count ? biasCorrection(nu, decay, count) : nu;
      const scaling = leafwise((v: NdArray) => inverse(v, eps, epsInSqrt), squares);
      return [mul(scaling, updates), { ...(count && { count }), nu }];
    },
  );
}

/**
 * Divides updates by their running standard deviation.
 * @example
 * const tx = optax.scaleByStddev();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [3.33333, -3.33333]
 */
export function scaleByStddev(options: ScaleByRmsOptions = {}): GradientTransformation<RStdDevState> {
  checkOptions('scaleByStddev', options, scaleByRmsOptions);
  const { decay, eps, initialScale, epsInSqrt, biasCorrection: corrected } = filled(scaleDefaults, options);
  return GradientTransformation<RStdDevState>(
    (params) => ({
      ...(corrected && { count: zeroCount() }),
      mu: zerosLike(params),
      nu: fullLike(params, initialScale),
    }),
    (updates, state) => {
      const mu = updateMoment(updates, state.mu, decay, 1);
      const nu = updateMomentPerElemNorm(updates, state.nu, decay, 2);
      const count = corrected ? safeIncrement(state.count as NdArray) : undefined;
      const scaling = leafwise(
        (...[m, v]: [NdArray, NdArray]) => inverse(jnp.sub(v, absSq(m)), eps, epsInSqrt),
        count ? biasCorrection(mu, decay, count) : mu,
        count ? biasCorrection(nu, decay, count) : nu,
      );
      return [mul(scaling, updates), { ...(count && { count }), mu, nu }];
    },
  );
}

/** Options of `rmsprop`. */
export interface RmspropOptions extends ScaleByRmsOptions {
  /** Whether the variance is taken in place of the mean square. Default false. */
  readonly centered?: boolean;
  /** Momentum after the rescaling; none when null. */
  readonly momentum?: ArrayLike | null;
  /** Whether momentum is Nesterov's. Default false. */
  readonly nesterov?: boolean;
}

const defaults = { ...scaleDefaults, centered: false, momentum: null, nesterov: false };

/** What `rmsprop` keeps: the mean only when centered, the count only when bias is corrected. */
export interface ScaleByRmspropState<Params = unknown> extends ScaleByRmsState<Params> {
  readonly mu?: Params;
}
export interface RmspropState extends StateType {
  readonly state: ScaleByRmspropState<this['params']>;
}

/**
 * RMSProp. State: `[{ nu, (mu), (count) }, learning rate, trace]`.
 * @example
 * const tx = optax.rmsprop(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.316228, 0.316228]
 */
export const rmsprop = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: RmspropOptions = {}) => {
    checkOptions('rmsprop', options, rmspropOptions);
    const { centered, momentum, nesterov, ...rest } = filled(defaults, options);
    const rescale = centered ? scaleByStddev(rest) : scaleByRms(rest);
    return chain(
      rescale as GradientTransformation<RmspropState>,
      scaleByLearningRate(learningRate),
      optionalTrace(momentum, { nesterov }),
    );
  },
);
