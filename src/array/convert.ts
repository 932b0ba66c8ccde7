/**
 * From what users write to arrays: numbers, nested lists of numbers, typed arrays.
 *
 * A plain number is a weak scalar: integer-valued ones are integers, all others floating point, and both yield to the
 * dtype of the array beside them. Nested lists of numbers are float32, of booleans bool. 64-bit types are narrowed to 32
 * bits unless `enableX64` is set.
 */
import { config } from '../config.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { DeviceArray, encode, NdArray, scalarArray } from './array.js';
import { allocate, type DType, isComplex, isDType, isInteger, type TypedArray } from './dtype.js';
import { sizeOf } from './shape.js';

/** A complex number, as `js()` returns it. */
export interface ComplexNumber {
  readonly re: number;
  readonly im: number;
}

export type ScalarLike = number | bigint | boolean | ComplexNumber;

/** Whatever can be made an array: numbers, arrays, typed arrays, and nested lists of them. */
export type ArrayLike = NdArray | ScalarLike | TypedArray | Uint8ClampedArray | readonly ArrayLike[];

const NARROW: { readonly [D in DType]?: DType } = {
  int64: 'int32',
  uint64: 'uint32',
  float64: 'float32',
  complex128: 'complex64',
};

/** The dtype that is really used: 64-bit types are narrowed unless `enableX64` is set (`canonicalize_dtype`). */
export const canonicalDType = (dtype: DType): DType => (config.read('enableX64') ? dtype : (NARROW[dtype] ?? dtype));

/** The dtypes of numbers without one: `int32` and `float32`, or their 64-bit forms. */
export const defaultInt = (): DType => canonicalDType('int64');
export const defaultUint = (): DType => canonicalDType('uint64');
export const defaultFloat = (): DType => canonicalDType('float64');
export const defaultComplex = (): DType => canonicalDType('complex128');

/**
 * A dtype of the user's, checked and narrowed.
 * @throws InvalidArgument for a name that is none
 */
export function checkDType(dtype: unknown, op: string, argument = 'dtype'): DType {
  if (!isDType(dtype)) {
    throw new InvalidArgument({
      op,
      argument,
      expected: "the name of a dtype, such as 'float32' or 'int32'",
      actual: describeValue(dtype),
    });
  }
  return canonicalDType(dtype);
}

const isComplexNumber = (value: unknown): value is ComplexNumber =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as ComplexNumber).re === 'number' &&
  typeof (value as ComplexNumber).im === 'number';

export const isScalarLike = (value: unknown): value is ScalarLike =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' || isComplexNumber(value);

/** The dtype that a plain number has by itself, and whether it yields. */
export function scalarType(value: ScalarLike): { dtype: DType; weakType: boolean } {
  if (typeof value === 'boolean') return { dtype: 'bool', weakType: false };
  if (typeof value === 'object') return { dtype: defaultComplex(), weakType: true };
  if (typeof value === 'bigint') return { dtype: defaultInt(), weakType: true };
  const int = defaultInt();
  // Beyond the range of the integer type, a number is meant as a float: 1e10.
  const limit = int === 'int64' ? 2 ** 53 : 2 ** 31;
  return { dtype: Number.isInteger(value) && value >= -limit && value < limit ? int : defaultFloat(), weakType: true };
}

/** A concrete scalar of any kind. */
export function scalar(value: ScalarLike, dtype: DType, weakType = false): DeviceArray {
  if (typeof value === 'object') {
    if (!isComplex(dtype)) return scalarArray(value.re, dtype, weakType);
    const data = allocate(dtype, 1);
    data[0] = value.re;
    data[1] = value.im;
    return DeviceArray.fromHost({ dtype, shape: [], data }, weakType);
  }
  if (typeof value === 'number' && (dtype === 'int64' || dtype === 'uint64') && !Number.isFinite(value)) {
    return scalarArray(0n, dtype, weakType);
  }
  return scalarArray(typeof value === 'number' && isInteger(dtype) ? Math.trunc(value) : value, dtype, weakType);
}

/** The weak scalar that a plain number is. */
export function weakScalar(value: ScalarLike): DeviceArray {
  const { dtype, weakType } = scalarType(value);
  return scalar(value, dtype, weakType);
}

const TYPED: readonly (readonly [abstract new (...args: never[]) => unknown, DType])[] = [
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int32Array, 'int32'],
  [Uint32Array, 'uint32'],
  [Uint8Array, 'uint8'],
  [Uint8ClampedArray, 'uint8'],
  [Int8Array, 'int8'],
  [Int16Array, 'int16'],
  [Uint16Array, 'uint16'],
  [BigInt64Array, 'int64'],
  [BigUint64Array, 'uint64'],
];

/** The dtype that a typed array's elements have; null when it is none of ours (`DataView`). */
export const typedArrayDType = (value: ArrayBufferView): DType | null =>
  TYPED.find(([type]) => value instanceof type)?.[1] ?? null;

