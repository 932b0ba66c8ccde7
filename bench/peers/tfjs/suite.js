/**
 * The ten cases in TensorFlow.js on its WebAssembly backend: `suite.js <case> [options of measure.js]`.
 *
 * Eager, as TensorFlow.js is; `tf.variableGrads` and its own Adam, memory freed by `tf.tidy`. What the backend has no
 * kernel for says so.
 */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { draw, drawIntegers, drawOneHot, heScale } from './draw.js';
import { caseName, check, refuse, report, sampled, sinceAsked } from './measure.js';
import { peakMemory } from './memory.js';

setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
await tf.setBackend('wasm');
await tf.ready();

const size = (shape) => shape.reduce((n, m) => n * m, 1);
const drawn = (seed, shape, scale = 1) => tf.tensor(draw(seed, size(shape), scale), shape);
const layer = (seed, n, m) => [tf.variable(drawn(seed, [n, m], heScale(n))), tf.variable(tf.zeros([m]))];
const layers = (seed, sizes) => sizes.slice(1).map((m, i) => layer(seed + i, sizes[i], m));
const dense = ([w, b], x) => tf.add(tf.matMul(x, w), b);
const crossEntropy = (logits, oneHot) => tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), -1)));
const meanSquaredError = (x, y) => tf.mean(tf.squaredDifference(x, y));
/** With the `eps` of the other peers; the default of TensorFlow.js is 1e-7. */
const adam = () => tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
const microseconds = (samples) => samples.map((t) => t * 1e3);

const perceptron = (activation, end) => (params, x, y) =>
  end(
    dense(
      params[params.length - 1],
      params.slice(0, -1).reduce((h, p) => activation(dense(p, h)), x),
    ),
    y,
  );

const mlp = {
  params: () => layers(10, [784, 512, 512, 10]),
  batch: (n = 128) => [drawn(1, [n, 784]), tf.tensor(drawOneHot(2, n, 10), [n, 10])],
  loss: perceptron(tf.relu, crossEntropy),
};

const tiny = {
  params: () => layers(20, [8, 16, 16, 1]),
  batch: () => [drawn(3, [4, 8]), drawn(4, [4, 1])],
  loss: perceptron(tf.tanh, meanSquaredError),
};

const kernel = (seed, i, o) => [tf.variable(drawn(seed, [3, 3, i, o], heScale(9 * i))), tf.variable(tf.zeros([o]))];
const convolve = ([w, b], x) => tf.add(tf.conv2d(x, w, 1, 'same'), b);
const conv = {
  params: () => [kernel(30, 1, 32), kernel(31, 32, 64), layer(32, 14 * 14 * 64, 10)],
  batch: () => [drawn(5, [64, 28, 28, 1]), tf.tensor(drawOneHot(6, 64, 10), [64, 10])],
  loss: ([first, second, last], images, labels) => {
    const x = tf.relu(convolve(first, images));
    const y = tf.maxPool(tf.relu(convolve(second, x)), 2, 2, 'valid');
    return crossEntropy(dense(last, tf.reshape(y, [64, -1])), labels);
  },
};

const [NODES, EDGES, LATENT] = [2562, 20460, 64];
const block = (seed, inputs) => ({
  hidden: layer(seed, inputs, LATENT),
  out: layer(seed + 1, LATENT, LATENT),
  scale: tf.variable(tf.ones([LATENT])),
  offset: tf.variable(tf.zeros([LATENT])),
});
const swish = (x) => tf.mul(x, tf.sigmoid(x));
function apply(p, ...parts) {
  const x = dense(p.out, swish(dense(p.hidden, parts.length === 1 ? parts[0] : tf.concat(parts, -1))));
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), p.scale), p.offset);
}
const gnn = {
  params: () => ({
    nodes: block(40, 16),
    edges: block(42, 4),
    steps: [0, 1, 2, 3].map((i) => ({ edge: block(50 + 4 * i, 3 * LATENT), node: block(52 + 4 * i, 2 * LATENT) })),
    decode: layer(44, LATENT, 4),
  }),
  batch: () => [
    drawn(7, [NODES, 16]),
    drawn(8, [EDGES, 4]),
    tf.tensor(drawIntegers(9, EDGES, NODES), [EDGES]),
    tf.tensor(drawIntegers(10, EDGES, NODES), [EDGES]),
    drawn(11, [NODES, 4]),
  ],
  loss: (params, nodes, edges, senders, receivers, targets) => {
    let [v, e] = [apply(params.nodes, nodes), apply(params.edges, edges)];
    for (const { edge, node } of params.steps) {
      const message = apply(edge, e, tf.gather(v, senders), tf.gather(v, receivers));
      const arriving = tf.unsortedSegmentSum(message, receivers, NODES);
      [v, e] = [tf.add(v, apply(node, v, arriving)), tf.add(e, message)];
    }
    return meanSquaredError(dense(params.decode, v), targets);
  },
};

