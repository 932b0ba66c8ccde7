/**
 * Arguments of the user's as arrays, and scalars made alike to the array beside them.
 */
import { NdArray } from '../array/array.js';
import {
  type ArrayLike,
  containsArrays,
  describeValue,
  fromNested,
  fromTypedArray,
  isIntegerNested,
  isScalarLike,
  type ScalarLike,
  scalar,
  scalarType,
  typedArrayDType,
  weakScalar,
} from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { resultType } from '../array/promotion.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';

/**
 * Any array-like as an array. Plain numbers become weak scalars, nested lists of numbers float32 (see
 * `array/convert.ts`); lists of arrays are stacked.
 * @throws InvalidArgument for anything else
 */
export function asArray(value: ArrayLike, op: string, argument = 'x'): NdArray {
  if (value instanceof NdArray) return value;
  if (isScalarLike(value)) return weakScalar(value);
  if (ArrayBuffer.isView(value) && typedArrayDType(value) !== null) return fromTypedArray(value);
  if (Array.isArray(value)) {
    return containsArrays(value) ? stackNested(value, op, argument) : fromNested(value, op);
  }
  throw new InvalidArgument({
    op,
    argument,
    expected: 'an array, a number, a typed array, or nested lists of them',
    actual: describeValue(value),
    hint: value === null ? 'A missing leaf (null) is not an array.' : undefined,
  });
}

/** As `asArray`, for indices: nested lists of integer-valued numbers are int32. */
export function asIndices(value: ArrayLike, op: string, argument = 'indices'): NdArray {
  if (Array.isArray(value) && !containsArrays(value) && isIntegerNested(value)) return fromNested(value, op, 'int32');
  return asArray(value, op, argument);
}

/** Lists that have arrays among their elements: stacked along new leading axes, in the common dtype. */
function stackNested(value: readonly ArrayLike[], op: string, argument: string): NdArray {
  const parts = value.map((x, i) => asArray(x, op, `${argument}[${i}]`));
  const { dtype } = resultType(parts.map((x) => x.aval));
  return primitive.concatenate(
    parts.map((x) => primitive.expandDims(cast(x, dtype), [0])),
    0,
  );
}

/** The array in another dtype; the same object when it has that already. */
export const cast = (x: NdArray, dtype: DType, weakType = false): NdArray =>
  x.dtype === dtype ? x : primitive.convertElementType(x, dtype, weakType);

/** What promotion needs to know of an argument. */
export const typeOf = (x: NdArray | ScalarLike): { dtype: DType; weakType: boolean } =>
  x instanceof NdArray ? x.aval : scalarType(x);

/** An argument in a dtype: a plain number is written down in it at once, an array is converted. */
export const inType = (x: NdArray | ScalarLike, dtype: DType, weakType = false): NdArray =>
  x instanceof NdArray ? cast(x, dtype, weakType) : scalar(x, dtype, weakType);

/** A plain number as itself, anything else as an array: what promotion works on. */
export const operand = (value: ArrayLike, op: string, argument?: string): NdArray | ScalarLike =>
  isScalarLike(value) ? value : asArray(value, op, argument);

/**
 * Operands for an operation that wants one dtype: plain numbers take that of the arrays, where the promotion rules let
 * them. Arrays of unlike dtypes are left as they are, for the operation to refuse.
 */
export function alike(values: readonly ArrayLike[], op: string): NdArray[] {
  if (values.every((x) => x instanceof NdArray)) return values as NdArray[];
  const operands = values.map((x, i) => operand(x, op, `operand ${i}`));
  const arrays = operands.filter((x) => x instanceof NdArray);
  if (arrays.length === 0) {
    const { dtype, weakType } = resultType(operands.map(typeOf));
    return operands.map((x) => inType(x, dtype, weakType));
  }
  const { dtype } = arrays[0];
  return operands.map((x) => {
    if (x instanceof NdArray) return x;
    const common = resultType([{ dtype, weakType: false }, scalarType(x)]).dtype;
    return scalar(x, common);
  });
}
