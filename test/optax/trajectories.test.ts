/**
 * Ten steps of every transformation, as optax takes them: updates, parameters, states.
 *
 * Differences are relative to the largest number that a leaf has had in the ten steps: near a minimum, updates are
 * differences of much larger numbers.
 */
import { describe, expect, test } from 'vitest';
import { keyData } from '../../src/random/index.js';
import type { JsonArray } from '../helpers/fixtures.js';
import { config, type NdArray, tree } from './fluxion.js';
import { leavesByPath, nest, readJson, type Trajectory, type TrajectoryFile, walk } from './trajectory.js';

config.update('engine', 'reference');

/** Rounding of float32 and bfloat16, a few times over. */
const ROUNDING = { float32: 1e-6, bfloat16: 2 ** -6 } as const;

interface Allowance {
  /** Multiplies what is allowed. Default 1. */
  readonly times?: number;
  /** Whether updates are measured by the parameters, too. Default false. */
  readonly byParams?: boolean;
  /** How many of the steps are compared; the states after them are not when there are fewer. Default 10. */
  readonly steps?: number;
  readonly reason: string;
}

/** Where more is allowed, and why: each because it was measured, none larger than twice what was. */
const ALLOWANCES: readonly (readonly [when: (c: Trajectory) => boolean, allowance: Allowance])[] = [
  [
    (c) => c.name.endsWith('alore') && JSON.stringify(c.args).includes('updateProjGap'),
    { steps: 3, reason: 'the sign of a singular vector is arbitrary, and momentum outlives a change of basis' },
  ],
  [
    (c) => c.name === 'lbfgs' && c.tree === 'mixed',
    { steps: 1, reason: 'inner products mix the leaves, so that bfloat16 rounds all of them' },
  ],
  [
    (c) => c.name === 'lbfgs' && JSON.stringify(c.args) === '[{"memorySize":2}]',
    { steps: 4, reason: 'at the minimum, where it is after four steps, weights are quotients of roundings' },
  ],
  [
    (c) => c.name === 'scaleByBacktrackingLinesearch' && JSON.stringify(c.args).includes('maxLearningRate'),
    { steps: 6, reason: 'at the minimum, the search divides rounding by rounding' },
  ],
  [(c) => /[Ss]cheduleFree|adgrad/.test(c.name), { byParams: true, reason: 'updates are differences of parameters' }],
  [(c) => /dadapt|prodigy/.test(c.name), { times: 15, reason: 'the step size is a quotient of sums that cancel' }],
  [(c) => c.name === 'contrib.dowg', { times: 2, reason: 'the distance from the start is a difference of parameters' }],
  [(c) => /[Mm]uon/.test(c.name), { times: 4, reason: 'each iteration multiplies small singular values by 3.4' }],
  [
    (c) => c.name === 'scaleByTrustRatio' && c.tree === 'mixed',
    {
      times: 2,
      reason: 'a bfloat16 parameter that rounded the other way changes the norm that the next step divides by',
    },
  ],
];

const allowanceOf = (c: Trajectory): Allowance => ALLOWANCES.find(([when]) => when(c))?.[1] ?? { reason: '' };

const numbers = (x: NdArray): number[] => ([x.jsSync()] as unknown[]).flat(Number.POSITIVE_INFINITY).map(Number);
const largest = (xs: readonly number[]): number =>
  xs.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m), 0);

function expectClose(
  actual: NdArray,
  expected: readonly unknown[],
  scale: number,
  factor: number,
  what: string,
  dtype: string = actual.dtype,
): void {
  const values = numbers(actual);
  const wanted = expected.flat(Number.POSITIVE_INFINITY).map(Number);
  expect(values.length, what).toBe(wanted.length);
  const relative = dtype === 'bfloat16' ? ROUNDING.bfloat16 : dtype === 'float32' ? ROUNDING.float32 : 0;
  for (const [i, value] of values.entries()) {
    const same = Object.is(value, wanted[i]) || value === wanted[i];
    const close = same || Math.abs(value - wanted[i]) <= factor * relative * Math.max(scale, largest(wanted));
    expect(close, `${what}[${i}] is ${value}, optax has ${wanted[i]} (scale ${scale})`).toBe(true);
  }
}

const title = (c: Trajectory): string =>
  `${c.name}(${c.args.map((a) => JSON.stringify(a)).join(', ')}) on the ${c.tree} tree`;

function check(file: TrajectoryFile, c: Trajectory): void {
  const { times = 1, byParams = false, steps: compared = 10 } = allowanceOf(c);
  const steps = walk(file, c);
  const paramScale = Math.max(...(tree.leaves(nest(file.trees[c.tree])) as NdArray[]).map((x) => largest(numbers(x))));
  for (const [i, step] of steps.slice(0, compared).entries()) {
    for (const [k, u] of (tree.leaves(step.updates) as NdArray[]).entries()) {
      const scale = Math.max(largest(c.updates.flatMap((all) => all[k].map(Number))), byParams ? paramScale : 0);
      expectClose(u, c.updates[i][k], scale, times, `step ${i + 1}, update ${k}`, c.params[k]?.dtype);
    }
  }
  const last = steps[steps.length - 1];
  for (const [k, p] of (tree.leaves(last.params) as NdArray[]).entries()) {
    expect(p.dtype).toBe(c.params[k].dtype);
    if (compared === 10) expectClose(p, c.params[k].data, paramScale, times, `parameter ${k}`);
  }
  const states: readonly (readonly [unknown, Readonly<Record<string, JsonArray>>, string])[] = [
    [steps[0].state, c.stateAfterOne, 'state after one step'],
    [last.state, c.state, 'state'],
  ];
  for (const [state, expected, what] of states) {
    const found = leavesByPath(state);
    expect(Object.keys(found).sort(), what).toEqual(Object.keys(expected).sort());
    for (const [path, array] of Object.entries(expected)) {
      const x = found[path];
      expect(`${x.dtype}[${x.shape}]`, `${what}, ${path}`).toBe(`${array.dtype}[${array.shape}]`);
      if (what === 'state' && compared < 10) continue;
      if (x.dtype === ('key<fry>' as string)) {
        const words = Array.from(keyData(x as never).dataSync(), Number);
        expect(words, `${what}, ${path}`).toEqual(array.data.map(Number));
        continue;
      }
      const scale = Math.max(
        largest(array.data.map(Number)),
        paramScale,
        largest((expected['1/value'] ?? expected.value)?.data.map(Number) ?? []),
      );
      expectClose(x, array.data, scale, times, `${what}, ${path}`);
    }
  }
}

for (const name of ['aliases', 'transforms', 'wrappers', 'contrib']) {
  const file = readJson(name) as TrajectoryFile;
  describe(`as optax steps (${name})`, () => {
    for (const c of file.cases) test(title(c), () => check(file, c));
  });
}
