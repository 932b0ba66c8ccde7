/**
 * Element types: their names, byte layouts and kinds.
 *
 * A dtype is a string, as in NumPy's own names. Arrays travel as raw bytes in row-major order: `bool` one byte each,
 * `float16` and `bfloat16` as their 16 bits in a `Uint16Array`, complex numbers as interleaved (real, imaginary) pairs.
 */
import { InvalidArgument } from '../error/error.js';
import { ArrayTooLarge } from '../error/memory.js';

/** The names of all element types. */
export const DTYPES = [
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bfloat16',
  'float16',
  'float32',
  'float64',
  'complex64',
  'complex128',
] as const;

/** The name of an element type. (`Extract` keeps all; through it the compiler prints the name and not the fifteen.) */
export type DType = Extract<(typeof DTYPES)[number], string>;

/** The typed arrays that hold the bytes of arrays. */
export type TypedArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

export type TypedArrayConstructor = {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
};

/** What an element type is: the coarse kind that promotion and rules ask about. */
export type Kind = 'bool' | 'int' | 'uint' | 'float' | 'complex';

interface Layout {
  readonly kind: Kind;
  /** Bytes of one element. */
  readonly bytes: number;
  /** The typed array that holds its raw bytes, and how many of its entries make one element. */
  readonly storage: TypedArrayConstructor;
  readonly entries: 1 | 2;
  /** The short name that jaxprs print, as JAX does. */
  readonly short: string;
  /** The element type in MLIR. */
  readonly mlir: string;
}

const layout = (
  kind: Kind,
  bytes: number,
  storage: unknown,
  short: string,
  mlir: string,
  entries: 1 | 2 = 1,
): Layout => ({ kind, bytes, storage: storage as TypedArrayConstructor, entries, short, mlir });

const LAYOUTS: { readonly [D in DType]: Layout } = {
  bool: layout('bool', 1, Uint8Array, 'bool', 'i1'),
  int8: layout('int', 1, Int8Array, 'i8', 'i8'),
  int16: layout('int', 2, Int16Array, 'i16', 'i16'),
  int32: layout('int', 4, Int32Array, 'i32', 'i32'),
  int64: layout('int', 8, BigInt64Array, 'i64', 'i64'),
  uint8: layout('uint', 1, Uint8Array, 'u8', 'ui8'),
  uint16: layout('uint', 2, Uint16Array, 'u16', 'ui16'),
  uint32: layout('uint', 4, Uint32Array, 'u32', 'ui32'),
  uint64: layout('uint', 8, BigUint64Array, 'u64', 'ui64'),
  bfloat16: layout('float', 2, Uint16Array, 'bf16', 'bf16'),
  float16: layout('float', 2, Uint16Array, 'f16', 'f16'),
  float32: layout('float', 4, Float32Array, 'f32', 'f32'),
  float64: layout('float', 8, Float64Array, 'f64', 'f64'),
  complex64: layout('complex', 8, Float32Array, 'c64', 'complex<f32>', 2),
  complex128: layout('complex', 16, Float64Array, 'c128', 'complex<f64>', 2),
};

/** The layout of an element type. */
export const layoutOf = (dtype: DType): Layout => LAYOUTS[dtype] ?? refuse(dtype);

/** What is called a dtype and is none. */
function refuse(dtype: unknown): never {
  const expected = "the name of a dtype, such as 'float32' or 'int32'";
  throw new InvalidArgument({ op: 'dtype', argument: 'dtype', expected, actual: `${typeof dtype} ${String(dtype)}` });
}

export const isDType = (name: unknown): name is DType => typeof name === 'string' && Object.hasOwn(LAYOUTS, name);

export const isFloat = (dtype: DType): boolean => layoutOf(dtype).kind === 'float';
export const isComplex = (dtype: DType): boolean => layoutOf(dtype).kind === 'complex';
/** Floating point or complex: the dtypes that carry tangents. */
export const isInexact = (dtype: DType): boolean => isFloat(dtype) || isComplex(dtype);
/** Signed or unsigned integers (not bool). */
export function isInteger(dtype: DType): boolean {
  const { kind } = layoutOf(dtype);
  return kind === 'int' || kind === 'uint';
}
export const isBool = (dtype: DType): boolean => dtype === 'bool';

/** The dtype of the parts of a complex dtype; a real dtype itself. */
export const realDType = (dtype: DType): DType =>
  dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype;

/** The complex dtype that holds numbers of this dtype as its parts. */
export const complexDType = (dtype: DType): DType =>
  dtype === 'float64' || dtype === 'complex128' ? 'complex128' : 'complex64';

/** The most that one array may take: what typed arrays can address. */
const MOST_BYTES = 2 ** 36;

/**
 * A zero-filled buffer for `size` elements.
 * @throws ArrayTooLarge
 */
export function allocate(dtype: DType, size: number): TypedArray {
  checkSize('array', dtype, size);
  const { storage: Storage, entries } = layoutOf(dtype);
  return new Storage(size * entries);
}

/**
 * Refuses an array that no memory can hold, before anybody tries.
 * @throws ArrayTooLarge
 */
export function checkSize(op: string, dtype: DType, size: number): void {
  if (size < 0) {
    throw new InvalidArgument({ op, argument: 'a size', expected: 'not negative', actual: `part of ${size} elements` });
  }
  const bytes = size * layoutOf(dtype).bytes;
  if (!(bytes <= MOST_BYTES)) throw new ArrayTooLarge({ op, dtype, size, bytes });
}

const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

/** The bits of the bfloat16 nearest to `x` (ties to even). */
export function bfloat16Bits(x: number): number {
  f32[0] = x;
  const bits = u32[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // a NaN stays one, and becomes quiet
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The number that 16 bfloat16 bits stand for. */
export function fromBfloat16Bits(bits: number): number {
  u32[0] = bits << 16;
  return f32[0];
}

const f64 = new Float64Array(1);
const f64Words = new Uint32Array(f64.buffer);

/** The bits of the float16 nearest to `x` (ties to even; rounded once, from the double). */
export function float16Bits(x: number): number {
  f64[0] = x;
  const sign = (f64Words[1] >>> 16) & 0x8000;
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return sign | 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below 2^-14 the spacing is constant (subnormals); above, it is 2^-10 of the leading power of two.
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  const spacing = 2 ** (exponent - 10);
  const steps = magnitude / spacing; // exact: a division by a power of two
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return sign | (magnitude < 2 ** -14 ? rounded : ((exponent + 14) << 10) + rounded);
}

/** The number that 16 float16 bits stand for. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
