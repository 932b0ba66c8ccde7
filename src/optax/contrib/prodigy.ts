/**
 * Prodigy: D-Adaptation that weights recent steps more, so that its estimate of the learning rate grows faster.
 *
 *     dlr = d learningRate sqrt(1 - b2^t) / (1 - b1^t)
 *     r'  = b3 r + d / d0 dlr <g, p0 - p>          s' = b3 s + dlr / d0 (d g)          d' = max(d, coef r' / ||s'||_1)
 *     u   = -dlr (m' / (sqrt(v') + d' eps) + weightDecay p)   with means m, v of d g
 *
 * Sources: Mishchenko, Defazio, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner", 2023; optax.
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
import { held, leafwise } from '../tree/leafwise.js';
import { norm, scale, sub, vdot, zerosLike } from '../tree/math.js';
import { valueAt } from './ademamix.js';
import { stepCorrection } from './dadapt-adamw.js';
import { prodigyOptions } from './options.js';

/** The means of gradients and squares, the weighted sum, the first parameters, the estimate, its numerator, the steps. */
export interface ProdigyState<Params = unknown> {
  readonly expAvg: Params;
  readonly expAvgSq: Params;
  readonly gradSum: Params;
  readonly params0: Params;
  readonly estimLr: NdArray;
  readonly numeratorWeighted: NdArray;
  readonly count: NdArray;
}
export interface ProdigyStateType extends StateType {
  readonly state: ProdigyState<this['params']>;
}

/** Options of `prodigy`. */
export interface ProdigyOptions {
  /** Multiplies the estimate. Default 1. */
  readonly learningRate?: ScalarOrSchedule;
  /** How much of the means of gradients and squares is kept in a step. Default `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** How much of the sums of the estimate is kept; the root of the second beta when null. */
  readonly beta3?: number | null;
  /** Added to the root, times the estimate. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** The first estimate. Default 1e-6. */
  readonly estimLr0?: number;
  /** Multiplies the estimate where it is compared. Default 1. */
  readonly estimLrCoef?: ArrayLike;
  /** How strongly the parameters decay. Default 0. */
  readonly weightDecay?: ArrayLike;
  /** Whether the warm-up of a schedule is left out of the denominator. Default false. */
  readonly safeguardWarmup?: boolean;
}

const defaults = {
  learningRate: 1,
  betas: [0.9, 0.999] as readonly [number, number],
  beta3: null,
  eps: 1e-8,
  estimLr0: 1e-6,
  estimLrCoef: 1,
  weightDecay: 0,
  safeguardWarmup: false,
};

/**
 * Prodigy. `update` needs the parameters.
 * @example
 * const tx = optax.contrib.prodigy();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-9.99993e-7, 9.99993e-7]
 */
export const prodigy = alias([], defaults, (options: ProdigyOptions = {}): GradientTransformation<ProdigyStateType> => {
  checkOptions('prodigy', options, prodigyOptions);
  const { learningRate, betas, beta3, eps, estimLr0, estimLrCoef, weightDecay, safeguardWarmup } = filled(
    defaults,
    options,
  );
  const [b1, b2] = betas;
  const b3 = beta3 ?? b2 ** 0.5;
  return GradientTransformation<ProdigyStateType>(
    (params) => {
      const lowest = dtype(params, { mixedDtypeHandler: 'lowest' });
      return {
        expAvg: zerosLike(params),
        expAvgSq: zerosLike(params),
        gradSum: zerosLike(params),
        params0: held(params),
        estimLr: jnp.asarray(estimLr0, { dtype: lowest }),
        numeratorWeighted: jnp.zeros([], { dtype: lowest }),
        count: zeroCount(),
      };
    },
    (updates, state, params) => {
      const given = required('prodigy', params);
      const { params0, estimLr: d } = state;
      const count = safeIncrement(state.count);
      const rate = jnp.mul(d, valueAt(learningRate as ScalarOrSchedule, state.count));
      const dlr = jnp.astype(jnp.mul(rate, stepCorrection(b1, b2, count)), d.dtype);
      const dg = scale(d, updates);
      const projection = vdot(updates, sub(params0, given));
      const expAvg = leafwise(
        (...[m, x]: [NdArray, NdArray]) => jnp.add(jnp.mul(b1, m), jnp.mul(1 - b1, x)),
        state.expAvg,
        dg,
      );
      const expAvgSq = leafwise(
        (...[v, x]: [NdArray, NdArray]) => jnp.add(jnp.mul(b2, v), jnp.mul(jnp.mul(1 - b2, x), x)),
        state.expAvgSq,
        dg,
      );
      const weight = safeguardWarmup ? d : dlr;
      const gradSum = leafwise(
        (...[s, x]: [NdArray, NdArray]) => jnp.add(jnp.mul(b3, s), jnp.div(jnp.mul(weight, x), estimLr0)),
        state.gradSum,
        dg,
      );
      const numeratorWeighted = jnp.add(
        jnp.mul(b3, state.numeratorWeighted),
        jnp.mul(jnp.mul(jnp.div(d, estimLr0), dlr), projection),
      );
      const denominator = norm(gradSum, { ord: 1 });
      const quotient = jnp.div(jnp.mul(estimLrCoef, numeratorWeighted), denominator);
      // Without a gradient so far there is nothing to estimate from; optax has NaN from then on.
      const estimate = jnp.where(jnp.equal(denominator, 0), 0, quotient);
      const estimLr = jnp.maximum(d, estimate);
      const decay = jnp.mul(jnp.neg(weightDecay), dlr);
      const steps = leafwise(
        (...[m, v, p]: [NdArray, NdArray, NdArray]) => {
          const step = jnp.div(jnp.mul(dlr, m), jnp.add(jnp.sqrt(v), jnp.mul(estimLr, eps)));
          return jnp.sub(jnp.mul(decay, p), step);
        },
        expAvg,
        expAvgSq,
        given,
      );
      return [steps, { expAvg, expAvgSq, gradSum, params0, estimLr, numeratorWeighted, count }];
    },
  );
});
