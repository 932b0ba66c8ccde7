/**
 * Many programs in all modes, and what came of it.
 */
import * as fc from 'fast-check';
import { FluxionError } from '../../src/index.js';
import { judge, type Verdict } from './compare.js';
import { type Case, cases, inWorld, Tally } from './draw.js';
import { answer, applies, MODES, type Mode } from './modes.js';
import { type Answer, type Answers, isRefusal, type JaxPeer } from './peer.js';
import { printed } from './program.js';

/** What became of one program in one mode. */
export type Outcome = Verdict | { readonly kind: 'nothing to do' } | { readonly kind: 'refused by both' };

/** Asks fluxion, and compares with what JAX said. `jit` is compiled by `engine`, the rest runs on the reference engine. */
export function outcomeOf(mode: Mode, c: Case, theirs: Answer, engine: string): Outcome {
  if (!applies(mode, c) || theirs === null) {
    return applies(mode, c) === (theirs !== null)
      ? { kind: 'nothing to do' }
      : { kind: 'differs', how: 'one side has nothing to do' };
  }
  return inWorld(c.dtype, 'reference', () => {
    try {
      const ours = inWorld(c.dtype, mode === 'jit' ? engine : 'reference', () => {
        const results = answer(mode, c);
        for (const y of results) y.dataSync();
        return results;
      });
      if (!isRefusal(theirs)) return judge(mode, c, ours, theirs);
      // Forward mode through a customVjp whose result nobody uses, or in a branch that is not taken: here it is met when
      // it runs, by JAX when it is written down.
      if (/custom_vjp/.test(theirs.refused))
        return { kind: 'undecided', why: 'refused by JAX in code that does not run' };
      return { kind: 'differs', how: `JAX refuses: ${theirs.refused}` };
    } catch (error) {
      if (isRefusal(theirs) && error instanceof FluxionError && error.tag !== 'InternalError')
        return { kind: 'refused by both' };
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return { kind: 'differs', how: `${message}${isRefusal(theirs) ? `; JAX refuses too: ${theirs.refused}` : ''}` };
    }
  });
}

export interface Disagreement {
  readonly mode: Mode;
  readonly how: string;
  readonly case: Case;
  /** Draws it again: `--seed`. */
  readonly seed: number;
}

export interface Summary {
  readonly programs: number;
  readonly steps: number;
  readonly outcomes: ReadonlyMap<Mode, Tally>;
  readonly discarded: Tally;
  readonly operations: Tally;
  readonly disagreements: readonly Disagreement[];
}

export interface CampaignOptions {
  readonly programs: number;
  readonly seed: number;
  readonly engine: string;
  readonly batch?: number;
  /** Most disagreements that are shrunk to small programs. */
  readonly shrunk?: number;
  readonly onProgress?: (done: number, disagreements: number) => void;
}

/** The first mode in which a case goes wrong. */
function firstWrong(c: Case, theirs: Answers, engine: string): { mode: Mode; how: string } | null {
  for (const mode of MODES) {
    const outcome = outcomeOf(mode, c, theirs[mode], engine);
    if (outcome.kind === 'differs') return { mode, how: outcome.how };
  }
  return null;
}

const countOperations = (c: Case, into: Tally): number => {
  let steps = 0;
  const visit = (program: Case['program']): void => {
    for (const step of program.steps) {
      steps++;
      into.add(step.op);
      step.bodies?.forEach(visit);
    }
  };
  visit(c.program);
  return steps;
};

/** Draws programs, asks JAX and fluxion, compares. */
export async function campaign(peer: JaxPeer, options: CampaignOptions): Promise<Summary> {
  const { programs, seed, engine, batch = 25, shrunk = 5 } = options;
  const discarded = new Tally();
  const operations = new Tally();
  const outcomes = new Map(MODES.map((mode) => [mode, new Tally()]));
  const disagreements: Disagreement[] = [];
  const drawn = cases({ discarded });
  const property = fc.asyncProperty(drawn, async (c) => {
    const [theirs] = await peer.ask([c]);
    const wrong = firstWrong(c, theirs, engine);
    if (wrong) throw new Error(`${wrong.mode}: ${wrong.how}`);
  });
  let steps = 0;
  const batches = Math.ceil(programs / batch);
  const send = (b: number) => {
    const batchSeed = seed + b;
    const numRuns = Math.min(batch, programs - b * batch);
    const list = fc.sample(property as never, { seed: batchSeed, numRuns }).map((one) => (one as [Case])[0]);
    return { batchSeed, list, answers: peer.ask(list) };
  };
  let next = send(0);
  for (let b = 0; b < batches; b++) {
    const { batchSeed, list, answers } = next;
    if (b + 1 < batches) next = send(b + 1);
    const theirs = await answers;
    for (let i = 0; i < list.length; i++) {
      steps += countOperations(list[i], operations);
      let wrong: { mode: Mode; how: string } | null = null;
      for (const mode of MODES) {
        const outcome = outcomeOf(mode, list[i], theirs[i][mode], engine);
        const why = outcome.kind === 'undecided' ? `${outcome.kind}: ${outcome.why}` : outcome.kind;
        (outcomes.get(mode) as Tally).add(why);
        if (outcome.kind === 'differs') wrong ??= { mode, how: outcome.how };
      }
      if (wrong === null) continue;
      const small = disagreements.length < shrunk ? await smallest(property, batchSeed, i) : null;
      if (small === null) disagreements.push({ ...wrong, case: list[i], seed: batchSeed });
      else {
        const again = firstWrong(small, (await peer.ask([small]))[0], engine);
        disagreements.push({ ...(again ?? wrong), case: small, seed: batchSeed });
      }
    }
    options.onProgress?.(Math.min(programs, (b + 1) * batch), disagreements.length);
  }
  return { programs, steps, outcomes, discarded, operations, disagreements };
}

/** The smallest program that fast-check finds below one that fails. */
async function smallest(
  property: fc.IAsyncPropertyWithHooks<[Case]>,
  seed: number,
  index: number,
): Promise<Case | null> {
  const details = await fc.check(property, { seed, path: `${index}`, numRuns: 1, interruptAfterTimeLimit: 60_000 });
  return details.counterexample?.[0] ?? null;
}

/** A disagreement as a person reads it. */
export function report({ mode, how, case: c, seed }: Disagreement): string {
  const inputs = c.inputs.map((x, i) => `  $${i} = ${x.dtype}[${x.shape}] ${JSON.stringify(x.data)}`);
  return [`${mode}: ${how}  (seed ${seed})`, ...inputs, printed(c.program)].join('\n');
}
