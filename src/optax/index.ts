/**
 * `fluxion/optax`: optimizers as pure, composable transformations of gradients.
 *
 *     const optimizer = optax.chain(optax.clipByGlobalNorm(1), optax.adam(1e-3));
 *     let state = optimizer.init(params);
 *     const [updates, nextState] = optimizer.update(grads, state, params);
 *     const nextParams = optax.applyUpdates(params, updates);
 *
 * Source: optax 0.2.8; every public name is here, camelCased.
 */
import '../wiring.js';

export { type AdabeliefOptions, adabelief, type ScaleByBeliefState, scaleByBelief } from './adabelief.js';
export {
  type AdaDeltaState,
  type AdadeltaOptions,
  adadelta,
  type ScaleByAdaDeltaState,
  type ScaleByAdadeltaOptions,
  scaleByAdadelta,
} from './adadelta.js';
export {
  type AdafactorOptions,
  adafactor,
  type FactoredState,
  type FactoredStateType,
  type ScaleByFactoredRmsOptions,
  scaleByFactoredRms,
} from './adafactor.js';
export { type AdagradOptions, adagrad, type RssState, type ScaleByRssState, scaleByRss } from './adagrad.js';
export {
  type AdamOptions,
  type AdamState,
  type AdamwOptions,
  adam,
  adamw,
  nadam,
  nadamw,
  type ScaleByAdamState,
  scaleByAdam,
} from './adam.js';
export { type AdamaxOptions, type AdamaxwOptions, adamax, adamaxw, scaleByAdamax } from './adamax.js';
export {
  type AdanOptions,
  type AdanState,
  adan,
  type ScaleByAdanOptions,
  type ScaleByAdanState,
  scaleByAdan,
} from './adan.js';
export { type AdaptiveGradClipOptions, adaptiveGradClip, unitwiseClip, unitwiseNorm } from './adaptive-clip.js';
export {
  type AmsgradOptions,
  type AmsgradState,
  amsgrad,
  type ScaleByAmsgradState,
  scaleByAmsgrad,
} from './amsgrad.js';
export { type ApplyEvery, type ApplyEveryState, applyEvery } from './apply-every.js';
export * as assignment from './assignment.js';
export {
  type BacktrackingLinesearchInfo,
  type BacktrackingLinesearchOptions,
  type BacktrackingState,
  type ScaleByBacktrackingLinesearchState,
  scaleByBacktrackingLinesearch,
} from './backtracking-linesearch.js';
export { type ChainState, chain, MonoidTransformation, type NamedState, namedChain } from './chain.js';
export { clip, clipByBlockRms, clipByGlobalNorm, globalNorm } from './clip.js';
export {
  type ApplyIfFiniteState,
  type ApplyIfFiniteStateType,
  applyIfFinite,
  type ConditionallyMaskState,
  type ConditionallyTransformState,
  type ConditionalState,
  type ConditionFn,
  type ConditionOptions,
  conditionallyMask,
  conditionallyTransform,
} from './conditional.js';
export { keepParamsNonnegative, type ZeroNansState, type ZeroNansStateType, zeroNans } from './constrain.js';
export * as contrib from './contrib/index.js';
export { type DifferentiallyPrivateAggregateState, differentiallyPrivateAggregate, dpsgd } from './contrib/privacy.js';
export { type EmaOptions, type EmaState, type EmaStateType, ema } from './ema.js';
export { type FlattenState, flatten } from './flatten.js';
export { type FromageOptions, fromage } from './fromage.js';
export {
  type InjectedState,
  type InjectHyperparamsOptions,
  type InjectHyperparamsState,
  type InjectStatefulHyperparamsState,
  injectHyperparams,
  injectStatefulHyperparams,
  type StatefulSchedule,
  WrappedSchedule,
  type WrappedScheduleState,
} from './inject.js';
export {
  type LbfgsOptions,
  type LbfgsState,
  lbfgs,
  type ScaleByLBFGSState,
  type ScaleByLbfgsOptions,
  scaleByLbfgs,
} from './lbfgs.js';
export {
  type LearningRateState,
  type ScalarOrSchedule,
  type ScaleByLearningRateOptions,
  type ScaleByScheduleState,
  type ScheduleState,
  scale,
  scaleByLearningRate,
  scaleBySchedule,
} from './learning-rate.js';
export {
  type MatrixInversePthRootOptions,
  matrixInversePthRoot,
  type NnlsOptions,
  nnls,
  type PowerIterationOptions,
  powerIteration,
} from './linear-algebra.js';
export { type ValueFn, valueAndGradFromState } from './linesearch.js';
export {
  type LionMode,
  type LionOptions,
  type LionState,
  lion,
  type ScaleByLionOptions,
  type ScaleByLionState,
  scaleByLion,
} from './lion.js';
export {
  type LookaheadOptions,
  LookaheadParams,
  type LookaheadState,
  type LookaheadTransformation,
  lookahead,
} from './lookahead.js';
export * from './losses/index.js';
export * as losses from './losses/index.js';
export {
  MaskedNode,
  type MaskedOptions,
  type MaskedState,
  type MaskedStateType,
  type MaskOrFn,
  masked,
} from './masked.js';
export {
  type AccumulationName,
  AccumulationType,
  type Accumulator,
  type AccumulatorTree,
  type MicrobatchOptions,
  microbatch,
} from './microbatch.js';
export {
  type Measure,
  type MonitorState,
  type MonitorStateType,
  measureWithEma,
  monitor,
  type SnapshotState,
  type SnapshotStateType,
  snapshot,
} from './monitor.js';
export {
  MultiSteps,
  type MultiStepsOptions,
  type MultiStepsState,
  type MultiStepsStateType,
  type ShouldSkipUpdateFunction,
  skipLargeUpdates,
  skipNotFinite,
} from './multi-steps.js';
export {
  type AddNoiseState,
  addNoise,
  type NoiseKeyOptions,
  type NoiseState,
  type NoisySgdOptions,
  noisySgd,
} from './noise.js';
export {
  centralize,
  type DistanceState,
  type NormalizeByUpdateNormOptions,
  normalizeByUpdateNorm,
  type ScaleByDistanceOverGradientsOptions,
  type ScaleByDistanceOverGradientsState,
  scaleByDistanceOverGradients,
} from './normalization.js';
export {
  type NovogradOptions,
  novograd,
  type ScaleByNovogradOptions,
  type ScaleByNovogradState,
  scaleByNovograd,
} from './novograd.js';
export { type NormOptions, safeIncrement, safeInt32Increment, safeNorm, safeRootMeanSquares } from './numerics.js';
export {
  type OptimisticAdamOptions,
  type OptimisticAdamV2Options,
  type OptimisticOptions,
  type OptimisticState,
  optimisticAdam,
  optimisticAdamV2,
  optimisticGradientDescent,
  type ScaleByOptimisticGradientState,
  scaleByOptimisticGradient,
} from './optimistic.js';
export {
  freeze,
  multiTransform,
  type ParamLabels,
  type PartitionState,
  type PartitionStateType,
  partition,
  selectiveTransform,
} from './partition.js';
export {
  type PerExampleLayerNormClipOptions,
  perExampleGlobalNormClip,
  perExampleLayerNormClip,
} from './per-example-clip.js';
export * as perturbations from './perturbations.js';
export { type PolyakSgdOptions, polyakSgd, type ScaleByPolyakOptions, scaleByPolyak } from './polyak.js';
export * as projections from './projections.js';
export { type RadamOptions, radam, scaleByRadam } from './radam.js';
export {
  type RmspropOptions,
  type RmspropState,
  type RmsState,
  type RStdDevState,
  rmsprop,
  type ScaleByRmsOptions,
  type ScaleByRmspropState,
  type ScaleByRmsState,
  type ScaleByRStdDevState,
  scaleByRms,
  scaleByStddev,
} from './rmsprop.js';
export { type RpropOptions, type RpropState, rprop, type ScaleByRpropState, scaleByRprop } from './rprop.js';
export { MultiNormalDiagFromLogScale, multiNormal, scaleGradient } from './scale-gradient.js';
export * from './schedules/index.js';
export * as schedules from './schedules/index.js';
export * as secondOrder from './second-order.js';
export { type SgdOptions, sgd } from './sgd.js';
export { type SignumOptions, scaleBySign, signSgd, signum } from './sign.js';
export {
  type ScaleBySM3State,
  type ScaleBySm3Options,
  type SM3State,
  type Sm3Options,
  scaleBySm3,
  sm3,
} from './sm3.js';
export { migrateState, type StepOptions, type StepResult, step } from './step.js';
export { type TraceOptions, type TraceState, type TraceStateType, trace } from './trace.js';
export {
  type AnyState,
  type EmptyState,
  type ExtraArgs,
  GradientTransformation,
  GradientTransformationExtraArgs,
  identity,
  initEmptyState,
  type NoState,
  type OptState,
  type Params,
  type StateFor,
  type StateType,
  setToZero,
  stateless,
  statelessWithTreeMap,
  type TransformInitFn,
  type TransformUpdateExtraArgsFn,
  type TransformUpdateFn,
  type Updates,
  withExtraArgsSupport,
} from './transformation.js';
export * as transforms from './transforms.js';
export * as tree from './tree/index.js';
export { biasCorrection, updateInfinityMoment, updateMoment, updateMomentPerElemNorm } from './tree/math.js';
export { treeMapParams } from './tree/state.js';
export {
  type LambOptions,
  type LarsOptions,
  lamb,
  lars,
  type MinScaleOption,
  scaleByParamBlockNorm,
  scaleByParamBlockRms,
  scaleByTrustRatio,
  type TrustRatioOptions,
} from './trust-ratio.js';
export { applyUpdates, incrementalUpdate, periodicUpdate } from './update.js';
export {
  type AddDecayedWeightsOptions,
  addDecayedWeights,
  type DecayedWeightsState,
  type WeightDecaySchedule,
} from './weight-decay.js';
export { type ScaleByYogiOptions, scaleByYogi, type YogiOptions, yogi } from './yogi.js';
export {
  type ScaleByZoomLinesearchState,
  scaleByZoomLinesearch,
  type ZoomLinesearchInfo,
  type ZoomLinesearchOptions,
  type ZoomState,
} from './zoom-linesearch.js';
