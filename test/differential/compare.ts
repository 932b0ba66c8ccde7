/**
 * Whether two answers agree.
 *
 * The tolerance is that of the laws' table for two computations of one number in different order. Where that is not
 * enough, the program's own rounding is measured: it is run again with the result of every step multiplied by 1 + eps or
 * 1 - eps at random (Parker, "Monte Carlo Arithmetic", 1997), and the spread of the answers is what rounding can do. A
 * program for which that is most of the answer, or whole numbers change, decides nothing and is counted as undecided.
 */
import { Chance } from '../../laws/chance.js';
import { EPSILON, roundingTolerance } from '../../laws/closeness.js';
import { isInexact } from '../../src/array/dtype.js';
import type { NdArray } from '../../src/index.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';
import type { Case } from './draw.js';
import { answer, type Mode } from './modes.js';
import { jittered } from './program.js';
import { partsOf } from './wire.js';

export type Verdict =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'undecided'; readonly why: string }
  | { readonly kind: 'differs'; readonly how: string };

/** As the laws have it: the estimate is itself an estimate. */
const ESTIMATE_FACTOR = 16;
const JITTERED_RUNS = 4;
/** Spread relative to the answer beyond which it says nothing. */
const HOPELESS = 1 / 16;

const agrees: Verdict = { kind: 'agrees' };
const differs = (how: string): Verdict => ({ kind: 'differs', how });

const sizeOfLargest = (xs: readonly number[]): number =>
  xs.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 1);

const same = (x: number, y: number, tolerance: number): boolean =>
  x === y || (Number.isNaN(x) && Number.isNaN(y)) || Math.abs(x - y) <= tolerance;

/** The first leaf that is not close. */
function apart(ours: readonly NdArray[], theirs: readonly NdArray[], tolerances: readonly number[]): string | null {
  for (let k = 0; k < theirs.length; k++) {
    const [x, y] = [partsOf(ours[k]), partsOf(theirs[k])];
    const i = y.findIndex((v, j) => !same(x[j], v, tolerances[k]));
    if (i >= 0) return `result ${k}, element ${i}: ${x[i]}, JAX has ${y[i]} (allowed ${tolerances[k]})`;
  }
  return null;
}

/** What rounding can do to each result; null where it can do everything. */
function spreads(mode: Mode, c: Case, base: readonly NdArray[]): (number | null)[] {
  const chance = new Chance(1);
  const jitter = jittered(
    () => chance.next(),
    (dtype) => EPSILON[dtype] ?? 0,
  );
  const middle = base.map(partsOf);
  const spread: (number | null)[] = base.map(() => 0);
  for (let k = 0; k < JITTERED_RUNS; k++) {
    answer(mode, c, jitter).forEach((y, i) => {
      partsOf(y).forEach((v, j) => {
        if (same(v, middle[i][j], 0) || spread[i] === null) return;
        const by = Math.abs(v - middle[i][j]);
        spread[i] = isInexact(y.dtype) && Number.isFinite(by) ? Math.max(spread[i] as number, by) : null;
      });
    });
  }
  return spread.map((s, i) => (s !== null && s * ESTIMATE_FACTOR > HOPELESS * sizeOfLargest(middle[i]) ? null : s));
}

/** Judges an answer; `ours` on any engine, the spread is measured on the current one. */
export function judge(mode: Mode, c: Case, ours: readonly NdArray[], expected: readonly JsonArray[]): Verdict {
  const theirs = expected.map(arrayOf);
  if (ours.length !== theirs.length) return differs(`${ours.length} results, JAX has ${theirs.length}`);
  for (let k = 0; k < theirs.length; k++) {
    if (ours[k].dtype !== theirs[k].dtype || `${ours[k].shape}` !== `${theirs[k].shape}`)
      return differs(`result ${k} is a ${ours[k].aval}, JAX has ${theirs[k].aval}`);
  }
  const coarsest = coarsestOf(c);
  const table = theirs.map((y) => (isInexact(y.dtype) ? roundingTolerance(coarsest, sizeOfLargest(partsOf(y))) : 0));
  if (apart(ours, theirs, table) === null) return agrees;
  const spread = spreads(mode, c, answer(mode, c));
  const undecided = spread.indexOf(null);
  const measured = table.map((t, k) => t + ESTIMATE_FACTOR * (spread[k] ?? Number.POSITIVE_INFINITY));
  const difference = apart(ours, theirs, measured);
  if (difference !== null) return differs(difference);
  return undecided < 0
    ? agrees
    : {
        kind: 'undecided',
        why: isInexact(theirs[undecided].dtype) ? 'rounding decides' : 'rounding decides a whole number',
      };
}

/** The coarsest dtype that a program goes through. */
function coarsestOf(c: Case): Case['dtype'] {
  const text = JSON.stringify(c.program);
  for (const dtype of ['bfloat16', 'float16', 'float32'] as const) {
    if (c.dtype === dtype || text.includes(`"${dtype}"`)) return dtype;
  }
  return c.dtype;
}
