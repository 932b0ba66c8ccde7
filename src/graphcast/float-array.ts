/**
 * NumPy's conduct for float32 and float64 on the host.
 *
 * The structural features of a trained GraphCast were computed by NumPy in a mix of float32 and float64, and a model
 * reads them as they came out. So host functions here keep the precision of what they are given, as NumPy does:
 * arithmetic on a `Float32Array` rounds to float32 after every operation, arithmetic on a `Float64Array` does not.
 */

export type FloatArray = Float32Array | Float64Array;

/** A zero-filled array of the same precision as `example`. */
export function sameKind<A extends FloatArray>(example: A, length: number): A {
  return (example instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as A;
}

/** Rounds a number to what an element of `example` can hold. */
export const roundingOf = (example: FloatArray): ((x: number) => number) =>
  example instanceof Float32Array ? Math.fround : (x) => x;

/** Applies `f` to each element; the result has the precision of `x`. */
export function mapFloats<A extends FloatArray>(x: A, f: (value: number, index: number) => number): A {
  const out = sameKind(x, x.length);
  for (let i = 0; i < x.length; i++) out[i] = f(x[i], i);
  return out;
}

/** The remainder with the sign of the divisor, as Python's `%`; 0 <= result < divisor but for rounding. */
export function floorMod(x: number, divisor: number): number {
  const remainder = x % divisor;
  return remainder !== 0 && remainder < 0 !== divisor < 0 ? remainder + divisor : remainder;
}
