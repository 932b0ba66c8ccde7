/**
 * All parameters as one vector for the inner transformation: fewer, larger operations for trees of many small leaves.
 *
 * Only for transformations that treat every element alike: what looks at leaves (trust ratios, Adafactor) sees one leaf.
 * Source: optax, `transforms/_layouts.py`.
 */

import type { NdArray } from '../array/array.js';
import { flatten as flattenTree, unflatten } from '../tree/tree.js';
import * as jnp from './arithmetic.js';
import { checkTransformation, GradientTransformation, type StateFor, type StateType } from './transformation.js';
import { leafArrays } from './tree/leafwise.js';

/** The state that the inner transformation has for a single vector. */
export interface FlattenState<F extends StateType> extends StateType {
  readonly state: StateFor<F, NdArray>;
}

/** All leaves as one vector, in their common dtype. */
const vectorOf = (tree: unknown): NdArray => jnp.concatenate(leafArrays(tree).map((x) => jnp.ravel(x)));

/** The vector cut into leaves of the shapes of those of `tree`. */
function treeOf(tree: unknown, vector: NdArray): unknown {
  const shapes = leafArrays(tree);
  let end = 0;
  const ends = shapes.map((x) => (end += x.size));
  const parts = jnp.split(vector, ends.slice(0, -1));
  return unflatten(
    flattenTree(tree)[1],
    parts.map((part, i) => jnp.reshape(part, shapes[i].shape)),
  );
}

/**
 * Applies `inner` to all parameters as one vector. Leaves get the common dtype of all.
 * @example
 * const tx = optax.flatten(optax.clipByGlobalNorm(1));
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.970143, -0.242536]
 */
export function flatten<F extends StateType>(
  inner: GradientTransformation<F>,
): GradientTransformation<FlattenState<F>> {
  checkTransformation('flatten', 'inner', inner);
  return GradientTransformation<FlattenState<F>>(
    (params) => inner.init(vectorOf(params)) as StateFor<F, NdArray>,
    (updates, state, params, extra) => {
      const given = params === null ? null : vectorOf(params);
      const [changed, next] = (inner as GradientTransformation).update(vectorOf(updates), state, given, extra);
      return [treeOf(updates, changed as NdArray), next as StateFor<F, NdArray>];
    },
  );
}
