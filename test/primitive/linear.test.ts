/**
 * A linear map and its transpose: <u, J v> = <J' u, v>, exactly, on small integers in float64, where nothing is rounded.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { config, DeviceArray, jvp, type NdArray, vjp } from '../../src/index.js';
import { concatenate, split } from '../../src/primitive/concatenate.js';
import { dotGeneral } from '../../src/primitive/contract.js';
import { convGeneralDilated } from '../../src/primitive/convolution.js';
import { cumsum } from '../../src/primitive/cumulative.js';
import { dynamicSlice, dynamicUpdateSlice } from '../../src/primitive/dynamic-slice.js';
import { gather } from '../../src/primitive/gather.js';
import { reduceSum } from '../../src/primitive/reduce.js';
import { scatter, scatterAdd, scatterMul, scatterSub } from '../../src/primitive/scatter.js';
import { pad, rev, slice } from '../../src/primitive/slice.js';
import { sort, topK } from '../../src/primitive/sort.js';
import { broadcastInDim, expandDims, reshape, squeeze, transpose } from '../../src/primitive/structure.js';
import { reduceWindowMax, reduceWindowSum } from '../../src/primitive/window.js';
import { describeEngines } from '../helpers/engines.js';

config.update('enableX64', true);

type Shape = readonly number[];
type Linear = (...xs: NdArray[]) => NdArray | readonly NdArray[];

const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const float64 = (shape: Shape, values: readonly number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float64', shape, data: Float64Array.from(values) });
const int32 = (shape: Shape, values: readonly number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'int32', shape, data: Int32Array.from(values) });

/** Arrays of small integers, so that all sums of products are exact. */
const integers = (shape: Shape): fc.Arbitrary<NdArray> =>
  fc
    .array(fc.integer({ min: -8, max: 8 }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((values) => float64(shape, values));

const inner = (xs: readonly NdArray[], ys: readonly NdArray[]): number =>
  xs.reduce((sum, x, i) => {
    const [a, b] = [x, ys[i]].map((z) => Array.from(z.dataSync(), Number));
    return a.reduce((s, value, k) => s + value * b[k], sum);
  }, 0);

const rows = {
  offsetDims: [1],
  collapsedSliceDims: [0],
  startIndexMap: [0],
  operandBatchingDims: [],
  startIndicesBatchingDims: [],
};
const into = {
  updateWindowDims: [1],
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: [],
};
const places = int32([4, 1], [2, 0, 2, 7]);
const once = int32([2, 1], [2, 0]);
const corner = [int32([], [1]), int32([], [9])];
const windows = {
  windowDimensions: [2, 3],
  windowStrides: [2, 1],
  padding: [
    [1, 0],
    [0, 2],
  ] as const,
  baseDilation: [1, 2],
  windowDilation: [2, 1],
};
const convolution = {
  windowStrides: [2],
  padding: [[1, 2]] as const,
  lhsDilation: [2],
  rhsDilation: [1],
  dimensionNumbers: { lhsSpec: [0, 1, 2], rhsSpec: [0, 1, 2], outSpec: [0, 1, 2] },
  featureGroupCount: 2,
  batchGroupCount: 1,
  precision: null,
  preferredElementType: null,
};

/** Maps that are linear in all arguments together, or in each; with the shapes of the arguments. */
const maps: Readonly<Record<string, readonly [f: Linear, ...shapes: Shape[]]>> = {
  reshape: [(x) => reshape(x, [3, 4]), [2, 6]],
  transpose: [(x) => transpose(x, [2, 0, 1]), [2, 3, 4]],
  broadcastInDim: [(x) => broadcastInDim(x, [3, 2, 4], [0, 2]), [3, 1]],
  squeeze: [(x) => squeeze(x, [0]), [1, 3]],
  expandDims: [(x) => expandDims(x, [1]), [2, 3]],
  rev: [(x) => rev(x, [1]), [2, 3]],
  slice: [(x) => slice(x, [1, 0], [5, 4], [2, 3]), [5, 4]],
  pad: [
    (x, value) =>
      pad(x, value, [
        [1, -1, 2],
        [0, 2, 1],
      ]),
    [3, 2],
    [],
  ],
  concatenate: [(x, y) => concatenate([x, y], 1), [2, 3], [2, 1]],
  split: [(x) => split(x, [1, 0, 2], 1), [2, 3]],
  reduceSum: [(x) => reduceSum(x, [0, 2]), [2, 3, 2]],
  cumsum: [(x) => cumsum(x, 1, true), [2, 4]],
  gather: [(x) => gather(x, places, rows, [1, 3], { mode: 'fill', fillValue: 0 }), [4, 3]],
  'gather, clipped': [(x) => gather(x, places, rows, [1, 3], { mode: 'clip' }), [4, 3]],
  scatterAdd: [(x, y) => scatterAdd(x, places, y, into, { mode: 'clip' }), [4, 3], [4, 3]],
  scatterSub: [(x, y) => scatterSub(x, places, y, into), [4, 3], [4, 3]],
  scatter: [(x, y) => scatter(x, once, y, into, { uniqueIndices: true }), [4, 3], [2, 3]],
  'scatter, overlapping': [(x, y) => scatter(x, places, y, into), [4, 3], [4, 3]],
  'scatterMul in each operand': [(x, y) => scatterMul(x, once, y, into, { uniqueIndices: true }), [4, 3], [2, 3]],
  dynamicSlice: [(x) => dynamicSlice(x, corner, [2, 2]), [4, 3]],
  dynamicUpdateSlice: [(x, y) => dynamicUpdateSlice(x, y, corner), [4, 3], [2, 2]],
  dotGeneral: [
    (x, y) =>
      dotGeneral(x, y, {
        dimensionNumbers: [
          [
            [1, 3],
            [3, 1],
          ],
          [[0], [2]],
        ],
      }),
    [2, 3, 2, 4],
    [5, 4, 2, 3],
  ],
  convGeneralDilated: [(x, w) => convGeneralDilated(x, w, convolution), [2, 4, 5], [6, 2, 3]],
  reduceWindowSum: [(x) => reduceWindowSum(x, windows), [4, 5]],
  // Not linear, but their tangents move elements without computing on them.
  reduceWindowMax: [(x) => reduceWindowMax(x, windows), [4, 5]],
  sort: [(x, y) => sort([x, y], 1), [2, 4], [2, 4]],
  topK: [(x) => topK(x, 2)[0], [2, 4]],
};

describeEngines(() => {
  describe('the transpose of the tangent map is its transpose, exactly', () => {
    for (const [name, [f, ...shapes]] of Object.entries(maps)) {
      test(name, () => {
        const list = (...xs: NdArray[]): readonly NdArray[] => {
          const ys = f(...xs);
          return Array.isArray(ys) ? ys : [ys as NdArray];
        };
        const drawn = fc.tuple(...shapes.map(integers));
        const outputs = list(...shapes.map((shape) => float64(shape, new Array(sizeOf(shape)).fill(0))));
        const back = fc.tuple(...outputs.map((y) => integers(y.shape)));
        fc.assert(
          fc.property(drawn, drawn, back, (x, v, u) => {
            const [, forwards] = jvp(list, x, v);
            const [, pull] = vjp(list, ...x);
            const backwards = pull(u as never) as readonly NdArray[];
            expect(inner(u, forwards as readonly NdArray[])).toBe(inner(backwards, v));
          }),
          { numRuns: 10 },
        );
      });
    }
  });
});
