/**
 * Where the compiler must put intermediate values.
 */
import { shardingConstraint } from '../primitive/sharding-constraint.js';
import { NamedSharding } from '../sharding/sharding.js';
import { flattenArrays } from '../transform/leaves.js';
import { type ShardingTree, spreadShardings } from '../transform/shardings.js';
import { leafPaths, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';

/**
 * The tree itself, its arrays cut over devices as said (`jax.lax.with_sharding_constraint`). Inside of a jitted function
 * the compiler's propagation of shardings starts from such words; outside, the arrays are moved.
 *
 * @param shardings one for all arrays, or a tree of them that is a prefix of `x`; null leaves an array alone. Entries
 *   `P.UNCONSTRAINED` leave an axis to the compiler
 * @throws InvalidSharding, UnevenShards when an array cannot be cut so
 */
export function withShardingConstraint<T>(x: T, shardings: ShardingTree): Arrays<T> {
  const op = 'withShardingConstraint';
  const { leaves, treedef } = flattenArrays(x, op, 'x');
  const places = spreadShardings(shardings, x, op, 'shardings');
  const constrained = leaves.map((leaf, i) => {
    const place = places[i];
    place?.check(leaf.shape, op, leafPaths(treedef, 'x')[i]);
    return place instanceof NamedSharding ? shardingConstraint(leaf, place) : leaf;
  });
  return unflatten(treedef, constrained) as Arrays<T>;
}
