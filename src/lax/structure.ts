/**
 * Reshaping, cutting, joining, padding, filling: arrays in, arrays out, nothing promoted. Source: jax.lax.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { broadcastShapes as broadcastAll, canonicalAxes, canonicalAxis, range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { alike, asArray, cast } from './operand.js';

/** The same elements in another shape, of axes taken in another order first when `dimensions` says so. */
export function reshape(
  operand: ArrayLike,
  newSizes: readonly number[],
  options: { readonly dimensions?: readonly number[] | null } = {},
): NdArray {
  const x = asArray(operand, 'reshape', 'operand');
  return primitive.reshape(options.dimensions ? primitive.transpose(x, options.dimensions) : x, newSizes);
}

/** Axes in another order: axis `i` of the result is axis `permutation[i]` of the operand. */
export const transpose = (operand: ArrayLike, permutation: readonly number[]): NdArray =>
  primitive.transpose(asArray(operand, 'transpose', 'operand'), permutation);

/** The operand with new leading axes, along which it is repeated. */
export function broadcast(operand: ArrayLike, sizes: readonly number[]): NdArray {
  const x = asArray(operand, 'broadcast', 'operand');
  return primitive.broadcastInDim(
    x,
    [...sizes, ...x.shape],
    x.shape.map((_, i) => sizes.length + i),
  );
}

/** The operand repeated to a shape: its axis `i` becomes axis `broadcastDimensions[i]`. */
export const broadcastInDim = (
  operand: ArrayLike,
  shape: readonly number[],
  broadcastDimensions: readonly number[],
): NdArray => primitive.broadcastInDim(asArray(operand, 'broadcastInDim', 'operand'), shape, broadcastDimensions);

/**
 * The shape that shapes broadcast to.
 * @throws InvalidArgument when they do not fit together
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const common = broadcastAll(...shapes);
  if (common !== null) return common;
  throw new InvalidArgument({
    op: 'broadcastShapes',
    argument: 'shapes',
    expected: 'equal from the right, or 1',
    actual: shapes.map((s) => `[${s.join(', ')}]`).join(', '),
  });
}

/** Consecutive axes `startDimension` to `stopDimension` (not included; default the end) made one. */
export function collapse(
  operand: ArrayLike,
  startDimension: number,
  options: { readonly stopDimension?: number | null } = {},
): NdArray {
  const x = asArray(operand, 'collapse', 'operand');
  const stop = options.stopDimension ?? x.ndim;
  const [low, high] = [startDimension, stop].map((d) => (d < 0 ? d + x.ndim : d));
  const merged = x.shape.slice(low, high).reduce((p, n) => p * n, 1);
  return primitive.reshape(x, [...x.shape.slice(0, low), merged, ...x.shape.slice(high)]);
}

/** New axes of size 1 at these places of the result. */
export function expandDims(array: ArrayLike, dimensions: readonly number[]): NdArray {
  const x = asArray(array, 'expandDims', 'array');
  const places = canonicalAxes(dimensions, x.ndim + dimensions.length, 'expandDims', 'dimensions');
  return primitive.expandDims(
    x,
    places.sort((p, q) => p - q),
  );
}

/** Axes of size 1 removed. */
export function squeeze(array: ArrayLike, dimensions: readonly number[]): NdArray {
  const x = asArray(array, 'squeeze', 'array');
  const axes = canonicalAxes(dimensions, x.ndim, 'squeeze', 'dimensions');
  const wrong = axes.find((i) => x.shape[i] !== 1);
  if (wrong !== undefined) {
    throw new ShapeMismatch({
      op: 'squeeze',
      argument: 'array',
      expected: `axis ${wrong} must have size 1`,
      actual: x.shape,
    });
  }
  return primitive.squeeze(
    x,
    axes.sort((p, q) => p - q),
  );
}

/** Elements in reverse order along axes. */
export const rev = (operand: ArrayLike, dimensions: readonly number[]): NdArray => {
  const x = asArray(operand, 'rev', 'operand');
  return primitive.rev(x, canonicalAxes(dimensions, x.ndim, 'rev', 'dimensions'));
};

/** Arrays of one dtype joined along an axis. */
export function concatenate(operands: readonly ArrayLike[], dimension: number): NdArray {
  const arrays = operands.map((x, i) => asArray(x, 'concatenate', `operands[${i}]`));
  if (arrays.length === 0) {
    throw new InvalidArgument({ op: 'concatenate', argument: 'operands', expected: 'at least one', actual: 'none' });
  }
  return primitive.concatenate(arrays, canonicalAxis(dimension, arrays[0].ndim, 'concatenate', 'dimension'));
}

/**
 * The operand in a frame of `paddingValue`: for each axis `[before, after, between]`; negative widths cut off.
 */
