/** The layers that the cases are built of. Their twins are in `bench/peers/jax/models.py`. */
import type { NdArray } from 'fluxion';
import * as nn from 'fluxion/nn';
import * as jnp from 'fluxion/numpy';
import { draw, heScale } from '../draw.js';

export interface Layer {
  readonly w: NdArray;
  readonly b: NdArray;
}

/** Drawn numbers as an array. */
export const drawn = (seed: number, shape: readonly number[], scale = 1): NdArray =>
  array(
    draw(
      seed,
      shape.reduce((n, m) => n * m, 1),
      scale,
    ),
    shape,
  );

export const array = (data: Float32Array | Int32Array, shape: readonly number[]): NdArray =>
  jnp.reshape(jnp.array(data), shape);

export const layer = (seed: number, inputs: number, outputs: number): Layer => ({
  w: drawn(seed, [inputs, outputs], heScale(inputs)),
  b: jnp.zeros([outputs]),
});

/** The array's numbers, on the host. */
export const numbers = (x: NdArray): Float64Array => Float64Array.from(x.dataSync() as Float32Array);

/** The layers of a perceptron of these sizes. */
export const layers = (seed: number, sizes: readonly number[]): Layer[] =>
  sizes.slice(1).map((outputs, i) => layer(seed + i, sizes[i], outputs));

export const dense = ({ w, b }: Layer, x: NdArray): NdArray => jnp.matmul(x, w).add(b);

export const crossEntropy = (logits: NdArray, oneHot: NdArray): NdArray =>
  jnp.mean(jnp.sum(oneHot.mul(nn.logSoftmax(logits)), { axis: -1 })).neg();

export const meanSquaredError = (x: NdArray, y: NdArray): NdArray => jnp.mean(x.sub(y).pow(2));
