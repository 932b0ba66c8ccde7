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
  // Calls of programs, which the laws of whole functions test, and communication over named axes, which needs some.
  const carrying = ['jit', 'remat2', 'custom_jvp_call', 'custom_vjp_call', 'custom_lin'];
  carrying.push('all_gather', 'reduce_scatter', 'psum', 'pmax', 'pmin', 'axis_index', 'ppermute', 'all_to_all');
  const missing = [...allPrimitives().keys()].filter((name) => !(name in primitiveCases) && !carrying.includes(name));
  expect(missing).toEqual([]);
});
