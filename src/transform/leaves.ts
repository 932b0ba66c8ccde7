/**
 * Between trees, which users write, and flat lists of arrays, which the transformations work on.
 */
import { NdArray } from '../array/array.js';
import {
  defaultFloat,
  describeValue,
  fromTypedArray,
  isScalarLike,
  typedArrayDType,
  weakScalar,
} from '../array/convert.js';
import { isInexact, type TypedArray } from '../array/dtype.js';
import { NotALeaf } from '../error/error.js';
import { convertElementType } from '../primitive/convert.js';
import { flatten, leafPaths, type TreeDef } from '../tree/tree.js';

/** A leaf of an argument as an array; null when it is none. */
export function leafArray(leaf: unknown): NdArray | null {
  if (leaf instanceof NdArray) return leaf;
  if (isScalarLike(leaf)) return weakScalar(leaf);
  return ArrayBuffer.isView(leaf) && typedArrayDType(leaf) !== null ? fromTypedArray(leaf as TypedArray) : null;
}

/**
 * The leaves of a tree as arrays.
 * @throws NotALeaf naming the path of a leaf that is none
 */
export function flattenArrays(tree: unknown, op: string, root: string): { leaves: NdArray[]; treedef: TreeDef } {
  const [raw, treedef] = flatten(tree);
  const leaves = arraysOf(raw, op, () => leafPaths(treedef, root));
  return { leaves, treedef };
}

/** Leaves as arrays; `paths` is asked only when one is not. */
export function arraysOf(raw: readonly unknown[], op: string, paths: () => readonly string[]): NdArray[] {
  return raw.map((leaf, i) => {
    const array = leafArray(leaf);
    if (array === null) throw new NotALeaf({ op, path: paths()[i], actual: describeValue(leaf) });
    return array;
  });
}

/** Differentiable inputs: plain integers become floating point, so that `grad(f)(3)` is what one means. */
export function toInexact(value: NdArray): NdArray {
  if (isInexact(value.dtype)) return value;
  return value.weakType ? convertElementType(value, defaultFloat()) : value;
}
