/**
 * Arithmetic that stays finite where the textbook formula does not: norms away from 0, counters that do not wrap.
 *
 * Source: optax, `_src/numerics.py`.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { type DType, isComplex, isFloat, isInteger } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { finfo, iinfo } from '../dtypes/index.js';
import { DTypeMismatch } from '../error/error.js';
import * as jnp from './arithmetic.js';
import { normOptions } from './options.js';

/** `|x|^2`, real for complex `x`. */
export const absSq = (x: NdArray): NdArray => (isComplex(x.dtype) ? jnp.real(jnp.mul(jnp.conj(x), x)) : jnp.mul(x, x));

/** How a norm is taken. */
export interface NormOptions {
  /** The order: 2 (default when null), 1 or infinity, of the elements along `axis`. */
  readonly ord?: number | null;
  /** The axes along which it is taken; all when null. */
  readonly axis?: number | readonly number[] | null;
  /** Whether the reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean;
}

/** The norm of the elements along axes, as one vector. */
export function vectorNorm(x: ArrayLike, { ord = null, axis = null, keepdims = false }: NormOptions = {}): NdArray {
  const reduce = { axis, keepdims };
  if (ord === null || ord === 2) return jnp.sqrt(jnp.sum(absSq(jnp.asarray(x)), reduce));
  if (ord === 1) return jnp.sum(jnp.abs(x), reduce);
  if (ord === Number.POSITIVE_INFINITY) return jnp.max(jnp.abs(x), reduce);
  if (ord === Number.NEGATIVE_INFINITY) return jnp.min(jnp.abs(x), reduce);
  return jnp.power(jnp.sum(jnp.power(jnp.abs(x), ord), reduce), 1 / ord);
}

/**
 * `max(||x||, minNorm)` with a derivative that is 0, not NaN, where `||x|| <= minNorm`.
 *
 * `x`: `[...]`; returns a scalar, or the norms along `axis`.
 * @example
 * optax.safeNorm(jnp.array([1, -2, 0.5]), 10) // => 10
 */
export function safeNorm(x: ArrayLike, minNorm: ArrayLike, options: NormOptions = {}): NdArray {
  checkOptions('safeNorm', options, normOptions);
  const value = jnp.asarray(x);
  const kept = vectorNorm(value, { ...options, keepdims: true });
  // The norm is taken of ones where the true one is small: both branches of a select are differentiated.
  const masked = jnp.where(jnp.lessEqual(kept, minNorm), jnp.onesLike(value), value);
  const norm = options.keepdims ? kept : jnp.squeeze(kept, { axis: options.axis });
  return jnp.where(jnp.lessEqual(norm, minNorm), minNorm, vectorNorm(masked, options));
}

/**
 * `max(rms(x), minRms)` with a derivative that is 0 where `rms(x) <= minRms`; `rms(x) = sqrt(mean |x|^2)`.
 * @example
 * optax.safeRootMeanSquares(jnp.array([1, -2, 0.5]), 0.1) // => 1.32288
 */
export function safeRootMeanSquares(x: ArrayLike, minRms: ArrayLike): NdArray {
  const value = jnp.asarray(x);
  const isSmall = jnp.lessEqual(rootMeanSquare(value), minRms);
  return jnp.where(isSmall, minRms, rootMeanSquare(jnp.where(isSmall, jnp.onesLike(value), value)));
}

/** `sqrt(mean |x|^2)`. */
export const rootMeanSquare = (x: NdArray): NdArray => jnp.sqrt(jnp.mean(absSq(x)));

/**
 * `count + 1`, or `count` when it is the largest number of its dtype: a counter that does not wrap around.
 * @throws DTypeMismatch for complex and boolean counters
 * @example
 * optax.safeIncrement(jnp.array(4)) // => 5
 */
export function safeIncrement(count: ArrayLike): NdArray {
  const value = typeof count === 'number' ? jnp.asarray(count, { dtype: 'int32' }) : jnp.asarray(count);
  const { dtype } = value;
  if (!isInteger(dtype) && !isFloat(dtype)) {
    throw new DTypeMismatch({
      op: 'safeIncrement',
      argument: 'count',
      expected: 'a real number is needed',
      actual: dtype,
    });
  }
  const largest = jnp.asarray(Number(isInteger(dtype) ? iinfo(dtype).max : finfo(dtype).max), { dtype });
  return jnp.where(jnp.less(value, largest), jnp.add(value, jnp.onesLike(value)), largest);
}

/** A scalar in the dtypes that leaves ask for, each made once: many leaves share few dtypes. */
export function inDTypes(scalar: NdArray): (dtype: DType) => NdArray {
  const known = new Map<DType, NdArray>();
  return (dtype) => {
    const found = known.get(dtype) ?? jnp.astype(scalar, dtype);
    known.set(dtype, found);
    return found;
  };
}

/** The old name of `safeIncrement`. */
export const safeInt32Increment = safeIncrement;

/** A counter at 0. */
export const zeroCount = (): NdArray => jnp.zeros([], { dtype: 'int32' });
