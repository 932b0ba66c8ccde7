/**
 * Networks on graphs: functions of a graph made of functions of its features.
 *
 * A graph network updates edges from the nodes at their ends, then nodes from the edges that meet there, then globals from
 * all of both. The others are special cases. Source: jraph/_src/models.py; Battaglia et al., arXiv:1806.01261, section 3.2.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as lax from '../lax/index.js';
import { leakyRelu } from '../nn/index.js';
import * as jnp from '../numpy/index.js';
import * as tree from '../tree/index.js';
import type { ArrayTree, GraphsTuple } from './graph.js';
import { graphConvolutionOptions, interactionNetworkOptions } from './options.js';
import { segmentSoftmax, segmentSum } from './segment.js';

const map = tree.map as unknown as <T extends ArrayTree>(f: (x: NdArray) => NdArray, t: T) => T;

/** Combines rows by segment: `segmentSum` and its kin. */
export type AggregateFn = (data: NdArray, segmentIds: NdArray, options: { readonly numSegments: number }) => NdArray;

/** New features of edges, from the old ones and those of the nodes at both ends and of the graph. */
export type GNUpdateEdgeFn<N, E, G> = (edges: E, senders: N, receivers: N, globals: G) => E;
/** New features of nodes, from the old ones and what their edges sent and received. */
export type GNUpdateNodeFn<N, E, G> = (nodes: N, sent: E, received: E, globals: G) => N;
/** New features of graphs, from those of their nodes and edges. */
export type GNUpdateGlobalFn<N, E, G> = (nodes: N, edges: E, globals: G) => G;

/** Options of `DeepSets`, `GraphNetGAT`, `GraphNetwork` and `RelationNetwork`. */
export interface GraphNetworkOptions<N extends ArrayTree, E extends ArrayTree, G extends ArrayTree> {
  readonly updateGlobalFn?: GNUpdateGlobalFn<N, E, G> | null;
  /** Default sums. */
  readonly aggregateEdgesForNodesFn?: AggregateFn;
  /** Default sums. */
  readonly aggregateNodesForGlobalsFn?: AggregateFn;
  /** Default sums. */
  readonly aggregateEdgesForGlobalsFn?: AggregateFn;
  /** Scores of edges; given together with `attentionReduceFn`. */
  readonly attentionLogitFn?: ((edges: E, senders: N, receivers: N, globals: G) => ArrayTree) | null;
  /** Scores to weights, over the edges that arrive at one node. Default softmax. */
  readonly attentionNormalizeFn?: AggregateFn;
  /** Applies weights to edges. */
  readonly attentionReduceFn?: ((edges: E, weights: ArrayTree) => E) | null;
}

/** The number of rows that all arrays of a tree have. */
function rowCount(features: ArrayTree): number {
  const sizes = (tree.leaves(features) as NdArray[]).map((x) => x.shape);
  const odd = sizes.find((shape) => shape[0] !== sizes[0][0]);
  if (sizes.length === 0 || odd !== undefined) {
    throw new ShapeMismatch({
      op: 'jraph.GraphNetwork',
      argument: 'nodes',
      expected: sizes.length === 0 ? 'node features are needed' : `all node arrays must have ${sizes[0][0]} rows`,
      actual: odd ?? [],
    });
  }
  return sizes[0][0];
}

const rows = <T extends ArrayTree>(features: T, places: NdArray): T =>
  map((x) => jnp.take(x, places, { axis: 0 }), features);

/** Row k repeated `counts[k]` times; `length` rows in all. */
const repeated = <T extends ArrayTree>(features: T, counts: NdArray, length: number): T =>
  map((x) => jnp.repeat(x, counts, { axis: 0, totalRepeatLength: length }), features);

/**
 * A graph network (`jraph.GraphNetwork`). A null function leaves its features as they are.
 * @throws InvalidArgument when only one of `attentionLogitFn` and `attentionReduceFn` is given
 */
