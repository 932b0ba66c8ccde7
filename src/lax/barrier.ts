/**
 * Identities that stop something: derivatives, or the compiler's optimizations. Both act on whole trees.
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

/** The value, taken as a constant: its derivative is 0. */
export const stopGradient = <T>(x: T): Arrays<T> =>
  onLeaves('stopGradient', x, (leaves) => leaves.map(primitive.stopGradient));

/** The value, through which the compiler moves nothing: all leaves are computed before any is used. */
export const optimizationBarrier = <T>(operand: T): Arrays<T> =>
  onLeaves('optimizationBarrier', operand, (leaves) =>
    leaves.length === 0 ? leaves : primitive.optimizationBarrier(leaves),
  );
