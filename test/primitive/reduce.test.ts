import type { DType, NdArray } from '../../src/index.js';
import { argmax, argmin } from '../../src/primitive/argextrema.js';
import { reduceSum } from '../../src/primitive/reduce.js';
import { reduceAnd, reduceMax, reduceMin, reduceOr, reduceProd, reduceXor } from '../../src/primitive/reductions.js';
import { describeEngines } from '../helpers/engines.js';
import { describeFixtures } from '../helpers/fixtures.js';

const reduction = (f: (x: NdArray, axes: readonly number[]) => NdArray) => (x: NdArray, axes: number[]) => f(x, axes);

describeEngines(() => {
  // JAX adds and multiplies in float32 in an order of its own, the reference engine in float64.
  describeFixtures(
    'primitives/reduce',
    {
      reduceSum: reduction(reduceSum),
      reduceProd: reduction(reduceProd),
      reduceMax: reduction(reduceMax),
      reduceMin: reduction(reduceMin),
      reduceAnd: reduction(reduceAnd),
      reduceOr: reduction(reduceOr),
      reduceXor: reduction(reduceXor),
      argmax: (x: NdArray, axis: number, dtype: DType) => argmax(x, axis, dtype),
      argmin: (x: NdArray, axis: number, dtype: DType) => argmin(x, axis, dtype),
    },
    { ulps: 4, at: 'array' },
  );
});
