import { checkLaws, treeLaws } from 'fluxion/laws';
import { expect, test } from 'vitest';

test('trees of any structure keep the laws of fluxion/tree', async () => {
  const report = await checkLaws(treeLaws(), { runs: 100, seed: 5, time: 5000 });
  expect(report.results.every((r) => r.status === 'held')).toBe(true);
});
