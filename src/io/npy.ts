/**
 * The .npy format: one array, as `numpy.save` writes it.
 *
 * A magic string, a version, a Python dictionary as text (`descr`, `fortran_order`, `shape`) padded to a multiple of 64
 * bytes, then the elements. Source: NumPy Enhancement Proposal 1 and `numpy/lib/_format_impl.py`. What is written here
 * is what NumPy writes, byte for byte; bfloat16, which NumPy does not know, is `<V2` as `ml_dtypes` arrays are saved.
 */
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type DType, layoutOf } from '../array/dtype.js';
import { hostData } from '../array/host.js';
import { sizeOf } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { CorruptFile, type FileError, UnsupportedFormat } from '../error/io.js';
import { writeAtomically } from './atomic.js';
import { type ByteOrder, bytesFromElements, elementsFromBytes, rowMajor } from './bytes.js';
import { type ReadFrom, reading } from './source.js';
import { type FileValue, isStringData, type StringData, stringData } from './value.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const ALIGNMENT = 64;
/** NumPy leaves room for the first dimension to grow to this many digits without moving the data. */
const GROWTH_DIGITS = 21;

const DESCRIPTORS: { readonly [D in DType]: string } = {
  bool: '|b1',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  bfloat16: '<V2',
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
  complex64: '<c8',
  complex128: '<c16',
};

const DTYPE_OF_CODE = new Map(Object.entries(DESCRIPTORS).map(([dtype, descr]) => [descr.slice(1), dtype as DType]));

/** Reads a .npy file. Left: `FileNotFound`, `FileAccess`, `CorruptFile`, `UnsupportedFormat` (objects, records, dates). */
export const readNpy = (from: ReadFrom): TE.TaskEither<FileError, FileValue> =>
  reading(from, async (source) => parseNpy(await source.read(0, source.size), { path: source.path }));

/** Writes an array as a .npy file, atomically. Left: `FileAccess`; `InvalidArgument` as `npyChunks` throws it. */
export const writeNpy = (path: string, value: FileValue): TE.TaskEither<FileError, void> =>
  writeAtomically(path, () => npyChunks(value));

/** Where bytes come from, for messages. */
interface Where {
  readonly path: string;
  readonly member?: string;
}

interface Header {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly offset: number;
}

/** The array that the bytes of one whole .npy file hold. @throws CorruptFile, UnsupportedFormat */
export function parseNpy(bytes: Uint8Array, where: Where): FileValue {
  const { descr, fortranOrder, shape, offset } = parseHeader(bytes, where);
  const [, mark, kind, digits] = /^([<>|=]?)([a-zA-Z])(\d+)$/.exec(descr) ?? [];
  const order: ByteOrder = mark === '>' ? 'big' : 'little';
  const body = bytes.subarray(offset);
  const expectBytes = (itemSize: number): void => {
    const expected = sizeOf(shape) * itemSize;
    if (body.length === expected) return;
    const reason = `its header promises ${expected} bytes of elements (${descr}, shape [${shape.join(', ')}]), it has ${body.length}`;
    throw new CorruptFile({ ...where, reason });
  };

  if (kind === 'U' || kind === 'S') {
    const itemSize = Number(digits) * (kind === 'U' ? 4 : 1);
    expectBytes(itemSize);
    const strings = Array.from({ length: sizeOf(shape) }, (_, i) => {
      const item = body.subarray(i * itemSize, (i + 1) * itemSize);
      return kind === 'U' ? fromUtf32(item, order, where) : Buffer.from(item).toString('latin1').replace(/\0+$/, '');
    });
    return stringData(shape, fortranOrder ? rowMajor(strings, [...strings], shape) : strings);
  }

  const dtype = DTYPE_OF_CODE.get(`${kind}${digits}`);
  if (dtype === undefined) {
    const supported = 'booleans, integers, floats, complex numbers and strings';
    throw new UnsupportedFormat({ ...where, found: `an array of dtype '${descr}'`, supported });
  }
  expectBytes(layoutOf(dtype).bytes);
  const elements = elementsFromBytes(dtype, body, order);
  if (dtype === 'bool' && (elements as Uint8Array).some((byte) => byte > 1)) {
    throw new CorruptFile({ ...where, reason: 'a boolean in it is neither 0 nor 1' });
  }
  const data = fortranOrder ? rowMajor(elements, elements.slice(), shape, layoutOf(dtype).entries) : elements;
  return hostData(dtype, shape, data);
}

