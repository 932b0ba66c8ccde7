/**
 * The mutation test: laws are run on a program that contains a primitive with a wrong rule. They must notice, and name it.
 */
import { type AnyPrimitive, allPrimitives, type NdArray } from 'fluxion/extend';
import {
  type AnyLaw,
  checkLaw,
  gradLaws,
  kinkLaws,
  type LawResult,
  optimizerLaws,
  primitiveCases,
  primitiveLaws,
} from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as operations from '../../src/primitive/index.js';
import type { CustomMutant } from './mutants/custom.js';
import type { Mutant } from './mutants/generated.js';
import type { OptimizerMutant } from './mutants/optimizers.js';
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
  /** How often that law was computed until it was broken and its input shrunk. */
  readonly runs: number;
  readonly blamed: string | null;
  /** Whether the blame is right; null where there is no equation to blame. */
  readonly right: boolean | null;
}

/** Runs laws until one is broken. */
export function firstBroken(laws: readonly AnyLaw[], runs: number, seed: number): LawResult | null {
  for (const law of laws) {
    const result = checkLaw(law, { runs, seed, time: 20_000 });
    if (result.status === 'broken') return result;
  }
  return null;
}

const verdict = (mutant: string, broken: LawResult | null, right: Verdict['right']): Verdict => {
  const blame = broken?.failure?.blame ?? null;
  return {
    mutant,
    caughtBy: broken?.law.name ?? null,
    runs: broken?.runs ?? 0,
    blamed: blame && `${blame.primitive} (${blame.fault.primitive}, ${blame.fault.rule})`,
    right,
  };
};

/** Whether the laws catch a primitive with a wrong rule in a program, within how many runs, and whom they blame. */
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
  const blame = broken?.failure?.blame;
  return verdict(name, broken, blame?.primitive === primitive && blame.fault.primitive === primitive);
}

/** Whether the laws of kinks catch a wrong subgradient. */
export function judgeTie({ name, primitive, mutation }: Mutant, runs = 200, seed = 1): Verdict {
  const original = allPrimitives().get(primitive) as AnyPrimitive;
  const mutant = mutated(original, mutation);
  const laws = kinkLaws(primitive, (f) => substituted(original, mutant, f));
  // At a kink there is no derivative that a single equation could be checked against.
  return verdict(name, firstBroken(laws, runs, seed), null);
}

/** Whether a custom derivative with a mistake is caught and named. */
export function judgeCustom({ name, label, f }: CustomMutant, runs = 200, seed = 1): Verdict {
  const args = { x: jnp.array([0.5, -1, 1.5]), w: jnp.array([1, 0.5, -0.75]) };
  const broken = firstBroken(gradLaws(f as never, args, { order: 1 }), runs, seed);
  const blame = broken?.failure?.blame;
  const right = blame?.primitive.startsWith('custom_') === true && (label === '' || blame.label === label);
  return verdict(name, broken, right);
}

/** Whether an optimizer with a mistake is caught. */
export const judgeOptimizer = ({ name, make, facts }: OptimizerMutant, runs = 200, seed = 1): Verdict =>
  verdict(name, firstBroken(optimizerLaws(make, facts), runs, seed), null);
