/**
 * What the losses ask of their arguments.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isFloat, isInteger } from '../../array/dtype.js';
import { DTypeMismatch, ShapeMismatch } from '../../error/error.js';
import * as jnp from '../arithmetic.js';

/** The axes that a loss sums over, and which elements it sums. */
export interface ReduceOptions {
  /** The axis of the classes, or several. Default -1. */
  readonly axis?: number | readonly number[];
  /** Which elements count; all when null. */
  readonly where?: ArrayLike | null;
}

/**
 * The argument as an array of floats.
 * @throws DTypeMismatch
 */
export function floats(op: string, argument: string, value: ArrayLike): NdArray {
  const x = jnp.asarray(value);
  if (isFloat(x.dtype)) return x;
  throw new DTypeMismatch({ op, argument, expected: 'floating point is needed', actual: x.dtype });
}

/**
 * The argument as an array of integers.
 * @throws DTypeMismatch
 */
export function integers(op: string, argument: string, value: ArrayLike): NdArray {
  const x = Array.isArray(value) ? jnp.asarray(value, { dtype: 'int32' }) : jnp.asarray(value);
  if (isInteger(x.dtype)) return x;
  throw new DTypeMismatch({ op, argument, expected: 'integers are needed', actual: x.dtype });
}

/** @throws ShapeMismatch */
export function sameShapes(op: string, argument: string, expected: NdArray, actual: NdArray): void {
  if (expected.shape.join() === actual.shape.join()) return;
  throw new ShapeMismatch({
    op,
    argument,
    expected: `it must have shape [${expected.shape.join(', ')}]`,
    actual: actual.shape,
  });
}
