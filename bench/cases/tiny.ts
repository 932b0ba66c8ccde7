/** A perceptron of 8-16-16-1 on four examples: its step (case b), and its first gradient of a process (case f). */
import { grad, jit, type NdArray } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { check, report, sinceAsked } from '../measure.js';
import { dense, drawn, type Layer, layers, meanSquaredError, numbers } from './layers.js';

export const params = (): readonly Layer[] => layers(20, [8, 16, 16, 1]);

export const batch = (): [x: NdArray, y: NdArray] => [drawn(3, [4, 8]), drawn(4, [4, 1])];

export function loss(params: readonly Layer[], x: NdArray, y: NdArray): NdArray {
  const hidden = params.slice(0, -1).reduce((h, p) => jnp.tanh(dense(p, h)), x);
  return meanSquaredError(dense(params[params.length - 1], hidden), y);
}

export async function tiny(): Promise<void> {
  const [{ train }, optax] = await Promise.all([import('./train.js'), import('fluxion/optax')]);
  return train({ params: params(), batch: batch(), loss, optimizer: optax.adam(1e-3), calls: 500 });
}

/** Optimizers are not imported: whoever wants a gradient need not wait for them. */
export function start(): void {
  const [x, y] = batch();
  const gradients = jit(grad(loss))(params(), x, y);
  const values = gradients.flatMap(({ w, b }) => [...numbers(w), ...numbers(b)]);
  report('process start to first gradient', 'ms', [sinceAsked()]);
  check(values.reduce((sum, g) => sum + g * g, 0));
}
