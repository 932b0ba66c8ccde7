/**
 * Writing NetCDF-3: a header that is laid out first, then each variable's data, padded to four bytes.
 *
 * 64-bit offsets (CDF-2) are used only where a variable begins beyond 2 GiB; otherwise the file is the plain classic
 * one that every reader knows. Strings become arrays of characters, marked `_Encoding: utf-8` as xarray marks them.
 */
import { allocate, type DType, type TypedArray } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { sizeOf } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { UnsupportedFormat } from '../error/io.js';
import { bytesFromElements } from './bytes.js';
import type { NetcdfContents, NetcdfWritableAttributes } from './netcdf.js';
import { ATTRIBUTE_TAG, DIMENSION_TAG, padded, TYPES, VARIABLE_TAG } from './netcdf-classic.js';
import { isStringData, type StringData } from './value.js';

/** The types that the format lacks, and the one that values become where all fit. */
const SMALLER: { readonly [D in DType]?: DType } = {
  bool: 'int8',
  uint8: 'int8',
  uint16: 'int16',
  uint32: 'int32',
  int64: 'int32',
  uint64: 'int32',
};

const CLASSIC = ['int8', 'int16', 'int32', 'float32', 'float64'];
/** Not a name: empty, ending in a space, or with a slash or a control character in it. */
const RESERVED = /[/\p{Cc}]|^$|\s$/u;
const CHAR = 'char';
const LARGEST_OFFSET_32 = 2 ** 31 - 1;

/** What the header says of a variable. `size` is in bytes: of all its data, or of one record. */
export interface Described {
  readonly name: string;
  readonly type: string;
  readonly dimensions: readonly string[];
  readonly attributes: NetcdfWritableAttributes;
  readonly size: number;
}

/** A variable ready to be laid out. */
interface Block extends Described {
  readonly bytes: Uint8Array;
}

/** The bytes of a NetCDF-3 file, in pieces. @throws UnsupportedFormat, ShapeMismatch */
export function* classicChunks(path: string, { variables, attributes = {} }: NetcdfContents): Generator<Uint8Array> {
  const lengths = new Map<string, number>();
  const blocks = blocksOf(path, variables, lengths);

  // Offsets are as wide in both passes, so the first, with offsets of zero, has the length of the second.
  const write = (version: 1 | 2, offsets: readonly number[]): Uint8Array =>
    header(path, version, { lengths, attributes, variables: blocks, offsets });
  const layOut = (version: 1 | 2): number[] => {
    let offset = write(
      version,
      blocks.map(() => 0),
    ).length;
    return blocks.map(({ size }) => {
      const begin = offset;
      offset += padded(size);
      return begin;
    });
  };
  const narrow = layOut(1);
  const version = (narrow.at(-1) ?? 0) > LARGEST_OFFSET_32 ? 2 : 1;
  yield write(version, version === 1 ? narrow : layOut(2));
  for (const { bytes } of blocks) {
    yield bytes;
    yield new Uint8Array(padded(bytes.length) - bytes.length);
  }
}

/** Variables as bytes; the lengths of their dimensions are noted in `lengths`. @throws UnsupportedFormat, ShapeMismatch */
export const blocksOf = (path: string, variables: NetcdfContents['variables'], lengths: Map<string, number>): Block[] =>
  Object.entries(variables).map(([name, { dimensions, value, attributes = {} }]): Block => {
    const measure = (names: readonly string[], shape: readonly number[]): void =>
      addLengths(path, lengths, name, names, shape);
    if (!isStringData(value)) {
      measure(dimensions, value.shape);
      const { dtype, data } = fitting(path, name, value);
      const bytes = bytesFromElements(data, 'big');
      return { name, type: dtype, dimensions, attributes, bytes, size: bytes.length };
    }
    const { width, bytes } = characters(value);
    const named = [...dimensions, `string${width}`];
    measure(named, [...value.shape, width]);
    const described = { _Encoding: 'utf-8', ...attributes };
    return { name, type: CHAR, dimensions: named, attributes: described, bytes, size: bytes.length };
  });

/** Notes the lengths of a variable's dimensions, and sees that all variables agree. */
function addLengths(
  path: string,
  lengths: Map<string, number>,
  name: string,
  dimensions: readonly string[],
  shape: readonly number[],
): void {
  const mismatch = (expected: string): InstanceType<typeof ShapeMismatch> =>
    new ShapeMismatch({ op: 'writeNetcdf', argument: name, expected, actual: shape });
  if (dimensions.length !== shape.length) throw mismatch(`its dimensions are [${dimensions.join(', ')}]`);
  for (const [axis, dimension] of dimensions.entries()) {
    const known = lengths.get(dimension) ?? shape[axis];
    if (known !== shape[axis]) throw mismatch(`dimension '${dimension}' has length ${known} in another variable`);
    // Length 0 is how the format marks the unlimited dimension.
    if (known === 0) {
      const found = `the empty dimension '${dimension}'`;
      throw new UnsupportedFormat({ path, member: name, found, supported: 'dimensions of length 1 and more' });
    }
    lengths.set(dimension, known);
  }
}

