/**
 * Trees as types, as `tree.map` and its kin see them: which leaves a tree type has, and what it becomes when each is mapped.
 */
import type { NdArray } from '../array/array.js';
import type { TypedArray } from '../array/dtype.js';
import type { MapLeaves } from './types.js';

/** What the types below take for a leaf. Instances of other classes are leaves at run time unless registered. */
export type Leaf =
  | NdArray
  | TypedArray
  | number
  | bigint
  | boolean
  | string
  | symbol
  | Date
  | ((...args: never[]) => unknown);

/** How deep the types below look: recursive tree types would have no end. */
type Deeper<Depth extends readonly unknown[]> = [...Depth, unknown];

/** The union of the leaf types of a tree: `LeafOf<{ w: NdArray; b: [number, null] }>` is `NdArray | number`. */
export type LeafOf<T, Depth extends readonly unknown[] = []> = Depth['length'] extends 8
  ? unknown
  : unknown extends T
    ? unknown
    : T extends Leaf
      ? T
      : T extends null | undefined
        ? never
        : T extends readonly (infer Element)[]
          ? LeafOf<Element, Deeper<Depth>>
          : T extends object
            ? LeafOf<T[keyof T], Deeper<Depth>>
            : T;

/**
 * The tree with every leaf replaced: `MapTree<{ w: NdArray; b: [NdArray, null] }, string>` is
 * `{ w: string; b: [string, null] }`. Of an unknown tree nothing is known.
 */
export type MapTree<T, Result> = unknown extends T ? unknown : MapLeaves<T, Result>;
