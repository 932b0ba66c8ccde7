import { checkLaws, randomLaws } from 'fluxion/laws';
import { expect, test } from 'vitest';

test('keys and samplers keep their laws', async () => {
  const report = await checkLaws(randomLaws(), { runs: 5, seed: 11, time: 10_000 });
  expect(report.results.every((r) => r.status === 'held')).toBe(true);
});
