/**
 * Trees of leaves: how transformations see the arguments and results of a function.
 *
 * A tree is a plain object, an array, `null`, an instance of a registered class, or a leaf (everything else). Keys of
 * objects are visited in sorted order and `null` is a subtree without leaves, exactly as in JAX, so leaf order and
 * checkpoint keys agree. The structure of a tree is a value, `TreeDef`; equal structures are the same object.
 *
 * Source: JAX, "Pytrees"; https://docs.jax.dev/en/latest/pytrees.html
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, TreeMismatch } from '../error/error.js';
import { leafOptions } from './options.js';

/** How a class of tree nodes is taken apart and put together again. */
export interface NodeType<Node = unknown, Aux = unknown> {
  readonly name: string;
  flatten(node: Node): { children: readonly unknown[]; aux: Aux };
  unflatten(aux: Aux, children: readonly unknown[]): Node;
  /** Text of `aux` that is equal exactly when two structures are. Defaults to JSON. */
  auxKey?(aux: Aux): string;
  /** Names of the children, for paths. Defaults to their position. */
  childNames?(aux: Aux): readonly string[];
}

type Constructor = abstract new (...args: never[]) => unknown;
const registry = new Map<Constructor, NodeType>();

/**
 * Makes instances of a class nodes of trees (as `jax.tree_util.register_pytree_node`).
 * @throws InvalidArgument when the class is registered already.
 */
export function registerPytreeNode<Node, Aux>(
  type: abstract new (...args: never[]) => Node,
  flattenNode: (node: Node) => readonly [children: readonly unknown[], aux: Aux],
  unflattenNode: (aux: Aux, children: readonly unknown[]) => Node,
  options: Pick<NodeType<Node, Aux>, 'auxKey' | 'childNames'> = {},
): void {
  checkArgument('registerPytreeNode', 'type', type, 'function');
  checkArgument('registerPytreeNode', 'flattenNode', flattenNode, 'function');
  checkArgument('registerPytreeNode', 'unflattenNode', unflattenNode, 'function');
  checkOptions('registerPytreeNode', options, { auxKey: 'function', childNames: 'function' });
  if (registry.has(type)) {
    throw new InvalidArgument({
      op: 'registerPytreeNode',
      argument: 'type',
      expected: 'a class that is not registered yet',
      actual: type.name,
    });
  }
  const node: NodeType<Node, Aux> = {
    name: type.name,
    flatten: (value) => {
      const [children, aux] = flattenNode(value);
      return { children, aux };
    },
    unflatten: unflattenNode,
    ...options,
  };
  registry.set(type, node as unknown as NodeType);
}

type Kind = 'leaf' | 'none' | 'array' | 'object' | 'custom';

let count = 0;
const table = new Map<string, TreeDef>();

/** The structure of a tree. Interned: equal structures are the same object. */
export class TreeDef {
  readonly id: number = count++;
  readonly numLeaves: number;

  private constructor(
    readonly kind: Kind,
    readonly keys: readonly string[],
    readonly children: readonly TreeDef[],
    readonly type: NodeType | null,
    readonly aux: unknown,
  ) {
    this.numLeaves = kind === 'leaf' ? 1 : children.reduce((n, c) => n + c.numLeaves, 0);
  }

  static of(
    kind: Kind,
    keys: readonly string[],
    children: readonly TreeDef[],
    type: NodeType | null = null,
    aux: unknown = null,
  ): TreeDef {
    const auxKey = type === null ? String(aux) : `${type.name}:${type.auxKey ? type.auxKey(aux) : JSON.stringify(aux)}`;
    const key = `${kind}|${keys.join('\u0000')}|${children.map((c) => c.id).join(',')}|${auxKey}`;
    let found = table.get(key);
    if (found === undefined) {
      found = new TreeDef(kind, keys, children, type, aux);
      table.set(key, found);
    }
    return found;
  }

  /** As JAX prints it: `PyTreeDef({'b': *, 'w': [*, *]})`. */
  toString(): string {
    return `PyTreeDef(${this.#text()})`;
  }

  #text(): string {
    switch (this.kind) {
      case 'leaf':
        return '*';
      case 'none':
        return 'null';
      case 'array':
        return `[${this.children.map((c) => c.#text()).join(', ')}]`;
      case 'object':
        return `{${this.keys.map((k, i) => `'${k}': ${this.children[i].#text()}`).join(', ')}}`;
      case 'custom':
        return `${this.type?.name}[${this.children.map((c) => c.#text()).join(', ')}]`;
    }
  }
}

