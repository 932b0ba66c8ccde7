/**
 * From positions and labels to positions: `isel` and `sel`.
 *
 * Slices of positions are Python's; slices of labels include both ends. Durations may be written as text (`'6h'`), and so
 * may dates, which are as wide as they are written: `'2020-02'` is all of a February.
 * Source: xarray, "Indexing and selecting data"; pandas, "Partial string indexing".
 */

import { range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { NotFound } from '../error/xarray.js';
import { Slice } from '../numpy/index-plan.js';
import type { Coordinate } from './coordinate.js';
import { type Period, periodOf, resolutionOf } from './period.js';
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

/** What is done about a label that is not there. `pad` takes the next smaller one, `backfill` the next larger. */
export type SelMethod = 'nearest' | 'pad' | 'ffill' | 'backfill' | 'bfill';

/** Options of `sel`. */
export interface SelOptions {
  /** By default labels must be there. */
  readonly method?: SelMethod | null;
  /** How far a label found by a method may be from the one asked for; a duration may be text. */
  readonly tolerance?: Label | null;
  /** Drops the labels of dimensions that go away. */
  readonly drop?: boolean;
}

/** The period that a text means along dates; null for other labels. */
const datedPeriod = (label: Label, coordinate: Coordinate): Period | null =>
  coordinate.kind === 'datetime64[ns]' && typeof label === 'string' ? periodOf(label) : null;

/** A label in the terms of the coordinate's values. */
function valueOf(label: Label, coordinate: Coordinate): number | bigint | string {
  if (label instanceof Date) return BigInt(label.getTime()) * 1_000_000n;
  if (coordinate.kind === 'timedelta64[ns]' && typeof label !== 'bigint') {
    return typeof label === 'string' ? parseTimedelta(label) : BigInt(label);
  }
  return datedPeriod(label, coordinate)?.first ?? (label as number | bigint | string);
}

const difference = (a: number | bigint, b: number | bigint): number => Number(a) - Number(b);

/** The position that a method finds for a label; -1 for none. Of two that are equally near, the larger. */
function found(wanted: number | bigint, values: ArrayLike<number | bigint>, method: SelMethod): number {
  let best = -1;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const d = difference(values[i], wanted);
    if ((method === 'pad' || method === 'ffill') && d > 0) continue;
    if ((method === 'backfill' || method === 'bfill') && d < 0) continue;
    if (Math.abs(d) > bestDistance || (Math.abs(d) === bestDistance && d <= 0)) continue;
    best = i;
    bestDistance = Math.abs(d);
  }
  return best;
}

/** How far from a label one may be: a duration along times. */
function toleranceOf(tolerance: Label | null, coordinate: Coordinate): number {
  if (tolerance === null) return Number.POSITIVE_INFINITY;
  return typeof tolerance === 'string' && coordinate.kind !== 'number'
    ? Number(parseTimedelta(tolerance))
    : Number(tolerance);
}

function notThere(label: Label, coordinate: Coordinate, dim: string, near: string): never {
  const shown = range(Math.min(coordinate.size, 8)).map((i) => coordinate.label(i));
  throw new NotFound({
    op: 'sel',
    kind: 'label',
    name: `${label instanceof Date ? label.toISOString() : label} along ${dim}${near}`,
    available: coordinate.size > shown.length ? [...shown, '...'] : shown,
  });
}

function oneLabel(label: Label, coordinate: Coordinate, dim: string, options: SelOptions): number {
  const { method = null, tolerance = null } = options;
  const wanted = valueOf(label, coordinate);
  const { values } = coordinate;
  if (method !== null && coordinate.kind !== 'str') {
    const numbers = values as ArrayLike<number | bigint>;
    const position = found(wanted as number | bigint, numbers, method);
    const near = position >= 0 && Math.abs(difference(numbers[position], wanted as number));
    if (near === false || near > toleranceOf(tolerance, coordinate)) {
      notThere(label, coordinate, dim, tolerance === null ? ` (${method})` : ` (${method}, within ${tolerance})`);
    }
    return position;
  }
  // A label of a float32 coordinate is compared as the number the file holds, so 0.1 finds it too.
  const rounded = values instanceof Float32Array ? Math.fround(Number(wanted)) : wanted;
  const position = (values as readonly unknown[]).indexOf(rounded as never);
  return position < 0 ? notThere(label, coordinate, dim, '') : position;
}

/** Positions from one label to another, both included. Of dates, the last means all of its period. */
function between({ start = null, stop = null }: LabelSlice, coordinate: Coordinate): number[] {
  const { values } = coordinate;
  const descending = values.length > 1 && values[0] > values[values.length - 1];
  const [lower, upper] = descending ? [stop, start] : [start, stop];
  const from = lower === null ? null : valueOf(lower, coordinate);
  const to = upper === null ? null : (datedPeriod(upper, coordinate)?.last ?? valueOf(upper, coordinate));
  const inside = (v: unknown): boolean =>
    (from === null || (v as number) >= (from as number)) && (to === null || (v as number) <= (to as number));
  return range(values.length).filter((i) => inside(values[i]));
}

/** Positions of labels along a dimension. @throws NotFound when a label is not there */
export function labelPositions(
  indexer: LabelIndexer,
  coordinate: Coordinate,
  dim: string,
  options: SelOptions = {},
): Positions {
  if (Array.isArray(indexer)) {
    return { positions: indexer.map((label) => oneLabel(label, coordinate, dim, options)), dropped: false };
  }
  if (typeof indexer === 'object' && !(indexer instanceof Date)) {
    return { positions: between(indexer as LabelSlice, coordinate), dropped: false };
  }
  const label = indexer as Label;
  const period = datedPeriod(label, coordinate);
  if (period && !options.method && period.resolution < resolutionOf(coordinate.values as BigInt64Array)) {
    const positions = between({ start: label, stop: label }, coordinate);
    return positions.length === 0 ? notThere(label, coordinate, dim, '') : { positions, dropped: false };
  }
  return { positions: [oneLabel(label, coordinate, dim, options)], dropped: true };
}
