/**
 * An identity that stops the compiler's optimizations. It acts on whole trees.
 */
import * as primitive from '../primitive/index.js';
import { flattenArrays } from '../transform/leaves.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';

/** The tree itself, through which the compiler moves nothing: all leaves are computed before any is used. */
export function optimizationBarrier<T>(operand: T): Arrays<T> {
  const { leaves, treedef } = flattenArrays(operand, 'optimizationBarrier', 'operand');
  return unflatten(treedef, leaves.length === 0 ? [] : primitive.optimizationBarrier(leaves)) as Arrays<T>;
}
