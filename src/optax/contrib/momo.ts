/**
 * MoMo: a step size from a model of the loss, which is known to be bounded below. `update` needs the loss: `{ value }`.
 *
 *     f' = b f + (1 - b) value    m' = b m + (1 - b) g    c' = b c + (1 - b) <g, p>     (b = 0 at first)
 *     tau = min(alpha, max((1 + alpha w) (f' - lowerBound - c') + <m', p>, 0) / ||m'||^2)
 *     u  = -tau m' - alpha w / (1 + alpha w) p
 *
 * with alpha the learning rate and w the weight decay; MoMo-Adam measures the norm in Adam's metric.
 * Sources: Schaipp et al., "MoMo: Momentum Models for Adaptive Learning Rates", 2023; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import type { ScalarOrSchedule } from '../learning-rate.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation, required, requiredExtra, type StateType } from '../transformation.js';
import { dtype } from '../tree/casting.js';
import { leafwise } from '../tree/leafwise.js';
import { norm, vdot, zerosLike } from '../tree/math.js';
import { valueAt } from './ademamix.js';
import { momoAdamOptions, momoOptions } from './options.js';

/** The mean of the gradients, of the loss, of `<g, p>`, the lower bound, the steps. */
export interface MomoState<Params = unknown> {
  readonly expAvg: Params;
  readonly barf: NdArray;
  readonly gamma: NdArray;
  readonly lb: NdArray;
  readonly count: NdArray;
}
export interface MomoStateType extends StateType {
  readonly state: MomoState<this['params']>;
}
/** The same, with the mean of the squared gradients. */
export interface MomoAdamState<Params = unknown> extends MomoState<Params> {
  readonly expAvgSq: Params;
}
export interface MomoAdamStateType extends StateType {
  readonly state: MomoAdamState<this['params']>;
}

interface BoundOptions {
  /** A number that the loss is not below. Default 0. */
  readonly lowerBound?: ArrayLike;
  /** How strongly the parameters decay. Default 0. */
  readonly weightDecay?: number;
  /** Whether the lower bound is raised as training goes on. Default false. */
  readonly adaptLowerBound?: boolean;
}

/** Options of `momo`. */
export interface MomoOptions extends BoundOptions {
  /** The largest step size. Default 1. */
  readonly learningRate?: ScalarOrSchedule;
  /** How much of the means is kept in a step. Default 0.9. */
  readonly beta?: number;
}

const EPSILON = 2 ** -23;

const boundDefaults = { lowerBound: 0, weightDecay: 0, adaptLowerBound: false };
const defaults = { learningRate: 1, beta: 0.9, ...boundDefaults };

/** `b x + (1 - b) y`. */
const mix = (b: NdArray | number, x: NdArray, y: ArrayLike): NdArray =>
  jnp.add(jnp.mul(b, x), jnp.mul(typeof b === 'number' ? 1 - b : jnp.sub(1, b), y));

const initial = (params: unknown, lowerBound: ArrayLike) => {
  const like = { dtype: dtype(params, { mixedDtypeHandler: 'lowest' }) };
  return {
    expAvg: zerosLike(params),
    barf: jnp.zeros([], like),
    gamma: jnp.zeros([], like),
    lb: jnp.asarray(lowerBound, like),
    count: zeroCount(),
  };
};

/** What the step size is made of; `correction` is Adam's `1 - b1^t`, 1 without it. */
interface Model {
  readonly barf: NdArray;
  readonly gamma: NdArray;
  readonly product: NdArray;
  readonly squaredNorm: NdArray;
  readonly lb: NdArray;
  readonly alpha: number | NdArray;
  readonly correction: NdArray | 1;
}

const by = (x: ArrayLike, y: NdArray | 1): ArrayLike => (y === 1 ? x : jnp.mul(x, y));
const per = (x: ArrayLike, y: NdArray | 1): ArrayLike => (y === 1 ? x : jnp.div(x, y));

/** The step size, and the lower bound after the step. */
function stepSize(model: Model, { lowerBound, weightDecay, adaptLowerBound }: Required<BoundOptions>) {
  const { barf, gamma, product, squaredNorm, lb, alpha, correction } = model;
  const shrink = jnp.add(1, jnp.mul(alpha, weightDecay));
  const cap = jnp.add(jnp.mul(shrink, jnp.sub(barf, gamma)), product);
  const isAbove = jnp.less(cap, jnp.mul(by(shrink, correction), lb));
  const lowered = jnp.maximum(jnp.div(cap, jnp.mul(by(2, correction), shrink)), lowerBound);
  const bound = adaptLowerBound ? jnp.astype(jnp.where(isAbove, lowered, lb), lb.dtype) : lb;
  const gap = jnp.sub(jnp.sub(barf, by(bound, correction)), gamma);
  const raw = jnp.div(jnp.maximum(jnp.add(jnp.mul(shrink, gap), product), 0), squaredNorm);
  const tau = jnp.minimum(per(alpha, correction), jnp.where(jnp.lessEqual(squaredNorm, EPSILON), 0, raw));
  const decrease = jnp.mul(jnp.mul(0.5, tau), squaredNorm);
  const reached = per(jnp.sub(jnp.sub(jnp.add(barf, product), gamma), decrease), correction);
  return { tau, shrink, lb: adaptLowerBound ? jnp.maximum(reached, lowerBound) : lb };
}

