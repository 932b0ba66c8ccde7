/**
 * The signatures of functions that fill a shape with one value: a literal shape is known.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { ShapeFrom, ShapeOf } from '../array/shape-types.js';
import type { DTypeOption, LikeOptions, ShapeLike } from './creation.js';

/** An array of one value: of literal shape where the shape is a literal. */
export type Filled = <const S extends ShapeLike>(shape: S, options?: DTypeOption) => NdArray<ShapeFrom<S>>;

/** An array of one value, of the shape of a model or of another. */
export type Like = <X extends ArrayLike, const S extends ShapeLike | null = null>(
  a: X,
  options?: Omit<LikeOptions, 'shape'> & { readonly shape?: S },
) => NdArray<S extends ShapeLike ? ShapeFrom<S> : ShapeOf<X>>;
