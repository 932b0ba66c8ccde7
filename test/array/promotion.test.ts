import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { DType } from '../../src/array/dtype.js';
import { type ElementType, promoteTypes, resultType } from '../../src/array/promotion.js';
import { config } from '../../src/config.js';
import { InvalidArgument } from '../../src/error/error.js';

interface Table {
  readonly x64: boolean;
  readonly types?: readonly string[];
  readonly results?: readonly (readonly string[])[];
  readonly threes?: readonly (readonly [string, string, string, string])[];
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/promotion.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Table[];
};

const typeNamed = (name: string): ElementType => ({
  dtype: name.replace('*', '') as DType,
  weakType: name.endsWith('*'),
});
const promoted = (...names: readonly string[]): string => {
  const { dtype, weakType } = resultType(names.map(typeNamed));
  return `${dtype}${weakType ? '*' : ''}`;
};

afterEach(() => config.update('enableX64', false));

describe('type promotion', () => {
  for (const { x64, types, results, threes } of cases) {
    const mode = x64 ? 'with 64-bit types' : 'without 64-bit types';
    if (types !== undefined && results !== undefined) {
      test(`takes any two types, weak ones included, where JAX takes them, ${mode}`, () => {
        config.update('enableX64', x64);
        const actual = types.map((a) => types.map((b) => promoted(a, b)));
        expect(actual).toEqual(results);
      });
    }
    if (threes !== undefined) {
      test(`takes three types at once where JAX takes them, ${mode}`, () => {
        config.update('enableX64', x64);
        expect(threes.map(([a, b, c]) => [a, b, c, promoted(a, b, c)])).toEqual(threes);
      });
    }
  }
  test('lets plain numbers yield to the array beside them', () => {
    expect(promoted('bfloat16', 'float32*')).toBe('bfloat16');
    expect(promoted('int8', 'float32*')).toBe('float32*');
  });
  test('does not depend on the order of two dtypes', () => {
    expect(promoteTypes('uint8', 'int8')).toBe('int16');
    expect(promoteTypes('int8', 'uint8')).toBe('int16');
  });
  test('needs at least one operand', () => {
    expect(() => resultType([])).toThrow(InvalidArgument);
  });
});
