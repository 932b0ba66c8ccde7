/** What one call costs: an addition outside of any program (case h), a compiled third derivative (case i). */
import { grad, jit, type NdArray } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { check, report, sampled } from '../measure.js';
import { drawn } from './layers.js';

const CALLS = 2000;
const microseconds = (samples: readonly number[]): number[] => samples.map((t) => t * 1e3);

export async function eager(): Promise<void> {
  const y = drawn(15, [10]);
  let z = drawn(14, [10]);
  for (let k = 0; k < 100; k++) z = z.add(y);
  check(z.sum().item());
  const work = (): void => {
    z = z.add(y);
  };
  report('add', 'us', microseconds(await sampled(work, { calls: CALLS, settle: () => z.blockUntilReady() })));
}

export async function third(): Promise<void> {
  const f = (x: NdArray): NdArray => jnp.tanh(jnp.sin(x).mul(x));
  const g = jit(grad(grad(grad(f))));
  const x = jnp.array(0.7);
  let y = g(x);
  check(y.item());
  const work = (): void => {
    y = g(x);
  };
  report('call', 'us', microseconds(await sampled(work, { calls: CALLS, settle: () => y.blockUntilReady() })));
}
