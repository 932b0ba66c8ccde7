/**
 * Fixtures that JAX made (`npm run oracle`), and how what fluxion computes is compared with them.
 *
 * Differences are counted in ulps: multiples of the dtype's spacing at the expected number, or, for operations that add
 * many terms, at the largest number of the expected array (a sum that nearly cancels has the rounding of its terms).
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/array/array.js';
import { allocate, isComplex, isInexact } from '../../src/array/dtype.js';
import type { HostData } from '../../src/array/host.js';
import { readComplex } from '../../src/array/numeric.js';
import { sizeOf } from '../../src/array/shape.js';
import { config, DeviceArray, type DType, jvp, type NdArray, vjp, vmap } from '../../src/index.js';

type JsonNumber = number | string | boolean;

export interface JsonArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (JsonNumber | readonly [JsonNumber, JsonNumber])[];
}

export interface Fixture {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly inputs: readonly JsonArray[];
  readonly outputs: readonly JsonArray[];
  readonly jvp?: {
    readonly tangents: readonly (JsonArray | null)[];
    readonly outTangents: readonly (JsonArray | null)[];
  };
  readonly vjp?: {
    readonly cotangents: readonly (JsonArray | null)[];
    readonly inCotangents: readonly (JsonArray | null)[];
  };
  readonly vmap?: readonly {
    readonly inAxes: readonly (number | null)[];
    readonly inputs: readonly JsonArray[];
    readonly outputs: readonly JsonArray[];
  }[];
  readonly x64?: boolean;
  readonly note?: string;
}

const fixturesFolder = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** The cases of one file, e.g. `readFixtures('primitives/structure')`. */
export const readFixtures = (name: string): Fixture[] =>
  (JSON.parse(readFileSync(`${fixturesFolder}${name}.json`, 'utf8')) as { cases: Fixture[] }).cases;

/** A fixture's array as bytes. */
export function hostOf({ dtype, shape, data }: JsonArray): HostData {
  const bytes = allocate(dtype, sizeOf(shape));
  data.forEach((x, i) => {
    if (Array.isArray(x)) {
      bytes[2 * i] = Number(x[0]);
      bytes[2 * i + 1] = Number(x[1]);
    } else encode(dtype, bytes, i, typeof bytes[0] === 'bigint' ? BigInt(x as string) : Number(x));
  });
  return { dtype, shape, data: bytes };
}

/** A fixture's array as a concrete array. */
export const arrayOf = (json: JsonArray): NdArray => DeviceArray.fromHost(hostOf(json));

/** How far results may be from JAX's. */
export interface Closeness {
  /** Multiples of the dtype's spacing (2^-23 for float32, 2^-7 for bfloat16, ...). */
  readonly ulps: number;
  /** The number whose spacing counts: each element's own, or the largest one of the expected array. */
  readonly at?: 'element' | 'array';
  /** Where numbers of about this size were added to give smaller ones: the number whose spacing counts at least. */
  readonly atLeast?: number;
}

const spacing: { readonly [D in DType]?: number } = {
  bfloat16: 2 ** -7,
  float16: 2 ** -10,
  float32: 2 ** -23,
  float64: 2 ** -52,
  complex64: 2 ** -23,
  complex128: 2 ** -52,
};

const smallestNormal: { readonly [D in DType]?: number } = {
  float16: 2 ** -14,
  float64: 2 ** -1022,
  complex128: 2 ** -1022,
};

/** Expects an array to be JAX's: the same dtype and shape, NaN where it has NaN, and elements that close. */
export function expectArray(actual: NdArray, expected: JsonArray, closeness: Closeness, what: string): void {
  expect(`${actual.aval}`, `${what}: type`).toBe(`${DeviceArray.fromHost(hostOf(expected)).aval}`);
  const host: HostData = { dtype: actual.dtype, shape: actual.shape, data: actual.dataSync() };
  if (!isInexact(actual.dtype)) {
    expect(Array.from(host.data, String), what).toEqual(Array.from(hostOf(expected).data, String));
    return;
  }
  const [x, y] = [readComplex(host), readComplex(hostOf(expected))];
  const finite = (v: number): number => (Number.isFinite(v) ? Math.abs(v) : 0);
  const magnitude = (i: number): number => Math.max(finite(y.re[i]), finite(y.im[i]));
  let largest = 0;
  for (let i = 0; i < y.re.length; i++) largest = Math.max(largest, magnitude(i));
  const unit = spacing[actual.dtype] as number;
  const tiniest = smallestNormal[actual.dtype] ?? 2 ** -126;
  for (let i = 0; i < y.re.length; i++) {
    const size = closeness.at === 'array' ? largest : isComplex(actual.dtype) ? magnitude(i) : finite(y.re[i]);
    const allowed = closeness.ulps * unit * Math.max(size, closeness.atLeast ?? 0, tiniest);
    for (const [a, b] of [
      [x.re[i], y.re[i]],
      [x.im[i], y.im[i]],
    ]) {
      // XLA flushes numbers below the smallest normal one to zero.
      const flushed = b === 0 && Math.abs(a) < tiniest && actual.dtype !== 'float16';
      const same = a === b || flushed || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= allowed;
      expect(same, `${what}: element ${i} is ${a}, JAX has ${b} (allowed ${allowed})`).toBe(true);
    }
  }
}

