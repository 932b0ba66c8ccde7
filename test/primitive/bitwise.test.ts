import { expect, test } from 'vitest';
import { config, jit } from '../../src/index.js';
import { full } from '../../src/lax/index.js';
import * as bitwise from '../../src/primitive/bitwise.js';
import { describeFixtures } from '../helpers/fixtures.js';
import { describeXla } from '../helpers/xla.js';

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

describeXla('folded at compile time by XLA', () => {
  test.each(['int32', 'int16', 'int8'] as const)('%s: no bit above the highest of -1 is zero', (dtype) => {
    config.update('engine', 'xla');
    expect(jit(() => bitwise.clz(full([], -1, { dtype })))().item()).toBe(0);
    expect(jit(() => bitwise.populationCount(full([], -1, { dtype })))().item()).toBe(Number(dtype.slice(3)));
    config.update('engine', 'reference');
  });
});
