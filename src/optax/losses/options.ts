/**
 * What the options of `fluxion/optax/losses` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../../array/options.js';
import type { ReduceOptions } from './arguments.js';
import type { FocalOptions, PolyLossOptions } from './classification.js';
import type { CtcOptions } from './ctc.js';
import type { RankingSoftmaxOptions } from './ranking.js';
import type { CosineOptions, HuberOptions, TargetsOption } from './regression.js';
import type { BinaryDiceOptions, DiceOptions, GeneralizedDiceOptions } from './segmentation.js';
import type { TripletOptions } from './self-supervised.js';

export const binaryDiceOptions: Kinds<BinaryDiceOptions> = { smooth: 'array', applySigmoid: 'boolean' };

export const cosineOptions: Kinds<CosineOptions> = { epsilon: 'array', axis: 'axes', where: 'array?' };

export const ctcOptions: Kinds<CtcOptions> = { blankId: 'number', logEpsilon: 'number' };

export const diceOptions: Kinds<DiceOptions> = {
  classWeights: 'array?',
  alpha: 'schedule?',
  beta: 'array',
  applySoftmax: 'boolean',
  reduction: ['none', 'mean', 'sum'],
  axis: 'axes?',
  smooth: 'array',
  ignoreBackground: 'boolean',
};

export const focalOptions: Kinds<FocalOptions> = { alpha: 'number?', gamma: 'array' };

export const generalizedDiceOptions: Kinds<GeneralizedDiceOptions> = {
  applySoftmax: 'boolean',
  smooth: 'array',
  ignoreBackground: 'boolean',
};

export const huberOptions: Kinds<HuberOptions> = { delta: 'array', targets: 'array?' };

export const polyLossOptions: Kinds<PolyLossOptions> = { epsilon: 'array', axis: 'axes', where: 'array?' };

export const rankingSoftmaxOptions: Kinds<RankingSoftmaxOptions> = {
  where: 'array?',
  weights: 'array?',
  reduceFn: 'function?',
};

export const reduceOptions: Kinds<ReduceOptions> = { axis: 'axes', where: 'array?' };

export const targetsOption: Kinds<TargetsOption> = { targets: 'array?' };

export const tripletOptions: Kinds<TripletOptions> = {
  axis: 'axis',
  normDegree: 'number',
  margin: 'array',
  eps: 'array',
};
