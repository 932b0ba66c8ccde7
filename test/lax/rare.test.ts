import { describe, expect, test } from 'vitest';
import { config, type NdArray } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import { add, array, divide, logaddexp, multiply } from '../../src/numpy/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

type Scalars = (x: NdArray, y: NdArray) => NdArray;
const computations: Readonly<Record<string, Scalars>> = {
  logaddexp,
  quotient: (x, y) => divide(multiply(x, y), add(x, y)),
  mul: lax.mul,
  add: (x, y) => lax.add(x, y),
  max: lax.max,
};
const computation = (f: unknown): Scalars => computations[(f as { function: string }).function];

describeFixtures(
  'lax/rare',
  {
    ...(lax as unknown as Readonly<Record<string, Call>>),
    reduce: (x: NdArray, start: NdArray, f: unknown, axes: number[]) => lax.reduce(x, start, computation(f), axes),
    reduceWindow: (x: NdArray, start: NdArray, f: unknown, window: number[], options?: lax.ReduceWindowOptions) =>
      lax.reduceWindow(x, start, computation(f), window, options),
  },
  { ulps: 8, at: 'array', atLeast: 1 },
);

describe('reduce', () => {
  test('combines several operands by a function of lists', () => {
    const values = array([
      [3, 1, 2],
      [5, 9, 7],
    ]);
    const places = lax.broadcastedIota('int32', [2, 3], 1);
    const [smallest, where] = lax.reduce(
      [values, places] as readonly [NdArray, NdArray],
      [Number.POSITIVE_INFINITY, -1],
      ([x, i]: readonly [NdArray, NdArray], [y, j]: readonly [NdArray, NdArray]) =>
        [lax.min(x, y), lax.select(lax.le(x, y), i, j)] as readonly [NdArray, NdArray],
      [1],
    );
    expect([smallest.jsSync(), where.jsSync()]).toEqual([
      [1, 5],
      [1, 0],
    ]);
  });
});

describe('shapes from shapes', () => {
  test('of convolutions and windows are those of the operations', () => {
    expect(lax.convGeneralShapeTuple([1, 5, 6, 2], [3, 3, 2, 4], [2, 1], 'SAME', ['NHWC', 'HWIO', 'NHWC'])).toEqual([
      1, 3, 6, 4,
    ]);
    expect(lax.convShapeTuple([4, 2, 7], [3, 2, 2], [2], [[1, 0]])).toEqual([4, 3, 4]);
    expect(lax.reduceWindowShapeTuple([5, 6], [2, 3], [1, 2], 'VALID')).toEqual([4, 2]);
    expect(lax.convTransposeShapeTuple([1, 4, 2], [3, 2, 5], [2], 'SAME', ['NHC', 'HIO', 'NHC'])).toEqual([1, 8, 5]);
  });
});

describe('arguments that do not fit are refused', () => {
  test.each([
    [() => lax.transpose(array([[1]]), [0, 2]), /permutation/],
    [() => lax.concatenate([], 0), /at least one array/],
    [
      () =>
        lax.dotGeneral(
          array([1, 2]),
          array([1, 2]),
          [
            [[0], [0]],
            [[], []],
          ],
          { precision: 'exact' },
        ),
      /precision/,
    ],
    [() => lax.sort([array([1])], { numKeys: 2 }), /numKeys/],
    [() => lax.convGeneralPermutations(['NC', 'OH', 'NC']), /distinct letters/],
    [() => lax.indexInDim(array([1, 2]), 2), /between -2 and 1/],
    [() => lax.tile(array([1, 2]), [1, 2]), /one count for each/],
    [() => lax.full([2], array([1, 2])), /a scalar is needed/],
  ])('case %#', (call, message) => {
    expect(call).toThrow(message);
  });
});
