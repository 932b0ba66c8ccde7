/**
 * Shardings said of trees: one for a whole argument, or a tree of them that is a prefix of the argument's tree.
 *
 *     jit(step, { inShardings: [replicated, { x: rows, y: null }] })        null: as it comes
 */
import type { ShapedArray } from '../array/aval.js';
import { InvalidArgument } from '../error/error.js';
import { Sharding } from '../sharding/sharding.js';
import { flattenUpTo } from '../tree/prefix.js';
import { flatten, leafPaths, type TreeDef } from '../tree/tree.js';

/** A sharding for every leaf below, `null` for "as it comes", or a tree of these that is a prefix of another tree. */
export type ShardingTree = Sharding | null | readonly ShardingTree[] | { readonly [key: string]: ShardingTree };

/** One entry of a prefix for each leaf of a tree. @throws TreeMismatch, InvalidArgument */
export function spread<T>(
  prefix: unknown,
  tree: unknown,
  isEntry: (x: unknown) => x is T,
  op: string,
  argument: string,
  expected: string,
): T[] {
  const [entries, shape] = flatten(prefix, { isLeaf: isEntry });
  const wrong = entries.findIndex((entry) => !isEntry(entry));
  if (wrong >= 0) {
    const path = leafPaths(shape, argument)[wrong];
    throw new InvalidArgument({ op, argument: path, expected, actual: String(entries[wrong]) });
  }
  return flattenUpTo(shape, tree, op, argument).flatMap((subtree, i) =>
    new Array<T>(flatten(subtree)[1].numLeaves).fill(entries[i] as T),
  );
}

const isSharding = (x: unknown): x is Sharding | null => x === null || x instanceof Sharding;

/** A sharding, or null, for each leaf of a tree. @throws TreeMismatch, InvalidArgument */
export const spreadShardings = (
  prefix: ShardingTree,
  tree: unknown,
  op: string,
  argument: string,
): (Sharding | null)[] =>
  spread(prefix, tree, isSharding, op, argument, 'a sharding (NamedSharding, SingleDeviceSharding) or null');

/** @throws InvalidSharding, UnevenShards when an array cannot be cut as its sharding says */
export function checkShardings(
  shardings: readonly (Sharding | null)[],
  avals: readonly ShapedArray[],
  def: TreeDef,
  op: string,
  root: string,
): void {
  shardings.forEach((sharding, i) => {
    sharding?.check(avals[i].shape, op, leafPaths(def, root)[i]);
  });
}
