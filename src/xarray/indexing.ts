/**
 * From positions and labels to positions: `isel` and `sel`.
 *
 * Slices of positions are Python's; slices of labels include both ends. Durations may be written as text (`'6h'`).
 * Source: xarray, "Indexing and selecting data".
 */

import { range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { NotFound } from '../error/xarray.js';
import { Slice } from '../numpy/index-plan.js';
import type { Coordinate } from './coordinate.js';
import { parseTimedelta } from './timedelta.js';

/** A position, several, or a range of them. */
export type PositionIndexer = number | readonly number[] | Slice;

/** A label: a number, a text, a date; a duration may be text. */
export type Label = number | bigint | string | Date;
/** Labels from `start` to `stop`, both included. */
export interface LabelSlice {
  readonly start?: Label | null;
  readonly stop?: Label | null;
}
/** Which labels are taken along a dimension. */
export type LabelIndexer = Label | readonly Label[] | LabelSlice | Slice;

/** The positions that an indexer means; `dropped` when it is a single one, and the dimension goes away. */
export interface Positions {
  readonly positions: readonly number[];
  readonly dropped: boolean;
}

function onePosition(i: number, size: number, dim: string): number {
  const position = i < 0 ? i + size : i;
  if (!Number.isInteger(i) || position < 0 || position >= size) {
    throw new InvalidArgument({
      op: 'isel',
      argument: dim,
      expected: `positions from ${-size} to ${size - 1}`,
      actual: `${i}`,
    });
  }
  return position;
}

/** Positions along a dimension of a size. @throws InvalidArgument when one is out of range */
export function positionsOf(indexer: PositionIndexer, size: number, dim: string): Positions {
  if (typeof indexer === 'number') return { positions: [onePosition(indexer, size, dim)], dropped: true };
  if (indexer instanceof Slice) {
    const { start, count, step } = indexer.resolve(size);
    return { positions: range(count).map((k) => start + k * step), dropped: false };
  }
  return { positions: indexer.map((i) => onePosition(i, size, dim)), dropped: false };
}

/** A label in the terms of the coordinate's values. */
function valueOf(label: Label, coordinate: Coordinate): number | bigint | string {
  if (label instanceof Date) return BigInt(label.getTime()) * 1_000_000n;
  if (coordinate.kind === 'timedelta64[ns]' && typeof label !== 'bigint') {
    return typeof label === 'string' ? parseTimedelta(label) : BigInt(label);
  }
  if (coordinate.kind === 'datetime64[ns]' && typeof label === 'string') {
    const text = /T|:/.test(label) ? label : `${label}T00:00`;
    return BigInt(Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`)) * 1_000_000n;
  }
  return label as number | bigint | string;
}

const distance = (a: number | bigint, b: number | bigint): number => Math.abs(Number(a) - Number(b));

function oneLabel(label: Label, coordinate: Coordinate, dim: string, method: 'nearest' | null): number {
  const wanted = valueOf(label, coordinate);
  const { values } = coordinate;
  if (method === 'nearest' && coordinate.kind !== 'str') {
    let best = 0;
    for (let i = 1; i < values.length; i++) {
      if (distance(values[i] as number, wanted as number) < distance(values[best] as number, wanted as number))
        best = i;
    }
    return best;
  }
  // A label of a float32 coordinate is compared as the number the file holds, so 0.1 finds it too.
  const rounded = values instanceof Float32Array ? Math.fround(Number(wanted)) : wanted;
  const position = (values as readonly unknown[]).indexOf(rounded as never);
  if (position < 0) {
    const shown = range(Math.min(coordinate.size, 8)).map((i) => coordinate.label(i));
    throw new NotFound({
      op: 'sel',
      kind: 'label',
      name: `${label instanceof Date ? label.toISOString() : label} along ${dim}`,
      available: coordinate.size > shown.length ? [...shown, '...'] : shown,
    });
  }
  return position;
}

/** Positions of labels along a dimension. @throws NotFound when a label is not there */
export function labelPositions(
  indexer: LabelIndexer,
  coordinate: Coordinate,
  dim: string,
  method: 'nearest' | null,
): Positions {
  if (Array.isArray(indexer)) {
    return { positions: indexer.map((label) => oneLabel(label, coordinate, dim, method)), dropped: false };
  }
  if (typeof indexer === 'object' && !(indexer instanceof Date)) {
    const { start = null, stop = null } = indexer as LabelSlice;
    const low = start === null ? null : valueOf(start, coordinate);
    const high = stop === null ? null : valueOf(stop, coordinate);
    const { values } = coordinate;
    const descending = values.length > 1 && values[0] > values[values.length - 1];
    const [from, to] = descending ? [high, low] : [low, high];
    const inside = (v: unknown): boolean =>
      (from === null || (v as number) >= (from as number)) && (to === null || (v as number) <= (to as number));
    return { positions: range(values.length).filter((i) => inside(values[i])), dropped: false };
  }
  return { positions: [oneLabel(indexer as Label, coordinate, dim, method)], dropped: true };
}
