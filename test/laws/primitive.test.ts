import { allPrimitives } from 'fluxion/extend';
import { examineLaws, failureText, primitiveCases, primitiveLaws } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

const runs = Number(process.env.FLUXION_LAW_RUNS ?? 3);

describe('every rule of every primitive', () => {
  for (const name of Object.keys(primitiveCases)) {
    test(`${name} keeps its laws`, async () => {
      const report = await examineLaws(primitiveLaws(name), { runs, seed: 17, time: 5000 });
      expect(report.broken.map(failureText).join('\n\n')).toBe('');
    });
  }
});

test('every primitive has cases', () => {
  const carrying = ['jit', 'checkpoint'];
  const missing = [...allPrimitives().keys()].filter((name) => !(name in primitiveCases) && !carrying.includes(name));
  expect(missing).toEqual([]);
});
