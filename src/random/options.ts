/**
 * What the options of `fluxion/random` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { GumbelOptions } from './continuous.js';
import type { BernoulliOptions, CategoricalOptions, CountOptions, RademacherOptions } from './discrete.js';
import type { BallOptions } from './gamma.js';
import type { KeyOptions, SplitOptions } from './key.js';
import type { MultivariateNormalOptions, OrthogonalOptions } from './multivariate.js';
import type { LognormalOptions } from './normal.js';
import type { FloatOptions, ParameterOptions } from './sampler.js';
import type { ChoiceOptions, PermutationOptions } from './shuffle.js';
import type { BitsOptions, RandintOptions, UniformOptions } from './uniform.js';

export const ballOptions: Kinds<BallOptions> = { p: 'number', dtype: 'dtype?', shape: 'sizes' };

export const bernoulliOptions: Kinds<BernoulliOptions> = { p: 'array', shape: 'sizes?', mode: ['high', 'low'] };

export const bitsOptions: Kinds<BitsOptions> = { shape: 'sizes', dtype: 'dtype?' };

export const categoricalOptions: Kinds<CategoricalOptions> = {
  axis: 'axis',
  shape: 'sizes?',
  replace: 'boolean',
  mode: ['high', 'highest', 'low', null],
};

export const choiceOptions: Kinds<ChoiceOptions> = {
  shape: 'sizes',
  replace: 'boolean',
  p: 'array?',
  axis: 'axis',
  mode: ['high', 'highest', 'low', null],
};

export const countOptions: Kinds<CountOptions> = { shape: 'sizes?', dtype: 'dtype?' };

export const floatOptions: Kinds<FloatOptions> = { dtype: 'dtype?', shape: 'sizes' };

export const gumbelOptions: Kinds<GumbelOptions> = {
  mode: ['high', 'highest', 'low', null],
  dtype: 'dtype?',
  shape: 'sizes',
};

export const keyOptions: Kinds<KeyOptions> = { impl: ['threefry2x32', 'fry', null] };

export const lognormalOptions: Kinds<LognormalOptions> = { sigma: 'array', shape: 'sizes?', dtype: 'dtype?' };

export const multivariateNormalOptions: Kinds<MultivariateNormalOptions> = {
  method: ['cholesky', 'eigh', 'svd'],
  shape: 'sizes?',
  dtype: 'dtype?',
};

export const orthogonalOptions: Kinds<OrthogonalOptions> = { m: 'integer?', dtype: 'dtype?', shape: 'sizes' };

export const parameterOptions: Kinds<ParameterOptions> = { shape: 'sizes?', dtype: 'dtype?' };

export const permutationOptions: Kinds<PermutationOptions> = { axis: 'axis', independent: 'boolean' };

export const rademacherOptions: Kinds<RademacherOptions> = { dtype: 'dtype?', shape: 'sizes' };

export const randintOptions: Kinds<RandintOptions> = { dtype: 'dtype?' };

export const splitOptions: Kinds<SplitOptions> = { num: 'any' };

export const uniformOptions: Kinds<UniformOptions> = {
  minval: 'array',
  maxval: 'array',
  dtype: 'dtype?',
  shape: 'sizes',
};
