/**
 * Running sums and products, differences, and what is built of them. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultInt, describeValue, scalar } from '../array/convert.js';
import { type DType, isBool, isInexact } from '../array/dtype.js';
import { checkOptions, withoutOptions } from '../array/options.js';
import { canonicalAxes, canonicalAxis, range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { divide, multiply, subtract } from './arithmetic.js';
import { isnan } from './comparison.js';
import { concatenate, cut } from './joining.js';
import { cumulativeArrayOptions, cumulativeOptions, diffOptions } from './options.js';
import { inexactArray, promoteDTypesInexact } from './promote.js';
import { alongAxis, sum } from './reduction.js';
import { choose } from './select.js';

/** Options of `cumsum`, `cumprod`, `nancumsum` and `nancumprod`. */
export interface CumulativeOptions {
  /** The axis; the flattened array when null. */
  readonly axis?: number | null;
  readonly dtype?: DType | null;
}

const running =
  (op: string, scan: (x: NdArray, axis: number, reverse: boolean) => NdArray, neutral: number | null) =>
  (a: ArrayLike, options: CumulativeOptions = {}): NdArray => {
    checkOptions(op, options, cumulativeOptions);
    const x = asArray(a, op, 'a');
    const { source, axis } = alongAxis(x, options.axis, op);
    const dtype = options.dtype ? checkDType(options.dtype, op) : isBool(x.dtype) ? defaultInt() : x.dtype;
    const clean =
      neutral === null || !isInexact(source.dtype)
        ? source
        : choose(isnan(source), scalar(neutral, source.dtype), source);
    return scan(cast(clean, dtype), axis, false);
  };

/** Running sums along an axis; of the flattened array without one. */
export const cumsum = running('cumsum', primitive.cumsum, null);
/** Running products along an axis; of the flattened array without one. */
export const cumprod = running('cumprod', primitive.cumprod, null);
/** Running sums, NaN counting 0. */
export const nancumsum = running('nancumsum', primitive.cumsum, 0);
/** Running products, NaN counting 1. */
export const nancumprod = running('nancumprod', primitive.cumprod, 1);

/** Options of `cumulativeSum` and `cumulativeProd`. */
export interface CumulativeArrayOptions extends CumulativeOptions {
  /** Whether the neutral element comes first, which makes the axis one longer. Default false. */
  readonly includeInitial?: boolean;
}

const cumulativeForm =
  (op: string, f: typeof cumsum, neutral: number) =>
  (x: ArrayLike, options: CumulativeArrayOptions = {}): NdArray => {
    checkOptions(op, options, cumulativeArrayOptions);
    const array = asArray(x, op);
    const { axis = null, includeInitial = false, dtype } = options;
    if (axis === null && array.ndim !== 1) {
      throw new InvalidArgument({ op, argument: 'axis', expected: 'given unless x is a vector', actual: 'absent' });
    }
    const d = canonicalAxis(axis ?? 0, array.ndim, op);
    const y = f(array, { dtype, axis: d });
    if (!includeInitial) return y;
    const config = range(y.ndim).map((i): readonly [number, number, number] => [i === d ? 1 : 0, 0, 0]);
    return primitive.pad(y, scalar(neutral, y.dtype), config);
  };

/** Running sums (the array API's form). */
export const cumulativeSum = cumulativeForm('cumulativeSum', cumsum, 0);
/** Running products (the array API's form). */
export const cumulativeProd = cumulativeForm('cumulativeProd', cumprod, 1);

/** Options of `diff`. */
export interface DiffOptions {
  /** How often. Default 1. */
  readonly n?: number;
  /** Default the last. */
  readonly axis?: number;
  /** Put in front before. */
  readonly prepend?: ArrayLike | null;
  /** Put at the end before. */
  readonly append?: ArrayLike | null;
}

/** Differences of neighbours along an axis. */
export function diff(a: ArrayLike, options: DiffOptions = {}): NdArray {
  checkOptions('diff', options, diffOptions);
  const { n = 1, axis = -1, prepend = null, append = null } = options;
  let x = asArray(a, 'diff', 'a');
  if (!Number.isInteger(n) || n < 0) {
    throw new InvalidArgument({
      op: 'diff',
      argument: 'n',
      expected: 'an integer that is not negative',
      actual: `${n}`,
    });
  }
  if (n === 0) return x;
  const d = canonicalAxis(axis, x.ndim, 'diff');
  const border = (value: ArrayLike): NdArray => {
    const v = asArray(value, 'diff');
    if (v.ndim > 0) return v;
    return primitive.broadcastInDim(
      v,
      x.shape.map((m, i) => (i === d ? 1 : m)),
      [],
    );
  };
  const parts = [...(prepend === null ? [] : [border(prepend)]), x, ...(append === null ? [] : [border(append)])];
  if (parts.length > 1) x = concatenate(parts, { axis: d });
  for (let i = 0; i < n; i++) {
    const size = x.shape[d];
    const [later, earlier] = [cut(x, d, Math.min(1, size), size), cut(x, d, 0, Math.max(0, size - 1))];
    x = isBool(x.dtype) ? primitive.ne(later, earlier) : primitive.sub(later, earlier);
  }
  return x;
}

