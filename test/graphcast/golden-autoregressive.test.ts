/** Two steps with feedback, against DeepMind's numbers: as a scan, recomputed in the backward pass, and in pieces. */
import { beforeAll, expect, it } from 'vitest';
import type { NdArray } from '../../src/array/array.js';
import type { Params } from '../../src/graphcast/checkpoint.js';
import { rollout } from '../../src/graphcast/index.js';
import type { Batch } from '../../src/graphcast/train.js';
import { jit, valueAndGrad } from '../../src/index.js';
import { globalNorm } from '../../src/optax/index.js';
import type { Dataset } from '../../src/xarray/index.js';
import {
  applied,
  describeGoldenXla,
  type GoldenCase,
  leavesOf,
  loadCase,
  lossAndParts,
  maxError,
  type Norms,
  numbers,
  relativeError,
  relativeL2,
} from './golden-case.js';

for (const name of ['case_a', 'case_b'] as const) {
  describeGoldenXla(`GraphCast fed back on DeepMind's numbers, ${name}`, () => {
    let c: GoldenCase;
    beforeAll(async () => {
      c = await loadCase(name);
    });
    const forecast = (wrap: 'plain' | 'autoregressive') =>
      jit(applied(({ inputs, targets, forcings }) => c.predictor(wrap).call(inputs, targets, forcings)));
    const gradient = (wrap: 'autoregressive' | 'checkpointed') =>
      jit(
        valueAndGrad(
          (params: Params, batch: Batch): readonly [NdArray, { parts: { readonly [name: string]: NdArray } }] =>
            lossAndParts(() => c.predictor(wrap))(params, batch),
          { hasAux: true },
        ),
      )(c.checkpoint.params, c.twoSteps);

    it('makes the same predictions', async () => {
      const predictions = forecast('autoregressive')(c.checkpoint.params, c.twoSteps);
      const expected = await c.npz('autoregressive');
      for (const variable of c.checkpoint.taskConfig.targetVariables) {
        const want = expected[`pred:${variable}`];
        // The smaller files have the second step only.
        const got = want.shape[1] === 2 ? predictions.get(variable) : predictions.get(variable).isel({ time: [1] });
        expect(got.shape).toEqual(want.shape);
        expect(maxError(await numbers(got.data), want.data)).toBeLessThan(2e-6);
      }
    });

    it('has the same loss and gradients, with gradient checkpointing and without', async () => {
      const want = c.json('loss').autoregressive_2_steps.float32;
      const gradients: Map<string, ArrayLike<number>>[] = [];
      for (const wrap of ['autoregressive', 'checkpointed'] as const) {
        const [[loss, { parts }], grads] = gradient(wrap);
        expect(relativeError(loss.item(), want.loss)).toBeLessThan(1e-5);
        for (const [variable, x] of Object.entries(want.per_variable)) {
          expect(relativeError(parts[variable].mean().item(), x)).toBeLessThan(1e-5);
        }
        expect(relativeError(globalNorm(grads).item(), want.grad_global_norm)).toBeLessThan(1e-5);
        const leaves = await leavesOf(grads as Params);
        expectL2(leaves, want.grads);
        gradients.push(leaves);
      }
      expect(relativeL2(gradients[1], gradients[0])).toBeLessThan(1e-6);
    });

    it('forecasts in pieces what it forecasts at once', async () => {
      const atOnce = forecast('autoregressive')(c.checkpoint.params, c.twoSteps);
      const one = forecast('plain');
      const { inputs, targets, forcings } = c.twoSteps;
      const predictor: rollout.PredictorFn = (_, i, t, f) =>
        one(c.checkpoint.params, { inputs: i, targets: t, forcings: f }) as Dataset;
      const pieces = rollout.chunkedPrediction(predictor, null, inputs, targets, forcings, { numStepsPerChunk: 1 });
      expect(pieces.coords.time.values).toEqual(targets.coords.time.values);
      for (const variable of pieces.keys()) {
        const [got, want] = [pieces.get(variable), atOnce.get(variable)];
        expect(got.dims).toEqual(want.dims);
        // The original's own difference is up to one float32 of the tensor's maximum.
        expect(maxError(await numbers(got.data), await numbers(want.data))).toBeLessThan(2 ** -22);
      }
    });
  });
}

/** Each gradient's Euclidean norm, to 5e-5 of it. */
function expectL2(got: Map<string, ArrayLike<number>>, expected: Readonly<Record<string, Norms>>): void {
  expect([...got.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [key, { l2 }] of Object.entries(expected)) {
    const norm = Math.hypot(...Array.from(got.get(key) ?? []));
    expect(Math.abs(norm - l2), key).toBeLessThanOrEqual(5e-5 * l2);
  }
}
