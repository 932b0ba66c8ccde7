/** Mistakes with graphs. */
import { defineError } from './error.js';

/** A graph has more nodes, edges or graphs in it than the size that it is to be padded to. */
export const GraphTooLarge = defineError(
  'GraphTooLarge',
  (d: { op: string; nNode: number; nEdge: number; nGraph: number; wanted: readonly [number, number, number] }) =>
    `jraph.${d.op}: the graph has ${d.nNode} nodes, ${d.nEdge} edges and ${d.nGraph} graphs, and does not fit into ` +
    `${d.wanted.join(', ')}: one node and one graph more are needed, since padding is a graph of its own.`,
);
