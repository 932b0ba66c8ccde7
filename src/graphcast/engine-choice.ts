/**
 * The engine for a training job: XLA, fetched on first use, or what there is without it.
 *
 * Only programs that say so to their user call this: the library never downloads by itself.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Engine } from '../engine/engine.js';
import { currentEngine } from '../engine/registry.js';
import { findPlugin } from '../engine/xla/plugin.js';
import { setupPlugin } from '../engine/xla/setup.js';
import type { MainJobOptions, TrainingObserver } from './job.js';
import type { ShallowWaterOptions } from './sources/shallow-water/index.js';

/** Sizes that can be trained in minutes without XLA: the machinery, not the skill. */
export const SMALL_SIZES: Partial<MainJobOptions> = {
  meshSize: 0,
  latentSize: 8,
  messageSteps: 1,
  batchSize: 1,
  autoregressiveSteps: 1,
  source: { kind: 'shallow-water' },
};

/** Weather for that: few members on a coarse grid. */
export const SMALL_WEATHER: ShallowWaterOptions = {
  members: 5,
  frames: 4,
  spinUpDays: 0,
  numLat: 13,
  numLon: 24,
  truncation: 5,
};

/** The engine, after fetching XLA where it is wanted and missing. */
export async function ensureEngine(wanted: string | null, observer: TrainingObserver): Promise<Engine> {
  if ((wanted === null || wanted === 'xla') && E.isLeft(findPlugin())) {
    observer.message({ level: 'info', text: 'The XLA engine is not there yet; fetching it with pip (63 MB, once).' });
    const result = await setupPlugin({ onProgress: observer.progress })();
    if (E.isLeft(result)) {
      if (wanted === 'xla') throw result.left;
      const engine = currentEngine();
      const text =
        `${result.left.message} Training goes on with the engine '${engine.name}' (${engine.platform}), which is many ` +
        'times slower, on a toy size. Run `npx fluxion doctor` to see what is missing.';
      observer.message({ level: 'warning', text });
    }
  }
  return currentEngine();
}
