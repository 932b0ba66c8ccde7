import { checkLaw, gradLaws } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import { expect, test } from 'vitest';
import { customMutants } from './mutants/custom.js';
import { generatedMutants } from './mutants/generated.js';
import { handmadeMutants, tieMutants } from './mutants/handmade.js';
import { optimizerMutants } from './mutants/optimizers.js';
import { judgeCustom, judgeMutant, judgeOptimizer, judgeTie } from './mutation.js';

/** All generated mutants with FLUXION_LAW_FULL, else every fourth. */
const stride = process.env.FLUXION_LAW_FULL ? 1 : 4;

test('wrong rules are caught within 200 runs, and blamed on the right equation', () => {
  const chosen = [...handmadeMutants, ...generatedMutants.filter((_, i) => i % stride === 0)];
  const verdicts = chosen.map((mutant) => judgeMutant(mutant));
  const survivors = verdicts.filter((v) => v.caughtBy === null).map((v) => v.mutant);
  const misblamed = verdicts.filter((v) => v.caughtBy !== null && !v.right).map((v) => `${v.mutant}: ${v.blamed}`);
  expect(survivors).toEqual([]);
  expect(verdicts.length).toBeGreaterThanOrEqual(60);
  expect(misblamed.length / verdicts.length, misblamed.join('\n')).toBeLessThanOrEqual(0.05);
}, 600_000);

test('wrong ties are caught', () => {
  for (const mutant of tieMutants) expect(judgeTie(mutant).caughtBy, mutant.name).not.toBeNull();
});

test('custom derivatives with mistakes are caught, and named', () => {
  for (const mutant of customMutants) {
    const { caughtBy, right } = judgeCustom(mutant);
    expect(caughtBy, mutant.name).not.toBeNull();
    expect(right, mutant.name).toBe(true);
  }
});

test('optimizers with mistakes are caught', () => {
  const survivors = optimizerMutants.filter((mutant) => judgeOptimizer(mutant).caughtBy === null);
  expect(survivors.map((m) => m.name)).toEqual([]);
});

test('a failure can be replayed by its seed and path', () => {
  const args = { x: jnp.array([0.5, -1, 1.5]), w: jnp.array([1, 0.5, -0.75]) };
  const [law] = gradLaws(customMutants[0].f as never, args);
  const { failure } = checkLaw(law, { runs: 50, seed: 9 });
  const again = checkLaw(law, { runs: 1, seed: failure?.seed, path: failure?.path });
  expect(again.failure?.input).toBe(failure?.input);
});
