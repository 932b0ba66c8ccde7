/**
 * D-Adaptation for AdamW: the learning rate is estimated from a lower bound of the distance to the solution.
 *
 *     dlr = d learningRate sqrt(1 - b2^t) / (1 - b1^t)
 *     r'  = sqrt(b2) r + (1 - sqrt(b2)) dlr <g, s / (sqrt(v) + eps)>      s' = sqrt(b2) s + (1 - sqrt(b2)) dlr g
 *     d'  = max(d, r' / ((1 - sqrt(b2)) ||s'||_1))                        u = -(m' / (sqrt(v') + eps) + weightDecay dlr p)
 *
 * Sources: Defazio, Mishchenko, "Learning-Rate-Free Learning by D-Adaptation", 2023; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import type { ScalarOrSchedule } from '../learning-rate.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation, required, type StateType } from '../transformation.js';
import { dtype } from '../tree/casting.js';
import { leafwise } from '../tree/leafwise.js';
import { norm, vdot, zerosLike } from '../tree/math.js';
import { valueAt } from './ademamix.js';
import { dadaptAdamwOptions } from './options.js';

/** The means of gradients and squares, the weighted sum of gradients, the estimate, its numerator, the steps. */
export interface DAdaptAdamWState<Params = unknown> {
  readonly expAvg: Params;
  readonly expAvgSq: Params;
  readonly gradSum: Params;
  readonly estimLr: NdArray;
  readonly numeratorWeighted: NdArray;
  readonly count: NdArray;
}
export interface DAdaptState extends StateType {
  readonly state: DAdaptAdamWState<this['params']>;
}

/** Options of `dadaptAdamw`. */
export interface DadaptAdamwOptions {
  /** Multiplies the estimate. Default 1. */
  readonly learningRate?: ScalarOrSchedule;
  /** How much of the means of gradients and squares is kept in a step. Default `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** Added to the root. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** The first estimate; too small rather than too large. Default 1e-6. */
  readonly estimLr0?: ArrayLike;
  /** How strongly the parameters decay. Default 0. */
  readonly weightDecay?: ArrayLike;
}

const defaults = {
  learningRate: 1,
  betas: [0.9, 0.999] as readonly [number, number],
  eps: 1e-8,
  estimLr0: 1e-6,
  weightDecay: 0,
};

/** Adam's bias correction as one factor of the step size: `sqrt(1 - b2^t) / (1 - b1^t)`. */
export const stepCorrection = (b1: number, b2: number, t: NdArray): NdArray =>
  jnp.div(jnp.power(jnp.sub(1, jnp.power(b2, t)), 0.5), jnp.sub(1, jnp.power(b1, t)));

/**
 * AdamW with D-Adaptation. `update` needs the parameters.
 * @example
 * const tx = optax.contrib.dadaptAdamw();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-9.99993e-7, 9.99993e-7]
 */
export const dadaptAdamw = alias(
  [],
  defaults,
  (options: DadaptAdamwOptions = {}): GradientTransformation<DAdaptState> => {
    checkOptions('dadaptAdamw', options, dadaptAdamwOptions);
    const { learningRate, betas, eps, estimLr0, weightDecay } = filled(defaults, options);
    const [b1, b2] = betas;
    const root = b2 ** 0.5;
    return GradientTransformation<DAdaptState>(
      (params) => {
        const lowest = dtype(params, { mixedDtypeHandler: 'lowest' });
        return {
          expAvg: zerosLike(params),
          expAvgSq: zerosLike(params),
          gradSum: zerosLike(params),
          estimLr: jnp.asarray(estimLr0, { dtype: lowest }),
          numeratorWeighted: jnp.zeros([], { dtype: lowest }),
          count: zeroCount(),
        };
      },
      (updates, state, params) => {
        const given = required('dadaptAdamw', params);
        const count = safeIncrement(state.count);
        const rate = jnp.mul(state.estimLr, valueAt(learningRate as ScalarOrSchedule, state.count));
        const dlr = jnp.astype(jnp.mul(rate, stepCorrection(b1, b2, count)), state.numeratorWeighted.dtype);
        const direction = leafwise(
          (...[s, v]: [NdArray, NdArray]) => jnp.div(s, jnp.add(jnp.sqrt(v), eps)),
          state.gradSum,
          state.expAvgSq,
        );
        const projection = vdot(updates, direction);
        const expAvg = leafwise(
          (...[m, g]: [NdArray, NdArray]) => jnp.add(jnp.mul(b1, m), jnp.mul(jnp.mul(1 - b1, dlr), g)),
          state.expAvg,
          updates,
        );
        const expAvgSq = leafwise(
          (...[v, g]: [NdArray, NdArray]) => jnp.add(jnp.mul(b2, v), jnp.mul(jnp.mul(1 - b2, g), g)),
          state.expAvgSq,
          updates,
        );
        const gradSum = leafwise(
          (...[s, g]: [NdArray, NdArray]) => jnp.add(jnp.mul(root, s), jnp.mul(jnp.mul(1 - root, dlr), g)),
          state.gradSum,
          updates,
        );
        const numeratorWeighted = jnp.add(
          jnp.mul(root, state.numeratorWeighted),
          jnp.mul(jnp.mul(1 - root, dlr), projection),
        );
        const denominator = norm(gradSum, { ord: 1 });
        const quotient = jnp.div(numeratorWeighted, jnp.mul(1 - root, denominator));
        // Without a gradient so far there is nothing to estimate from; optax has NaN from then on.
        const estimate = jnp.where(jnp.equal(denominator, 0), 0, quotient);
        const estimLr = jnp.maximum(state.estimLr, estimate);
        const decay = jnp.mul(jnp.neg(weightDecay), dlr);
        const steps = leafwise(
          (...[m, v, p]: [NdArray, NdArray, NdArray]) =>
            jnp.sub(jnp.mul(decay, p), jnp.div(m, jnp.add(jnp.sqrt(v), eps))),
          expAvg,
          expAvgSq,
          given,
        );
        return [steps, { expAvg, expAvgSq, gradSum, estimLr, numeratorWeighted, count }];
      },
    );
  },
);