export function GraphNetwork<N extends ArrayTree = NdArray, E extends ArrayTree = N, G extends ArrayTree = N>(
  updateEdgeFn: GNUpdateEdgeFn<N, E, G> | null,
  updateNodeFn: GNUpdateNodeFn<N, E, G> | null,
  options: GraphNetworkOptions<N, E, G> = {},
): (graph: GraphsTuple<N, E, G>) => GraphsTuple<N, E, G> {
  checkArgument('GraphNetwork', 'updateEdgeFn', updateEdgeFn, 'function?');
  checkArgument('GraphNetwork', 'updateNodeFn', updateNodeFn, 'function?');
  checkOptions('GraphNetwork', options, {
    updateGlobalFn: 'function?',
    aggregateEdgesForNodesFn: 'function',
    aggregateNodesForGlobalsFn: 'function',
    aggregateEdgesForGlobalsFn: 'function',
    attentionLogitFn: 'function?',
    attentionNormalizeFn: 'function',
    attentionReduceFn: 'function?',
  });
  const {
    updateGlobalFn = null,
    aggregateEdgesForNodesFn = segmentSum,
    aggregateNodesForGlobalsFn = segmentSum,
    aggregateEdgesForGlobalsFn = segmentSum,
    attentionLogitFn = null,
    attentionNormalizeFn = segmentSoftmax,
    attentionReduceFn = null,
  } = options;
  if ((attentionLogitFn === null) !== (attentionReduceFn === null)) {
    throw new InvalidArgument({
      op: 'jraph.GraphNetwork',
      argument: attentionLogitFn === null ? 'attentionLogitFn' : 'attentionReduceFn',
      expected: 'given together with the other of attentionLogitFn and attentionReduceFn',
      actual: 'null',
    });
  }
  return (graph) => {
    const { receivers, senders, nNode, nEdge } = graph;
    let { nodes, edges, globals } = graph;
    const numNodes = rowCount(nodes);
    const numEdges = senders.shape[0];
    const [sent, received] = [rows(nodes, senders), rows(nodes, receivers)];
    const edgeGlobals = repeated(globals, nEdge, numEdges);
    if (updateEdgeFn !== null) edges = updateEdgeFn(edges, sent, received, edgeGlobals);
    if (attentionLogitFn !== null && attentionReduceFn !== null) {
      const logits = attentionLogitFn(edges, sent, received, edgeGlobals);
      edges = attentionReduceFn(
        edges,
        map((x) => attentionNormalizeFn(x, receivers, { numSegments: numNodes }), logits),
      );
    }
    if (updateNodeFn !== null) {
      const gathered = (ends: NdArray): E =>
        map((x) => aggregateEdgesForNodesFn(x, ends, { numSegments: numNodes }), edges);
      nodes = updateNodeFn(nodes, gathered(senders), gathered(receivers), repeated(globals, nNode, numNodes));
    }
    if (updateGlobalFn !== null) {
      const [numSegments] = nNode.shape;
      const graphOf = (counts: NdArray, length: number): NdArray =>
        jnp.repeat(jnp.arange(numSegments), counts, { axis: 0, totalRepeatLength: length });
      const [nodeGraphs, edgeGraphs] = [graphOf(nNode, numNodes), graphOf(nEdge, numEdges)];
      globals = updateGlobalFn(
        map((x) => aggregateNodesForGlobalsFn(x, nodeGraphs, { numSegments }), nodes),
        map((x) => aggregateEdgesForGlobalsFn(x, edgeGraphs, { numSegments }), edges),
        globals,
      );
    }
    return { ...graph, nodes, edges, globals };
  };
}

/** Options of `InteractionNetwork`. */
export interface InteractionNetworkOptions {
  /** Default sums. */
  readonly aggregateEdgesForNodesFn?: AggregateFn;
  /** Whether nodes are updated from the edges that leave them too. Default false. */
  readonly includeSentMessagesInNodeUpdate?: boolean;
}

/**
 * A graph network without globals (`jraph.InteractionNetwork`). `updateNodeFn` is given the nodes and the edges that
 * arrive, or, with `includeSentMessagesInNodeUpdate`, the nodes, the edges that leave and the edges that arrive.
 * Source: Battaglia et al., arXiv:1612.00222.
 */
export function InteractionNetwork<N extends ArrayTree = NdArray, E extends ArrayTree = N>(
  updateEdgeFn: (edges: E, senders: N, receivers: N) => E,
  updateNodeFn: (nodes: N, ...edges: E[]) => N,
  options: InteractionNetworkOptions = {},
): (graph: GraphsTuple<N, E, ArrayTree>) => GraphsTuple<N, E, ArrayTree> {
  checkArgument('InteractionNetwork', 'updateEdgeFn', updateEdgeFn, 'function');
  checkArgument('InteractionNetwork', 'updateNodeFn', updateNodeFn, 'function');
  checkOptions('InteractionNetwork', options, interactionNetworkOptions);
  const { aggregateEdgesForNodesFn = segmentSum, includeSentMessagesInNodeUpdate: both = false } = options;
  return GraphNetwork<N, E, ArrayTree>(
    (edges, senders, receivers) => updateEdgeFn(edges, senders, receivers),
    (nodes, sent, received) => (both ? updateNodeFn(nodes, sent, received) : updateNodeFn(nodes, received)),
    { aggregateEdgesForNodesFn },
  );
}