/**
 * A typed array as a vector. With a 16-bit float dtype, a `Uint16Array` is taken as bits; with a complex one, entries are
 * interleaved pairs.
 */
export function fromTypedArray(values: TypedArray | Uint8ClampedArray, dtype?: DType): DeviceArray {
  const own = typedArrayDType(values) as DType;
  const target = canonicalDType(dtype ?? own);
  const source = values as TypedArray;
  const bits = values instanceof Uint16Array && (target === 'bfloat16' || target === 'float16');
  if (own === target || bits) {
    const data = values instanceof Uint8ClampedArray ? Uint8Array.from(values) : source.slice();
    return DeviceArray.fromHost({ dtype: target, shape: [data.length], data });
  }
  if (isComplex(target)) {
    const data = allocate(target, Math.floor(source.length / 2));
    for (let i = 0; i < data.length; i++) data[i] = Number(source[i]);
    return DeviceArray.fromHost({ dtype: target, shape: [data.length / 2], data });
  }
  const data = allocate(target, source.length);
  for (let i = 0; i < source.length; i++) writeElement(target, data, i, source[i]);
  return DeviceArray.fromHost({ dtype: target, shape: [source.length], data });
}

/** Writes a scalar of any kind; integers are truncated, as a cast does. */
function writeElement(dtype: DType, data: TypedArray, i: number, value: ScalarLike): void {
  if (typeof value === 'object') {
    data[2 * i] = value.re;
    data[2 * i + 1] = value.im;
  } else encode(dtype, data, i, value);
}

/**
 * The shape of nested lists.
 * @throws ShapeMismatch when they are ragged
 */
function nestedShape(value: readonly unknown[], op: string): number[] {
  const shape: number[] = [];
  let node: unknown = value;
  while (Array.isArray(node)) {
    shape.push(node.length);
    node = node[0];
  }
  const check = (list: unknown, depth: number): void => {
    const isList = Array.isArray(list);
    if (isList !== depth < shape.length || (isList && list.length !== shape[depth])) {
      throw new ShapeMismatch({
        op,
        argument: 'a nested list',
        expected: `the lists at depth ${depth} must all be alike (first one: [${shape.slice(depth).join(', ')}])`,
        actual: isList ? [list.length] : [],
        hint: 'Ragged lists cannot be arrays; pad them first.',
      });
    }
    if (isList) for (const child of list) check(child, depth + 1);
  };
  check(value, 0);
  return shape;
}

/** The dtype of nested lists of scalars: complex, else float, else (only big integers) int, else bool. */
function nestedDType(flat: readonly ScalarLike[]): DType {
  let [numbers, bigs, bools, complexes] = [0, 0, 0, 0];
  for (const x of flat) {
    if (typeof x === 'number') numbers++;
    else if (typeof x === 'bigint') bigs++;
    else if (typeof x === 'boolean') bools++;
    else complexes++;
  }
  if (complexes > 0) return defaultComplex();
  if (numbers > 0 || flat.length === 0) return defaultFloat();
  return bigs > 0 ? defaultInt() : bools > 0 ? 'bool' : defaultFloat();
}

/** Nested lists of scalars as an array. The dtype is found from the scalars when not given. */
export function fromNested(value: readonly unknown[], op: string, dtype?: DType): DeviceArray {
  const shape = nestedShape(value, op);
  const flat = value.flat(shape.length) as unknown[];
  const wrong = flat.find((x) => !isScalarLike(x));
  if (wrong !== undefined) {
    throw new InvalidArgument({
      op,
      argument: 'an element of a nested list',
      expected: 'a number, a boolean, a bigint, or { re, im }',
      actual: describeValue(wrong),
    });
  }
  const target = dtype ?? nestedDType(flat as ScalarLike[]);
  const data = allocate(target, sizeOf(shape));
  (flat as ScalarLike[]).forEach((x, i) => {
    writeElement(target, data, i, x);
  });
  return DeviceArray.fromHost({ dtype: target, shape, data });
}

/** True when nested lists hold numbers that are all integer-valued: they can be indices. */
export const isIntegerNested = (value: readonly unknown[]): boolean =>
  value.every((x) =>
    Array.isArray(x) ? isIntegerNested(x) : typeof x === 'bigint' || (typeof x === 'number' && Number.isInteger(x)),
  );

/** True when nested lists have arrays among their elements. */
export const containsArrays = (value: readonly unknown[]): boolean =>
  value.some((x) => x instanceof NdArray || ArrayBuffer.isView(x) || (Array.isArray(x) && containsArrays(x)));

/** A value in words, for messages. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof NdArray) return `an array ${value.aval}`;
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (typeof value === 'object') {
    return Array.isArray(value) ? `a list of ${value.length}` : `an instance of ${value.constructor?.name ?? 'Object'}`;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : `a ${typeof value}`;
}