/**
 * MoMo: `update(grads, state, params, { value })`.
 * @throws MissingParams, MissingExtraArgument
 * @example
 * const tx = optax.contrib.momo();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w, { value: 3 })[0] // => [-0.705882, 0.176471]
 */
export const momo = alias([], defaults, (options: MomoOptions = {}): GradientTransformation<MomoStateType> => {
  checkOptions('momo', options, momoOptions);
  const { learningRate, beta, ...bounds } = filled(defaults, options);
  return GradientTransformation<MomoStateType>(
    (params) => initial(params, bounds.lowerBound),
    (updates, state, params, extra) => {
      const given = required('momo', params);
      const loss = jnp.asarray(requiredExtra('momo', extra, 'value') as ArrayLike, { dtype: state.barf.dtype });
      const alpha = valueAt(learningRate as ScalarOrSchedule, state.count);
      const b = jnp.where(jnp.equal(state.count, 0), 0, beta);
      const barf = mix(b, state.barf, loss);
      const gamma = mix(b, state.gamma, vdot(updates, given));
      const expAvg = leafwise((...[m, g]: [NdArray, NdArray]) => mix(b, m, g), state.expAvg, updates);
      const squaredNorm = norm(expAvg, { squared: true });
      const model = { barf, gamma, product: vdot(expAvg, given), squaredNorm, lb: state.lb, alpha };
      const { tau, shrink, lb } = stepSize({ ...model, correction: 1 }, bounds);
      const decay = jnp.div(jnp.neg(jnp.mul(alpha, bounds.weightDecay)), shrink);
      const steps = leafwise(
        (...[m, p]: [NdArray, NdArray]) => jnp.sub(jnp.mul(decay, p), jnp.mul(tau, m)),
        expAvg,
        given,
      );
      return [steps, { expAvg, barf, gamma, lb, count: safeIncrement(state.count) }];
    },
  );
});

/** Options of `momoAdam`. */
export interface MomoAdamOptions extends BoundOptions {
  /** The largest step size. Default 0.01. */
  readonly learningRate?: ScalarOrSchedule;
  /** How much of the means of gradients and losses is kept in a step. Default 0.9. */
  readonly b1?: number;
  /** How much of the mean square is kept. Default 0.999. */
  readonly b2?: number;
  /** Added to the root. Default 1e-8. */
  readonly eps?: ArrayLike;
}

const adamDefaults = { learningRate: 1e-2, b1: 0.9, b2: 0.999, eps: 1e-8, ...boundDefaults };

/**
 * MoMo in Adam's metric: `update(grads, state, params, { value })`.
 * @throws MissingParams, MissingExtraArgument
 * @example
 * const tx = optax.contrib.momoAdam();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w, { value: 3 })[0] // => [-0.00999993, 0.00999993]
 */
export const momoAdam = alias(
  [],
  adamDefaults,
  (options: MomoAdamOptions = {}): GradientTransformation<MomoAdamStateType> => {
    checkOptions('momoAdam', options, momoAdamOptions);
    const { learningRate, b1, b2, eps, ...bounds } = filled(adamDefaults, options);
    return GradientTransformation<MomoAdamStateType>(
      (params) => ({ ...initial(params, bounds.lowerBound), expAvgSq: zerosLike(params) }),
      (updates, state, params, extra) => {
        const given = required('momoAdam', params);
        const like = { dtype: state.barf.dtype };
        const loss = jnp.asarray(requiredExtra('momoAdam', extra, 'value') as ArrayLike, like);
        const alpha = valueAt(learningRate as ScalarOrSchedule, state.count);
        const count = safeIncrement(state.count);
        const barf = mix(b1, state.barf, loss);
        const gamma = mix(b1, state.gamma, vdot(updates, given));
        const expAvg = leafwise((...[m, g]: [NdArray, NdArray]) => mix(b1, m, g), state.expAvg, updates);
        const expAvgSq = leafwise(
          (...[v, g]: [NdArray, NdArray]) => jnp.add(jnp.mul(b2, v), jnp.mul(jnp.mul(1 - b2, g), g)),
          state.expAvgSq,
          updates,
        );
        const correction2 = jnp.astype(jnp.sub(1, jnp.power(b2, count)), like.dtype);
        const metric = leafwise((v: NdArray) => jnp.add(eps, jnp.sqrt(jnp.div(v, correction2))), expAvgSq);
        const weighted = leafwise((...[m, d]: [NdArray, NdArray]) => jnp.div(m, d), expAvg, metric);
        const correction = jnp.astype(jnp.sub(1, jnp.power(b1, count)), like.dtype);
        const model = { barf, gamma, product: vdot(expAvg, given), squaredNorm: vdot(expAvg, weighted), lb: state.lb };
        const { tau, shrink, lb } = stepSize({ ...model, alpha, correction }, bounds);
        const decay = jnp.div(jnp.neg(jnp.mul(alpha, bounds.weightDecay)), shrink);
        const steps = leafwise(
          (...[m, d, p]: [NdArray, NdArray, NdArray]) => jnp.sub(jnp.mul(decay, p), jnp.div(jnp.mul(tau, m), d)),
          expAvg,
          metric,
          given,
        );
        return [steps, { expAvg, expAvgSq, barf, gamma, lb, count }];
      },
    );
  },
);
