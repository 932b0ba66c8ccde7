/**
 * A stretch of random calls in this process: each one is decided by the seed and its position alone.
 */
import { config } from 'fluxion';
import { corpus, parameterNames } from './corpus.js';
import { arraysIn, type Outcome, verdictOnError, verdictOnResult } from './judge.js';
import { chanceAt } from './random.js';
import { spoil } from './spoil.js';
import { publicCallables } from './surface.js';

export interface Defect {
  readonly position: number;
  readonly callable: string;
  readonly args: string;
  readonly what: string;
}

export interface Tally {
  readonly calls: number;
  readonly results: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly defects: readonly Defect[];
}

/** A call may take so much of the processor's time. */
const PATIENCE_MS = 5000;

/** Every so many calls, one is repeated on the other engine. */
const COMPARED = 25;

/** Modules whose arguments are arrays wherever an array stands. */
const STRICT =
  /^(lax|nn|numpy|ops|random|scipy)\.(?!isdtype|cond|map|scan|switch|.*custom|fromfunction|while|fori|associative)/;

export const wordsOf = (value: unknown, depth = 0): string => {
  if (typeof value === 'function') return 'f()';
  if (typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return depth > 3 ? '[...]' : `[${value.map((v) => wordsOf(v, depth + 1)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${value}'` : String(value);
  if ('aval' in value) return String(value.aval);
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  const fields = Object.entries(value).map(([k, v]) => `${k}: ${wordsOf(v, depth + 1)}`);
  return depth > 3 ? '{...}' : `${value.constructor?.name ?? 'null'}{ ${fields.join(', ')} }`.replace(/^Object/, '');
};

const engines = ['reference', 'xla'] as const;

/** The same call on the other engine: it must come to the same end, with arrays of the same types. */
function compareEngines(call: () => unknown, first: unknown, given: readonly unknown[]): string | null {
  const engine = config.read('engine');
  try {
    config.update('engine', engines.find((name) => name !== engine) as string);
    const second = call();
    const types = (value: unknown): string =>
      arraysIn(value)
        .map((x) => `${x.aval}`)
        .join(', ');
    for (const x of arraysIn(second)) if (x.size < 1e6 && !given.includes(x)) x.dataSync();
    return types(first) === types(second) ? null : `engines disagree: ${types(first)} and ${types(second)}`;
  } catch (error) {
    return `engines disagree: one throws ${error instanceof Error ? `${error.name}: ${error.message.slice(0, 120)}` : error}`;
  } finally {
    config.update('engine', engine);
  }
}

/**
 * Runs the calls `from`, ..., `to - 1`.
 * @param before is told the position and the callable before each call, so that a crash can be attributed
 */
export async function fuzz(
  seed: number,
  from: number,
  to: number,
  before: (position: number, callable: string, args: string) => void = () => {},
  compares = true,
): Promise<Tally> {
  const callables = publicCallables();
  const { argumentsFor } = corpus();
  const refused: Record<string, number> = {};
  const defects: Defect[] = [];
  let results = 0;
  const warn = console.warn;
  const log = console.log;
  console.warn = () => {};
  console.log = () => {};
  try {
    for (let position = from; position < to; position++) {
      const chance = chanceAt(seed, position);
      const callable = chance.pick(callables);
      const names = parameterNames(callable.call);
      const optionsAt = names.findIndex((name) => /^(options|own|_options|\{.*)$/.test(name));
      const right = argumentsFor(callable, chance);
      const { args, wrong } = spoil(right, optionsAt, STRICT.test(callable.name), chance);
      const words = args.map((arg) => wordsOf(arg)).join(', ');
      before(position, callable.name, words);
      const call = (): unknown =>
        callable.isClass ? Reflect.construct(callable.call, args as unknown[]) : callable.call(...args);
      const begin = process.cpuUsage();
      let outcome: Outcome;
      try {
        const value = call();
        outcome = verdictOnResult(value instanceof Promise ? await value : value, wrong, arraysIn(args));
      } catch (error) {
        outcome = verdictOnError(error);
      }
      const { user, system } = process.cpuUsage(begin);
      if ((user + system) / 1000 > PATIENCE_MS) outcome = { kind: 'defect', what: 'took more than 5 s' };
      if (outcome.kind === 'result' && compares && position % COMPARED === 0) {
        const trouble = compareEngines(call, outcome.value, arraysIn(args));
        if (trouble !== null) outcome = { kind: 'defect', what: trouble };
      }
      if (outcome.kind === 'result') results++;
      else if (outcome.kind === 'refused') refused[outcome.tag] = (refused[outcome.tag] ?? 0) + 1;
      else defects.push({ position, callable: callable.name, args: words, what: outcome.what });
    }
  } finally {
    console.warn = warn;
    console.log = log;
  }
  return { calls: to - from, results, refused, defects };
}
