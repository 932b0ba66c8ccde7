/**
 * Trees as types: what a transformation does to the type of a tree.
 */
import type { NdArray } from '../array/array.js';
import type { Leaf as AnyLeaf } from './leaf.js';

/** Marks a class whose instances are nodes of trees, so that types treat it as one thing: `readonly [treeNode] = true`. */
export const treeNode: unique symbol = Symbol.for('fluxion.treeNode') as never;
export interface TreeNode {
  readonly [treeNode]: true;
}

/** A tree whose leaves are of type `Leaf`. */
export type Tree<Leaf> =
  | Leaf
  | null
  | undefined
  | TreeNode
  | readonly Tree<Leaf>[]
  | { readonly [key: string]: Tree<Leaf> };

/**
 * The tree `T` with each leaf (array, number, boolean, typed array, ...) replaced by `Result`. A type that admits arrays, numbers
 * and lists of numbers alike, as the arguments of `fluxion/numpy` do, is one leaf.
 */
export type MapLeaves<T, Result> = [NdArray | number | readonly number[]] extends [T] ? Result : MapNodes<T, Result>;

type MapNodes<T, Result> = T extends AnyLeaf | ArrayBufferView
  ? Result
  : T extends null | undefined | TreeNode
    ? T
    : T extends object
      ? { readonly [K in keyof T]: MapLeaves<T[K], Result> }
      : Result;

/** The type of a gradient, tangent or result with respect to `T`: the same tree, each leaf an array. */
export type Gradient<T> = MapLeaves<T, NdArray>;

/** What a function returns once its leaves are arrays: numbers become scalars. */
export type Arrays<T> = MapLeaves<T, NdArray>;
