/**
 * What the options of `fluxion/lax` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { AssociativeScanOptions } from './associative-scan.js';
import type { ConvGeneralOptions, ConvOptions, ConvPatchesOptions, ConvTransposeOptions } from './convolution.js';
import type { BatchMatmulOptions, DotOptions, GeneralDotOptions, RaggedDotOptions } from './dot.js';
import type { RoundOptions } from './elementwise.js';
import type { GatherOptions, ScatterApplyOptions, ScatterOptions } from './indexing.js';
import type { CholeskyOptions, SymmetricProductOptions, TriangularSolveOptions } from './linalg/cholesky.js';
import type { EighOptions } from './linalg/eigh.js';
import type { OrmqrOptions, QrOptions } from './linalg/qr.js';
import type { SvdOptions } from './linalg/svd.js';
import type { ReduceWindowOptions } from './reduce.js';
import type { MapOptions } from './scan.js';
import type {
  DynamicIndexInDimOptions,
  DynamicOptions,
  DynamicSliceInDimOptions,
  IndexInDimOptions,
  SliceInDimOptions,
  SliceOptions,
} from './slicing.js';
import type { ApproximateOptions, SortAllOptions, SortOptions, TopKOptions } from './sorting.js';
import type { AxisOption, CollapseOptions, FullLikeOptions, FullOptions, ReshapeOptions } from './structure.js';

export const approximateOptions: Kinds<ApproximateOptions> = {
  reductionDimension: 'axis',
  recallTarget: 'number',
  aggregateToTopk: 'boolean',
  reductionInputSizeOverride: 'integer',
};

export const associativeScanOptions: Kinds<AssociativeScanOptions> = { reverse: 'boolean', axis: 'axis' };

export const axisOption: Kinds<AxisOption> = { axis: 'axis' };

export const batchMatmulOptions: Kinds<BatchMatmulOptions> = { precision: 'any' };

export const choleskyOptions: Kinds<CholeskyOptions> = { symmetrizeInput: 'boolean' };

export const collapseOptions: Kinds<CollapseOptions> = { stopDimension: 'axis?' };

export const convGeneralOptions: Kinds<ConvGeneralOptions> = {
  lhsDilation: 'integers?',
  rhsDilation: 'integers?',
  dimensionNumbers: 'any',
  featureGroupCount: 'integer',
  batchGroupCount: 'integer',
  precision: 'any',
  preferredElementType: 'dtype?',
};

export const convOptions: Kinds<ConvOptions> = { precision: 'any', preferredElementType: 'dtype?' };

export const convPatchesOptions: Kinds<ConvPatchesOptions> = {
  lhsDilation: 'integers?',
  rhsDilation: 'integers?',
  dimensionNumbers: 'any',
  precision: 'any',
  preferredElementType: 'dtype?',
};

export const convTransposeOptions: Kinds<ConvTransposeOptions> = {
  rhsDilation: 'integers?',
  dimensionNumbers: 'any',
  transposeKernel: 'boolean',
  useConsistentPadding: 'boolean',
  precision: 'any',
  preferredElementType: 'dtype?',
};

export const dotOptions: Kinds<DotOptions> = { precision: 'any', preferredElementType: 'dtype?' };

export const dynamicIndexInDimOptions: Kinds<DynamicIndexInDimOptions> = {
  keepdims: 'boolean',
  axis: 'axis',
  allowNegativeIndices: 'any',
};

export const dynamicOptions: Kinds<DynamicOptions> = { allowNegativeIndices: 'any' };

export const dynamicSliceInDimOptions: Kinds<DynamicSliceInDimOptions> = { axis: 'axis', allowNegativeIndices: 'any' };

export const eighOptions: Kinds<EighOptions> = {
  implementation: 'string?',
  lower: 'boolean',
  symmetrizeInput: 'boolean',
  sortEigenvalues: 'boolean',
  subsetByIndex: 'integers?',
};

export const fullLikeOptions: Kinds<FullLikeOptions> = { shape: 'sizes?', dtype: 'dtype?' };

export const fullOptions: Kinds<FullOptions> = { dtype: 'dtype?' };

export const gatherOptions: Kinds<GatherOptions> = {
  fillValue: 'number?',
  indicesAreSorted: 'boolean',
  uniqueIndices: 'boolean',
  mode: 'string?',
};

export const generalDotOptions: Kinds<GeneralDotOptions> = {
  dimensionNumbers: 'any',
  precision: 'any',
  preferredElementType: 'dtype?',
};

export const indexInDimOptions: Kinds<IndexInDimOptions> = { axis: 'axis', keepdims: 'boolean' };

export const mapOptions: Kinds<MapOptions> = { batchSize: 'integer' };

export const ormqrOptions: Kinds<OrmqrOptions> = { left: 'boolean', transpose: 'boolean' };

export const qrOptions: Kinds<QrOptions> = { pivoting: 'boolean', fullMatrices: 'boolean' };

export const raggedDotOptions: Kinds<RaggedDotOptions> = {
  groupOffset: 'array?',
  precision: 'any',
  preferredElementType: 'dtype?',
};

export const reduceWindowOptions: Kinds<ReduceWindowOptions> = {
  windowStrides: 'integers?',
  padding: 'any',
  baseDilation: 'integers?',
  windowDilation: 'integers?',
};

export const reshapeOptions: Kinds<ReshapeOptions> = { dimensions: 'integers?' };

export const roundOptions: Kinds<RoundOptions> = { roundingMethod: [0, 1, 'AWAY_FROM_ZERO', 'TO_NEAREST_EVEN'] };

export const sliceInDimOptions: Kinds<SliceInDimOptions> = { stride: 'integer', axis: 'axis' };

export const sliceOptions: Kinds<SliceOptions> = { strides: 'integers?' };

export const sortAllOptions: Kinds<SortAllOptions> = { numKeys: 'integer', dimension: 'axis', isStable: 'boolean' };

export const sortOptions: Kinds<SortOptions> = { dimension: 'axis', isStable: 'boolean' };

export const svdOptions: Kinds<SvdOptions> = {
  algorithm: 'string?',
  fullMatrices: 'boolean',
  computeUv: 'boolean',
  subsetByIndex: 'integers?',
};

export const symmetricProductOptions: Kinds<SymmetricProductOptions> = {
  alpha: 'number',
  beta: 'number',
  symmetrizeOutput: 'boolean',
};

export const topKOptions: Kinds<TopKOptions> = { axis: 'axis' };

export const triangularSolveOptions: Kinds<TriangularSolveOptions> = {
  leftSide: 'boolean',
  lower: 'boolean',
  transposeA: 'boolean',
  conjugateA: 'boolean',
  unitDiagonal: 'boolean',
};

export const scatterOptions: Kinds<ScatterOptions> = {
  indicesAreSorted: 'boolean',
  uniqueIndices: 'boolean',
  mode: 'string?',
};

export const scatterApplyOptions: Kinds<ScatterApplyOptions> = { ...scatterOptions, updateShape: 'integers' };
