/**
 * Polynomials and their quotients by coefficients from the highest power down, as Cephes tabulates them, and the precision
 * they are computed in.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { DTypeMismatch } from '../../error/error.js';
import { cast } from '../../lax/operand.js';
import { inexactArray } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';
import { map } from '../../tree/index.js';

/** A polynomial, by Horner's rule. */
export const polynomial = (coefficients: readonly number[], x: NdArray): NdArray => {
  const [first, ...rest] = coefficients;
  const start: NdArray = primitive.full(x.aval, first);
  return rest.reduce((sum, c) => primitive.add(primitive.mul(sum, x), primitive.like(x, c)), start);
};

/** The quotient of two polynomials. */
export const quotient = (r: { readonly p: readonly number[]; readonly q: readonly number[] }, x: NdArray): NdArray =>
  primitive.div(polynomial(r.p, x), polynomial(r.q, x));

/** A function of float32 and float64 numbers, for those of 16 bits as well. */
export function inSingleOrDouble<R>(x: NdArray, f: (x: NdArray) => R): R {
  if (x.dtype !== 'float16' && x.dtype !== 'bfloat16') return f(x);
  return map((y: NdArray) => cast(y, x.dtype), f(cast(x, 'float32')) as object) as R;
}

/**
 * A real argument, as floats.
 * @throws DTypeMismatch for complex numbers
 */
export function realFloat(op: string, x: ArrayLike, argument = 'x'): NdArray {
  const value = inexactArray(op, x);
  if (!isComplex(value.dtype)) return value;
  throw new DTypeMismatch({ op, argument, expected: 'real numbers', actual: value.dtype });
}
