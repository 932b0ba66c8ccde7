/** A perceptron of 784-512-512-10 on 128 images (case a); per-example gradients of it on 32 (case j). */
import { grad, jit, type NdArray, vmap } from 'fluxion';
import * as nn from 'fluxion/nn';
import * as optax from 'fluxion/optax';
import { draw, drawOneHot } from '../draw.js';
import { check, report, sampled } from '../measure.js';
import { array, crossEntropy, dense, type Layer, layers, numbers } from './layers.js';
import { train } from './train.js';

const params = (): readonly Layer[] => layers(10, [784, 512, 512, 10]);

const batch = (size: number): [x: NdArray, y: NdArray] => [
  array(draw(1, size * 784), [size, 784]),
  array(drawOneHot(2, size, 10), [size, 10]),
];

export function loss(params: readonly Layer[], x: NdArray, y: NdArray): NdArray {
  const hidden = params.slice(0, -1).reduce((h, p) => nn.relu(dense(p, h)), x);
  return crossEntropy(dense(params[params.length - 1], hidden), y);
}

export const mlp = (): Promise<void> =>
  train({ params: params(), batch: batch(128), loss, optimizer: optax.adam(1e-3) });

export async function perexample(): Promise<void> {
  const gradients = jit(vmap(grad(loss), { inAxes: [null, 0, 0] }));
  const [p, [x, y]] = [params(), batch(32)];
  const first = numbers(gradients(p, x, y)[0].w);
  check(Math.sqrt(first.reduce((sum, g) => sum + g * g, 0) / first.length));
  report('call', 'ms', await sampled(() => gradients(p, x, y)[0].w.blockUntilReady()));
}
