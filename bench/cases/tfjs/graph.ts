/** One message passing layer: 200 nodes, 1,000 edges, 32 features; stochastic gradient descent. */
import { DeviceArray, jit, type NdArray, valueAndGrad } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import * as ops from 'fluxion/ops';
import { lossOf, numbers, tf } from './library.js';

const NODES = 200;
const EDGES = 1000;
const WIDTH = 32;
const RATE = 0.01;

const ends = (seed: number): Int32Array =>
  Int32Array.from(numbers(EDGES, 0.5, seed), (v) => Math.min(NODES - 1, Math.floor((v + 0.5) * NODES)));

export const graph = {
  fluxion: () => {
    type Params = { readonly edge: NdArray; readonly node: NdArray };
    const array = (data: Float32Array, shape: readonly number[]): NdArray =>
      DeviceArray.fromHost({ dtype: 'float32', shape, data });
    const indices = (data: Int32Array): NdArray => DeviceArray.fromHost({ dtype: 'int32', shape: [EDGES], data });
    const x = array(numbers(NODES * WIDTH, 1, 5), [NODES, WIDTH]);
    const y = array(numbers(NODES * WIDTH, 1, 6), [NODES, WIDTH]);
    const [senders, receivers] = [indices(ends(7)), indices(ends(8))];
    let params: Params = {
      edge: array(numbers(2 * WIDTH * WIDTH, 0.1, 1), [2 * WIDTH, WIDTH]),
      node: array(numbers(WIDTH * WIDTH, 0.1, 2), [WIDTH, WIDTH]),
    };
    const loss = (p: Params): NdArray => {
      const h = jnp.tanh(jnp.dot(x, p.node));
      const both = jnp.concatenate(
        [jnp.take(h, senders, { axis: 0, mode: 'clip' }), jnp.take(h, receivers, { axis: 0, mode: 'clip' })],
        { axis: 1 },
      );
      const messages = jnp.tanh(jnp.dot(both, p.edge));
      const sums = ops.segmentSum(messages, receivers, { numSegments: NODES });
      return jnp.mean(sums.sub(y).pow(2));
    };
    const step = jit(
      (p: Params) => {
        const [value, g] = valueAndGrad(loss)(p);
        return { params: { edge: p.edge.sub(g.edge.mul(RATE)), node: p.node.sub(g.node.mul(RATE)) }, value };
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
    const x = tf.tensor2d(numbers(NODES * WIDTH, 1, 5), [NODES, WIDTH]);
    const y = tf.tensor2d(numbers(NODES * WIDTH, 1, 6), [NODES, WIDTH]);
    const [senders, receivers] = [tf.tensor1d(ends(7), 'int32'), tf.tensor1d(ends(8), 'int32')];
    const edge = tf.variable(tf.tensor2d(numbers(2 * WIDTH * WIDTH, 0.1, 1), [2 * WIDTH, WIDTH]));
    const node = tf.variable(tf.tensor2d(numbers(WIDTH * WIDTH, 0.1, 2), [WIDTH, WIDTH]));
    const optimizer = tf.train.sgd(RATE);
    const loss = () => {
      const h = tf.tanh(tf.matMul(x, node as never));
      const both = tf.concat([tf.gather(h, senders), tf.gather(h, receivers)], 1);
      const messages = tf.tanh(tf.matMul(both as never, edge as never));
      const sums = tf.unsortedSegmentSum(messages, receivers, NODES);
      return tf.mean(tf.square(tf.sub(sums, y))) as ReturnType<typeof tf.scalar>;
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
