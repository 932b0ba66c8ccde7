/** The kernels of the elementwise families, against the values that JAX computes. */
import { beforeAll, describe } from 'vitest';
import { config, type NdArray } from '../../../src/index.js';
import * as primitive from '../../../src/primitive/index.js';
import { type Call, describeValues } from '../../helpers/fixtures.js';
import { closeness } from '../../primitive/elementwise-closeness.js';

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

for (const backend of ['wasm', 'cpu']) {
  describe(`elementwise primitives on TensorFlow.js, ${backend}`, () => {
    beforeAll(() => config.update('engine', `tfjs:${backend}`));
    describeValues('primitives/elementwise-unary', calls, closeness);
    describeValues('primitives/elementwise-binary', calls, closeness);
    describeValues('primitives/bitwise', calls, { ulps: 0 });
    describeValues('primitives/compare', calls, { ulps: 0 });
    describeValues('primitives/convert', calls, { ulps: 0 });
  });
}
