import { beforeAll, expect, it } from 'vitest';
import type { Params } from '../../src/graphcast/checkpoint.js';
import * as hk from '../../src/haiku/index.js';
import { jit, type NdArray, valueAndGrad } from '../../src/index.js';
import type { Dataset } from '../../src/xarray/index.js';
import { describeGolden } from '../helpers/golden.js';
import { loadCase, maxError } from './golden-case.js';

for (const name of ['case_a', 'case_b'] as const) {
  describeGolden(`GraphCast on DeepMind's numbers, ${name}`, () => {
    let c: Awaited<ReturnType<typeof loadCase>>;
    beforeAll(async () => {
      c = await loadCase(name);
    });

    it('makes the same physical forecast', async () => {
      const forward = hk.transform((i: Dataset, t: Dataset, f: Dataset) => c.predictor('plain').call(i, t, f));
      const predictions = jit((p: Params, i: Dataset, t: Dataset, f: Dataset) => forward.apply(p, null, i, t, f))(
        c.params,
        c.inputs,
        c.targets,
        c.forcings,
      ) as Dataset;
      const expected = await c.npz('forward');
      for (const v of c.checkpoint.taskConfig.targetVariables) {
        const want = expected[`wrapped:${v}`];
        const got = predictions.get(v);
        expect(got.shape).toEqual(want.shape);
        expect(maxError((await got.values()) as Float32Array, want.data)).toBeLessThan(2e-6);
      }
    });

    it('has the same loss, parts and gradients', async () => {
      const { apply } = c.lossFn('plain');
      const f = (p: Params, i: Dataset, t: Dataset, g: Dataset) => {
        const [loss, perBatch, parts] = apply(p, null, i, t, g);
        return [loss, { perBatch, parts }] as const;
      };
      const step = jit(valueAndGrad(f, { hasAux: true }));
      const [[loss, aux], grads] = step(c.params, c.inputs, c.targets, c.forcings);
      const want = c.json('loss').one_step.float32;
      console.log(name, loss.item(), want.loss);
      expect(Math.abs(loss.item() / want.loss - 1)).toBeLessThan(5e-6);
      for (const [v, x] of Object.entries(want.per_variable)) {
        expect(
          Math.abs((aux as { parts: Record<string, NdArray> }).parts[v].mean().item() / (x as number) - 1),
        ).toBeLessThan(5e-6);
      }
      const expected = await c.npz('grads');
      let worst = 0;
      for (const [key, w] of Object.entries(expected)) {
        const [, module, leaf] = key.split(':');
        const e = maxError((await (grads as Params)[module][leaf].data()) as Float32Array, w.data);
        worst = Math.max(worst, e);
      }
      console.log('worst gradient', worst);
      expect(worst).toBeLessThan(5e-5);
    });
  });
}
