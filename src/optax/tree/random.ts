/**
 * Random trees: independent numbers for every leaf. Source: optax, `tree_utils/_random.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { DType } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import { type Key, keyData, normal, PRNGKeyArray, split } from '../../random/index.js';
import { flatten, unflatten } from '../../tree/tree.js';
import * as jnp from '../arithmetic.js';
import { leafArrays } from './leafwise.js';
import { randomLikeOptions } from './options.js';

/** Random numbers of a shape and dtype, as the samplers of `fluxion/random`. */
export type Sampler = (key: Key, options: { readonly shape: readonly number[]; readonly dtype?: DType }) => NdArray;

/** `num` new keys of one. */
export function splitKeys(key: Key, num: number): Key[] {
  const keys = split(key, { num });
  if (keys instanceof PRNGKeyArray) return [...keys];
  return jnp.split(keys as NdArray, num).map((row) => jnp.reshape(row, [2]));
}

/** A tree of keys with the structure of `targetTree`, made of one key. */
export const splitKeyLike = (rngKey: Key, targetTree: unknown): unknown => {
  const [leaves, treedef] = flatten(targetTree);
  return unflatten(treedef, splitKeys(rngKey, leaves.length));
};

/** Options of `randomLike`. */
export interface RandomLikeOptions {
  /** How numbers are drawn. Default `random.normal`. */
  readonly sampler?: Sampler;
  /** The dtype of the numbers; that of the leaves when null. */
  readonly dtype?: DType | null;
}

/** Random numbers in the shapes of the leaves of `targetTree`, from one key. */
export function randomLike(rngKey: Key, targetTree: unknown, options: RandomLikeOptions = {}): unknown {
  checkOptions('randomLike', options, randomLikeOptions);
  const { sampler = normal as Sampler, dtype = null } = options;
  const leaves = leafArrays(targetTree);
  const keys = splitKeys(rngKey, leaves.length);
  return unflatten(
    flatten(targetTree)[1],
    leaves.map((x, i) => sampler(keys[i], { shape: x.shape, dtype: dtype ?? x.dtype })),
  );
}

/** The tree with typed keys replaced by their words. */
export function unwrapRandomKeyData(inputTree: unknown): unknown {
  const isLeaf = (node: unknown): boolean => node instanceof PRNGKeyArray;
  const [leaves, treedef] = flatten(inputTree, { isLeaf });
  return unflatten(
    treedef,
    leaves.map((leaf) => (leaf instanceof PRNGKeyArray ? keyData(leaf) : leaf)),
  );
}
