import { expect, test } from 'vitest';
import { config, type NdArray } from '../../src/index.js';
import { dotProductAttention } from '../../src/nn/index.js';
import { zeros } from '../../src/numpy/creation.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

describeFixtures(
  'nn/attention',
  { dotProductAttention: dotProductAttention as (...args: never[]) => NdArray | readonly NdArray[] },
  { ulps: 16, at: 'array' },
);

test('heads of the query must be a multiple of those of the keys', () => {
  const keys = zeros([1, 2, 2, 4]);
  expect(() => dotProductAttention(zeros([1, 2, 3, 4]), keys, keys)).toThrow(/multiple/);
  expect(() => dotProductAttention(zeros([1, 2, 2, 4]), keys, zeros([1, 3, 2, 4]))).toThrow(/value has shape/);
});
