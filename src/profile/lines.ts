/** Costs summed by the line of the user's program that they come from. */
import { type Location, locationText } from '../error/location.js';
import type { EquationCost } from './cost.js';

/** What all equations of one of the user's lines cost together. */
export interface LineCost {
  /** `model.ts:24`, or null for equations that come from no line of the user's. */
  readonly line: string | null;
  readonly flops: number;
  readonly bytes: number;
  /** Operations of the backward pass among `flops`. */
  readonly backwardFlops: number;
  readonly equations: number;
  /** Which operations, the dearest first. */
  readonly primitives: readonly string[];
}

/** The line without column, function and scope. */
const lineOf = ({ file, line, column }: Location): string =>
  locationText({ file, line, column, functionName: null }).replace(/:\d+$/, '');

/** One row for each line, the dearest first. */
export function costByLine(costs: readonly EquationCost[]): LineCost[] {
  const groups = new Map<string | null, EquationCost[]>();
  for (const cost of costs) {
    const line = cost.location && lineOf(cost.location);
    groups.set(line, [...(groups.get(line) ?? []), cost]);
  }
  const rows = [...groups].map(([line, group]): LineCost => {
    const total = (of: (cost: EquationCost) => number): number => group.reduce((sum, cost) => sum + of(cost), 0);
    const dearest = [...group].sort((a, b) => b.flops - a.flops || b.bytes - a.bytes);
    return {
      line,
      flops: total(({ flops }) => flops),
      bytes: total(({ bytes }) => bytes),
      backwardFlops: total(({ flops, location }) => (location?.derivation?.backward ? flops : 0)),
      equations: group.length,
      primitives: [...new Set(dearest.map(({ primitive }) => primitive))],
    };
  });
  return rows.sort((a, b) => b.flops - a.flops || b.bytes - a.bytes);
}
