/** The frames of a file: their order, their distances, what is twice there and what is not there at all. */
import type { Coordinate } from '../../xarray/index.js';
import { dateText } from '../../xarray/repr-values.js';
import { type Finding, finding, listed } from './finding.js';

export interface TimeReport {
  readonly findings: readonly Finding[];
  /** Positions of the longest stretch of equal steps, in the order of time. */
  readonly usable: readonly number[];
  /** Hours of the commonest step; null for a single frame. */
  readonly stepHours: number | null;
}

const hours = (nanoseconds: bigint): number => Number(nanoseconds) / 3.6e12;

/** Examines the times of frames, along one dimension. */
export function timeReport(axis: Coordinate, dim: string): TimeReport {
  const times = Array.from(axis.values as BigInt64Array);
  const text = (t: bigint): string => (axis.kind === 'datetime64[ns]' ? dateText(t) : `${hours(t)} h`);
  const order = times.map((_, i) => i).sort((a, b) => (times[a] < times[b] ? -1 : times[a] > times[b] ? 1 : a - b));
  const once = order.filter((p, i) => i === 0 || times[p] !== times[order[i - 1]]);
  const findings: Finding[] = [];
  const fix = { kind: 'frames', positions: once } as const;
  if (order.some((p, i) => p !== i)) {
    const what = `the frames along ${dim} are not in the order of time`;
    findings.push(finding('error', 'time-order', null, what, 'Sort them (xarray: sortby).', fix));
  }
  if (once.length < order.length) {
    const twice = order.filter((p, i) => i > 0 && times[p] === times[order[i - 1]]).map((p) => text(times[p]));
    const what = `frames are there twice: ${listed(twice, 3)}`;
    findings.push(finding('error', 'time-duplicates', null, what, 'Keep the first of each.', fix));
  }
  if (once.length < 2) return { findings, usable: once, stepHours: null };
  const steps = once.slice(1).map((p, i) => times[p] - times[once[i]]);
  const counts = new Map<bigint, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const [usual] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  const stretch = longest(steps, usual);
  const usable = once.slice(stretch.start, stretch.start + stretch.count + 1);
  const odd = steps.flatMap((step, i) => (step === usual ? [] : [`${text(times[once[i]])} (then ${hours(step)} h)`]));
  if (odd.length > 0) {
    const what = `frames are ${hours(usual)} h apart, but not after ${listed(odd, 3)}`;
    const repair =
      `Bring the frames that are missing, or keep one stretch: the longest is ${text(times[usable[0]])} to ` +
      `${text(times[usable[usable.length - 1]])}, ${usable.length} frames.`;
    findings.push(finding('error', 'time-step', null, what, repair));
  }
  return { findings, usable, stepHours: hours(usual) };
}

/** The longest run of the usual step. */
function longest(steps: readonly bigint[], usual: bigint): { readonly start: number; readonly count: number } {
  let best = { start: 0, count: 0 };
  let start = 0;
  steps.forEach((step, i) => {
    if (step !== usual) start = i + 1;
    else if (i + 1 - start > best.count) best = { start, count: i + 1 - start };
  });
  return best;
}
