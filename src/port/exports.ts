/** What the public API exports, asked of itself. */
import type { IsExported } from './draft.js';

const FRONT_DOORS: Readonly<Record<string, () => Promise<object>>> = {
  fluxion: () => import('../index.js'),
  'fluxion/numpy': () => import('../numpy/index.js'),
  'fluxion/lax': () => import('../lax/index.js'),
  'fluxion/random': () => import('../random/index.js'),
  'fluxion/nn': () => import('../nn/index.js'),
  'fluxion/tree': () => import('../tree/index.js'),
  'fluxion/ops': () => import('../ops/index.js'),
  'fluxion/debug': () => import('../debug/index.js'),
  'fluxion/dtypes': () => import('../dtypes/index.js'),
  'fluxion/flattenUtil': () => import('../flattenUtil/index.js'),
  'fluxion/scipy/special': () => import('../scipy/special/index.js'),
  'fluxion/scipy/linalg': () => import('../scipy/linalg/index.js'),
  'fluxion/scipy/signal': () => import('../scipy/signal/index.js'),
  'fluxion/scipy/ndimage': () => import('../scipy/ndimage/index.js'),
  'fluxion/optax': () => import('../optax/index.js'),
  'fluxion/haiku': () => import('../haiku/index.js'),
  'fluxion/jraph': () => import('../jraph/index.js'),
  'fluxion/xarray': () => import('../xarray/index.js'),
  'fluxion/graphcast': () => import('../graphcast/index.js'),
};

/** Types are there for the compiler only, so that no module shows them. */
const TYPES = new Set(['fluxion/graphcast graphcast.ModelConfig', 'fluxion/graphcast graphcast.TaskConfig']);

/** Loads the front doors, and answers whether a path of names is exported behind one. */
export async function publicApi(): Promise<IsExported> {
  const doors = await Promise.all(
    Object.entries(FRONT_DOORS).map(async ([from, open]) => [from, await open()] as const),
  );
  const modules = new Map<string, object>(doors);
  return (from, path) => {
    if (TYPES.has(`${from} ${path.join('.')}`)) return true;
    let value: unknown = modules.get(from);
    for (const name of path) {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !(name in value))
        return false;
      value = (value as { readonly [name: string]: unknown })[name];
    }
    return value !== undefined;
  };
}
