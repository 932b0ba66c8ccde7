/**
 * Functions of leaves as functions of trees: what every gradient transformation is made of.
 */
import { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { flattenUpTo } from '../../tree/prefix.js';
import { flatten, flattenLike, type TreeDef, unflatten } from '../../tree/tree.js';
import { asarray } from '../arithmetic.js';

/** A leaf of the user's as an array: a plain number alone is float32. */
export const leafArray = (leaf: unknown): NdArray =>
  leaf instanceof NdArray || !isNumeric(leaf) ? (leaf as NdArray) : asarray(leaf as ArrayLike);

const isNumeric = (leaf: unknown): boolean =>
  typeof leaf === 'number' || typeof leaf === 'boolean' || typeof leaf === 'bigint' || ArrayBuffer.isView(leaf);

function column(treedef: TreeDef, tree: unknown): unknown[] {
  const leaves: unknown[] = [];
  return flattenLike(tree, treedef, leaves) ? leaves : flattenUpTo(treedef, tree, 'optax', 'tree');
}

/**
 * The tree of `f(leaf, ...)` over the leaves of trees of one structure (`jax.tree.map`); numbers among the leaves become
 * arrays. Where `tree` has a leaf, another tree may have a subtree, which `f` then gets as it is. `null` is no leaf: what
 * is absent stays absent. The result is frozen.
 * @throws TreeMismatch when another tree has not at least the structure of the first
 */
export function leafwise<Leaves extends readonly unknown[]>(
  f: (...leaves: Leaves) => unknown,
  tree: unknown,
  ...rest: readonly unknown[]
): unknown {
  const [leaves, treedef] = flatten(tree);
  const columns = rest.map((other) => column(treedef, other));
  const results = leaves.map((leaf, i) =>
    f(...([leaf, ...columns.map((c) => c[i])].map(leafArray) as unknown as Leaves)),
  );
  return unflatten(treedef, results);
}

/** As `leafwise` for a function of several results: one tree for each of the `count` results. */
export function leafwiseSeveral<Leaves extends readonly unknown[]>(
  count: number,
  f: (...leaves: Leaves) => readonly unknown[],
  tree: unknown,
  ...rest: readonly unknown[]
): unknown[] {
  const [leaves, treedef] = flatten(tree);
  const columns = rest.map((other) => column(treedef, other));
  const results = leaves.map((leaf, i) =>
    f(...([leaf, ...columns.map((c) => c[i])].map(leafArray) as unknown as Leaves)),
  );
  return Array.from({ length: count }, (_, k) =>
    unflatten(
      treedef,
      results.map((row) => row[k]),
    ),
  );
}

/** The tree as it is now, frozen: what a state keeps of a tree of the user's, who may go on to change that. */
export const held = (tree: unknown): unknown => leafwise((leaf: unknown) => leaf, tree);

/** The leaves of a tree as arrays. */
export const leafArrays = (tree: unknown): NdArray[] => flatten(tree)[0].map(leafArray);
