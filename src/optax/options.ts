/**
 * What the options of `fluxion/optax` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { AdabeliefOptions } from './adabelief.js';
import type { AdadeltaOptions, ScaleByAdadeltaOptions } from './adadelta.js';
import type { AdafactorOptions, ScaleByFactoredRmsOptions } from './adafactor.js';
import type { AdagradOptions } from './adagrad.js';
import type { AdamOptions, AdamwOptions } from './adam.js';
import type { AdamaxOptions, AdamaxwOptions } from './adamax.js';
import type { AdanOptions, ScaleByAdanOptions } from './adan.js';
import type { AdaptiveGradClipOptions } from './adaptive-clip.js';
import type { AmsgradOptions } from './amsgrad.js';
import type { BacktrackingLinesearchOptions } from './backtracking-linesearch.js';
import type { ConditionOptions } from './conditional.js';
import type { EmaOptions } from './ema.js';
import type { FromageOptions } from './fromage.js';
import type { InjectHyperparamsOptions } from './inject.js';
import type { LbfgsOptions, ScaleByLbfgsOptions } from './lbfgs.js';
import type { MatrixInversePthRootOptions, NnlsOptions, PowerIterationOptions } from './linear-algebra.js';
import type { LionOptions, ScaleByLionOptions } from './lion.js';
import type { LookaheadOptions } from './lookahead.js';
import type { MaskedOptions } from './masked.js';
import type { MicrobatchOptions } from './microbatch.js';
import type { NoiseKeyOptions, NoisySgdOptions } from './noise.js';
import type { NormalizeByUpdateNormOptions, ScaleByDistanceOverGradientsOptions } from './normalization.js';
import type { NovogradOptions, ScaleByNovogradOptions } from './novograd.js';
import type { NormOptions } from './numerics.js';
import type { OptimisticAdamOptions, OptimisticAdamV2Options, OptimisticOptions } from './optimistic.js';
import type { PerExampleLayerNormClipOptions } from './per-example-clip.js';
import type { PerturbedOptions } from './perturbations.js';
import type { PolyakSgdOptions, ScaleByPolyakOptions } from './polyak.js';
import type { ScaleOption } from './projections.js';
import type { RadamOptions } from './radam.js';
import type { RmspropOptions, ScaleByRmsOptions } from './rmsprop.js';
import type { RpropOptions } from './rprop.js';
import type { SgdOptions } from './sgd.js';
import type { SignumOptions } from './sign.js';
import type { ScaleBySm3Options, Sm3Options } from './sm3.js';
import type { StepOptions } from './step.js';
import type { TraceOptions } from './trace.js';
import type { LambOptions, LarsOptions, TrustRatioOptions } from './trust-ratio.js';
import type { AddDecayedWeightsOptions } from './weight-decay.js';
import type { ScaleByYogiOptions, YogiOptions } from './yogi.js';
import type { ZoomLinesearchOptions } from './zoom-linesearch.js';

export const adabeliefOptions: Kinds<AdabeliefOptions> = {
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  nesterov: 'boolean',
};

export const adadeltaOptions: Kinds<AdadeltaOptions> = {
  learningRate: 'schedule?',
  weightDecay: 'array',
  weightDecayMask: 'any',
  rho: 'array',
  eps: 'array',
};

export const adafactorOptions: Kinds<AdafactorOptions> = {
  learningRate: 'schedule?',
  minDimSizeToFactor: 'number',
  decayRate: 'array',
  decayOffset: 'number',
  multiplyByParameterScale: 'boolean',
  clippingThreshold: 'array?',
  momentum: 'array?',
  dtypeMomentum: 'dtype?',
  weightDecayRate: 'array?',
  eps: 'array',
  factored: 'boolean',
  weightDecayMask: 'any',
};

export const adagradOptions: Kinds<AdagradOptions> = { initialAccumulatorValue: 'array', eps: 'array' };

export const adamOptions: Kinds<AdamOptions> = {
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  muDtype: 'dtype?',
  nesterov: 'boolean',
};

export const adamaxOptions: Kinds<AdamaxOptions> = { b1: 'array', b2: 'schedule?', eps: 'array' };

export const adamaxwOptions: Kinds<AdamaxwOptions> = {
  weightDecay: 'array',
  mask: 'any',
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
};

export const adamwOptions: Kinds<AdamwOptions> = {
  weightDecay: 'array',
  mask: 'any',
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  muDtype: 'dtype?',
  nesterov: 'boolean',
};

export const adanOptions: Kinds<AdanOptions> = {
  weightDecay: 'array',
  mask: 'any',
  b1: 'array',
  b2: 'schedule?',
  b3: 'array',
  eps: 'array',
  epsRoot: 'array',
};

export const adaptiveGradClipOptions: Kinds<AdaptiveGradClipOptions> = { eps: 'array', axis: 'axes?' };

export const addDecayedWeightsOptions: Kinds<AddDecayedWeightsOptions> = { weightDecay: 'schedule?', mask: 'any' };

export const amsgradOptions: Kinds<AmsgradOptions> = {
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  muDtype: 'dtype?',
  biasCorrectionMu: 'boolean',
  biasCorrectionNu: 'boolean',
};

export const backtrackingLinesearchOptions: Kinds<BacktrackingLinesearchOptions> = {
  slopeRtol: 'number',
  decreaseFactor: 'number',
  increaseFactor: 'number',
  maxLearningRate: 'number',
  atol: 'number',
  rtol: 'number',
  storeGrad: 'boolean',
};

export const conditionOptions: Kinds<ConditionOptions> = { forwardExtraArgs: 'boolean' };

export const emaOptions: Kinds<EmaOptions> = { debias: 'boolean', accumulatorDtype: 'dtype?' };

export const fromageOptions: Kinds<FromageOptions> = { minNorm: 'array' };

export const injectHyperparamsOptions: Kinds<InjectHyperparamsOptions> = {
  staticArgs: 'any',
  hyperparamDtype: 'dtype?',
};

export const lambOptions: Kinds<LambOptions> = {
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  weightDecay: 'array',
  mask: 'any',
};

export const larsOptions: Kinds<LarsOptions> = {
  weightDecay: 'array',
  weightDecayMask: 'any',
  trustCoefficient: 'array',
  eps: 'array',
  trustRatioMask: 'any',
  momentum: 'array?',
  nesterov: 'boolean',
};

export const lbfgsOptions: Kinds<LbfgsOptions> = {
  learningRate: 'schedule?',
  linesearch: 'any',
  memorySize: 'integer',
  scaleInitPrecond: 'boolean',
};

export const lionOptions: Kinds<LionOptions> = {
  weightDecay: 'array',
  mask: 'any',
  b1: 'array',
  b2: 'schedule?',
  muDtype: 'dtype?',
};

export const lookaheadOptions: Kinds<LookaheadOptions> = { resetState: 'boolean' };

export const maskedOptions: Kinds<MaskedOptions> = { maskCompatibleExtraArgs: 'boolean' };

export const matrixInversePthRootOptions: Kinds<MatrixInversePthRootOptions> = {
  numIters: 'integer',
  ridgeEpsilon: 'number',
  errorTolerance: 'number',
};

export const microbatchOptions: Kinds<MicrobatchOptions> = {
  accumulator: 'any',
  inAxes: 'any',
  numRealMicrobatches: 'array?',
};

export const nnlsOptions: Kinds<NnlsOptions> = { unroll: 'integer', L: 'array?' };

export const noiseKeyOptions: Kinds<NoiseKeyOptions> = { key: 'any', seed: 'integer?' };

export const noisySgdOptions: Kinds<NoisySgdOptions> = { eta: 'array', gamma: 'array', key: 'any', seed: 'integer?' };

export const normOptions: Kinds<NormOptions> = { ord: 'number?', axis: 'axes?', keepdims: 'boolean' };

export const normalizeByUpdateNormOptions: Kinds<NormalizeByUpdateNormOptions> = { scaleFactor: 'array', eps: 'array' };

export const novogradOptions: Kinds<NovogradOptions> = {
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  weightDecay: 'schedule?',
};

export const optimisticAdamOptions: Kinds<OptimisticAdamOptions> = {
  optimism: 'array?',
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  muDtype: 'dtype?',
  nesterov: 'boolean',
};

export const optimisticAdamV2Options: Kinds<OptimisticAdamV2Options> = {
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  muDtype: 'dtype?',
  nesterov: 'boolean',
  alpha: 'array',
  beta: 'array',
};

export const optimisticOptions: Kinds<OptimisticOptions> = { alpha: 'array', beta: 'array' };

export const perExampleLayerNormClipOptions: Kinds<PerExampleLayerNormClipOptions> = { uniform: 'boolean' };

export const perturbedOptions: Kinds<PerturbedOptions> = {
  numSamples: 'number',
  sigma: 'number',
  noise: 'any',
  useBaseline: 'boolean',
};

export const polyakSgdOptions: Kinds<PolyakSgdOptions> = {
  scaling: 'any',
  fMin: 'array',
  maxLearningRate: 'schedule?',
  eps: 'array',
  variant: ['sps', 'sps+'],
};

export const powerIterationOptions: Kinds<PowerIterationOptions> = {
  v0: 'any',
  numIters: 'integer',
  errorTolerance: 'number',
  key: 'any',
};

export const radamOptions: Kinds<RadamOptions> = {
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  threshold: 'array',
  nesterov: 'boolean',
};

export const rmspropOptions: Kinds<RmspropOptions> = {
  centered: 'boolean',
  momentum: 'array?',
  nesterov: 'boolean',
  decay: 'array',
  eps: 'array',
  initialScale: 'array',
  epsInSqrt: 'boolean',
  biasCorrection: 'boolean',
};

export const rpropOptions: Kinds<RpropOptions> = {
  etaMinus: 'array',
  etaPlus: 'array',
  minStepSize: 'array',
  maxStepSize: 'array',
};

export const scaleByAdadeltaOptions: Kinds<ScaleByAdadeltaOptions> = { rho: 'array', eps: 'array' };

export const scaleByAdanOptions: Kinds<ScaleByAdanOptions> = {
  b1: 'array',
  b2: 'schedule?',
  b3: 'array',
  eps: 'array',
  epsRoot: 'array',
};

export const scaleByDistanceOverGradientsOptions: Kinds<ScaleByDistanceOverGradientsOptions> = {
  repsRel: 'array',
  eps: 'array',
  paramDtype: 'dtype',
  globalScale: 'array',
};

export const scaleByFactoredRmsOptions: Kinds<ScaleByFactoredRmsOptions> = {
  factored: 'boolean',
  decayRate: 'array',
  stepOffset: 'number',
  minDimSizeToFactor: 'number',
  epsilon: 'array',
  decayRateFn: 'function',
};

export const scaleByLbfgsOptions: Kinds<ScaleByLbfgsOptions> = { memorySize: 'integer', scaleInitPrecond: 'boolean' };

export const scaleByLionOptions: Kinds<ScaleByLionOptions> = {
  b1: 'array',
  b2: 'schedule?',
  muDtype: 'dtype?',
  mode: ['hard', 'smooth', 'refined'],
  smoothBeta: 'array',
};

export const scaleByNovogradOptions: Kinds<ScaleByNovogradOptions> = {
  muDtype: 'dtype?',
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
  epsRoot: 'array',
  weightDecay: 'schedule?',
};

export const scaleByPolyakOptions: Kinds<ScaleByPolyakOptions> = {
  fMin: 'array',
  maxLearningRate: 'schedule?',
  eps: 'array',
  variant: ['sps', 'sps+'],
};

export const scaleByRmsOptions: Kinds<ScaleByRmsOptions> = {
  decay: 'array',
  eps: 'array',
  initialScale: 'array',
  epsInSqrt: 'boolean',
  biasCorrection: 'boolean',
};

export const scaleBySm3Options: Kinds<ScaleBySm3Options> = { b1: 'array', b2: 'number', eps: 'array' };

export const scaleByYogiOptions: Kinds<ScaleByYogiOptions> = {
  epsRoot: 'array',
  initialAccumulatorValue: 'array',
  b1: 'array',
  b2: 'schedule?',
  eps: 'array',
};

export const scaleOption: Kinds<ScaleOption> = { scale: 'array' };

export const sgdOptions: Kinds<SgdOptions> = { momentum: 'array?', nesterov: 'boolean', accumulatorDtype: 'dtype?' };

export const signumOptions: Kinds<SignumOptions> = { beta: 'array', accumulatorDtype: 'dtype?' };

export const sm3Options: Kinds<Sm3Options> = { momentum: 'array?' };

export const stepOptions: Kinds<StepOptions> = { hasAux: 'boolean', donate: 'boolean' };

export const traceOptions: Kinds<TraceOptions> = { nesterov: 'boolean', accumulatorDtype: 'dtype?' };

export const trustRatioOptions: Kinds<TrustRatioOptions> = {
  minNorm: 'array',
  trustCoefficient: 'array',
  eps: 'array',
};

export const yogiOptions: Kinds<YogiOptions> = { b1: 'array', b2: 'schedule?', eps: 'array' };

export const zoomLinesearchOptions: Kinds<ZoomLinesearchOptions> = {
  maxLearningRate: 'number?',
  tol: 'number',
  increaseFactor: 'number',
  slopeRtol: 'number',
  curvRtol: 'number',
  approxDecRtol: 'number?',
  stepsizePrecision: 'number',
  initialGuessStrategy: ['keep', 'one'],
};
