import { describe, expect, test } from 'vitest';
import { config, grad, jit, type NdArray } from '../../src/index.js';
import { multiply } from '../../src/numpy/arithmetic.js';
import { array } from '../../src/numpy/creation.js';
import { sum } from '../../src/numpy/reduction.js';
import { segmentMax, segmentMin, segmentProd, segmentSum } from '../../src/ops/index.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

describeFixtures('ops/segment', { segmentSum, segmentMax, segmentMin, segmentProd }, { ulps: 2, at: 'array' });

describe('segmentSum', () => {
  const data = array([1, 2, 3]);

  test('has one segment more than the largest id when their number is not given', () => {
    expect(segmentSum(data, [0, 4, 0]).jsSync()).toEqual([4, 0, 0, 0, 2]);
  });

  test('asks for the number of segments when ids are traced', () => {
    const traced = jit((ids: NdArray) => segmentSum(data, ids));
    expect(() => traced(array([0, 1, 0], { dtype: 'int32' }))).toThrow(/numSegments/);
  });

  test('refuses ids that do not match the rows, or are not integers', () => {
    expect(() => segmentSum(data, [0, 1], { numSegments: 2 })).toThrow(/one row for each of the 2 segment ids/);
    expect(() => segmentSum(data, [0.5, 1, 1], { numSegments: 2 })).toThrow(/integers are needed/);
    expect(() => segmentSum(data, [0, 1, 1], { numSegments: -1 })).toThrow(/numSegments/);
  });

  test('gives each row the cotangent of its segment', () => {
    const weights = array([1, 10, 100]);
    const f = (x: NdArray): NdArray => sum(multiply(segmentSum(x, [2, 0, 2], { numSegments: 3 }), weights));
    expect(grad(f)(data).jsSync()).toEqual([100, 1, 100]);
  });
});
