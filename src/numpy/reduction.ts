/**
 * Reductions over axes: sums, products, extrema, and their means and moments.
 *
 * Sums of booleans are int32, sums of small integers are widened to int32 or uint32, means of integers are floats, 16-bit
 * floats are summed in float32 and rounded once, all as in JAX. Source: jax/_src/numpy/reductions.py.
 */

import type { NdArray } from '../array/array.js';
import type { Axis, Over, Reduce } from '../array/axis-types.js';
import { type ArrayLike, checkDType, defaultFloat, defaultInt, defaultUint, scalar } from '../array/convert.js';
import { type DType, isBool, isComplex, isInexact, isInteger, layoutOf } from '../array/dtype.js';
import { iinfo } from '../array/dtype-info.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, canonicalAxis, range, sizeOf } from '../array/shape.js';
import type { Fits, ShapeOf } from '../array/shape-types.js';
import { InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { argOptions, extremumOptions, meanOptions, reduceOptions, sumOptions, varOptions } from './options.js';
import { broadcastArray } from './promote.js';
import { asCondition, choose } from './select.js';

const { like } = primitive;

export type { Axis };

/** A reduction whose result's shape follows from literal axes; `O` is what else it can be told. */
export type Reduction<O extends { readonly axis?: Axis }> = <
  X extends ArrayLike,
  const A extends NonNullable<O['axis']> | null = null,
  K extends boolean = false,
>(
  a: X,
  options?: Omit<O, keyof Over> & Over<A, K> & Fits<Reduce<ShapeOf<X>, A, K>>,
) => NdArray<Reduce<ShapeOf<X>, A, K>>;

/** Options of every reduction over axes. */
export interface ReduceOptions {
  /** The axes to reduce; negative ones count from the end. Default all. */
  readonly axis?: Axis;
  /** Whether reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean;
  /** Only elements where this holds take part; it is broadcast. */
  readonly where?: ArrayLike | null;
}

/** Options of `prod`, `sum`, `nansum` and `nanprod`. */
export interface SumOptions extends ReduceOptions {
  /** The dtype of the accumulation and the result. */
  readonly dtype?: DType | null;
  /** Where the accumulation starts. */
  readonly initial?: ArrayLike | null;
  /** Whether integers narrower than the default one are widened. Default true. */
  readonly promoteIntegers?: boolean;
}

/** Options of `max` and `min`. */
export interface ExtremumOptions extends ReduceOptions {
  /** The result for an empty reduction, and a bound for others. Needed with `where`. */
  readonly initial?: ArrayLike | null;
}

/** Reduced axes back, with size 1. */
export const keepAxes = (x: NdArray, shape: readonly number[], axes: readonly number[]): NdArray =>
  primitive.reshape(
    x,
    shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  );

/** Results of reductions do not yield, even of plain numbers. */
const strong = (x: NdArray): NdArray => (x.weakType ? primitive.convertElementType(x, x.dtype) : x);

/** Elements where the condition does not hold replaced by a neutral number. */
const masked = (x: NdArray, where: ArrayLike | null | undefined, neutral: number, op: string): NdArray =>
  where === null || where === undefined
    ? x
    : choose(asCondition(asArray(where, op, 'where')), x, broadcastArray(like(x, neutral), x.shape));

function finish(x: NdArray, y: NdArray, axes: readonly number[], keepdims: boolean | undefined): NdArray {
  return keepdims ? keepAxes(y, x.shape, axes) : y;
}

/** The dtype of a sum or product. */
function sumDType(x: NdArray, options: SumOptions, op: string): DType {
  if (options.dtype) return checkDType(options.dtype, op);
  if (options.promoteIntegers === false) return isBool(x.dtype) ? defaultInt() : x.dtype;
  if (isBool(x.dtype)) return defaultInt();
  if (!isInteger(x.dtype)) return x.dtype;
  const wide = layoutOf(x.dtype).kind === 'uint' ? defaultUint() : defaultInt();
  return layoutOf(wide).bytes > layoutOf(x.dtype).bytes ? wide : x.dtype;
}

const isShortFloat = (dtype: DType): boolean => dtype === 'bfloat16' || dtype === 'float16';

function accumulate(
  op: string,
  a: ArrayLike,
  options: SumOptions,
  neutral: number,
  reduce: (x: NdArray, axes: readonly number[]) => NdArray,
  combine: (x: NdArray, y: NdArray) => NdArray,
): NdArray {
  const x = asArray(a, op, 'a');
  const axes = canonicalAxes(options.axis, x.ndim, op);
  const dtype = sumDType(x, options, op);
  const inner: DType = isShortFloat(dtype) ? 'float32' : dtype;
  const source = masked(cast(strong(x), inner), options.where, neutral, op);
  let y = axes.length === 0 ? source : reduce(source, axes);
  if (options.initial !== null && options.initial !== undefined) {
    y = combine(cast(asArray(options.initial, op, 'initial'), inner), y);
  }
  return finish(x, cast(y, dtype), axes, options.keepdims);
}

/**
 * The sum over axes.
 * @throws AxisError for an axis out of range
 */
export const sum: Reduction<SumOptions> = (a: ArrayLike, options: SumOptions = {}): NdArray =>
  accumulate('sum', a, checkOptions('sum', options, sumOptions), 0, primitive.reduceSum, primitive.add);

/** The product over axes. */
export const prod: Reduction<SumOptions> = (a: ArrayLike, options: SumOptions = {}): NdArray =>
  accumulate('prod', a, checkOptions('prod', options, sumOptions), 1, primitive.reduceProd, primitive.mul);

/** The smallest or largest value of a dtype: neutral for `max` and `min`. */
export function extreme(dtype: DType, sign: -1 | 1): number | bigint {
  if (isBool(dtype)) return sign > 0 ? 1 : 0;
  if (isInteger(dtype)) return sign > 0 ? iinfo(dtype).max : iinfo(dtype).min;
  return sign * Number.POSITIVE_INFINITY;
}

function extremum(
  op: 'max' | 'min',
  a: ArrayLike,
  options: ExtremumOptions,
  reduce: (x: NdArray, axes: readonly number[]) => NdArray,
  combine: (x: NdArray, y: NdArray) => NdArray,
): NdArray {
  const x = asArray(a, op, 'a');
  const axes = canonicalAxes(options.axis, x.ndim, op);
  const initial = options.initial ?? null;
  if (initial === null && (options.where ?? null) !== null) {
    throw new InvalidArgument({ op, argument: 'initial', expected: 'given when where is', actual: 'absent' });
  }
  if (initial === null && axes.some((axis) => x.shape[axis] === 0)) {
    throw new InvalidArgument({
      op,
      argument: 'a',
      expected: 'not empty along the reduced axes, unless { initial } is given',
      actual: `an array of shape [${x.shape.join(', ')}]`,
    });
  }
  const neutral = Number(extreme(x.dtype, op === 'max' ? -1 : 1));
  const source = masked(x, options.where, neutral, op);
  let y = axes.length === 0 ? source : reduce(source, axes);
  if (initial !== null) y = combine(cast(asArray(initial, op, 'initial'), x.dtype), y);
  return finish(x, y, axes, options.keepdims);
}

/**
 * The largest element along axes; NaN if one is. Its derivative is shared equally by all places where it is reached.
 * @throws InvalidArgument for an empty axis without `initial`
 */
export const max: Reduction<ExtremumOptions> = (a: ArrayLike, options: ExtremumOptions = {}): NdArray => {
  checkOptions('max', options, extremumOptions);
  const x = asArray(a, 'max', 'a');
  const isBoolean = isBool(x.dtype);
  return extremum(
    'max',
    x,
    options,
    isBoolean ? primitive.reduceOr : primitive.reduceMax,
    isBoolean ? primitive.or : primitive.max,
  );
};

/**
 * The smallest element along axes; NaN if one is. Its derivative is shared equally by all places where it is reached.
 * @throws InvalidArgument for an empty axis without `initial`
 */
export const min: Reduction<ExtremumOptions> = (a: ArrayLike, options: ExtremumOptions = {}): NdArray => {
  checkOptions('min', options, extremumOptions);
  const x = asArray(a, 'min', 'a');
  const isBoolean = isBool(x.dtype);
  return extremum(
    'min',
    x,
    options,
    isBoolean ? primitive.reduceAnd : primitive.reduceMin,
    isBoolean ? primitive.and : primitive.min,
  );
};
export { max as amax, min as amin };

/** Whether all elements along axes are not 0. */
export function all<X extends ArrayLike, const A extends Axis = null, K extends boolean = false>(
  a: X,
  options?: Omit<ReduceOptions, keyof Over> & Over<A, K> & Fits<Reduce<ShapeOf<X>, A, K>>,
): NdArray<Reduce<ShapeOf<X>, A, K>>;
export function all(a: ArrayLike, options: ReduceOptions = {}): NdArray {
  checkOptions('all', options, reduceOptions);
  const x = asCondition(asArray(a, 'all', 'a'));
  const axes = canonicalAxes(options.axis, x.ndim, 'all');
  const source = masked(x, options.where, 1, 'all');
  return finish(x, axes.length === 0 ? source : primitive.reduceAnd(source, axes), axes, options.keepdims);
}

/** Whether one element along axes is not 0. */
export function any<X extends ArrayLike, const A extends Axis = null, K extends boolean = false>(
  a: X,
  options?: Omit<ReduceOptions, keyof Over> & Over<A, K> & Fits<Reduce<ShapeOf<X>, A, K>>,
): NdArray<Reduce<ShapeOf<X>, A, K>>;
export function any(a: ArrayLike, options: ReduceOptions = {}): NdArray {
  checkOptions('any', options, reduceOptions);
  const x = asCondition(asArray(a, 'any', 'a'));
  const axes = canonicalAxes(options.axis, x.ndim, 'any');
  const source = masked(x, options.where, 0, 'any');
  return finish(x, axes.length === 0 ? source : primitive.reduceOr(source, axes), axes, options.keepdims);
}

/** The number of elements along axes that are not 0. */
export const countNonzero: Reduction<Omit<ReduceOptions, 'where'>> = (
  a: ArrayLike,
  options: Omit<ReduceOptions, 'where'> = {},
): NdArray =>
  sum(
    asCondition(asArray(a, 'countNonzero', 'a')),
    checkOptions('countNonzero', options, { axis: 'axes?', keepdims: 'boolean' }),
  );

/** The range `max - min` along axes. */
export const ptp: Reduction<Omit<ReduceOptions, 'where'>> = (
  a: ArrayLike,
  options: Omit<ReduceOptions, 'where'> = {},
): NdArray =>
  primitive.sub(max(a, checkOptions('ptp', options, { axis: 'axes?', keepdims: 'boolean' })), min(a, options));

/** Options of `mean` and `nanmean`. */
export interface MeanOptions extends ReduceOptions {
  readonly dtype?: DType | null;
}

/** The dtype in which a mean is computed, and that of its result. */
export function meanDTypes(x: NdArray, dtype: DType | null | undefined, op: string): { inner: DType; outer: DType } {
  const outer = dtype ? checkDType(dtype, op) : isInexact(x.dtype) ? x.dtype : defaultFloat();
  return { inner: isShortFloat(outer) ? 'float32' : outer, outer };
}

/** How many elements are averaged: a number, or an array when `where` chooses them. */
function countOf(x: NdArray, axes: readonly number[], options: ReduceOptions, dtype: DType, op: string): NdArray {
  if (options.where === null || options.where === undefined) {
    return scalar(sizeOf(axes.map((axis) => x.shape[axis])), dtype);
  }
  const mask = broadcastArray(asCondition(asArray(options.where, op, 'where')), x.shape);
  return sum(mask, { axis: axes, keepdims: options.keepdims, dtype });
}

/**
 * The mean over axes; of integers, as a float. NaN over an empty axis.
 */
export function mean<X extends ArrayLike, const A extends Axis = null, K extends boolean = false>(
  a: X,
  options?: Omit<MeanOptions, keyof Over> & Over<A, K> & Fits<Reduce<ShapeOf<X>, A, K>>,
): NdArray<Reduce<ShapeOf<X>, A, K>>;
export function mean(a: ArrayLike, options: MeanOptions = {}): NdArray {
  checkOptions('mean', options, meanOptions);
  const x = asArray(a, 'mean', 'a');
  const axes = canonicalAxes(options.axis, x.ndim, 'mean');
  const { inner, outer } = meanDTypes(x, options.dtype, 'mean');
  const total = sum(x, { axis: axes, dtype: inner, keepdims: options.keepdims, where: options.where });
  return cast(primitive.div(total, countOf(x, axes, options, inner, 'mean')), outer);
}

/** Options of `std`, `var`, `nanvar` and `nanstd`. */
export interface VarOptions extends MeanOptions {
  /** Subtracted from the number of elements in the divisor. Default 0. */
  readonly ddof?: number;
  /** The array API's name for `ddof`. */
  readonly correction?: number | null;
  /** The mean, when it is known, with the reduced axes kept. */
  readonly mean?: ArrayLike | null;
}

/**
 * The variance over axes: the mean of `|x - mean|^2`, real for complex arrays; of integers, as a float.
 */
export function variance<X extends ArrayLike, const A extends Axis = null, K extends boolean = false>(
  a: X,
  options?: Omit<VarOptions, keyof Over> & Over<A, K> & Fits<Reduce<ShapeOf<X>, A, K>>,
): NdArray<Reduce<ShapeOf<X>, A, K>>;
export function variance(a: ArrayLike, options: VarOptions = {}): NdArray {
  checkOptions('var', options, varOptions);
  const x = asArray(a, 'var', 'a');
  const axes = canonicalAxes(options.axis, x.ndim, 'var');
  const { inner, outer } = meanDTypes(x, options.dtype, 'var');
  const { keepdims, where } = options;
  const value = cast(x, inner);
  const center =
    options.mean === null || options.mean === undefined
      ? mean(value, { axis: axes, keepdims: true, where })
      : cast(asArray(options.mean, 'var', 'mean'), inner);
  const centered = primitive.sub(value, broadcastArray(center, x.shape));
  const squares = isComplex(inner)
    ? primitive.real(primitive.mul(centered, primitive.conj(centered)))
    : primitive.square(centered);
  const total = sum(squares, { axis: axes, keepdims, where });
  const count = countOf(x, axes, options, squares.dtype, 'var');
  const ddof = options.correction ?? options.ddof ?? 0;
  const divisor = ddof === 0 ? count : primitive.max(primitive.sub(count, like(count, ddof)), like(count, 0));
  const outerReal: DType = outer === 'complex64' ? 'float32' : outer === 'complex128' ? 'float64' : outer;
  return cast(primitive.div(total, divisor), outerReal);
}
export { variance as var };

/**
 * The standard deviation over axes: the root of `var`. Where the variance is 0, its derivative is infinite, as the root's.
 */
export const std: Reduction<VarOptions> = (a: ArrayLike, options: VarOptions = {}): NdArray => {
  checkOptions('std', options, varOptions);
  const { outer } = meanDTypes(asArray(a, 'std', 'a'), options.dtype, 'std');
  const real: DType = isComplex(outer) ? (outer === 'complex64' ? 'float32' : 'float64') : outer;
  const wide = isShortFloat(real) ? variance(a, { ...options, dtype: 'float32' }) : variance(a, options);
  return cast(primitive.sqrt(wide), real);
};

/** Options of `argmax`, `argmin`, `nanargmax` and `nanargmin`. */
export interface ArgOptions {
  /** The axis; the flattened array when null. */
  readonly axis?: number | null;
  readonly keepdims?: boolean;
}

/** The flattened array and axis 0 when no axis is given. */
export function alongAxis(x: NdArray, axis: number | null | undefined, op: string): { source: NdArray; axis: number } {
  if (axis === null || axis === undefined) return { source: primitive.reshape(x, [x.size]), axis: 0 };
  return { source: x, axis: canonicalAxis(axis, x.ndim, op) };
}

function argExtremum(
  op: 'argmax' | 'argmin',
  a: ArrayLike,
  options: ArgOptions,
  find: (x: NdArray, axis: number, dtype: DType) => NdArray,
): NdArray {
  const x = asArray(a, op, 'a');
  const { source, axis } = alongAxis(x, options.axis, op);
  if (source.shape[axis] === 0) {
    throw new InvalidArgument({ op, argument: 'a', expected: 'not empty', actual: `of shape [${x.shape.join(', ')}]` });
  }
  const y = find(isBool(source.dtype) ? cast(source, 'int32') : source, axis, defaultInt());
  if (!options.keepdims) return y;
  return keepAxes(y, x.shape, options.axis === null || options.axis === undefined ? range(x.ndim) : [axis]);
}

/** The position of the first largest element, or of the first NaN. */
export const argmax: Reduction<ArgOptions> = (a: ArrayLike, options: ArgOptions = {}): NdArray =>
  argExtremum('argmax', a, checkOptions('argmax', options, argOptions), primitive.argmax);
/** The position of the first smallest element, or of the first NaN. */
export const argmin: Reduction<ArgOptions> = (a: ArrayLike, options: ArgOptions = {}): NdArray =>
  argExtremum('argmin', a, checkOptions('argmin', options, argOptions), primitive.argmin);
