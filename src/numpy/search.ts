/**
 * Finding elements: `where`, `nonzero`, and the places of diagonals and triangles. Source: jax.numpy.
 *
 * Results whose size depends on values need either concrete arrays, or a `size` and what to fill the rest with.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import { checkSize } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import { ConcretizationError, InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { Tracer } from '../trace/context.js';
import { stack } from './joining.js';
import { sizeOptions, triangleOptions } from './options.js';
import { broadcastArray } from './promote.js';
import { asCondition, choose, whereThree } from './select.js';
import { searchsorted } from './sorting.js';
import { take, unravelIndex } from './take.js';

/** Options of `argwhere`, `extract`, `flatnonzero`, `nonzero`, `where` and others of their kind. */
export interface SizeOptions {
  /** How many are returned: the first ones, or these and filling. Needed under `jit`. */
  readonly size?: number | null;
  /** What fills the rest. Default 0. */
  readonly fillValue?: ArrayLike | readonly ArrayLike[] | null;
}

/** A size that depends on values: the user's, or what they are. */
export function sizeFor(op: string, count: NdArray, size: number | null | undefined): number {
  if (size !== null && size !== undefined) return size;
  if (count instanceof Tracer) throw new ConcretizationError({ wanted: `${op} without { size }`, tracer: `${count}` });
  return Number(count.item());
}

/** The positions of the elements that are not 0, one array for each axis. */
export function nonzero(a: ArrayLike, options: SizeOptions = {}): NdArray[] {
  checkOptions('nonzero', options, sizeOptions);
  const x = asArray(a, 'nonzero', 'a');
  const dtype = defaultInt();
  const mask = cast(asCondition(primitive.reshape(x, [x.size])), dtype);
  const count = primitive.reduceSum(mask, [0]);
  const size = sizeFor('nonzero', count, options.size);
  if (x.size === 0) return x.shape.map(() => primitive.broadcastInDim(scalar(0, dtype), [size], []));
  // The k-th element that is not 0 is where the running count passes k.
  const running = primitive.cumsum(mask, 0, false);
  const places = cast(searchsorted(running, primitive.iota(dtype, [size], 0), { side: 'right' }), dtype);
  const beyond = primitive.ge(primitive.iota(dtype, [size], 0), broadcastArray(count, [size]));
  const { fillValue = 0 } = options;
  const fills = Array.isArray(fillValue) ? fillValue : x.shape.map(() => fillValue ?? 0);
  const inside = primitive.min(places, scalar(x.size - 1, dtype));
  return unravelIndex(inside, x.shape).map((index, axis) =>
    choose(beyond, cast(asArray(fills[axis] as ArrayLike, 'nonzero', 'fillValue'), dtype), index),
  );
}

/** The positions of the elements of the flattened array that are not 0. */
export const flatnonzero = (a: ArrayLike, options: SizeOptions = {}): NdArray => {
  checkOptions('flatnonzero', options, sizeOptions);
  const x = asArray(a, 'flatnonzero', 'a');
  return nonzero(primitive.reshape(x, [x.size]), options)[0];
};

/** The multi-indices of the elements that are not 0, as rows. */
export const argwhere = (a: ArrayLike, options: SizeOptions = {}): NdArray =>
  stack(nonzero(a, checkOptions('argwhere', options, sizeOptions)), { axis: 1 });

/**
 * `x` where `condition` holds, else `y`, broadcast and promoted; with the condition alone, `nonzero(condition)`.
 */
export function where(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NdArray;
export function where(condition: ArrayLike, options?: SizeOptions): NdArray[];
export function where(
  condition: ArrayLike,
  x?: ArrayLike | SizeOptions | null,
  y?: ArrayLike | null,
): NdArray | NdArray[] {
  if (x !== undefined && x !== null && y !== undefined && y !== null) {
    return whereThree(condition, x as ArrayLike, y);
  }
  if (y !== undefined && y !== null) {
    throw new InvalidArgument({ op: 'where', argument: 'x', expected: 'given when y is', actual: 'absent' });
  }
  return nonzero(condition, (x as SizeOptions | undefined | null) ?? {});
}

/** The elements of the flattened array where a condition holds (`jnp.extract`). */
export const extract = (condition: ArrayLike, arr: ArrayLike, options: SizeOptions = {}): NdArray =>
  take(arr, flatnonzero(condition, { size: checkOptions('extract', options, sizeOptions).size }), { mode: 'clip' });

/** The slices along an axis at which a vector of conditions holds. */
export const compress = (
  condition: ArrayLike,
  a: ArrayLike,
  options: { readonly axis?: number | null } = {},
): NdArray =>
  take(a, flatnonzero(condition), { axis: checkOptions('compress', options, { axis: 'axis?' }).axis ?? null });

/** The indices of the diagonal of an array with `ndim` axes of size `n`. */
export const diagIndices = (n: number, options: { readonly ndim?: number } = {}): NdArray[] => {
  checkArgument('diagIndices', 'n', n, 'integer');
  return range(checkOptions('diagIndices', options, { ndim: 'integer' }).ndim ?? 2).map(() =>
    primitive.iota(defaultInt(), [n], 0),
  );
};

const triangleIndices = (
  op: string,
  rows: number,
  columns: number,
  keep: (i: number, j: number) => boolean,
): NdArray[] => {
  checkSize(op, 'bool', rows * columns);
  const [is, js]: [number[], number[]] = [[], []];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (!keep(i, j)) continue;
      is.push(i);
      js.push(j);
    }
  }
  return [asArray(Int32Array.from(is), 'indices'), asArray(Int32Array.from(js), 'indices')];
};

/** Options of `trilIndices` and `triuIndices`. */
export interface TriangleOptions {
  readonly k?: number;
  /** Columns. Default as many as rows. */
  readonly m?: number | null;
}

/** Rows and columns of the elements of the lower triangle of a matrix with `n` rows. */
export const trilIndices = (n: number, options: TriangleOptions = {}): NdArray[] => {
  checkArgument('trilIndices', 'n', n, 'integer');
  const { k = 0, m = null } = checkOptions('trilIndices', options, triangleOptions);
  return triangleIndices('trilIndices', n, m ?? n, (i, j) => j <= i + k);
};

/** Rows and columns of the elements of the upper triangle of a matrix with `n` rows. */
export const triuIndices = (n: number, options: TriangleOptions = {}): NdArray[] => {
  checkArgument('triuIndices', 'n', n, 'integer');
  const { k = 0, m = null } = checkOptions('triuIndices', options, triangleOptions);
  return triangleIndices('triuIndices', n, m ?? n, (i, j) => j >= i + k);
};
