/** Two 3x3 convolutions, 32 and 64 channels, on 64 images of 28x28; a pool and a dense layer at the end (case c). */
import type { NdArray } from 'fluxion';
import * as lax from 'fluxion/lax';
import * as nn from 'fluxion/nn';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import { drawOneHot, heScale } from '../draw.js';
import { array, crossEntropy, dense, drawn, type Layer, layer } from './layers.js';
import { train } from './train.js';

const BATCH = 64;

interface Params {
  readonly first: Layer;
  readonly second: Layer;
  readonly last: Layer;
}

const kernel = (seed: number, inputs: number, outputs: number): Layer => ({
  w: drawn(seed, [3, 3, inputs, outputs], heScale(9 * inputs)),
  b: jnp.zeros([outputs]),
});

const convolve = ({ w, b }: Layer, x: NdArray): NdArray =>
  lax.convGeneralDilated(x, w, [1, 1], 'SAME', { dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] }).add(b);

const maxPool = (x: NdArray): NdArray =>
  lax.reduceWindow(x, Number.NEGATIVE_INFINITY, lax.max, [1, 2, 2, 1], { windowStrides: [1, 2, 2, 1] });

export function loss(params: Params, images: NdArray, labels: NdArray): NdArray {
  const x = nn.relu(convolve(params.first, images));
  const y = maxPool(nn.relu(convolve(params.second, x)));
  return crossEntropy(dense(params.last, jnp.reshape(y, [y.shape[0], -1])), labels);
}

export function conv(): Promise<void> {
  const params = { first: kernel(30, 1, 32), second: kernel(31, 32, 64), last: layer(32, 14 * 14 * 64, 10) };
  const batch: [NdArray, NdArray] = [drawn(5, [BATCH, 28, 28, 1]), array(drawOneHot(6, BATCH, 10), [BATCH, 10])];
  return train({ params, batch, loss, optimizer: optax.adam(1e-3), checked: 1 });
}
