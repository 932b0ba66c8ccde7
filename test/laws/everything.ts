/** All laws about correct code: what must not raise an alarm. */
import { customVjp } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import {
  type AnyLaw,
  arrayOf,
  customRuleLaws,
  gradLaws,
  keyLaws,
  optimizerLaws,
  optimizers,
  primitiveCases,
  primitiveLaws,
  programLaws,
  randomLaws,
  transformationLaws,
  treeLaws,
} from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';

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

const plainSoftplus = (x: NdArray): NdArray => jnp.log1p(jnp.exp(x));
const softplus = customVjp(plainSoftplus).defvjp(
  (x) => [plainSoftplus(x), x] as const,
  (x, g) => [jnp.divide(g, jnp.add(1, jnp.exp(jnp.negative(x))))],
);

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

/** Every law there is, about something that is right. */
export const everything = (): AnyLaw[] => [
  ...gradLaws(crossEntropy as never, example, { wrt: ['params', 'x'] }),
  ...transformationLaws(crossEntropy as never, example),
  ...programLaws(),
  ...treeLaws(),
  ...randomLaws(),
  ...optimizerLaws(() => optax.adamw(1e-2) as optax.GradientTransformation),
  ...optimizerLaws(optimizers()),
  ...keyLaws((key) => random.normal(key, { shape: [4] })),
  ...customRuleLaws(softplus as never, plainSoftplus as never, { x: fill([4], 0) }),
  ...Object.keys(primitiveCases).flatMap((name) => primitiveLaws(name)),
];
