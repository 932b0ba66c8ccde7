import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeyReused, NotAKey } from '../../src/error/random.js';
import { config, jit, type NdArray, vmap } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as random from '../../src/random/index.js';
import * as tree from '../../src/tree/index.js';

const words = (keys: random.Key): unknown => random.keyData(keys).jsSync();

describe('keys', () => {
  it('typed or as words: split, foldIn and wrapping agree, and give back the kind that they were given', () => {
    const [typed, plain] = [random.key(42), random.PRNGKey(42)];
    expect(words(typed)).toEqual(plain.jsSync());
    expect([typed.dtype, typed.shape, plain.dtype, plain.shape]).toEqual(['key<fry>', [], 'uint32', [2]]);
    const split = random.split(random.key(42), { num: [2, 3] });
    expect(split).toBeInstanceOf(random.PRNGKeyArray);
    expect(split.shape).toEqual([2, 3]);
    expect(words(split)).toEqual(random.split(plain, { num: [2, 3] }).jsSync());
    expect(words(random.foldIn(typed, 7))).toEqual(random.foldIn(plain, 7).jsSync());
    expect(words(random.wrapKeyData(plain))).toEqual(words(typed));
    expect(random.keyImpl(typed)).toBe('threefry2x32');
  });

  it('are iterated over and indexed along the first axis', () => {
    const keys = random.split(random.key(0), { num: 3 });
    const [first, second, third] = keys;
    expect([first, second, third].map(words)).toEqual(words(keys));
    expect(keys.at(-1)).toBe(third);
    expect(() => keys.at(3)).toThrow(/position in the first axis/);
    expect(() => [...random.key(0)]).toThrow(/single key/);
  });

  it('are trees of one leaf, and go through jit and vmap', () => {
    const keys = random.split(random.key(0), { num: 3 });
    expect(tree.leaves(keys)).toHaveLength(1);
    const draw = (k: random.PRNGKeyArray): NdArray => random.uniform(k, { shape: [2] });
    const mapped = jit(vmap(draw as never))(keys as never) as unknown as NdArray;
    expect(mapped.jsSync()).toEqual([...keys].map((k) => random.uniform(random.clone(k), { shape: [2] }).jsSync()));
    const made = jit((seed: NdArray) => random.key(seed))(
      jnp.array(3, { dtype: 'int32' }),
    ) as unknown as random.PRNGKeyArray;
    expect(words(made)).toEqual(words(random.key(3)));
    const next = jit((k: random.PRNGKeyArray) => random.split(k))(random.key(1)) as unknown as random.PRNGKeyArray;
    expect(next.shape).toEqual([2]);
  });

  it('must be keys, one at a time', () => {
    expect(() => random.normal(jnp.ones([2]))).toThrow(NotAKey);
    expect(() => random.normal(3 as never)).toThrow(NotAKey);
    expect(() => random.normal(random.split(random.key(0)))).toThrow(/2 keys.*vmap/);
    expect(() => random.key(1.5)).toThrow(/an integer/);
    expect(() => random.key(jnp.ones([2], { dtype: 'int32' }))).toThrow(/scalar/);
  });

  it('check what a sampler is asked for', () => {
    const key = random.PRNGKey(0);
    expect(() => random.uniform(key, { dtype: 'int32' })).toThrow(/floating-point/);
    expect(() => random.bits(key, { dtype: 'int32' })).toThrow(/unsigned/);
    expect(() => random.normal(key, { shape: [-1] })).toThrow(/list of sizes/);
    expect(() => random.uniform(key, { shape: [3], minval: jnp.zeros([2]) })).toThrow(/broadcast/);
    expect(() => random.choice(key, 3, { shape: [4], replace: false })).toThrow(/at most 3/);
    expect(() => random.choice(key, 3, { p: [0.5, 0.5] })).toThrow(/\[3\] is needed/);
  });
});

