import { config, type NdArray } from '../../src/index.js';
import { cumlogsumexp, cummax, cummin, cumprod, cumsum } from '../../src/primitive/cumulative.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

const running =
  (f: typeof cumsum) =>
  (x: NdArray, { axis = 0, reverse = false }: { axis?: number; reverse?: boolean } = {}) =>
    f(x, axis, reverse);

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