/** A fixture's call in fluxion's words: JSON arguments with the arrays in the places of "$0", "$1", ... */
export type Call = (...args: never[]) => NdArray | readonly NdArray[];

function substitute(value: unknown, inputs: readonly NdArray[]): unknown {
  if (typeof value === 'string' && /^\$\d+$/.test(value)) return inputs[Number(value.slice(1))];
  if (Array.isArray(value)) return value.map((v) => substitute(v, inputs));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, substitute(v, inputs)]));
  }
  return value;
}

const title = (fixture: Fixture): string =>
  `${fixture.op} ${JSON.stringify(fixture.args)} of ${fixture.inputs.map((x) => `${x.dtype}[${x.shape}]`).join(', ')}` +
  `${fixture.note ? ` (${fixture.note})` : ''}`;

/** Checks one fixture: its value and, unless told otherwise, forward derivative, reverse derivative, batching. */
export function checkFixture(fixture: Fixture, call: Call, closeness: Closeness, valueOnly = false): void {
  const run = (inputs: readonly NdArray[]): readonly NdArray[] => {
    const result = (call as (...args: unknown[]) => NdArray | readonly NdArray[])(
      ...(substitute(fixture.args, inputs) as unknown[]),
    );
    return Array.isArray(result) ? result : [result as NdArray];
  };
  const inputs = fixture.inputs.map(arrayOf);
  const compare = (actual: readonly NdArray[], expected: readonly (JsonArray | null)[], what: string): void => {
    expected.forEach((e, i) => {
      if (e !== null) expectArray(actual[i], e, closeness, `${what} ${i}`);
    });
  };

  const outputs = run(inputs);
  expect(outputs.length, 'the number of outputs').toBe(fixture.outputs.length);
  compare(outputs, fixture.outputs, 'output');
  if (valueOnly) return;

  /** The call as a function of some of its inputs. */
  const restricted =
    (moving: readonly number[]) =>
    (...xs: NdArray[]): readonly NdArray[] =>
      run(inputs.map((x, i) => (moving.includes(i) ? xs[moving.indexOf(i)] : x)));
  const places = (list: readonly (JsonArray | null)[]): number[] => list.flatMap((x, i) => (x === null ? [] : [i]));

  if (fixture.jvp) {
    const { tangents, outTangents } = fixture.jvp;
    const moving = places(tangents);
    const directions = moving.map((i) => arrayOf(tangents[i] as JsonArray));
    const [, actual] = jvp(
      restricted(moving),
      moving.map((i) => inputs[i]),
      directions,
    );
    compare(actual as readonly NdArray[], outTangents, 'tangent');
  }
  if (fixture.vjp) {
    const { cotangents, inCotangents } = fixture.vjp;
    const moving = places(inCotangents);
    const [ys, pull] = vjp(restricted(moving), ...moving.map((i) => inputs[i]));
    const given = (ys as readonly NdArray[]).map((y, i) => {
      const ct = cotangents[i];
      return ct === null
        ? DeviceArray.fromHost({ ...hostOf(fixture.outputs[i]), data: allocate(y.dtype, y.size) })
        : arrayOf(ct);
    });
    const actual = pull(given) as readonly NdArray[];
    compare(
      actual,
      moving.map((i) => inCotangents[i]),
      'cotangent',
    );
  }
  for (const batched of fixture.vmap ?? []) {
    const actual = vmap((...xs: NdArray[]) => run(xs), { inAxes: batched.inAxes })(...batched.inputs.map(arrayOf));
    compare(actual as readonly NdArray[], batched.outputs, `vmap over axes ${JSON.stringify(batched.inAxes)}: output`);
  }
}

/** One test for each fixture of a file whose operation is among the calls; the closeness may depend on the fixture. */
export function describeFixtures(
  name: string,
  calls: Readonly<Record<string, Call>>,
  closeness: Closeness | ((fixture: Fixture) => Closeness),
  wanted: (fixture: Fixture) => boolean = () => true,
): void {
  describe(`as JAX computes it (${name})`, () => {
    for (const fixture of readFixtures(name)) {
      if (!Object.hasOwn(calls, fixture.op) || !wanted(fixture)) continue;
      test(title(fixture), () => {
        config.update('enableX64', fixture.x64 === true);
        checkFixture(fixture, calls[fixture.op], typeof closeness === 'function' ? closeness(fixture) : closeness);
      });
    }
  });
}

/** As `describeFixtures`, but for values only: an engine that gets these right gets the rules, which are made of them. */
export function describeValues(
  name: string,
  calls: Readonly<Record<string, Call>>,
  closeness: Closeness | ((fixture: Fixture) => Closeness),
): void {
  describe(`values as JAX computes them (${name})`, () => {
    for (const fixture of readFixtures(name)) {
      if (!Object.hasOwn(calls, fixture.op)) continue;
      test(title(fixture), () => {
        config.update('enableX64', fixture.x64 === true);
        const allowed = typeof closeness === 'function' ? closeness(fixture) : closeness;
        checkFixture(fixture, calls[fixture.op], allowed, true);
      });
    }
  });
}
