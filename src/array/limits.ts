/**
 * The ends of each dtype's range: identities of `max` and `min`, and what fills places that were out of bounds.
 */
import { type DType, isComplex, isFloat, layoutOf } from './dtype.js';

/** The smallest and the largest value of a real dtype; infinities for floats. 64-bit integers are bigints. */
export function limitsOf(dtype: DType): { lowest: number | bigint | boolean; highest: number | bigint | boolean } {
  if (isFloat(dtype) || isComplex(dtype)) {
    return { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };
  }
  const { kind, bytes } = layoutOf(dtype);
  if (kind === 'bool') return { lowest: false, highest: true };
  const bits = 8n * BigInt(bytes);
  const [lowest, highest] = kind === 'uint' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  return bytes === 8 ? { lowest, highest } : { lowest: Number(lowest), highest: Number(highest) };
}
