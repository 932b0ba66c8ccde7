/**
 * Reductions that pass over NaN. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { isComplex, isInexact } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes } from '../array/shape.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { isnan } from './comparison.js';
import { argOptions, extremumOptions, meanOptions, sumOptions, varOptions } from './options.js';
import { broadcastArray } from './promote.js';
import {
  type ArgOptions,
  all,
  argmax,
  argmin,
  type ExtremumOptions,
  type MeanOptions,
  max,
  mean,
  meanDTypes,
  min,
  prod,
  type SumOptions,
  sum,
  type VarOptions,
} from './reduction.js';
import { asCondition, choose } from './select.js';

const replaced = (x: NdArray, by: number): NdArray =>
  isInexact(x.dtype) ? choose(isnan(x), scalar(by, x.dtype), x) : x;

/** The sum of the elements that are not NaN. */
export const nansum = (a: ArrayLike, options: SumOptions = {}): NdArray =>
  sum(replaced(asArray(a, 'nansum', 'a'), 0), checkOptions('nansum', options, sumOptions));
/** The product of the elements that are not NaN. */
export const nanprod = (a: ArrayLike, options: SumOptions = {}): NdArray =>
  prod(replaced(asArray(a, 'nanprod', 'a'), 1), checkOptions('nanprod', options, sumOptions));

const nanExtremum = (op: 'nanmax' | 'nanmin', a: ArrayLike, options: ExtremumOptions): NdArray => {
  const x = asArray(a, op, 'a');
  const reduce = op === 'nanmax' ? max : min;
  if (!isInexact(x.dtype) || isComplex(x.dtype)) return reduce(x, options);
  const out = reduce(replaced(x, op === 'nanmax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY), options);
  if (options.initial !== null && options.initial !== undefined) return out;
  const { axis, keepdims, where } = options;
  const spoiled = all(
    where ? primitive.or(isnan(x), primitive.not(broadcastArray(asCondition(asArray(where, op)), x.shape))) : isnan(x),
    {
      axis,
      keepdims,
    },
  );
  return choose(spoiled, scalar(Number.NaN, x.dtype), out);
};
/** The largest of the elements that are not NaN; NaN where there is none. */
export const nanmax = (a: ArrayLike, options: ExtremumOptions = {}): NdArray =>
  nanExtremum('nanmax', a, checkOptions('nanmax', options, extremumOptions));
/** The smallest of the elements that are not NaN; NaN where there is none. */
export const nanmin = (a: ArrayLike, options: ExtremumOptions = {}): NdArray =>
  nanExtremum('nanmin', a, checkOptions('nanmin', options, extremumOptions));

const nanArg = (op: string, a: ArrayLike, options: ArgOptions, by: number, find: typeof argmax): NdArray => {
  const x = asArray(a, op, 'a');
  if (!isInexact(x.dtype)) return find(x, options);
  const out = find(replaced(x, by), options);
  const spoiled = all(isnan(x), { axis: options.axis ?? null, keepdims: options.keepdims });
  return choose(spoiled, scalar(-1, out.dtype), out);
};
/** The position of the largest element that is not NaN; -1 where there is none. */
export const nanargmax = (a: ArrayLike, options: ArgOptions = {}): NdArray =>
  nanArg('nanargmax', a, checkOptions('nanargmax', options, argOptions), Number.NEGATIVE_INFINITY, argmax);
/** The position of the smallest element that is not NaN; -1 where there is none. */
export const nanargmin = (a: ArrayLike, options: ArgOptions = {}): NdArray =>
  nanArg('nanargmin', a, checkOptions('nanargmin', options, argOptions), Number.POSITIVE_INFINITY, argmin);

/** The elements that are not NaN, as a condition, joined with one of the user's. */
function present(x: NdArray, where: ArrayLike | null | undefined, op: string): NdArray {
  const number = primitive.not(isnan(x));
  return where === null || where === undefined
    ? number
    : primitive.and(number, broadcastArray(asCondition(asArray(where, op, 'where')), x.shape));
}

/** The mean of the elements that are not NaN; NaN where there is none. */
export function nanmean(a: ArrayLike, options: MeanOptions = {}): NdArray {
  checkOptions('nanmean', options, meanOptions);
  const x = asArray(a, 'nanmean', 'a');
  return isInexact(x.dtype) ? mean(x, { ...options, where: present(x, options.where, 'nanmean') }) : mean(x, options);
}

/** The variance of the elements that are not NaN; NaN where there are not more than `ddof`. */
export function nanvar(a: ArrayLike, options: VarOptions = {}): NdArray {
  checkOptions('nanvar', options, varOptions);
  const x = asArray(a, 'nanvar', 'a');
  const { outer } = meanDTypes(x, options.dtype, 'nanvar');
  const inner = outer === 'bfloat16' || outer === 'float16' ? 'float32' : outer;
  const value = cast(x, inner);
  const { axis, keepdims, ddof = 0 } = options;
  canonicalAxes(axis, x.ndim, 'nanvar');
  const where = present(value, options.where, 'nanvar');
  const center =
    options.mean === null || options.mean === undefined
      ? mean(value, { axis, keepdims: true, where })
      : cast(asArray(options.mean, 'nanvar', 'mean'), inner);
  const zero = scalar(0, inner);
  const centered = choose(where, primitive.sub(value, broadcastArray(center, x.shape)), zero);
  const squares = isComplex(inner)
    ? primitive.real(primitive.mul(centered, primitive.conj(centered)))
    : primitive.square(centered);
  const count = sum(where, { axis, keepdims, dtype: squares.dtype });
  const divisor = primitive.sub(count, scalar(ddof, count.dtype));
  const out = primitive.div(sum(squares, { axis, keepdims }), divisor);
  const defined = choose(primitive.le(divisor, scalar(0, count.dtype)), scalar(Number.NaN, count.dtype), out);
  return cast(defined, isComplex(outer) ? defined.dtype : outer);
}

/** The standard deviation of the elements that are not NaN. */
export const nanstd = (a: ArrayLike, options: VarOptions = {}): NdArray =>
  primitive.sqrt(nanvar(a, checkOptions('nanstd', options, varOptions)));
