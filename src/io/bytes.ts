/**
 * Between bytes in a file and elements in memory.
 *
 * Files have an order of bytes of their own; typed arrays have the machine's. Reading copies once, into memory aligned
 * for its typed array; writing copies only where the orders differ.
 */
import { endianness } from 'node:os';
import { allocate, type DType, layoutOf, type TypedArray } from '../array/dtype.js';
import { sizeOf } from '../array/shape.js';

export type ByteOrder = 'little' | 'big';

const NATIVE: ByteOrder = endianness() === 'LE' ? 'little' : 'big';

/** The bytes of a typed array, not copied. */
export const bytesOf = (data: TypedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Reverses the bytes of each word of `width` bytes, in place. */
function swapWords(bytes: Uint8Array, width: number): void {
  const words = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) words.swap16();
  else if (width === 4) words.swap32();
  else if (width === 8) words.swap64();
}

/** The elements that `bytes` hold in the given order. Their number is `bytes.length / bytes per element`, a whole one. */
export function elementsFromBytes(dtype: DType, bytes: Uint8Array, order: ByteOrder): TypedArray {
  const elements = allocate(dtype, bytes.length / layoutOf(dtype).bytes);
  const target = bytesOf(elements);
  target.set(bytes);
  if (order !== NATIVE) swapWords(target, elements.BYTES_PER_ELEMENT);
  return elements;
}

/** The bytes of elements in the given order: a view where that is the machine's own, a copy where not. */
export function bytesFromElements(data: TypedArray, order: ByteOrder): Uint8Array {
  if (order === NATIVE || data.BYTES_PER_ELEMENT === 1) return bytesOf(data);
  const copy = bytesOf(data).slice();
  swapWords(copy, data.BYTES_PER_ELEMENT);
  return copy;
}

/** The elements of a column-major array in row-major order; `entries` consecutive entries make one element. */
export function rowMajor<T extends { readonly length: number; [index: number]: unknown }>(
  columnMajor: T,
  rowMajorTarget: T,
  shape: readonly number[],
  entries = 1,
): T {
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  let source = 0;
  for (let target = 0; target < sizeOf(shape); target++) {
    for (let entry = 0; entry < entries; entry++) {
      rowMajorTarget[target * entries + entry] = columnMajor[source * entries + entry];
    }
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return rowMajorTarget;
}

/** UTF-8 as text, or nothing where it is not UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-8 as text; what is not UTF-8 is read byte by byte (Latin-1), as old files were written. */
export const text = (bytes: Uint8Array): string => utf8(bytes) ?? Buffer.from(bytes).toString('latin1');
