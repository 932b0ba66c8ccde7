/** Constants written into programs, as arrays. */
import { DeviceArray, encode, type NdArray } from '../array/array.js';
import { allocate } from '../array/dtype.js';
import type { Literal } from './jaxpr.js';

/** The array that a literal stands for. */
export function literalArray(literal: Literal): NdArray {
  const { value, aval } = literal;
  const data = allocate(aval.dtype, 1);
  if (typeof value === 'object') {
    data[0] = value[0];
    data[1] = value[1];
  } else encode(aval.dtype, data, 0, value);
  return DeviceArray.fromHost({ dtype: aval.dtype, shape: [], data }, aval.weakType);
}
