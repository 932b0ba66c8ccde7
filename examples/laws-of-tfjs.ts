/**
 * Another library's gradients before the same laws: `tf.grad` of TensorFlow.js.
 *
 * The adapter is `gradientOf`, five lines. TensorFlow.js is no dependency of fluxion: install `@tensorflow/tfjs`
 * to run this; without it the example says so and ends.
 */
import { examineLaws, type ForeignGradient, failureText, foreignLaws, type LawReport, summaryText } from 'fluxion/laws';

/** What is used of TensorFlow.js. */
interface Tensor {
  dataSync(): ArrayLike<number>;
}
interface TensorFlow {
  tensor1d(values: number[]): Tensor;
  grad(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor;
  ready(): Promise<void>;
  sum(x: Tensor): Tensor;
  [operation: string]: unknown;
}

/** The adapter: a function of TensorFlow.js and its own gradient. */
const gradientOf = (
  tf: TensorFlow,
  name: string,
  f: (x: Tensor) => Tensor,
  range: readonly [number, number],
): ForeignGradient => ({
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

const domains: Readonly<Record<string, readonly [number, number]>> = {
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

/** The laws of the gradients of these operations of TensorFlow.js, weighted so that no symmetry hides a mistake. */
export async function lawsOfTensorFlow(tf: TensorFlow, seed = 1): Promise<LawReport> {
  await tf.ready();
  const weights = tf.tensor1d([1, -2, 3]);
  const mul = tf.mul as (x: Tensor, y: Tensor) => Tensor;
  const laws = Object.entries(domains).flatMap(([name, range]) => {
    const operation = tf[name] as ((x: Tensor) => Tensor) | undefined;
    return operation ? foreignLaws(gradientOf(tf, `tf.${name}`, (x) => mul(operation(x), weights), range)) : [];
  });
  // A step function, whose gradient is zero between the steps.
  const floorDiv = tf.floorDiv as (x: Tensor, y: number) => Tensor;
  laws.push(...foreignLaws(gradientOf(tf, 'tf.floorDiv', (x) => floorDiv(x, 0.7), [-2, 2])));
  return examineLaws(laws, { seed, runs: 50, time: 2000 });
}

async function load(): Promise<TensorFlow | null> {
  // The name in a variable: the compiler is not to look for a package that need not be there.
  const name: string = '@tensorflow/tfjs';
  try {
    const module = (await import(name)) as { readonly default?: TensorFlow };
    return module.default ?? (module as unknown as TensorFlow);
  } catch {
    return null;
  }
}

const tf = await load();
if (tf === null) console.log('TensorFlow.js is not installed: npm install @tensorflow/tfjs');
else {
  const report = await lawsOfTensorFlow(tf);
  console.log([...report.broken.map(failureText), summaryText(report)].join('\n\n'));
}
