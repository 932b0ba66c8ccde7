/**
 * All prefixes of a sequence, combined by an associative function in logarithmic depth.
 *
 * Neighbours are combined in pairs, the half as long sequence is scanned, and what is missing is filled in:
 * `s[2i + 1] = scan(pairs)[i]`, `s[2i] = s[2i - 1] . x[2i]`. Source: Blelloch, "Prefix sums and their applications",
 * 1990; jax.lax.associative_scan.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import { CarryMismatch } from '../error/control.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { concatenate } from '../primitive/concatenate.js';
import { rev, sliceInDim } from '../primitive/slice.js';
import { expandDims, reshape } from '../primitive/structure.js';
import { flattenArrays } from '../transform/leaves.js';
import { leafPaths, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { associativeScanOptions } from './options.js';
import type { Carry } from './scan.js';
import { sameType, typeText } from './types.js';

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Suffixes instead of prefixes. */
  readonly reverse?: boolean;
  /** The axis along which elements are combined. */
  readonly axis?: number;
}

/**
 * Combines all prefixes (`jax.lax.associative_scan`).
 *
 * @param fn `(a, b) => c`, associative, on trees like `elems`, elementwise along `axis`
 * @throws ShapeMismatch when the arrays have unlike sizes along `axis`
 * @throws CarryMismatch when `fn` returns another type than it is given
 * @example lax.associativeScan(jnp.add, jnp.array([1, 2, 3])) // => [1, 3, 6]
 */
export function associativeScan<T>(
  fn: (left: Arrays<T>, right: Arrays<T>) => NoInfer<Carry<T>>,
  elems: T,
  options: AssociativeScanOptions = {},
): Arrays<T> {
  checkArgument('associativeScan', 'fn', fn, 'function');
  checkOptions('associativeScan', options, associativeScanOptions);
  const op = 'associativeScan';
  const { reverse = false, axis = 0 } = options;
  const { leaves, treedef } = flattenArrays(elems, op, 'elems');
  if (leaves.length === 0) {
    throw new InvalidArgument({
      op,
      argument: 'elems',
      expected: 'a tree with arrays',
      actual: 'a tree without leaves',
    });
  }
  const axes = leaves.map((x, i) => canonicalAxis(axis, x.ndim, op, `axis of ${leafPaths(treedef, 'elems')[i]}`));
  const size = leaves[0].shape[axes[0]];
  leaves.forEach((x, i) => {
    if (x.shape[axes[i]] === size) return;
    const [first, path] = [leafPaths(treedef, 'elems')[0], leafPaths(treedef, 'elems')[i]];
    throw new ShapeMismatch({
      op,
      argument: path,
      expected: `${first} has ${size} elements to combine`,
      actual: x.shape,
    });
  });

  const combine = (left: readonly NdArray[], right: readonly NdArray[]): NdArray[] => {
    const result = fn(unflatten(treedef, left) as Arrays<T>, unflatten(treedef, right) as Arrays<T>);
    const { leaves: combined, treedef: returned } = flattenArrays(result, op, 'result');
    combined.forEach((y, i) => {
      if (returned === treedef && sameType(y.aval, left[i].aval)) return;
      const path = returned === treedef ? leafPaths(treedef, 'elems')[i] : 'elems';
      const expected = returned === treedef ? typeText(left[i].aval) : `${treedef}`;
      throw new CarryMismatch({ op, path, expected, actual: returned === treedef ? typeText(y.aval) : `${returned}` });
    });
    return combined;
  };
  const cut = (xs: readonly NdArray[], from: number, to: number, stride = 1): NdArray[] =>
    xs.map((x, i) => sliceInDim(x, from, to, stride, axes[i]));
  const join = (xs: readonly NdArray[], ys: readonly NdArray[]): NdArray[] =>
    xs.map((x, i) => concatenate([x, ys[i]], axes[i]));

  const prefixes = (xs: readonly NdArray[]): readonly NdArray[] => {
    const n = xs[0].shape[axes[0]];
    if (n < 2) return xs;
    const pairs = n >> 1;
    const odd = prefixes(combine(cut(xs, 0, 2 * pairs, 2), cut(xs, 1, n, 2)));
    const later = n > 2 ? combine(cut(odd, 0, (n - 1) >> 1), cut(xs, 2, n, 2)) : [];
    const even = n > 2 ? join(cut(xs, 0, 1), later) : cut(xs, 0, 1);
    const woven = weave(cut(even, 0, pairs), odd, axes);
    return n % 2 === 0 ? woven : join(woven, cut(even, pairs, pairs + 1));
  };
  const flip = (xs: readonly NdArray[]): readonly NdArray[] => (reverse ? xs.map((x, i) => rev(x, [axes[i]])) : xs);
  return unflatten(treedef, flip(prefixes(flip(leaves)))) as Arrays<T>;
}

/** x0, y0, x1, y1, ... along an axis. */
const weave = (xs: readonly NdArray[], ys: readonly NdArray[], axes: readonly number[]): NdArray[] =>
  xs.map((x, i) => {
    const pair = concatenate([expandDims(x, [axes[i] + 1]), expandDims(ys[i], [axes[i] + 1])], axes[i] + 1);
    return reshape(
      pair,
      x.shape.map((n, k) => (k === axes[i] ? 2 * n : n)),
    );
  });
