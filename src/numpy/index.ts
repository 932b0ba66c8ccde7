/**
 * `fluxion/numpy`: what `jax.numpy` has, by the porting rule.
 */
import '../wiring.js';
import './methods.js';

export { NdArray, NdArray as ndarray } from '../array/array.js';
export type { ArrayLike } from '../array/convert.js';
export { finfo, iinfo, isdtype, issubdtype } from '../array/dtype-info.js';
export { promoteTypes, resultType } from '../dtypes/promote.js';
export * from './arithmetic.js';
export { type BitsOptions, frexp, packbits, spacing, unpackbits } from './bits.js';
export * from './comparison.js';
export * from './constants.js';
export { type ConvolveOptions, convolve, correlate } from './convolve.js';
export {
  type ArangeOptions,
  type ArrayOptions,
  arange,
  array,
  asarray,
  astype,
  copy,
  type DTypeOption,
  type EyeOptions,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  geomspace,
  identity,
  type LikeOptions,
  type LinspaceOptions,
  linspace,
  logspace,
  ones,
  onesLike,
  type ShapeLike,
  tri,
  zeros,
  zerosLike,
} from './creation.js';
export * from './cumulative.js';
export { delete, insert } from './editing.js';
export { type EinsumOptions, einsum, einsumPath } from './einsum.js';
export * as fft from './fft.js';
export { fromfunction, indices, type MeshgridOptions, meshgrid } from './grid.js';
export * from './histogram.js';
export { type Index, type IndexMode, type IndexOptions, newaxis, Slice, slice } from './index-plan.js';
export { at, IndexedPlace } from './indexing.js';
export {
  append,
  block,
  columnStack,
  concat,
  concatenate,
  dstack,
  hstack,
  type JoinOptions,
  type RepeatOptions,
  repeat,
  roll,
  stack,
  tile,
  unstack,
  vstack,
} from './joining.js';
export * as linalg from './linalg.js';
export {
  type CrossOptions,
  cross,
  dot,
  inner,
  kron,
  matmul,
  matvec,
  outer,
  type ProductOptions,
  type TensordotOptions,
  tensordot,
  vdot,
  vecdot,
  vecmat,
} from './linear.js';
export * from './nan.js';
export { type PadOptions, type PadWidth, pad } from './pad.js';
export * from './places.js';
export * from './polynomial.js';
export * from './questions.js';
export {
  type ArgOptions,
  type Axis,
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  countNonzero,
  type ExtremumOptions,
  type MeanOptions,
  max,
  mean,
  min,
  prod,
  ptp,
  type ReduceOptions,
  type SumOptions,
  std,
  sum,
  type VarOptions,
  var,
} from './reduction.js';
export {
  argwhere,
  compress,
  diagIndices,
  extract,
  flatnonzero,
  nonzero,
  type SizeOptions,
  type TriangleOptions,
  trilIndices,
  triuIndices,
  where,
} from './search.js';
export { type ClipOptions, clip, type NanToNumOptions, nanToNum, select } from './select.js';
export * from './sets.js';
export {
  atleast1d,
  atleast2d,
  atleast3d,
  broadcastArrays,
  broadcastShapes,
  broadcastTo,
  diag,
  diagflat,
  diagonal,
  expandDims,
  flip,
  fliplr,
  flipud,
  matrixTranspose,
  moveaxis,
  ndim,
  permuteDims,
  type ReshapeOptions,
  ravel,
  reshape,
  rollaxis,
  rot90,
  shape,
  size,
  squeeze,
  swapaxes,
  trace,
  transpose,
  tril,
  triu,
} from './shape.js';
export * from './sorting.js';
export { arraySplit, dsplit, hsplit, split, vsplit } from './splitting.js';
export * from './statistics.js';
export * from './take.js';
export * from './transcendental.js';
export { resize, trimZeros } from './trim.js';
export * from './unwrap.js';
export * from './user-ufunc.js';
export * from './vectorize.js';
export * from './window.js';
