/**
 * Functions over whole trees: map, reduce, transpose.
 *
 * Source: JAX, `jax.tree`.
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, TreeMismatch } from '../error/error.js';
import type { LeafOf, MapTree } from './leaf.js';
import { leafOptions } from './options.js';
import { isTrailingOptions } from './path.js';
import { flattenUpTo } from './prefix.js';
import { flatten, type LeafOptions, type TreeDef, unflatten } from './tree.js';

/**
 * The tree of `f(leaf, ...leaves of the other trees)` (`jax.tree.map`).
 *
 * The others must have at least the structure of `tree`; where `tree` has a leaf, `f` gets their whole subtree. The
 * options `{ isLeaf }` may follow the trees. The result is frozen.
 * @throws TreeMismatch naming the first place where another tree differs
 */
export function map<T, Result>(f: (leaf: LeafOf<T>) => Result, tree: T, options?: LeafOptions): MapTree<T, Result>;
export function map<T, U, Result>(
  f: (leaf: LeafOf<T>, second: LeafOf<U>) => Result,
  tree: T,
  second: U,
  options?: LeafOptions,
): MapTree<T, Result>;
export function map<T, U, V, Result>(
  f: (leaf: LeafOf<T>, second: LeafOf<U>, third: LeafOf<V>) => Result,
  tree: T,
  second: U,
  third: V,
  options?: LeafOptions,
): MapTree<T, Result>;
export function map<T, Result>(
  f: (leaf: LeafOf<T>, ...rest: never[]) => Result,
  tree: T,
  ...rest: readonly unknown[]
): MapTree<T, Result>;
export function map(f: (...leaves: never[]) => unknown, tree: unknown, ...rest: readonly unknown[]): unknown {
  checkArgument('map', 'f', f, 'function');
  const last = rest.at(-1);
  const hasOptions = rest.length > 0 && (last === undefined || isTrailingOptions(last, ['isLeaf']));
  const others = hasOptions ? rest.slice(0, -1) : rest;
  const [leaves, treedef] = flatten(tree, hasOptions ? (last as LeafOptions | undefined) : {});
  const columns = others.map((other, i) => flattenUpTo(treedef, other, 'tree.map', `rest[${i}]`));
  const call = f as (...leaves: unknown[]) => unknown;
  return unflatten(
    treedef,
    leaves.map((leaf, i) => call(leaf, ...columns.map((column) => column[i]))),
  );
}

/** The leaves of a tree, in order (`jax.tree.leaves`). */
export const leaves = <T>(tree: T, options: LeafOptions = {}): LeafOf<T>[] =>
  flatten(tree, checkOptions('leaves', options, leafOptions))[0] as LeafOf<T>[];

/** The structure of a tree (`jax.tree.structure`). Equal structures are the same object. */
export const structure = (tree: unknown, options: LeafOptions = {}): TreeDef =>
  flatten(tree, checkOptions('structure', options, leafOptions))[1];

/** Whether all leaves are truthy (`jax.tree.all`). A boolean array of one element counts by its value. */
export function all(tree: unknown, options: LeafOptions = {}): boolean {
  checkOptions('all', options, leafOptions);
  return flatten(tree, options)[0].every((leaf) => {
    if (typeof leaf === 'object' && leaf !== null && 'item' in leaf && typeof leaf.item === 'function') {
      return Boolean((leaf as { item(): number }).item());
    }
    return Boolean(leaf);
  });
}

/** Options of `reduce` and `treeReduce`. */
export interface ReduceOptions<Accumulator> extends LeafOptions {
  /** Where the accumulation starts; the first leaf when not given. */
  readonly initializer?: Accumulator;
}

/**
 * Combines all leaves from the left (`jax.tree.reduce`).
 *
 * `reduce((sum, x) => sum.add(x), tree, { initializer })`.
 * @throws InvalidArgument for a tree without leaves and no initializer
 */
export function reduce<Accumulator, T = unknown>(
  f: (accumulator: Accumulator, leaf: LeafOf<T>) => Accumulator,
  tree: T,
  options: ReduceOptions<Accumulator> = {},
): Accumulator {
  checkArgument('reduce', 'f', f, 'function');
  checkOptions('reduce', options, { initializer: 'any', isLeaf: 'function' });
  const [found] = flatten(tree, { isLeaf: options.isLeaf });
  if ('initializer' in options) {
    return found.reduce<Accumulator>((sum, leaf) => f(sum, leaf as LeafOf<T>), options.initializer as Accumulator);
  }
  refuseEmpty('tree.reduce', found, 'initializer');
  return found.slice(1).reduce<Accumulator>((sum, leaf) => f(sum, leaf as LeafOf<T>), found[0] as Accumulator);
}

/** Options of `reduceAssociative` and `treeReduceAssociative`. */
export interface ReduceAssociativeOptions<Accumulator> extends LeafOptions {
  /** The result for a tree without leaves. */
  readonly identity?: Accumulator;
}

/**
 * Combines all leaves pairwise, in a balanced binary tree (`jax.tree.reduce_associative`): the depth, and for sums the
 * growth of rounding errors, is logarithmic.
 * @throws InvalidArgument for a tree without leaves and no identity
 */
export function reduceAssociative<Value>(
  operation: (left: Value, right: Value) => Value,
  tree: unknown,
  options: ReduceAssociativeOptions<Value> = {},
): Value {
  checkArgument('reduceAssociative', 'operation', operation, 'function');
  checkOptions('reduceAssociative', options, { identity: 'any', isLeaf: 'function' });
  let level = flatten(tree, { isLeaf: options.isLeaf })[0] as Value[];
  if (level.length === 0 && 'identity' in options) return options.identity as Value;
  refuseEmpty('tree.reduceAssociative', level, 'identity');
  while (level.length > 1) {
    const next: Value[] = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? operation(level[i], level[i + 1]) : level[i]);
    }
    level = next;
  }
  return level[0];
}

function refuseEmpty(op: string, found: readonly unknown[], option: string): void {
  if (found.length > 0) return;
  throw new InvalidArgument({
    op,
    argument: 'tree',
    expected: `a tree with leaves, or { ${option} } must be given`,
    actual: 'a tree without leaves',
  });
}

/**
 * Turns a tree of trees inside out (`jax.tree.transpose`).
 *
 * `outerTreedef` is the structure outside in `pytreeToTranspose`, `innerTreedef` the one inside. An `innerTreedef` of
 * `null` is found from the first subtree.
 * @throws TreeMismatch when the tree is not one of `outerTreedef` over `innerTreedef`
 */
export function transpose(outerTreedef: TreeDef, innerTreedef: TreeDef | null, pytreeToTranspose: unknown): unknown {
  const subtrees = flattenUpTo(outerTreedef, pytreeToTranspose, 'tree.transpose', 'pytreeToTranspose');
  const inner = innerTreedef ?? structure(subtrees[0]);
  const rows = subtrees.map((subtree, i) => {
    const [row, found] = flatten(subtree);
    if (found !== inner) {
      throw new TreeMismatch({
        op: 'tree.transpose',
        argument: 'pytreeToTranspose',
        path: `subtree ${i}`,
        expected: `${inner}`,
        actual: `${found}`,
      });
    }
    return row;
  });
  return unflatten(
    inner,
    Array.from({ length: inner.numLeaves }, (_, k) =>
      unflatten(
        outerTreedef,
        rows.map((row) => row[k]),
      ),
    ),
  );
}
