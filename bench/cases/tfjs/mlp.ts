/** A perceptron of three layers: 128 rows of 128 numbers, 256 and 256 hidden ones, 16 out; Adam. */
import { DeviceArray, jit, type NdArray, valueAndGrad } from 'fluxion';
import * as nn from 'fluxion/nn';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import { lossOf, numbers, tf } from './library.js';

const WIDTHS = [128, 256, 256, 16];
const ROWS = 128;

const array = (data: Float32Array, shape: number[]): NdArray => DeviceArray.fromHost({ dtype: 'float32', shape, data });
const layers = WIDTHS.slice(1).map((outputs, i) => ({ inputs: WIDTHS[i], outputs, seed: i + 1 }));

export const mlp = {
  fluxion: () => {
    interface Layer {
      readonly w: NdArray;
      readonly b: NdArray;
    }
    const x = array(numbers(ROWS * WIDTHS[0], 1, 9), [ROWS, WIDTHS[0]]);
    const y = array(numbers(ROWS * 16, 1, 10), [ROWS, 16]);
    const optimizer = optax.adam(1e-3);
    let params: readonly Layer[] = layers.map(({ inputs, outputs, seed }) => ({
      w: array(numbers(inputs * outputs, 0.1, seed), [inputs, outputs]),
      b: array(new Float32Array(outputs), [outputs]),
    }));
    let state = optimizer.init(params);
    const loss = (p: readonly Layer[]): NdArray => {
      const last = p.length - 1;
      const out = p.reduce((h, { w, b }, i) => {
        const z = jnp.dot(h, w).add(b);
        return i < last ? nn.relu(z) : z;
      }, x);
      return jnp.mean(out.sub(y).pow(2));
    };
    const step = jit(
      (p: readonly Layer[], s: typeof state) => {
        const [value, grads] = valueAndGrad(loss)(p);
        const [updates, next] = optimizer.update(grads, s, p);
        return { params: optax.applyUpdates(p, updates), state: next, value };
      },
      { donateArgnums: [0, 1] },
    );
    return () => {
      const result = step(params, state);
      params = result.params as readonly Layer[];
      state = result.state as typeof state;
      return lossOf(result.value);
    };
  },
  tfjs: () => {
    const x = tf.tensor2d(numbers(ROWS * WIDTHS[0], 1, 9), [ROWS, WIDTHS[0]]);
    const y = tf.tensor2d(numbers(ROWS * 16, 1, 10), [ROWS, 16]);
    const params = layers.map(({ inputs, outputs, seed }) => ({
      w: tf.variable(tf.tensor2d(numbers(inputs * outputs, 0.1, seed), [inputs, outputs])),
      b: tf.variable(tf.zeros([outputs])),
    }));
    const optimizer = tf.train.adam(1e-3);
    const loss = () => {
      let h: ReturnType<typeof tf.relu> = x;
      params.forEach(({ w, b }, i) => {
        const z = tf.add(tf.matMul(h as typeof x, w as unknown as typeof x), b);
        h = i < params.length - 1 ? tf.relu(z) : z;
      });
      return tf.mean(tf.square(tf.sub(h, y))) as ReturnType<typeof tf.scalar>;
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
