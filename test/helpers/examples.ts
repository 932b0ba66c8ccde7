/**
 * The examples of docstrings, run: each line `expression // => value` of an `@example` is a claim, and is checked.
 *
 * An example is JavaScript (TypeScript without types). It may use the libraries by the names that users give them, and
 * `await`. Without a claim it must only run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../src/array/array.js';

export interface Example {
  /** `optax/adam.ts: adamw`. */
  readonly title: string;
  readonly code: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The examples of all files below a folder of the repository. */
export const examplesIn = (folder: string): Example[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      return [
        ...text.matchAll(
          /@example([\s\S]*?)(?=\n \* @|\n? ?\*\/)[\s\S]*?\*\/\s*(?:export )?(?:\w+ )*?(\w+)\s*[=(:<{]/g,
        ),
      ].map(([, body, named]) => ({ title: `${name}: ${named}`, code: body.replace(/^ ?\*? ?/gm, '').trim() }));
    });

const plain = (value: unknown): unknown => {
  if (value instanceof NdArray) return value.jsSync();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
};

/** The numbers of an example are written with six digits, so that half a unit of the last is 5e-6 of a number. */
function expectSame(got: unknown, wanted: unknown, claim: string): void {
  if (typeof wanted === 'number' && typeof got === 'number') {
    const close = Object.is(got, wanted) || Math.abs(got - wanted) <= 5.5e-6 * Math.abs(wanted) + 1e-12;
    expect(close, `${claim}, but it is ${got}`).toBe(true);
  } else if (Array.isArray(wanted) && Array.isArray(got)) {
    expect(got.length, claim).toBe(wanted.length);
    wanted.forEach((value, i) => void expectSame(got[i], value, claim));
  } else if (wanted !== null && typeof wanted === 'object' && got !== null && typeof got === 'object') {
    expect(Object.keys(got).sort(), claim).toEqual(Object.keys(wanted).sort());
    for (const [key, value] of Object.entries(wanted)) expectSame((got as Record<string, unknown>)[key], value, claim);
  } else expect(got, claim).toEqual(wanted);
}

type Run = (...scope: unknown[]) => Promise<void>;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...args: string[]) => Run;

/** Makes a test of each example; `scope` has what examples may name. */
export function describeExamples(
  title: string,
  examples: readonly Example[],
  scope: Readonly<Record<string, unknown>>,
): void {
  const check = (got: unknown, wanted: unknown, claim: string): void => expectSame(plain(got), plain(wanted), claim);
  describe(title, () => {
    test.each(examples)('$title', async ({ code }) => {
      const claims = code.replace(
        /^(.*?);? *\/\/ => (.*)$/gm,
        (_, expression: string, value: string) =>
          `check((${expression}), (${value}), ${JSON.stringify(`${expression} // => ${value}`)});`,
      );
      await new AsyncFunction('check', ...Object.keys(scope), claims)(check, ...Object.values(scope));
    });
  });
}
