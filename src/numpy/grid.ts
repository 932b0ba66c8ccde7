/**
 * Grids: the coordinates of every place of an array, and functions of them. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultFloat, defaultInt } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions, withoutOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { checkShape, type DTypeOption, zeros } from './creation.js';
import { dTypeOption } from './options.js';

/** Options of `meshgrid`, after the vectors. */
export interface MeshgridOptions {
  /** `'xy'`: the first two axes exchanged, as for plots; `'ij'`: as the arguments come. Default `'xy'`. */
  readonly indexing?: 'xy' | 'ij';
  /** Whether axes of other arguments have size 1. Default false. */
  readonly sparse?: boolean;
  readonly copy?: boolean;
}

/** Coordinate matrices from coordinate vectors; the options follow the vectors. */
export function meshgrid(...args: readonly (ArrayLike | MeshgridOptions)[]): NdArray[] {
  const [operands, options] = withoutOptions<ArrayLike, MeshgridOptions>(args);
  const vectors = operands.map((x, i) => asArray(x, 'meshgrid', `x${i}`));
  const { indexing = 'xy', sparse = false } = checkOptions('meshgrid', options, {
    indexing: ['xy', 'ij'],
    sparse: 'boolean',
    copy: 'boolean',
  });
  const axes = vectors.map((_, i) => (indexing === 'xy' && i < 2 && vectors.length > 1 ? 1 - i : i));
  const shape = new Array<number>(vectors.length);
  vectors.forEach((x, i) => {
    if (x.ndim > 1) {
      throw new InvalidArgument({ op: 'meshgrid', argument: `x${i}`, expected: 'a vector', actual: `${x.aval}` });
    }
    shape[axes[i]] = x.size;
  });
  return vectors.map((x, i) => {
    const flat = primitive.reshape(x, [x.size]);
    return primitive.broadcastInDim(flat, sparse ? shape.map((n, k) => (k === axes[i] ? n : 1)) : shape, [axes[i]]);
  });
}

/** The indices of a grid, `[ndim, ...dimensions]`; a list of them, with sizes of 1, when `sparse`. */
export function indices(
  dimensions: readonly number[],
  options: DTypeOption & { readonly sparse?: boolean } = {},
): NdArray | NdArray[] {
  checkArgument('indices', 'dimensions', dimensions, 'integers');
  checkOptions('indices', options, { dtype: 'dtype?', sparse: 'boolean' });
  const shape = checkShape(dimensions, 'indices');
  const dtype = options.dtype ? checkDType(options.dtype, 'indices') : defaultInt();
  if (options.sparse) {
    return shape.map((n, axis) =>
      primitive.reshape(
        primitive.iota(dtype, [n], 0),
        shape.map((m, k) => (k === axis ? m : 1)),
      ),
    );
  }
  const each = shape.map((_, axis) => primitive.reshape(primitive.iota(dtype, shape, axis), [1, ...shape]));
  return each.length > 0 ? primitive.concatenate(each, 0) : zeros([0], { dtype });
}

/** The array `f(i, j, ...)` over all indices, where `f` gets whole arrays of indices (`jnp.fromfunction`). */
export function fromfunction(
  f: (...index: NdArray[]) => NdArray,
  shape: readonly number[],
  options: DTypeOption = {},
): NdArray {
  checkArgument('fromfunction', 'f', f, 'function');
  checkArgument('fromfunction', 'shape', shape, 'integers');
  checkOptions('fromfunction', options, dTypeOption);
  const dtype = options.dtype ? checkDType(options.dtype, 'fromfunction') : defaultFloat();
  return f(...checkShape(shape, 'fromfunction').map((_, axis) => primitive.iota(dtype, shape, axis)));
}
