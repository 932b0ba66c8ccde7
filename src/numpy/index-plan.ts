/**
 * What stands in the square brackets, and how it is brought into a form that slices and one gather can do: see
 * `indexing.ts`.
 */

import { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import { isBool, isInexact, isInteger, layoutOf } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { range } from '../array/shape.js';
import { ConcretizationError, DTypeMismatch, InvalidArgument } from '../error/error.js';
import { OutOfBounds } from '../error/indexing.js';
import { asArray, asIndices } from '../lax/operand.js';
import type { GatherScatterMode } from '../primitive/index.js';
import * as primitive from '../primitive/index.js';
import { Tracer } from '../trace/context.js';
import { broadcastArray, broadcastShape } from './promote.js';
import { choose } from './select.js';

/** A range of positions, Python's `start:stop:step`; null where Python has nothing. */
export class Slice {
  constructor(
    readonly start: number | null,
    readonly stop: number | null,
    readonly step: number | null,
  ) {
    for (const [name, value] of Object.entries({ start, stop, step })) checkArgument('slice', name, value, 'integer?');
  }

  /** The first position, how many there are, and their distance, in an axis of size `n`. */
  resolve(n: number): { start: number; count: number; step: number } {
    const step = this.step ?? 1;
    if (!Number.isInteger(step) || step === 0) {
      throw new InvalidArgument({
        op: 'slice',
        argument: 'step',
        expected: 'an integer that is not 0',
        actual: `${step}`,
      });
    }
    const [low, high] = step > 0 ? [0, n] : [-1, n - 1];
    const place = (i: number | null, otherwise: number): number => {
      if (i === null) return otherwise;
      return Math.min(Math.max(i < 0 ? i + n : i, low), high);
    };
    const start = place(this.start, step > 0 ? low : high);
    const stop = place(this.stop, step > 0 ? high : low);
    return { start, count: Math.max(0, Math.ceil((stop - start) / step)), step };
  }
}

/** `slice(stop)`, `slice(start, stop)`, `slice(start, stop, step)`, as Python's `slice`. */
export function slice(start: number | null, stop?: number | null, step: number | null = null): Slice {
  return stop === undefined ? new Slice(null, start, step) : new Slice(start, stop, step);
}

/** A new axis of size 1, as an index (`jnp.newaxis`). */
export const newaxis = null;

/** One index: a position, a range, `null` for a new axis, `'...'` for all axes not named, or an array of positions. */
export type Index =
  | number
  | Slice
  | null
  | '...'
  | NdArray
  | readonly (number | readonly number[] | boolean)[]
  | Int32Array
  | boolean;

/** How `x.at(...)` reads and writes. */
export interface IndexOptions {
  /**
   * Out of bounds: `'fill'` (reading: `fillValue`; writing: dropped), `'clip'`, `'wrap'`, `'promiseInBounds'`, `'drop'`.
   * Default `'promiseInBounds'` for reading, `'drop'` for writing.
   */
  readonly mode?: IndexMode | null;
  /** What out-of-bounds reading gives. Default NaN, the smallest integer, or the largest unsigned one. */
  readonly fillValue?: number | null;
  /** A promise that no position is named twice. */
  readonly uniqueIndices?: boolean;
  /** A promise that positions do not fall. */
  readonly indicesAreSorted?: boolean;
  /** Whether negative positions in arrays count from the end. Default true. */
  readonly wrapNegativeIndices?: boolean;
}

/**
 * What indices out of range mean: `fill` reads a filling value and drops writes, `drop` is the same for writes, `clip` takes
 * the nearest element, `wrap` counts on from the other end, `promiseInBounds` promises that there are none.
 */
export type IndexMode = 'fill' | 'drop' | 'clip' | 'wrap' | 'promiseInBounds' | 'promise_in_bounds';

/** The gather or scatter mode for a mode of ours; `wrap` is done beforehand. */
export function scatterMode(mode: IndexMode | null | undefined): GatherScatterMode {
  if (mode === 'clip') return 'clip';
  return mode === 'promiseInBounds' || mode === 'promise_in_bounds' || mode === 'wrap' ? 'promiseInBounds' : 'fill';
}

/** What reading out of bounds gives by default. */
export const defaultFill = (x: NdArray): number | null => {
  if (isInexact(x.dtype)) return Number.NaN;
  if (isBool(x.dtype)) return 1;
  const { bytes, kind } = layoutOf(x.dtype);
  return bytes === 8 ? null : kind === 'uint' ? 2 ** (8 * bytes) - 1 : -(2 ** (8 * bytes - 1));
};

/** Negative positions counted from the end (or all of them, when wrapping). */
export function normalizePositions(index: NdArray, n: number, mode: IndexMode | null | undefined): NdArray {
  const size = scalar(n, index.dtype);
  const zero = scalar(0, index.dtype);
  if (mode === 'wrap') {
    const rest = primitive.rem(index, size);
    return choose(primitive.lt(rest, zero), primitive.add(rest, size), rest);
  }
  if (layoutOf(index.dtype).kind === 'uint') return index;
  return choose(primitive.lt(index, zero), primitive.add(index, size), index);
}

/** An index expression, brought into a form that one gather can do. */
export interface Plan {
  /** Basic part, done first: for each axis of the array a range. */
  readonly slices: readonly { start: number; count: number; step: number }[];
  /** Axes of the sliced array that arrays choose from, and the positions (one shape). */
  readonly axes: readonly number[];
  readonly positions: readonly NdArray[];
  /** The shape of the positions. */
  readonly shape: readonly number[];
  /** Where the axes of the positions stand in the result of the gather. */
  readonly place: number;
  /** Axes (of the gathered result) that single numbers remove, and where new axes are put in. */
  readonly removed: readonly number[];
  readonly inserted: readonly number[];
}

/** A known position, counted from the front. */
function position(index: number, size: number, axis: number): number {
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new OutOfBounds({ op: 'indexing', index, axis, size });
  }
  return index < 0 ? index + size : index;
}

