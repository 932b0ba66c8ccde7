/** An array in ordinary memory: what files hold, and what goes to and comes from an engine. */
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { type DType, layoutOf, type TypedArray } from './dtype.js';

/** Elements in row-major order, laid out as `dtype.ts` says (complex numbers as interleaved pairs). */
export interface HostData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** The number of elements of a shape: the product of its dimensions, 1 for a scalar's. */
export const shapeSize = (shape: readonly number[]): number => shape.reduce((size, dimension) => size * dimension, 1);

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
  const length = shapeSize(shape) * entries;
  if (data.length !== length) {
    const expected = `its data has ${data.length} entries, not the ${length} of that shape in ${dtype}`;
    throw new ShapeMismatch({ op: 'hostData', argument: 'data', expected, actual: shape });
  }
  return { dtype, shape, data };
}
