/**
 * Angles without jumps (`jnp.unwrap`).
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { isComplex, isInteger } from '../array/dtype.js';
import { canonicalAxis } from '../array/shape.js';
import { DTypeMismatch } from '../error/error.js';
import { floorDivide, trueDivide } from './arithmetic.js';
import { cumsum, diff } from './cumulative.js';
import { concatenate, cut } from './joining.js';
import { promoteDTypes } from './promote.js';
import { whereThree } from './select.js';

/** Options of `unwrap`. */
export interface UnwrapOptions {
  /** Jumps below this stay. Default half of a period. */
  readonly discont?: ArrayLike | null;
  /** Default the last. */
  readonly axis?: number;
  /** Default 2 pi. */
  readonly period?: ArrayLike;
}

/**
 * The array with whole periods added, so that no step is larger than half of one.
 * @throws DTypeMismatch for complex numbers
 */
export function unwrap(p: ArrayLike, options: UnwrapOptions = {}): NdArray {
  const [x, period] = promoteDTypes('unwrap', [p, options.period ?? 2 * Math.PI]);
  if (isComplex(x.dtype)) {
    throw new DTypeMismatch({ op: 'unwrap', argument: 'p', expected: 'real numbers', actual: x.dtype });
  }
  const axis = canonicalAxis(options.axis ?? -1, x.ndim, 'unwrap');
  if (x.shape[axis] === 0) return x;
  const least = options.discont ?? trueDivide(period, 2);
  const half = isInteger(x.dtype) ? floorDivide(period, 2) : trueDivide(period, 2);
  const steps = diff(x, { axis });
  const wrapped = steps.add(half).mod(period).sub(half);
  const near = whereThree(wrapped.eq(half.neg()).and(steps.gt(0)), half, wrapped);
  const change = whereThree(steps.abs().lt(least), 0, near.sub(steps));
  const n = x.shape[axis];
  return concatenate([cut(x, axis, 0, 1), cut(x, axis, 1, n).add(cumsum(change, { axis }))], { axis });
}
