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
  // Those that carry a function are tested with it, collectives inside of vmap, those of meshes on several devices
  // (test/sharding), and host functions have no rules.
  const carrying = [
    'jit',
    'remat2',
    'custom_jvp_call',
    'custom_vjp_call',
    'custom_lin',
    'shard_map',
    'sharding_constraint',
  ];
  const missing = [...allPrimitives().values()].filter(
    ({ name, namedAxes, onHost }) => !(name in primitiveCases) && !carrying.includes(name) && !namedAxes && !onHost,
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});
