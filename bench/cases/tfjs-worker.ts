/** One process of the TensorFlow.js benchmark: both sides of each case, step by step in alternation. */
import { blockUntilReady, config } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { figure } from '../figure.js';

/** One side: a training step that returns its loss, read. */
export type Step = () => number;

const [backend, seconds = '6'] = process.argv.slice(2);
config.update('engine', `tfjs:${backend}`);
// The engine opens its backend before the other side's copy of the library finds it there.
await blockUntilReady(jnp.ones([2]).add(1));
const { tf, useBackend } = await import('./tfjs/library.js');
const { mlp } = await import('./tfjs/mlp.js');
const { conv } = await import('./tfjs/conv.js');
const { graph } = await import('./tfjs/graph.js');

function measure(name: string, make: { readonly fluxion: () => Step; readonly tfjs: () => Step }): void {
  const sides: [string, Step][] = [['fluxion', make.fluxion()]];
  useBackend(backend);
  const theirs = make.tfjs();
  try {
    theirs();
    sides.push(['tfjs', theirs]);
  } catch (error) {
    process.stderr.write(`${name}: tfjs cannot do this on ${backend}: ${(error as Error).message.split('\n')[0]}\n`);
  }
  const times = new Map<string, number[]>(sides.map(([side]) => [side, []]));
  const losses = new Map<string, number>();
  const until = performance.now() + 1000 * Number(seconds);
  for (let round = 0; round < 5 || performance.now() < until; round++) {
    for (const [side, step] of sides) {
      const start = performance.now();
      const loss = step();
      const time = performance.now() - start;
      if (round >= 2) times.get(side)?.push(time);
      losses.set(side, loss);
    }
  }
  for (const [side, samples] of times) {
    const head = { case: 'tfjs', peer: side, metric: `${side} ${name} step on ${backend}`, unit: 'ms' };
    console.log(JSON.stringify(figure(head, samples)));
    process.stderr.write(`${name}: ${side} has the loss ${losses.get(side)}, ${tf.memory().numTensors} tensors\n`);
  }
}

measure('mlp', mlp);
measure('conv', conv);
measure('graph', graph);
