/**
 * New arrays: from data, constant, from ranges. Source: jax.numpy.
 */

import { NdArray } from '../array/array.js';
import {
  type ArrayLike,
  checkDType,
  containsArrays,
  defaultFloat,
  defaultInt,
  describeValue,
  fromNested,
  fromTypedArray,
  isScalarLike,
  scalar,
  scalarType,
  typedArrayDType,
} from '../array/convert.js';
import { checkSize, type DType, isComplex, isInteger } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import type { DataShape, Dims, ShapeFrom } from '../array/shape-types.js';
import { InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { beside } from '../transform/device.js';
import type { Filled, Like } from './filled.js';
import {
  arangeOptions,
  arrayOptions,
  dTypeOption,
  eyeOptions,
  likeOptions,
  linspaceOptions,
  logspaceOptions,
} from './options.js';
import { broadcastArray, broadcastShape, inexactArray, promoteDTypesInexact } from './promote.js';

/** The option of everything that makes an array of numbers. */
export interface DTypeOption {
  /** The element type of the result. */
  readonly dtype?: DType | null;
}

/** Options of `emptyLike`, `fullLike`, `onesLike` and `zerosLike`. */
export interface LikeOptions extends DTypeOption {
  /** The shape of the result, when it is not that of the model. */
  readonly shape?: ShapeLike | null;
}

/** A shape; one number for a vector. */
export type ShapeLike = number | readonly number[];

/**
 * A shape of the user's.
 * @throws InvalidArgument for sizes that are not integers, or negative
 */
export function checkShape(shape: ShapeLike, op: string): readonly number[] {
  const list = typeof shape === 'number' ? [shape] : shape;
  if (!Array.isArray(list) || list.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new InvalidArgument({
      op,
      argument: 'shape',
      expected: 'an integer or a list of integers, none negative',
      actual: Array.isArray(shape) ? `[${shape.map(String).join(', ')}]` : describeValue(shape),
    });
  }
  return list;
}

/** Options of `array` and `asarray`. */
export interface ArrayOptions extends DTypeOption {
  /** The least number of axes; new ones are put in front. Default 0. */
  readonly ndmin?: number;
  /** Accepted for NumPy's sake: arrays are immutable, so a copy makes no difference. */
  readonly copy?: boolean;
  readonly order?: string | null;
}

/**
 * An array of data (`jnp.array`): a number (float32, or bool), nested lists, a typed array, or an array.
 *
 * `await array([[1, 2], [3, 4]]).js()` is `[[1, 2], [3, 4]]`, in float32; `array([1, 2], { dtype: 'int32' })`.
 * @throws ShapeMismatch for ragged lists
 */
export function array<X extends ArrayLike, const M extends number = 0>(
  object: X,
  options?: Omit<ArrayOptions, 'ndmin'> & { readonly ndmin?: M },
): NdArray<M extends 0 ? DataShape<X> : Dims>;
export function array(object: ArrayLike, options: ArrayOptions = {}): NdArray {
  checkOptions('array', options, arrayOptions);
  const dtype = options.dtype ? checkDType(options.dtype, 'array') : undefined;
  const made = make(object, dtype);
  const missing = (options.ndmin ?? 0) - made.ndim;
  return missing > 0 ? primitive.reshape(made, [...new Array<number>(missing).fill(1), ...made.shape]) : made;
}

function make(object: ArrayLike, dtype: DType | undefined): NdArray {
  if (isScalarLike(object)) {
    if (dtype) return scalar(object, dtype);
    const { dtype: own, weakType } = scalarType(object);
    return scalar(object, typeof object === 'number' ? defaultFloat() : own, weakType);
  }
  if (ArrayBuffer.isView(object) && typedArrayDType(object) !== null) return fromTypedArray(object, dtype);
  if (Array.isArray(object) && !containsArrays(object)) return fromNested(object, 'array', dtype);
  const value = asArray(object, 'array', 'object');
  return dtype ? cast(value, dtype) : value;
}

/** As `array`: the array itself when it has the dtype already (`jnp.asarray`). */
export const asarray = (a: ArrayLike, options: Omit<ArrayOptions, 'ndmin'> = {}): NdArray =>
  a instanceof NdArray &&
  (!checkOptions('asarray', options, { copy: 'boolean', order: 'string?', dtype: 'dtype?' }).dtype ||
    a.dtype === options.dtype)
    ? a
    : array(a, options);

/** The same elements in another dtype: floats are rounded, or truncated for integers (`jnp.astype`). */
export function astype(x: ArrayLike, dtype: DType, options: { readonly copy?: boolean } = {}): NdArray {
  checkOptions('astype', options, { copy: 'boolean' });
  checkArgument('astype', 'dtype', dtype, 'dtype');
  const value = asArray(x, 'astype');
  const target = checkDType(dtype, 'astype');
  const source = isComplex(value.dtype) && !isComplex(target) && target !== 'bool' ? primitive.real(value) : value;
  return source.dtype === target && !source.weakType ? source : primitive.convertElementType(source, target);
}

/** An array of the same elements (`jnp.copy`). */
export const copy = (a: ArrayLike): NdArray => primitive.copy(asArray(a, 'copy', 'a'));

/** An array filled with one value, or with an array that is broadcast to the shape. */
export function full<const S extends ShapeLike>(
  shape: S,
  fillValue: ArrayLike,
  options?: DTypeOption,
): NdArray<ShapeFrom<S>>;
export function full(shape: ShapeLike, fillValue: ArrayLike, options: DTypeOption = {}): NdArray {
  checkArgument('full', 'shape', shape, 'sizes');
  checkOptions('full', options, dTypeOption);
  const value = array(fillValue, options);
  return broadcastArray(value, checkShape(shape, 'full'));
}

const filled = (op: string, value: number, shape: ShapeLike, dtype: DType | null | undefined): NdArray =>
  primitive.broadcastInDim(scalar(value, dtype ? checkDType(dtype, op) : defaultFloat()), checkShape(shape, op), []);

/** Zeros; float32 by default. */
export const zeros: Filled = (shape: ShapeLike, options: DTypeOption = {}) => {
  checkArgument('zeros', 'shape', shape, 'sizes');
  return filled('zeros', 0, shape, checkOptions('zeros', options, dTypeOption).dtype);
};
/** Ones; float32 by default. */
export const ones: Filled = (shape: ShapeLike, options: DTypeOption = {}) => {
  checkArgument('ones', 'shape', shape, 'sizes');
  return filled('ones', 1, shape, checkOptions('ones', options, dTypeOption).dtype);
};
/** As `zeros`: an array without defined contents does not exist. */
export const empty: Filled = (shape: ShapeLike, options: DTypeOption = {}) => {
  checkArgument('empty', 'shape', shape, 'sizes');
  return filled('empty', 0, shape, checkOptions('empty', options, dTypeOption).dtype);
};

/** An array filled with one value, of the shape and dtype of another, and where that is if the shapes are the same. */
export function fullLike(a: ArrayLike, fillValue: ArrayLike, options: LikeOptions = {}): NdArray {
  checkOptions('fullLike', options, likeOptions);
  const model = asArray(a, 'fullLike', 'a');
  return beside(full(options.shape ?? model.shape, fillValue, { dtype: options.dtype ?? model.dtype }), model);
}

/** Zeros of the shape and dtype of another array. */
export const zerosLike: Like = (a: ArrayLike, options: LikeOptions = {}) =>
  fullLike(a, 0, checkOptions('zerosLike', options, likeOptions));
/** Ones of the shape and dtype of another array. */
export const onesLike: Like = (a: ArrayLike, options: LikeOptions = {}) =>
  fullLike(a, 1, checkOptions('onesLike', options, likeOptions));
/** As `zerosLike`. */
export const emptyLike = (prototype: ArrayLike, options: LikeOptions = {}): NdArray =>
  fullLike(prototype, 0, checkOptions('emptyLike', options, likeOptions));

/** Options of `arange`. */
export interface ArangeOptions extends DTypeOption {
  /** The end, which is not included. Without it, `arange(stop)` starts at 0. */
  readonly stop?: number | null;
  /** The distance. Default 1. */
  readonly step?: number | null;
}

/**
 * Evenly spaced numbers: `arange(3)` is 0, 1, 2; `arange(1, { stop: 2, step: 0.5 })` is 1, 1.5. Integers make int32.
 * @throws InvalidArgument for a step of 0
 */
export function arange(start: number, options: ArangeOptions = {}): NdArray {
  checkArgument('arange', 'start', start, 'number');
  checkOptions('arange', options, arangeOptions);
  const first = options.stop === null || options.stop === undefined ? 0 : start;
  const stop = options.stop ?? start;
  const step = options.step ?? 1;
  if (step === 0 || ![first, stop, step].every(Number.isFinite)) {
    throw new InvalidArgument({
      op: 'arange',
      argument: step === 0 ? 'step' : 'start',
      expected: step === 0 ? 'not 0' : 'finite',
      actual: `${step === 0 ? step : [first, stop, step].join(', ')}`,
    });
  }
  const integers = [first, stop, step].every(Number.isInteger);
  const dtype = options.dtype ? checkDType(options.dtype, 'arange') : integers ? defaultInt() : defaultFloat();
  const size = Math.max(0, Math.ceil((stop - first) / step));
  checkSize('arange', dtype, size);
  if (first === 0 && step === 1) return primitive.iota(dtype, [size], 0);
  const values = Array.from({ length: size }, (_, i) => first + i * step);
  return fromNested(values, 'arange', dtype);
}

/** Options of `linspace`. */
export interface LinspaceOptions extends DTypeOption {
  /** How many. Default 50. */
  readonly num?: number;
  /** Whether the last one is `stop`. Default true. */
  readonly endpoint?: boolean;
  /** Whether the distance is returned too. Default false. */
  readonly retstep?: boolean;
  /** Where the new axis goes. Default 0. */
  readonly axis?: number;
}

/**
 * Numbers at equal distances from `start` to `stop`, which may be arrays. With `{ retstep: true }`, `[numbers, step]`.
 */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  options: LinspaceOptions & { readonly retstep: true },
): [NdArray, NdArray];
export function linspace(start: ArrayLike, stop: ArrayLike, options?: LinspaceOptions): NdArray;
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  options: LinspaceOptions = {},
): NdArray | [NdArray, NdArray] {
  checkOptions('linspace', options, linspaceOptions);
  const { num = 50, endpoint = true, retstep = false, axis = 0 } = options;
  const dtype = options.dtype ? checkDType(options.dtype, 'linspace') : null;
  checkShape([num], 'linspace');
  const [a, b] = promoteDTypesInexact('linspace', [start, stop]);
  const inner = a.dtype;
  const shape = broadcastShape('linspace', [a.shape, b.shape]);
  const [from, to] = [broadcastArray(a, shape), broadcastArray(b, shape)];
  const divisions = endpoint ? num - 1 : num;
  const places = [num, ...shape];
  const index = primitive.div(primitive.iota(inner, [Math.max(num, 0)], 0), scalar(Math.max(divisions, 1), inner));
  const t = primitive.broadcastInDim(index, places, [0]);
  const spread = (x: NdArray): NdArray => broadcastArray(primitive.reshape(x, [1, ...x.shape]), places);
  // As JAX: start (1 - t) + stop t, with the end put in exactly.
  let values = primitive.add(
    primitive.mul(spread(from), primitive.sub(scalar(1, inner), t)),
    primitive.mul(spread(to), t),
  );
  if (endpoint && num > 1) {
    const isLast = primitive.eq(primitive.iota('int32', places, 0), scalar(num - 1, 'int32'));
    values = primitive.selectN(isLast, values, spread(to));
  }
  if (dtype !== null && isInteger(dtype)) values = primitive.floor(values);
  const out = cast(primitive.moveAxis(values, 0, canonicalAxis(axis, values.ndim, 'linspace')), dtype ?? inner);
  if (!retstep) return out;
  const step =
    divisions > 0
      ? primitive.div(primitive.sub(to, from), scalar(divisions, inner))
      : primitive.broadcastInDim(scalar(Number.NaN, inner), shape, []);
  return [out, step];
}

