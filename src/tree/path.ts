/**
 * Where a leaf stands in its tree: the keys and positions from the root, as data.
 *
 * Source: JAX, `jax.tree_util` (`DictKey`, `SequenceKey`, `FlattenedIndexKey`, `keystr`).
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import type { LeafOf, MapTree } from './leaf.js';
import { keystrOptions, pathOptions } from './options.js';
import { flattenUpTo } from './prefix.js';
import { flatten, flattenOneLevel, type LeafOptions, type TreeDef, unflatten } from './tree.js';

/** A key of a plain object. */
export class DictKey {
  constructor(readonly key: string) {}
  toString(): string {
    return `['${this.key}']`;
  }
}

/** A position in an array. */
export class SequenceKey {
  constructor(readonly idx: number) {}
  toString(): string {
    return `[${this.idx}]`;
  }
}

/** A named field of a registered class. */
export class GetAttrKey {
  constructor(readonly name: string) {}
  toString(): string {
    return `.${this.name}`;
  }
}

/** A child of a registered class that has no name. */
export class FlattenedIndexKey {
  constructor(readonly key: number) {}
  toString(): string {
    return `[<flat index ${this.key}>]`;
  }
}

/** One step of a path: into a dictionary, a list, a field, or a node of a user. */
export type PathKey = DictKey | SequenceKey | GetAttrKey | FlattenedIndexKey;
/** From the root to a node. */
export type KeyPath = readonly PathKey[];

/** Options of `keystr`. */
export interface KeystrOptions {
  /** Only the names: `w` instead of `['w']`. Default false. */
  readonly simple?: boolean;
  /** Between the steps. Default the empty string. */
  readonly separator?: string;
}

/** A path as text, `['params'][0]`, or `params/0` with `{ simple: true, separator: '/' }` (`jax.tree_util.keystr`). */
export function keystr(path: KeyPath, options: KeystrOptions = {}): string {
  checkArgument('keystr', 'path', path, 'list');
  for (const [i, key] of path.entries()) checkArgument('keystr', `path[${i}]`, key, 'object');
  checkOptions('keystr', options, keystrOptions);
  const { simple = false, separator = '' } = options;
  const plain = (key: PathKey): string => {
    if (key instanceof SequenceKey) return `${key.idx}`;
    return key instanceof GetAttrKey ? key.name : `${key.key}`;
  };
  return path.map((key) => (simple ? plain(key) : key.toString())).join(separator);
}

/** Options of `flattenWithPath`, `treeFlattenWithPath`, `leavesWithPath` and `treeLeavesWithPath`. */
export interface PathOptions {
  /** Stops the descent where it returns true; gets the path first when `isLeafTakesPath`. */
  readonly isLeaf?: ((node: unknown) => boolean) | ((path: KeyPath, node: unknown) => boolean);
  /** Default false. */
  readonly isLeafTakesPath?: boolean;
}

function keyOf(def: TreeDef, i: number): PathKey {
  if (def.kind === 'object') return new DictKey(def.keys[i]);
  if (def.kind === 'array') return new SequenceKey(i);
  return def.keys.length > 0 ? new GetAttrKey(def.keys[i]) : new FlattenedIndexKey(i);
}

/** The path of each leaf place of a structure, in order. */
function keyPaths(treedef: TreeDef): KeyPath[] {
  const paths: KeyPath[] = [];
  const visit = (def: TreeDef, path: KeyPath): void => {
    if (def.kind === 'leaf') paths.push(path);
    def.children.forEach((child, i) => {
      visit(child, [...path, keyOf(def, i)]);
    });
  };
  visit(treedef, []);
  return paths;
}

/** The children of a node and their keys, or null for a leaf. */
function oneLevel(node: unknown): { keys: PathKey[]; children: unknown[] } | null {
  const [children, def] = flattenOneLevel(node);
  return def.kind === 'leaf' ? null : { keys: children.map((_, i) => keyOf(def, i)), children };
}

/** The nodes at which a path-aware `isLeaf` stops. */
function stops(tree: unknown, isLeaf: (path: KeyPath, node: unknown) => boolean): LeafOptions {
  const found: boolean[] = [];
  const visit = (node: unknown, path: KeyPath): void => {
    const stop = isLeaf(path, node);
    found.push(stop);
    if (stop) return;
    const level = oneLevel(node);
    level?.children.forEach((child, i) => {
      visit(child, [...path, level.keys[i]]);
    });
  };
  visit(tree, []);
  // `flatten` asks about the nodes in the same order.
  let next = 0;
  return { isLeaf: () => found[next++] };
}

function leafOptions(tree: unknown, options: PathOptions): LeafOptions {
  if (options.isLeaf === undefined) return {};
  if (options.isLeafTakesPath) return stops(tree, options.isLeaf as (path: KeyPath, node: unknown) => boolean);
  return { isLeaf: options.isLeaf as (node: unknown) => boolean };
}

/** Pairs of path and leaf, in order, and the structure (`jax.tree.flatten_with_path`). */
export function flattenWithPath(
  tree: unknown,
  options: PathOptions = {},
): [pathsAndLeaves: [path: KeyPath, leaf: unknown][], treedef: TreeDef] {
  checkOptions('flattenWithPath', options, pathOptions);
  const [leaves, treedef] = flatten(tree, leafOptions(tree, options));
  const paths = keyPaths(treedef);
  return [leaves.map((leaf, i) => [paths[i], leaf]), treedef];
}

/** Pairs of path and leaf, in order (`jax.tree.leaves_with_path`). */
export const leavesWithPath = (tree: unknown, options: PathOptions = {}): [path: KeyPath, leaf: unknown][] =>
  flattenWithPath(tree, checkOptions('leavesWithPath', options, pathOptions))[0];

/** True for an options object at the end of variadic trees: it has these keys only, and not the role of a tree. */
export function isTrailingOptions(value: unknown, keys: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const present = Object.keys(value);
  return (
    present.length > 0 &&
    present.every((key) => keys.includes(key)) &&
    (!('isLeaf' in value) || value.isLeaf === undefined || typeof value.isLeaf === 'function')
  );
}

/**
 * The tree of `f(path, leaf, ...leaves of the other trees)` (`jax.tree.map_with_path`).
 * The options `{ isLeaf, isLeafTakesPath }` may follow the trees.
 * @throws TreeMismatch when the structure of `tree` is not a prefix of the others
 */
export function mapWithPath<T, Result>(
  f: (path: KeyPath, leaf: LeafOf<T>, ...rest: never[]) => Result,
  tree: T,
  ...rest: readonly unknown[]
): MapTree<T, Result> {
  checkArgument('mapWithPath', 'f', f, 'function');
  const hasOptions = isTrailingOptions(rest.at(-1), ['isLeaf', 'isLeafTakesPath']);
  const options = hasOptions ? (rest.at(-1) as PathOptions) : {};
  const others = hasOptions ? rest.slice(0, -1) : rest;
  if (typeof f !== 'function') {
    throw new InvalidArgument({ op: 'tree.mapWithPath', argument: 'f', expected: 'a function', actual: typeof f });
  }
  const [pairs, treedef] = flattenWithPath(tree, options);
  const columns = others.map((other, i) => flattenUpTo(treedef, other, 'tree.mapWithPath', `rest[${i}]`));
  const call = f as (path: KeyPath, ...leaves: unknown[]) => Result;
  return unflatten(
    treedef,
    pairs.map(([path, leaf], i) => call(path, leaf, ...columns.map((column) => column[i]))),
  ) as MapTree<T, Result>;
}
