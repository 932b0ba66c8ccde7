/**
 * Arrays as bytes on the host: what files hold, what engines take and give, what reference rules compute on.
 */
import { InvalidArgument } from '../error/error.js';
import { allocate, type DType, layoutOf, type TypedArray } from './dtype.js';
import { sizeOf } from './shape.js';

/** A row-major array on the host. `data` is in the dtype's storage layout (see `dtype.ts`). */
export interface HostData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/**
 * Pairs bytes with their meaning.
 * @throws InvalidArgument when the number of entries is not what the shape and dtype need.
 */
export function hostData(dtype: DType, shape: readonly number[], data: TypedArray): HostData {
  const needed = sizeOf(shape) * layoutOf(dtype).entries;
  if (data.length !== needed) {
    throw new InvalidArgument({
      op: 'hostData',
      argument: 'data',
      expected: `${needed} entries for ${dtype}[${shape.join(',')}]`,
      actual: `${data.length} entries`,
    });
  }
  return { dtype, shape, data };
}

/** Zeros of a dtype and shape. */
export const hostZeros = (dtype: DType, shape: readonly number[]): HostData => ({
  dtype,
  shape,
  data: allocate(dtype, sizeOf(shape)),
});
