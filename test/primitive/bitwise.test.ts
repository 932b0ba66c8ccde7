import { config } from '../../src/index.js';
import * as bitwise from '../../src/primitive/bitwise.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

describeFixtures(
  'primitives/bitwise',
  {
    bitwiseAnd: bitwise.and,
    bitwiseOr: bitwise.or,
    bitwiseXor: bitwise.xor,
    bitwiseNot: bitwise.not,
    shiftLeft: bitwise.shiftLeft,
    shiftRightArithmetic: bitwise.shiftRightArithmetic,
    shiftRightLogical: bitwise.shiftRightLogical,
    populationCount: bitwise.populationCount,
    clz: bitwise.clz,
    mulhi: bitwise.mulhi,
  },
  { ulps: 0 },
);
