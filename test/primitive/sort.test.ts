import type { NdArray } from '../../src/index.js';
import { sort, topK } from '../../src/primitive/sort.js';
import { describeEngines } from '../helpers/engines.js';
import { describeFixtures } from '../helpers/fixtures.js';

type Options = { dimension?: number; numKeys?: number };

describeEngines(() => {
  // Elements are moved, never computed.
  describeFixtures(
    'primitives/sort',
    {
      sort: (operand: NdArray | NdArray[], { dimension = -1, numKeys = 1 }: Options = {}) => {
        const operands = Array.isArray(operand) ? operand : [operand];
        return sort(operands, dimension < 0 ? dimension + operands[0].ndim : dimension, { numKeys });
      },
      sortKeyVal: (keys: NdArray, values: NdArray) => sort([keys, values], keys.ndim - 1),
      topK: (x: NdArray, k: number) => topK(x, k),
    },
    { ulps: 0 },
  );
});
