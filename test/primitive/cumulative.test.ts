import type { NdArray } from '../../src/index.js';
import { cumlogsumexp, cummax, cummin, cumprod, cumsum } from '../../src/primitive/cumulative.js';
import { describeEngines } from '../helpers/engines.js';
import { describeFixtures } from '../helpers/fixtures.js';

const running =
  (f: typeof cumsum) =>
  (x: NdArray, { axis = 0, reverse = false }: { axis?: number; reverse?: boolean } = {}) =>
    f(x, axis, reverse);

describeEngines(() => {
  // JAX combines in float32 (bfloat16), rounding at each of the log n levels; the reference engine rounds once.
  describeFixtures(
    'primitives/cumulative',
    {
      cumsum: running(cumsum),
      cumprod: running(cumprod),
      cummax: running(cummax),
      cummin: running(cummin),
      cumlogsumexp: running(cumlogsumexp),
    },
    { ulps: 4, at: 'array' },
  );
});
