/**
 * The ten cases in jax-js on its WebAssembly backend: `suite.js <case> [options of measure.js]`.
 *
 * An array is moved by use (`.ref` keeps it), and work whose result nobody reads is dropped: each step is waited for.
 */
import {
  blockUntilReady,
  grad,
  init,
  jit,
  lax,
  makeJaxpr,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
  vmap,
} from '@jax-js/jax';
import { draw, drawIntegers, drawOneHot, heScale } from './draw.js';
import { caseName, check, refuse, report, sampled, sinceAsked } from './measure.js';
import { peakMemory } from './memory.js';

await init('wasm');

const array = (data, shape) => np.array(data).reshape(shape);
const drawn = (seed, shape, scale = 1) =>
  array(
    draw(
      seed,
      shape.reduce((n, m) => n * m, 1),
      scale,
    ),
    shape,
  );
const layer = (seed, n, m) => ({ w: drawn(seed, [n, m], heScale(n)), b: np.zeros([m]) });
const layers = (seed, sizes) => sizes.slice(1).map((m, i) => layer(seed + i, sizes[i], m));
const dense = ({ w, b }, x) => np.matmul(x, w).add(b);
const crossEntropy = (logits, oneHot) => np.mean(np.sum(oneHot.mul(nn.logSoftmax(logits, -1)), -1)).neg();
const meanSquaredError = (x, y) => {
  const error = x.sub(y);
  return np.mean(error.ref.mul(error));
};
const keep = (t) => tree.ref(t);
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
  batch: (n = 128) => [drawn(1, [n, 784]), array(drawOneHot(2, n, 10), [n, 10])],
  loss: perceptron((x) => nn.relu(x), crossEntropy),
};

const tiny = {
  params: () => layers(20, [8, 16, 16, 1]),
  batch: () => [drawn(3, [4, 8]), drawn(4, [4, 1])],
  loss: perceptron((x) => np.tanh(x), meanSquaredError),
};

/** Its convolutions know one layout only: images [n, channels, height, width], kernels [out, in, height, width]. */
const kernel = (seed, i, o) => ({
  w: np.transpose(drawn(seed, [3, 3, i, o], heScale(9 * i)), [3, 2, 0, 1]),
  b: np.zeros([o, 1, 1]),
});
const convolve = ({ w, b }, x) => lax.convGeneralDilated(x, w, [1, 1], 'SAME').add(b);
const maxPool = (x) => {
  const [n, c, h, w] = x.shape;
  return np.max(np.max(x.reshape([n, c, h / 2, 2, w / 2, 2]), 5), 3);
};
const conv = {
  params: () => ({ first: kernel(30, 1, 32), second: kernel(31, 32, 64), last: layer(32, 14 * 14 * 64, 10) }),
  batch: () => [drawn(5, [64, 1, 28, 28]), array(drawOneHot(6, 64, 10), [64, 10])],
  loss: ({ first, second, last }, images, labels) => {
    const x = nn.relu(convolve(first, images));
    const y = maxPool(nn.relu(convolve(second, x)));
    return crossEntropy(dense(last, np.transpose(y, [0, 2, 3, 1]).reshape([64, 14 * 14 * 64])), labels);
  },
};

const [NODES, EDGES, LATENT] = [2562, 20460, 64];
const block = (seed, inputs) => ({
  hidden: layer(seed, inputs, LATENT),
  out: layer(seed + 1, LATENT, LATENT),
  norm: { scale: np.ones([LATENT]), offset: np.zeros([LATENT]) },
});
const swish = (x) => x.ref.mul(nn.sigmoid(x));
function normalized({ scale, offset }, x) {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(scale)
    .add(offset);
}
const apply = (p, ...parts) =>
  normalized(p.norm, dense(p.out, swish(dense(p.hidden, parts.length === 1 ? parts[0] : np.concatenate(parts, -1)))));
/**
 * There is no scatter to call: the sum over arriving edges is a gather of each node's edges, padded with a row of zeros.
 */
