/**
 * The mutation test: laws are run on a program that contains a primitive with a wrong rule. They must notice, and name it.
 */
import { type AnyPrimitive, allPrimitives, type NdArray } from 'fluxion/extend';
import { type AnyLaw, checkLaw, type LawResult, primitiveCases, primitiveLaws } from 'fluxion/laws';
import * as operations from '../../src/primitive/index.js';
import type { Mutant } from './mutants/generated.js';
import { mutated, substituted } from './mutants/substitute.js';

/** A program around the function: something before it, something after it, something beside it. */
const inProgram =
  (f: (...args: NdArray[]) => unknown) =>
  (...args: NdArray[]): NdArray[] => {
    const outputs = f(...args) as NdArray[];
    return outputs.map((y) => {
      if (!y.dtype.startsWith('float')) return y;
      return operations.tanh(operations.square(operations.add(y, operations.like(y, 0.25))));
    });
  };

export interface Verdict {
  readonly mutant: string;
  readonly caughtBy: string | null;
  readonly runs: number;
  readonly blamed: string | null;
  readonly right: boolean;
}

/** Runs laws until one is broken. */
export function firstBroken(laws: readonly AnyLaw[], runs: number, seed: number): LawResult | null {
  for (const law of laws) {
    const result = checkLaw(law, { runs, seed, time: 20_000 });
    if (result.status === 'broken') return result;
  }
  return null;
}

/** Whether the laws catch a mutant, within how many runs of which law, and whom they blame. */
export function judgeMutant({ name, primitive, mutation }: Mutant, runs = 200, seed = 1): Verdict {
  const original = allPrimitives().get(primitive) as AnyPrimitive;
  const mutant = mutated(original, mutation);
  const source = primitiveCases[primitive];
  const cases = source.cases.map(({ args, f }) => ({ args, f: inProgram(substituted(original, mutant, f)) }));
  // The exact and the kink laws are about the primitive alone; a user's program has neither.
  const laws = primitiveLaws(primitive, { ...source, cases, exact: undefined }).filter(
    (law) => !/ties share|between the slopes/.test(law.name),
  );
  const broken = firstBroken(laws, runs, seed);
  const blame = broken?.failure?.blame ?? null;
  return {
    mutant: name,
    caughtBy: broken?.law.name ?? null,
    runs: broken?.runs ?? runs,
    blamed: blame && `${blame.primitive} (${blame.fault.primitive}, ${blame.fault.rule})`,
    right: blame !== null && blame.primitive === primitive && blame.fault.primitive === primitive,
  };
}
