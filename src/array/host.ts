/** An array in ordinary memory: what files hold, and what goes to and comes from an engine. */
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { allocate, type DType, layoutOf, type TypedArray } from './dtype.js';
import { sizeOf } from './shape.js';

/** Elements in row-major order, laid out as `dtype.ts` says (complex numbers as interleaved pairs). */
export interface HostData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/**
 * Joins elements with their dtype and shape, without a copy.
 *
 * @throws InvalidArgument when `data` is not the kind of typed array that holds `dtype`
 * @throws ShapeMismatch when its length is not that of the shape
 */
export function hostData(dtype: DType, shape: readonly number[], data: TypedArray): HostData {
  const { storage, entries } = layoutOf(dtype);
  if (!(data instanceof storage)) {
    throw new InvalidArgument({
      op: 'hostData',
      argument: 'data',
      expected: `a ${storage.name}, which holds ${dtype}`,
      actual: `a ${data.constructor.name}`,
    });
  }
  const length = sizeOf(shape) * entries;
  if (data.length !== length) {
    const expected = `its data has ${data.length} entries, not the ${length} of that shape in ${dtype}`;
    throw new ShapeMismatch({ op: 'hostData', argument: 'data', expected, actual: shape });
  }
  return { dtype, shape, data };
}

/** Zeros of a dtype and shape. */
export const hostZeros = (dtype: DType, shape: readonly number[]): HostData => ({
  dtype,
  shape,
  data: allocate(dtype, sizeOf(shape)),
});
