/**
 * `optax.schedules`: numbers that change during training.
 */

export { injectHyperparams, injectStatefulHyperparams, WrappedSchedule } from '../inject.js';
export {
  joinSchedules,
  type SgdrCycle,
  sgdrSchedule,
  type WarmupCosineDecayOptions,
  warmupConstantSchedule,
  warmupCosineDecaySchedule,
  warmupExponentialDecaySchedule,
} from './join.js';
export {
  type BoundariesAndScales,
  type BoundariesOption,
  type CosineOnecycleOptions,
  cosineOnecycleSchedule,
  type LinearOnecycleOptions,
  linearOnecycleSchedule,
  piecewiseConstantSchedule,
  piecewiseInterpolateSchedule,
} from './piecewise.js';
export {
  type ArraySchedule,
  type CosineDecayOptions,
  constantSchedule,
  cosineDecaySchedule,
  type ExponentialDecayOptions,
  exponentialDecay,
  linearSchedule,
  polynomialSchedule,
  type Schedule,
  type TransitionBeginOption,
} from './schedule.js';
