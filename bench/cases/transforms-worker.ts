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
/** Samples that count: the first of each kind warm the process up. A busy machine gets fewer in the same time. */
const TRACES = { warm: 5, least: 5, most: 20, seconds: 8 };
const CALLS = { warm: 5, least: 5, most: 30, seconds: 4 };
/** Arrays that go through one sample of calls. */
const ARRAYS_IN_SAMPLE = 5000;

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

/** Milliseconds by the clock and of all threads of the process: on a busy machine the second says more. */
function measured(work: () => void): { readonly clock: number; readonly processor: number } {
  const begin = performance.now();
  const used = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(used);
  return { clock: performance.now() - begin, processor: (user + system) / 1e3 };
}

type Measured = ReturnType<typeof measured>;

/** Samples until there are enough of them, or the time is over and there are the least. */
async function sampled(
  { warm, least, most, seconds }: typeof TRACES,
  sample: () => Promise<Measured> | Measured,
): Promise<Measured[]> {
  const samples: Measured[] = [];
  const end = performance.now() + seconds * 1e3;
  while (samples.length < warm + most && (samples.length < warm + least || performance.now() < end)) {
    samples.push(await sample());
  }
  return samples;
}

const traces = await sampled(TRACES, () => {
  const step = lossAndGradient();
  return measured(() => step.lower(params, inputs, targets).asText());
});
const again = traces.slice(TRACES.warm);
report('trace and lower, first', 'ms', [traces[0].clock]);
report(
  'trace and lower, again',
  'ms',
  again.map(({ clock }) => clock),
);
report(
  'trace and lower, again, processor time',
  'ms',
  again.map(({ processor }) => processor),
);

for (const leaves of [2, 200]) {
  const doubled = jit((tree: readonly NdArray[]) => tree.map((x) => x.add(x)));
  let tree: readonly NdArray[] = Array.from({ length: leaves }, () => jnp.zeros([4]));
  const count = Math.min(500, ARRAYS_IN_SAMPLE / leaves);
  const calls = await sampled(CALLS, async () => {
    const loop = measured(() => {
      for (let k = 0; k < count; k++) tree = doubled(tree);
    });
    await tree[leaves - 1].blockUntilReady();
    return loop;
  });
  const perCall = (total: number): number => (total * 1e3) / count;
  const warm = calls.slice(CALLS.warm);
  report(
    `call, ${leaves} leaves`,
    'us',
    warm.map(({ clock }) => perCall(clock)),
  );
  report(
    `call, ${leaves} leaves, processor time`,
    'us',
    warm.map(({ processor }) => perCall(processor)),
  );
}
