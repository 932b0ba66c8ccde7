/**
 * The ERA5 sample for tests: skipped loudly where it has not been fetched (`FLUXION_TEST_NETWORK=1` fetches it).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { cacheFolder } from '../../src/io/cache-folder.js';
import { ERA5_SAMPLE } from '../../src/io/era5.js';

/** Where the sample lies when it has been fetched. */
export const era5Path = join(cacheFolder(), 'data', ERA5_SAMPLE.file);

/** `describe` for tests that need the sample. */
export function describeEra5(title: string, body: () => void): void {
  if (existsSync(era5Path)) return void describe(title, body);
  console.warn(`SKIPPED, the ERA5 sample is not in the cache folder (npx fluxion graphcast fetches it): ${title}`);
  describe.skip(title, () => it('needs the ERA5 sample', () => {}));
}
