/**
 * How close two sides of a law must be: the one table of tolerances.
 *
 * No tolerance here is a guess. Three kinds of closeness are enough:
 *
 * - `exact`: the arithmetic has no rounding (small integers in float64, data movement), so the sides are equal;
 * - `rounded`: both sides compute the same number in another order. With `n` roundings of unit `eps` the error is of
 *   order `sqrt(n) eps` in the mean and `n eps` at worst (Higham, "Accuracy and Stability of Numerical Algorithms",
 *   2002, chapter 3); the table allows a number of roundings, relative to the largest number of the side;
 * - `estimated`: one side is an extrapolated difference that comes with an estimate of its own error, and that is the
 *   tolerance, with a factor for the estimate being one.
 *
 * Deliberate mistakes (a factor, a sign, a transposed axis) are wrong in the first digits; the distance between them
 * and these tolerances, ten orders of magnitude in float64, is what makes the laws sharp.
 */
import type { DType } from 'fluxion/extend';
import type { Quantity } from './quantity.js';

/** The distance from 1 to the next number: `finfo(dtype).eps`. */
export const EPSILON: { readonly [D in DType]?: number } = {
  bfloat16: 2 ** -7,
  float16: 2 ** -10,
  float32: 2 ** -23,
  float64: 2 ** -52,
  complex64: 2 ** -23,
  complex128: 2 ** -52,
};

/** Roundings that `rounded` allows, by dtype: programs in low precision are shorter, and their errors already large. */
const ROUNDINGS: { readonly [D in DType]?: number } = {
  bfloat16: 2 ** 4,
  float16: 2 ** 5,
  float32: 2 ** 8,
  float64: 2 ** 13,
  complex64: 2 ** 8,
  complex128: 2 ** 13,
};

/** The estimate of an extrapolated difference is itself an estimate: this many times it is believed. */
const ESTIMATE_FACTOR = 16;

export type Closeness =
  | { readonly kind: 'exact' }
  | {
      readonly kind: 'rounded';
      /** The coarsest dtype that the computation went through. */
      readonly dtype: DType;
      /** Numbers of this size were met on the way: what is left after cancellation is relative to them. */
      readonly magnitude?: number;
    }
  | { readonly kind: 'estimated'; readonly dtype: DType; readonly magnitude?: number };

export const exact: Closeness = { kind: 'exact' };
export const rounded = (dtype: DType, magnitude = 1): Closeness => ({ kind: 'rounded', dtype, magnitude });
export const estimated = (dtype: DType, magnitude = 1): Closeness => ({ kind: 'estimated', dtype, magnitude });

/** Where two sides differ most, and by how much. */
export interface Difference {
  readonly path: string;
  /** Position of the element in row-major order; null when shapes, dtypes or structures differ. */
  readonly index: readonly number[] | null;
  readonly expected: number | string;
  readonly got: number | string;
  /** What would have been allowed. */
  readonly tolerance: number;
  /** How many of the leaf's elements are too far away. */
  readonly count: number;
  readonly size: number;
}

/** The largest finite absolute value. */
export function magnitudeOf(quantities: readonly Quantity[]): number {
  let largest = 0;
  for (const { values } of quantities) {
    for (const value of values) {
      const size = Math.abs(value);
      if (size > largest && Number.isFinite(size)) largest = size;
    }
  }
  return largest;
}

/** The absolute tolerance for numbers up to `magnitude` computed in `dtype`. */
export const roundingTolerance = (dtype: DType, magnitude: number): number =>
  (EPSILON[dtype] ?? 0) * (ROUNDINGS[dtype] ?? 0) * magnitude;

const indexOf = (position: number, shape: readonly number[]): number[] => {
  const index: number[] = [];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
};

const describe = (q: Quantity): string => `[${q.shape.join(', ')}]`;

/** Equal, or within the tolerance; NaN is close to NaN alone, an infinity to itself alone. */
const isClose = (x: number, y: number, tolerance: number): boolean =>
  Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance;

/** The first leaf at which the sides are not close, with its worst element; null when the law holds. */
export function difference(
  expected: readonly Quantity[],
  got: readonly Quantity[],
  closeness: Closeness,
): Difference | null {
  const whole = (path: string, e: string, g: string): Difference => ({
    path,
    index: null,
    expected: e,
    got: g,
    tolerance: 0,
    count: 1,
    size: 1,
  });
  if (expected.length !== got.length) {
    return whole(expected[got.length]?.path ?? '', `${expected.length} arrays`, `${got.length} arrays`);
  }
  const scale =
    closeness.kind === 'exact' ? 0 : Math.max(magnitudeOf(expected), magnitudeOf(got), closeness.magnitude ?? 1);
  for (let k = 0; k < expected.length; k++) {
    const [e, g] = [expected[k], got[k]];
    if (e.shape.length !== g.shape.length || e.shape.some((n, i) => n !== g.shape[i])) {
      return whole(g.path, `shape ${describe(e)}`, `shape ${describe(g)}`);
    }
    let tolerance = closeness.kind === 'exact' ? 0 : roundingTolerance(closeness.dtype, scale);
    if (closeness.kind === 'estimated') tolerance += ESTIMATE_FACTOR * ((e.error ?? 0) + (g.error ?? 0));
    let worst = -1;
    let distance = -1;
    let count = 0;
    for (let i = 0; i < e.values.length; i++) {
      if (isClose(e.values[i], g.values[i], tolerance)) continue;
      count++;
      const here = Math.abs(e.values[i] - g.values[i]);
      const size = Number.isNaN(here) ? Number.POSITIVE_INFINITY : here;
      if (size > distance) [worst, distance] = [i, size];
    }
    if (worst >= 0) {
      return {
        path: g.path,
        index: indexOf(worst, dividedShape(g)),
        expected: e.values[worst],
        got: g.values[worst],
        tolerance,
        count,
        size: g.values.length,
      };
    }
  }
  return null;
}

/** The shape of the listed numbers: complex numbers have a last axis of two. */
const dividedShape = (q: Quantity): readonly number[] => {
  const size = q.shape.reduce((a, b) => a * b, 1);
  return q.values.length === size ? q.shape : [...q.shape, 2];
};
