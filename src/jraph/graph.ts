/**
 * Graphs as arrays: features of nodes and edges, and for each edge the nodes that it goes from and to.
 *
 * Several graphs can be in one `GraphsTuple`, one after another: `nNode` and `nEdge` say how many rows belong to each, and
 * `senders` and `receivers` count nodes through all of them. Plain readonly data, and so a tree.
 * Source: jraph/_src/graph.py; Battaglia et al., "Relational inductive biases", arXiv:1806.01261.
 */
import { NdArray } from '../array/array.js';
import { describeValue } from '../array/convert.js';
import { InvalidArgument } from '../error/error.js';
import type { Tree } from '../tree/types.js';

/** Features: an array, or a tree of arrays with one length of their first axis. */
export type ArrayTree = Tree<NdArray>;

/** One or several graphs as arrays. See the head of this file. */
export interface GraphsTuple<N extends ArrayTree = ArrayTree, E extends ArrayTree = N, G extends ArrayTree = N> {
  /** [node, ...] in each array; null for none. */
  readonly nodes: N;
  /** [edge, ...] in each array; null for none. */
  readonly edges: E;
  /** The node that each edge goes to: [edge], integers. */
  readonly receivers: NdArray;
  /** The node that each edge comes from: [edge], integers. */
  readonly senders: NdArray;
  /** [graph, ...] in each array; null for none. */
  readonly globals: G;
  /** Nodes of each graph: [graph], integers. */
  readonly nNode: NdArray;
  /** Edges of each graph: [graph], integers. */
  readonly nEdge: NdArray;
}

/**
 * Refuses what is not a graph.
 * @throws InvalidArgument
 */
export function checkGraph(op: string, argument: string, value: unknown): void {
  const { receivers, senders, nNode, nEdge } = Object(value) as Partial<GraphsTuple>;
  if ([receivers, senders, nNode, nEdge].every((x) => x instanceof NdArray)) return;
  const expected = 'a GraphsTuple, whose receivers, senders, nNode and nEdge are arrays';
  throw new InvalidArgument({ op, argument, expected, actual: describeValue(value) });
}
