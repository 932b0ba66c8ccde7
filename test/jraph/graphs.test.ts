import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GraphTooLarge } from '../../src/error/jraph.js';
import { grad, jit, type NdArray, NdArray as NdArrayClass } from '../../src/index.js';
import * as jraph from '../../src/jraph/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as tree from '../../src/tree/index.js';
import { describeEngines } from '../helpers/engines.js';
import { arrayOf, expectArray, type JsonArray } from '../helpers/fixtures.js';

type Leaves = { readonly [path: string]: JsonArray };
type Graph = jraph.GraphsTuple<NdArray>;

const path = new URL('../fixtures/jraph/graphs.json', import.meta.url);
const fixture = JSON.parse(readFileSync(path, 'utf8')) as {
  graph: Leaves;
  cases: { name: string; outputs: Leaves; gradients?: JsonArray[] }[];
};
const graph = tree.map(
  arrayOf as never,
  fixture.graph as never,
  {
    isLeaf: (x: unknown) => typeof x === 'object' && x !== null && 'data' in x,
  } as never,
) as unknown as Graph;

const segments =
  (f: typeof jraph.segmentMean, options: object = {}) =>
  (g: Graph): NdArray =>
    f(g.edges, g.receivers, { numSegments: 6, ...options });

const w = jnp.reshape(jnp.linspace(-1, 1, { num: 9 }), [3, 3]);
const { add, subtract, multiply, tanh, matmul } = jnp;
const padded = (g: Graph): Graph => jraph.padWithGraphs(g, 9, 8, { nGraph: 5 }) as Graph;

const programs: Record<string, (g: Graph) => unknown> = {
  segmentSum: segments(jraph.segmentSum),
  segmentMean: segments(jraph.segmentMean),
  segmentVariance: segments(jraph.segmentVariance),
  segmentNormalize: segments(jraph.segmentNormalize, { eps: 1e-3 }),
  segmentSoftmax: segments(jraph.segmentSoftmax),
  segmentMaxOrConstant: segments(jraph.segmentMaxOrConstant, { constant: 0.25 }),
  segmentMinOrConstant: segments(jraph.segmentMinOrConstant),
  partitionSoftmax: (g) => jraph.partitionSoftmax(g.edges, g.nEdge, { sumPartitions: 7 }),
  graphNetwork: jraph.GraphNetwork<NdArray>(
    (e, s, r, g) => tanh(subtract(add(e, matmul(s, w)), multiply(r, g))),
    (n, s, r, g) => add(add(n, multiply(s, r)), g),
    { updateGlobalFn: (n, e, g) => add(subtract(n, e), g) },
  ),
  graphNetworkMeans: jraph.GraphNetwork<NdArray>(null, (n, s, r) => subtract(add(n, s), r), {
    aggregateEdgesForNodesFn: jraph.segmentMean,
  }),
  interactionNetwork: jraph.InteractionNetwork<NdArray>(
    (e, s, r) => add(multiply(e, s), r),
    (n, r) => add(n, r),
  ),
  interactionNetworkSent: jraph.InteractionNetwork<NdArray>(
    (e, s, r) => add(multiply(e, s), r),
    (n, s, r) => subtract(add(n, s), multiply(2, r)),
    { includeSentMessagesInNodeUpdate: true },
  ),
  relationNetwork: jraph.RelationNetwork<NdArray>(multiply, tanh),
  deepSets: jraph.DeepSets<NdArray>(
    (n, g) => add(matmul(n, w), g),
    (n) => multiply(n, n),
  ),
  graphMapFeatures: jraph.GraphMapFeatures<NdArray>({ embedEdgeFn: tanh, embedNodeFn: jnp.sin }),
  graphNetGat: jraph.GraphNetGAT<NdArray>(
    (e, s) => add(e, s),
    (_n, _s, r) => r,
    (e, _s, r) => jnp.sum(multiply(e, r), { axis: -1, keepdims: true }),
    (e, a) => multiply(e, a as NdArray),
  ),
  gat: jraph.GAT(
    (n) => matmul(n, w),
    (s, r, e) => add(multiply(s, r), e as NdArray),
  ) as (g: Graph) => unknown,
  graphConvolution: jraph.GraphConvolution<NdArray>((n) => matmul(n, w), { addSelfEdges: true }),
  graphConvolutionPlain: jraph.GraphConvolution<NdArray>((n) => matmul(n, w), { symmetricNormalization: false }),
  concatenatedArgs: (g) =>
    jraph.concatenatedArgs(tanh)(g.nodes, {
      b: jnp.take(g.nodes, [0], { axis: 1 }),
      a: multiply(2, g.nodes),
    }),
  batch: (g) => jraph.batch([g, g]),
  padWithGraphs: padded,
  zeroOutPadding: (g) => jraph.zeroOutPadding({ ...padded(g), nodes: jnp.ones([9, 2]) }),
  fullyConnected: () => jraph.getFullyConnectedGraph(3, 2),
  fullyConnectedWithoutSelf: () => jraph.getFullyConnectedGraph(3, 2, { addSelfEdges: false }),
};

