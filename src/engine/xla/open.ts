/**
 * The engine as a program gets it: the plugin found, its devices opened, the cache of compiled programs attached.
 */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { PluginError } from '../../error/engine.js';
import { cacheFolder } from '../../io/cache-folder.js';
import { ProgramCache, processorFingerprint } from '../cache.js';
import { type ClientOptions, PjrtClient } from './client.js';
import { type Lower, XlaEngine } from './engine.js';
import type { XlaCompileOptions } from './options.js';
import { findPlugin, pluginHash } from './plugin.js';

export interface OpenOptions extends ClientOptions {
  readonly lower: Lower;
  readonly compileOptions?: XlaCompileOptions;
}

/** The folder of compiled programs. */
export const programFolder = (): string => join(cacheFolder(), 'programs');

/** False when the user switched the cache of compiled programs off. */
export const programCacheEnabled = (): boolean => process.env.FLUXION_COMPILATION_CACHE !== 'off';

/** The cache of programs compiled by the plugin at `path`; none where the user switched it off. */
function programCache(path: string): ProgramCache | undefined {
  if (!programCacheEnabled()) return undefined;
  return new ProgramCache(programFolder(), { context: [pluginHash(path), processorFingerprint()] });
}

/**
 * Defaults of the plugin that give wrong numbers. Fast comparisons let the larger of a number and NaN be the number; JAX's
 * answer, like ours, is NaN. XNNPACK packs the right operand of a product once and remembers it by its address, where a
 * donated argument has the next step's value.
 */
const CPU_OVERRIDES = { xla_cpu_enable_fast_min_max: false, xla_cpu_use_xnnpack: false } as const;

/** Finds the plugin, opens its devices and makes an engine of them. */
export function openXla({ lower, compileOptions, devices }: OpenOptions): E.Either<PluginError, XlaEngine> {
  const plugin = findPlugin();
  if (E.isLeft(plugin)) return plugin;
  const { path } = plugin.right;
  const client = PjrtClient.open(path, { devices });
  if (E.isLeft(client)) return client;
  const defaults = client.right.platform === 'cpu' ? CPU_OVERRIDES : {};
  const options = { ...compileOptions, overrides: { ...defaults, ...compileOptions?.overrides } };
  return E.right(new XlaEngine(client.right, { lower, compileOptions: options, cache: programCache(path) }));
}
