/**
 * Several graphs as one, and one as several; padding to a fixed size, so that programs are compiled once.
 *
 * Padding is a graph of its own at the end, which takes the spare nodes and edges, and empty graphs after it.
 * Taking graphs apart needs their sizes, so it is not for traced graphs. Source: jraph/_src/utils.py.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { GraphTooLarge } from '../error/jraph.js';
import * as jnp from '../numpy/index.js';
import { sliceInDim } from '../primitive/index.js';
import * as tree from '../tree/index.js';
import type { ArrayTree, GraphsTuple } from './graph.js';
import { checkGraph } from './graph.js';
import { fullyConnectedOptions, padOptions } from './options.js';

type Leaves = (f: (x: NdArray) => NdArray, t: ArrayTree) => ArrayTree;
const map = tree.map as unknown as Leaves;

/** Rows of each array of a tree. */
const rows = (t: ArrayTree, start: number, stop: number): ArrayTree => map((x) => sliceInDim(x, start, stop, 1, 0), t);

/** Trees of one structure joined along the first axis. */
function joined(trees: readonly ArrayTree[]): ArrayTree {
  const concatenate = (...xs: NdArray[]): NdArray => jnp.concatenate(xs, { axis: 0 });
  return (tree.map as unknown as (f: typeof concatenate, ...trees: readonly ArrayTree[]) => ArrayTree)(
    concatenate,
    ...trees,
  );
}

const integers = (x: NdArray): number[] => Array.from(x.dataSync(), Number);
const total = (x: NdArray): number => integers(x).reduce((sum, n) => sum + n, 0);

/**
 * The graphs as one `GraphsTuple` (`jraph.batch`).
 * @throws InvalidArgument when there are none
 */
export function batch(graphs: readonly GraphsTuple[]): GraphsTuple {
  checkArgument('batch', 'graphs', graphs, 'list');
  if (graphs.length === 0) {
    throw new InvalidArgument({
      op: 'jraph.batch',
      argument: 'graphs',
      expected: 'at least one graph',
      actual: 'none',
    });
  }
  let offset: NdArray = jnp.array(0, { dtype: 'int32' });
  const senders: NdArray[] = [];
  const receivers: NdArray[] = [];
  for (const graph of graphs) {
    senders.push(jnp.add(graph.senders, offset));
    receivers.push(jnp.add(graph.receivers, offset));
    offset = jnp.add(offset, jnp.sum(graph.nNode));
  }
  return {
    nodes: joined(graphs.map((g) => g.nodes)),
    edges: joined(graphs.map((g) => g.edges)),
    globals: joined(graphs.map((g) => g.globals)),
    senders: jnp.concatenate(senders, { axis: 0 }),
    receivers: jnp.concatenate(receivers, { axis: 0 }),
    nNode: jnp.concatenate(
      graphs.map((g) => g.nNode),
      { axis: 0 },
    ),
    nEdge: jnp.concatenate(
      graphs.map((g) => g.nEdge),
      { axis: 0 },
    ),
  };
}

/**
 * The graphs that one `GraphsTuple` holds, each as one (`jraph.unbatch`).
 * @throws ConcretizationError when the graph is traced
 */
export function unbatch(graph: GraphsTuple): GraphsTuple[] {
  checkGraph('unbatch', 'graph', graph);
  const nEdge = integers(graph.nEdge);
  let [node, edge] = [0, 0];
  return integers(graph.nNode).map((n, i) => {
    const [nextNode, nextEdge] = [node + n, edge + nEdge[i]];
    const ends = (x: NdArray): NdArray => jnp.subtract(rows(x, edge, nextEdge) as NdArray, node);
    const single: GraphsTuple = {
      nodes: rows(graph.nodes, node, nextNode),
      edges: rows(graph.edges, edge, nextEdge),
      globals: rows(graph.globals, i, i + 1),
      senders: ends(graph.senders),
      receivers: ends(graph.receivers),
      nNode: rows(graph.nNode, i, i + 1) as NdArray,
      nEdge: rows(graph.nEdge, i, i + 1) as NdArray,
    };
    [node, edge] = [nextNode, nextEdge];
    return single;
  });
}