/** Functions of the features of each kind by themselves (`jraph.GraphMapFeatures`). Absent ones change nothing. */
export function GraphMapFeatures<N extends ArrayTree = NdArray, E extends ArrayTree = N, G extends ArrayTree = N>(
  options: {
    readonly embedEdgeFn?: ((edges: E) => E) | null;
    readonly embedNodeFn?: ((nodes: N) => N) | null;
    readonly embedGlobalFn?: ((globals: G) => G) | null;
  } = {},
): (graph: GraphsTuple<N, E, G>) => GraphsTuple<N, E, G> {
  checkOptions('GraphMapFeatures', options, {
    embedEdgeFn: 'function?',
    embedNodeFn: 'function?',
    embedGlobalFn: 'function?',
  });
  const { embedEdgeFn, embedNodeFn, embedGlobalFn } = options;
  return (graph) => ({
    ...graph,
    nodes: embedNodeFn ? embedNodeFn(graph.nodes) : graph.nodes,
    edges: embedEdgeFn ? embedEdgeFn(graph.edges) : graph.edges,
    globals: embedGlobalFn ? embedGlobalFn(graph.globals) : graph.globals,
  });
}

/**
 * Globals from all pairs that are connected (`jraph.RelationNetwork`). Source: Santoro et al., arXiv:1706.01427.
 */
export const RelationNetwork = <N extends ArrayTree = NdArray, E extends ArrayTree = N, G extends ArrayTree = N>(
  updateEdgeFn: (senders: N, receivers: N) => E,
  updateGlobalFn: (edges: E) => G,
  options: Pick<GraphNetworkOptions<N, E, G>, 'aggregateEdgesForGlobalsFn'> = {},
): ((graph: GraphsTuple<N, E, G>) => GraphsTuple<N, E, G>) => {
  checkArgument('RelationNetwork', 'updateEdgeFn', updateEdgeFn, 'function');
  checkArgument('RelationNetwork', 'updateGlobalFn', updateGlobalFn, 'function');
  return GraphNetwork<N, E, G>((_, senders, receivers) => updateEdgeFn(senders, receivers), null, {
    ...checkOptions('RelationNetwork', options, { aggregateEdgesForGlobalsFn: 'function' }),
    updateGlobalFn: (_, edges) => updateGlobalFn(edges),
  });
};

/** Globals from all nodes, without edges (`jraph.DeepSets`). Source: Zaheer et al., arXiv:1703.06114. */
export const DeepSets = <N extends ArrayTree = NdArray, E extends ArrayTree = N, G extends ArrayTree = N>(
  updateNodeFn: (nodes: N, globals: G) => N,
  updateGlobalFn: (nodes: N) => G,
  options: Pick<GraphNetworkOptions<N, E, G>, 'aggregateNodesForGlobalsFn'> = {},
): ((graph: GraphsTuple<N, E, G>) => GraphsTuple<N, E, G>) => {
  checkArgument('DeepSets', 'updateNodeFn', updateNodeFn, 'function');
  checkArgument('DeepSets', 'updateGlobalFn', updateGlobalFn, 'function');
  return GraphNetwork<N, E, G>(null, (nodes, _sent, _received, globals) => updateNodeFn(nodes, globals), {
    ...checkOptions('DeepSets', options, { aggregateNodesForGlobalsFn: 'function' }),
    updateGlobalFn: (nodes) => updateGlobalFn(nodes),
  });
};

/** A graph network whose edges are weighted by attention (`jraph.GraphNetGAT`). */
export const GraphNetGAT = <N extends ArrayTree = NdArray, E extends ArrayTree = N, G extends ArrayTree = N>(
  updateEdgeFn: GNUpdateEdgeFn<N, E, G>,
  updateNodeFn: GNUpdateNodeFn<N, E, G>,
  attentionLogitFn: (edges: E, senders: N, receivers: N, globals: G) => ArrayTree,
  attentionReduceFn: (edges: E, weights: ArrayTree) => E,
  options: Omit<GraphNetworkOptions<N, E, G>, 'attentionLogitFn' | 'attentionReduceFn'> = {},
): ((graph: GraphsTuple<N, E, G>) => GraphsTuple<N, E, G>) => {
  checkArgument('GraphNetGAT', 'updateEdgeFn', updateEdgeFn, 'function');
  checkArgument('GraphNetGAT', 'updateNodeFn', updateNodeFn, 'function');
  checkArgument('GraphNetGAT', 'attentionLogitFn', attentionLogitFn, 'function');
  checkArgument('GraphNetGAT', 'attentionReduceFn', attentionReduceFn, 'function');
  return GraphNetwork<N, E, G>(updateEdgeFn, updateNodeFn, {
    ...checkOptions('GraphNetGAT', options, {
      aggregateNodesForGlobalsFn: 'function',
      updateGlobalFn: 'function?',
      aggregateEdgesForNodesFn: 'function',
      aggregateEdgesForGlobalsFn: 'function',
      attentionNormalizeFn: 'function',
    }),
    attentionLogitFn,
    attentionReduceFn,
  });
};