function arrivals(receivers) {
  const lists = Array.from({ length: NODES }, () => []);
  receivers.forEach((node, edge) => {
    lists[node].push(edge);
  });
  const width = Math.max(...lists.map((list) => list.length));
  return [Int32Array.from(lists.flatMap((list) => [...list, ...Array(width - list.length).fill(EDGES)])), width];
}
const gnn = {
  params: () => ({
    nodes: block(40, 16),
    edges: block(42, 4),
    steps: [0, 1, 2, 3].map((i) => ({ edge: block(50 + 4 * i, 3 * LATENT), node: block(52 + 4 * i, 2 * LATENT) })),
    decode: layer(44, LATENT, 4),
  }),
  batch: () => {
    const receivers = drawIntegers(10, EDGES, NODES);
    const [incoming, width] = arrivals(receivers);
    const index = (data, shape) => array(data, shape);
    return [
      drawn(7, [NODES, 16]),
      drawn(8, [EDGES, 4]),
      index(drawIntegers(9, EDGES, NODES), [EDGES]),
      index(receivers, [EDGES]),
      index(incoming, [NODES, width]),
      drawn(11, [NODES, 4]),
    ];
  },
  loss: (params, nodes, edges, senders, receivers, incoming, targets) => {
    let [v, e] = [apply(params.nodes, nodes), apply(params.edges, edges)];
    for (const { edge, node } of params.steps) {
      const message = apply(edge, e.ref, np.take(v.ref, senders.ref, 0), np.take(v.ref, receivers.ref, 0));
      const padded = np.concatenate([message.ref, np.zeros([1, LATENT])], 0);
      const arriving = np.sum(np.take(padded, incoming.ref, 0), 1);
      [v, e] = [v.ref.add(apply(node, v, arriving)), e.add(message)];
    }
    return meanSquaredError(dense(params.decode, v), targets);
  },
};

/** Adam, in plain jax-js: its optimizer package is not published. */
function adam(params, { mu, nu, count }, grads, weightDecay = 0) {
  const next = count.add(1);
  const [c1, c2] = [0.9, 0.999].map((b) => np.array(1).sub(np.power(b, next.ref)));
  const state = { mu: [], nu: [] };
  const [p, definition] = tree.flatten(params);
  const [g, m, v] = [grads, mu, nu].map((t) => tree.flatten(t)[0]);
  const updated = p.map((x, i) => {
    const first = m[i].mul(0.9).add(g[i].ref.mul(0.1));
    const second = v[i].mul(0.999).add(g[i].ref.mul(g[i]).mul(0.001));
    state.mu.push(first.ref);
    state.nu.push(second.ref);
    const step = first.div(c1.ref).div(np.sqrt(second.div(c2.ref)).add(1e-8));
    return weightDecay ? x.ref.sub(step.add(x.mul(weightDecay)).mul(1e-3)) : x.sub(step.mul(1e-3));
  });
  const like = (list) => tree.unflatten(definition, list);
  return [like(updated), { mu: like(state.mu), nu: like(state.nu), count: next }];
}
const adamState = (params) => ({
  mu: tree.map((x) => np.zerosLike(x.ref), params),
  nu: tree.map((x) => np.zerosLike(x.ref), params),
  count: np.array(0),
});

async function train({ params: make, batch, loss }, { checked = 5, calls = 1, weightDecay = 0 } = {}) {
  let params = make();
  let state = adamState(params);
  const data = batch();
  const step = jit((p, s, ...b) => {
    const [value, grads] = valueAndGrad(loss)(keep(p), ...b);
    return [...adam(p, s, grads, weightDecay), value];
  });
  let value;
  const work = async () => {
    [params, state, value] = step(params, state, ...data.map((x) => x.ref));
    await blockUntilReady([params, state]);
  };
  for (let k = 0; k <= checked; k++) await work();
  check(value.item());
  const times = await sampled(
    calls === 1
      ? work
      : async () => {
          for (let k = 0; k < calls; k++) await work();
        },
  );
  if (calls === 1) report('step', 'ms', times);
  else report('step', 'us', microseconds(times.map((t) => t / calls)));
}