/** Options of `padWithGraphs`. */
export interface PadOptions {
  /** The number of graphs after padding. Default 2. */
  readonly nGraph?: number;
}

/**
 * The graph with so many nodes, edges and graphs (`jraph.pad_with_graphs`).
 * @throws InvalidArgument when `nGraph` is less than 2
 * @throws GraphTooLarge when it does not fit: at least one node and one graph must be spare
 */
export function padWithGraphs(graph: GraphsTuple, nNode: number, nEdge: number, options: PadOptions = {}): GraphsTuple {
  checkGraph('padWithGraphs', 'graph', graph);
  checkArgument('padWithGraphs', 'nNode', nNode, 'integer');
  checkArgument('padWithGraphs', 'nEdge', nEdge, 'integer');
  checkOptions('padWithGraphs', options, padOptions);
  const { nGraph = 2 } = options;
  const op = 'padWithGraphs';
  if (nGraph < 2) {
    throw new InvalidArgument({ op: `jraph.${op}`, argument: 'nGraph', expected: 'at least 2', actual: `${nGraph}` });
  }
  const [nodes, edges, graphs] = [total(graph.nNode), total(graph.nEdge), graph.nNode.shape[0]];
  const spare = { node: nNode - nodes, edge: nEdge - edges, graph: nGraph - graphs };
  if (spare.node <= 0 || spare.edge < 0 || spare.graph <= 0) {
    throw new GraphTooLarge({ op, nNode: nodes, nEdge: edges, nGraph: graphs, wanted: [nNode, nEdge, nGraph] });
  }
  const zeros = (t: ArrayTree, n: number): ArrayTree =>
    map((x) => jnp.zeros([n, ...x.shape.slice(1)], { dtype: x.dtype }), t);
  const first = (n: number): NdArray =>
    jnp.array(Int32Array.from({ length: spare.graph }, (_, i) => (i === 0 ? n : 0)));
  const ends = jnp.zeros([spare.edge], { dtype: 'int32' });
  const padding: GraphsTuple = {
    nodes: zeros(graph.nodes, spare.node),
    edges: zeros(graph.edges, spare.edge),
    globals: zeros(graph.globals, spare.graph),
    senders: ends,
    receivers: ends,
    nNode: first(spare.node),
    nEdge: first(spare.edge),
  };
  return batch([graph, padding]);
}

/**
 * How many graphs of a padded one are padding, as an integer scalar: the empty ones at its end, and the one before them
 * (`jraph.get_number_of_padding_with_graphs_graphs`).
 */
export const getNumberOfPaddingWithGraphsGraphs = (paddedGraph: GraphsTuple): NdArray => {
  checkGraph('getNumberOfPaddingWithGraphsGraphs', 'paddedGraph', paddedGraph);
  return jnp.add(jnp.argmin(jnp.equal(jnp.flip(paddedGraph.nNode), 0)), 1);
};

/** The entry of the first padding graph. */
const ofPadding = (sizes: NdArray, paddedGraph: GraphsTuple): NdArray =>
  jnp.take(sizes, jnp.subtract(sizes.shape[0], getNumberOfPaddingWithGraphsGraphs(paddedGraph)), { axis: 0 });

/** How many nodes of a padded graph are padding (`jraph.get_number_of_padding_with_graphs_nodes`). */
export const getNumberOfPaddingWithGraphsNodes = (paddedGraph: GraphsTuple): NdArray => {
  checkGraph('getNumberOfPaddingWithGraphsNodes', 'paddedGraph', paddedGraph);
  return ofPadding(paddedGraph.nNode, paddedGraph);
};

/** How many edges of a padded graph are padding (`jraph.get_number_of_padding_with_graphs_edges`). */
export const getNumberOfPaddingWithGraphsEdges = (paddedGraph: GraphsTuple): NdArray => {
  checkGraph('getNumberOfPaddingWithGraphsEdges', 'paddedGraph', paddedGraph);
  return ofPadding(paddedGraph.nEdge, paddedGraph);
};

