import * as fc from 'fast-check';
import { type AnyPrimitive, allPrimitives } from 'fluxion/extend';
import { checkLaw, examineLaws, failureText, programLaws, programs, vocabulary } from 'fluxion/laws';
import { expect, test } from 'vitest';
import { generatedMutants } from './mutants/generated.js';
import { mutated, substituted } from './mutants/substitute.js';

const runs = Number(process.env.FLUXION_LAW_RUNS ?? 12);

test('random programs keep all laws', async () => {
  const report = await examineLaws(programLaws(), { runs, seed: 23, time: 30_000 });
  expect(report.broken.map(failureText).join('\n\n')).toBe('');
});

test('the whole vocabulary is spoken', () => {
  const spoken = new Set(
    fc.sample(programs(), { numRuns: 400, seed: 1 }).flatMap((p) => p.steps.map((s) => s.word.text)),
  );
  expect(vocabulary.filter((word) => !spoken.has(word.text)).map((word) => word.text)).toEqual([]);
});

test('a wrong rule is found in random programs, which shrink to a step or two and name it', () => {
  const { primitive, mutation } = generatedMutants.find(
    (m) => m.name === 'tanh: tangent with the wrong sign',
  ) as (typeof generatedMutants)[0];
  const original = allPrimitives().get(primitive) as AnyPrimitive;
  const mutant = mutated(original, mutation);
  const [law] = programLaws({ run: (program) => substituted(original, mutant, program.run) });
  const { status, failure } = checkLaw(law, { runs: 200, seed: 4, time: 30_000 });
  expect(status).toBe('broken');
  expect(failure?.input.match(/const v\d/g)?.length).toBeLessThanOrEqual(2);
  expect(failure?.input).toContain('jnp.tanh');
  expect(failure?.blame).toMatchObject({ primitive: 'tanh', fault: { rule: 'derivative' } });
});
