/**
 * What the options of `fluxion/nn` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { AlphaOptions, AxisOptions, GeluOptions, LeakyReluOptions, SquareplusOptions } from './activation.js';
import type { AttentionOptions } from './attention.js';
import type { FanOptions } from './initializers.js';
import type { LogMeanExpOptions, LogSumExpOptions } from './logsumexp.js';
import type { OneHotOptions, SoftmaxOptions, StandardizeOptions } from './normalization.js';

export const alphaOptions: Kinds<AlphaOptions> = { alpha: 'array' };

export const attentionOptions: Kinds<AttentionOptions> = {
  bias: 'array?',
  mask: 'array?',
  scale: 'number?',
  isCausal: 'boolean',
  querySeqLengths: 'array?',
  keyValueSeqLengths: 'array?',
  localWindowSize: 'any',
  implementation: ['xla', null],
  returnResidual: 'boolean',
};

export const axisOptions: Kinds<AxisOptions> = { axis: 'axis' };

export const geluOptions: Kinds<GeluOptions> = { approximate: 'boolean' };

export const leakyReluOptions: Kinds<LeakyReluOptions> = { negativeSlope: 'array' };

export const logMeanExpOptions: Kinds<LogMeanExpOptions> = { axis: 'axes?', keepdims: 'boolean', where: 'array?' };

export const logSumExpOptions: Kinds<LogSumExpOptions> = {
  b: 'array?',
  returnSign: 'boolean',
  axis: 'axes?',
  keepdims: 'boolean',
  where: 'array?',
};

export const oneHotOptions: Kinds<OneHotOptions> = { dtype: 'dtype?', axis: 'axis' };

export const softmaxOptions: Kinds<SoftmaxOptions> = { axis: 'axes?', where: 'array?' };

export const squareplusOptions: Kinds<SquareplusOptions> = { b: 'array?' };

export const standardizeOptions: Kinds<StandardizeOptions> = {
  axis: 'axes?',
  mean: 'array?',
  variance: 'array?',
  epsilon: 'array',
  where: 'array?',
  algorithm: ['fast', 'stable'],
};

export const fanOptions: Kinds<FanOptions> = { inAxis: 'axes', outAxis: 'axes', batchAxis: 'axes', dtype: 'dtype?' };
