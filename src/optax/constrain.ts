/**
 * Keeping parameters and updates in their place: no negative parameters, no NaN.
 *
 * Source: optax, `transforms/_constraining.py`.
 */
import type { NdArray } from '../array/array.js';
import * as jnp from './arithmetic.js';
import { GradientTransformation, type NoState, required, type StateType, stateless } from './transformation.js';
import { leafwise } from './tree/leafwise.js';

/**
 * Changes updates that would make a parameter negative so that it becomes 0. The last one of a chain.
 * @throws MissingParams
 * @example
 * const tx = optax.keepParamsNonnegative();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export const keepParamsNonnegative = (): GradientTransformation<NoState> =>
  stateless((updates, params) =>
    leafwise(
      (...[p, u]: [NdArray, NdArray]) => jnp.where(jnp.less(jnp.add(p, u), 0), jnp.neg(p), u),
      required('keepParamsNonnegative', params),
      updates,
    ),
  );

/** For each leaf whether its last update had a NaN. */
export interface ZeroNansState {
  readonly foundNan: unknown;
}
export interface ZeroNansStateType extends StateType {
  readonly state: ZeroNansState;
}

/**
 * Replaces NaN by 0, and remembers which leaves had any.
 * @example
 * const tx = optax.zeroNans();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export const zeroNans = (): GradientTransformation<ZeroNansStateType> =>
  GradientTransformation<ZeroNansStateType>(
    (params) => ({ foundNan: leafwise(() => jnp.asarray(false), params) }),
    (updates) => [
      leafwise((g: NdArray) => jnp.where(jnp.isnan(g), jnp.zerosLike(g), g), updates),
      { foundNan: leafwise((g: NdArray) => jnp.any(jnp.isnan(g)), updates) },
    ],
  );
