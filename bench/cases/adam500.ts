/** Adam's update of 500 arrays of 64x64, the gradients given: many small operations (case e). */
import { jit, type NdArray } from 'fluxion';
import * as optax from 'fluxion/optax';
import { check, report, sampled } from '../measure.js';
import { drawn, numbers } from './layers.js';

const LEAVES = 500;

const leaves = (seed: number): NdArray[] => Array.from({ length: LEAVES }, (_, i) => drawn(seed + i, [64, 64]));

/** The mean distance of two lists of arrays. */
function distance(xs: readonly NdArray[], ys: readonly NdArray[]): number {
  const total = xs.reduce((sum, x, i) => {
    const y = numbers(ys[i]);
    return sum + numbers(x).reduce((s, value, k) => s + Math.abs(value - y[k]), 0);
  }, 0);
  return total / (LEAVES * 64 * 64);
}

export async function adam500(): Promise<void> {
  const optimizer = optax.adam(1e-3);
  const update = jit(
    (params: readonly NdArray[], state: unknown, grads: readonly NdArray[]) => {
      const [updates, next] = (optimizer as optax.GradientTransformation).update(grads, state, params);
      return [optax.applyUpdates(params, updates), next] as const;
    },
    { donateArgnums: [0, 1] },
  );
  // Two gradients in turn: under a constant one every step of Adam is the learning rate.
  const grads = [leaves(900), leaves(1500)];
  let params = leaves(200);
  let state: unknown = optimizer.init(params);
  let turn = 0;
  const work = (): void => {
    [params, state] = update(params, state, grads[turn++ % 2]) as unknown as [NdArray[], unknown];
  };
  for (let k = 0; k < 5; k++) work();
  check(distance(params, leaves(200)));
  report('update', 'ms', await sampled(work, { settle: () => params[LEAVES - 1].blockUntilReady() }));
}
