/** Where fluxion keeps what it fetched or compiled, so that the next run need not. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The cache folder: `FLUXION_CACHE`, else `fluxion` in `XDG_CACHE_HOME`, else in `~/.cache`. It may not exist yet. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.FLUXION_CACHE) return resolve(env.FLUXION_CACHE);
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fluxion');
}
