/**
 * Laws of trees: taking them apart and putting them together, mapping, traversing, editing.
 */
import type * as fc from 'fast-check';
import { NdArray } from 'fluxion/extend';
import { applyDiff, diff, flatten, map, produce, unflatten } from 'fluxion/tree';
import { trees } from './arbitrary/tree.js';
import { exact } from './closeness.js';
import { type Law, type Outcome, vacuous } from './law.js';
import { treeText } from './print.js';
import { scalarQuantity } from './quantity.js';

/** A statement that is true or false, as the two sides of an equation. */
const holds = (what: string, ok: boolean): Outcome => ({
  expected: [scalarQuantity(what, 1)],
  got: [scalarQuantity(what, ok ? 1 : 0)],
  closeness: exact,
});

const same = (a: unknown, b: unknown): boolean => {
  const [[x, xDef], [y, yDef]] = [flatten(a), flatten(b)];
  return xDef === yDef && x.every((leaf, i) => Object.is(leaf, y[i]));
};

const law = (name: string, statement: string, reference: string, sides: (tree: unknown) => Outcome): Law => ({
  name,
  statement,
  reference,
  property: {
    arbitrary: trees() as fc.Arbitrary<unknown>,
    sides,
    print: (tree) => treeText(tree, 'tree').join('\n') || 'a tree without leaves',
  },
});

const tag = (x: unknown): unknown => ({ tagged: x });
const isTagged = (x: unknown): boolean => typeof x === 'object' && x !== null && 'tagged' in x;

/** The laws of `fluxion/tree`, on trees of any structure. */
export const treeLaws = (): Law[] => [
  law('unflatten . flatten = identity', 'unflatten(def, leaves) is the tree', 'jax.tree.flatten', (tree) => {
    const [leaves, def] = flatten(tree);
    return holds('the same tree', same(tree, unflatten(def, leaves)));
  }),
  law(
    'flatten . unflatten = identity',
    'flatten(unflatten(def, xs)) = [xs, def], for any xs',
    'jax.tree.flatten',
    (tree) => {
      const [leaves, def] = flatten(tree);
      const numbers = leaves.map((_, i) => i);
      const [again, defAgain] = flatten(unflatten(def, numbers));
      return holds('the same leaves and structure', defAgain === def && again.every((x, i) => x === i));
    },
  ),
  law('map keeps identity', 'map(x -> x, tree) = tree', 'functor laws; fp-ts Functor', (tree) =>
    holds(
      'the same tree',
      same(
        tree,
        map((x: unknown) => x, tree as never),
      ),
    ),
  ),
  law('map keeps composition', 'map(g . f) = map(g) . map(f)', 'functor laws; fp-ts Functor', (tree) => {
    const number = (x: unknown): number => (x instanceof NdArray ? x.size : 0);
    const composed = map((x: unknown) => number(x) * 2 + 1, tree as never);
    const separate = map((x: number) => x + 1, map((x: unknown) => number(x) * 2, tree as never) as never);
    return holds('the same tree', same(composed, separate));
  }),
  law(
    'map visits each leaf once, in order',
    'the leaves that map sees are those of flatten',
    'traversable laws; fp-ts Traversable',
    (tree) => {
      const seen: unknown[] = [];
      map((x: unknown) => seen.push(x), tree as never);
      const [leaves] = flatten(tree);
      return holds('the same leaves', seen.length === leaves.length && seen.every((x, i) => x === leaves[i]));
    },
  ),
  law('results are frozen', 'every node of a returned tree is frozen', 'immutable trees', (tree) => {
    const result = map((x: unknown) => x, tree as never);
    const frozen = (node: unknown): boolean =>
      typeof node !== 'object' ||
      node === null ||
      node instanceof NdArray ||
      (Object.isFrozen(node) && Object.values(node).every(frozen));
    return holds('frozen', frozen(result));
  }),
  law('produce leaves its input alone', 'produce(t, edit) returns another tree, t is what it was', 'immer', (tree) => {
    if (typeof tree !== 'object' || tree === null || tree instanceof NdArray || Array.isArray(tree))
      return holds('an object', true);
    const keys = Object.keys(tree);
    const before = { ...(tree as Record<string, unknown>) };
    const next = produce(tree as Record<string, unknown>, (draft) => {
      (draft as Record<string, unknown>).added = 1;
    });
    const shared = keys.every((key) => (next as Record<string, unknown>)[key] === before[key]);
    const kept = Object.keys(tree).length === keys.length && !('added' in tree);
    return holds('the input unchanged, and what is unchanged shared', shared && kept && 'added' in next);
  }),
  law('a diff leads from one tree to the other', 'applyDiff(a, diff(a, b)) = b', 'JSON patches, RFC 6902', (tree) => {
    if (typeof tree !== 'object' || tree === null || tree instanceof NdArray || Array.isArray(tree))
      return holds('an object', true);
    // Immer refuses to patch such keys, lest a patch from outside changes prototypes.
    if (/__proto__/.test(String(flatten(tree)[1]))) return vacuous('it has a reserved key');
    const [a, b] = [
      { t: tree, n: 1 },
      { t: map(tag, tree as never), n: 2 },
    ];
    const patched = applyDiff(a, diff(a, b)) as typeof b;
    return holds(
      'the other tree',
      patched.n === 2 && flatten(patched.t, { isLeaf: isTagged })[0].length === flatten(tree)[0].length,
    );
  }),
];