/**
 * Graph attention (`jraph.GAT`): nodes become means of their neighbours' queries, weighted by a softmax of scores.
 * Without `nodeUpdateFn`, heads (axis 1) are joined after a leaky relu. Source: Veličković et al., arXiv:1710.10903.
 */
export function GAT(
  attentionQueryFn: (nodes: NdArray) => NdArray,
  attentionLogitFn: (senders: NdArray, receivers: NdArray, edges: ArrayTree) => NdArray,
  options: { readonly nodeUpdateFn?: ((nodes: NdArray) => NdArray) | null } = {},
): (graph: GraphsTuple<NdArray, ArrayTree, ArrayTree>) => GraphsTuple<NdArray, ArrayTree, ArrayTree> {
  checkArgument('GAT', 'attentionQueryFn', attentionQueryFn, 'function');
  checkArgument('GAT', 'attentionLogitFn', attentionLogitFn, 'function');
  checkOptions('GAT', options, { nodeUpdateFn: 'function?' });
  const update = options.nodeUpdateFn ?? ((x: NdArray): NdArray => jnp.reshape(leakyRelu(x), [x.shape[0], -1]));
  return (graph) => {
    const { senders, receivers, edges } = graph;
    const [numSegments] = graph.nodes.shape;
    const queries = attentionQueryFn(graph.nodes);
    const [sent, received] = [rows(queries, senders), rows(queries, receivers)];
    const weights = segmentSoftmax(attentionLogitFn(sent, received, edges), receivers, { numSegments });
    return { ...graph, nodes: update(segmentSum(jnp.multiply(sent, weights), receivers, { numSegments })) };
  };
}

/** Options of `GraphConvolution`. */
export interface GraphConvolutionOptions {
  /** Default sums. */
  readonly aggregateNodesFn?: AggregateFn;
  /** Whether each node is a neighbour of itself. Default false. */
  readonly addSelfEdges?: boolean;
  /** Whether sums are divided by the square roots of the degrees at both ends. Default true. */
  readonly symmetricNormalization?: boolean;
}

/**
 * A graph convolution (`jraph.GraphConvolution`): nodes become sums of their neighbours.
 * Source: Kipf and Welling, arXiv:1609.02907.
 */
export function GraphConvolution<N extends ArrayTree = NdArray>(
  updateNodeFn: (nodes: N) => N,
  options: GraphConvolutionOptions = {},
): (graph: GraphsTuple<N, ArrayTree, ArrayTree>) => GraphsTuple<N, ArrayTree, ArrayTree> {
  checkArgument('GraphConvolution', 'updateNodeFn', updateNodeFn, 'function');
  checkOptions('GraphConvolution', options, graphConvolutionOptions);
  const { aggregateNodesFn = segmentSum, addSelfEdges = false, symmetricNormalization = true } = options;
  return (graph) => {
    const updated = updateNodeFn(graph.nodes);
    const numSegments = rowCount(updated);
    const withSelf = (ends: NdArray): NdArray =>
      addSelfEdges ? jnp.concatenate([ends, jnp.arange(numSegments)], { axis: 0 }) : ends;
    const [senders, receivers] = [withSelf(graph.senders), withSelf(graph.receivers)];
    const sums = (nodes: N): N =>
      map((x) => aggregateNodesFn(jnp.take(x, senders, { axis: 0 }), receivers, { numSegments }), nodes);
    if (!symmetricNormalization) return { ...graph, nodes: sums(updated) };
    const overRoot = (nodes: N, ends: NdArray): N => {
      const degree = segmentSum(jnp.onesLike(ends), ends, { numSegments });
      // Nodes without edges have nothing to divide.
      const factor = jnp.expandDims(lax.rsqrt(jnp.maximum(jnp.astype(degree, 'float32'), 1)), 1);
      return map((x) => jnp.multiply(x, factor), nodes);
    };
    return { ...graph, nodes: overRoot(sums(overRoot(updated, senders)), receivers) };
  };
}

/** A function of one array, or a module. */
type Update<R> = ((x: NdArray) => R) | { call(x: NdArray): R };

/**
 * A function of several trees that is given all their arrays joined (`jraph.concatenated_args`): `update` may be a module.
 */
export function concatenatedArgs<R>(
  update: Update<R>,
  options: { readonly axis?: number } = {},
): (...args: readonly ArrayTree[]) => R {
  checkArgument('concatenatedArgs', 'update', typeof update === 'function' ? update : Object(update).call, 'function');
  checkOptions('concatenatedArgs', options, { axis: 'axis' });
  const { axis = -1 } = options;
  const f = typeof update === 'function' ? update : (x: NdArray): R => update.call(x);
  return (...args) => f(jnp.concatenate(tree.leaves(args) as NdArray[], { axis }));
}
