import type { NdArray } from 'fluxion/extend';
import { centralDerivative, checkLaws, foreignLaws, gradLaws, lawful, lineProgress } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import { describe, expect, test } from 'vitest';

const loss = (params: { readonly w: NdArray }, x: NdArray): NdArray =>
  jnp.sum(jnp.square(jnp.tanh(jnp.matmul(x, params.w))));
const example = {
  params: {
    w: jnp.array([
      [0.5, -1],
      [0.25, 2],
    ]),
  },
  x: jnp.array([[1, 0.5]]),
};

// One test for each law, in the runner that is given.
await lawful('a small loss', gradLaws(loss as never, example), { runs: 3, seed: 1, runner: { describe, test } });

test('a broken law shows everything that is known of it', async () => {
  const trap = (w: NdArray): NdArray => jnp.sum(jnp.where(jnp.greater(w, 0), jnp.sqrt(w), 0));
  const laws = gradLaws(trap as never, { w: jnp.array([1, -2]) });
  const error = await checkLaws(laws, { seed: 3, only: ['no NaN gradient where the function is finite'] }).then(
    () => null,
    (e: Error) => e,
  );
  expect(error?.name).toBe('LawBroken');
  for (const part of ['Law broken: no NaN gradient', 'g(x) finite implies', 'at w[', 'expected 0', 'got      NaN']) {
    expect(error?.message).toContain(part);
  }
  expect(error?.message).toMatch(/to blame: sqrt: .*\n.*lawful\.test\.ts:\d+/);
  expect(error?.message).toMatch(/replay with \{ seed: 3, path: '[\d:]+'/);
});

test('the value, its type and an unstageable function: the laws say why they say nothing', async () => {
  const peeking = (x: NdArray): NdArray => (x.item() > 0 ? jnp.sin(x) : jnp.multiply(2, x));
  const { results } = await checkLaws(gradLaws(peeking as never, { x: jnp.array(0.75) }), { runs: 5, seed: 2 });
  expect(results.find((r) => r.law.name === 'forward = reverse')?.status).toBe('held');
  const silent = results.find((r) => r.law.name === 'grad . vmap = vmap . grad');
  expect(Object.keys(silent?.vacuous ?? {}).join()).toContain('looks at values');
});

test('the gradient of another library is judged by the same laws', async () => {
  const value = (x: Float64Array): number => Math.sin(x[0]) * x[1];
  const right = {
    name: 'right',
    size: 2,
    value,
    gradient: (x: Float64Array) => [Math.cos(x[0]) * x[1], Math.sin(x[0])],
  };
  await checkLaws(foreignLaws(right), { seed: 1 });
  const wrong = { ...right, name: 'wrong', gradient: (x: Float64Array) => [Math.cos(x[0]), Math.sin(x[0])] };
  await expect(checkLaws(foreignLaws(wrong), { seed: 1 })).rejects.toThrow('Law broken: wrong: the gradient agrees');
});

test('the estimated error of a difference is not less than its error', () => {
  for (const [f, slope] of [
    [Math.exp, 1],
    [Math.sin, 1],
    [(t: number) => Math.log(2 + t), 0.5],
    [(t: number) => (1 + t) ** 7, 7],
  ] as const) {
    const { value, error } = centralDerivative(f, { epsilon: 2 ** -52 });
    expect(Math.abs(value - slope)).toBeLessThanOrEqual(16 * error);
    expect(error).toBeLessThan(1e-8);
  }
});

test('a long run is told on one line', () => {
  const written: string[] = [];
  const clock = performance.now;
  let now = 0;
  performance.now = () => now;
  const progress = lineProgress({ write: (text) => written.push(text) });
  progress.begin('first', 0, 2);
  now = 2000;
  progress.begin('second', 1, 2);
  progress.end();
  performance.now = clock;
  expect(written.join('')).toBe('\r\x1b[Klaw 2 of 2: second\r\x1b[K');
});
