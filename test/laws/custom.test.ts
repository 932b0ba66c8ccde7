import { customJvp, customVjp } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { checkLaws, customRuleLaws, examineLaws } from 'fluxion/laws';
import { stopGradient } from 'fluxion/lax';
import * as jnp from 'fluxion/numpy';
import { expect, test } from 'vitest';
import { customMutants } from './mutants/custom.js';

const args = { x: jnp.array([0.5, -1, 1.5]) };
const softplus = (x: NdArray): NdArray => jnp.log1p(jnp.exp(x));
const sigmoid = (x: NdArray): NdArray => jnp.divide(1, jnp.add(1, jnp.exp(jnp.negative(x))));

/** `softplus` with a backward pass of its own, to which `backward` does something. */
const withBackward = (backward: (x: NdArray, g: NdArray) => NdArray): ((x: NdArray) => NdArray) =>
  customVjp(softplus).defvjp(
    (x) => [softplus(x), x] as const,
    (x, g) => [backward(x, g)],
  ) as unknown as (x: NdArray) => NdArray;

test('a right backward rule agrees with the function that it stands for', async () => {
  const f = withBackward((x, g) => jnp.multiply(g, sigmoid(x)));
  const report = await checkLaws(customRuleLaws(f as never, softplus as never, args), { runs: 10, seed: 1 });
  expect(report.results.filter((r) => r.status === 'held').length).toBeGreaterThanOrEqual(3);
});

test('a right forward rule agrees, in the second derivative too', async () => {
  const f = customJvp(softplus);
  f.defjvp((([x]: [NdArray], [dx]: [NdArray]) => [softplus(x), jnp.multiply(dx, sigmoid(x))]) as never);
  const report = await checkLaws(customRuleLaws(f as never, softplus as never, args), { runs: 10, seed: 1 });
  expect(report.results.map((r) => r.status)).toEqual(['held', 'held', 'held', 'held']);
});

test('a rule that forgets its cotangent, is late by a factor, or changes the value, is told from the function', async () => {
  const wrong = [
    withBackward((x) => sigmoid(x)),
    withBackward((x, g) => jnp.multiply(jnp.multiply(2, g), sigmoid(x))),
    (x: NdArray) => jnp.multiply(1.0001, softplus(x)),
  ];
  for (const f of wrong) {
    const { broken } = await examineLaws(customRuleLaws(f as never, softplus as never, args), { runs: 10, seed: 1 });
    expect(broken.length).toBeGreaterThan(0);
  }
});

test('a rule that is right once and wrong when differentiated again is found by the second derivative', async () => {
  // The slope is right; but it is computed from a copy of x through which nothing is differentiated.
  const f = withBackward((x, g) => jnp.multiply(g, stopGradient(sigmoid(x))));
  const { broken } = await examineLaws(customRuleLaws(f as never, softplus as never, args), { runs: 10, seed: 1 });
  expect(broken.map((r) => r.law.name)).toEqual(['the second derivative agrees with the plain function']);
});

test('the mutants of custom rules are caught without differences', async () => {
  const both = { ...args, w: jnp.array([1, 0.5, -0.75]) };
  for (const { name, label, f } of customMutants) {
    const inner = label === 'mySquare' ? jnp.square : label === 'mySoftplus' ? softplus : jnp.sin;
    const plain = (x: NdArray, w: NdArray): NdArray =>
      label === ''
        ? jnp.sum(jnp.multiply(w, jnp.sin(x)))
        : jnp.sum(jnp.multiply(jnp.tanh(jnp.multiply(w, x)), inner(jnp.sin(x))));
    const { broken } = await examineLaws(customRuleLaws(f as never, plain as never, both), { runs: 5, seed: 1 });
    expect(broken.length, name).toBeGreaterThan(0);
  }
});
