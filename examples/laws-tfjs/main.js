/**
 * Another library's gradients before the same laws: `tf.grad` of TensorFlow.js.
 *
 *     npm run build --prefix ../.. && npm install && npm start
 *
 * The adapter is `gradientOf`. TensorFlow.js is no dependency of fluxion, so this folder is a package of its own.
 */
import tf from '@tensorflow/tfjs';
import { examineLaws, failureText, foreignLaws, summaryText } from 'fluxion/laws';

/** The adapter: a function of TensorFlow.js and its own gradient, as functions of numbers. */
const gradientOf = (name, f, range) => ({
  name,
  value: (x) => tf.sum(f(tf.tensor1d([...x]))).dataSync()[0],
  gradient: (x) =>
    tf
      .grad((y) => tf.sum(f(y)))(tf.tensor1d([...x]))
      .dataSync(),
  size: 3,
  epsilon: 2 ** -23,
  range,
});

/** Operations of TensorFlow.js, and where they are smooth. */
const domains = {
  abs: [-2, 2],
  acos: [-0.9, 0.9],
  acosh: [1.2, 4],
  asin: [-0.9, 0.9],
  asinh: [-2, 2],
  atan: [-2, 2],
  atanh: [-0.9, 0.9],
  cos: [-2, 2],
  cosh: [-2, 2],
  elu: [-2, 2],
  erf: [-2, 2],
  exp: [-2, 2],
  expm1: [-2, 2],
  log: [0.2, 4],
  log1p: [-0.7, 2],
  reciprocal: [0.3, 2],
  relu: [-2, 2],
  relu6: [-2, 8],
  rsqrt: [0.2, 4],
  selu: [-2, 2],
  sigmoid: [-2, 2],
  sin: [-2, 2],
  sinh: [-2, 2],
  softmax: [-2, 2],
  softplus: [-2, 2],
  sqrt: [0.2, 4],
  square: [-2, 2],
  tan: [-1.2, 1.2],
  tanh: [-2, 2],
  cumsum: [-2, 2],
  logSoftmax: [-2, 2],
  logSumExp: [-2, 2],
  max: [-2, 2],
  mean: [-2, 2],
  prod: [0.5, 1.5],
  reverse: [-2, 2],
};

/** What is asked: each operation, weighted so that no symmetry hides a mistake, and a step function. */
function subjects() {
  const weights = tf.tensor1d([1, -2, 3]);
  const weighted = Object.entries(domains).map(([name, range]) =>
    gradientOf(`tf.${name}`, (x) => tf.mul(tf[name](x), weights), range),
  );
  // Its gradient is zero between the steps.
  return [...weighted, gradientOf('tf.floorDiv', (x) => tf.floorDiv(x, 0.7), [-2, 2])];
}

await tf.setBackend('cpu');
const seed = Number(process.argv[2] ?? 1);
const report = await examineLaws(subjects().flatMap(foreignLaws), { seed, runs: 50, time: 2000 });
console.log([...report.broken.map(failureText), summaryText(report)].join('\n\n'));
