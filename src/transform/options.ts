/**
 * What the options of `fluxion/transform` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { CheckpointOptions } from './checkpoint.js';

export const checkpointOptions: Kinds<CheckpointOptions> = { preventCse: 'boolean', policy: 'function?' };
