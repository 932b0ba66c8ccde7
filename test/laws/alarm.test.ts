/** Correct code raises no alarm: full runs with different seeds. One of them always, twenty with FLUXION_LAW_FULL. */
import type { NdArray } from 'fluxion/extend';
import {
  type AnyLaw,
  arrayOf,
  examineLaws,
  failureText,
  gradLaws,
  optimizerLaws,
  primitiveCases,
  primitiveLaws,
  programLaws,
  randomLaws,
  transformationLaws,
  treeLaws,
} from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import { expect, test } from 'vitest';

interface Layer {
  readonly w: NdArray;
  readonly b: NdArray;
}

const logSoftmax = (x: NdArray): NdArray => jnp.subtract(x, jnp.log(jnp.sum(jnp.exp(x), { axis: -1, keepdims: true })));

/** Cross entropy of a ReLU network: kinks, whole-number labels, a cancelling softmax. */
const crossEntropy = (params: readonly Layer[], x: NdArray, labels: NdArray): NdArray => {
  let h = x;
  params.forEach(({ w, b }, i) => {
    h = jnp.add(jnp.matmul(h, w), b);
    if (i < params.length - 1) h = jnp.maximum(h, 0);
  });
  const picked = jnp.takeAlongAxis(logSoftmax(h), jnp.expandDims(labels, 1), { axis: 1 });
  return jnp.negative(jnp.mean(picked));
};

const fill = (shape: readonly number[], phase: number): NdArray =>
  arrayOf(
    'float32',
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + phase)),
  );

const sizes = [4, 8, 8, 3];
const example = {
  params: sizes.slice(1).map((n, i) => ({ w: fill([sizes[i], n], i), b: fill([n], i + 0.5) })),
  x: fill([5, 4], 3),
  labels: arrayOf('int32', [5], [0, 1, 2, 1, 0]),
};

const everything = (): AnyLaw[] => [
  ...gradLaws(crossEntropy as never, example, { wrt: ['params', 'x'] }),
  ...transformationLaws(crossEntropy as never, example),
  ...programLaws(),
  ...treeLaws(),
  ...randomLaws(),
  ...optimizerLaws(() => optax.adamw(1e-2) as optax.GradientTransformation),
  ...Object.keys(primitiveCases).flatMap((name) => primitiveLaws(name)),
];

const seeds = Array.from({ length: process.env.FLUXION_LAW_FULL ? 20 : 1 }, (_, i) => 1000 + 7919 * i);

test.each(seeds)('no alarm with seed %i', async (seed) => {
  const report = await examineLaws(everything(), { seed, runs: 2, time: 250 });
  expect(report.broken.map(failureText).join('\n\n')).toBe('');
});