const LEAF = TreeDef.of('leaf', [], []);
const NULL = TreeDef.of('none', [], [], null, null);
const UNDEFINED = TreeDef.of('none', [], [], null, undefined);

type IsLeaf = (node: unknown) => boolean;
/** Where the descent into a tree stops. */
export interface LeafOptions {
  /** Stops the descent where it returns true: the subtree is a leaf then. */
  readonly isLeaf?: IsLeaf;
}

const isPlainObject = (node: object): node is Record<string, unknown> => {
  const prototype = Object.getPrototypeOf(node);
  return prototype === Object.prototype || prototype === null;
};

function flattenInto(node: unknown, leaves: unknown[], isLeaf: IsLeaf | undefined): TreeDef {
  if (isLeaf?.(node)) {
    leaves.push(node);
    return LEAF;
  }
  if (node === null) return NULL;
  if (node === undefined) return UNDEFINED;
  if (typeof node === 'object') {
    if (Array.isArray(node)) {
      return TreeDef.of(
        'array',
        [],
        node.map((child) => flattenInto(child, leaves, isLeaf)),
      );
    }
    if (isPlainObject(node)) {
      const keys = Object.keys(node).sort(byCodePoint);
      return TreeDef.of(
        'object',
        keys,
        keys.map((key) => flattenInto(node[key], leaves, isLeaf)),
      );
    }
    const type = registry.get(node.constructor as Constructor);
    if (type !== undefined) {
      const { children, aux } = type.flatten(node);
      const defs = children.map((child) => flattenInto(child, leaves, isLeaf));
      return TreeDef.of('custom', type.childNames?.(aux) ?? [], defs, type, aux);
    }
  }
  leaves.push(node);
  return LEAF;
}

/** Python sorts strings by code point, JavaScript by UTF-16 unit: they differ beyond the basic plane. */
function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0, j = 0; ; ) {
    const x = a.codePointAt(i);
    const y = b.codePointAt(j);
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    if (x !== y) return x - y;
    i += x > 0xffff ? 2 : 1;
    j += y > 0xffff ? 2 : 1;
  }
}

/** The leaves of a tree, in order, and its structure (`jax.tree.flatten`). */
export function flatten(tree: unknown, options: LeafOptions = {}): [leaves: unknown[], treedef: TreeDef] {
  checkOptions('flatten', options, leafOptions);
  const leaves: unknown[] = [];
  return [leaves, flattenInto(tree, leaves, options.isLeaf)];
}

/** Whether instances of a class are taken apart: lists, plain objects and registered classes (`jax.tree_util.is_tree_node`). */
export const isTreeNode = (typ: unknown): boolean =>
  typ === null || typ === Array || typ === Object || registry.has(typ as Constructor);

/** Whether everything in a list is a leaf (`jax.tree_util.all_leaves`). */
export const allLeaves = (iterable: Iterable<unknown>, options: LeafOptions = {}): boolean =>
  [...iterable].every((item) => flatten(item, options)[1] === LEAF);

/** The structure of a list of trees of these structures (`jax.tree_util.treedef_tuple`). */
export const treedefTuple = (treedefs: Iterable<TreeDef>): TreeDef => TreeDef.of('array', [], [...treedefs]);

/** One level of a node: its children, which stand as leaves, and the structure that this leaves. */
export function flattenOneLevel(node: unknown): [children: unknown[], treedef: TreeDef] {
  const children: unknown[] = [];
  let first = true;
  const [, treedef] = flatten(node, {
    isLeaf: (child) => {
      if (first) {
        first = false;
        return false;
      }
      children.push(child);
      return true;
    },
  });
  return [children, treedef];
}

/**
 * Appends the leaves of `tree` if it has the structure `def`, without building a structure: the fast way for a function
 * that is called again and again. Returns false, with `leaves` in an undefined state, when the structure differs.
 */
