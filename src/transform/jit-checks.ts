/**
 * What a jitted function is checked for: that it is pure, and that what it donates is its own.
 */
import type { NdArray } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';
import { maybeLocation } from '../error/location.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { ImpureFunction } from './explain.js';
import type { JitTrace } from './jit-cache.js';

/** Texts of functions that were jitted, and how many function objects had each. */
const texts = new Map<string, number>();

/** How many other function objects with the same text were jitted before. */
export function countText(f: object): number {
  const text = String(f);
  const before = texts.get(text) ?? 0;
  texts.set(text, before + 1);
  return before;
}

/** The line of the inputs, one line for each equation, the line of the results. */
const linesOf = (text: string): string[] =>
  text
    .replace(' let ', ' let\n')
    .replace(' in (', '\nin (')
    .replace(/(?<=\S); /g, '\n')
    .split('\n')
    .map((line) => line.trim());

/** Two traces of one call must be one program. @throws ImpureFunction at the first equation that differs */
export function checkSame(name: string, first: Jaxpr, second: Jaxpr): void {
  const a = first.toString();
  const b = second.toString();
  if (a === b) return;
  const [left, right] = [a, b].map(linesOf);
  const line = left.findIndex((text, i) => text !== right[i]);
  const equation = first.equations[Math.max(0, line - 1)] ?? null;
  throw new ImpureFunction({
    name,
    first: (left[line] ?? 'nothing').trim(),
    second: (right[line] ?? 'nothing').trim(),
    location: maybeLocation(equation?.location ?? null),
  });
}

/** Donating one array twice, or donating what is also passed undonated, would read freed memory. */
export function checkDonation(op: string, trace: JitTrace, leaves: readonly NdArray[]): void {
  const donated = new Set<NdArray>();
  const names = (i: number): string => trace.jaxpr.inputNames?.[i + trace.consts.length] ?? `input ${i}`;
  const refuse = (i: number, why: string): never => {
    throw new InvalidArgument({
      op,
      argument: names(i),
      expected: 'an array of its own, since it is donated',
      actual: why,
    });
  };
  for (const i of trace.donateLeaves) {
    if (donated.has(leaves[i])) refuse(i, 'an array that is donated twice in this call');
    donated.add(leaves[i]);
  }
  const isDonated = new Set(trace.donateLeaves);
  leaves.forEach((leaf, i) => {
    if (!isDonated.has(i) && donated.has(leaf)) refuse(i, 'an array that another argument donates');
  });
  for (const c of trace.consts)
    if (donated.has(c)) refuse(trace.donateLeaves[0], 'an array that the function has captured');
}
