/**
 * `fluxion/tree`: functions over trees of arrays; what `jax.tree` and `jax.tree_util` have, editing through drafts, and
 * instances for fp-ts.
 */

export * as instances from './instances.js';
export type { Leaf, LeafOf, MapTree } from './leaf.js';
export {
  all,
  all as treeAll,
  leaves,
  leaves as treeLeaves,
  map,
  map as treeMap,
  type ReduceAssociativeOptions,
  type ReduceOptions,
  reduce,
  reduce as treeReduce,
  reduceAssociative,
  reduceAssociative as treeReduceAssociative,
  structure,
  structure as treeStructure,
  transpose,
  transpose as treeTranspose,
} from './map.js';
export { flattenOneLevel, flattenOneLevelWithKeys } from './one-level.js';
export { Partial } from './partial.js';
export {
  DictKey,
  FlattenedIndexKey,
  flattenWithPath,
  flattenWithPath as treeFlattenWithPath,
  GetAttrKey,
  type KeyPath,
  type KeystrOptions,
  keystr,
  leavesWithPath,
  leavesWithPath as treeLeavesWithPath,
  mapWithPath,
  mapWithPath as treeMapWithPath,
  type PathKey,
  type PathOptions,
  SequenceKey,
} from './path.js';
export { broadcast, broadcast as treeBroadcast } from './prefix.js';
export {
  type DataclassOptions,
  type PytreeClass,
  type PytreeWithKeysClass,
  registerDataclass,
  registerPytreeNodeClass,
  registerPytreeWithKeys,
  registerPytreeWithKeysClass,
  registerStatic,
  treedefChildren,
  treedefIsLeaf,
} from './register.js';
export {
  allLeaves,
  flatten,
  flatten as treeFlatten,
  isTreeNode,
  type LeafOptions,
  type NodeType,
  registerPytreeNode,
  TreeDef,
  treedefTuple,
  unflatten,
  unflatten as treeUnflatten,
} from './tree.js';
export { applyDiff, diff, produce, type TreePatch } from './update.js';