export interface LogspaceOptions extends Omit<LinspaceOptions, 'retstep'> {
  /** Default 10. */
  readonly base?: ArrayLike;
}

/** `base` to the powers at equal distances from `start` to `stop`. */
export function logspace(start: ArrayLike, stop: ArrayLike, options: LogspaceOptions = {}): NdArray {
  checkOptions('logspace', options, logspaceOptions);
  const { base = 10, dtype, ...rest } = options;
  const powers = linspace(start, stop, rest) as NdArray;
  const b = cast(inexactArray('logspace', base), powers.dtype);
  const values = primitive.pow(b, powers);
  return dtype ? cast(values, checkDType(dtype, 'logspace')) : values;
}

/** Numbers at equal ratios from `start` to `stop`, which must have one sign. */
export function geomspace(start: ArrayLike, stop: ArrayLike, options: Omit<LogspaceOptions, 'base'> = {}): NdArray {
  checkOptions('geomspace', options, { dtype: 'dtype?', num: 'integer', endpoint: 'boolean', axis: 'axis' });
  const { dtype, ...rest } = options;
  const [a, b] = promoteDTypesInexact('geomspace', [start, stop]);
  const sign = primitive.sign(a);
  const powers = linspace(primitive.log(primitive.abs(a)), primitive.log(primitive.abs(b)), rest) as NdArray;
  const values = primitive.mul(sign.ndim === 0 ? sign : broadcastArray(sign, powers.shape), primitive.exp(powers));
  return dtype ? cast(values, checkDType(dtype, 'geomspace')) : values;
}

