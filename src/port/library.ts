/**
 * Where a name of Python's libraries is here: `jax.numpy.linalg.norm` is `linalg.norm` of `fluxion/numpy`.
 */

/** A name's place in the public API. */
export interface Place {
  /** The Python module, by its proper name. */
  readonly module: string;
  readonly python: string;
  readonly from: string;
  /** How a program calls the import; null for `fluxion` itself, whose names are imported singly. */
  readonly alias: string | null;
  /** The path below the import: `linalg.norm`. */
  readonly path: readonly string[];
}

const camel = (name: string): string =>
  name.replace(/(?<=[A-Za-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A Python name by the porting rule: `value_and_grad` is `valueAndGrad`. Constants and classes stay. */
export const camelCase = (name: string): string => (/^[A-Z0-9_]+$/.test(name) ? name : camel(name));

const MODULES: Readonly<Record<string, readonly [from: string, alias: string | null, ...namespace: string[]]>> = {
  jax: ['fluxion', null],
  'jax.numpy': ['fluxion/numpy', 'jnp'],
  'jax.numpy.linalg': ['fluxion/numpy', 'jnp', 'linalg'],
  'jax.numpy.fft': ['fluxion/numpy', 'jnp', 'fft'],
  'jax.lax': ['fluxion/lax', 'lax'],
  'jax.lax.linalg': ['fluxion/lax', 'lax', 'linalg'],
  'jax.random': ['fluxion/random', 'random'],
  'jax.nn': ['fluxion/nn', 'nn'],
  'jax.nn.initializers': ['fluxion/nn', 'nn', 'initializers'],
  'jax.tree': ['fluxion/tree', 'tree'],
  'jax.tree_util': ['fluxion/tree', 'tree'],
  'jax.ops': ['fluxion/ops', 'ops'],
  'jax.debug': ['fluxion/debug', 'debug'],
  'jax.flatten_util': ['fluxion/flattenUtil', 'flattenUtil'],
  'jax.dtypes': ['fluxion/dtypes', 'dtypes'],
  'jax.scipy.special': ['fluxion/scipy/special', 'special'],
  'jax.scipy.linalg': ['fluxion/scipy/linalg', 'scipyLinalg'],
  'jax.scipy.signal': ['fluxion/scipy/signal', 'signal'],
  'jax.scipy.ndimage': ['fluxion/scipy/ndimage', 'ndimage'],
  optax: ['fluxion/optax', 'optax'],
  'optax.losses': ['fluxion/optax', 'optax', 'losses'],
  'optax.schedules': ['fluxion/optax', 'optax', 'schedules'],
  'optax.contrib': ['fluxion/optax', 'optax', 'contrib'],
  'optax.projections': ['fluxion/optax', 'optax', 'projections'],
  'optax.tree': ['fluxion/optax', 'optax', 'tree'],
  haiku: ['fluxion/haiku', 'hk'],
  'haiku.initializers': ['fluxion/haiku', 'hk', 'initializers'],
  'haiku.nets': ['fluxion/haiku', 'hk', 'nets'],
  jraph: ['fluxion/jraph', 'jraph'],
  xarray: ['fluxion/xarray', 'xarray'],
  graphcast: ['fluxion/graphcast', null],
};

/** Host NumPy computes on fluxion's arrays too. */
const SAME: readonly (readonly [prefix: RegExp, proper: string])[] = [
  [/^numpy(?=\.|$)/, 'jax.numpy'],
  [/^weathernext\.(utils|weathernext1_graph)(?=\.|$)/, 'graphcast'],
];

/** Whether a name belongs to a library that is here in parts or whole. */
export const isLibrary = (python: string): boolean =>
  /^(jax|optax|haiku|jraph|xarray|graphcast|numpy|weathernext)(\.|$)/.test(python);

/** Names that moved: Python's on the left, ours on the right. */
const MOVED: Readonly<Record<string, string>> = {
  'graphcast.xarray_tree.map_structure': 'jax.tree.map',
  'jax.tree_map': 'jax.tree.map',
  'jax.tree_leaves': 'jax.tree.leaves',
  'jax.tree_util.tree_map': 'jax.tree.map',
  'jax.tree_util.tree_leaves': 'jax.tree.leaves',
  'jax.tree_util.tree_flatten': 'jax.tree.flatten',
  'jax.tree_util.tree_unflatten': 'jax.tree.unflatten',
  'jax.tree_util.tree_structure': 'jax.tree.structure',
  'jax.tree_util.tree_reduce': 'jax.tree.reduce',
};

/** The place of a dotted Python name; null for one of another library, or a module that has no counterpart. */
export function placeOf(dotted: string): Place | null {
  const proper = SAME.reduce((name, [prefix, to]) => name.replace(prefix, to), dotted);
  const parts = (MOVED[proper] ?? proper).split('.');
  for (let length = parts.length; length > 0; length--) {
    const module = parts.slice(0, length).join('.');
    if (!Object.hasOwn(MODULES, module)) continue;
    const [from, alias, ...namespace] = MODULES[module];
    const rest = parts.slice(length).map(camelCase);
    const owner = module === 'graphcast' ? parts.slice(0, Math.max(parts.length - 1, 1)).join('.') : module;
    return { module: owner, python: parts[parts.length - 1], from, alias, path: [...namespace, ...rest] };
  }
  return null;
}
