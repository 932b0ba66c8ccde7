/**
 * One tree as the prefix of another: `[0, null]` is a prefix of `[{ w, b }, x]`, and says something about each subtree.
 *
 * Source: JAX, `PyTreeDef.flatten_up_to` and `jax.tree.broadcast`.
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { TreeMismatch } from '../error/error.js';
import { leafOptions } from './options.js';
import { firstDifference, flatten, flattenOneLevel, type LeafOptions, TreeDef, unflatten } from './tree.js';

/**
 * The subtrees of `tree` that stand where `treedef` has leaves, in order.
 * @throws TreeMismatch when `treedef` is not a prefix of the structure of `tree`
 */
export function flattenUpTo(treedef: TreeDef, tree: unknown, op = 'tree.map', argument = 'tree'): unknown[] {
  checkArgument(op, 'treedef', treedef, TreeDef);
  const found: unknown[] = [];
  const visit = (def: TreeDef, node: unknown, path: string): void => {
    if (def.kind === 'leaf') {
      found.push(node);
      return;
    }
    const [children, actual] = flattenOneLevel(node);
    const sameNode =
      actual.kind === def.kind &&
      actual.type === def.type &&
      actual.children.length === def.children.length &&
      actual.keys.every((key, i) => key === def.keys[i]) &&
      (def.kind !== 'none' || actual.aux === def.aux);
    if (!sameNode) {
      const difference = firstDifference(def, flatten(node)[1], path);
      throw new TreeMismatch({ op, argument, ...(difference ?? { path, expected: `${def}`, actual: `${actual}` }) });
    }
    def.children.forEach((child, i) => {
      const name = def.keys.length > 0 ? `.${def.keys[i]}` : `[${i}]`;
      visit(child, children[i], path + name);
    });
  };
  visit(treedef, tree, '');
  return found;
}

/**
 * A tree with the structure of `fullTree` whose leaves repeat those of `prefixTree` (`jax.tree.broadcast`).
 *
 * `broadcast([0, 1], [{ a: x, b: y }, z])` is `[{ a: 0, b: 0 }, 1]`.
 * @throws TreeMismatch when `prefixTree` is not a prefix of `fullTree`
 */
export function broadcast(prefixTree: unknown, fullTree: unknown, options: LeafOptions = {}): unknown {
  checkOptions('broadcast', options, leafOptions);
  return unflatten(flatten(fullTree, options)[1], broadcastLeaves(prefixTree, fullTree, 'tree.broadcast', options));
}

/** The leaves of `broadcast`, in the order of the leaves of `fullTree`. */
function broadcastLeaves(
  prefixTree: unknown,
  fullTree: unknown,
  op: string,
  options: LeafOptions = {},
  argument = 'prefixTree',
): unknown[] {
  const [leaves, treedef] = flatten(prefixTree, options);
  return flattenUpTo(treedef, fullTree, op, argument).flatMap((subtree, i) =>
    new Array<unknown>(flatten(subtree, options)[1].numLeaves).fill(leaves[i]),
  );
}
