/**
 * What the options of `fluxion/jraph` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { FullyConnectedOptions, PadOptions } from './batch.js';
import type { GraphConvolutionOptions, InteractionNetworkOptions } from './models.js';
import type { NormalizeOptions } from './segment.js';

export const fullyConnectedOptions: Kinds<FullyConnectedOptions> = {
  nodeFeatures: 'any',
  globalFeatures: 'any',
  addSelfEdges: 'boolean',
};

export const graphConvolutionOptions: Kinds<GraphConvolutionOptions> = {
  aggregateNodesFn: 'function',
  addSelfEdges: 'boolean',
  symmetricNormalization: 'boolean',
};

export const interactionNetworkOptions: Kinds<InteractionNetworkOptions> = {
  aggregateEdgesForNodesFn: 'function',
  includeSentMessagesInNodeUpdate: 'boolean',
};

export const normalizeOptions: Kinds<NormalizeOptions> = {
  eps: 'number',
  numSegments: 'integer?',
  indicesAreSorted: 'boolean',
  uniqueIndices: 'boolean',
  bucketSize: 'integer?',
  mode: 'string?',
};

export const padOptions: Kinds<PadOptions> = { nGraph: 'number' };