/** The arrays of a result by path. */
const leavesOf = (result: unknown): { [path: string]: NdArray } =>
  result instanceof NdArrayClass
    ? { '': result }
    : Object.fromEntries(Object.entries(result as object).filter(([, x]) => x !== null));

describeEngines(() => {
  describe.each(fixture.cases.map((c) => [c.name, c] as const))('%s', (name, c) => {
    it('gives what jraph gives', () => {
      const actual = leavesOf(programs[name](graph));
      expect(Object.keys(actual).sort()).toEqual(Object.keys(c.outputs).sort());
      for (const [leaf, expected] of Object.entries(c.outputs)) {
        expectArray(actual[leaf], expected, { ulps: 8, at: 'array' }, `${name} ${leaf}`);
      }
    });

    it.runIf(c.gradients)('has the gradients of jraph', () => {
      const loss = (nodes: NdArray, edges: NdArray, globals: NdArray): NdArray =>
        Object.values(leavesOf(programs[name]({ ...graph, nodes, edges, globals })))
          .filter((x) => x.dtype === 'float32')
          .reduce((sum, x) => add(sum, jnp.sum(jnp.square(x))), jnp.zeros([]));
      const gradients = jit(grad(loss, { argnums: [0, 1, 2] }))(graph.nodes, graph.edges, graph.globals);
      (gradients as unknown as NdArray[]).forEach((gradient, i) => {
        // Softmax and normalization subtract numbers of about 1 from each other on the way back.
        expectArray(gradient, (c.gradients as JsonArray[])[i], { ulps: 16, at: 'array', atLeast: 1 }, `${name} ${i}`);
      });
    });
  });

  describe('batches', () => {
    const same = (a: unknown, b: unknown): void => {
      const [x, y] = [leavesOf(a), leavesOf(b)];
      expect(Object.keys(x).sort()).toEqual(Object.keys(y).sort());
      for (const key of Object.keys(x)) expect(x[key].jsSync(), key).toEqual(y[key].jsSync());
    };

    it('taken apart and joined again are the same', () => {
      const parts = jraph.unbatch(graph);
      expect(parts.map((g) => g.nNode.jsSync())).toEqual([[3], [0], [3]]);
      same(jraph.batch(parts), graph);
    });

    it('padded and unpadded are the same; the masks tell which is which, also under jit', () => {
      const large = padded(graph);
      same(jraph.unpadWithGraphs(large), graph);
      const masks = jit((g: Graph) => [
        jraph.getNodePaddingMask(g),
        jraph.getEdgePaddingMask(g),
        jraph.getGraphPaddingMask(g),
      ])(large) as unknown as NdArray[];
      expect(masks.map((m) => (m.jsSync() as boolean[]).filter((x) => x).length)).toEqual([6, 7, 3]);
    });

    it('refuse what does not fit', () => {
      expect(() => jraph.padWithGraphs(graph, 6, 7, { nGraph: 4 })).toThrow(GraphTooLarge);
      expect(() => jraph.padWithGraphs(graph, 7, 6, { nGraph: 4 })).toThrow(GraphTooLarge);
      expect(() => [...jraph.dynamicallyBatch([graph], 3, 7, 4)]).toThrow(GraphTooLarge);
    });

    it('made on the way hold as many graphs as fit', () => {
      const batches = [...jraph.dynamicallyBatch(jraph.unbatch(graph), 5, 7, 3)];
      expect(batches.map((g) => g.nNode.jsSync())).toEqual([
        [3, 0, 2],
        [3, 2, 0],
      ]);
    });
  });
});
