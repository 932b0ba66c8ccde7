/**
 * Fenchel-Young losses: every convex function of scores has one, `f(scores) - <targets, scores>`, whose gradient is the
 * difference of prediction and target.
 *
 * Source: Blondel, Martins, Niculae, "Learning with Fenchel-Young Losses", 2020; optax, `losses/_fenchel_young.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkArgument } from '../../array/kind.js';
import { vmap } from '../../transform/vmap.js';
import * as jnp from '../arithmetic.js';

/** A convex function of a vector of scores, with further arguments. */
export type MaxFun = (scores: NdArray, ...args: never[]) => NdArray;

/** The loss of a function of scores `[..., classes]` and targets of the same shape; returns `[...]`. */
export function makeFenchelYoungLoss(
  maxFun: MaxFun,
): (scores: ArrayLike, targets: ArrayLike, ...args: readonly unknown[]) => NdArray {
  checkArgument('makeFenchelYoungLoss', 'maxFun', maxFun, 'function');
  return (scores, targets, ...args) => {
    const x = jnp.asarray(scores);
    let value = (row: NdArray): NdArray => maxFun(row, ...(args as never[]));
    for (let axis = 0; axis < x.ndim - 1; axis++) value = vmap(value) as (row: NdArray) => NdArray;
    return jnp.sub(value(x), jnp.sum(jnp.mul(targets, x), { axis: -1 }));
  };
}
