import { config } from '../../src/index.js';
import * as special from '../../src/scipy/special/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

const calls = special as unknown as Readonly<Record<string, Call>>;
// JAX's lgamma has an absolute error near its zeros, and its Bessel functions are polynomials fitted to float32.
const isAbsolute = (op: string): boolean => ['gammaln', 'i0e', 'i1e'].includes(op);
// The weight e^-x x^a / Gamma(a) is the exponential of a difference of numbers up to 100.
const isDifference = (op: string): boolean => op.startsWith('gammainc');
describeFixtures('scipy/special', calls, ({ op }) => ({
  ulps: isDifference(op) ? 256 : 64,
  at: 'element',
  atLeast: isAbsolute(op) ? 1 : 1e-2,
}));
