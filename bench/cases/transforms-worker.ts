/**
 * fluxion's side of the transforms benchmark, in a process of its own: the twin of `bench/peers/jax/transforms.py`.
 *
 * What the library itself costs, apart from what the compiled program computes: writing a program down, differentiating
 * and lowering it, and calling it once it is compiled.
 */
import { jit, type NdArray, valueAndGrad } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import * as random from 'fluxion/random';
import { figure } from '../figure.js';

const LAYERS = 64;
const WIDTH = 32;
const BATCH = 8;
const TRACES = 15;
const CALLS = 200;
const SAMPLES = 40;

interface Layer {
  readonly w: NdArray;
  readonly b: NdArray;
}

const key = random.PRNGKey(0);
const params: readonly Layer[] = Array.from({ length: LAYERS }, (_, i) => ({
  w: random.normal(random.foldIn(key, i), { shape: [WIDTH, WIDTH] }).mul(0.1),
  b: jnp.zeros([WIDTH]),
}));
const inputs = random.normal(random.PRNGKey(1), { shape: [BATCH, WIDTH] });
const targets = random.normal(random.PRNGKey(2), { shape: [BATCH, WIDTH] });

/** New functions each time, so that nothing is remembered of the ones before. */
const lossAndGradient = () => {
  const loss = (layers: readonly Layer[], x: NdArray, y: NdArray): NdArray => {
    let h = x;
    for (const { w, b } of layers) h = h.add(jnp.tanh(jnp.matmul(h, w).add(b)));
    const error = h.sub(y);
    return jnp.mean(error.mul(error));
  };
  return jit((layers: readonly Layer[], x: NdArray, y: NdArray) => valueAndGrad(loss)(layers, x, y));
};

const head = { case: 'transforms', peer: 'fluxion' } as const;
const report = (metric: string, unit: string, samples: readonly number[]): void =>
  console.log(JSON.stringify(figure({ ...head, metric, unit }, samples)));

const traces: number[] = [];
for (let k = 0; k < TRACES; k++) {
  const step = lossAndGradient();
  const begin = performance.now();
  step.lower(params, inputs, targets).asText();
  traces.push(performance.now() - begin);
}
report('trace and lower, first', 'ms', traces.slice(0, 1));
report('trace and lower, again', 'ms', traces.slice(5));

for (const leaves of [2, 200]) {
  const doubled = jit((tree: readonly NdArray[]) => tree.map((x) => x.add(x)));
  let tree: readonly NdArray[] = Array.from({ length: leaves }, () => jnp.zeros([4]));
  const calls: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const begin = performance.now();
    for (let k = 0; k < CALLS; k++) tree = doubled(tree);
    calls.push(((performance.now() - begin) * 1e3) / CALLS);
    await tree[leaves - 1].blockUntilReady();
  }
  report(`call, ${leaves} leaves`, 'us', calls.slice(SAMPLES / 4));
}
