/**
 * Updates summed over `k` steps and applied in the last of them: large batches from small ones.
 *
 * Source: optax, `apply_every`. `MultiSteps` averages before the optimizer, which is mostly what is wanted.
 */

import type { NdArray } from '../array/array.js';
import { checkOptions } from '../array/options.js';
import * as jnp from './arithmetic.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { zerosLike } from './tree/math.js';

/** The number of steps in the current round, and the sum of its updates. */
export interface ApplyEvery<Params = unknown> {
  readonly count: NdArray;
  readonly gradAcc: Params;
}
export interface ApplyEveryState extends StateType {
  readonly state: ApplyEvery<this['params']>;
}

/**
 * Returns 0 in all but every `k`-th step, and then the sum of the last `k` updates. Default 1.
 * @example
 * const tx = optax.applyEvery();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export function applyEvery(options: { readonly k?: number } = {}): GradientTransformation<ApplyEveryState> {
  const { k = 1 } = checkOptions('applyEvery', options, { k: 'integer' });
  return GradientTransformation<ApplyEveryState>(
    (params) => ({ count: zeroCount(), gradAcc: zerosLike(params) }),
    (updates, state) => {
      const position = jnp.remainder(state.count, k);
      const goesOn = jnp.notEqual(position, 0);
      const isLast = jnp.equal(position, k - 1);
      const gradAcc = leafwise(
        (...[g, sum]: [NdArray, NdArray]) => jnp.add(jnp.mul(goesOn, sum), g),
        updates,
        state.gradAcc,
      );
      const emitted = leafwise((sum: NdArray) => jnp.mul(isLast, sum), gradAcc);
      return [emitted, { count: jnp.remainder(safeIncrement(state.count), k), gradAcc }];
    },
  );
}
