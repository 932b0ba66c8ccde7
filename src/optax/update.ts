/**
 * Changing parameters, and averages of them. Source: optax, `_src/update.py`.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import type { Arrays } from '../tree/types.js';
import * as jnp from './arithmetic.js';
import { leafwise } from './tree/leafwise.js';
import { oneMinus } from './tree/math.js';

/**
 * The parameters with the updates added: the step that a gradient alone does not take.
 *
 *     const [updates, nextState] = optimizer.update(grads, state, params);
 *     const nextParams = applyUpdates(params, updates);
 *
 * Each leaf keeps the dtype of the parameter; `null` stays `null`. The result is a new frozen tree.
 * @throws TreeMismatch when the structures differ
 * @example
 * optax.applyUpdates(jnp.array([1, -2, 0.5]), jnp.array([0.5, -1, 0.5])) // => [1.5, -3, 1]
 */
export const applyUpdates = <P>(params: P, updates: unknown): Arrays<P> =>
  leafwise((...[p, u]: [NdArray, NdArray]) => jnp.astype(jnp.add(p, u), p.dtype), params, updates) as Arrays<P>;

/**
 * `stepSize new + (1 - stepSize) old`, leaf by leaf: Polyak averaging, a target network that follows slowly.
 * @example
 * optax.incrementalUpdate(jnp.array([1, -2, 0.5]), jnp.array([0.5, -1, 0.5]), 0.1) // => [0.55, -1.1, 0.5]
 */
export const incrementalUpdate = <P>(newTensors: P, oldTensors: unknown, stepSize: ArrayLike): Arrays<P> =>
  leafwise(
    (...[x, old]: [NdArray, NdArray]) => jnp.add(jnp.mul(stepSize, x), jnp.mul(oneMinus(stepSize), old)),
    newTensors,
    oldTensors,
  ) as Arrays<P>;

/** `newTensors` in every `updatePeriod`-th step, else `oldTensors`: a target network that follows in jumps. */
export function periodicUpdate<P>(
  newTensors: P,
  oldTensors: unknown,
  steps: ArrayLike,
  updatePeriod: number,
): Arrays<P> {
  checkArgument('periodicUpdate', 'updatePeriod', updatePeriod, 'integer');
  const isTime = jnp.equal(jnp.remainder(jnp.asarray(steps), updatePeriod), 0);
  return leafwise((...[x, old]: [NdArray, NdArray]) => jnp.where(isTime, x, old), newTensors, oldTensors) as Arrays<P>;
}
