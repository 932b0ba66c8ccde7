/**
 * `fluxion/jraph`: graphs as trees of arrays, and networks on them, as `jraph` has them.
 */
import '../wiring.js';

export {
  batch,
  dynamicallyBatch,
  type FullyConnectedOptions,
  getEdgePaddingMask,
  getFullyConnectedGraph,
  getGraphPaddingMask,
  getNodePaddingMask,
  getNumberOfPaddingWithGraphsEdges,
  getNumberOfPaddingWithGraphsGraphs,
  getNumberOfPaddingWithGraphsNodes,
  type PadOptions,
  padWithGraphs,
  unbatch,
  unpadWithGraphs,
  withZeroOutPaddingOutputs,
  zeroOutPadding,
} from './batch.js';
export type { ArrayTree, GraphsTuple } from './graph.js';
export {
  type AggregateFn,
  concatenatedArgs,
  DeepSets,
  GAT,
  type GNUpdateEdgeFn,
  type GNUpdateGlobalFn,
  type GNUpdateNodeFn,
  GraphConvolution,
  type GraphConvolutionOptions,
  GraphMapFeatures,
  GraphNetGAT,
  GraphNetwork,
  type GraphNetworkOptions,
  InteractionNetwork,
  type InteractionNetworkOptions,
  RelationNetwork,
} from './models.js';
export {
  type ConstantOptions,
  type NormalizeOptions,
  partitionSoftmax,
  segmentMax,
  segmentMaxOrConstant,
  segmentMean,
  segmentMin,
  segmentMinOrConstant,
  segmentNormalize,
  segmentSoftmax,
  segmentSum,
  segmentVariance,
} from './segment.js';