/** The same values in a type that the format has. */
function fitting(
  path: string,
  name: string,
  value: { readonly dtype: DType; readonly data: TypedArray },
): Omit<HostData, 'shape'> {
  const { dtype, data } = value;
  if (CLASSIC.includes(dtype)) return value;
  const smaller = SMALLER[dtype];
  const refuse = (found: string): UnsupportedFormat =>
    new UnsupportedFormat({ path, member: name, found, supported: 'what fits int8, int16, int32, float32 or float64' });
  if (smaller === undefined) throw refuse(`${dtype} in NetCDF-3`);
  const converted = allocate(smaller, data.length) as Int32Array;
  for (let i = 0; i < data.length; i++) {
    const number = Number(data[i]);
    converted[i] = number;
    if (converted[i] !== number) throw refuse(`the ${dtype} ${data[i]} in NetCDF-3`);
  }
  return { dtype: smaller, data: converted };
}

function characters({ data, shape }: StringData): { width: number; bytes: Uint8Array } {
  const strings = data.map((string) => Buffer.from(string, 'utf8'));
  const width = strings.reduce((longest, { length }) => Math.max(longest, length), 1);
  const bytes = new Uint8Array(sizeOf(shape) * width);
  for (const [i, string] of strings.entries()) bytes.set(string, i * width);
  return { width, bytes };
}

export interface Layout {
  /** Lengths of dimensions; 0 for the one that grows. */
  readonly lengths: ReadonlyMap<string, number>;
  readonly attributes: NetcdfWritableAttributes;
  readonly variables: readonly Described[];
  readonly offsets: readonly number[];
}

/** The bytes of a header; its number of records is 0. @throws UnsupportedFormat */
export function header(path: string, version: 1 | 2, layout: Layout): Uint8Array {
  const { lengths, attributes, variables, offsets } = layout;
  const pieces: Uint8Array[] = [];
  const uint32 = (...values: number[]): void => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
    pieces.push(bytes);
  };
  const paddedBytes = (bytes: Uint8Array): void => {
    pieces.push(bytes, new Uint8Array(padded(bytes.length) - bytes.length));
  };
  const name = (value: string): void => {
    if (RESERVED.test(value))
      throw new UnsupportedFormat({ path, found: `the name '${value}'`, supported: 'names as NetCDF has them' });
    const bytes = Buffer.from(value.normalize('NFC'), 'utf8');
    uint32(bytes.length);
    paddedBytes(bytes);
  };
  const list = <T>(tag: number, items: readonly T[], item: (value: T, index: number) => void): void => {
    uint32(items.length === 0 ? 0 : tag, items.length);
    items.forEach(item);
  };
  const typeCode = (type: string): number => (TYPES as readonly string[]).indexOf(type) + 1;
  const attributeList = (of: NetcdfWritableAttributes): void =>
    list(ATTRIBUTE_TAG, Object.entries(of), ([key, value]) => {
      name(key);
      const { type, count, bytes } = attributeBytes(path, key, value);
      uint32(typeCode(type), count);
      paddedBytes(bytes);
    });

  pieces.push(Buffer.from(['C', 'D', 'F'].map((letter) => letter.charCodeAt(0)).concat(version)));
  uint32(0);
  const dimensions = [...lengths.keys()];
  list(DIMENSION_TAG, dimensions, (dimension) => {
    name(dimension);
    uint32(lengths.get(dimension) ?? 0);
  });
  attributeList(attributes);
  list(VARIABLE_TAG, variables, (block, i) => {
    name(block.name);
    uint32(block.dimensions.length, ...block.dimensions.map((dimension) => dimensions.indexOf(dimension)));
    attributeList(block.attributes);
    // A size that does not fit says so by its largest value; readers recompute it from the dimensions.
    uint32(typeCode(block.type), Math.min(padded(block.size), 0xffffffff));
    if (version === 2) uint32(Math.floor(offsets[i] / 2 ** 32));
    uint32(offsets[i] % 2 ** 32);
  });
  return Buffer.concat(pieces);
}

function attributeBytes(
  path: string,
  key: string,
  value: string | number | TypedArray,
): { type: string; count: number; bytes: Uint8Array } {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    return { type: CHAR, count: bytes.length, bytes };
  }
  const elements =
    typeof value !== 'number' ? value : Object.is(value | 0, value) ? Int32Array.of(value) : Float64Array.of(value);
  const { dtype, data } = fitting(path, key, { dtype: dtypeOf(elements), data: elements });
  return { type: dtype, count: data.length, bytes: bytesFromElements(data, 'big') };
}

const dtypeOf = (elements: TypedArray): DType =>
  elements.constructor.name.replace(/^Big/, '').replace('Array', '').toLowerCase() as DType;
