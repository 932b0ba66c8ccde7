import type { DType, NdArray } from '../../src/index.js';
import { type DotDimensionNumbers, dotGeneral } from '../../src/primitive/contract.js';
import { describeEngines } from '../helpers/engines.js';
import { describeFixtures } from '../helpers/fixtures.js';

describeEngines(() => {
  // JAX adds in float32 in an order of its own, the reference engine in float64.
  describeFixtures(
    'primitives/contract',
    {
      dotGeneral: (
        x: NdArray,
        y: NdArray,
        dimensionNumbers: DotDimensionNumbers,
        options?: { preferredElementType: DType },
      ) => dotGeneral(x, y, { dimensionNumbers, ...options }),
    },
    { ulps: 3, at: 'array' },
  );
});
