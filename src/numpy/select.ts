/**
 * Choosing between values element by element: `where`, `select`, `clip`, `nanToNum`.
 *
 * Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, describeValue } from '../array/convert.js';
import { isBool, isComplex, isFloat } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { clipOptions, nanToNumOptions, selectOptions } from './options.js';
import { broadcastArray, broadcastShape, promoteArgs, promoteDTypes } from './promote.js';

const { like } = primitive;

/** The array as a condition: bool as it is, numbers by being not 0. */
export const asCondition = (x: NdArray): NdArray => (isBool(x.dtype) ? x : primitive.ne(x, like(x, 0)));

/**
 * `x` where `condition` holds, else `y`, for arrays of one dtype that broadcast together. When all but the condition are
 * scalars, or the condition is, they are repeated.
 */
export function choose(condition: NdArray, x: NdArray, y: NdArray): NdArray {
  if (condition.ndim === 0 && x.ndim === y.ndim && x.shape.every((n, i) => n === y.shape[i])) {
    return primitive.selectN(condition, y, x);
  }
  const shape = broadcastShape('where', [condition.shape, x.shape, y.shape]);
  return primitive.selectN(
    condition.ndim === 0 ? condition : broadcastArray(condition, shape),
    broadcastArray(y, shape),
    broadcastArray(x, shape),
  );
}

/** `x` where `condition` holds, else `y`: all three broadcast, `x` and `y` are promoted (`jnp.where` of three arguments). */
export function whereThree(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NdArray {
  const [a, b] = promoteDTypes('where', [x, y]);
  return choose(asCondition(asArray(condition, 'where', 'condition')), a, b);
}

export interface SelectOptions {
  /** Where no condition holds. Default 0. */
  readonly default?: ArrayLike;
}

/** The first of `choicelist` whose condition holds, element by element (`jnp.select`). */
export function select(
  condlist: readonly ArrayLike[],
  choicelist: readonly ArrayLike[],
  options: SelectOptions = {},
): NdArray {
  checkArgument('select', 'condlist', condlist, 'list');
  checkArgument('select', 'choicelist', choicelist, 'list');
  checkOptions('select', options, selectOptions);
  if (condlist.length !== choicelist.length || condlist.length === 0) {
    throw new InvalidArgument({
      op: 'select',
      argument: 'choicelist',
      expected: `a list with one choice for each of the ${condlist.length} conditions`,
      actual: describeValue(choicelist),
    });
  }
  const values = promoteDTypes('select', [...choicelist, options.default ?? 0]);
  const last = values[values.length - 1];
  return condlist.reduceRight<NdArray>(
    (otherwise, condition, i) => choose(asCondition(asArray(condition, 'select')), values[i], otherwise),
    last,
  );
}

/** Options of `clip`. */
export interface ClipOptions {
  /** Lower bound; none when null. */
  readonly min?: ArrayLike | null;
  /** Upper bound; none when null. Wins where it is below `min`. */
  readonly max?: ArrayLike | null;
}

/** The array brought between two bounds (`jnp.clip`). NaN stays NaN. */
export function clip(arr: ArrayLike, options: ClipOptions = {}): NdArray {
  checkOptions('clip', options, clipOptions);
  const { min = null, max = null } = options;
  let x = asArray(arr, 'clip', 'arr');
  if ([x, min, max].some((v) => v !== null && isComplex(asArray(v, 'clip').dtype))) {
    throw new InvalidArgument({
      op: 'clip',
      argument: 'arr',
      expected: 'real (complex numbers have no order)',
      actual: x.dtype,
    });
  }
  if (min !== null) {
    const [a, b] = promoteArgs('clip', min, x);
    x = isBool(a.dtype) ? primitive.or(a, b) : primitive.max(a, b);
  }
  if (max !== null) {
    const [a, b] = promoteArgs('clip', max, x);
    x = isBool(a.dtype) ? primitive.and(a, b) : primitive.min(a, b);
  }
  return x;
}

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** In place of NaN. Default 0. */
  readonly nan?: ArrayLike;
  /** In place of infinity. Default the largest finite number of the dtype. */
  readonly posinf?: ArrayLike | null;
  /** In place of -infinity. Default the smallest finite number of the dtype. */
  readonly neginf?: ArrayLike | null;
  /** Accepted for NumPy's sake; arrays are never changed in place. */
  readonly copy?: boolean;
}

/** NaN and infinities replaced by finite numbers (`jnp.nan_to_num`). */
export function nanToNum(x: ArrayLike, options: NanToNumOptions = {}): NdArray {
  checkOptions('nanToNum', options, nanToNumOptions);
  const value = asArray(x, 'nanToNum');
  if (isComplex(value.dtype)) {
    return primitive.complex(nanToNum(primitive.real(value), options), nanToNum(primitive.imag(value), options));
  }
  if (!isFloat(value.dtype)) return value;
  const { nan = 0, posinf = null, neginf = null } = options;
  const info = finfo(value.dtype);
  const put = (condition: NdArray, replacement: ArrayLike, otherwise: NdArray): NdArray => {
    const [r] = promoteDTypes('nanToNum', [replacement, otherwise]);
    return choose(condition, r, otherwise);
  };
  const finite = put(primitive.ne(value, value), nan, value);
  const below = put(primitive.eq(value, like(value, Number.POSITIVE_INFINITY)), posinf ?? info.max, finite);
  return put(primitive.eq(value, like(value, Number.NEGATIVE_INFINITY)), neginf ?? info.min, below);
}
