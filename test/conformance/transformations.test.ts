/**
 * Every differentiable callable through every transformation, as JAX has it: value, jvp, vjp, vmap and vmap of vjp. Eagerly
 * on the judge, call by call; compiled on each engine, many calls in one program, so that jit is eager too.
 */
import { config, jit, type NdArray } from 'fluxion';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeEngines } from '../helpers/engines.js';
import { type Answers, type ConformanceCase, casesOf, differences, MODULES, prepare } from './cases.js';

const title = (c: ConformanceCase): string =>
  `${c.op}(${c.args.map((arg) => JSON.stringify(arg)).join(', ')}) of ${c.inputs.map((x) => `${x.dtype}[${x.shape}]`)}`;

/** Calls that are compiled together. */
const TOGETHER = 32;

const chunks = (cases: readonly ConformanceCase[]): ConformanceCase[][] =>
  Array.from({ length: Math.ceil(cases.length / TOGETHER) }, (_, i) => cases.slice(i * TOGETHER, (i + 1) * TOGETHER));

for (const module of MODULES) {
  describe(`${module}, call by call`, () => {
    beforeAll(() => config.update('engine', 'reference'));
    for (const c of casesOf(module)) {
      test(title(c), () => {
        const { inputs, answer } = prepare(c);
        expect(differences(c, answer(inputs))).toEqual([]);
      });
    }
  });
}

/** What XLA compiles every time; all the rest takes minutes, with FLUXION_TEST_LONG=1. */
const QUICK: readonly string[] = ['lax', 'ops'];
const waits = (module: string): boolean =>
  config.read('engine') === 'xla' && !process.env.FLUXION_TEST_LONG && !QUICK.includes(module);

describeEngines(() => {
  for (const module of MODULES) {
    for (const chunk of chunks(casesOf(module))) {
      test(`${module}, compiled together: ${chunk[0].op} to ${chunk.at(-1)?.op}`, ({ skip }) => {
        skip(waits(module), 'minutes on XLA: FLUXION_TEST_LONG=1 runs it');
        const prepared = chunk.map((c) => prepare(c));
        const together = jit((all: readonly (readonly NdArray[])[]) => prepared.map(({ answer }, i) => answer(all[i])));
        const answers = together(prepared.map(({ inputs }) => inputs)) as unknown as readonly Answers[];
        expect(chunk.flatMap((c, i) => differences(c, answers[i]))).toEqual([]);
      });
    }
  }
});
