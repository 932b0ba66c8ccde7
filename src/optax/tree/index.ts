/**
 * `optax.tree`: parameter trees as vectors, and values found in the states of optimizers.
 */
export { cast, castLike, dtype, type MixedDTypeHandler } from './casting.js';
export {
  type AllcloseOptions,
  add,
  addScale,
  allclose,
  batchShape,
  biasCorrection,
  clip,
  conj,
  div,
  fullLike,
  type LikeOptions,
  max,
  min,
  mul,
  norm,
  onesLike,
  real,
  type SumOptions,
  scale,
  size,
  sub,
  sum,
  type TreeNormOptions,
  updateInfinityMoment,
  updateMoment,
  updateMomentPerElemNorm,
  vdot,
  where,
  zerosLike,
} from './math.js';
export { type RandomLikeOptions, randomLike, type Sampler, splitKeyLike, unwrapRandomKeyData } from './random.js';
export {
  type Filtering,
  type GetOptions,
  get,
  getAllWithPath,
  type Initable,
  type MapParamsOptions,
  mapParams,
  type Path,
  set,
} from './state.js';
