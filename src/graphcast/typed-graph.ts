/**
 * Graphs with several kinds of nodes and edges: grid points and mesh points, and the edges between and among them.
 *
 * Plain readonly data. The first axis of all features is the node or the edge; what follows is the batch and the
 * channels. Source: DeepMind's graphcast, `typed_graph.py`; Battaglia et al., arXiv:1806.01261.
 */
import type { NdArray } from '../array/array.js';
import { NameError } from '../error/error.js';

/** Nodes of one kind. */
export interface NodeSet {
  /** Number of nodes. */
  readonly nNode: number;
  /** [node, ...] */
  readonly features: NdArray;
}

/** The nodes that edges go from and to. */
export interface EdgesIndices {
  /** [edge], int32 */
  readonly senders: NdArray;
  /** [edge], int32 */
  readonly receivers: NdArray;
}

/** Edges of one kind. */
export interface EdgeSet {
  /** Number of edges. */
  readonly nEdge: number;
  readonly indices: EdgesIndices;
  /** [edge, ...] */
  readonly features: NdArray;
  /** The kinds of nodes that they go from and to. */
  readonly nodeSets: readonly [sender: string, receiver: string];
}

/** Node sets and edge sets by name. */
export interface TypedGraph {
  readonly nodes: { readonly [name: string]: NodeSet };
  readonly edges: { readonly [name: string]: EdgeSet };
}

/**
 * The edge set of a name.
 * @throws NameError when there is none
 */
export function edgeByName(graph: TypedGraph, name: string): EdgeSet {
  if (!Object.hasOwn(graph.edges, name)) {
    const reason = `is no edge set of this graph, which has ${Object.keys(graph.edges).join(', ') || 'none'}`;
    throw new NameError({ op: 'edgeByName', name, reason });
  }
  return graph.edges[name];
}

/** The graph with other features of some of its nodes and edges. */
export function withFeatures(
  graph: TypedGraph,
  nodes: { readonly [name: string]: NdArray },
  edges: { readonly [name: string]: NdArray },
): TypedGraph {
  const replaced = <S extends { readonly features: NdArray }>(
    sets: { readonly [name: string]: S },
    features: { readonly [name: string]: NdArray },
  ): { readonly [name: string]: S } =>
    Object.fromEntries(
      Object.entries(sets).map(([name, set]) => [name, name in features ? { ...set, features: features[name] } : set]),
    );
  return { nodes: replaced(graph.nodes, nodes), edges: replaced(graph.edges, edges) };
}
