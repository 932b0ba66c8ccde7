import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DTYPES } from '../../src/array/dtype.js';
import { argumentsOf, numbersOf, type OracleArray, readFixture } from '../helpers/oracle.js';

const root = fileURLToPath(new URL('../fixtures/', import.meta.url));
const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.json') && path.includes('/'))
  .map((path) => path.replace(/\.json$/, ''))
  .filter((path) => /^(primitives|random|transforms|optax)\//.test(path))
  .sort();

/** Every array of a fixture, wherever it lies. */
function* arraysIn(value: unknown): Generator<OracleArray> {
  if (Array.isArray(value)) for (const inner of value) yield* arraysIn(inner);
  else if (value !== null && typeof value === 'object') {
    if ('dtype' in value && 'shape' in value && 'data' in value) yield value as OracleArray;
    else for (const inner of Object.values(value)) yield* arraysIn(inner);
  }
}

describe('the fixtures made by JAX and optax', () => {
  test('are there for primitives, keys and samplers, transformations and optimizers', () => {
    const folders = new Set(paths.map((path) => path.split('/')[0]));
    expect([...folders]).toEqual(['optax', 'primitives', 'random', 'transforms']);
  });

  test.each(paths)('%s: names its versions, and every array has the numbers that its shape promises', (path) => {
    const fixture = readFixture(path);
    expect(fixture.versions).toMatchObject({ jax: '0.10.2', optax: '0.2.8' });
    expect(fixture.cases.length).toBeGreaterThan(0);
    for (const array of arraysIn(fixture)) {
      const known = (DTYPES as readonly string[]).includes(array.dtype) || array.dtype === ('key<fry>' as string);
      expect(known, array.dtype).toBe(true);
      const words = array.dtype === ('key<fry>' as string) || array.dtype.startsWith('complex') ? 2 : 1;
      expect(numbersOf(array)).toHaveLength(words * array.shape.reduce((a, b) => a * b, 1));
    }
  });
});

describe('the arguments of a recorded call', () => {
  test('get their inputs, numbers and functions wherever they are nested', () => {
    const call = ['$1', ['$0', 2], { fillValue: 'NaN', mode: 'clip' }, { function: 'sine' }];
    const resolved = argumentsOf(call, ['first', 'second'], (name) => `<${name}>`);
    expect(resolved).toEqual(['second', ['first', 2], { fillValue: Number.NaN, mode: 'clip' }, '<sine>']);
  });
});
