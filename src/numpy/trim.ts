/**
 * Arrays cut to what is in them, or repeated to a size. Source: jax.numpy.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { canonicalAxes, range, sizeOf } from '../array/shape.js';
import { asArray } from '../lax/operand.js';
import { checkShape, type ShapeLike, zerosLike } from './creation.js';
import { Slice, slice } from './index-plan.js';
import { tile } from './joining.js';
import { sizeFor } from './search.js';
import { flip } from './shape.js';

/**
 * Without the zeros at the front (`f`) and the back (`b`) of each axis.
 * @throws ConcretizationError for a traced array: the result's size depends on values
 */
export function trimZeros(
  filt: ArrayLike,
  options: { readonly trim?: string; readonly axis?: number | readonly number[] | null } = {},
): NdArray {
  const x = asArray(filt, 'trimZeros', 'filt');
  const axes = canonicalAxes(options.axis ?? null, x.ndim, 'trimZeros');
  const ends = (options.trim ?? 'fb').toLowerCase();
  const first = (filled: NdArray): number => sizeFor('trimZeros', filled.argmax(), null);
  const index = range(x.ndim).map((axis): Slice => {
    if (!axes.includes(axis)) return new Slice(null, null, null);
    const filled = x.ne(0).any({ axis: range(x.ndim).filter((k) => k !== axis) });
    if (sizeFor('trimZeros', filled.sum(), null) === 0) return slice(0, 0);
    const start = ends.includes('f') ? first(filled) : 0;
    return slice(start, x.shape[axis] - (ends.includes('b') ? first(flip(filled)) : 0));
  });
  return x.get(...index);
}

/** The elements, as often as they are needed to fill the new shape. */
export function resize(a: ArrayLike, newShape: ShapeLike): NdArray {
  const x = asArray(a, 'resize', 'a');
  const shape = checkShape(newShape, 'resize');
  return x.size === 0 || sizeOf(shape) === 0 ? zerosLike(x, { shape }) : tileToSize(x, sizeOf(shape)).reshape(shape);
}

/** The elements in a row, repeated or cut to `size`. */
export const tileToSize = (x: NdArray, size: number): NdArray =>
  tile(x.ravel(), Math.max(1, Math.ceil(size / x.size))).get(slice(0, size));