const cases = {
  mlp: () => train(mlp),
  tiny: () => train(tiny, { calls: 50 }),
  conv: () => train(conv, { checked: 1 }),
  gnn: () => train(gnn, { weightDecay: 1e-4 }),
  adam500: async () => {
    const leaves = (seed) => Array.from({ length: 500 }, (_, i) => drawn(seed + i, [64, 64]));
    let params = leaves(200);
    let states = params.map(adamState);
    const grads = [leaves(900), leaves(1500)];
    // Leaf by leaf: all in one program take minutes to compile.
    const update = jit((p, s, g) => adam(p, s, g));
    let turn = 0;
    const work = async () => {
      const g = grads[turn++ % 2];
      const next = params.map((p, i) => update(p, states[i], g[i].ref));
      [params, states] = [next.map(([p]) => p), next.map(([, s]) => s)];
      await blockUntilReady([params, states]);
    };
    for (let k = 0; k < 5; k++) await work();
    let total = 0;
    for (let i = 0; i < 500; i++) {
      const [p, q] = [params[i].ref.dataSync(), draw(200 + i, 4096)];
      for (let k = 0; k < 4096; k++) total += Math.abs(p[k] - q[k]);
    }
    check(total / (500 * 4096));
    report('update', 'ms', await sampled(work));
  },
  start: () => {
    const gradients = grad(tiny.loss)(tiny.params(), ...tiny.batch());
    let total = 0;
    for (const g of tree.flatten(gradients)[0]) for (const x of g.dataSync()) total += x * x;
    report('process start to first gradient', 'ms', [sinceAsked()]);
    check(total);
  },
  residual: async () => {
    const params = Array.from({ length: 64 }, (_, i) => ({
      w: drawn(100 + i, [32, 32], 0.1 * Math.sqrt(3)),
      b: np.zeros([32]),
    }));
    const [x, y] = [drawn(12, [8, 32]), drawn(13, [8, 32])];
    const fresh = () =>
      valueAndGrad((p, a, b) =>
        meanSquaredError(
          p.reduce((h, l) => h.ref.add(np.tanh(dense(l, h))), a),
          b,
        ),
      );
    check(fresh()(keep(params), x.ref, y.ref)[0].item());
    report('trace and lower', 'ms', await sampled(() => makeJaxpr(fresh())(keep(params), x.ref, y.ref)));
  },
  eager: async () => {
    const y = drawn(15, [10]);
    let z = drawn(14, [10]);
    const work = async () => {
      z = z.add(y.ref);
      await z.blockUntilReady();
    };
    for (let k = 0; k < 100; k++) await work();
    check(np.sum(z.ref).item());
    const times = await sampled(async () => {
      for (let k = 0; k < 100; k++) await work();
    });
    report('add', 'us', microseconds(times.map((t) => t / 100)));
  },
  third: async () => {
    const f = (x) => np.tanh(np.sin(x.ref).mul(x));
    const g = jit(grad(grad(grad(f))));
    const x = np.array(0.7);
    check(g(x.ref).item());
    const times = await sampled(async () => {
      for (let k = 0; k < 100; k++) {
        const y = g(x.ref);
        await y.blockUntilReady();
        y.dispose();
      }
    });
    report('call', 'us', microseconds(times.map((t) => t / 100)));
  },
  perexample: async () => {
    const f = jit(vmap(grad(mlp.loss), [null, 0, 0]));
    const [params, [x, y]] = [mlp.params(), mlp.batch(32)];
    const gradients = async () => {
      const g = f(keep(params), x.ref, y.ref);
      await blockUntilReady(g);
      return g;
    };
    const first = (await gradients())[0].w.dataSync();
    check(Math.sqrt(first.reduce((sum, g) => sum + g * g, 0) / first.length));
    report('call', 'ms', await sampled(async () => tree.dispose(await gradients())));
  },
};

try {
  await cases[caseName]();
  report('peak memory', 'MB', [peakMemory()]);
} catch (error) {
  refuse(String(error.message).split('\n')[0]);
}
