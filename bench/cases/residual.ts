/** 64 residual layers: how long it takes to trace, differentiate and lower them, and to compile the result (case g). */
import { jit, type NdArray, valueAndGrad } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { budget, check, report, sampled } from '../measure.js';
import { dense, drawn, type Layer, meanSquaredError } from './layers.js';

const WIDTH = 32;

/** A new function each time, so that nothing is remembered of the ones before. */
const lossAndGradient = () => {
  const loss = (layers: readonly Layer[], x: NdArray, y: NdArray): NdArray =>
    meanSquaredError(
      layers.reduce((h, p) => h.add(jnp.tanh(dense(p, h))), x),
      y,
    );
  return jit((layers: readonly Layer[], x: NdArray, y: NdArray) => valueAndGrad(loss)(layers, x, y));
};

export async function residual(): Promise<void> {
  const layers = Array.from({ length: 64 }, (_, i) => ({
    w: drawn(100 + i, [WIDTH, WIDTH], 0.1 * Math.sqrt(3)),
    b: jnp.zeros([WIDTH]),
  }));
  const [x, y] = [drawn(12, [8, WIDTH]), drawn(13, [8, WIDTH])];
  check(lossAndGradient()(layers, x, y)[0].item());
  report('trace and lower', 'ms', await sampled(() => lossAndGradient().lower(layers, x, y).asText()));
  const compiling: number[] = [];
  await sampled(() => {
    const lowered = lossAndGradient().lower(layers, x, y);
    const begin = performance.now();
    lowered.compile();
    compiling.push(performance.now() - begin);
  });
  report('compile', 'ms', compiling.slice(budget.warmup));
}