/** Steps are eager: each has read its loss before the next begins. */
async function train({ params: make, batch, loss }, { checked = 5, calls = 1 } = {}) {
  const params = make();
  const data = batch();
  const optimizer = adam();
  let value;
  const work = () => {
    value = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => loss(params, ...data));
      optimizer.applyGradients(grads);
      return value.dataSync()[0];
    });
  };
  for (let k = 0; k <= checked; k++) work();
  check(value);
  const times = await sampled(work, { calls });
  if (calls === 1) report('step', 'ms', times);
  else report('step', 'us', microseconds(times));
}

const cases = {
  mlp: () => train(mlp),
  tiny: () => train(tiny, { calls: 50 }),
  conv: () => train(conv, { checked: 1 }),
  gnn: () => train(gnn),
  adam500: async () => {
    const names = Array.from({ length: 500 }, (_, i) => `leaf${i}`);
    const params = names.map((name, i) => tf.variable(drawn(200 + i, [64, 64]), true, name));
    const gradients = [900, 1500].map((seed) =>
      Object.fromEntries(names.map((name, i) => [name, drawn(seed + i, [64, 64])])),
    );
    const optimizer = adam();
    let turn = 0;
    const work = () => {
      tf.tidy(() => optimizer.applyGradients(gradients[turn++ % 2]));
      params[499].dataSync();
    };
    for (let k = 0; k < 5; k++) work();
    let total = 0;
    params.forEach((p, i) => {
      const [now, first] = [p.dataSync(), draw(200 + i, 4096)];
      for (let k = 0; k < 4096; k++) total += Math.abs(now[k] - first[k]);
    });
    check(total / (500 * 4096));
    report('update', 'ms', await sampled(work));
  },
  start: () => {
    const [params, batch] = [tiny.params(), tiny.batch()];
    const { grads } = tf.variableGrads(() => tiny.loss(params, ...batch));
    const values = Object.values(grads).flatMap((g) => [...g.dataSync()]);
    report('process start to first gradient', 'ms', [sinceAsked()]);
    check(values.reduce((sum, g) => sum + g * g, 0));
  },
  residual: () => refuse('eager: there is nothing to trace'),
  eager: async () => {
    const y = drawn(15, [10]);
    let z = drawn(14, [10]);
    const work = () => {
      const next = tf.add(z, y);
      z.dispose();
      z = next;
    };
    for (let k = 0; k < 100; k++) work();
    check(tf.sum(z).dataSync()[0]);
    report('add', 'us', microseconds(await sampled(work, { calls: 2000, settle: () => z.dataSync() })));
  },
  third: async () => {
    const f = (x) => tf.tanh(tf.mul(tf.sin(x), x));
    const g = tf.grad(tf.grad(tf.grad(f)));
    const x = tf.scalar(0.7);
    check(g(x).dataSync()[0]);
    report('call', 'us', microseconds(await sampled(() => tf.tidy(() => g(x)), { calls: 100 })));
  },
  perexample: () => refuse('there is no vmap'),
};

try {
  await cases[caseName]();
  report('peak memory', 'MB', [peakMemory()]);
} catch (error) {
  refuse(String(error.message).split('\n')[0]);
}
