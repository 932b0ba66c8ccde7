/**
 * Where the PJRT plugin is: named by the user, or in the user's cache folder where `setup` put it.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { PluginNotFound } from '../../error/engine.js';
import { cacheFolder } from '../../io/cache-folder.js';
import { writeAtomically } from '../cache.js';

/** The wheel that `setup` fetches. */
export const WHEEL = { name: 'xla-cpu-pjrt', version: '0.0.1', library: 'xla_cpu_pjrt.so' } as const;

export interface PluginInfo {
  readonly path: string;
  /** Who says that this is the plugin. */
  readonly source: 'FLUXION_PJRT_PLUGIN' | 'FLUXION_PLATFORM' | 'cache';
  /** Its version, where known. */
  readonly version?: string;
}

/** Where `setup` puts the plugin. */
export const installedPath = (env?: NodeJS.ProcessEnv): string =>
  join(cacheFolder(env), 'pjrt', `${WHEEL.name}-${WHEEL.version}-${process.arch}`, WHEEL.library);

/** NVIDIA's plugin, released with JAX; its libraries lie beside it as they do in Python's own folder. */
export const CUDA_WHEEL = { name: 'jax-cuda13-pjrt', version: '0.10.2' } as const;

/** The folder that `setup --cuda` fills. */
export const cudaFolder = (env?: NodeJS.ProcessEnv): string =>
  join(cacheFolder(env), 'pjrt', `${CUDA_WHEEL.name}-${CUDA_WHEEL.version}-${process.arch}`);

/** Where its plugin is then. */
export const cudaPath = (env?: NodeJS.ProcessEnv): string =>
  join(cudaFolder(env), 'jax_plugins', 'xla_cuda13', 'xla_cuda_plugin.so');

/** Finds the plugin without loading it. `FLUXION_PLATFORM=cuda` chooses the one for GPUs. */
export function findPlugin(
  env: NodeJS.ProcessEnv = process.env,
): E.Either<InstanceType<typeof PluginNotFound>, PluginInfo> {
  const named = env.FLUXION_PJRT_PLUGIN;
  if (named) {
    const path = resolve(named);
    return isFile(path)
      ? E.right({ path, source: 'FLUXION_PJRT_PLUGIN' })
      : E.left(new PluginNotFound({ reason: 'FLUXION_PJRT_PLUGIN names a file that is not there', searched: [path] }));
  }
  if (env.FLUXION_PLATFORM === 'cuda') {
    const path = cudaPath(env);
    const reason = 'FLUXION_PLATFORM is cuda, and `npx fluxion setup --cuda` has not been run';
    return isFile(path)
      ? E.right({ path, source: 'FLUXION_PLATFORM', version: CUDA_WHEEL.version })
      : E.left(new PluginNotFound({ reason, searched: [path] }));
  }
  const path = installedPath(env);
  return isFile(path)
    ? E.right({ path, source: 'cache', version: WHEEL.version })
    : E.left(new PluginNotFound({ reason: 'it has not been set up', searched: [path] }));
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

const CHUNK = 4 << 20;

/**
 * The SHA-256 of a plugin, which names its exact version. Hashing it takes a moment, so the answer is kept in a file
 * beside it, with the size and time of change of the plugin it belongs to.
 */
export function pluginHash(path: string): string {
  const { size, mtimeMs } = statSync(path);
  const beside = `${path}.sha256`;
  const stamp = `${size} ${mtimeMs}`;
  try {
    const [hash, ...rest] = readFileSync(beside, 'utf8').trim().split(' ');
    if (rest.join(' ') === stamp && /^[0-9a-f]{64}$/.test(hash)) return hash;
  } catch {
    // Not there yet: computed below.
  }
  const hash = hashFile(path);
  try {
    writeAtomically(beside, [Buffer.from(`${hash} ${stamp}\n`)]);
  } catch {
    // A folder that cannot be written to, such as a system's own: the next process computes the hash again.
  }
  return hash;
}

function hashFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(CHUNK);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
