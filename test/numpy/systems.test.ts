import { describe, expect, test } from 'vitest';
import { config, type NdArray } from '../../src/index.js';
import { array, linalg, zeros } from '../../src/numpy/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

const { matmul, ...calls } = linalg as unknown as Readonly<Record<string, Call>>;
// LAPACK computes in float32, in other orders; condition numbers are below 30.
describeFixtures('numpy/systems', calls, { ulps: 128, at: 'array', atLeast: 1 });

describe('a system', () => {
  test('whose parts do not fit is refused', () => {
    expect(() => linalg.solve(zeros([2, 3]), zeros([2]))).toThrow(/square/);
    expect(() => linalg.solve(zeros([2, 2]), zeros([3]))).toThrow(/2 rows/);
    expect(() => linalg.lstsq(zeros([2, 2]), zeros([3]))).toThrow(/as many rows/);
  });

  test('of a triangular matrix is solved exactly', () => {
    const x: NdArray = linalg.solve(
      array([
        [2, 0],
        [1, 4],
      ]),
      array([4, 10]),
    );
    expect(x.jsSync()).toEqual([2, 2]);
  });
});
