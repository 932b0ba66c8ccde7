import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allocate, type DType, isInexact, layoutOf } from '../../src/array/dtype.js';
import { readNumbers } from '../../src/array/numeric.js';
import { config, DeviceArray, jit, type NdArray, vmap } from '../../src/index.js';
import * as random from '../../src/random/index.js';
import { describeEngines } from '../helpers/engines.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';

config.update('keyReuse', 'allow');

interface Bits {
  readonly dtype: DType | 'key<fry>';
  readonly shape: readonly number[];
  readonly bits: readonly number[];
}

interface Case {
  readonly op: string;
  readonly key?: { readonly seed?: number; readonly data?: readonly number[] };
  readonly keys?: readonly number[];
  readonly args: readonly unknown[];
  readonly outputs: readonly Bits[];
  readonly exact?: boolean;
}

const read = (name: string): Case[] => {
  const path = new URL(`../fixtures/random/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }).cases;
};

type Sampler = (...args: unknown[]) => NdArray | random.PRNGKeyArray;
const functions = random as unknown as Record<string, Sampler>;

/** The bits of an array, or the words of keys. */
function bitsOf(value: NdArray | random.PRNGKeyArray): Bits {
  if (value instanceof random.PRNGKeyArray) {
    return { dtype: value.dtype, shape: value.shape, bits: [...(random.keyData(value).dataSync() as Uint32Array)] };
  }
  const data = value.dataSync();
  const { buffer, byteOffset } = data;
  const width = layoutOf(value.dtype).bytes;
  const Word = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width] as typeof Uint32Array;
  return { dtype: value.dtype, shape: value.shape, bits: [...new Word(buffer, byteOffset, data.byteLength / width)] };
}

/** The numbers that bits stand for. */
function numbersOf({ dtype, shape, bits }: Bits): Float64Array {
  const data = allocate(dtype as DType, bits.length);
  const Word = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[data.BYTES_PER_ELEMENT] as typeof Uint32Array;
  new Word(data.buffer).set(bits);
  return readNumbers({ dtype: dtype as DType, shape, data });
}

const isArray = (x: unknown): x is JsonArray => typeof x === 'object' && x !== null && 'data' in x && 'dtype' in x;
const argument = (x: unknown): unknown => (isArray(x) ? arrayOf(x) : x);

const keyOf = (source: Case['key']): random.PRNGKeyArray =>
  source?.data ? random.wrapKeyData(Uint32Array.from(source.data)) : random.key(source?.seed as number);

const call = (c: Case): NdArray | random.PRNGKeyArray => {
  const rest = c.args.map(argument);
  return c.key ? functions[c.op](keyOf(c.key), ...rest) : functions[c.op](...rest);
};

const title = (c: Case): string => `${c.op}(${JSON.stringify(c.key ?? {})}, ${JSON.stringify(c.args)})`.slice(0, 140);

const spacing: { readonly [D in DType]?: number } = { bfloat16: 2 ** -7, float16: 2 ** -10, float32: 2 ** -23 };

/** Samplers that invert the normal distribution function. */
const NORMAL = new Set(['normal', 'truncatedNormal', 'lognormal', 'maxwell', 'vmapNormal', 'orthogonal']);

/**
 * Elementary functions differ by an ulp or two between XLA's versions and the processors it runs on. Counted in ulps of the
 * number itself, and at least of 1/8 where terms of that size cancel. An ulp of `erf` moves a normal number by the slope
 * of its inverse, `sqrt(pi / 2) exp(x^2 / 2)`.
 */
function expectClose(actual: NdArray, expected: Bits, op: string): void {
  expect(actual.dtype).toBe(expected.dtype);
  expect(actual.shape).toEqual(expected.shape);
  const unit = spacing[actual.dtype] as number;
  const x = readNumbers({ dtype: actual.dtype, shape: actual.shape, data: actual.dataSync() });
  const y = numbersOf(expected);
  x.forEach((a, i) => {
    const slope = NORMAL.has(op) ? Math.sqrt(Math.PI / 2) * Math.exp(y[i] ** 2 / 2) : 0;
    const allowed = unit * (4 * Math.max(Math.abs(y[i]), 1 / 8) + slope);
    expect(Math.abs(a - y[i]), `element ${i}: ${a} and ${y[i]}`).toBeLessThanOrEqual(allowed);
  });
}

describeEngines(() => {
  describe('keys are those of JAX', () => {
    it.each(read('keys').map((c) => [title(c), c] as const))('%s', (_, c) => {
      expect([bitsOf(call(c))]).toEqual(c.outputs);
    });
  });

  describe('samples are those of JAX', () => {
    it.each(read('samplers').map((c) => [title(c), c] as const))('%s', (_, c) => {
      const actual = call(c);
      const exact = c.exact !== false || actual instanceof random.PRNGKeyArray || !isInexact(actual.dtype);
      // XLA multiplies by the width and adds the lower bound in one rounding, the other engines in two.
      const fused = c.op === 'uniform' && config.read('engine') !== 'xla';
      if (exact && !fused) expect([bitsOf(actual)]).toEqual(c.outputs);
      else expectClose(actual as NdArray, c.outputs[0], c.op);
    });
  });

  describe('vmap and jit leave the numbers what they are', () => {
    const bodies: Record<string, (k: random.PRNGKeyArray) => unknown> = {
      vmapNormal: (k) => random.normal(k, { shape: [4] }),
      vmapSplit: (k) => random.split(k, { num: 2 }),
      vmapRandint: (k) => random.randint(k, [4], 0, 100),
      vmapFoldIn: (k) => random.foldIn(k, 9),
    };
    it.each(read('transforms').map((c) => [c.op, c] as const))('%s', (_, c) => {
      const words = DeviceArray.fromHost({ dtype: 'uint32', shape: [3, 2], data: Uint32Array.from(c.keys ?? []) });
      const mapped = jit(vmap(bodies[c.op])) as (k: unknown) => NdArray | random.PRNGKeyArray;
      const result = mapped(random.wrapKeyData(words));
      if (c.op === 'vmapNormal') expectClose(result as NdArray, c.outputs[0], c.op);
      else expect([bitsOf(result)]).toEqual(c.outputs);
    });
  });
});
