/** The forward pass, its inside and its losses, against DeepMind's numbers. */
import { beforeAll, expect, it } from 'vitest';
import { casting } from '../../src/graphcast/index.js';
import { jit } from '../../src/index.js';
import type { Dataset } from '../../src/xarray/index.js';
import type { GoldenArray } from '../helpers/golden-npz.js';
import {
  applied,
  describeGoldenXla,
  type GoldenCase,
  loadCase,
  lossAndParts,
  maxError,
  numbers,
  relativeError,
} from './golden-case.js';

for (const name of ['case_a', 'case_b'] as const) {
  describeGoldenXla(`GraphCast forwards on DeepMind's numbers, ${name}`, () => {
    let c: GoldenCase;
    let forward: Readonly<Record<string, GoldenArray>>;
    beforeAll(async () => {
      c = await loadCase(name);
      forward = await c.npz('forward');
    });

    const expectForecast = async (actual: Dataset, kind: string, tolerance: number): Promise<void> => {
      for (const variable of c.checkpoint.taskConfig.targetVariables) {
        const expected = forward[`${kind}:${variable}`];
        const got = actual.get(variable);
        expect(got.shape).toEqual(expected.shape);
        expect(maxError(await numbers(got.data), expected.data)).toBeLessThan(tolerance);
      }
    };

    it('makes the same values between its parts', async () => {
      const [inputs, forcings] = c.normalized();
      const inside = jit(applied(() => c.network().activations(inputs, forcings)))(c.checkpoint.params, c.oneStep);
      const expected = await c.npz('intermediates');
      const pairs = {
        grid_node_input_features: inside.gridFeatures,
        latent_mesh_after_encoder: inside.encodedMesh,
        latent_grid_after_encoder: inside.encodedGrid,
        latent_mesh_after_processor: inside.processedMesh,
        output_grid_nodes: inside.output,
      };
      for (const [key, array] of Object.entries(pairs)) {
        const values = await numbers(array);
        const [, batch, channels] = array.shape;
        const kept = Array.from(expected[`${key}_rows`].data, (row) =>
          Array.from({ length: channels }, (_, k) => values[row * batch * channels + k]),
        );
        expect(expected[key].shape).toEqual([kept.length, channels]);
        expect(maxError(kept.flat(), expected[key].data)).toBeLessThan(1e-5);
      }
    });

    it('makes the same normalized forecast', async () => {
      const raw = jit(
        applied(({ targets }) => {
          const [inputs, forcings] = c.normalized();
          return c.network().call(inputs, targets, forcings);
        }),
      );
      await expectForecast(raw(c.checkpoint.params, c.oneStep), 'raw', 1e-5);
    });

    it('makes the same forecast in physical units', async () => {
      const wrapped = jit(
        applied(({ inputs, targets, forcings }) => c.predictor('plain').call(inputs, targets, forcings)),
      );
      await expectForecast(wrapped(c.checkpoint.params, c.oneStep), 'wrapped', 2e-6);
    });

    it('has the same loss, by variable and by batch element', async () => {
      const [loss, { perBatch, parts }] = jit(lossAndParts(() => c.predictor('plain')))(c.checkpoint.params, c.oneStep);
      const want = c.json('loss').one_step.float32;
      expect(relativeError(loss.item(), want.loss)).toBeLessThan(5e-6);
      const expectAll = async (got: ArrayLike<number>, expected: readonly number[]): Promise<void> => {
        expect(got.length).toBe(expected.length);
        expected.forEach((x, i) => {
          expect(relativeError(got[i], x)).toBeLessThan(5e-6);
        });
      };
      await expectAll(await numbers(perBatch), want.per_batch);
      expect(Object.keys(parts).sort()).toEqual(Object.keys(want.per_variable).sort());
      for (const [variable, part] of Object.entries(parts)) {
        await expectAll(await numbers(part), want.per_variable_per_batch[variable]);
        expect(relativeError(part.mean().item(), want.per_variable[variable])).toBeLessThan(5e-6);
      }
    });

    // The golden data of case_b has no forecast in bfloat16.
    it.runIf(name === 'case_a')('makes nearly the same forecast in bfloat16, as float32', async () => {
      const raw16 = jit(
        applied(({ targets }) => {
          const [inputs, forcings] = c.normalized();
          return new casting.Bfloat16Cast(c.network()).call(inputs, targets, forcings);
        }),
      );
      const predictions = raw16(c.checkpoint.params, c.oneStep);
      expect(predictions.get('temperature').dtype).toBe('float32');
      await expectForecast(predictions, 'raw_bf16', 5e-2);
    });

    it('has nearly the same loss in bfloat16, as float32', async () => {
      const c16 = jit(lossAndParts(() => c.predictor('bfloat16')));
      const [loss, { parts }] = c16(c.checkpoint.params, c.oneStep);
      const want = c.json('loss').one_step.bfloat16;
      expect(loss.dtype).toBe('float32');
      expect(relativeError(loss.item(), want.loss)).toBeLessThan(1e-2);
      for (const [variable, x] of Object.entries(want.per_variable)) {
        expect(relativeError(parts[variable].mean().item(), x)).toBeLessThan(1e-2);
      }
    });
  });
}
