/**
 * Classes of the user's as nodes of trees.
 *
 * Source: JAX, `jax.tree_util.register_*`.
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { dataclassOptions } from './options.js';
import { DictKey, GetAttrKey } from './path.js';
import { registerPytreeNode, TreeDef } from './tree.js';

type Class<Node> = abstract new (...args: never[]) => Node;

/** A class that says itself how it is taken apart. */
export interface PytreeClass<Node> {
  new (...args: never[]): Node & { treeFlatten(): readonly [children: readonly unknown[], aux: unknown] };
  treeUnflatten(aux: unknown, children: readonly unknown[]): Node;
}

/**
 * Registers a class with the methods `treeFlatten()` and `static treeUnflatten(aux, children)`; returns it
 * (`jax.tree_util.register_pytree_node_class`).
 */
export function registerPytreeNodeClass<Node, C extends PytreeClass<Node>>(type: C): C {
  registerPytreeNode<Node & { treeFlatten(): readonly [readonly unknown[], unknown] }, unknown>(
    type,
    (node) => node.treeFlatten(),
    (aux, children) => type.treeUnflatten(aux, children) as never,
  );
  return type;
}

const nameOf = (key: unknown): string => {
  if (key instanceof GetAttrKey) return key.name;
  if (key instanceof DictKey) return key.key;
  return typeof key === 'object' && key !== null && 'key' in key ? String(key.key) : String(key);
};

/**
 * Registers a class whose children carry keys, which become part of the paths of leaves
 * (`jax.tree_util.register_pytree_with_keys`). `flattenWithKeys` returns pairs of key and child, and the rest.
 */
export function registerPytreeWithKeys<Node, Aux>(
  type: Class<Node>,
  flattenWithKeys: (node: Node) => readonly [pairs: readonly (readonly [key: unknown, child: unknown])[], aux: Aux],
  unflatten: (aux: Aux, children: readonly unknown[]) => Node,
): void {
  registerPytreeNode<Node, { readonly names: readonly string[]; readonly aux: Aux }>(
    type,
    (node) => {
      const [pairs, aux] = flattenWithKeys(node);
      return [pairs.map(([, child]) => child), { names: pairs.map(([key]) => nameOf(key)), aux }];
    },
    ({ aux }, children) => unflatten(aux, children),
    { childNames: ({ names }) => names },
  );
}

/** A class that says itself how it is taken apart, with keys. */
export interface PytreeWithKeysClass<Node> {
  new (
    ...args: never[]
  ): Node & {
    treeFlattenWithKeys(): readonly [pairs: readonly (readonly [key: unknown, child: unknown])[], aux: unknown];
  };
  treeUnflatten(aux: unknown, children: readonly unknown[]): Node;
}

/**
 * Registers a class with the methods `treeFlattenWithKeys()` and `static treeUnflatten(aux, children)`; returns it
 * (`jax.tree_util.register_pytree_with_keys_class`).
 */
export function registerPytreeWithKeysClass<Node, C extends PytreeWithKeysClass<Node>>(cls: C): C {
  type Flattened = readonly [readonly (readonly [unknown, unknown])[], unknown];
  registerPytreeWithKeys<{ treeFlattenWithKeys(): Flattened }, unknown>(
    cls,
    (node) => node.treeFlattenWithKeys(),
    (aux, children) => cls.treeUnflatten(aux, children) as never,
  );
  return cls;
}

/** Options of `registerDataclass`. */
export interface DataclassOptions {
  /** Fields that are subtrees. Default: all fields of the instance that are not `metaFields`. */
  readonly dataFields?: readonly string[];
  /** Fields that belong to the structure; JSON values. */
  readonly metaFields?: readonly string[];
}

/**
 * Registers a class by its fields: `dataFields` are children, `metaFields` are part of the structure
 * (`jax.tree_util.register_dataclass`). Instances are rebuilt without running the constructor. Returns the class.
 * @throws InvalidArgument when a field is both
 */
export function registerDataclass<Node extends object, C extends Class<Node>>(
  nodetype: C & Class<Node>,
  options: DataclassOptions = {},
): C {
  checkOptions('registerDataclass', options, dataclassOptions);
  const { dataFields, metaFields = [] } = options;
  const both = dataFields?.filter((field) => metaFields.includes(field)) ?? [];
  if (both.length > 0) {
    throw new InvalidArgument({
      op: 'tree.registerDataclass',
      argument: 'dataFields',
      expected: 'distinct from metaFields',
      actual: `sharing ${both.join(', ')} with it`,
    });
  }
  type Aux = { readonly data: readonly string[]; readonly meta: readonly unknown[] };
  const fieldsOf = (node: Node): readonly string[] =>
    dataFields ?? Object.keys(node).filter((field) => !metaFields.includes(field));
  registerPytreeNode<Node, Aux>(
    nodetype,
    (node) => {
      const data = fieldsOf(node);
      const record = node as Record<string, unknown>;
      return [data.map((field) => record[field]), { data, meta: metaFields.map((field) => record[field]) }];
    },
    ({ data, meta }, children) => {
      const node = Object.create(nodetype.prototype as object) as Record<string, unknown>;
      data.forEach((field, i) => {
        node[field] = children[i];
      });
      metaFields.forEach((field, i) => {
        node[field] = meta[i];
      });
      return Object.freeze(node) as Node;
    },
    { childNames: ({ data }) => data },
  );
  return nodetype;
}

/**
 * Makes instances of a class part of the structure: nodes without leaves (`jax.tree_util.register_static`).
 * Two are the same structure when their `toString`s, or their JSON where the class has none of its own, agree.
 */
export function registerStatic<Node extends object, C extends Class<Node>>(type: C & Class<Node>): C {
  const text = (node: Node): string =>
    node.toString === Object.prototype.toString ? JSON.stringify(node) : String(node);
  registerPytreeNode<Node, Node>(
    type,
    (node) => [[], node],
    (node) => node,
    { auxKey: text },
  );
  return type;
}

/** The structures of the children of a node (`jax.tree_util.treedef_children`). */
export function treedefChildren(treedef: TreeDef): readonly TreeDef[] {
  checkArgument('treedefChildren', 'treedef', treedef, TreeDef);
  return treedef.children;
}

/** True for the structure of a single leaf (`jax.tree_util.treedef_is_leaf`). */
export function treedefIsLeaf(treedef: TreeDef): boolean {
  checkArgument('treedefIsLeaf', 'treedef', treedef, TreeDef);
  return treedef.kind === 'leaf';
}
