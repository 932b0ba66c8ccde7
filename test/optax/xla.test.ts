import { expect, test } from 'vitest';
import { describeXla } from '../helpers/xla.js';
import { config, jit, type NdArray, tree } from './fluxion.js';
import { readJson, type TrajectoryFile, walk } from './trajectory.js';

/** One of each kind: moments, signs, factors, norms, a mask, a schedule. */
const sample = ['adamw', 'lion', 'adafactor', 'lamb', 'rmsprop', 'sgd'];

const numbers = (x: NdArray): number[] => ([x.jsSync()] as unknown[]).flat(Number.POSITIVE_INFINITY).map(Number);

describeXla('ten steps on XLA, jitted, as optax takes them', () => {
  const file = readJson('aliases') as TrajectoryFile;
  for (const name of sample) {
    const [fixture] = file.cases.filter((c) => c.name === name);
    test(`${name}(${fixture.args.map((a) => JSON.stringify(a)).join(', ')})`, () => {
      config.update('engine', 'xla');
      const steps = walk(
        file,
        fixture,
        (tx) => jit((g: unknown, s: unknown, p: unknown) => tx.update(g, s as never, p as never)) as never,
      );
      for (const [i, { updates }] of steps.entries()) {
        for (const [k, u] of (tree.leaves(updates) as NdArray[]).entries()) {
          const wanted = fixture.updates[i][k].map(Number);
          const scale = Math.max(...wanted.map(Math.abs));
          // A jitted update fuses what optax did operation by operation: bfloat16 is rounded less often.
          const relative = fixture.params[k].dtype === 'bfloat16' ? 2 ** -5 : 1e-5;
          for (const [j, value] of numbers(u).entries()) {
            expect(Math.abs(value - wanted[j]), `step ${i + 1}, leaf ${k}[${j}]`).toBeLessThanOrEqual(relative * scale);
          }
        }
      }
    });
  }
});
