/** The engine on TensorFlow.js: that it agrees with the judge, keeps its memory, and leaves the user's library alone. */
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { currentEngine, EngineUnavailable } from '../../../src/engine/registry.js';
import type { TfjsEngine } from '../../../src/engine/tfjs/engine.js';
import type { TensorFlow } from '../../../src/engine/tfjs/tensorflow.js';
import { config, DeletedArray, grad, jit, type NdArray, valueAndGrad, vmap } from '../../../src/index.js';
import * as lax from '../../../src/lax/index.js';
import * as nn from '../../../src/nn/index.js';
import * as jnp from '../../../src/numpy/index.js';
import * as optax from '../../../src/optax/index.js';
import * as random from '../../../src/random/index.js';

interface Params {
  readonly w: NdArray;
  readonly b: NdArray;
}

const tensors = (): number => (currentEngine() as TfjsEngine).machine.dispatcher.memory().numTensors;

/** A training step of a small perceptron whose state is donated. */
function training() {
  const key = random.PRNGKey(0);
  const x = random.normal(random.foldIn(key, 1), { shape: [16, 4] });
  const y = jnp.sin(jnp.sum(x, { axis: 1, keepdims: true }));
  const optimizer = optax.adam(1e-2);
  type State = ReturnType<typeof optimizer.init<readonly Params[]>>;
  const params: readonly Params[] = [8, 1].map((outputs, i) => ({
    w: random.normal(random.foldIn(key, 2 + i), { shape: [i === 0 ? 4 : 8, outputs] }).mul(0.5),
    b: jnp.zeros([outputs]),
  }));
  const loss = (p: readonly Params[]): NdArray => {
    const h = nn.relu(jnp.dot(x, p[0].w).add(p[0].b));
    return jnp.mean(jnp.dot(h, p[1].w).add(p[1].b).sub(y).pow(2));
  };
  const step = jit(
    (p: readonly Params[], state: State) => {
      const [value, grads] = valueAndGrad(loss)(p);
      const [updates, next] = optimizer.update(grads, state, p);
      return { params: optax.applyUpdates(p, updates), state: next, value };
    },
    { donateArgnums: [0, 1] },
  );
  return { params, state: optimizer.init(params), step };
}

/** The losses of some steps. */
function losses(steps: number, each: (step: number) => void = () => {}): number[] {
  const { step, ...start } = training();
  let { params, state } = start;
  return Array.from({ length: steps }, (_, k) => {
    const result = step(params, state);
    params = result.params as readonly Params[];
    state = result.state as typeof state;
    const value = result.value.item();
    result.value.dispose();
    each(k);
    return value;
  });
}

