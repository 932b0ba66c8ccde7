/** Two convolutions and a dense layer on 16 images of 28 x 28; stochastic gradient descent. */
import { DeviceArray, jit, type NdArray, valueAndGrad } from 'fluxion';
import * as lax from 'fluxion/lax';
import * as nn from 'fluxion/nn';
import * as jnp from 'fluxion/numpy';
import { lossOf, numbers, tf } from './library.js';

const IMAGES = 16;
const SIZE = 28;
const SHAPES = { k1: [3, 3, 1, 8], k2: [3, 3, 8, 16], w: [SIZE * SIZE, 10] } as const;
const RATE = 0.01;

const start = (name: keyof typeof SHAPES): Float32Array => {
  const size = SHAPES[name].reduce((a: number, b: number) => a * b, 1);
  return numbers(size, 0.1, name.length + name.charCodeAt(0));
};

export const conv = {
  fluxion: () => {
    type Params = { readonly [name in keyof typeof SHAPES]: NdArray };
    const array = (data: Float32Array, shape: readonly number[]): NdArray =>
      DeviceArray.fromHost({ dtype: 'float32', shape, data });
    const x = array(numbers(IMAGES * SIZE * SIZE, 1, 5), [IMAGES, SIZE, SIZE, 1]);
    const y = array(numbers(IMAGES * 10, 1, 6), [IMAGES, 10]);
    const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
    let params = Object.fromEntries(names.map((n) => [n, array(start(n), SHAPES[n])])) as unknown as Params;
    const dimensionNumbers = ['NHWC', 'HWIO', 'NHWC'] as const;
    const convolve = (a: NdArray, k: NdArray, stride: number): NdArray =>
      nn.relu(lax.convGeneralDilated(a, k, [stride, stride], 'SAME', { dimensionNumbers }));
    const loss = (p: Params): NdArray => {
      const h = convolve(convolve(x, p.k1, 2), p.k2, 2);
      const flat = jnp.reshape(h, [IMAGES, SIZE * SIZE]);
      return jnp.mean(jnp.dot(flat, p.w).sub(y).pow(2));
    };
    const step = jit(
      (p: Params) => {
        const [value, g] = valueAndGrad(loss)(p);
        const moved = (n: keyof Params): NdArray => p[n].sub(g[n].mul(RATE));
        return { params: { k1: moved('k1'), k2: moved('k2'), w: moved('w') }, value };
      },
      { donateArgnums: [0] },
    );
    return () => {
      const result = step(params);
      params = result.params;
      return lossOf(result.value);
    };
  },
  tfjs: () => {
    const x = tf.tensor4d(numbers(IMAGES * SIZE * SIZE, 1, 5), [IMAGES, SIZE, SIZE, 1]);
    const y = tf.tensor2d(numbers(IMAGES * 10, 1, 6), [IMAGES, 10]);
    const k1 = tf.variable(tf.tensor4d(start('k1'), [...SHAPES.k1]));
    const k2 = tf.variable(tf.tensor4d(start('k2'), [...SHAPES.k2]));
    const w = tf.variable(tf.tensor2d(start('w'), [...SHAPES.w]));
    const optimizer = tf.train.sgd(RATE);
    const loss = () => {
      const h1 = tf.relu(tf.conv2d(x, k1 as never, 2, 'same'));
      const h2 = tf.relu(tf.conv2d(h1, k2 as never, 2, 'same'));
      const out = tf.matMul(tf.reshape(h2, [IMAGES, SIZE * SIZE]), w as never);
      return tf.mean(tf.square(tf.sub(out, y))) as ReturnType<typeof tf.scalar>;
    };
    return () => {
      const { value, grads } = tf.variableGrads(loss);
      optimizer.applyGradients(grads as never);
      const [read] = value.dataSync();
      tf.dispose([value, ...Object.values(grads)]);
      return read;
    };
  },
};
