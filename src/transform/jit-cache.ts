/**
 * Where `jit` remembers traces: by function and options, so that two `jit`s of one function share them.
 */
import type { DeviceArray } from '../array/array.js';
import type { Use } from '../trace/reuse.js';
import type { Staged } from '../trace/stage.js';
import type { TreeDef } from '../tree/tree.js';
import type { Program } from './dispatch.js';
import type { Signature } from './explain.js';
import type { WantedShardings } from './placement.js';

/** A staged function and what is needed to run it. */
export interface JitTrace extends Staged, Signature {
  readonly outTree: TreeDef;
  readonly program: Program;
  /** Positions among the program's used inputs that are donated, and among all leaves. */
  readonly donateUsed: readonly number[];
  readonly donateLeaves: readonly number[];
  readonly constArrays: readonly DeviceArray[] | null;
  /** Where its inputs, captured arrays first, and outputs are wanted. */
  readonly wanted: WantedShardings | null;
  /** Random keys among the leaves that the function uses up. */
  readonly uses: readonly Use[];
}

/** How often a cache had what was wanted. */
export interface CacheStatistics {
  /** Traces that are remembered. */
  readonly size: number;
  /** Calls that found one. */
  readonly hits: number;
  /** Calls that had to be traced. */
  readonly misses: number;
}

/** The traces of one function. */
class JitCache {
  readonly traces: JitTrace[] = [];
  last: JitTrace | null = null;
  hits = 0;
  misses = 0;

  clear(): void {
    this.traces.length = 0;
    this.last = null;
  }

  statistics(): CacheStatistics {
    return { size: this.traces.length, hits: this.hits, misses: this.misses };
  }
}

const caches = new WeakMap<object, Map<string, JitCache>>();
const all = new Set<WeakRef<JitCache>>();

function* living(): Generator<JitCache> {
  for (const ref of all) {
    const cache = ref.deref();
    if (cache) yield cache;
    else all.delete(ref);
  }
}

/** The cache of a function under options that matter to its traces. */
export function cacheFor(f: object, options: string): JitCache {
  const byOptions = caches.get(f) ?? new Map<string, JitCache>();
  caches.set(f, byOptions);
  let cache = byOptions.get(options);
  if (!cache) {
    cache = new JitCache();
    byOptions.set(options, cache);
    all.add(new WeakRef(cache));
  }
  return cache;
}

/** Forgets the traces of all jitted functions (`jax.clear_caches`). */
export function clearCaches(): void {
  for (const cache of living()) cache.clear();
}

/** What the caches of all jitted functions hold together. */
export function cacheStatistics(): CacheStatistics {
  let [size, hits, misses] = [0, 0, 0];
  for (const cache of living()) {
    size += cache.traces.length;
    hits += cache.hits;
    misses += cache.misses;
  }
  return { size, hits, misses };
}
