/**
 * What the options of `fluxion/numpy` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { CloseOptions } from './comparison.js';
import type { ConvolveOptions } from './convolve.js';
import type {
  ArangeOptions,
  ArrayOptions,
  DTypeOption,
  EyeOptions,
  LikeOptions,
  LinspaceOptions,
  LogspaceOptions,
} from './creation.js';
import type { CumulativeArrayOptions, CumulativeOptions, DiffOptions } from './cumulative.js';
import type { EighOptions, SvdOptions } from './decompositions.js';
import type { EinsumOptions } from './einsum.js';
import type { FftnOptions, FftOptions, FrequencyOptions } from './fft.js';
import type { JoinOptions, RepeatOptions } from './joining.js';
import type { NormOptions, VectorNormOptions } from './linalg.js';
import type { CrossOptions, ProductOptions, TensordotOptions } from './linear.js';
import type { PadOptions } from './pad.js';
import type { ArgOptions, ExtremumOptions, MeanOptions, ReduceOptions, SumOptions, VarOptions } from './reduction.js';
import type { SizeOptions, TriangleOptions } from './search.js';
import type { ClipOptions, NanToNumOptions, SelectOptions } from './select.js';
import type { UniqueOptions } from './sets.js';
import type { ReshapeOptions } from './shape.js';
import type { QuantileOptions, SearchsortedOptions, SortOptions } from './sorting.js';
import type { AverageOptions, BincountOptions, HistogramOptions, InterpOptions } from './statistics.js';
import type { PinvOptions } from './systems.js';
import type { TakeAlongOptions, TakeOptions } from './take.js';

export const arangeOptions: Kinds<ArangeOptions> = { stop: 'number?', step: 'number?', dtype: 'dtype?' };

export const argOptions: Kinds<ArgOptions> = { axis: 'axis?', keepdims: 'boolean' };

export const arrayOptions: Kinds<ArrayOptions> = {
  ndmin: 'integer',
  copy: 'boolean',
  order: 'string?',
  dtype: 'dtype?',
};

export const averageOptions: Kinds<AverageOptions> = {
  axis: 'axes?',
  weights: 'array?',
  returned: 'boolean',
  keepdims: 'boolean',
};

export const bincountOptions: Kinds<BincountOptions> = { weights: 'array?', minlength: 'integer', length: 'integer?' };

export const clipOptions: Kinds<ClipOptions> = { min: 'array?', max: 'array?' };

export const closeOptions: Kinds<CloseOptions> = { rtol: 'number', atol: 'number', equalNan: 'boolean' };

export const convolveOptions: Kinds<ConvolveOptions> = {
  mode: ['full', 'same', 'valid'],
  precision: ['default', 'high', 'highest', null],
  preferredElementType: 'dtype?',
};

export const crossOptions: Kinds<CrossOptions> = { axisa: 'axis', axisb: 'axis', axisc: 'axis', axis: 'axis?' };

export const dTypeOption: Kinds<DTypeOption> = { dtype: 'dtype?' };

export const diffOptions: Kinds<DiffOptions> = { n: 'integer', axis: 'axis', prepend: 'array?', append: 'array?' };

export const eighOptions: Kinds<EighOptions> = { UPLO: ['L', 'U'], symmetrizeInput: 'boolean' };

export const extremumOptions: Kinds<ExtremumOptions> = {
  initial: 'array?',
  axis: 'axes?',
  keepdims: 'boolean',
  where: 'array?',
};

export const eyeOptions: Kinds<EyeOptions> = { M: 'integer?', k: 'integer', dtype: 'dtype?' };

export const fftOptions: Kinds<FftOptions> = {
  n: 'integer?',
  axis: 'axis',
  norm: ['backward', 'ortho', 'forward', null],
};

export const frequencyOptions: Kinds<FrequencyOptions> = { d: 'number', dtype: 'dtype?' };

export const histogramOptions: Kinds<HistogramOptions> = {
  bins: 'array',
  range: 'numbers?',
  weights: 'array?',
  density: 'boolean?',
};

export const interpOptions: Kinds<InterpOptions> = { left: 'array?', right: 'array?', period: 'number?' };

export const joinOptions: Kinds<JoinOptions> = { axis: 'axis?', dtype: 'dtype?' };

export const likeOptions: Kinds<LikeOptions> = { shape: 'sizes?', dtype: 'dtype?' };

export const linspaceOptions: Kinds<LinspaceOptions> = {
  num: 'integer',
  endpoint: 'boolean',
  retstep: 'boolean',
  axis: 'axis',
  dtype: 'dtype?',
};

export const logspaceOptions: Kinds<LogspaceOptions> = {
  base: 'array',
  dtype: 'dtype?',
  num: 'integer',
  endpoint: 'boolean',
  axis: 'axis',
};

export const meanOptions: Kinds<MeanOptions> = { dtype: 'dtype?', axis: 'axes?', keepdims: 'boolean', where: 'array?' };

export const nanToNumOptions: Kinds<NanToNumOptions> = {
  nan: 'array',
  posinf: 'array?',
  neginf: 'array?',
  copy: 'boolean',
};

export const normOptions: Kinds<NormOptions> = { ord: 'any', axis: 'axes?', keepdims: 'boolean' };

export const padOptions: Kinds<PadOptions> = {
  mode: ['constant', 'edge', 'reflect', 'symmetric', 'wrap', 'linear_ramp', 'maximum', 'minimum', 'mean', 'empty'],
  constantValues: 'array',
  endValues: 'number',
  statLength: 'integer?',
};

export const pinvOptions: Kinds<PinvOptions> = { rtol: 'array?', hermitian: 'boolean' };

export const productOptions: Kinds<ProductOptions> = {
  precision: ['default', 'high', 'highest', null],
  preferredElementType: 'dtype?',
};

export const quantileOptions: Kinds<QuantileOptions> = {
  axis: 'axes?',
  method: ['linear', 'lower', 'higher', 'nearest', 'midpoint'],
  keepdims: 'boolean',
};

export const reduceOptions: Kinds<ReduceOptions> = { axis: 'axes?', keepdims: 'boolean', where: 'array?' };

export const repeatOptions: Kinds<RepeatOptions> = { axis: 'axis?', totalRepeatLength: 'integer?' };

export const reshapeOptions: Kinds<ReshapeOptions> = { order: ['C', 'F'], copy: 'boolean?' };

export const searchsortedOptions: Kinds<SearchsortedOptions> = {
  side: ['left', 'right'],
  sorter: 'array?',
  method: 'string',
};

export const selectOptions: Kinds<SelectOptions> = { default: 'array' };

export const sizeOptions: Kinds<SizeOptions> = { size: 'integer?', fillValue: 'array?' };

export const sortOptions: Kinds<SortOptions> = { axis: 'axis?', stable: 'boolean', descending: 'boolean' };

export const sumOptions: Kinds<SumOptions> = {
  dtype: 'dtype?',
  initial: 'array?',
  promoteIntegers: 'boolean',
  axis: 'axes?',
  keepdims: 'boolean',
  where: 'array?',
};

export const svdOptions: Kinds<SvdOptions> = { fullMatrices: 'boolean', computeUv: 'boolean', hermitian: 'boolean' };

export const takeAlongOptions: Kinds<TakeAlongOptions> = {
  wrapNegativeIndices: 'boolean',
  axis: 'axis?',
  mode: ['wrap', 'fill', 'drop', 'clip', 'promiseInBounds', 'promise_in_bounds', null],
  fillValue: 'number?',
};

export const takeOptions: Kinds<TakeOptions> = {
  axis: 'axis?',
  mode: ['wrap', 'fill', 'drop', 'clip', 'promiseInBounds', 'promise_in_bounds', null],
  fillValue: 'number?',
  uniqueIndices: 'boolean',
  indicesAreSorted: 'boolean',
};

export const tensordotOptions: Kinds<TensordotOptions> = {
  axes: 'any',
  precision: ['default', 'high', 'highest', null],
  preferredElementType: 'dtype?',
};

export const uniqueOptions: Kinds<UniqueOptions> = {
  returnIndex: 'boolean',
  returnInverse: 'boolean',
  returnCounts: 'boolean',
  equalNan: 'boolean',
  size: 'integer?',
  fillValue: 'array?',
};

export const varOptions: Kinds<VarOptions> = {
  ddof: 'integer',
  correction: 'integer?',
  mean: 'array?',
  dtype: 'dtype?',
  axis: 'axes?',
  keepdims: 'boolean',
  where: 'array?',
};

export const vectorNormOptions: Kinds<VectorNormOptions> = { axis: 'axes?', keepdims: 'boolean', ord: 'any' };

export const triangleOptions: Kinds<TriangleOptions> = { k: 'integer', m: 'integer?' };

export const cumulativeOptions: Kinds<CumulativeOptions> = { axis: 'axis?', dtype: 'dtype?' };

export const cumulativeArrayOptions: Kinds<CumulativeArrayOptions> = {
  includeInitial: 'boolean',
  axis: 'axis?',
  dtype: 'dtype?',
};

export const fftnOptions: Kinds<FftnOptions> = {
  s: 'integers?',
  axes: 'axes?',
  norm: ['backward', 'ortho', 'forward', null],
};

export const einsumOptions: Kinds<EinsumOptions> = { optimize: 'any', ...productOptions };
