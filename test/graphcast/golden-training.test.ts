/**
 * Gradients, optimizers and training, against DeepMind's numbers.
 *
 * Adam divides by the gradient's own size: an element whose true gradient is a rounding error may move by the learning
 * rate either way. Parameters after its steps are therefore compared element by element where the gradient is at least
 * 1e-5, and elsewhere only to be within `steps * learningRate`.
 */
import { beforeAll, expect, it } from 'vitest';
import type { NdArray } from '../../src/array/array.js';
import type { Params } from '../../src/graphcast/checkpoint.js';
import { type Batch, makeTrainStep, paperOptimizer, type TrainState } from '../../src/graphcast/train.js';
import { jit, valueAndGrad } from '../../src/index.js';
import * as optax from '../../src/optax/index.js';
import { copy } from '../helpers/copy.js';
import {
  describeGoldenXla,
  type GoldenCase,
  leavesOf,
  loadCase,
  lossAndParts,
  maxError,
  type Norms,
  relativeError,
  relativeL2,
} from './golden-case.js';

/** The optimizers of the golden data. */
const optimizers: Readonly<Record<string, () => optax.GradientTransformation>> = {
  paper: () => paperOptimizer({ learningRate: 1e-3 }),
  clip_active: () => paperOptimizer({ learningRate: 1e-3, clip: 0.25 }),
  adam: () => optax.adam(1e-3, { b1: 0.9, b2: 0.999 }) as optax.GradientTransformation,
  sgd_clip: () => optax.chain(optax.clipByGlobalNorm(0.25), optax.sgd(0.1)) as optax.GradientTransformation,
};

/** The steps after which the golden data has all parameters. */
const snapshots: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  case_a: { paper: [1, 2, 5], clip_active: [2], adam: [5] },
  case_b: { paper: [1, 5] },
};

for (const name of ['case_a', 'case_b'] as const) {
  describeGoldenXla(`GraphCast trained on DeepMind's numbers, ${name}`, () => {
    let c: GoldenCase;
    let gradients: Map<string, ArrayLike<number>>;
    beforeAll(async () => {
      c = await loadCase(name);
      gradients = await leavesOf(await c.paramsOf('grads', 'grads'));
    });
    const loss = (params: Params, batch: Batch): NdArray => lossAndParts(() => c.predictor('plain'))(params, batch)[0];

    it('has the same gradient in every parameter, and in all', async () => {
      const [, grads] = jit(valueAndGrad(loss))(c.checkpoint.params, c.oneStep);
      const got = await leavesOf(grads as Params);
      expect([...got.keys()].sort()).toEqual([...gradients.keys()].sort());
      for (const [key, expected] of gradients) {
        expect(maxError(got.get(key) ?? [], expected), key).toBeLessThan(5e-5);
      }
      expect(relativeL2(got, gradients)).toBeLessThan(2e-5);
      const { grad_global_norm, grads: norms } = c.json('loss').one_step.float32;
      expect(relativeError(optax.globalNorm(grads).item(), grad_global_norm)).toBeLessThan(1e-5);
      expectNorms(got, norms, 5e-5);
    });

    it('has no gradient where a parameter has no influence', async () => {
      const unused = [...gradients].filter(([, values]) => Array.from(values).every((x) => x === 0));
      expect(unused.length).toBeGreaterThan(0);
      const [, grads] = jit(valueAndGrad(loss))(c.checkpoint.params, c.oneStep);
      const got = await leavesOf(grads as Params);
      for (const [key] of unused)
        expect(
          Array.from(got.get(key) ?? [Number.NaN]).every((x) => x === 0),
          key,
        ).toBe(true);
    });

    it.each(Object.keys(optimizers))('takes the same twenty steps with %s, jitted and donated', async (kind) => {
      const optimizer = optimizers[kind]();
      const step = jit(makeTrainStep(loss, optimizer), { donateArgnums: 0 });
      const params = copy(c.checkpoint.params);
      let state: TrainState = { params, optState: optimizer.init(params as never) };
      const facts = c.json('training')[kind];
      const kept = snapshots[name][kind] ?? [];
      for (let k = 1; k <= facts.loss.length; k++) {
        const result = step(state, c.oneStep);
        state = result.state;
        expect(relativeError(result.loss.item(), facts.loss[k - 1]), `loss ${k}`).toBeLessThan(1e-4);
        expect(relativeError(result.gradNorm.item(), facts.grad_norm[k - 1]), `norm ${k}`).toBeLessThan(1e-4);
        if (kept.includes(k)) await expectParameters(state.params, `params_${kind}_step${k}`, k * 1e-3);
        if (facts.params[k]) expectNorms(await leavesOf(state.params), facts.params[k], 1e-4);
        if (k === 5 && facts.state_after_5) {
          const [, [adam]] = state.optState as readonly [unknown, readonly [AdamState, ...unknown[]]];
          expect(adam.count.item()).toBe(facts.state_after_5.count);
          expectNorms(await leavesOf(adam.mu), facts.state_after_5.mu, 1e-4);
          expectNorms(await leavesOf(adam.nu), facts.state_after_5.nu, 1e-4);
        }
      }
      expect(facts.loss.length).toBe(20);
    });

    async function expectParameters(params: Params, file: string, reach: number): Promise<void> {
      const expected = await leavesOf(await c.paramsOf(file, 'params'));
      const got = await leavesOf(params);
      expect(relativeL2(got, expected)).toBeLessThan(1e-4);
      let worstSure = 0;
      let worst = 0;
      for (const [key, gradient] of gradients) {
        const [ours, theirs] = [got.get(key) as ArrayLike<number>, expected.get(key) as ArrayLike<number>];
        expect(ours.length).toBe(theirs.length);
        for (let i = 0; i < theirs.length; i++) {
          const difference = Math.abs(ours[i] - theirs[i]);
          if (Math.abs(gradient[i]) >= 1e-5) worstSure = Math.max(worstSure, difference);
          worst = Math.max(worst, difference);
        }
      }
      expect(worstSure).toBeLessThan(1e-5);
      expect(worst).toBeLessThan(reach);
    }
  });
}

interface AdamState {
  readonly count: NdArray;
  readonly mu: Params;
  readonly nu: Params;
}

/** Each tensor's Euclidean norm to a relative tolerance, and its sum to the same share of the sum of magnitudes. */
function expectNorms(
  got: Map<string, ArrayLike<number>>,
  expected: Readonly<Record<string, Norms>>,
  tolerance: number,
): void {
  expect([...got.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [key, { l2, sum }] of Object.entries(expected)) {
    const values = Array.from(got.get(key) ?? []);
    const norm = Math.sqrt(values.reduce((total, x) => total + x * x, 0));
    const magnitude = values.reduce((total, x) => total + Math.abs(x), 0);
    const total = values.reduce((a, x) => a + x, 0);
    expect(Math.abs(norm - l2), `norm of ${key}`).toBeLessThanOrEqual(tolerance * l2);
    expect(Math.abs(total - sum), `sum of ${key}`).toBeLessThanOrEqual(tolerance * magnitude);
  }
}
