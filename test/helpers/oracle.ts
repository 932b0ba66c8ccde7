/**
 * Reading the fixtures that JAX and optax made: `test/fixtures/<path>.json`, written by the programs in `test/oracle`.
 *
 * A fixture is `{ versions, cases, ... }`. Numbers are exact: NaN and the infinities are strings, complex numbers are
 * pairs. `argumentsOf` turns the recorded arguments of a call into real ones: "$0" becomes the first input, and a
 * reference to a function is looked up by the caller.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DType } from '../../src/array/dtype.js';

/** A number as JSON can hold it. */
export type OracleNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** An array as a fixture holds it: row-major, complex numbers as pairs, null where a value has no number (float0). */
export interface OracleArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (OracleNumber | readonly [OracleNumber, OracleNumber])[];
}

/** One call with its results, derivatives and batches; see test/oracle/family.py. */
export interface OracleCase {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly inputs: readonly OracleArray[];
  readonly outputs: readonly OracleArray[];
  readonly jvp?: {
    readonly tangents: readonly (OracleArray | null)[];
    readonly outTangents: readonly (OracleArray | null)[];
  };
  readonly vjp?: {
    readonly cotangents: readonly (OracleArray | null)[];
    readonly inCotangents: readonly (OracleArray | null)[];
  };
  readonly vmap?: readonly {
    readonly inAxes: readonly (number | null)[];
    readonly inputs: readonly OracleArray[];
    readonly outputs: readonly OracleArray[];
  }[];
  /** The case needs 64-bit types enabled. */
  readonly x64?: true;
  readonly note?: string;
}

/** The whole of one fixture file, e.g. `readFixture<OracleCase>('primitives/reduce')`. */
export function readFixture<Case, Header = unknown>(
  path: string,
): Header & { readonly versions: Readonly<Record<string, string>>; readonly cases: readonly Case[] } {
  const file = fileURLToPath(new URL(`../fixtures/${path}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The elements of an array as JavaScript numbers, complex ones interleaved (real, imaginary). */
export function numbersOf(array: OracleArray): number[] {
  return array.data.flat().map(Number);
}

/** The arguments of a recorded call: "$i" is `inputs[i]`, `{"function": name}` is `functions(name)`. */
export function argumentsOf<Value>(
  args: readonly unknown[],
  inputs: readonly Value[],
  functions: (name: string) => unknown = (name) => {
    throw new Error(`no function named ${name} was given`);
  },
): unknown[] {
  const resolve = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (/^\$\d+$/.test(value)) return inputs[Number(value.slice(1))];
      return /^(NaN|-?Infinity)$/.test(value) ? Number(value) : value;
    }
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    if ('function' in value) return functions(String(value.function));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  };
  return args.map(resolve);
}
