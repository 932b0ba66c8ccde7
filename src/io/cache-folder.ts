/** Where fluxion keeps what it fetched or compiled, so that the next run need not. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The cache folder: `FLUXION_CACHE`, else `fluxion` in `XDG_CACHE_HOME`, else in `~/.cache`. It may not exist yet. */
export function cacheFolder(): string {
  const { FLUXION_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  if (own) return own;
  return join(shared || join(homedir(), '.cache'), 'fluxion');
}
