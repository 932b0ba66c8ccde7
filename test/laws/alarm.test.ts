/** Correct code raises no alarm: full runs with different seeds. One of them always, twenty with FLUXION_LAW_FULL. */
import { examineLaws, failureText } from 'fluxion/laws';
import { expect, test } from 'vitest';
import { everything } from './everything.js';

const seeds = Array.from({ length: process.env.FLUXION_LAW_FULL ? 20 : 1 }, (_, i) => 1000 + 7919 * i);

test.each(seeds)('no alarm with seed %i', async (seed) => {
  const report = await examineLaws(everything(), { seed, runs: 2, time: 250 });
  expect(report.broken.map(failureText).join('\n\n')).toBe('');
});
