/**
 * Values found in the states of optimizers by name: a learning rate that can be read and set, the step count, moments.
 *
 * A path is the list of keys and positions from the root, as in `[0, 'mu', 'dense', 'w']`. Names are the keys of records.
 * Source: optax, `tree_utils/_state_utils.py`.
 */
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { AmbiguousKey } from '../../error/optax.js';
import { structure } from '../../tree/map.js';
import { flattenUpTo } from '../../tree/prefix.js';
import { flatten, type LeafOptions, registerPytreeNode, unflatten } from '../../tree/tree.js';
import { leafwise } from './leafwise.js';
import { getOptions } from './options.js';

/** Keys of records and positions of lists, from the root. */
export type Path = readonly (string | number)[];
/** Which of several values is meant. */
export type Filtering = (path: Path, value: unknown) => boolean;

const isRecord = (node: unknown): node is Readonly<Record<string, unknown>> =>
  typeof node === 'object' && node !== null && Object.getPrototypeOf(node) === Object.prototype;

/** Options of `get` and `getAllWithPath`. */
export interface GetOptions {
  /** What is returned when nothing is found. Default null. */
  readonly default?: unknown;
  /** Which of several values is meant; all when null. */
  readonly filtering?: Filtering | null;
}

/** All values named `key` in a tree, at any depth, with their paths. */
export function getAllWithPath(
  tree: unknown,
  key: string,
  options: Pick<GetOptions, 'filtering'> = {},
): (readonly [path: Path, value: unknown])[] {
  checkArgument('getAllWithPath', 'key', key, 'string');
  checkOptions('getAllWithPath', options, { filtering: 'function?' });
  const found: (readonly [Path, unknown])[] = [];
  const visit = (node: unknown, path: Path): void => {
    if (Array.isArray(node)) node.forEach((child, i) => void visit(child, [...path, i]));
    else if (isRecord(node)) {
      for (const [name, child] of Object.entries(node)) {
        if (name === key) found.push([[...path, name], child]);
        visit(child, [...path, name]);
      }
    }
  };
  visit(tree, []);
  const { filtering } = options;
  return filtering ? found.filter(([path, value]) => filtering(path, value)) : found;
}

const pathText = (path: Path): string => path.join('/');

/**
 * The value named `key`: `get(state, 'learningRate')`.
 * @throws AmbiguousKey when there are several
 */
export function get(tree: unknown, key: string, options: GetOptions = {}): unknown {
  checkArgument('get', 'key', key, 'string');
  checkOptions('get', options, getOptions);
  const found = getAllWithPath(tree, key, options);
  if (found.length > 1) throw new AmbiguousKey({ op: 'tree.get', key, found: found.map(([path]) => pathText(path)) });
  return found.length === 1 ? found[0][1] : (options.default ?? null);
}

/**
 * The tree with all values of these names replaced: `set(state, { learningRate: 1e-4 })`, or with a filter before them,
 * `set(state, (path) => path[0] === 1, { count })`. Everything else is shared with the old tree.
 * @throws AmbiguousKey when a name is not in the tree
 */
export function set<T>(tree: T, values: { readonly [key: string]: unknown }): T;
export function set<T>(tree: T, filtering: Filtering | null, values: { readonly [key: string]: unknown }): T;
export function set<T>(tree: T, ...rest: readonly unknown[]): T {
  const values = rest[rest.length - 1] as { readonly [key: string]: unknown };
  checkArgument('tree.set', 'values', values, 'object');
  const filtering = (rest.length > 1 ? rest[0] : null) as Filtering | null;
  for (const key of Object.keys(values)) {
    if (getAllWithPath(tree, key, { filtering }).length === 0)
      throw new AmbiguousKey({ op: 'tree.set', key, found: [] });
  }
  const replace = (node: unknown, path: Path): unknown => {
    if (Array.isArray(node)) {
      const children = node.map((child, i) => replace(child, [...path, i]));
      return children.every((child, i) => child === node[i]) ? node : Object.freeze(children);
    }
    if (!isRecord(node)) return node;
    const entries = Object.entries(node).map(([name, child]) => {
      const at = [...path, name];
      const isMeant = Object.hasOwn(values, name) && (filtering === null || filtering(at, child));
      return [name, isMeant ? values[name] : replace(child, at)] as const;
    });
    return entries.every(([name, child]) => child === node[name]) ? node : Object.freeze(Object.fromEntries(entries));
  };
  return replace(tree, []) as T;
}

/** Stands for the parameters when a transformation is asked where in its state they are: an empty node. */
class ParamsPlaceholder {}
const placeholder = Object.freeze(new ParamsPlaceholder());
registerPytreeNode(
  ParamsPlaceholder,
  () => [[], null],
  () => placeholder,
);
const isPlaceholder = (node: unknown): boolean => node instanceof ParamsPlaceholder;

/** Something with `init`, or `init` itself. */
export type Initable = { init(params: unknown): unknown } | ((params: unknown) => unknown);

export interface MapParamsOptions extends LeafOptions {
  /** What becomes of the leaves that are no parameters; they stay when null. */
  readonly transformNonParams?: ((leaf: unknown) => unknown) | null;
}

const isOptions = (value: unknown): value is MapParamsOptions =>
  isRecord(value) && Object.keys(value).every((key) => key === 'transformNonParams' || key === 'isLeaf');

/**
 * Maps `f` over all copies of the parameter tree that a state holds (moments, averages, ...), leaf by leaf, with the
 * leaves of further trees of the structure of the parameters: `mapParams(adam(1e-3), (_, spec) => spec, state, specs)`.
 *
 * Works for transformations whose `init` does not look at the parameters beyond mapping over them.
 * @throws TreeMismatch when the state is not one of the transformation
 */
export function mapParams(
  initable: Initable,
  f: (leaf: never, ...rest: never[]) => unknown,
  state: unknown,
  ...rest: readonly unknown[]
): unknown {
  checkArgument('mapParams', 'initable', typeof initable === 'function' ? initable : Object(initable).init, 'function');
  checkArgument('mapParams', 'f', f, 'function');
  const last = rest[rest.length - 1];
  const hasOptions = rest.length > 0 && isOptions(last) && Object.keys(last).length > 0;
  const options: MapParamsOptions = hasOptions ? (last as MapParamsOptions) : {};
  const others = hasOptions ? rest.slice(0, -1) : rest;
  const model = typeof initable === 'function' ? initable(placeholder) : initable.init(placeholder);
  const [marks, treedef] = flatten(model, { isLeaf: isPlaceholder });
  const parts = flattenUpTo(treedef, state, 'tree.mapParams', 'state');
  const mapped = parts.map((part, i) => {
    if (!isPlaceholder(marks[i])) return options.transformNonParams ? options.transformNonParams(part) : part;
    if (!options.isLeaf) return leafwise(f as (...leaves: unknown[]) => unknown, part, ...others);
    const partDef = structure(part, { isLeaf: options.isLeaf });
    const columns = [part, ...others].map((tree) => flattenUpTo(partDef, tree, 'tree.mapParams', 'rest'));
    const call = f as (...leaves: unknown[]) => unknown;
    return unflatten(
      partDef,
      columns[0].map((_, k) => call(...columns.map((column) => column[k]))),
    );
  });
  return unflatten(treedef, mapped);
}

/** The older name of `mapParams`. */
export const treeMapParams = mapParams;
