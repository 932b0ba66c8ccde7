/**
 * Parts of arrays, read and replaced: slices at places known when the program is written, and at places that are data.
 *
 * A dynamic window that would stick out is moved inside. Negative start indices count from the end. Source: jax.lax.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, isScalarLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { asArray, asIndices, cast } from './operand.js';
import {
  dynamicIndexInDimOptions,
  dynamicOptions,
  dynamicSliceInDimOptions,
  indexInDimOptions,
  sliceInDimOptions,
  sliceOptions,
} from './options.js';
import { unstack } from './structure.js';

/** Options of `slice`. */
export interface SliceOptions {
  /** Steps along each axis; 1 when null. */
  readonly strides?: readonly number[] | null;
}

/**
 * Elements `start, start + stride, ...` below `limit` of each axis.
 * @throws ShapeMismatch when they are not inside
 */
export const slice = (
  operand: ArrayLike,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  options: SliceOptions = {},
): NdArray => {
  const { strides = null } = checkOptions('slice', options, sliceOptions);
  checkArgument('slice', 'startIndices', startIndices, 'integers');
  checkArgument('slice', 'limitIndices', limitIndices, 'integers');
  return primitive.slice(asArray(operand, 'slice', 'operand'), startIndices, limitIndices, strides);
};

/** Options of `sliceInDim`. */
export interface SliceInDimOptions {
  /** Default 1. */
  readonly stride?: number;
  /** Default 0. */
  readonly axis?: number;
}

/** Elements `start, start + stride, ...` below `limit` of one axis; null means its ends, negative counts from its end. */
export function sliceInDim(
  operand: ArrayLike,
  startIndex: number | null,
  limitIndex: number | null,
  options: SliceInDimOptions = {},
): NdArray {
  checkArgument('sliceInDim', 'startIndex', startIndex, 'integer?');
  checkArgument('sliceInDim', 'limitIndex', limitIndex, 'integer?');
  checkOptions('sliceInDim', options, sliceInDimOptions);
  const x = asArray(operand, 'sliceInDim', 'operand');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'sliceInDim');
  const n = x.shape[axis];
  const place = (index: number): number => (index < 0 ? index + n : index);
  return primitive.sliceInDim(x, place(startIndex ?? 0), place(limitIndex ?? n), options.stride ?? 1, axis);
}

/** Options of `indexInDim`. */
export interface IndexInDimOptions {
  /** Default 0. */
  readonly axis?: number;
  /** Whether the axis stays, with size 1. Default true. */
  readonly keepdims?: boolean;
}

/**
 * One element of an axis, at a known place.
 * @throws InvalidArgument when it is not inside
 */
export function indexInDim(operand: ArrayLike, index: number, options: IndexInDimOptions = {}): NdArray {
  checkArgument('indexInDim', 'index', index, 'integer');
  checkOptions('indexInDim', options, indexInDimOptions);
  const x = asArray(operand, 'indexInDim', 'operand');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'indexInDim');
  const n = x.shape[axis];
  const place = index < 0 ? index + n : index;
  if (!Number.isInteger(place) || place < 0 || place >= n) {
    const expected = `an integer between ${-n} and ${n - 1}`;
    throw new InvalidArgument({ op: 'indexInDim', argument: 'index', expected, actual: `${index}` });
  }
  const row = primitive.sliceInDim(x, place, place + 1, 1, axis);
  return (options.keepdims ?? true) ? row : primitive.squeeze(row, [axis]);
}

/** Options of slices whose start is computed. */
export interface DynamicOptions {
  /** Whether negative start indices count from the end; for all axes, or each. Default true. */
  readonly allowNegativeIndices?: boolean | readonly boolean[];
}

/** Start indices as scalars, negative ones counted from the front where that is wanted. */
function starts(
  op: string,
  given: ArrayLike | readonly ArrayLike[],
  shape: readonly number[],
  options: DynamicOptions,
): NdArray[] {
  const { allowNegativeIndices: allow = true } = options;
  const list: readonly ArrayLike[] = Array.isArray(given)
    ? (given as readonly ArrayLike[])
    : unstack(asArray(given as ArrayLike, op, 'startIndices'));
  return list.map((value, axis) => {
    const counted = typeof allow === 'boolean' ? allow : allow[axis];
    if (isScalarLike(value)) {
      return asArray(counted && Number(value) < 0 ? Number(value) + shape[axis] : value, op, 'startIndices');
    }
    const index = asIndices(value, op, `startIndices[${axis}]`);
    if (!counted || axis >= shape.length) return index;
    const moved = primitive.add(index, primitive.like(index, shape[axis]));
    return primitive.select(primitive.lt(index, primitive.like(index, 0)), moved, index);
  });
}

/**
 * The window of sizes `sliceSizes` whose corner is at `startIndices`: scalars, or a vector.
 * @throws ShapeMismatch when the window is larger than the operand
 * @throws DTypeMismatch when start indices are not integers
 */
