/**
 * Trees in the language of fp-ts: a tree with leaves of type `A` is a functor in `A`, foldable in leaf order, and
 * traversable; equality of leaves gives equality of trees; and a monoid of leaves gives a monoid of trees of one structure.
 *
 * Laws, which `laws/tree.ts` checks: `map(id) = id`, `map(g . f) = map(g) . map(f)`, `traverse(Identity)(f) = map(f)`.
 */

import type { HKT } from 'fp-ts/HKT.js';
import type { Applicative } from 'fp-ts/lib/Applicative.js';
import type { Eq } from 'fp-ts/lib/Eq.js';
import type { Foldable1 } from 'fp-ts/lib/Foldable.js';
import type { Functor1 } from 'fp-ts/lib/Functor.js';
import type { Monoid } from 'fp-ts/lib/Monoid.js';
import type { Traversable1 } from 'fp-ts/lib/Traversable.js';
import { checkArgument } from '../array/kind.js';
import { flatten, flattenAs, TreeDef, unflatten } from './tree.js';

/** A tree whose leaves have the type `A`. */
export type Tree<A> = A | null | readonly Tree<A>[] | { readonly [key: string]: Tree<A> };

export const URI = 'fluxion/Tree';
export type URI = typeof URI;

declare module 'fp-ts/HKT.js' {
  interface URItoKind<A> {
    readonly [URI]: Tree<A>;
  }
}

/** The leaves of a tree, for a function. */
function leavesFor<A>(op: string, tree: Tree<A>, f: unknown): A[] {
  checkArgument(op, 'f', f, 'function');
  return flatten(tree)[0] as A[];
}

function mapTree<A, B>(tree: Tree<A>, f: (leaf: A) => B): Tree<B> {
  checkArgument('Functor.map', 'f', f, 'function');
  const [leaves, treedef] = flatten(tree);
  return unflatten(treedef, (leaves as A[]).map(f)) as Tree<B>;
}

export const Functor: Functor1<URI> = { URI, map: mapTree };

export const Foldable: Foldable1<URI> = {
  URI,
  reduce: (tree, start, f) => leavesFor('Foldable.reduce', tree, f).reduce(f, start),
  foldMap: (M) => (tree, f) =>
    leavesFor('Foldable.foldMap', tree, f).reduce((sum, leaf) => M.concat(sum, f(leaf)), M.empty),
  reduceRight: (tree, start, f) =>
    leavesFor('Foldable.reduceRight', tree, f).reduceRight((sum, leaf) => f(leaf, sum), start),
};

function traverseTree<F>(F: Applicative<F>): <A, B>(tree: Tree<A>, f: (leaf: A) => HKT<F, B>) => HKT<F, Tree<B>> {
  checkArgument('Traversable.traverse', 'F', F, 'object');
  return <A, B>(tree: Tree<A>, f: (leaf: A) => HKT<F, B>) => {
    checkArgument('Traversable.traverse', 'f', f, 'function');
    const [leaves, treedef] = flatten(tree);
    const collected = (leaves as A[]).reduce<HKT<F, readonly B[]>>(
      (sum, leaf) =>
        F.ap(
          F.map(sum, (done: readonly B[]) => (next: B): readonly B[] => [...done, next]),
          f(leaf),
        ),
      F.of([]),
    );
    return F.map(collected, (done: readonly unknown[]) => unflatten(treedef, done) as Tree<B>);
  };
}

export const Traversable: Traversable1<URI> = {
  ...Functor,
  ...Foldable,
  traverse: traverseTree as Traversable1<URI>['traverse'],
  sequence: (<F>(F: Applicative<F>) =>
    <A>(tree: Tree<HKT<F, A>>) =>
      traverseTree(F)(tree, (leaf: HKT<F, A>) => leaf)) as Traversable1<URI>['sequence'],
};

/** Equality of trees: the same structure, and leaves that are equal. */
export const getEq = <A>(E: Eq<A>): Eq<Tree<A>> => {
  checkArgument('getEq', 'E', E, 'object');
  return {
    equals: (a, b) => {
      const [left, leftDef] = flatten(a);
      const [right, rightDef] = flatten(b);
      return leftDef === rightDef && left.every((leaf, i) => E.equals(leaf as A, right[i] as A));
    },
  };
};

/**
 * The monoid of trees of one structure, leaf by leaf: gradients with addition are one.
 * `concat` throws `TreeMismatch` for a tree of another structure.
 */
export const getMonoid = <A>(M: Monoid<A>, treedef: TreeDef): Monoid<Tree<A>> => {
  checkArgument('getMonoid', 'M', M, 'object');
  checkArgument('getMonoid', 'treedef', treedef, TreeDef);
  return {
    empty: unflatten(treedef, new Array(treedef.numLeaves).fill(M.empty)) as Tree<A>,
    concat: (a, b) => {
      const left = flattenAs(a, treedef, 'tree.getMonoid', 'the left tree') as A[];
      const right = flattenAs(b, treedef, 'tree.getMonoid', 'the right tree') as A[];
      return unflatten(
        treedef,
        left.map((leaf, i) => M.concat(leaf, right[i])),
      ) as Tree<A>;
    },
  };
};
