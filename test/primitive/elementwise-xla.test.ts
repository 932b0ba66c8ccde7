/** The lowerings of the elementwise families, against the values that JAX's XLA computes. */
import { config, type NdArray } from '../../src/index.js';
import * as primitive from '../../src/primitive/index.js';
import { type Call, describeValues } from '../helpers/fixtures.js';
import { describeXla } from '../helpers/xla.js';

const calls: Readonly<Record<string, Call>> = {
  ...(primitive as unknown as Record<string, Call>),
  bitwiseAnd: primitive.and,
  bitwiseOr: primitive.or,
  bitwiseXor: primitive.xor,
  bitwiseNot: primitive.not,
  reciprocal: (x: NdArray) => primitive.integerPow(x, -1),
  round: (x: NdArray, options: { roundingMethod: primitive.RoundingMethod }) =>
    primitive.round(x, options.roundingMethod),
};

describeXla('elementwise primitives on XLA', () => {
  config.update('engine', 'xla');
  describeValues('primitives/elementwise-unary', calls, { ulps: 4 });
  describeValues('primitives/elementwise-binary', calls, { ulps: 4 });
  describeValues('primitives/bitwise', calls, { ulps: 0 });
  describeValues('primitives/compare', calls, { ulps: 0 });
  describeValues('primitives/convert', calls, { ulps: 0 });
});
