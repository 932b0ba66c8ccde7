/**
 * Where a step's time goes: a jitted function is staged, compiled and run some times under the clock, and what it
 * computes is counted equation by equation.
 *
 *     const { text, trace } = await profile(trainStep, { steps: 20 })(params, optState, batch);
 *
 * The device's part of a step begins when the engine is given the program and ends when the results are there; the host's
 * part is what the call takes besides. The two overlap where the engine works in the background.
 */
import { NdArray } from '../array/array.js';
import type { MemoryAnalysis } from '../engine/engine.js';
import { currentEngine } from '../engine/registry.js';
import { InvalidArgument } from '../error/error.js';
import { copy } from '../primitive/convert.js';
import { blockUntilReady } from '../transform/device.js';
import { watchRuns } from '../transform/dispatch.js';
import { type Jitted, jit } from '../transform/jit.js';
import { map } from '../tree/map.js';
import type { Arrays } from '../tree/types.js';
import { equationCosts } from './cost.js';
import { costByLine, type LineCost } from './lines.js';
import { profileText } from './text.js';
import { type ChromeTrace, chromeTrace, type Span } from './trace.js';

/** Options of `profile`. */
export interface ProfileOptions<A extends readonly unknown[], R> {
  /** Steps that are measured. @default 10 */
  readonly steps?: number;
  /** Steps before them that are not. @default 2 */
  readonly warmup?: number;
  /**
   * The next step's arguments, from a step's result and its arguments. Without it each step is given a copy of the first
   * arguments, made before its clock starts, so that arguments may be donated.
   */
  readonly next?: (result: Arrays<R>, args: A) => A;
}

/** Milliseconds. */
export interface StepTime {
  /** From the call until the results were there. */
  readonly total: number;
  /** From when the engine was given the program until the results were there. */
  readonly device: number;
  /** What the call took outside of the engine. */
  readonly host: number;
}

/** Where the time of a program goes: stages, steps, and costs by line. */
export interface Profile {
  readonly name: string;
  readonly engine: string;
  /** Milliseconds of staging, lowering to the engine's text, and compiling (or finding in the cache on disk). */
  readonly stages: { readonly trace: number; readonly lower: number; readonly compile: number };
  readonly steps: readonly StepTime[];
  /** What the program's equations add up to. */
  readonly cost: { readonly flops: number; readonly bytes: number };
  /** The same by the user's lines, the dearest first. */
  readonly lines: readonly LineCost[];
  /** What the compiler says of the optimized program (`flops`, `bytes accessed`); null where the engine says nothing. */
  readonly compilerCost: Readonly<Record<string, number>> | null;
  readonly memory: MemoryAnalysis | null;
  /** For Perfetto or `chrome://tracing`. */
  readonly trace: ChromeTrace;
  /** The whole for people. */
  readonly text: string;
}

const isJitted = <A extends readonly unknown[], R>(f: ((...args: A) => R) | Jitted<A, R>): f is Jitted<A, R> =>
  'trace' in f && 'lower' in f;

/** Copies of all arrays of the arguments, in memory of their own. */
async function copies<A extends readonly unknown[]>(args: A): Promise<A> {
  const own = map((leaf: unknown) => (leaf instanceof NdArray ? copy(leaf) : leaf), args) as unknown as A;
  await blockUntilReady(own);
  return own;
}

interface Run {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** A call under the clock, with the programs that it ran. */
function watched<R>(call: () => R): {
  readonly result: R;
  readonly begin: number;
  readonly returned: number;
  readonly runs: Run[];
} {
  const runs: Run[] = [];
  const before = watchRuns((name, begin, end) => runs.push({ name, begin, end }));
  try {
    const begin = performance.now();
    const result = call();
    return { result, begin, returned: performance.now(), runs };
  } finally {
    watchRuns(before);
  }
}

function count(argument: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new InvalidArgument({
    op: 'profile',
    argument,
    expected: `a whole number of at least ${least}`,
    actual: `${value}`,
  });
}

/**
 * The profile of a function; a plain one is jitted. The function returned takes the arguments of the first step.
 *
 * @throws InvalidArgument when `steps` or `warmup` is no count; whatever the function throws while it is traced
 */
export function profile<A extends readonly unknown[], R>(
  f: ((...args: A) => R) | Jitted<A, R>,
  options: ProfileOptions<A, R> = {},
): (...args: A) => Promise<Profile> {
  const { steps = 10, warmup = 2, next } = options;
  count('steps', steps, 1);
  count('warmup', warmup, 0);
  const step: Jitted<A, R> = isJitted(f) ? f : jit(f);
  return async (...first) => {
    const spans: Span[] = [];
    const staged = <T>(name: string, work: () => T): T => {
      const begin = performance.now();
      const result = work();
      spans.push({ name, track: 'host', begin, end: performance.now() });
      return result;
    };
    const traced = staged('trace', () => step.trace(...first));
    const lowered = traced.lower();
    staged('lower', () => lowered.asText());
    const compiled = staged('compile', () => lowered.compile());
    const stages = spans.map(({ begin, end }) => end - begin);

    const times: StepTime[] = [];
    let args = next ? first : await copies(first);
    for (let k = -warmup; k < steps; k++) {
      if (!next) args = await copies(first);
      const call = watched(() => step(...args));
      await blockUntilReady(call.result);
      const end = performance.now();
      if (next) args = next(call.result, args);
      if (k < 0) continue;
      const { begin, returned, runs } = call;
      const given = runs[0]?.begin ?? returned;
      const inEngine = runs.reduce((sum, run) => sum + run.end - run.begin, 0);
      times.push({ total: end - begin, device: end - given, host: returned - begin - inEngine });
      spans.push({ name: `step ${k}`, track: 'host', begin, end: returned });
      for (const [i, run] of runs.entries()) {
        const until = runs[i + 1]?.begin ?? end;
        spans.push({ name: run.name, track: 'device', begin: run.begin, end: until, args: { step: k } });
      }
    }

    const costs = equationCosts(lowered.jaxpr);
    const total = (of: 'flops' | 'bytes'): number => costs.reduce((sum, cost) => sum + cost[of], 0);
    const found = {
      name: step.name,
      engine: currentEngine().name,
      stages: { trace: stages[0], lower: stages[1], compile: stages[2] },
      steps: times,
      cost: { flops: total('flops'), bytes: total('bytes') },
      lines: costByLine(costs),
      compilerCost: compiled.costAnalysis(),
      memory: compiled.memoryAnalysis(),
    };
    return { ...found, trace: chromeTrace(step.name, spans), text: profileText(found) };
  };
}