describe('keys that are used twice', () => {
  beforeEach(() => config.update('keyReuse', 'error'));
  afterEach(() => config.update('keyReuse', 'warn'));

  it('are an error that tells both places, when asked for', () => {
    const key = random.key(0);
    random.normal(key);
    expect(() => random.uniform(key)).toThrow(KeyReused);
    expect(() => random.split(key)).toThrow(/random\.normal at .*keys\.test\.ts:\d+/);
    const [a] = random.split(random.key(0));
    random.normal(a);
    expect(() => random.normal(a)).toThrow(KeyReused);
  });

  it('are noticed while a function is traced', () => {
    const careless = (key: random.PRNGKeyArray): NdArray => jnp.add(random.normal(key), random.normal(key));
    expect(() => jit(careless as never)(random.key(0) as never)).toThrow(KeyReused);
  });

  it('are noticed between the calls of jitted functions, and around them', () => {
    const draw = jit((key: random.PRNGKeyArray, x: NdArray) => jnp.add(random.normal(key), x));
    const x = jnp.zeros([]);
    const [a, b, c] = random.split(random.key(0), { num: 3 });
    draw(a, x);
    expect(() => draw(a, x)).toThrow(/normal in jit\(.*\): .*is used again/);
    draw(b, x);
    expect(() => random.normal(b)).toThrow(KeyReused);
    const twice = jit((key: random.PRNGKeyArray) => jnp.add(draw(key, x), draw(key, x)));
    expect(() => twice(c)).toThrow(KeyReused);
  });

  it('that a jitted function only folds into may be given again', () => {
    const step = jit((key: random.PRNGKeyArray, i: number) => random.normal(random.foldIn(key, i)));
    const key = random.key(1);
    expect(step(key, 0).item()).not.toBe(step(key, 1).item());
  });

  it('are allowed where it is meant: foldIn, clone, plain words', () => {
    const key = random.key(0);
    const folded = [0, 1].map((i) => random.normal(random.foldIn(key, i)).item());
    expect(folded[0]).not.toBe(folded[1]);
    random.normal(key);
    expect(random.normal(random.clone(key)).item()).toBe(random.normal(random.clone(key)).item());
    const plain = random.PRNGKey(0);
    expect(random.normal(plain).item()).toBe(random.normal(plain).item());
  });

  it('are a warning otherwise, once for each place', () => {
    config.update('keyReuse', 'warn');
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const key = random.key(5);
    random.normal(key);
    for (let i = 0; i < 3; i++) random.normal(key);
    expect(emit).toHaveBeenCalledTimes(1);
    expect(emit.mock.calls[0][0]).toMatch(/random\.clone/);
    emit.mockRestore();
  });
});

describe('with 64-bit types', () => {
  beforeEach(() => config.update('enableX64', true));
  afterEach(() => config.update('enableX64', false));

  interface Case {
    readonly op: 'key' | 'bits' | 'uniform' | 'normal' | 'exponential' | 'randint' | 'permutation' | 'rademacher';
    readonly key?: { readonly seed: number };
    readonly args: readonly unknown[];
    readonly exact?: boolean;
    readonly outputs: readonly { readonly shape: readonly number[]; readonly bits: readonly string[] }[];
  }
  const path = new URL('../fixtures/random/wide.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
  const functions = random as unknown as Record<string, (...args: unknown[]) => NdArray | random.PRNGKeyArray>;

  it.each(cases.map((c) => [`${c.op} ${JSON.stringify(c.args)}`, c] as const))('%s', (_, c) => {
    const args = c.key ? [random.PRNGKey(c.key.seed), ...c.args] : c.args;
    const result = functions[c.op](...args);
    const [{ shape, bits }] = c.outputs;
    expect(result.shape).toEqual(shape);
    const data = (result instanceof random.PRNGKeyArray ? random.keyData(result) : result).dataSync();
    const Word = data.BYTES_PER_ELEMENT === 8 ? BigUint64Array : Uint32Array;
    const actual = [...new Word(data.buffer as ArrayBuffer)].map(BigInt);
    // Positive floats are ordered as their bits: an ulp is a difference of 1.
    const ulps = c.exact === false ? 4n : 0n;
    actual.forEach((word, i) => {
      const difference = word - BigInt(bits[i]);
      expect(difference >= -ulps && difference <= ulps, `${i}: ${word} and ${bits[i]}`).toBe(true);
    });
  });
});
