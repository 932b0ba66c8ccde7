/**
 * `node dist/bench/soak.js [engine] [steps]`: trains a small perceptron for a long time, to see whether memory stays flat.
 *
 * Prints a JSON line for each tenth of the way: the step, the loss, the resident megabytes, TensorFlow.js's tensors.
 */
import { createRequire } from 'node:module';
import { config, jit, type NdArray, valueAndGrad } from 'fluxion';
import * as nn from 'fluxion/nn';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';

interface Layer {
  readonly w: NdArray;
  readonly b: NdArray;
}
type Params = readonly Layer[];

const [engine = 'tfjs:wasm', steps = '10000'] = process.argv.slice(2);
config.update('engine', engine);
const { memory } = createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core');

const key = random.PRNGKey(0);
const x = random.normal(key, { shape: [64, 8] });
const y = jnp.sin(jnp.sum(x, { axis: 1, keepdims: true }));
const optimizer = optax.adam(1e-3);
type State = ReturnType<typeof optimizer.init<Params>>;

const loss = (p: Params): NdArray => {
  const h = nn.relu(jnp.dot(x, p[0].w).add(p[0].b));
  return jnp.mean(jnp.dot(h, p[1].w).add(p[1].b).sub(y).pow(2));
};
const step = jit(
  (p: Params, s: State) => {
    const [value, grads] = valueAndGrad(loss)(p);
    const [updates, next] = optimizer.update(grads, s, p);
    return { params: optax.applyUpdates(p, updates), state: next, value };
  },
  { donateArgnums: [0, 1] },
);

let params: Params = [32, 1].map((outputs, i) => ({
  w: random.normal(random.foldIn(key, i), { shape: [i === 0 ? 8 : 32, outputs] }).mul(0.3),
  b: jnp.zeros([outputs]),
}));
let state: State = optimizer.init(params);
const total = Number(steps);
for (let k = 1; k <= total; k++) {
  const result = step(params, state);
  params = result.params as Params;
  state = result.state as State;
  using value = result.value;
  if (k % Math.ceil(total / 10) !== 0 && k !== 1) continue;
  // What finalizers free is free after a turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(JSON.stringify({ step: k, loss: value.item(), rss, tensors: memory().numTensors }));
}
