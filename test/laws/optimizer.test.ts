import type { NdArray } from 'fluxion/extend';
import {
  arrayOf,
  clipLaws,
  examineLaws,
  failureText,
  type OptimizerFacts,
  optimizerLaws,
  optimizers,
} from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import * as tree from 'fluxion/tree';
import { describe, expect, test } from 'vitest';
import { table as everyOptimizer } from '../optax/table.js';

type Row = readonly [name: string, make: () => optax.GradientTransformation, facts: OptimizerFacts];
const row = (name: string, make: () => unknown, facts: OptimizerFacts): Row => [name, make as Row[1], facts];

const elementwise = true;
const restsAtZero = true;
const stationary = true;

const table: readonly Row[] = [
  row('sgd', () => optax.sgd(0.1), { elementwise, restsAtZero, degree: 1, stationary, descent: 20 }),
  row('sgd with momentum', () => optax.sgd(0.05, { momentum: 0.9 }), {
    elementwise,
    restsAtZero,
    degree: 1,
    descent: 60,
  }),
  row('adam', () => optax.adam(0.1), { elementwise, restsAtZero, stationary, descent: 60 }),
  row('adamw', () => optax.adamw(0.1), { elementwise, descent: 60 }),
  row('nadam', () => optax.nadam(0.1), { elementwise, restsAtZero, descent: 60 }),
  row('amsgrad', () => optax.amsgrad(0.1), { elementwise, restsAtZero, descent: 60 }),
  row('adamax', () => optax.adamax(0.1), { elementwise, restsAtZero, stationary, descent: 60 }),
  row('adabelief', () => optax.adabelief(0.1), { elementwise, restsAtZero, descent: 60 }),
  row('radam', () => optax.radam(0.1), { elementwise, restsAtZero, descent: 60 }),
  row('adagrad', () => optax.adagrad(0.5), { elementwise, restsAtZero, descent: 60 }),
  row('adadelta', () => optax.adadelta({ learningRate: 1 }), { elementwise, restsAtZero }),
  row('rmsprop', () => optax.rmsprop(0.05), { elementwise, restsAtZero, descent: 80 }),
  row('lion', () => optax.lion(0.03), { elementwise, descent: 80 }),
  // Its means begin at 1e-6, as optax's do, so a zero gradient does not quite rest.
  row('yogi', () => optax.yogi(0.1), { elementwise, descent: 80 }),
  row('lamb', () => optax.lamb(0.05), { descent: 60 }),
  row('lars', () => optax.lars(0.1), {}),
  row('adafactor', () => optax.adafactor({ learningRate: 0.05 }), {}),
  row('novograd', () => optax.novograd(0.1), {}),
  row('fromage', () => optax.fromage(0.05), {}),
  row('adan', () => optax.adan(0.1), { elementwise }),
  // Like optax's, it has no accumulator for scalars.
  row('sm3', () => optax.sm3(0.3), {
    params: { w: arrayOf('float32', [2, 2], [1, 2, -1, 0.5]), b: arrayOf('float32', [2], [1, -1]) },
  }),
  // Without a line search, which on gradients that are not the function's divides rounding by rounding.
  row('lbfgs', () => optax.lbfgs({ learningRate: 0.1, linesearch: null }), {}),
  row('clipped adam', () => optax.chain(optax.clipByGlobalNorm(1), optax.adam(0.1)), { restsAtZero, descent: 60 }),
];

/** A bowl for the optimizers that look at the loss. */
const bowl = (params: unknown): NdArray =>
  (tree.leaves(params) as NdArray[]).map((x) => jnp.sum(jnp.square(x))).reduce((a, b) => jnp.add(a, b));

/** Facts about those of the table of all optimizers that are not told above: what they need, and which are told apart. */
const others: readonly Row[] = everyOptimizer
  .filter(({ name }) => !table.some(([known]) => known === name))
  .map(({ name, make, needs = [] }) => {
    const extra: OptimizerFacts['extra'] = (params, grad) => {
      const offered: Readonly<Record<string, unknown>> = { value: bowl(params), grad, valueFn: bowl, objFn: bowl };
      return Object.fromEntries(needs.map((key) => [key, offered[key]]));
    };
    // Noise is drawn leaf after leaf.
    const ordered = /noisy|sophia/i.test(name);
    return row(name, make, needs.length > 0 ? { extra, ordered } : { ordered });
  });

describe('every optimizer', () => {
  for (const [name, make, facts] of [...table, ...others]) {
    test(`${name} keeps its laws`, async () => {
      const report = await examineLaws(optimizerLaws(make, facts), { runs: 2, seed: 3, time: 5000 });
      expect(report.broken.map(failureText).join('\n\n')).toBe('');
    });
  }
});

test('random chains keep the laws of all optimizers', async () => {
  const report = await examineLaws(optimizerLaws(optimizers()), { runs: 15, seed: 5, time: 5000 });
  expect(report.broken.map(failureText).join('\n\n')).toBe('');
});

test.each([
  ['clip', () => optax.clip(0.5)],
  ['clipByGlobalNorm', () => optax.clipByGlobalNorm(0.75)],
  ['clipByBlockRms', () => optax.clipByBlockRms(0.5)],
] as const)('%s twice is once', async (_, make) => {
  const report = await examineLaws(clipLaws(make as never), { runs: 20, seed: 3 });
  expect(report.broken.map(failureText).join('\n\n')).toBe('');
});
