/**
 * Random programs in eight modes against what JAX answered: the recorded part of `npm run differential`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { EPSILON } from '../../laws/closeness.js';
import { config } from '../../src/index.js';
import type { JsonArray } from '../helpers/fixtures.js';
import { describeXla } from '../helpers/xla.js';
import { outcomeOf } from './campaign.js';
import { type Case, cases, inWorld, Tally } from './draw.js';
import { applies, MODES } from './modes.js';
import { type Answers, isRefusal } from './peer.js';
import { type Program, printed } from './program.js';

type Recorded = Case & { readonly answers: Answers };

const path = fileURLToPath(new URL('../fixtures/differential/programs.json', import.meta.url));
const recorded = (JSON.parse(readFileSync(path, 'utf8')) as { cases: Recorded[] }).cases;

beforeAll(() => config.update('keyReuse', 'allow'));

const operationsOf = (program: Program): string[] =>
  program.steps.flatMap((step) => [step.op, ...(step.bodies ?? []).flatMap(operationsOf)]);

describe('random programs, as JAX computes them', () => {
  const outcomes = new Tally();
  test.each(recorded.map((c, i) => [i, c.dtype, c] as const))('program %i, of %s', (_, __, c) => {
    for (const mode of MODES) {
      const outcome = outcomeOf(mode, c, c.answers[mode], 'reference');
      outcomes.add(outcome.kind);
      expect(outcome, `${mode} of\n${printed(c.program)}`).not.toHaveProperty('how');
    }
  });

  test('are hardly ever without a verdict', () => {
    const all = [...outcomes.counts.values()].reduce((a, b) => a + b);
    expect(outcomes.counts.get('agrees') ?? 0).toBeGreaterThan(0.9 * all);
    expect(outcomes.counts.get('undecided') ?? 0).toBeLessThan(0.01 * all);
  });

  test('use most of the vocabulary, under loops, branches and calls', () => {
    const used = new Set(recorded.flatMap((c) => operationsOf(c.program)));
    expect(used.size).toBeGreaterThan(90);
    for (const op of ['scan', 'foriLoop', 'whileLoop', 'cond', 'switch', 'map', 'jit', 'checkpoint', 'customVjp']) {
      expect(used).toContain(op);
    }
  });
});

describeXla('random programs compiled by XLA', () => {
  // A compilation for each: a part of them here, all of them by `npm run differential`.
  const some = recorded.filter((_, i) => i % 6 === 0);
  test.each(some.map((c, i) => [6 * i, c] as const))('program %i', (_, c) => {
    const outcome = outcomeOf('jit', c, c.answers.jit, 'xla');
    expect(outcome, printed(c.program)).not.toHaveProperty('how');
  });
});

describe('the comparison', () => {
  /** The answer with its largest number changed in proportion. */
  const falsified = (answer: readonly JsonArray[], by: number): JsonArray[] | null => {
    const flat = answer.flatMap((y, k) => y.data.map((v, i) => ({ k, i, v: Number(v) })));
    const floats = flat.filter(({ k }) => EPSILON[answer[k].dtype] !== undefined);
    const worst = floats.reduce((a, b) => (Math.abs(b.v) > Math.abs(a.v) ? b : a), { k: -1, i: -1, v: 0 });
    if (!Number.isFinite(worst.v) || Math.abs(worst.v) < 0.5) return null;
    return answer.map((y, k) =>
      k === worst.k ? { ...y, data: y.data.map((v, i) => (i === worst.i ? worst.v * (1 + by) : v)) } : y,
    );
  };

  test.each(MODES)('notices a wrong number in %s', (mode) => {
    let judged = 0;
    for (const c of recorded) {
      const answer = c.answers[mode];
      if (answer === null || isRefusal(answer) || c.dtype === 'bfloat16' || c.dtype === 'float16') continue;
      if (/float16/.test(JSON.stringify(c.program)) || /reducePrecision/.test(JSON.stringify(c.program))) continue;
      const wrong = falsified(answer, 1e-3);
      if (wrong === null) continue;
      judged++;
      expect(outcomeOf(mode, c, wrong, 'reference').kind, printed(c.program)).not.toBe('agrees');
      if (judged >= 12) break;
    }
    expect(judged).toBeGreaterThan(5);
  });

  test('notices a wrong type', () => {
    const [c] = recorded;
    const answer = c.answers.eval as readonly JsonArray[];
    const wrong = answer.map((y, i) => (i === 0 ? { ...y, shape: [1, ...y.shape] } : y));
    expect(outcomeOf('eval', c, wrong, 'reference')).toMatchObject({ kind: 'differs' });
  });

  test('leaves a program undecided whose rounding decides', () => {
    const ill: Case = {
      dtype: 'float64',
      program: {
        arity: 1,
        steps: [
          { op: 'sin', args: ['$0'] },
          { op: 'sin', args: ['$0'] },
          { op: 'sub', args: ['$1', '$2'] },
          { op: 'sign', args: ['$3'] },
        ],
        outputs: ['$4'],
      },
      inputs: [{ dtype: 'float64', shape: [], data: [0.5] }],
      tangents: [{ dtype: 'float64', shape: [], data: [1] }],
      cotangents: [{ dtype: 'float64', shape: [], data: [1] }],
      inAxes: [0],
      rows: [{ dtype: 'float64', shape: [2], data: [0.5, 0.5] }],
    };
    const claimed: JsonArray[] = [{ dtype: 'float64', shape: [], data: [1] }];
    expect(outcomeOf('eval', ill, claimed, 'reference').kind).toBe('undecided');
  });
});

describe('drawing', () => {
  test('gives the same programs for the same seed, and shrinks', async () => {
    const draw = () => fc.sample(cases({ maxSteps: 6 }), { seed: 11, numRuns: 5 });
    expect(JSON.stringify(draw())).toBe(JSON.stringify(draw()));
    const property = fc.property(cases({ maxSteps: 8 }), (c) => !operationsOf(c.program).includes('tanh'));
    const found = fc.check(property, { seed: 3, numRuns: 300 });
    expect(found.failed).toBe(true);
    const [smallest] = found.counterexample as [Case];
    expect(operationsOf(smallest.program)).toContain('tanh');
    expect(smallest.program.steps.length).toBeLessThanOrEqual(3);
  });

  test('counts what it leaves out', () => {
    const discarded = new Tally();
    fc.sample(cases({ discarded }), { seed: 5, numRuns: 10 });
    expect([...discarded.counts.keys()]).toContain('no operand of the kind');
  });

  test('knows where a mode has nothing to do', () => {
    const without = { ...recorded[0], tangents: recorded[0].tangents.map(() => null) };
    expect(MODES.filter((mode) => applies(mode, without))).toEqual(['eval', 'vmap', 'jit']);
    expect(inWorld('float64', 'reference', () => config.enableX64)).toBe(true);
  });
});
