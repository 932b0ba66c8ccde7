/**
 * Elements as numbers: how the reference rules read and write host data.
 *
 * Real dtypes are read as float64 (64-bit integers as bigint, by `readBig`), computed on in float64 and rounded once when
 * written. Complex arrays are read as two float64 arrays.
 */
import { allocate, bfloat16Bits, type DType, float16Bits, fromBfloat16Bits, fromFloat16Bits } from './dtype.js';
import type { HostData } from './host.js';
import { sizeOf } from './shape.js';

/** The elements of a real array as float64 numbers. */
export function readNumbers(host: HostData): Float64Array {
  const { data, dtype } = host;
  const out = new Float64Array(data.length);
  if (dtype === 'bfloat16') for (let i = 0; i < out.length; i++) out[i] = fromBfloat16Bits(data[i] as number);
  else if (dtype === 'float16') for (let i = 0; i < out.length; i++) out[i] = fromFloat16Bits(data[i] as number);
  else for (let i = 0; i < out.length; i++) out[i] = Number(data[i]);
  return out;
}

/** The elements of a 64-bit integer array. */
export function readBig(host: HostData): BigInt64Array | BigUint64Array {
  return host.data as BigInt64Array | BigUint64Array;
}

/** Real and imaginary parts; imaginary zeros for a real array. */
export function readComplex(host: HostData): { re: Float64Array; im: Float64Array } {
  if (host.dtype !== 'complex64' && host.dtype !== 'complex128') {
    return { re: readNumbers(host), im: new Float64Array(host.data.length) };
  }
  const size = host.data.length / 2;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    re[i] = host.data[2 * i] as number;
    im[i] = host.data[2 * i + 1] as number;
  }
  return { re, im };
}

/**
 * An array of the dtype from float64 numbers: floats are rounded to nearest even, integers wrap around
 * (a typed array's own conversion), bool is "not zero".
 */
export function fromNumbers(dtype: DType, shape: readonly number[], values: ArrayLike<number>): HostData {
  const data = allocate(dtype, sizeOf(shape));
  const n = data.length;
  if (dtype === 'bfloat16') for (let i = 0; i < n; i++) data[i] = bfloat16Bits(values[i]);
  else if (dtype === 'float16') for (let i = 0; i < n; i++) data[i] = float16Bits(values[i]);
  else if (dtype === 'bool') for (let i = 0; i < n; i++) data[i] = values[i] !== 0 ? 1 : 0;
  else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < n; i++) data[i] = BigInt(Math.trunc(values[i]));
  } else for (let i = 0; i < n; i++) data[i] = values[i];
  return { dtype, shape, data };
}

/** A complex array from its parts. */
export function fromComplex(
  dtype: DType,
  shape: readonly number[],
  re: ArrayLike<number>,
  im: ArrayLike<number>,
): HostData {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length / 2; i++) {
    data[2 * i] = re[i];
    data[2 * i + 1] = im[i];
  }
  return { dtype, shape, data };
}
