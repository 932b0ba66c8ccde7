import { expect, test } from 'vitest';
import { config, grad, type NdArray } from '../../src/index.js';
import { array } from '../../src/numpy/index.js';
import * as stats from '../../src/scipy/stats/index.js';
import { type Call, describeFixtures, type Fixture } from '../helpers/fixtures.js';

config.update('engine', 'reference');

const calls = Object.fromEntries(
  Object.entries(stats).flatMap(([name, functions]) =>
    Object.entries(functions).map(([f, call]) => [`${name}.${f}`, call as Call]),
  ),
);
// Outside of its support JAX's logcdf of the exponential distribution has a NaN for a derivative; here it is 0.
const isOff = (fixture: Fixture): boolean => fixture.op === 'expon.logcdf' && fixture.jvp !== undefined;
// The logarithm of a small tail divides the derivative, and its rounding, by that tail.
const isTail = (op: string): boolean => op.endsWith('.logsf');
describeFixtures(
  'scipy/stats',
  calls,
  ({ op }) => ({ ulps: isTail(op) ? 256 : 64, at: 'element', atLeast: 1e-1 }),
  (fixture) => !isOff(fixture),
);

test('the derivative of logcdf outside of the support is 0', () => {
  expect(grad((x: NdArray) => stats.expon.logcdf(x))(array(-1)).item()).toBe(0);
});
