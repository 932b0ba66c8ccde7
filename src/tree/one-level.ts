/**
 * A node taken apart by one level (`jax.tree_util.flatten_one_level`).
 */
import { InvalidArgument } from '../error/error.js';
import { flattenWithPath, type PathKey } from './path.js';
import { type TreeDef, flattenOneLevel as takeApart } from './tree.js';

function refuseLeaf(op: string, treedef: TreeDef): void {
  if (treedef.kind !== 'leaf') return;
  const expected = 'a node: a list, a plain object, or an instance of a registered class';
  throw new InvalidArgument({ op, argument: 'tree', expected, actual: 'a leaf' });
}

/**
 * `[children, structure]` of a node; in the structure, its children are leaves.
 * @throws InvalidArgument for a leaf
 */
export function flattenOneLevel(tree: unknown): [children: unknown[], treedef: TreeDef] {
  const level = takeApart(tree);
  refuseLeaf('flattenOneLevel', level[1]);
  return level;
}

/**
 * As `flattenOneLevel`, each child with its key.
 * @throws InvalidArgument for a leaf
 */
export function flattenOneLevelWithKeys(tree: unknown): [pairs: [key: PathKey, child: unknown][], treedef: TreeDef] {
  const [children, treedef] = takeApart(tree);
  refuseLeaf('flattenOneLevelWithKeys', treedef);
  const [pairs] = flattenWithPath(tree, { isLeaf: (node: unknown) => node !== tree });
  return [children.map((child, i) => [pairs[i][0][0], child]), treedef];
}