export function dynamicSlice(
  operand: ArrayLike,
  startIndices: ArrayLike | readonly ArrayLike[],
  sliceSizes: readonly number[],
  options: DynamicOptions = {},
): NdArray {
  checkArgument('dynamicSlice', 'sliceSizes', sliceSizes, 'integers');
  checkOptions('dynamicSlice', options, dynamicOptions);
  const x = asArray(operand, 'dynamicSlice', 'operand');
  return primitive.dynamicSlice(x, starts('dynamicSlice', startIndices, x.shape, options), sliceSizes);
}

/**
 * The operand with `update` in place of the window whose corner is at `startIndices`.
 * @throws ShapeMismatch when the window is larger than the operand
 */
export function dynamicUpdateSlice(
  operand: ArrayLike,
  update: ArrayLike,
  startIndices: ArrayLike | readonly ArrayLike[],
  options: DynamicOptions = {},
): NdArray {
  checkOptions('dynamicUpdateSlice', options, dynamicOptions);
  const x = asArray(operand, 'dynamicUpdateSlice', 'operand');
  const window = asArray(update, 'dynamicUpdateSlice', 'update');
  return primitive.dynamicUpdateSlice(
    x,
    window.weakType ? cast(window, x.dtype) : window,
    starts('dynamicUpdateSlice', startIndices, x.shape, options),
  );
}

/** Start indices that are zero but for one axis, whose index may be negative if `allowed`. */
function alongAxis(
  x: NdArray,
  index: ArrayLike,
  axis: number,
  options: DynamicOptions,
): [readonly ArrayLike[], DynamicOptions] {
  const { allowNegativeIndices: allow = true } = options;
  const allowed = typeof allow === 'boolean' ? allow : allow[0];
  return [x.shape.map((_, k) => (k === axis ? index : 0)), { allowNegativeIndices: x.shape.map(() => allowed) }];
}

/** Options of `dynamicSliceInDim`. */
export interface DynamicSliceInDimOptions extends DynamicOptions {
  /** Default 0. */
  readonly axis?: number;
}

/** `sliceSize` elements of one axis, from `startIndex` on. */
export function dynamicSliceInDim(
  operand: ArrayLike,
  startIndex: ArrayLike,
  sliceSize: number,
  options: DynamicSliceInDimOptions = {},
): NdArray {
  checkArgument('dynamicSliceInDim', 'sliceSize', sliceSize, 'integer');
  checkOptions('dynamicSliceInDim', options, dynamicSliceInDimOptions);
  const x = asArray(operand, 'dynamicSliceInDim', 'operand');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'dynamicSliceInDim');
  const [start, allowed] = alongAxis(x, startIndex, axis, options);
  return dynamicSlice(
    x,
    start,
    x.shape.map((n, k) => (k === axis ? sliceSize : n)),
    allowed,
  );
}

/** Options of `dynamicIndexInDim`. */
export interface DynamicIndexInDimOptions extends DynamicSliceInDimOptions {
  /** Whether the axis stays, with size 1. Default true. */
  readonly keepdims?: boolean;
}

/** One element of an axis. */
export function dynamicIndexInDim(
  operand: ArrayLike,
  index: ArrayLike,
  options: DynamicIndexInDimOptions = {},
): NdArray {
  const { keepdims = true, ...place } = checkOptions('dynamicIndexInDim', options, dynamicIndexInDimOptions);
  const row = dynamicSliceInDim(operand, index, 1, place);
  return keepdims ? row : primitive.squeeze(row, [canonicalAxis(place.axis ?? 0, row.ndim, 'dynamicIndexInDim')]);
}

/** The operand with `update` in place of elements of one axis from `startIndex` on. */
export function dynamicUpdateSliceInDim(
  operand: ArrayLike,
  update: ArrayLike,
  startIndex: ArrayLike,
  axis: number,
  options: DynamicOptions = {},
): NdArray {
  checkArgument('dynamicUpdateSliceInDim', 'axis', axis, 'axis');
  checkOptions('dynamicUpdateSliceInDim', options, dynamicOptions);
  const x = asArray(operand, 'dynamicUpdateSliceInDim', 'operand');
  const [start, allowed] = alongAxis(x, startIndex, canonicalAxis(axis, x.ndim, 'dynamicUpdateSliceInDim'), options);
  return dynamicUpdateSlice(x, update, start, allowed);
}

/** The operand with `update` in place of one element of an axis; `update` has the axis with size 1, or lacks it. */
export function dynamicUpdateIndexInDim(
  operand: ArrayLike,
  update: ArrayLike,
  index: ArrayLike,
  axis: number,
  options: DynamicOptions = {},
): NdArray {
  checkArgument('dynamicUpdateIndexInDim', 'axis', axis, 'axis');
  checkOptions('dynamicUpdateIndexInDim', options, dynamicOptions);
  const x = asArray(operand, 'dynamicUpdateIndexInDim', 'operand');
  const k = canonicalAxis(axis, x.ndim, 'dynamicUpdateIndexInDim');
  const row = asArray(update, 'dynamicUpdateIndexInDim', 'update');
  return dynamicUpdateSliceInDim(x, row.ndim === x.ndim ? row : primitive.expandDims(row, [k]), index, k, options);
}
