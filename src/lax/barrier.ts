/**
 * An identity that stops the compiler's optimizations. It acts on whole trees.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import * as primitive from '../primitive/index.js';
import { flatten, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { asArray } from './operand.js';

function onLeaves<T>(op: string, tree: T, f: (leaves: NdArray[]) => NdArray[]): Arrays<T> {
  const [leaves, treedef] = flatten(tree);
  return unflatten(treedef, f(leaves.map((x) => asArray(x as ArrayLike, op)))) as Arrays<T>;
}

/** The value, through which the compiler moves nothing: all leaves are computed before any is used. */
export const optimizationBarrier = <T>(operand: T): Arrays<T> =>
  onLeaves('optimizationBarrier', operand, (leaves) =>
    leaves.length === 0 ? leaves : primitive.optimizationBarrier(leaves),
  );
