/**
 * Elements moved about: reshaping, axes, repetition, joining, filling.
 *
 * As in `jax.lax`, what is given in Python as a tuple is a list here, and nothing is promoted. Axes may be negative.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { broadcastShapes as broadcastTwo, canonicalAxes, canonicalAxis, range, sizeOf } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { beside } from '../transform/device.js';
import { alike, asArray, inType, operand as scalarOrArray, typeOf } from './operand.js';
import { axisOption, collapseOptions, fullLikeOptions, fullOptions, reshapeOptions } from './options.js';

/** Options of `reshape`. */
export interface ReshapeOptions {
  /** The order in which the operand's axes are read; their own when null. */
  readonly dimensions?: readonly number[] | null;
}

/**
 * The same elements in another shape.
 * @throws ShapeMismatch when the number of elements differs
 */
export function reshape(operand: ArrayLike, newSizes: readonly number[], options: ReshapeOptions = {}): NdArray {
  checkArgument('reshape', 'newSizes', newSizes, 'integers');
  checkOptions('reshape', options, reshapeOptions);
  const x = asArray(operand, 'reshape', 'operand');
  return primitive.reshape(options.dimensions ? transpose(x, options.dimensions) : x, newSizes);
}

/** Axes in another order: axis `i` of the result is axis `permutation[i]` of the operand. */
export function transpose(operand: ArrayLike, permutation: readonly number[]): NdArray {
  checkArgument('transpose', 'permutation', permutation, 'integers');
  const x = asArray(operand, 'transpose', 'operand');
  return primitive.transpose(
    x,
    permutation.map((axis) => canonicalAxis(axis, x.ndim, 'transpose', 'permutation')),
  );
}

/** The operand repeated along new leading axes of these sizes. */
export function broadcast(operand: ArrayLike, sizes: readonly number[]): NdArray {
  checkArgument('broadcast', 'sizes', sizes, 'integers');
  const x = asArray(operand, 'broadcast', 'operand');
  return primitive.broadcastInDim(
    x,
    [...sizes, ...x.shape],
    x.shape.map((_, i) => sizes.length + i),
  );
}

/**
 * The operand repeated to a shape: its axis `i` becomes axis `broadcastDimensions[i]` of the result.
 * @throws ShapeMismatch when sizes are neither 1 nor equal
 */
export const broadcastInDim = (
  operand: ArrayLike,
  shape: readonly number[],
  broadcastDimensions: readonly number[],
): NdArray => {
  checkArgument('broadcastInDim', 'shape', shape, 'integers');
  checkArgument('broadcastInDim', 'broadcastDimensions', broadcastDimensions, 'integers');
  return primitive.broadcastInDim(asArray(operand, 'broadcastInDim', 'operand'), shape, broadcastDimensions);
};

/** The operand with leading axes of size 1, until it has `rank` axes. */
export function broadcastToRank(x: ArrayLike, rank: number): NdArray {
  checkArgument('broadcastToRank', 'rank', rank, 'integer');
  const value = asArray(x, 'broadcastToRank');
  return rank === value.ndim ? value : primitive.expandDims(value, range(rank - value.ndim));
}

/** `arr` repeated to the shape of `likeArr`, matching axes from the right. */
export function broadcastLike(arr: ArrayLike, likeArr: ArrayLike): NdArray {
  const x = asArray(arr, 'broadcastLike', 'arr');
  const { shape } = asArray(likeArr, 'broadcastLike', 'likeArr');
  return primitive.broadcastInDim(
    x,
    shape,
    x.shape.map((_, i) => shape.length - x.ndim + i),
  );
}

/**
 * The shape to which all of the shapes broadcast.
 * @throws ShapeMismatch when there is none
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  for (const [i, shape] of shapes.entries()) checkArgument('broadcastShapes', `shapes[${i}]`, shape, 'integers');
  const common = broadcastTwo(...shapes);
  if (common !== null) return common;
  const rest = shapes.slice(1).map((s) => `[${s.join(', ')}]`);
  throw new ShapeMismatch({
    op: 'broadcastShapes',
    argument: 'the first shape',
    expected: `it must broadcast with ${rest.join(' and ')}`,
    actual: shapes[0],
  });
}

/** New axes of size 1, at places `dimensions` of the result. */
export function expandDims(array: ArrayLike, dimensions: readonly number[]): NdArray {
  checkArgument('expandDims', 'dimensions', dimensions, 'integers');
  const x = asArray(array, 'expandDims', 'array');
  return primitive.expandDims(x, canonicalAxes(dimensions, x.ndim + dimensions.length, 'expandDims', 'dimensions'));
}

