/**
 * Bounds on updates: by element, by leaf, by the norm of all.
 *
 * Source: optax, `transforms/_clipping.py`.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import * as jnp from './arithmetic.js';
import { rootMeanSquare } from './numerics.js';
import { type GradientTransformation, type NoState, stateless } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { norm, clip as treeClip } from './tree/math.js';

/**
 * Brings every element between `-maxDelta` and `maxDelta`.
 * @example
 * const tx = optax.clip(1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1, -1]
 */
export const clip = (maxDelta: ArrayLike): GradientTransformation<NoState> =>
  stateless((updates) => treeClip(updates, { minValue: jnp.neg(maxDelta), maxValue: maxDelta }));

/**
 * Scales each leaf down so that its root mean square is at most `threshold`.
 * @example
 * const tx = optax.clipByBlockRms(1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1.37199, -0.342997]
 */
export const clipByBlockRms = (threshold: ArrayLike): GradientTransformation<NoState> =>
  stateless((updates) =>
    leafwise((u: NdArray) => jnp.div(u, jnp.maximum(1, jnp.div(rootMeanSquare(u), threshold))), updates),
  );

/**
 * Scales all updates down by one factor so that their norm, all leaves taken as one vector, is at most `maxNorm`.
 *
 * Source: Pascanu, Mikolov, Bengio, "On the difficulty of training Recurrent Neural Networks", 2012.
 * @example
 * const tx = optax.clipByGlobalNorm(1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.970143, -0.242536]
 */
export const clipByGlobalNorm = (maxNorm: ArrayLike): GradientTransformation<NoState> =>
  stateless((updates) => {
    const length = norm(updates);
    const isShort = jnp.less(length, maxNorm);
    return leafwise(
      (u: NdArray) =>
        jnp.where(isShort, u, jnp.astype(jnp.mul(jnp.div(u, jnp.astype(length, u.dtype)), maxNorm), u.dtype)),
      updates,
    );
  });

/**
 * The norm of all leaves taken as one vector: `tree.norm`.
 * @example
 * optax.globalNorm({ a: jnp.array([3]), b: jnp.array([[4]]) }) // => 5
 */
export const globalNorm = (updates: unknown): NdArray => norm(updates);
