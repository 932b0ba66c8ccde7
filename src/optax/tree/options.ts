/**
 * What the options of `fluxion/optax/tree` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../../array/options.js';
import type { AllcloseOptions, LikeOptions, SumOptions } from './math.js';
import type { RandomLikeOptions } from './random.js';
import type { GetOptions } from './state.js';

export const allcloseOptions: Kinds<AllcloseOptions> = { rtol: 'number', atol: 'number', equalNan: 'boolean' };

export const getOptions: Kinds<GetOptions> = { default: 'any', filtering: 'function?' };

export const likeOptions: Kinds<LikeOptions> = { dtype: 'dtype?' };

export const randomLikeOptions: Kinds<RandomLikeOptions> = { sampler: 'function', dtype: 'dtype?' };

export const sumOptions: Kinds<SumOptions> = { associativeReduction: 'boolean' };
