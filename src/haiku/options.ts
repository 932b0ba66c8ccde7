/**
 * What the options of `fluxion/haiku` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { DropoutOptions } from './basic.js';
import type { VarianceScalingOptions } from './initializers.js';
import type { NormalizationOptions } from './layer-norm.js';
import type { HookOptions, ParameterOptions, StateOptions } from './parameter.js';

export const dropoutOptions: Kinds<DropoutOptions> = { broadcastDims: 'integers' };

export const hookOptions: Kinds<HookOptions> = { params: 'boolean', state: 'boolean' };

export const normalizationOptions: Kinds<NormalizationOptions> = {
  axis: 'axes',
  eps: 'number',
  useFastVariance: 'boolean',
};

export const parameterOptions: Kinds<ParameterOptions> = { dtype: 'dtype?', init: 'function?' };

export const stateOptions: Kinds<StateOptions> = { shape: 'sizes?', dtype: 'dtype?', init: 'function?' };

export const varianceScalingOptions: Kinds<VarianceScalingOptions> = {
  scale: 'number',
  mode: ['fan_in', 'fan_out', 'fan_avg', 'fanIn', 'fanOut', 'fanAvg'],
  distribution: ['truncated_normal', 'normal', 'uniform', 'truncatedNormal'],
  fanInAxes: 'integers?',
};