export function flattenLike(tree: unknown, def: TreeDef, leaves: unknown[]): boolean {
  switch (def.kind) {
    case 'leaf':
      if (typeof tree === 'object' && tree !== null) {
        if (Array.isArray(tree) || isPlainObject(tree) || registry.has(tree.constructor as Constructor)) return false;
      } else if (tree === null || tree === undefined) return false;
      leaves.push(tree);
      return true;
    case 'none':
      return tree === def.aux;
    case 'array': {
      if (!Array.isArray(tree) || tree.length !== def.children.length) return false;
      for (let i = 0; i < tree.length; i++) if (!flattenLike(tree[i], def.children[i], leaves)) return false;
      return true;
    }
    case 'object': {
      if (typeof tree !== 'object' || tree === null || Array.isArray(tree) || !isPlainObject(tree)) return false;
      const { keys, children } = def;
      let present = 0;
      for (const _ in tree) present++;
      if (present !== keys.length) return false;
      for (let i = 0; i < keys.length; i++) {
        const child = tree[keys[i]];
        if (child === undefined && !Object.hasOwn(tree, keys[i])) return false;
        if (!flattenLike(child, children[i], leaves)) return false;
      }
      return true;
    }
    case 'custom': {
      const found: unknown[] = [];
      if (typeof tree !== 'object' || tree === null || registry.get(tree.constructor as Constructor) !== def.type) {
        return false;
      }
      if (flattenInto(tree, found, undefined) !== def) return false;
      leaves.push(...found);
      return true;
    }
  }
}

/**
 * The tree with this structure and these leaves (`jax.tree.unflatten`), frozen in every node.
 * @throws InvalidArgument when the number of leaves is not the structure's.
 */
export function unflatten(treedef: TreeDef, leaves: readonly unknown[]): unknown {
  checkArgument('unflatten', 'leaves', leaves, 'list');
  if (leaves.length !== treedef.numLeaves) {
    throw new InvalidArgument({
      op: 'tree.unflatten',
      argument: 'leaves',
      expected: `an array of ${treedef.numLeaves} leaves for ${treedef}`,
      actual: `one of ${leaves.length}`,
    });
  }
  let next = 0;
  const build = (def: TreeDef): unknown => {
    switch (def.kind) {
      case 'leaf':
        return leaves[next++];
      case 'none':
        return def.aux;
      case 'array':
        return Object.freeze(def.children.map(build));
      case 'object': {
        const node: Record<string, unknown> = {};
        for (let i = 0; i < def.keys.length; i++) {
          // `__proto__` as a key of the user's is data, not a prototype.
          if (def.keys[i] === '__proto__') {
            Object.defineProperty(node, '__proto__', { value: build(def.children[i]), enumerable: true });
          } else node[def.keys[i]] = build(def.children[i]);
        }
        return Object.freeze(node);
      }
      case 'custom':
        return (def.type as NodeType).unflatten(def.aux, def.children.map(build));
    }
  };
  return build(treedef);
}

const identifier = /^[A-Za-z_$][\w$]*$/;
const step = (key: string): string => (identifier.test(key) ? `.${key}` : `['${key}']`);

/** The path of each leaf as one would write it: `params.encoder.w`, `[0].b`, `params['mlp/~/linear_0'].w`. */
export function leafPaths(treedef: TreeDef, root = ''): string[] {
  const paths: string[] = [];
  const visit = (def: TreeDef, path: string): void => {
    if (def.kind === 'leaf') paths.push(path);
    def.children.forEach((child, i) => {
      visit(child, def.keys.length > 0 ? path + step(def.keys[i]) : `${path}[${i}]`);
    });
  };
  visit(treedef, root);
  return paths;
}

/** Where two structures first differ, with what stands there on each side; null when they are equal. */
export function firstDifference(
  expected: TreeDef,
  actual: TreeDef,
  path = '',
): { path: string; expected: string; actual: string } | null {
  if (expected === actual) return null;
  const describe = (def: TreeDef): string => (def.kind === 'leaf' ? 'a leaf' : def.toString().slice(10, -1));
  const same =
    expected.kind === actual.kind &&
    expected.type === actual.type &&
    expected.children.length === actual.children.length &&
    expected.keys.every((key, i) => key === actual.keys[i]);
  if (!same) return { path, expected: describe(expected), actual: describe(actual) };
  for (let i = 0; i < expected.children.length; i++) {
    const child = path + (expected.keys.length > 0 ? step(expected.keys[i]) : `[${i}]`);
    const difference = firstDifference(expected.children[i], actual.children[i], child);
    if (difference !== null) return difference;
  }
  return { path, expected: describe(expected), actual: describe(actual) };
}

/**
 * The leaves of `tree`, which must have the structure `treedef`.
 * @throws TreeMismatch naming the first place where it has not.
 */
export function flattenAs(tree: unknown, treedef: TreeDef, op: string, argument: string): unknown[] {
  const leaves: unknown[] = [];
  if (flattenLike(tree, treedef, leaves)) return leaves;
  const difference = firstDifference(treedef, flatten(tree)[1], argument);
  throw new TreeMismatch({ op, argument, ...(difference ?? { path: '', expected: `${treedef}`, actual: 'another' }) });
}