/** The operand without some axes of size 1. */
export function squeeze(array: ArrayLike, dimensions: readonly number[]): NdArray {
  checkArgument('squeeze', 'dimensions', dimensions, 'integers');
  const x = asArray(array, 'squeeze', 'array');
  return primitive.squeeze(x, canonicalAxes(dimensions, x.ndim, 'squeeze', 'dimensions'));
}

/** Options of `collapse`. */
export interface CollapseOptions {
  /** The axis after the last one that is merged; all when null. */
  readonly stopDimension?: number | null;
}

/**
 * Axes `startDimension ... stopDimension - 1` as one.
 * @throws InvalidArgument when they are not in order
 */
export function collapse(operand: ArrayLike, startDimension: number, options: CollapseOptions = {}): NdArray {
  checkArgument('collapse', 'startDimension', startDimension, 'axis');
  checkOptions('collapse', options, collapseOptions);
  const x = asArray(operand, 'collapse', 'operand');
  const bound = (axis: number): number => (axis < 0 ? axis + x.ndim : axis);
  const [start, stop] = [bound(startDimension), bound(options.stopDimension ?? x.ndim)];
  if (start < 0 || start > stop || stop > x.ndim) {
    throw new InvalidArgument({
      op: 'collapse',
      argument: 'stopDimension',
      expected: `between startDimension (${startDimension}) and the ${x.ndim} axes`,
      actual: `${options.stopDimension ?? x.ndim}`,
    });
  }
  const merged = sizeOf(x.shape.slice(start, stop));
  return primitive.reshape(x, [...x.shape.slice(0, start), merged, ...x.shape.slice(stop)]);
}

/** Axes in reverse order. */
export function rev(operand: ArrayLike, dimensions: readonly number[]): NdArray {
  checkArgument('rev', 'dimensions', dimensions, 'integers');
  const x = asArray(operand, 'rev', 'operand');
  return primitive.rev(x, canonicalAxes(dimensions, x.ndim, 'rev', 'dimensions'));
}

/**
 * The operand in a frame of `paddingValue`: `[low, high, interior]` for each axis; negative numbers cut off.
 * @throws DTypeMismatch when operand and padding value have unlike dtypes
 */
export function pad(
  operand: ArrayLike,
  paddingValue: ArrayLike,
  paddingConfig: readonly primitive.PaddingConfig[],
): NdArray {
  checkArgument('pad', 'paddingConfig', paddingConfig, 'list');
  for (const [i, entry] of paddingConfig.entries()) checkArgument('pad', `paddingConfig[${i}]`, entry, 'integers');
  const [x, value] = alike([asArray(operand, 'pad', 'operand'), paddingValue], 'pad');
  return primitive.pad(x, value, paddingConfig);
}

/** Arrays one after the other along an axis. */
export function concatenate(operands: readonly ArrayLike[], dimension: number): NdArray {
  checkArgument('concatenate', 'operands', operands, 'list');
  checkArgument('concatenate', 'dimension', dimension, 'axis');
  const arrays = operands.map((x, i) => asArray(x, 'concatenate', `operands[${i}]`));
  if (arrays.length === 0) throw noOperands('concatenate');
  return primitive.concatenate(arrays, canonicalAxis(dimension, arrays[0].ndim, 'concatenate', 'dimension'));
}

const noOperands = (op: string): Error =>
  new InvalidArgument({ op, argument: 'operands', expected: 'a list with at least one array', actual: 'empty' });

/** The option of what works along one axis. */
export interface AxisOption {
  /** The axis; negative ones count from the end. Default 0. */
  readonly axis?: number;
}

/** Arrays of one shape along a new axis. */
export function stack(operands: readonly ArrayLike[], options: AxisOption = {}): NdArray {
  checkArgument('stack', 'operands', operands, 'list');
  checkOptions('stack', options, axisOption);
  const arrays = operands.map((x, i) => asArray(x, 'stack', `operands[${i}]`));
  if (arrays.length === 0) throw noOperands('stack');
  const axis = canonicalAxis(options.axis ?? 0, arrays[0].ndim + 1, 'stack');
  return primitive.concatenate(
    arrays.map((x) => primitive.expandDims(x, [axis])),
    axis,
  );
}

