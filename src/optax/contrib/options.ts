/**
 * What the options of `fluxion/optax/contrib` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../../array/options.js';
import type { AcpropOptions, ScaleByAcpropOptions } from './acprop.js';
import type {
  AdemamixOptions,
  ScaleByAdemamixOptions,
  ScaleBySimplifiedAdemamixOptions,
  SimplifiedAdemamixOptions,
} from './ademamix.js';
import type { AdoptOptions } from './adopt.js';
import type { CocobOptions, ScaleByCocobOptions } from './cocob.js';
import type { DadaptAdamwOptions } from './dadapt-adamw.js';
import type { DogOptions, DowgOptions } from './dog.js';
import type { GaloreOptions, ScaleByGaloreOptions } from './galore.js';
import type { MadgradOptions, ScaleByMadgradOptions } from './madgrad.js';
import type { MechanizeOptions } from './mechanic.js';
import type { MomoAdamOptions, MomoOptions } from './momo.js';
import type { DimensionNumbersOptions, MuonOptions, ScaleByMuonOptions } from './muon.js';
import type { DpsgdOptions } from './privacy.js';
import type { ProdigyOptions } from './prodigy.js';
import type { ReduceOnPlateauOptions } from './reduce-on-plateau.js';
import type { SamOptions } from './sam.js';
import type { ScheduleFreeAdamwOptions, ScheduleFreeOptions, ScheduleFreeSgdOptions } from './schedule-free.js';
import type { SophiaOptions } from './sophia.js';

export const acpropOptions: Kinds<AcpropOptions> = {
  weightDecay: 'array',
  mask: 'any',
  b1: 'schedule?',
  b2: 'schedule?',
  eps: 'schedule?',
  epsRoot: 'array',
};

export const ademamixOptions: Kinds<AdemamixOptions> = {
  b1: 'schedule?',
  b2: 'schedule?',
  b3: 'schedule?',
  alpha: 'schedule?',
  eps: 'schedule?',
  epsRoot: 'array',
  muDtype: 'dtype?',
  weightDecay: 'array',
  mask: 'any',
};

export const adoptOptions: Kinds<AdoptOptions> = {
  b1: 'schedule?',
  b2: 'schedule?',
  eps: 'schedule?',
  muDtype: 'dtype?',
  nesterov: 'boolean',
  useClipping: 'boolean',
  clipValueFn: 'function',
};

export const cocobOptions: Kinds<CocobOptions> = {
  learningRate: 'schedule?',
  weightDecay: 'array',
  mask: 'any',
  alpha: 'schedule?',
  eps: 'schedule?',
};

export const dadaptAdamwOptions: Kinds<DadaptAdamwOptions> = {
  learningRate: 'schedule?',
  betas: 'numbers',
  eps: 'schedule?',
  estimLr0: 'any',
  weightDecay: 'schedule?',
};

export const dimensionNumbersOptions: Kinds<DimensionNumbersOptions> = { reductionAxis: 'any', outputAxis: 'any' };

export const dogOptions: Kinds<DogOptions> = {
  initStep: 'any',
  eps: 'schedule?',
  learningRate: 'schedule?',
  weightDecay: 'array?',
  mask: 'any',
};

export const dowgOptions: Kinds<DowgOptions> = {
  learningRate: 'schedule?',
  weightDecay: 'array?',
  mask: 'any',
  initEstimSqDist: 'array?',
  eps: 'schedule?',
};

export const dpsgdOptions: Kinds<DpsgdOptions> = { momentum: 'number?', nesterov: 'boolean' };

export const galoreOptions: Kinds<GaloreOptions> = {
  weightDecay: 'array',
  mask: 'any',
  rank: 'number',
  updateProjGap: 'number',
  scale: 'number',
  baseOptimizer: 'any',
  weightDimensionNumbers: 'any',
};

export const madgradOptions: Kinds<MadgradOptions> = { weightDecay: 'array', momentum: 'number', eps: 'number' };

export const mechanizeOptions: Kinds<MechanizeOptions> = {
  weightDecay: 'schedule?',
  eps: 'schedule?',
  sInit: 'number',
  numBetas: 'number',
};

export const momoAdamOptions: Kinds<MomoAdamOptions> = {
  learningRate: 'schedule?',
  b1: 'number',
  b2: 'number',
  eps: 'schedule?',
  lowerBound: 'array',
  weightDecay: 'number',
  adaptLowerBound: 'boolean',
};

export const momoOptions: Kinds<MomoOptions> = {
  learningRate: 'schedule?',
  beta: 'number',
  lowerBound: 'array',
  weightDecay: 'number',
  adaptLowerBound: 'boolean',
};

export const muonOptions: Kinds<MuonOptions> = {
  nsCoeffs: 'any',
  weightDecay: 'array',
  weightDecayMask: 'any',
  adamB1: 'array',
  adamB2: 'array',
  adamEpsRoot: 'array',
  adamWeightDecay: 'array',
  adamLearningRate: 'any',
  muonWeightDimensionNumbers: 'any',
  consistentRms: 'number?',
  muDtype: 'dtype?',
  nsSteps: 'number',
  beta: 'any',
  eps: 'schedule?',
  nesterov: 'boolean',
  adaptive: 'boolean',
  preconditioning: ['frobenius', 'spectral', 'aol', 'schatten'],
};

export const prodigyOptions: Kinds<ProdigyOptions> = {
  learningRate: 'schedule?',
  betas: 'numbers',
  beta3: 'number?',
  eps: 'schedule?',
  estimLr0: 'number',
  estimLrCoef: 'array',
  weightDecay: 'schedule?',
  safeguardWarmup: 'boolean',
};

export const reduceOnPlateauOptions: Kinds<ReduceOnPlateauOptions> = {
  factor: 'number',
  patience: 'number',
  rtol: 'number',
  atol: 'number',
  cooldown: 'number',
  accumulationSize: 'number',
  minScale: 'number',
};

export const samOptions: Kinds<SamOptions> = {
  syncPeriod: 'number',
  resetState: 'boolean',
  opaqueMode: 'boolean',
  batchAxisName: 'string?',
};

export const scaleByAcpropOptions: Kinds<ScaleByAcpropOptions> = {
  b1: 'schedule?',
  b2: 'schedule?',
  eps: 'schedule?',
  epsRoot: 'array',
};

export const scaleByAdemamixOptions: Kinds<ScaleByAdemamixOptions> = {
  b1: 'schedule?',
  b2: 'schedule?',
  b3: 'schedule?',
  alpha: 'schedule?',
  eps: 'schedule?',
  epsRoot: 'array',
  muDtype: 'dtype?',
};

export const scaleByCocobOptions: Kinds<ScaleByCocobOptions> = { alpha: 'schedule?', eps: 'schedule?' };

export const scaleByGaloreOptions: Kinds<ScaleByGaloreOptions> = {
  rank: 'number',
  updateProjGap: 'number',
  scale: 'number',
  baseOptimizer: 'any',
  weightDimensionNumbers: 'any',
};

export const scaleByMadgradOptions: Kinds<ScaleByMadgradOptions> = { momentum: 'number', eps: 'number' };

export const scaleByMuonOptions: Kinds<ScaleByMuonOptions> = {
  nsCoeffs: 'any',
  nsSteps: 'number',
  beta: 'any',
  eps: 'schedule?',
  muDtype: 'dtype?',
  nesterov: 'boolean',
  adaptive: 'boolean',
  preconditioning: ['frobenius', 'spectral', 'aol', 'schatten'],
  weightDimensionNumbers: 'any',
};

export const scaleBySimplifiedAdemamixOptions: Kinds<ScaleBySimplifiedAdemamixOptions> = {
  b1: 'schedule?',
  b2: 'schedule?',
  alpha: 'schedule?',
  eps: 'schedule?',
  epsRoot: 'array',
};

export const scheduleFreeAdamwOptions: Kinds<ScheduleFreeAdamwOptions> = {
  learningRate: 'number',
  warmupSteps: 'number?',
  b2: 'schedule?',
  eps: 'schedule?',
  weightDecay: 'number',
  b1: 'number',
  weightLrPower: 'number',
  stateDtype: 'dtype?',
};

export const scheduleFreeOptions: Kinds<ScheduleFreeOptions> = {
  b1: 'number',
  weightLrPower: 'number',
  stateDtype: 'dtype?',
};

export const scheduleFreeSgdOptions: Kinds<ScheduleFreeSgdOptions> = {
  learningRate: 'number',
  warmupSteps: 'number?',
  weightDecay: 'number?',
  b1: 'number',
  weightLrPower: 'number',
  stateDtype: 'dtype?',
};

export const simplifiedAdemamixOptions: Kinds<SimplifiedAdemamixOptions> = {
  b1: 'schedule?',
  b2: 'schedule?',
  alpha: 'schedule?',
  eps: 'schedule?',
  epsRoot: 'array',
  weightDecay: 'array',
  mask: 'any',
};

export const sophiaOptions: Kinds<SophiaOptions> = {
  weightDecay: 'array',
  weightDecayMask: 'any',
  b1: 'schedule?',
  b2: 'schedule?',
  eps: 'schedule?',
  gamma: 'array',
  clipThreshold: 'array?',
  updateInterval: 'number',
  hessianDiagonalFn: 'any',
  muDtype: 'dtype?',
};