/** Differences of neighbours of the flattened array, with values before and after. */
export function ediff1d(
  ary: ArrayLike,
  options: { readonly toBegin?: ArrayLike | null; readonly toEnd?: ArrayLike | null } = {},
): NdArray {
  checkOptions('ediff1d', options, { toBegin: 'array?', toEnd: 'array?' });
  const x = asArray(ary, 'ediff1d', 'ary');
  const inner = diff(primitive.reshape(x, [x.size]));
  const flat = (value: ArrayLike): NdArray => {
    const v = asArray(value, 'ediff1d');
    return cast(primitive.reshape(v, [v.size]), x.dtype);
  };
  const parts = [
    ...(options.toBegin ? [flat(options.toBegin)] : []),
    inner,
    ...(options.toEnd ? [flat(options.toEnd)] : []),
  ];
  return parts.length === 1 ? inner : concatenate(parts);
}

/** The integral of `y` by the trapezoidal rule along an axis. */
export function trapezoid(
  y: ArrayLike,
  options: { readonly x?: ArrayLike | null; readonly dx?: ArrayLike; readonly axis?: number } = {},
): NdArray {
  checkOptions('trapezoid', options, { x: 'array?', dx: 'array', axis: 'axis' });
  const { x = null, dx = 1, axis = -1 } = options;
  const [values] = promoteDTypesInexact('trapezoid', [y]);
  const d = canonicalAxis(axis, values.ndim, 'trapezoid');
  const moved = primitive.moveAxis(values, d, values.ndim - 1);
  const last = moved.ndim - 1;
  const n = moved.shape[last];
  let width: ArrayLike = dx;
  if (x !== null) {
    const places = asArray(x, 'trapezoid', 'x');
    width = diff(places.ndim === 1 ? places : primitive.moveAxis(places, d, places.ndim - 1));
  }
  const pairs = primitive.add(cut(moved, last, 1, n), cut(moved, last, 0, n - 1));
  return multiply(0.5, sum(multiply(width, pairs), { axis: -1 }));
}

/**
 * Central differences inside, one-sided ones at the ends, along each axis (one array) or those given (a list).
 *
 * `spacing`: the distance for all axes, or one for each (a number).
 */
export function gradient(
  f: ArrayLike,
  ...args: readonly (number | { readonly axis?: number | readonly number[] | null })[]
): NdArray | NdArray[] {
  const [spacing, options] = withoutOptions<number, { readonly axis?: number | readonly number[] | null }>(args);
  checkOptions('gradient', options, { axis: 'axes?' });
  const x = inexactArray('gradient', f);
  const axes = canonicalAxes(options.axis, x.ndim, 'gradient');
  if (spacing.some((h) => typeof h !== 'number') || (spacing.length > 1 && spacing.length !== axes.length)) {
    throw new InvalidArgument({
      op: 'gradient',
      argument: 'spacing',
      expected: `one number, or one for each of the ${axes.length} axes`,
      actual: spacing.map(describeValue).join(', '),
    });
  }
  const out = axes.map((d, k) => {
    const n = x.shape[d];
    if (n < 2) {
      throw new ShapeMismatch({
        op: 'gradient',
        argument: 'f',
        expected: `axis ${d} must have at least two elements`,
        actual: x.shape,
      });
    }
    const h = spacing[spacing.length === 1 ? 0 : k] ?? 1;
    const inside = divide(subtract(cut(x, d, 2, n), cut(x, d, 0, n - 2)), 2 * h);
    const first = divide(subtract(cut(x, d, 1, 2), cut(x, d, 0, 1)), h);
    const end = divide(subtract(cut(x, d, n - 1, n), cut(x, d, n - 2, n - 1)), h);
    return concatenate([first, inside, end], { axis: d });
  });
  return out.length === 1 ? out[0] : out;
}
