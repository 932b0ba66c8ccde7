/**
 * fluxion's side of the optimizer benchmark, in a process of its own: the twin of `bench/peers/jax/optax_.py`.
 *
 *     node optax-worker.js LEAVES WIDTH
 *
 * A step is `update` and `applyUpdates` of Adam. Each sample waits for the last leaf of the new parameters.
 */
import { jit, type NdArray } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import { figure } from '../figure.js';

const [leaves, width] = process.argv.slice(2).map(Number);
const STEPS = { jitted: 60, plain: 15 };

type Params = Readonly<Record<string, NdArray>>;
const tree = (scale: number): Params =>
  Object.fromEntries(
    Array.from({ length: leaves }, (_, i) => [
      `layer${String(i).padStart(4, '0')}`,
      jnp.full([width, width], scale * Math.sin(i + 1)),
    ]),
  );

const params = tree(1);
const grads = tree(0.01);
const adam = optax.adam(1e-3);
const start = adam.init(params);
type State = typeof start;

const step = (p: Params, state: State, g: Params): readonly [Params, State] => {
  const [updates, next] = adam.update(g, state, p);
  return [optax.applyUpdates(p, updates), next];
};

const head = { case: 'optax', peer: 'fluxion' } as const;
const report = (metric: string, samples: readonly number[]): void =>
  console.log(JSON.stringify(figure({ ...head, metric, unit: 'ms' }, samples)));

/** Milliseconds by the clock and of all threads of the process, for each step after the first quarter. */
async function measured(name: string, run: typeof step, steps: number, first: readonly [Params, State]): Promise<void> {
  let [p, state] = first;
  const clock: number[] = [];
  const processor: number[] = [];
  for (let k = 0; k < steps; k++) {
    const used = process.cpuUsage();
    const begin = performance.now();
    [p, state] = run(p, state, grads);
    await Promise.all(Object.values(p).map((x) => x.blockUntilReady()));
    clock.push(performance.now() - begin);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1e3);
  }
  report(`Adam, ${leaves} leaves, ${name}`, clock.slice(steps >> 2));
  report(`Adam, ${leaves} leaves, ${name}, processor time`, processor.slice(steps >> 2));
}

await measured('not jitted', step, STEPS.plain, [params, start]);
// The donated trees are gone after a step: each run begins with its own.
await measured('jitted', jit(step, { donateArgnums: [0, 1] }), STEPS.jitted, [tree(1), adam.init(params)]);
