import { describe, expect, test } from 'vitest';
import { type Call, checkFixture, type Fixture, readFixtures } from '../helpers/fixtures.js';
import { config, type NdArray, tree } from './fluxion.js';
import { call, readJson, resolve } from './trajectory.js';

config.update('engine', 'reference');

const leavesOf = (f: (...args: unknown[]) => unknown): Call =>
  ((...args: unknown[]) => tree.leaves(f(...args)) as NdArray[]) as unknown as Call;

const title = (c: Fixture): string =>
  `${c.op}(${c.args.map((a) => JSON.stringify(a)).join(', ')}) of ${c.inputs.map((x) => `${x.dtype}[${x.shape}]`).join(', ')}`;

for (const name of ['losses', 'functions']) {
  describe(`as optax computes it (${name})`, () => {
    for (const c of readFixtures(`optax/${name}`)) {
      test(title(c), () => {
        // The second result of matrixInversePthRoot is the error that is left, a difference of rounding; and the oracle's
        // rule of scaleGradient gives float64.
        if (c.op === 'matrixInversePthRoot') {
          checkFixture(
            { ...c, outputs: c.outputs.slice(0, 1) },
            ((m: NdArray, p: number) => [(resolve(c.op)(m, p) as NdArray[])[0]]) as unknown as Call,
            { ulps: 16, at: 'array' },
          );
        } else checkFixture(c, leavesOf(resolve(c.op)), { ulps: 16, at: 'array' }, c.op === 'scaleGradient');
      });
    }
  });
}

interface ScheduleCase {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly values: readonly number[];
}

describe('schedules at 200 steps', () => {
  for (const { name, args, values } of (readJson('schedules') as { cases: ScheduleCase[] }).cases) {
    test(`${name}(${args.map((a) => JSON.stringify(a)).join(', ')})`, () => {
      const schedule = call(name, args) as (count: number) => NdArray;
      // Near zero, a schedule is a difference of numbers of the size of its largest value.
      const largest = Math.max(...values.map(Math.abs));
      for (const [count, value] of values.entries()) {
        const difference = Math.abs(schedule(count).item() - value);
        expect(difference <= 1e-6 * Math.abs(value) + 2e-7 * largest, `at ${count}: off by ${difference}`).toBe(true);
      }
    });
  }
});
