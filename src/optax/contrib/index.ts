/**
 * `optax.contrib`: algorithms of others, mostly recent ones.
 */
export { type AcpropOptions, acprop, type ScaleByAcpropOptions, scaleByAcprop } from './acprop.js';
export {
  type AdemamixOptions,
  type AdemamixState,
  ademamix,
  type ScaleByAdemamixOptions,
  type ScaleByAdemamixState,
  type ScaleBySimplifiedAdEMAMixState,
  type ScaleBySimplifiedAdemamixOptions,
  type SimplifiedAdemamixOptions,
  type SimplifiedAdemamixState,
  scaleByAdemamix,
  scaleBySimplifiedAdemamix,
  simplifiedAdemamix,
} from './ademamix.js';
export { type AdoptOptions, adopt, scaleByAdopt } from './adopt.js';
export {
  type COCOBState,
  type CocobOptions,
  type CocobState,
  cocob,
  type ScaleByCocobOptions,
  scaleByCocob,
} from './cocob.js';
export {
  type SplitRealAndImaginaryArrays,
  type SplitRealAndImaginaryState,
  type SplitState,
  splitRealAndImaginary,
} from './complex-valued.js';
export { type DAdaptAdamWState, type DAdaptState, type DadaptAdamwOptions, dadaptAdamw } from './dadapt-adamw.js';
export {
  type DoGState,
  type DogOptions,
  type DogState,
  type DoWGState,
  type DowgOptions,
  type DowgState,
  dog,
  dowg,
  type InitStep,
} from './dog.js';
export {
  GaLoreDimensionNumbers,
  type GaLoreState,
  type GaloreOptions,
  type GaloreState,
  galore,
  type ScaleByGaloreOptions,
  scaleByGalore,
} from './galore.js';
export {
  type MadgradOptions,
  type MadgradState,
  type MadgradStateType,
  madgrad,
  type ScaleByMadgradOptions,
  scaleByMadgrad,
} from './madgrad.js';
export { type MechanicState, type MechanicStateType, type MechanizeOptions, mechanize } from './mechanic.js';
export {
  type MomoAdamOptions,
  type MomoAdamState,
  type MomoAdamStateType,
  type MomoOptions,
  type MomoState,
  type MomoStateType,
  momo,
  momoAdam,
} from './momo.js';
export {
  type DimensionNumbersOptions,
  MuonDimensionNumbers,
  type MuonOptions,
  type MuonState,
  type MuonStateType,
  muon,
  type NsCoeffs,
  type Preconditioning,
  type ScaleByMuonOptions,
  scaleByMuon,
  type WeightDimNumOrFn,
} from './muon.js';
export {
  type DifferentiallyPrivateAggregateState,
  type DpsgdOptions,
  differentiallyPrivateAggregate,
  dpsgd,
  type PrivateState,
} from './privacy.js';
export { type ProdigyOptions, type ProdigyState, type ProdigyStateType, prodigy } from './prodigy.js';
export {
  type PlateauState,
  type ReduceLROnPlateauState,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from './reduce-on-plateau.js';
export { normalize, type SAMState, type SamOptions, type SamState, sam } from './sam.js';
export {
  type ScheduleFreeAdamwOptions,
  type ScheduleFreeOptions,
  type ScheduleFreeSgdOptions,
  type ScheduleFreeState,
  type ScheduleFreeStateType,
  scheduleFree,
  scheduleFreeAdamw,
  scheduleFreeEvalParams,
  scheduleFreeSgd,
} from './schedule-free.js';
export {
  type HutchinsonState,
  type HutchinsonStateType,
  hutchinsonEstimatorDiagHessian,
  type ScaleBySophiaOptions,
  type SophiaOptions,
  type SophiaState,
  type SophiaStateType,
  sophia,
} from './sophia.js';
