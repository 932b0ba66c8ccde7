/**
 * Holding derivatives back. Source: jax.lax.stop_gradient.
 */
import * as primitive from '../primitive/convert.js';
import { flattenArrays } from '../transform/leaves.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';

/** The tree itself, as a constant for every derivative (`jax.lax.stop_gradient`). */
export function stopGradient<T>(x: T): Arrays<T> {
  const { leaves, treedef } = flattenArrays(x, 'stopGradient', 'x');
  return unflatten(treedef, leaves.map(primitive.stopGradient)) as Arrays<T>;
}
