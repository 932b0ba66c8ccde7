import { describe, expect, test } from 'vitest';
import { config, type DType } from '../../src/index.js';
import { initializers } from '../../src/nn/index.js';
import { key } from '../../src/random/index.js';
import { expectArray, type JsonArray } from '../helpers/fixtures.js';
import { readFixture } from '../helpers/oracle.js';

config.update('engine', 'reference');

interface Case {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly seed: number;
  readonly shape: readonly number[];
  readonly options: { readonly dtype?: DType };
  readonly outputs: readonly JsonArray[];
}

type Factory = (...args: readonly unknown[]) => initializers.Initializer;
const named = initializers as unknown as Readonly<Record<string, Factory>>;

describe("weights are JAX's", () => {
  for (const { op, args, seed, shape, options, outputs } of readFixture<Case>('nn/initializers').cases) {
    test(`${op} ${JSON.stringify(args)} of shape [${shape}] ${options.dtype ?? ''}`, () => {
      const init = op === 'zeros' || op === 'ones' ? initializers[op] : named[op](...args);
      expectArray(init(key(seed), shape, options), outputs[0], { ulps: 16, at: 'array' }, op);
    });
  }
});

describe('an initializer refuses', () => {
  test('a vector without an axis of inputs', () => {
    expect(() => initializers.heNormal()(key(0), [3])).toThrow(/at least two axes/);
  });

  test('another mode', () => {
    expect(() => initializers.varianceScaling(1, 'fan' as 'fan_in', 'normal')(key(0), [2, 2])).toThrow(/fan_avg/);
  });
});
