/**
 * `fluxion/flattenUtil`: a whole tree as one vector, and back.
 *
 * Source: jax.flatten_util.
 */
import '../wiring.js';
import '../numpy/methods.js';
import type { NdArray } from '../array/array.js';
import { resultType } from '../array/promotion.js';
import { sizeOf } from '../array/shape.js';
import { DTypeMismatch, ShapeMismatch } from '../error/error.js';
import { concatenate, convertElementType, full, reshape, slice } from '../lax/index.js';
import { flattenArrays } from '../transform/leaves.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';

/**
 * The leaves of a tree one after the other, in the dtype they promote to, and the function that makes the tree from such a
 * vector (`jax.flatten_util.ravel_pytree`).
 *
 * The way back restores every leaf's dtype; where all leaves have one, a vector of any dtype may be given, and the tree has
 * that dtype. A tree without leaves gives an empty float32 vector.
 *
 * @returns `[vector, unravel]`; `vector: [n]` with `n` the number of elements of all leaves
 * @throws NotALeaf for a leaf that is neither an array nor a number
 * @throws ShapeMismatch, DTypeMismatch by `unravel`, for a vector of another length or dtype
 * @example const [flat, unravel] = ravelPytree({ w: jnp.ones([2, 2]), b: 0 });   // flat: [0, 1, 1, 1, 1]
 */
export function ravelPytree<T>(pytree: T): readonly [vector: NdArray, unravel: (vector: NdArray) => Arrays<T>] {
  const { leaves, treedef } = flattenArrays(pytree, 'ravelPytree', 'pytree');
  if (leaves.length === 0) {
    return [full([0], 0, { dtype: 'float32' }), () => unflatten(treedef, []) as Arrays<T>];
  }
  const { dtype } = resultType(leaves.map((x) => x.aval));
  const types = leaves.map((x) => ({ dtype: x.dtype, shape: x.shape }));
  const alike = types.every((type) => type.dtype === dtype);
  const flat = leaves.map((x) => reshape(x.dtype === dtype ? x : convertElementType(x, dtype), [x.size]));
  const size = flat.reduce((sum, x) => sum + x.size, 0);
  const unravel = (vector: NdArray): Arrays<T> => {
    if (vector.ndim !== 1 || vector.shape[0] !== size) {
      throw new ShapeMismatch({
        op: 'unravel',
        argument: 'vector',
        expected: `the tree has ${size} elements, so it must be [${size}]`,
        actual: vector.shape,
      });
    }
    if (!alike && vector.dtype !== dtype) {
      const expected = `the leaves were promoted to ${dtype}`;
      throw new DTypeMismatch({ op: 'unravel', argument: 'vector', expected, actual: vector.dtype });
    }
    let start = 0;
    const parts = types.map((type) => {
      const stop = start + sizeOf(type.shape);
      const part = reshape(slice(vector, [start], [stop]), type.shape);
      start = stop;
      return alike ? part : convertElementType(part, type.dtype);
    });
    return unflatten(treedef, parts) as Arrays<T>;
  };
  return [concatenate(flat, 0), unravel];
}