/**
 * The graph as it was before padding (`jraph.unpad_with_graphs`).
 * @throws ConcretizationError when the graph is traced
 */
export function unpadWithGraphs(paddedGraph: GraphsTuple): GraphsTuple {
  checkGraph('unpadWithGraphs', 'paddedGraph', paddedGraph);
  const nGraph = paddedGraph.nNode.shape[0] - getNumberOfPaddingWithGraphsGraphs(paddedGraph).item();
  const nNode = total(rows(paddedGraph.nNode, 0, nGraph) as NdArray);
  const nEdge = total(rows(paddedGraph.nEdge, 0, nGraph) as NdArray);
  return {
    nodes: rows(paddedGraph.nodes, 0, nNode),
    edges: rows(paddedGraph.edges, 0, nEdge),
    globals: rows(paddedGraph.globals, 0, nGraph),
    senders: rows(paddedGraph.senders, 0, nEdge) as NdArray,
    receivers: rows(paddedGraph.receivers, 0, nEdge) as NdArray,
    nNode: rows(paddedGraph.nNode, 0, nGraph) as NdArray,
    nEdge: rows(paddedGraph.nEdge, 0, nGraph) as NdArray,
  };
}

const mask = (padding: NdArray, length: number): NdArray => jnp.less(jnp.arange(length), jnp.subtract(length, padding));

/**
 * True for nodes that are not padding: [node] (`jraph.get_node_padding_mask`).
 * @throws InvalidArgument when there are no node features, which tell how many nodes there are
 */
export function getNodePaddingMask(paddedGraph: GraphsTuple): NdArray {
  checkGraph('getNodePaddingMask', 'paddedGraph', paddedGraph);
  const [features] = tree.leaves(paddedGraph.nodes) as NdArray[];
  if (features === undefined) {
    throw new InvalidArgument({
      op: 'jraph.getNodePaddingMask',
      argument: 'paddedGraph',
      expected: 'a graph with at least one array of node features',
      actual: 'one without',
    });
  }
  return mask(getNumberOfPaddingWithGraphsNodes(paddedGraph), features.shape[0]);
}

/** True for edges that are not padding: [edge] (`jraph.get_edge_padding_mask`). */
export const getEdgePaddingMask = (paddedGraph: GraphsTuple): NdArray => {
  checkGraph('getEdgePaddingMask', 'paddedGraph', paddedGraph);
  return mask(getNumberOfPaddingWithGraphsEdges(paddedGraph), paddedGraph.senders.shape[0]);
};

/** True for graphs that are not padding: [graph] (`jraph.get_graph_padding_mask`). */
export const getGraphPaddingMask = (paddedGraph: GraphsTuple): NdArray => {
  checkGraph('getGraphPaddingMask', 'paddedGraph', paddedGraph);
  return mask(getNumberOfPaddingWithGraphsGraphs(paddedGraph), paddedGraph.nNode.shape[0]);
};

/** The graph with zeros for the features of its padding (`jraph.zero_out_padding`). */
export function zeroOutPadding(graph: GraphsTuple): GraphsTuple {
  checkGraph('zeroOutPadding', 'graph', graph);
  const times = (t: ArrayTree, keep: NdArray): ArrayTree =>
    map((x) => jnp.multiply(jnp.reshape(keep, [keep.shape[0], ...x.shape.slice(1).map(() => 1)]), x), t);
  return {
    ...graph,
    nodes: times(graph.nodes, getNodePaddingMask(graph)),
    edges: times(graph.edges, getEdgePaddingMask(graph)),
    globals: times(graph.globals, getGraphPaddingMask(graph)),
  };
}

/** The network followed by `zeroOutPadding` (`jraph.with_zero_out_padding_outputs`). */
export const withZeroOutPaddingOutputs = (graphNet: (graph: GraphsTuple) => GraphsTuple) => {
  checkArgument('withZeroOutPaddingOutputs', 'graphNet', graphNet, 'function');
  return (graph: GraphsTuple): GraphsTuple => zeroOutPadding(graphNet(graph));
};