describe.each(['wasm', 'cpu'])('on TensorFlow.js, %s', (backend) => {
  beforeAll(() => config.update('engine', `tfjs:${backend}`));

  test('training takes the way it takes on the reference engine', () => {
    const ours = losses(20);
    config.update('engine', 'reference');
    const theirs = losses(20);
    config.update('engine', `tfjs:${backend}`);
    ours.forEach((loss, k) => {
      expect(Math.abs(loss - theirs[k])).toBeLessThan(1e-4 * Math.max(1, theirs[k]));
    });
    expect(ours[19]).toBeLessThan(ours[0]);
  });

  test('a loop that donates its state has as many tensors after 300 steps as after 3', () => {
    const counts: number[] = [];
    losses(300, () => counts.push(tensors()));
    expect(new Set(counts.slice(2)).size).toBe(1);
  });

  test('a loop that drops its results runs in constant memory, though it never leaves its turn', () => {
    const f = jit((a: NdArray) => a.add(1));
    let x: NdArray = jnp.zeros([1 << 18]);
    const before = tensors();
    let most = 0;
    // A megabyte each, 400 of them, of which never more than the budget of 256 is kept.
    for (let k = 0; k < 400; k++) {
      x = f(x);
      most = Math.max(most, tensors() - before);
    }
    expect((x.jsSync() as number[])[0]).toBe(400);
    expect(most).toBeLessThan(300);
  });

  test('every kind of control flow frees what it made', () => {
    const x = jnp.arange(12, { dtype: 'float32' }).reshape([4, 3]);
    const run = jit((a: NdArray) => {
      const [carry, ys] = lax.scan((c: NdArray, row: NdArray) => [c.add(row), c.mul(row)] as const, jnp.zeros([3]), {
        xs: a,
      });
      const doubled = lax.whileLoop(
        (v: NdArray) => jnp.sum(v).lt(100),
        (v: NdArray) => v.mul(2),
        carry,
      );
      const branched = lax.cond(
        jnp.sum(doubled).gt(0),
        (v: NdArray) => v.add(1),
        (v: NdArray) => v,
        doubled,
      );
      return branched.add(jnp.sum(ys, { axis: 0 }));
    });
    // Column by column: the carry ends at 18, 22, 26 and is doubled once; the products add up to 99, 159, 231.
    const once = run(x);
    expect(once.jsSync()).toEqual([36 + 1 + 99, 44 + 1 + 159, 52 + 1 + 231]);
    once.dispose();
    const before = tensors();
    for (let k = 0; k < 5; k++) run(x).dispose();
    expect(tensors()).toBe(before);
  });

  test('a program that fails half way leaves nothing behind', () => {
    let fails = true;
    const f = jit((a: NdArray) =>
      jnp.sin(a).add(
        lax.cond(
          jnp.sum(a).gt(0),
          (v: NdArray) => v,
          (v: NdArray) => v.mul(2),
          a,
        ),
      ),
    );
    const x = jnp.ones([3]);
    f(x).dispose();
    const before = tensors();
    const { machine } = currentEngine() as TfjsEngine;
    const { run } = machine;
    machine.run = (...args) => {
      if (fails && args[0] === 'Add') throw new Error('out of luck');
      return run.apply(machine, args);
    };
    expect(() => f(x)).toThrow('out of luck');
    fails = false;
    machine.run = run;
    expect(tensors()).toBe(before);
  });

  test('what was donated cannot be read again, and says so', () => {
    const f = jit((a: NdArray) => a.mul(2), { donateArgnums: [0] });
    const x = jnp.ones([400]).add(0);
    f(x);
    expect(() => x.dataSync()).toThrow(DeletedArray);
  });

  test('random numbers are those of the reference engine, bit by bit', () => {
    const draw = (): unknown => random.bits(random.PRNGKey(7), { shape: [5] }).jsSync();
    const ours = draw();
    config.update('engine', 'reference');
    expect(ours).toEqual(draw());
    config.update('engine', `tfjs:${backend}`);
  });

  test('derivatives and batches of derivatives agree with the reference engine', () => {
    const f = (v: NdArray): NdArray => jnp.sum(jnp.tanh(jnp.cumsum(v)).mul(v));
    const x = jnp.linspace(-1, 1, { num: 6 }).reshape([2, 3]);
    const compute = (): number[] => Array.from((vmap(grad(f))(x) as NdArray).dataSync(), Number);
    const ours = compute();
    config.update('engine', 'reference');
    compute().forEach((v, i) => {
      expect(ours[i]).toBeCloseTo(v, 5);
    });
    config.update('engine', `tfjs:${backend}`);
  });

  test("the user's own use of the library goes on as it was", () => {
    const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core') as TensorFlow & {
      tidy<T>(body: () => T): T;
      getBackend(): string;
    };
    for (const name of ['cpu', 'wasm', backend]) {
      config.update('engine', `tfjs:${name}`);
      jnp.ones([2]).add(1).dataSync();
    }
    void tf.setBackend(backend === 'cpu' ? 'wasm' : 'cpu');
    const other = tf.getBackend();
    const sum = tf.tidy(() => jit((a: NdArray) => a.add(a))(jnp.ones([300])));
    expect(tf.getBackend()).toBe(other);
    expect((sum.jsSync() as number[])[299]).toBe(2);
  });
});

test('an engine that does not open says what was tried, and why each was not', () => {
  config.update('engine', 'tfjs:node-gpu');
  try {
    jnp.ones([2]).add(1);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineUnavailable);
    expect((error as Error).message).toContain('node-gpu: it is not installed.');
  }
  config.update('engine', 'reference');
});