function concreteBooleans(mask: NdArray): NdArray[] {
  if (mask instanceof Tracer) {
    throw new ConcretizationError({
      wanted: 'Indexing with a boolean array, whose result has as many elements as it has trues,',
      tracer: `${mask}`,
    });
  }
  const data = mask.dataSync();
  const shape = mask.shape;
  const found: number[][] = shape.map(() => []);
  for (let i = 0; i < data.length; i++) {
    if (!data[i]) continue;
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      found[axis].push(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
  }
  return found.map((positions) => asArray(Int32Array.from(positions), 'indexing'));
}

export function plan(x: NdArray, indices: readonly Index[], options: IndexOptions): Plan {
  const { mode, wrapNegativeIndices = true } = options;
  const items = indices.flatMap((index): (number | Slice | null | '...' | NdArray)[] => {
    if (index === null || index === '...' || index instanceof Slice || typeof index === 'number') return [index];
    const array = asIndices(index as ArrayLike, 'indexing', 'index');
    if (isBool(array.dtype)) return concreteBooleans(array);
    if (!isInteger(array.dtype)) {
      throw new DTypeMismatch({
        op: 'indexing',
        argument: 'index',
        expected: 'positions are integers or booleans',
        actual: array.dtype,
        hint: "Use x.astype('int32').",
      });
    }
    return [array];
  });
  const consuming = items.filter((item) => item !== null && item !== '...').length;
  if (consuming > x.ndim || items.filter((item) => item === '...').length > 1) {
    throw new InvalidArgument({
      op: 'indexing',
      argument: 'indices',
      expected: `at most ${x.ndim} for an array with ${x.ndim} axes, and one '...'`,
      actual: `${consuming} indices`,
    });
  }
  const dots = items.includes('...') ? items.indexOf('...') : items.length;
  const full = range(x.ndim - consuming).map(() => new Slice(null, null, null));
  const expanded = [...items.slice(0, dots), ...full, ...items.slice(dots + 1)] as (number | Slice | null | NdArray)[];

  const slices: Plan['slices'][number][] = [];
  const advanced: { axis: number; index: NdArray; at: number }[] = [];
  const removedAxes: number[] = [];
  let hasArrays = false;
  for (const item of expanded) if (item instanceof NdArray) hasArrays = true;
  // The layout of the result before arrays come in: one entry per kept axis or new axis.
  const layout: ('axis' | 'new' | 'number' | 'array')[] = [];
  let axis = 0;
  for (const item of expanded) {
    if (item === null) {
      layout.push('new');
      continue;
    }
    const n = x.shape[axis];
    if (item instanceof Slice) {
      slices.push(item.resolve(n));
      layout.push('axis');
    } else if (typeof item === 'number') {
      const at = position(item, n, axis);
      if (hasArrays) {
        // Beside arrays a number is an array too: NumPy's rule for where the new axes stand.
        slices.push({ start: 0, count: n, step: 1 });
        advanced.push({ axis, index: scalar(at, defaultInt()), at: layout.length });
        layout.push('array');
      } else {
        slices.push({ start: at, count: 1, step: 1 });
        removedAxes.push(axis);
        layout.push('number');
      }
    } else {
      slices.push({ start: 0, count: n, step: 1 });
      advanced.push({ axis, index: wrapNegativeIndices ? normalizePositions(item, n, mode) : item, at: layout.length });
      layout.push('array');
    }
    axis++;
  }
  const shape = broadcastShape(
    'indexing',
    advanced.map((a) => a.index.shape),
  );
  const adjacent = advanced.every((a, i) => i === 0 || a.at === advanced[i - 1].at + 1);
  const first = advanced.length > 0 && adjacent ? advanced[0].at : 0;
  const place = layout.slice(0, first).filter((kind) => kind === 'axis').length;
  const inserted: number[] = [];
  let out = 0;
  if (advanced.length > 0 && !adjacent) out = shape.length;
  layout.forEach((kind, i) => {
    if (kind === 'new') inserted.push(out++);
    else if (kind === 'axis') out++;
    else if (kind === 'array' && adjacent && i === first) out += shape.length;
  });
  return {
    slices,
    axes: advanced.map((a) => a.axis),
    positions: advanced.map((a) => broadcastArray(a.index, shape)),
    shape,
    place,
    removed: removedAxes,
    inserted,
  };
}