export function pad(
  operand: ArrayLike,
  paddingValue: ArrayLike,
  paddingConfig: readonly (readonly [low: number, high: number, interior: number])[],
): NdArray {
  const [x, value] = alike([operand, paddingValue], 'pad');
  return primitive.pad(x, value, paddingConfig);
}

/** Elements `start` to `limit` of each axis, every `strides`-th. */
export const slice = (
  operand: ArrayLike,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  options: { readonly strides?: readonly number[] | null } = {},
): NdArray =>
  primitive.slice(asArray(operand, 'slice', 'operand'), startIndices, limitIndices, options.strides ?? null);

/** `slice` along one axis; null for its beginning and its end, negative numbers count from the end. */
export function sliceInDim(
  operand: ArrayLike,
  startIndex: number | null,
  limitIndex: number | null,
  options: { readonly stride?: number; readonly axis?: number } = {},
): NdArray {
  const x = asArray(operand, 'sliceInDim', 'operand');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'sliceInDim');
  const n = x.shape[axis];
  const place = (i: number): number => (i < 0 ? i + n : i);
  return primitive.sliceInDim(x, place(startIndex ?? 0), place(limitIndex ?? n), options.stride ?? 1, axis);
}

/** One position of an axis, which stays with size 1 unless `keepdims` is false. */
export function indexInDim(
  operand: ArrayLike,
  index: number,
  options: { readonly axis?: number; readonly keepdims?: boolean } = {},
): NdArray {
  const { keepdims = true } = options;
  const x = asArray(operand, 'indexInDim', 'operand');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'indexInDim');
  const at = canonicalAxis(index, x.shape[axis], 'indexInDim', 'index');
  const part = primitive.sliceInDim(x, at, at + 1, 1, axis);
  return keepdims ? part : primitive.squeeze(part, [axis]);
}

/** 0, 1, ..., size - 1. */
export const iota = (dtype: DType, size: number): NdArray => primitive.iota(checkDType(dtype, 'iota'), [size], 0);

/** The index along `dimension`, at every place of an array of a shape. */
export const broadcastedIota = (dtype: DType, shape: readonly number[], dimension: number): NdArray =>
  primitive.iota(
    checkDType(dtype, 'broadcastedIota'),
    shape,
    canonicalAxis(dimension, shape.length, 'broadcastedIota', 'dimension'),
  );

/** An array filled with one value. */
export function full(
  shape: readonly number[],
  fillValue: ArrayLike,
  options: { readonly dtype?: DType | null } = {},
): NdArray {
  const value = asArray(fillValue, 'full', 'fillValue');
  if (value.ndim > 0) {
    throw new ShapeMismatch({
      op: 'full',
      argument: 'fillValue',
      expected: 'it must be a scalar',
      actual: value.shape,
    });
  }
  const dtype = options.dtype ? checkDType(options.dtype, 'full') : value.dtype;
  const known = typeof fillValue === 'number' ? scalar(fillValue, dtype, !options.dtype) : cast(value, dtype);
  return primitive.broadcastInDim(known, shape, []);
}

/** An array filled with one value, of the shape and dtype of another. */
export function fullLike(
  x: ArrayLike,
  fillValue: ArrayLike,
  options: { readonly dtype?: DType | null; readonly shape?: readonly number[] | null } = {},
): NdArray {
  const model = asArray(x, 'fullLike');
  return full(options.shape ?? model.shape, fillValue, { dtype: options.dtype ?? model.dtype });
}

/** The array cut into consecutive pieces of these sizes along an axis. */
export function split(
  operand: ArrayLike,
  sizes: readonly number[],
  options: { readonly axis?: number } = {},
): NdArray[] {
  const x = asArray(operand, 'split', 'operand');
  return primitive.split(x, sizes, canonicalAxis(options.axis ?? 0, x.ndim, 'split'));
}

/** The array repeated `reps[i]` times along axis `i`. */
export function tile(operand: ArrayLike, reps: readonly number[]): NdArray {
  const x = asArray(operand, 'tile', 'operand');
  const spread = primitive.broadcastInDim(
    x,
    x.shape.flatMap((n, i) => [reps[i], n]),
    x.shape.map((_, i) => 2 * i + 1),
  );
  return primitive.reshape(
    spread,
    range(x.ndim).map((i) => x.shape[i] * reps[i]),
  );
}

/** The array itself, taken as a constant by every derivative. */
export const stopGradient = (x: ArrayLike): NdArray => primitive.stopGradient(asArray(x, 'stopGradient'));

/** The arrays themselves, across which the compiler moves nothing. */
export const optimizationBarrier = (operand: readonly ArrayLike[]): NdArray[] =>
  primitive.optimizationBarrier(operand.map((x, i) => asArray(x, 'optimizationBarrier', `operand[${i}]`)));
