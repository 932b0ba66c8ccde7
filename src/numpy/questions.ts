/**
 * Questions that NumPy answers about values and dtypes: `isscalar`, `iterable`, `canCast`.
 */

import { NdArray } from '../array/array.js';
import { isScalarLike } from '../array/convert.js';
import { type DType, layoutOf } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { InvalidArgument } from '../error/error.js';

/** Whether it is a number, a boolean, or an array without axes. */
export const isscalar = (element: unknown): boolean =>
  element instanceof NdArray ? element.ndim === 0 : isScalarLike(element) || typeof element === 'string';

/** Whether it can be walked through; arrays without axes cannot. */
export const iterable = (y: unknown): boolean =>
  y instanceof NdArray
    ? y.ndim > 0
    : typeof y === 'string' || (typeof y === 'object' && y !== null && Symbol.iterator in y);

/** Which conversions count as allowed, from none at all to any. */
export type Casting = 'no' | 'equiv' | 'safe' | 'same_kind' | 'sameKind' | 'unsafe';

const KINDS = ['bool', 'uint', 'int', 'float', 'complex'];
const kindOf = (dtype: DType): number => KINDS.indexOf(layoutOf(dtype).kind);

/** Bits that integers of a dtype need, or that a floating-point one keeps exactly. */
const exactBits: { readonly [D in DType]?: number } = {
  bfloat16: 8,
  float16: 11,
  float32: 24,
  float64: 53,
  complex64: 24,
  complex128: 53,
};

/** Whether every value of one dtype is a value of the other; 64-bit integers count as fitting double precision. */
function isSafe(from: DType, to: DType): boolean {
  if (from === to || from === 'bool') return true;
  const [a, b] = [layoutOf(from), layoutOf(to)];
  const [p, q] = [kindOf(from), kindOf(to)];
  if (p > q) return false;
  if (p <= 2) {
    if (q <= 2) return a.kind === b.kind ? a.bytes <= b.bytes : a.bytes < b.bytes;
    return Math.min(8 * a.bytes, 53) <= (exactBits[to] as number);
  }
  if (from === 'float16' && to === 'bfloat16') return false;
  const partBytes = (layout: typeof a): number => (layout.kind === 'complex' ? layout.bytes / 2 : layout.bytes);
  return partBytes(a) < partBytes(b) || (partBytes(a) === partBytes(b) && from !== 'bfloat16' && to !== 'bfloat16');
}

/**
 * Whether values of one dtype may become another (`np.can_cast`): without any change (`no`), without loss (`safe`), at most
 * with loss of precision (`same_kind`), or in any way (`unsafe`).
 */
export function canCast(from: DType, to: DType, options: { readonly casting?: Casting } = {}): boolean {
  const { casting = 'safe' } = options;
  checkArgument('canCast', 'from', from, 'dtype');
  checkArgument('canCast', 'to', to, 'dtype');
  switch (casting) {
    case 'no':
    case 'equiv':
      return from === to;
    case 'safe':
      return isSafe(from, to);
    case 'same_kind':
    case 'sameKind':
      return isSafe(from, to) || kindOf(from) <= kindOf(to);
    case 'unsafe':
      return true;
    default: {
      const expected = "'no', 'equiv', 'safe', 'same_kind' or 'unsafe'";
      throw new InvalidArgument({ op: 'canCast', argument: 'casting', expected, actual: `'${casting as string}'` });
    }
  }
}
