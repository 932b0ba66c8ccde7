/** DeepMind's checkpoint files: read, written back, refused when they are something else; and the parameters' beginning. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CheckpointMismatch, dump, load, type Params } from '../../src/graphcast/checkpoint.js';
import '../../src/graphcast/index.js';
import type { Batch } from '../../src/graphcast/train.js';
import * as hk from '../../src/haiku/index.js';
import { jit } from '../../src/index.js';
import { readNpz, writeNpz } from '../../src/io/npz.js';
import * as random from '../../src/random/index.js';
import { failure, run } from '../helpers/either.js';
import { describeGolden, golden } from '../helpers/golden.js';
import { temporaryFolder } from '../helpers/xla.js';
import { describeGoldenXla, leavesOf, loadCase } from './golden-case.js';

for (const name of ['case_a', 'case_b'] as const) {
  const path = golden(`graphcast/${name}/checkpoint.npz`);

  describeGolden(`a checkpoint of DeepMind's, ${name}`, () => {
    it('reads and writes back equal: the same entries, of the same type and shape, value by value', async () => {
      const copy = join(temporaryFolder(), 'checkpoint.npz');
      await run(dump(copy, await run(load(path))));
      const [ours, theirs] = [await run(readNpz(copy)), await run(readNpz(path))];
      expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
      for (const [key, value] of Object.entries(theirs)) expect(ours[key], key).toEqual(value);
    });

    it('is the same after another round, byte by byte', async () => {
      const folder = temporaryFolder();
      const [first, second] = [join(folder, '1.npz'), join(folder, '2.npz')];
      await run(dump(first, await run(load(path))));
      await run(dump(second, await run(load(first))));
      expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
    });

    it('without one of its entries is an error that names it', async () => {
      const broken = join(temporaryFolder(), 'broken.npz');
      const { 'model_config:latent_size': _, ...rest } = await run(readNpz(path));
      await run(writeNpz(broken, rest));
      const error = await failure(load(broken));
      expect(error).toBeInstanceOf(CheckpointMismatch);
      expect(error.message).toContain(broken);
      expect(error.message).toContain('model_config:latent_size');
    });
  });

  describeGoldenXla(`new parameters of GraphCast and haiku's, ${name}`, () => {
    it('have the same names, shapes and distribution', async () => {
      const c = await loadCase(name);
      const { init } = hk.transform(({ inputs, targets, forcings }: Batch) => {
        c.predictor('plain').call(inputs, targets, forcings);
      });
      const params = jit((key: hk.Rng, batch: Batch) => init(key, batch))(random.PRNGKey(0), c.oneStep) as Params;
      const stats = c.json('init_stats');
      const leaves = await leavesOf(params);
      expect([...leaves.keys()].sort()).toEqual(Object.keys(stats).sort());
      for (const [key, want] of Object.entries(stats)) {
        const [module, leaf] = key.split(':');
        expect(params[module][leaf].shape, key).toEqual(want.shape);
        const values = Array.from(leaves.get(key) ?? []);
        if (want.std === 0) {
          expect(
            values.every((x) => x === want.mean),
            key,
          ).toBe(true);
          continue;
        }
        // haiku's default: a normal of deviation 1 / sqrt(inputs), cut off at two deviations, which leaves 0.88 of it.
        const cut = 2 / Math.sqrt(want.shape[0]);
        const deviation = (0.8796256610342398 * cut) / 2;
        const n = values.length;
        const mean = values.reduce((a, x) => a + x, 0) / n;
        const std = Math.sqrt(values.reduce((a, x) => a + (x - mean) ** 2, 0) / n);
        // Five standard errors of the mean, and of the deviation, whose kurtosis is below a normal's.
        expect(Math.abs(mean), key).toBeLessThan((5 * deviation) / Math.sqrt(n));
        expect(Math.abs(std - deviation), key).toBeLessThan((5 * deviation) / Math.sqrt(2 * n));
        expect(Math.abs(want.std - deviation), key).toBeLessThan((5 * deviation) / Math.sqrt(2 * n));
        expect(Math.max(...values.map(Math.abs)), key).toBeLessThanOrEqual(Math.fround(cut));
      }
    });
  });
}