/** The elements of an axis as a list of arrays without it. */
export function unstack(x: ArrayLike, options: AxisOption = {}): NdArray[] {
  checkOptions('unstack', options, axisOption);
  const value = asArray(x, 'unstack');
  const axis = canonicalAxis(options.axis ?? 0, value.ndim, 'unstack');
  if (value.shape[axis] === 0) return [];
  const ones = range(value.shape[axis]).map(() => 1);
  return primitive.split(value, ones, axis).map((part) => primitive.squeeze(part, [axis]));
}

/** The operand cut into parts of the given sizes along an axis. */
export function split(operand: ArrayLike, sizes: readonly number[], options: AxisOption = {}): NdArray[] {
  checkArgument('split', 'sizes', sizes, 'integers');
  checkOptions('split', options, axisOption);
  const x = asArray(operand, 'split', 'operand');
  return primitive.split(x, sizes, canonicalAxis(options.axis ?? 0, x.ndim, 'split'));
}

/** The operand repeated `reps[i]` times along axis `i`. */
export function tile(operand: ArrayLike, reps: readonly number[]): NdArray {
  checkArgument('tile', 'reps', reps, 'integers');
  const x = asArray(operand, 'tile', 'operand');
  if (reps.length !== x.ndim) {
    const expected = `one count for each of the ${x.ndim} axes`;
    throw new InvalidArgument({ op: 'tile', argument: 'reps', expected, actual: `[${reps.join(', ')}]` });
  }
  const interleaved = x.shape.flatMap((n, axis) => [reps[axis], n]);
  const repeated = primitive.broadcastInDim(
    x,
    interleaved,
    x.shape.map((_, axis) => 2 * axis + 1),
  );
  return primitive.reshape(
    repeated,
    x.shape.map((n, axis) => n * reps[axis]),
  );
}

/** Options of `full`. */
export interface FullOptions {
  /** The dtype; that of the value when absent. */
  readonly dtype?: DType | null;
}

/** An array filled with one number. */
export function full(shape: readonly number[], fillValue: ArrayLike, options: FullOptions = {}): NdArray {
  checkArgument('full', 'shape', shape, 'integers');
  checkOptions('full', options, fullOptions);
  const value = scalarOrArray(fillValue, 'full', 'fillValue');
  const own = typeOf(value);
  const dtype = options.dtype ? checkDType(options.dtype, 'full') : own.dtype;
  const filler = inType(value, dtype, own.weakType && !options.dtype);
  if (filler.ndim !== 0) {
    throw new ShapeMismatch({
      op: 'full',
      argument: 'fillValue',
      expected: 'a scalar is needed',
      actual: filler.shape,
    });
  }
  return primitive.broadcastInDim(filler, shape, []);
}

/** Options of `fullLike`. */
export interface FullLikeOptions extends FullOptions {
  /** The shape; that of the array when absent. */
  readonly shape?: readonly number[] | null;
}

/** An array filled with one number, in the shape and dtype of another, and where that is if the shapes are the same. */
export function fullLike(x: ArrayLike, fillValue: ArrayLike, options: FullLikeOptions = {}): NdArray {
  checkOptions('fullLike', options, fullLikeOptions);
  const like = asArray(x, 'fullLike');
  return beside(full(options.shape ?? like.shape, fillValue, { dtype: options.dtype ?? like.dtype }), like);
}

/** An array of any elements; they are zeros. */
export const empty = (shape: readonly number[], dtype: DType): NdArray => {
  checkArgument('empty', 'shape', shape, 'integers');
  checkArgument('empty', 'dtype', dtype, 'dtype');
  return full(shape, 0, { dtype });
};

/** 0, 1, ..., `size` - 1. */
export const iota = (dtype: DType, size: number): NdArray => {
  checkArgument('iota', 'dtype', dtype, 'dtype');
  checkArgument('iota', 'size', size, 'integer');
  return primitive.iota(checkDType(dtype, 'iota'), [size], 0);
};

/** 0, 1, 2, ... along one axis, the same along all others. */
export const broadcastedIota = (dtype: DType, shape: readonly number[], dimension: number): NdArray => {
  checkArgument('broadcastedIota', 'dtype', dtype, 'dtype');
  checkArgument('broadcastedIota', 'shape', shape, 'integers');
  checkArgument('broadcastedIota', 'dimension', dimension, 'axis');
  return primitive.iota(
    checkDType(dtype, 'broadcastedIota'),
    shape,
    canonicalAxis(dimension, shape.length, 'broadcastedIota'),
  );
};

/** The dtype that an array-like has as an array. */
export const dtype = (x: ArrayLike): DType => typeOf(scalarOrArray(x, 'dtype')).dtype;