function parseHeader(bytes: Uint8Array, where: Where): Header {
  const corrupt = (reason: string): CorruptFile => new CorruptFile({ ...where, reason });
  if (bytes.length < 10 || MAGIC.compare(bytes, 0, MAGIC.length) !== 0)
    throw corrupt('it does not begin as a .npy file does');
  const major = bytes[6];
  if (major < 1 || major > 3 || bytes[7] !== 0) {
    throw new UnsupportedFormat({
      ...where,
      found: `version ${major}.${bytes[7]} of .npy`,
      supported: '1.0, 2.0 and 3.0',
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (major > 1 && bytes.length < 12) throw corrupt('it ends inside its header');
  const start = major === 1 ? 10 : 12;
  const offset = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (offset > bytes.length) throw corrupt('it ends inside its header');

  const header = Buffer.from(bytes.subarray(start, offset)).toString(major === 3 ? 'utf8' : 'latin1');
  let rest = header;
  const take = (key: string, value: string): string | undefined => {
    const match = new RegExp(`(['"])${key}\\1:\\s*${value}`).exec(rest);
    if (match) rest = rest.replace(match[0], '');
    return match?.[2];
  };
  if (/(['"])descr\1:\s*\[/.test(header)) {
    throw new UnsupportedFormat({ ...where, found: 'an array of records', supported: 'arrays of numbers and strings' });
  }
  const descr = take('descr', `['"]([^'"]*)['"]`);
  const order = take('fortran_order', '(True|False)');
  const shape = take('shape', '\\(([\\d\\sL,]*)\\)');
  const items = (shape ?? '-')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  const sound = items.every((item) => /^\d+L?$/.test(item)) && /^\{[\s,]*\}\s*$/.test(rest);
  if (descr === undefined || order === undefined || !sound) {
    throw corrupt(`its header is not a dictionary of descr, fortran_order and shape: ${header.trim()}`);
  }
  const dimensions = items.map((item) => Number.parseInt(item, 10));
  return { descr, fortranOrder: order === 'True', shape: dimensions, offset };
}

/**
 * The bytes of a .npy file as `numpy.save` writes them, in pieces; the elements are a view where they can be.
 *
 * @throws InvalidArgument for a string that ends in a NUL, which the format cannot tell from padding
 */
export function npyChunks(value: FileValue): Uint8Array[] {
  if (!isStringData(value)) {
    return [npyHeader(DESCRIPTORS[value.dtype], value.shape), bytesFromElements(value.data, 'little')];
  }
  const { width, bytes } = toUtf32(value);
  return [npyHeader(`<U${width}`, value.shape), bytes];
}

function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const room = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }${' '.repeat(room)}`;
  // Version 2.0 is for headers beyond 65535 bytes, which a shape cannot make: NumPy allows 64 dimensions.
  const padding = ALIGNMENT - ((10 + dictionary.length + 1) % ALIGNMENT);
  const text = `${dictionary}${' '.repeat(padding)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([MAGIC, Buffer.from([1, 0]), length, Buffer.from(text, 'latin1')]);
}

function fromUtf32(bytes: Uint8Array, order: ByteOrder, where: Where): string {
  const codes = elementsFromBytes('uint32', bytes, order) as Uint32Array;
  let length = codes.length;
  while (length > 0 && codes[length - 1] === 0) length--;
  let string = '';
  for (let i = 0; i < length; i++) {
    if (codes[i] > 0x10ffff)
      throw new CorruptFile({ ...where, reason: 'a string in it has a character beyond Unicode' });
    string += String.fromCodePoint(codes[i]);
  }
  return string;
}

function toUtf32({ data }: StringData): { width: number; bytes: Uint8Array } {
  const strings = data.map((string) => Array.from(string, (character) => character.codePointAt(0) ?? 0));
  if (strings.some((codes) => codes.at(-1) === 0)) {
    throw new InvalidArgument({
      op: 'writeNpy',
      argument: 'a string',
      expected: 'without a NUL at its end',
      actual: 'with one',
    });
  }
  const width = strings.reduce((longest, codes) => Math.max(longest, codes.length), 1);
  const codes = new Uint32Array(strings.length * width);
  for (const [i, string] of strings.entries()) codes.set(string, i * width);
  return { width, bytes: bytesFromElements(codes, 'little') };
}
