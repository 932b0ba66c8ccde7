/**
 * The driver: runs laws with fast-check, and says what came of it.
 *
 * One law is one property. Runs stop at a number or a time, whichever comes first. A failing input is shrunk, its two
 * sides are computed once more, and the equation to blame is looked for.
 */
import * as fc from 'fast-check';
import { type Blame, blameText } from './blame.js';
import { type Difference, difference } from './closeness.js';
import { LawBroken } from './error.js';
import { type AnyLaw, isVacuous, type Sides } from './law.js';
import { lineProgress, type Progress, silent } from './progress.js';
import { failureText } from './report.js';

export interface CheckOptions {
  /** Runs of each law. Default 25, or `FLUXION_LAW_RUNS`; a law that costs much runs less often when nobody says. */
  readonly runs?: number;
  /** Makes all draws repeatable: what a failure prints. */
  readonly seed?: number;
  /** Goes straight to a counterexample: what a failure prints, beside the seed. */
  readonly path?: string;
  /** Milliseconds for one law, after which no further run is begun. Default 200, or `FLUXION_LAW_TIME`. */
  readonly time?: number;
  /** Only laws with these names. */
  readonly only?: readonly string[];
  /** Tells how far it is: `true` for a line on standard error. By default only where that is a terminal. */
  readonly progress?: boolean | Progress;
}

/** How a law fared. */
export interface LawResult {
  readonly law: AnyLaw;
  readonly status: 'held' | 'broken' | 'vacuous';
  /** Runs in which both sides were compared. */
  readonly runs: number;
  /** Runs in which the law said nothing, by reason. */
  readonly vacuous: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly failure: Failure | null;
}

/** A law that does not hold: everything that is known of it. */
export interface Failure {
  readonly seed: number;
  readonly path: string;
  /** The shrunk input, as text. */
  readonly input: string;
  readonly shrinks: number;
  /** Where the sides differ; null when computing them threw. */
  readonly difference: Difference | null;
  readonly error: Error | null;
  readonly blame: Blame | null;
  /** The blame as text. */
  readonly blamed: string | null;
}

export interface LawReport {
  readonly results: readonly LawResult[];
  readonly seconds: number;
  readonly broken: readonly LawResult[];
}

/** Node's process; a browser has none. */
const host = (globalThis as { process?: NodeJS.Process }).process;

const numberFrom = (name: string, otherwise: number): number => {
  const given = Number(host?.env[name]);
  return Number.isFinite(given) && given > 0 ? given : otherwise;
};

/** Checks one law. */
export function checkLaw(law: AnyLaw, options: CheckOptions = {}): LawResult {
  const { property } = law;
  const started = performance.now();
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const reasons: Record<string, number> = {};
  let compared = 0;
  const judge = (input: unknown): Difference | null => {
    const outcome = property.sides(input);
    if (isVacuous(outcome)) {
      reasons[outcome.vacuous] = (reasons[outcome.vacuous] ?? 0) + 1;
      return null;
    }
    compared++;
    return apart(outcome);
  };
  const details = fc.check(
    fc.property(property.arbitrary, (input) => judge(input) === null),
    {
      seed,
      path: options.path,
      numRuns: options.runs ?? Math.min(law.runs ?? Number.POSITIVE_INFINITY, numberFrom('FLUXION_LAW_RUNS', 25)),
      interruptAfterTimeLimit: options.time ?? numberFrom('FLUXION_LAW_TIME', 200),
      markInterruptAsFailure: false,
    },
  );
  const common = { law, runs: compared, vacuous: reasons };
  const seconds = (): number => (performance.now() - started) / 1000;
  if (!details.failed || details.counterexample === null) {
    return { ...common, status: compared > 0 ? 'held' : 'vacuous', seconds: seconds(), failure: null };
  }
  const [input] = details.counterexample;
  const { found, error } = attempt(() => judge(input));
  const blame = attempt(() => property.blame?.(input) ?? null).found ?? null;
  return {
    ...common,
    status: 'broken',
    failure: {
      seed: details.seed,
      path: details.counterexamplePath ?? '',
      input: property.print(input),
      shrinks: details.numShrinks,
      difference: found,
      error,
      blame,
      blamed: blame && blameText(blame),
    },
    seconds: seconds(),
  };
}

const apart = ({ expected, got, closeness }: Sides): Difference | null => difference(expected, got, closeness);

function attempt<T>(body: () => T): { found: T | null; error: Error | null } {
  try {
    return { found: body(), error: null };
  } catch (error) {
    return { found: null, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Checks laws and reports on all of them, whatever they do. */
export async function examineLaws(laws: readonly AnyLaw[], options: CheckOptions = {}): Promise<LawReport> {
  const chosen = options.only ? laws.filter((law) => options.only?.includes(law.name)) : laws;
  const progress = progressOf(options.progress);
  const started = performance.now();
  const results: LawResult[] = [];
  for (const law of chosen) {
    progress.begin(law.name, results.length, chosen.length);
    results.push(checkLaw(law, options));
    // Lets timers and the terminal have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  progress.end();
  const broken = results.filter((r) => r.status === 'broken');
  return { results, broken, seconds: (performance.now() - started) / 1000 };
}

const progressOf = (given: CheckOptions['progress']): Progress => {
  if (typeof given === 'object') return given;
  return host && (given ?? host.stderr.isTTY === true) ? lineProgress(host.stderr) : silent;
};

/**
 * Checks laws; throws when one is broken.
 *
 * @example await checkLaws(gradLaws(loss, { params, batch }))
 * @returns the report, which says for each law how often it was compared, and why not oftener
 * @throws LawBroken with the law's statement, the shrunk input, both sides, the seed, and the equation to blame
 */
export async function checkLaws(laws: readonly AnyLaw[], options: CheckOptions = {}): Promise<LawReport> {
  const report = await examineLaws(laws, options);
  if (report.broken.length > 0) throw brokenError(report.broken);
  return report;
}

/** The error for laws that are broken. */
export const brokenError = (broken: readonly LawResult[]): Error =>
  new LawBroken({
    report: broken.map(failureText).join('\n\n'),
    failures: broken.map((r) => r.law.name),
  });
