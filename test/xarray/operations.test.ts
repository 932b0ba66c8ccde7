import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { config } from '../../src/index.js';
import { Coordinate, concat, DataArray, Dataset, merge, regridConservative } from '../../src/xarray/index.js';
import { arrayOf, type Closeness, expectArray, type JsonArray } from '../helpers/fixtures.js';

interface JsonCoordinate {
  readonly dims: readonly string[];
  readonly kind: 'number' | 'timedelta64[ns]' | 'datetime64[ns]' | 'str';
  readonly shape: readonly number[];
  /** Times in hours. */
  readonly values: readonly number[] | readonly string[];
}
type JsonCoords = { readonly [name: string]: JsonCoordinate };
interface JsonDataArray {
  readonly name: string | null;
  readonly dims: readonly string[];
  readonly data: JsonArray;
  readonly coords: JsonCoords;
}
interface JsonDataset {
  readonly variables: { readonly [name: string]: { readonly dims: readonly string[]; readonly data: JsonArray } };
  readonly coords: JsonCoords;
}
type Json = JsonDataArray | JsonDataset;
type Named = DataArray | Dataset;

const { objects, cases } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../fixtures/xarray/operations.json', import.meta.url)), 'utf8'),
) as {
  readonly objects: { readonly [name: string]: Json };
  readonly cases: readonly { on: string; op: string; args: readonly unknown[]; result: Json }[];
};

const HOUR = 3_600_000_000_000n;

const coordinatesOf = (coords: JsonCoords): { [name: string]: Coordinate } =>
  Object.fromEntries(
    Object.entries(coords).map(([name, { dims, kind, shape, values }]) => {
      if (kind === 'str') return [name, new Coordinate(dims, values as readonly string[], kind, shape)];
      const numbers = values as readonly number[];
      const whole = numbers.every(Number.isInteger);
      const labels =
        kind === 'number'
          ? whole
            ? Int32Array.from(numbers)
            : Float32Array.from(numbers)
          : BigInt64Array.from(numbers, (h) => BigInt(h) * HOUR);
      return [name, new Coordinate(dims, labels, kind, shape)];
    }),
  );

function objectOf(json: Json): Named {
  const coords = coordinatesOf(json.coords);
  if (!('variables' in json)) return new DataArray(arrayOf(json.data), { dims: json.dims, coords, name: json.name });
  const variables = Object.entries(json.variables).map(
    ([name, { dims, data }]) => [name, [dims, arrayOf(data)]] as const,
  );
  return new Dataset(Object.fromEntries(variables), { coords });
}

const resolved = (value: unknown): unknown =>
  typeof value === 'string' && value.startsWith('$') ? objectOf(objects[value.slice(1)]) : value;

/** What is no method here: functions of several objects, and arguments with a place of their own. */
const calls: { readonly [op: string]: (on: Named, ...args: never[]) => Named } = {
  concat: (on, other: Named, { dim }: { dim: string }) => concat([on, other], dim),
  merge: (on, other: Dataset) => merge([on as Dataset, other]),
  groupby: (on, group: string, op: string, inner?: string) => {
    const reduced = (how: string): Named =>
      ((on as Dataset).groupby(group) as unknown as Record<string, () => Named>)[how]();
    if (inner === undefined) return reduced(op);
    const groups = (on as Dataset).groupby(group) as unknown as Record<string, (other: Named) => Named>;
    return groups[op](reduced(inner));
  },
  regridConservative: (on, target: { lat: number[]; lon: number[] }) => regridConservative(on as Dataset, target),
  restack: (on, stacks: { z: string[] }) => (on as Dataset).stack(stacks).unstack('z'),
};

function call(on: Named, op: string, args: readonly unknown[]): Named {
  const given = args.map(resolved);
  if (op in calls) return calls[op](on, ...(given as never[]));
  return (on as unknown as Record<string, (...xs: unknown[]) => Named>)[op](...given);
}

/** Coordinates as plain data; times in hours. */
const plain = (coords: { readonly [name: string]: Coordinate }): JsonCoords =>
  Object.fromEntries(
    Object.entries(coords).map(([name, c]) => [
      name,
      {
        dims: [...c.dims],
        kind: c.kind as JsonCoordinate['kind'],
        shape: [...c.shape],
        values:
          c.kind === 'number'
            ? c.numbers()
            : c.kind === 'str'
              ? [...(c.values as readonly string[])]
              : Array.from(c.values as BigInt64Array, (ns) => Number(ns / HOUR)),
      },
    ]),
  );

/** Sums and their like are of small whole numbers, exact in float32; roots and quotients are rounded. */
const CLOSENESS = { ulps: 2 };
/** Weighted sums cancel: their error is that of the values that go into them. */
const OF_SUMS = { ulps: 2, at: 'array' } as const;

function expectNamed(actual: Named, expected: Json, closeness: Closeness = CLOSENESS): void {
  if ('variables' in expected) {
    expect(actual).toBeInstanceOf(Dataset);
    const dataset = actual as Dataset;
    expect(dataset.keys()).toEqual(Object.keys(expected.variables));
    for (const [name, { dims, data }] of Object.entries(expected.variables)) {
      expect(dataset.get(name).dims, `dimensions of ${name}`).toEqual(dims);
      expectArray(dataset.get(name).data, data, closeness, name);
    }
  } else {
    expect(actual).toBeInstanceOf(DataArray);
    const array = actual as DataArray;
    expect(array.name).toBe(expected.name);
    expect(array.dims).toEqual(expected.dims);
    expectArray(array.data, expected.data, closeness, 'data');
  }
  expect(plain(actual.coords)).toEqual(expected.coords);
}

describe('as xarray has it', () => {
  beforeAll(() => config.update('engine', 'reference'));
  test.each(cases.map((c, i) => ({ ...c, title: `${c.on}.${c.op}(${JSON.stringify(c.args).slice(1, -1)}) #${i}` })))(
    '$title',
    ({ on, op, args, result }) => {
      expectNamed(call(objectOf(objects[on]), op, args), result, op === 'regridConservative' ? OF_SUMS : CLOSENESS);
    },
  );
});
