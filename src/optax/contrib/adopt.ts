/**
 * ADOPT: Adam that divides by the mean square of the steps before, and takes the mean of the quotient.
 *
 *     m' = b1 m + (1 - b1) clip(g / max(sqrt(v), eps), t^(1/4))        v' = b2 v + (1 - b2) g^2 (at first g^2)
 *     u  = -learningRate m'
 *
 * Sources: Taniguchi et al., "ADOPT: Modified Adam Can Converge with Any beta2 with the Optimal Rate", 2024; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import type { DType } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import type { AdamState } from '../adam.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation } from '../transformation.js';
import { cast } from '../tree/casting.js';
import { leafwise } from '../tree/leafwise.js';
import { updateMoment, updateMomentPerElemNorm, zerosLike } from '../tree/math.js';
import { adoptOptions } from './options.js';

/** Options of `adopt` and `scaleByAdopt`. */
export interface AdoptOptions {
  /** How much of the mean is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the mean square is kept. Default 0.9999. */
  readonly b2?: ArrayLike;
  /** The smallest divisor. Default 1e-6. */
  readonly eps?: ArrayLike;
  /** The dtype of the mean; that of the parameters when null. */
  readonly muDtype?: DType | null;
  /** Whether the mean looks one step ahead. Default false. */
  readonly nesterov?: boolean;
  /** Whether the quotients are clipped. Default true. */
  readonly useClipping?: boolean;
  /** The largest magnitude of a quotient at a step. Default `count^(1/4)`: 0 at first. */
  readonly clipValueFn?: (count: NdArray) => NdArray;
}

const defaults = {
  b1: 0.9,
  b2: 0.9999,
  eps: 1e-6,
  muDtype: null,
  nesterov: false,
  useClipping: true,
  clipValueFn: (count: NdArray): NdArray => jnp.power(count, 0.25),
};

/**
 * Rescales updates as ADOPT does; state `{ count, mu, nu }`.
 * @example
 * const tx = optax.contrib.scaleByAdopt();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0, 0]
 */
export function scaleByAdopt(options: AdoptOptions = {}): GradientTransformation<AdamState> {
  checkOptions('scaleByAdopt', options, adoptOptions);
  const { b1, b2, eps, muDtype, nesterov, useClipping, clipValueFn } = filled(defaults, options);
  return GradientTransformation<AdamState>(
    (params) => ({ count: zeroCount(), mu: zerosLike(params, { dtype: muDtype }), nu: zerosLike(params) }),
    (updates, state) => {
      const hasBegun = jnp.greater(state.count, 0);
      const nu = updateMomentPerElemNorm(updates, state.nu, jnp.where(hasBegun, b2, 0), 2);
      const keep = jnp.where(hasBegun, b1, 1);
      const bound = clipValueFn(state.count);
      const quotients = leafwise(
        (...[g, v]: [NdArray, NdArray]) => {
          const quotient = jnp.div(g, jnp.maximum(jnp.sqrt(v), eps));
          return useClipping ? jnp.clip(quotient, { min: jnp.neg(bound), max: bound }) : quotient;
        },
        updates,
        state.nu,
      );
      const mu = updateMoment(quotients, state.mu, keep, 1);
      const direction = nesterov ? updateMoment(quotients, mu, keep, 1) : mu;
      return [direction, { count: safeIncrement(state.count), mu: cast(mu, muDtype), nu }];
    },
  );
}

/**
 * ADOPT. State: `[{ count, mu, nu }, learning rate]`.
 * @example
 * const tx = optax.contrib.adopt(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0, 0]
 */
export const adopt = alias(['learningRate'], defaults, (learningRate: ScalarOrSchedule, options: AdoptOptions = {}) =>
  chain(scaleByAdopt(checkOptions('adopt', options, adoptOptions)), scaleByLearningRate(learningRate)),
);
