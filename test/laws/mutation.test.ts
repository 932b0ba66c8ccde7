import { expect, test } from 'vitest';
import { generatedMutants } from './mutants/generated.js';
import { judgeMutant } from './mutation.js';

test('wrong rules are caught within 200 runs, and blamed on the right equation', () => {
  const every = process.env.FLUXION_LAW_FULL ? 1 : 3;
  const chosen = generatedMutants.filter((_, i) => i % every === 0);
  const verdicts = chosen.map((mutant) => judgeMutant(mutant));
  const survivors = verdicts.filter((v) => v.caughtBy === null).map((v) => v.mutant);
  const misblamed = verdicts.filter((v) => v.caughtBy !== null && !v.right);
  expect(verdicts.length).toBeGreaterThanOrEqual(60);
  expect(survivors).toEqual([]);
  expect(misblamed.length / verdicts.length).toBeLessThanOrEqual(0.05);
});
