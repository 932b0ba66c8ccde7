/** Cases of gathers, scatters and windows. */
import type { NdArray } from 'fluxion/extend';
import type { Chance } from '../chance.js';
import { type CaseSource, numbers, operandsOf, wholes } from './case.js';

type Shape = readonly number[];

/** Rows of the operand by number: `x[indices]`, indices of shape `[m, 1]`, some of them out of bounds. */
const rowNumbers = (shape: Shape, chance: Chance, unique: boolean): { indices: NdArray; count: number } => {
  const count = unique ? shape[0] : chance.integer(1, 4);
  if (!unique) return { indices: wholes([count, 1], chance, [-1, shape[0]]), count };
  const order = wholes([count, 1], chance, [0, 0]);
  const shift = chance.integer(0, count - 1);
  const data = order.dataSync();
  for (let i = 0; i < count; i++) data[i] = (i + shift) % count;
  return { indices: wholesFrom(data as Int32Array, [count, 1]), count };
};

const wholesFrom = (values: Int32Array, shape: Shape): NdArray => {
  let next = 0;
  return wholes(shape, { integer: () => values[next++] } as unknown as Chance);
};

const gatherNumbers = (shape: Shape): object => ({
  offsetDims: shape.slice(1).map((_, i) => i + 1),
  collapsedSliceDims: [0],
  startIndexMap: [0],
  operandBatchingDims: [],
  startIndicesBatchingDims: [],
});

const scatterNumbers = (shape: Shape): object => ({
  updateWindowDims: shape.slice(1).map((_, i) => i + 1),
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: [],
});

const scatterCase = (name: string, options: { unique?: boolean; exact?: CaseSource['exact'] } = {}): CaseSource => ({
  cases: operandsOf(name, { minDims: 1, maxDims: 2 }, (shape, chance) => {
    const unique = options.unique ?? false;
    const { indices, count } = rowNumbers(shape, chance, unique);
    return {
      args: [numbers(shape, chance), indices, numbers([count, ...shape.slice(1)], chance)],
      params: {
        dimensionNumbers: scatterNumbers(shape),
        indicesAreSorted: false,
        uniqueIndices: unique,
        mode: chance.pick(['fill', 'clip']),
      },
    };
  }),
  exact: options.exact,
});

const windows = (chance: Chance, rank: number): object => ({
  windowDimensions: Array.from({ length: rank }, () => chance.integer(1, 2)),
  windowStrides: Array.from({ length: rank }, () => chance.integer(1, 2)),
  padding: Array.from({ length: rank }, () => [chance.integer(0, 1), chance.integer(0, 1)]),
  baseDilation: Array.from({ length: rank }, () => 1),
  windowDilation: Array.from({ length: rank }, () => 1),
});

const windowed = (name: string, more: object = {}, exact?: CaseSource['exact']): CaseSource => ({
  cases: operandsOf(name, { minDims: 1, maxDims: 2, minSize: 2, maxSize: 4 }, (shape, chance) => {
    const full = windows(chance, shape.length);
    // A window of padding alone holds no element, and an extremum over it is infinite.
    const params = name === 'reduce_window_sum' ? full : { ...full, padding: shape.map(() => [0, 0]) };
    return { args: [numbers(shape, chance)], params: { ...params, ...more } };
  }),
  exact,
});

export const indexingCases: Readonly<Record<string, CaseSource>> = {
  gather: {
    cases: operandsOf('gather', { minDims: 1, maxDims: 3 }, (shape, chance) => ({
      args: [numbers(shape, chance), rowNumbers(shape, chance, false).indices],
      params: {
        dimensionNumbers: gatherNumbers(shape),
        sliceSizes: [1, ...shape.slice(1)],
        indicesAreSorted: false,
        uniqueIndices: false,
        mode: chance.pick(['clip', 'fill']),
        fillValue: 0,
      },
    })),
    exact: { operands: [0], jointly: true },
  },
  'scatter-add': scatterCase('scatter-add', { exact: { operands: [0, 2], jointly: true } }),
  'scatter-sub': scatterCase('scatter-sub', { exact: { operands: [0, 2], jointly: true } }),
  'scatter-mul': scatterCase('scatter-mul', { unique: true, exact: { operands: [0, 2], jointly: false } }),
  'scatter-min': scatterCase('scatter-min', { unique: true }),
  'scatter-max': scatterCase('scatter-max', { unique: true }),
  scatter: scatterCase('scatter', { unique: true, exact: { operands: [0, 2], jointly: true } }),
  reduce_window_sum: windowed('reduce_window_sum', {}, { operands: [0], jointly: true }),
  reduce_window_max: windowed('reduce_window_max'),
  reduce_window_min: windowed('reduce_window_min'),
  reduce_window_arg: windowed('reduce_window_arg', { largest: true }),
};
