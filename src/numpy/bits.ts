/**
 * Bits as bytes and bytes as bits (`jnp.packbits`, `jnp.unpackbits`), and the parts of a floating-point number.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { isBool, isComplex, isInteger } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { canonicalAxis, range } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { type CustomJvp, customJvp } from '../transform/custom-jvp.js';
import { copysign, ldexp } from './arithmetic.js';
import { isfinite, nextafter } from './comparison.js';
import { slice } from './index-plan.js';
import { pad } from './pad.js';
import { inexactArray } from './promote.js';
import { whereThree } from './select.js';
import { swapaxes } from './shape.js';

/** Options of `packbits` and `unpackbits`. */
export interface BitsOptions {
  /** The axis; the flattened array when null. */
  readonly axis?: number | null;
  /** Whether the first bit is the highest (`big`) or the lowest. Default `big`. */
  readonly bitorder?: 'big' | 'little';
}

/** The array with the wanted axis last, the place of each bit in a byte, and the way back. */
function prepare(op: string, x: NdArray, { axis = null, bitorder = 'big' }: BitsOptions) {
  if (bitorder !== 'big' && bitorder !== 'little') {
    const expected = "'big' or 'little'";
    throw new InvalidArgument({ op, argument: 'bitorder', expected, actual: `'${bitorder as string}'` });
  }
  const whole = axis === null ? x.ravel() : x;
  const d = canonicalAxis(axis ?? 0, whole.ndim, op);
  const places = asArray(
    range(8).map((k) => (bitorder === 'big' ? 7 - k : k)),
    op,
  ).astype('uint8');
  return { last: swapaxes(whole, d, -1), places, back: (y: NdArray): NdArray => swapaxes(y, d, -1) };
}

/** Eight by eight, whether elements are not 0, as the bits of bytes; the last byte is filled with zeros. */
export function packbits(a: ArrayLike, options: BitsOptions = {}): NdArray {
  const x = asArray(a, 'packbits', 'a');
  if (!isInteger(x.dtype) && !isBool(x.dtype)) {
    throw new DTypeMismatch({ op: 'packbits', argument: 'a', expected: 'integers or booleans', actual: x.dtype });
  }
  const { last, places, back } = prepare('packbits', x.ne(0).astype('uint8'), options);
  const n = last.shape[last.ndim - 1];
  const width = range(last.ndim).map((k): [number, number] => [0, k === last.ndim - 1 ? (8 - (n % 8)) % 8 : 0]);
  const bytes = pad(last, width).reshape([...last.shape.slice(0, -1), Math.ceil(n / 8), 8]);
  const shifted = primitive.shiftLeft(bytes, primitive.broadcastInDim(places, bytes.shape, [bytes.ndim - 1]));
  return back(shifted.sum({ axis: -1, dtype: 'uint8' }));
}

/** The bits of bytes, as bytes 0 and 1; `count` of them, filled with zeros. */
export function unpackbits(a: ArrayLike, options: BitsOptions & { readonly count?: number | null } = {}): NdArray {
  const x = asArray(a, 'unpackbits', 'a');
  if (x.dtype !== 'uint8') {
    throw new DTypeMismatch({ op: 'unpackbits', argument: 'a', expected: 'uint8', actual: x.dtype });
  }
  const { last, places, back } = prepare('unpackbits', x, options);
  const shape = [...last.shape, 8];
  const wide = primitive.broadcastInDim(last, shape, range(last.ndim));
  const shifted = primitive.shiftRightLogical(wide, primitive.broadcastInDim(places, shape, [last.ndim]));
  const n = 8 * last.shape[last.ndim - 1];
  const bits = shifted.and(scalar(1, 'uint8')).reshape([...last.shape.slice(0, -1), n]);
  const count = options.count ?? n;
  const kept = count < 0 ? n + count : count;
  if (kept <= n) return back(bits.get('...', slice(0, kept)));
  return back(
    pad(
      bits,
      range(bits.ndim).map((k): [number, number] => [0, k === bits.ndim - 1 ? kept - n : 0]),
    ),
  );
}

function realFloat(op: string, x: ArrayLike): NdArray {
  const value = inexactArray(op, x);
  if (!isComplex(value.dtype)) return value;
  throw new DTypeMismatch({ op, argument: 'x', expected: 'real numbers', actual: value.dtype });
}

/** The mantissa's and exponent's fields, and what tells them apart. */
const parts: CustomJvp<[x: NdArray], readonly [NdArray, NdArray]> = customJvp(
  (x: NdArray): readonly [NdArray, NdArray] => {
    const { nmant, nexp, minexp, bits, tiny } = finfo(x.dtype);
    const word = `uint${bits}` as 'uint32';
    // Subnormal numbers are made normal first.
    const isSubnormal = x.abs().lt(tiny).and(x.ne(0));
    const normal = whereThree(isSubnormal, x.mul(2 ** nmant), x);
    const pattern = primitive.bitcastConvertType(normal, word);
    const exponentMask = primitive.full(pattern.aval, 2 ** nexp - 1);
    const place = primitive.full(pattern.aval, nmant);
    const exponent = primitive.and(primitive.shiftRightLogical(pattern, place), exponentMask);
    const e = exponent.astype('int32').sub(1 - minexp - 1);
    const cleared = primitive.and(pattern, primitive.not(primitive.shiftLeft(exponentMask, place)));
    const halfExponent = primitive.shiftLeft(primitive.full(pattern.aval, -minexp), place);
    const m = primitive.bitcastConvertType(primitive.or(cleared, halfExponent), x.dtype);
    const isPlain = isfinite(x).and(x.ne(0));
    const shifted = e.sub(whereThree(isSubnormal, scalar(nmant, 'int32'), scalar(0, 'int32')));
    return [whereThree(isPlain, m, x), whereThree(isPlain, shifted, scalar(0, 'int32'))];
  },
).defjvp(([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
  const [m, e] = parts(x) as readonly [NdArray, NdArray];
  return [
    [m, e],
    [ldexp(dx, e.neg()), primitive.full(e.aval, 0)],
  ];
});

/** `[m, e]` with `x = m 2^e` and `0.5 <= |m| < 1`; 0, infinities and NaN are their own mantissa. */
export function frexp(x: ArrayLike): [mantissa: NdArray, exponent: NdArray] {
  const [m, e] = parts(realFloat('frexp', x)) as readonly [NdArray, NdArray];
  return [m, e];
}

/** The distance to the next number away from 0. */
export function spacing(x: ArrayLike): NdArray {
  const value = realFloat('spacing', x);
  const infinity = scalar(Number.POSITIVE_INFINITY, value.dtype);
  if (value.dtype === 'float16') return nextafter(value, infinity).sub(value);
  const gap = nextafter(value, copysign(infinity, value)).sub(value);
  return whereThree(gap.eq(0), copysign(scalar(finfo(value.dtype).smallestSubnormal, value.dtype), value), gap);
}
