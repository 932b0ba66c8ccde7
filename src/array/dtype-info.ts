/**
 * Limits of the element types (`jnp.finfo`, `jnp.iinfo`) and questions about their kinds (`jnp.issubdtype`).
 */

import { InvalidArgument } from '../error/error.js';
import { checkDType } from './convert.js';
import { type DType, isComplex, isDType, isFloat, isInteger, layoutOf } from './dtype.js';
import { checkArgument } from './kind.js';

/** Mantissa bits (without the hidden one) and exponent bits of the float types. */
const FLOATS: { readonly [D in DType]?: readonly [mantissa: number, exponent: number] } = {
  bfloat16: [7, 8],
  float16: [10, 5],
  float32: [23, 8],
  float64: [52, 11],
};

/** Limits of a floating-point type; of its parts for a complex one. */
export interface FloatInfo {
  readonly dtype: DType;
  readonly bits: number;
  /** The gap between 1 and the next larger number. */
  readonly eps: number;
  /** The gap between 1 and the next smaller number. */
  readonly epsneg: number;
  /** The largest finite number. */
  readonly max: number;
  /** The most negative finite number. */
  readonly min: number;
  /** The smallest positive number of full precision. */
  readonly tiny: number;
  readonly smallestNormal: number;
  readonly smallestSubnormal: number;
  readonly nmant: number;
  readonly nexp: number;
  readonly maxexp: number;
  readonly minexp: number;
  /** Significant decimal digits. */
  readonly precision: number;
  readonly resolution: number;
}

/**
 * The limits of a floating-point type (`jnp.finfo`).
 * @throws InvalidArgument for a type that is not one
 */
export function finfo(dtype: DType): FloatInfo {
  checkArgument('finfo', 'dtype', dtype, 'dtype');
  const real: DType = dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype;
  const format = isDType(real) ? FLOATS[real] : undefined;
  if (format === undefined) {
    throw new InvalidArgument({
      op: 'finfo',
      argument: 'dtype',
      expected: 'a floating-point dtype',
      actual: `${dtype}`,
    });
  }
  const [mantissa, exponent] = format;
  const maxexp = 2 ** (exponent - 1);
  const minexp = 2 - maxexp;
  const max = (2 - 2 ** -mantissa) * 2 ** (maxexp - 1);
  const precision = Math.floor(mantissa * Math.log10(2));
  return {
    dtype: real,
    bits: layoutOf(real).bytes * 8,
    eps: 2 ** -mantissa,
    epsneg: 2 ** -(mantissa + 1),
    max,
    min: -max,
    tiny: 2 ** minexp,
    smallestNormal: 2 ** minexp,
    smallestSubnormal: 2 ** (minexp - mantissa),
    nmant: mantissa,
    nexp: exponent,
    maxexp,
    minexp,
    precision,
    resolution: 10 ** -precision,
  };
}

/** Limits of an integer type. 64-bit limits are bigints, since no JavaScript number is exact there. */
export interface IntegerInfo {
  readonly dtype: DType;
  readonly bits: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
}

/**
 * The limits of an integer type (`jnp.iinfo`).
 * @throws InvalidArgument for a type that is not one
 */
export function iinfo(intType: DType): IntegerInfo {
  checkArgument('iinfo', 'intType', intType, 'dtype');
  if (!isDType(intType) || !isInteger(intType)) {
    throw new InvalidArgument({ op: 'iinfo', argument: 'intType', expected: 'an integer dtype', actual: `${intType}` });
  }
  const bits = layoutOf(intType).bytes * 8;
  const signed = layoutOf(intType).kind === 'int';
  if (bits === 64) {
    const min = signed ? -(2n ** 63n) : 0n;
    return { dtype: intType, bits, min, max: signed ? 2n ** 63n - 1n : 2n ** 64n - 1n };
  }
  return {
    dtype: intType,
    bits,
    min: signed ? -(2 ** (bits - 1)) : 0,
    max: signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1,
  };
}

/** Kinds of element types, from the general to the special (NumPy's abstract scalar types). */
export type DTypeKind =
  | 'generic'
  | 'number'
  | 'integer'
  | 'signedinteger'
  | 'unsignedinteger'
  | 'inexact'
  | 'floating'
  | 'complexfloating';

/** True when `dtype` is `kind`, or of that kind (`jnp.issubdtype`). */
export function issubdtype(dtype: DType, kind: DType | DTypeKind): boolean {
  checkArgument('issubdtype', 'dtype', dtype, 'dtype');
  if (isDType(kind)) return dtype === kind;
  const is = layoutOf(dtype).kind;
  switch (kind) {
    case 'generic':
      return true;
    case 'number':
      return is !== 'bool';
    case 'integer':
      return isInteger(dtype);
    case 'signedinteger':
      return is === 'int';
    case 'unsignedinteger':
      return is === 'uint';
    case 'inexact':
      return isFloat(dtype) || isComplex(dtype);
    case 'floating':
      return isFloat(dtype);
    case 'complexfloating':
      return isComplex(dtype);
  }
}

type ArrayApiKind =
  | 'bool'
  | 'signed integer'
  | 'unsigned integer'
  | 'integral'
  | 'real floating'
  | 'complex floating'
  | 'numeric';

/** True when `dtype` is one of `kinds`: dtypes, or the kinds of the array API standard (`jnp.isdtype`). */
export function isdtype(dtype: DType, kinds: DType | ArrayApiKind | readonly (DType | ArrayApiKind)[]): boolean {
  checkArgument('isdtype', 'dtype', dtype, 'dtype');
  if (typeof kinds !== 'string') checkArgument('isdtype', 'kinds', kinds, 'list');
  return (typeof kinds === 'string' ? [kinds] : kinds).some((kind) => {
    switch (kind) {
      case 'signed integer':
        return issubdtype(dtype, 'signedinteger');
      case 'unsigned integer':
        return issubdtype(dtype, 'unsignedinteger');
      case 'integral':
        return issubdtype(dtype, 'integer');
      case 'real floating':
        return issubdtype(dtype, 'floating');
      case 'complex floating':
        return issubdtype(dtype, 'complexfloating');
      case 'numeric':
        return issubdtype(dtype, 'number');
      default:
        checkArgument('isdtype', 'kinds', kind, 'dtype');
        return dtype === kind;
    }
  });
}

/** Bits of one element (`jax.dtypes.itemsize_bits`). */
export const itemsizeBits = (dtype: DType): number => {
  checkArgument('itemsizeBits', 'dtype', dtype, 'dtype');
  return layoutOf(dtype).bytes * 8;
};

/** The dtype as it is used: narrowed to 32 bits unless `enableX64` (`jax.dtypes.canonicalize_dtype`). */
export const canonicalizeDtype = (dtype: DType): DType => {
  checkArgument('canonicalizeDtype', 'dtype', dtype, 'dtype');
  return checkDType(dtype, 'canonicalizeDtype');
};