/** Options of `eye` and `tri`. */
export interface EyeOptions extends DTypeOption {
  /** Columns. Default as many as rows. */
  readonly M?: number | null;
  /** Which diagonal: above the main one when positive. Default 0. */
  readonly k?: number;
}

/** Ones on a diagonal, zeros elsewhere. `N`: rows. */
export function eye(N: number, options: EyeOptions = {}): NdArray {
  checkArgument('eye', 'N', N, 'integer');
  checkOptions('eye', options, eyeOptions);
  const { M = null, k = 0 } = options;
  const shape = checkShape([N, M ?? N], 'eye');
  const dtype = options.dtype ? checkDType(options.dtype, 'eye') : defaultFloat();
  const row = primitive.iota('int32', shape, 0);
  const column = primitive.iota('int32', shape, 1);
  return cast(primitive.eq(primitive.add(row, scalar(k, 'int32')), column), dtype);
}

/** The identity matrix with `n` rows. */
export const identity = (n: number, options: DTypeOption = {}): NdArray => {
  checkArgument('identity', 'n', n, 'integer');
  return eye(n, checkOptions('identity', options, dTypeOption));
};

/** Ones at and below a diagonal, zeros above. `N`: rows. */
export function tri(N: number, options: EyeOptions = {}): NdArray {
  checkArgument('tri', 'N', N, 'integer');
  checkOptions('tri', options, eyeOptions);
  const { M = null, k = 0 } = options;
  const shape = checkShape([N, M ?? N], 'tri');
  const dtype = options.dtype ? checkDType(options.dtype, 'tri') : defaultFloat();
  return cast(lowerTriangle(shape, k), dtype);
}

/** True where column <= row + k, in the last two axes. */
export function lowerTriangle(shape: readonly number[], k: number): NdArray {
  const row = primitive.iota('int32', shape, shape.length - 2);
  const column = primitive.iota('int32', shape, shape.length - 1);
  return primitive.le(column, primitive.add(row, scalar(k, 'int32')));
}
