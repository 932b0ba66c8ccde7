import * as fc from 'fast-check';
import type { NdArray } from 'fluxion/extend';
import { checkLaws, examineLaws, FALSE_ALARM, gradLaws, keyLaws, keys, randomLaws, treeLike } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as random from 'fluxion/random';
import { expect, test } from 'vitest';

test('keys and samplers keep their laws', async () => {
  const report = await checkLaws(randomLaws(), { runs: 5, seed: 11, time: 10_000 });
  expect(report.results.every((r) => r.status === 'held')).toBe(true);
});

test('the false-alarm rate of a statistical law is stated', () => {
  const stated = randomLaws().filter((law) => /False alarms: at most one in/.test(law.reference));
  expect(stated.length).toBeGreaterThanOrEqual(8);
  expect(FALSE_ALARM).toBeLessThanOrEqual(1e-9);
});

test('keys are drawn as such, also where an example has one', () => {
  const drawn = fc.sample(keys(), { numRuns: 50, seed: 1 });
  expect(drawn.every((key) => key instanceof random.PRNGKeyArray && key.ndim === 0)).toBe(true);
  expect(new Set(drawn.map((key) => String(random.keyData(key).jsSync()))).size).toBeGreaterThan(20);
  const [{ key, pair }] = fc.sample(treeLike({ key: random.key(0), pair: random.split(random.key(1)) }), 1);
  expect([key.shape, pair.shape]).toEqual([[], [2]]);
});

const noisy = (key: random.PRNGKeyArray): NdArray => {
  const [first, second] = random.split(key);
  return jnp.add(random.normal(first, { shape: [3] }), random.uniform(second, { shape: [3] }));
};

test('a function that splits its key keeps the laws of chance', async () => {
  const report = await checkLaws(keyLaws(noisy), { runs: 5, seed: 2 });
  expect(report.results.map((r) => r.status)).toEqual(['held', 'held', 'held']);
});

test.each([
  [
    'no key is used twice',
    (key: random.PRNGKeyArray) => jnp.add(random.normal(key, { shape: [3] }), random.uniform(key, { shape: [3] })),
  ],
  ['the same key gives the same result', (key: random.PRNGKeyArray) => jnp.add(random.normal(key), Math.random())],
  ['another key gives another result', (_: random.PRNGKeyArray) => random.normal(random.key(0))],
] as const)('what breaks the law that %s is told', async (name, f) => {
  const { broken } = await examineLaws(keyLaws(f), { runs: 5, seed: 2 });
  expect(broken.map((r) => r.law.name)).toEqual([name]);
});

test('a loss with a key among its arguments has lawful gradients', async () => {
  const loss = (w: NdArray, key: random.PRNGKeyArray): NdArray =>
    jnp.sum(jnp.square(jnp.multiply(w, random.normal(key, { shape: [3], dtype: 'float32' }))));
  const laws = gradLaws(loss as never, { w: jnp.array([0.5, -1, 2]), key: random.key(3) }, { order: 1 });
  const report = await examineLaws(laws, { runs: 3, seed: 4 });
  expect(report.broken.map((r) => r.law.name)).toEqual([]);
});
