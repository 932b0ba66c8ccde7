/**
 * What the options of `fluxion/ops` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { SegmentOptions } from './index.js';

export const segmentOptions: Kinds<SegmentOptions> = {
  numSegments: 'integer?',
  indicesAreSorted: 'boolean',
  uniqueIndices: 'boolean',
  bucketSize: 'integer?',
  mode: 'string?',
};