/**
 * Graphs from an iterator in batches of one size: as many as fit, then padding (`jraph.dynamically_batch`).
 * @throws InvalidArgument when `nGraph` is less than 2
 * @throws GraphTooLarge when one graph alone does not fit, after what came before it has been given out
 */
export function* dynamicallyBatch(
  graphsTupleIterator: Iterable<GraphsTuple>,
  nNode: number,
  nEdge: number,
  nGraph: number,
): Generator<GraphsTuple, void, undefined> {
  checkArgument('dynamicallyBatch', 'graphsTupleIterator', graphsTupleIterator, 'object');
  checkArgument('dynamicallyBatch', 'nNode', nNode, 'integer');
  checkArgument('dynamicallyBatch', 'nEdge', nEdge, 'integer');
  checkArgument('dynamicallyBatch', 'nGraph', nGraph, 'integer');
  const padded = (graphs: readonly GraphsTuple[]): GraphsTuple =>
    padWithGraphs(batch(graphs), nNode, nEdge, { nGraph });
  const fits = ([nodes, edges, graphs]: readonly number[]): boolean =>
    nodes <= nNode - 1 && edges <= nEdge && graphs <= nGraph - 1;
  let waiting: GraphsTuple[] = [];
  let size = [0, 0, 0];
  for (const graph of graphsTupleIterator) {
    const own = [total(graph.nNode), graph.senders.shape[0], graph.nNode.shape[0]];
    const together = size.map((n, i) => n + own[i]);
    if (waiting.length > 0 && !fits(together)) {
      yield padded(waiting);
      [waiting, size] = [[], [0, 0, 0]];
    }
    // The error comes from padding the graph alone.
    if (!fits(own)) yield padded([graph]);
    waiting.push(graph);
    size = size.map((n, i) => n + own[i]);
  }
  if (waiting.length > 0) yield padded(waiting);
}

/** Options of `getFullyConnectedGraph`. */
export interface FullyConnectedOptions {
  /** [node, ...] */
  readonly nodeFeatures?: ArrayTree;
  /** [graph, ...] */
  readonly globalFeatures?: ArrayTree;
  /** Whether nodes are connected with themselves. Default true. */
  readonly addSelfEdges?: boolean;
}

/** Graphs in which each node is connected with each (`jraph.get_fully_connected_graph`). */
export function getFullyConnectedGraph(
  nNodePerGraph: number,
  nGraph: number,
  options: FullyConnectedOptions = {},
): GraphsTuple {
  checkArgument('getFullyConnectedGraph', 'nNodePerGraph', nNodePerGraph, 'integer');
  checkArgument('getFullyConnectedGraph', 'nGraph', nGraph, 'integer');
  checkOptions('getFullyConnectedGraph', options, fullyConnectedOptions);
  const { nodeFeatures = null, globalFeatures = null, addSelfEdges = true } = options;
  const senders: number[] = [];
  const receivers: number[] = [];
  for (let first = 0; first < nGraph * nNodePerGraph; first += nNodePerGraph) {
    for (let to = 0; to < nNodePerGraph; to++) {
      for (let k = addSelfEdges ? 0 : 1; k < nNodePerGraph; k++) {
        // Without edges to themselves, the others follow in a circle.
        senders.push(first + (addSelfEdges ? k : (to + k) % nNodePerGraph));
        receivers.push(first + to);
      }
    }
  }
  const edges = nGraph === 0 ? 0 : senders.length / nGraph;
  return {
    nodes: nodeFeatures,
    edges: null,
    globals: globalFeatures,
    senders: jnp.array(Int32Array.from(senders)),
    receivers: jnp.array(Int32Array.from(receivers)),
    nNode: jnp.full([nGraph], nNodePerGraph, { dtype: 'int32' }),
    nEdge: nGraph === 0 ? jnp.zeros([1], { dtype: 'int32' }) : jnp.full([nGraph], edges, { dtype: 'int32' }),
  };
}
