/**
 * The TensorFlow.js benchmark: training steps of a perceptron, a convolution and a graph network, in fluxion on the engine
 * `tfjs` and written by hand with `tf.variableGrads` and `tf.train.adam`, on the same backend, in alternation.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figure } from '../figure.js';
import { peers } from '../peers.js';

/** Runs the case on each backend that is there; every backend in processes of its own. */
export async function run(args: readonly string[]): Promise<Figure[]> {
  const { values } = parseArgs({
    args: [...args],
    options: { repeats: { type: 'string', default: '3' }, backend: { type: 'string', multiple: true } },
  });
  const worker = fileURLToPath(new URL('./tfjs-worker.js', import.meta.url));
  const backends = values.backend ?? ['wasm', 'cpu'];
  const all: Figure[] = [];
  for (const backend of backends) {
    // Both sides run in one process: its figures name their peers themselves.
    const both = { name: backend, command: process.execPath, args: [worker, backend] };
    all.push(...(await peers([both], Number(values.repeats))).map(ofPeer));
  }
  return [...all, ...ratios(all)];
}

/** The peer is the first word of the metric. */
function ofPeer(figure: Figure): Figure {
  const [peer, ...metric] = figure.metric.split(' ');
  return { ...figure, peer, metric: metric.join(' ') };
}

/** How many times as long fluxion took, by the best times of both. */
function ratios(figures: readonly Figure[]): Figure[] {
  return figures.flatMap((ours) => {
    const theirs = figures.find((f) => f.peer === 'tfjs' && f.metric === ours.metric);
    if (ours.peer !== 'fluxion' || !theirs) return [];
    const ratio = ours.min / theirs.min;
    return [{ ...ours, metric: `${ours.metric}, fluxion to tfjs`, unit: 'x', median: ratio, min: ratio, max: ratio }];
  });
}
