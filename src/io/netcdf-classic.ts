/**
 * Reading NetCDF-3: the classic format, its 64-bit offsets (CDF-2) and 64-bit data (CDF-5).
 *
 * A header of length-prefixed lists (dimensions, attributes, variables), everything big-endian and padded to four
 * bytes; then each variable's data in one piece; then the records, in which the variables that grow along the unlimited
 * dimension lie interleaved, one slab each per record.
 * Source: Unidata, "NetCDF Classic Format Specification".
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import { layoutOf } from '../array/dtype.js';
import { hostData } from '../array/host.js';
import { range, sizeOf } from '../array/shape.js';
import { CorruptFile, type FileError, fileError, UnsupportedFormat } from '../error/io.js';
import { type Block, checkBlock, isWhole, readRuns, runsOf, shapeOfBlock } from './block.js';
import { elementsFromBytes, text } from './bytes.js';
import type { NetcdfAttribute, NetcdfAttributes, NetcdfDimension, NetcdfFile, NetcdfVariable } from './netcdf.js';
import type { ByteSource } from './source.js';
import { type FileValue, stringData } from './value.js';

export const DIMENSION_TAG = 10;
export const VARIABLE_TAG = 11;
export const ATTRIBUTE_TAG = 12;

/** The types by their code in the file, from 1; the last five are CDF-5's. */
export const TYPES = [
  'int8',
  'char',
  'int16',
  'int32',
  'float32',
  'float64',
  'uint8',
  'uint16',
  'uint32',
  'int64',
  'uint64',
] as const;
type ClassicType = (typeof TYPES)[number];

const CLASSIC_TYPES = 6;
const STREAMING = 0xffffffff;
const FIRST_READ = 2 ** 16;

const bytesOf = (type: ClassicType): number => (type === 'char' ? 1 : layoutOf(type).bytes);

/** The length rounded up to the four bytes that everything is padded to. */
export const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** A variable as the header describes it. */
interface Entry {
  readonly name: string;
  readonly type: ClassicType;
  readonly dimensions: readonly NetcdfDimension[];
  readonly attributes: NetcdfAttributes;
  readonly begin: number;
}

interface Header {
  readonly records: number | undefined;
  readonly dimensions: readonly NetcdfDimension[];
  readonly attributes: NetcdfAttributes;
  readonly entries: readonly Entry[];
}

/** The bytes read so far end inside the header. */
class NeedsMore extends Error {}

/** Reads the header of a classic file. Rejects: `CorruptFile`, `UnsupportedFormat`. */
export async function readClassic(source: ByteSource): Promise<NetcdfFile> {
  const header = await readHeader(source);
  const isRecord = ({ dimensions }: Entry): boolean => dimensions[0]?.unlimited ?? false;
  const slabBytes = ({ type, dimensions }: Entry): number =>
    sizeOf(dimensions.slice(dimensions[0]?.unlimited ? 1 : 0).map(({ length }) => length)) * bytesOf(type);

  // A single record variable is not padded: a rule that the specification itself calls special.
  const growing = header.entries.filter(isRecord);
  const recordBytes =
    growing.length === 1 ? slabBytes(growing[0]) : growing.reduce((sum, entry) => sum + padded(slabBytes(entry)), 0);
  const begin = Math.min(...growing.map((entry) => entry.begin));
  const records = header.records ?? (recordBytes > 0 ? Math.floor((source.size - begin) / recordBytes) : 0);

  const dimensions = header.dimensions.map((d) => (d.unlimited ? { ...d, length: records } : d));
  const variables = header.entries.map((entry): NetcdfVariable => {
    const slab = slabBytes(entry);
    const count = isRecord(entry) ? records : 1;
    const end = entry.begin + (count === 0 ? 0 : (count - 1) * recordBytes + slab);
    if (end > source.size) {
      const reason = `its data should end at byte ${end}, but the file ends at ${source.size}`;
      throw new CorruptFile({ path: source.path, member: entry.name, reason });
    }
    const axes = entry.type === 'char' ? entry.dimensions.slice(0, -1) : entry.dimensions;
    return {
      name: entry.name,
      dtype: entry.type === 'char' ? 'str' : entry.type,
      dimensions: axes.map(({ name }) => name),
      shape: axes.map(({ unlimited, length }) => (unlimited ? records : length)),
      attributes: entry.attributes,
      read(block?: Block): TE.TaskEither<FileError, FileValue> {
        return TE.tryCatch(
          async () => {
            if (block === undefined || isWhole(block, this.shape)) {
              return valueOf(await readSlabs(source, entry.begin, slab, count, recordBytes), entry, this.shape);
            }
            checkBlock(block, this.shape, entry.name);
            const place = { begin: entry.begin, stride: isRecord(entry) ? recordBytes : null };
            return valueOf(await readBlock(source, place, entry, this.shape, block), entry, shapeOfBlock(block));
          },
          (error) => fileError(source.path, error),
        );
      },
    };
  });
  return { path: source.path, format: 'netcdf3', dimensions, attributes: header.attributes, variables };
}

/** `count` pieces of `slab` bytes, `stride` apart, joined. */
async function readSlabs(
  source: ByteSource,
  begin: number,
  slab: number,
  count: number,
  stride: number,
): Promise<Uint8Array> {
  if (count <= 1 || stride === slab) return source.read(begin, count * slab);
  const joined = new Uint8Array(count * slab);
  // Neighbours are read together, so that small records do not cost a system call each.
  const group = Math.max(1, Math.floor(2 ** 22 / stride));
  for (let first = 0; first < count; first += group) {
    const size = Math.min(group, count - first);
    const bytes = await source.read(begin + first * stride, (size - 1) * stride + slab);
    for (let i = 0; i < size; i++) joined.set(bytes.subarray(i * stride, i * stride + slab), (first + i) * slab);
  }
  return joined;
}

/** The bytes of a block. `stride` is the distance of records in bytes; null where the variable has none. */
async function readBlock(
  source: ByteSource,
  { begin, stride }: { readonly begin: number; readonly stride: number | null },
  { type, dimensions }: Entry,
  shape: readonly number[],
  block: Block,
): Promise<Uint8Array> {
  // Characters of a text lie behind each other, as one wide element.
  const width = bytesOf(type) * (type === 'char' ? (dimensions.at(-1)?.length ?? 1) : 1);
  if (stride === null) {
    const { starts, length } = runsOf(block, shape);
    const offsets = starts.map((start) => begin + start * width);
    return readRuns(source, offsets, length * width);
  }
  const [records, ...inner] = block;
  const { starts, length } = runsOf(inner, shape.slice(1));
  const offsets = range(records.count).flatMap((r) =>
    starts.map((start) => begin + (records.start + r) * stride + start * width),
  );
  return readRuns(source, offsets, length * width);
}

function valueOf(bytes: Uint8Array, { type, dimensions }: Entry, shape: readonly number[]): FileValue {
  if (type !== 'char') return hostData(type, shape, elementsFromBytes(type, bytes, 'big'));
  const width = dimensions.length === 0 ? 1 : bytes.length / Math.max(1, sizeOf(shape));
  const strings = Array.from({ length: sizeOf(shape) }, (_, i) => trimmed(bytes.subarray(i * width, (i + 1) * width)));
  return stringData(shape, strings);
}

const trimmed = (bytes: Uint8Array): string => text(bytes).replace(/\0+$/, '');

async function readHeader(source: ByteSource): Promise<Header> {
  for (let length = FIRST_READ; ; length *= 4) {
    const bytes = await source.read(0, Math.min(length, source.size));
    try {
      return new HeaderReader(source.path, bytes).header();
    } catch (error) {
      if (!(error instanceof NeedsMore)) throw error;
      if (length >= source.size) throw new CorruptFile({ path: source.path, reason: 'it ends inside its header' });
    }
  }
}

/** Walks over the header, field by field. */
class HeaderReader {
  private readonly view: DataView;
  private readonly version: number;
  private at = 4;

  constructor(
    private readonly path: string,
    private readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.version = bytes[3];
    if (![1, 2, 5].includes(this.version)) {
      throw new UnsupportedFormat({
        path,
        found: `version ${this.version} of NetCDF classic`,
        supported: '1, 2 and 5',
      });
    }
  }

  header(): Header {
    const records = this.recordCount();
    const dimensions = this.list(DIMENSION_TAG, 'dimensions', () => this.dimension());
    this.unique(dimensions, 'dimension');
    if (dimensions.filter((d) => d.unlimited).length > 1) throw this.corrupt('it has two unlimited dimensions');
    const attributes = this.attributes();
    const entries = this.list(VARIABLE_TAG, 'variables', () => this.entry(dimensions));
    this.unique(entries, 'variable');
    const inside = entries.find(({ begin }) => begin < this.at);
    if (inside) throw this.corrupt(`the data of ${inside.name} should begin inside the header`);
    return { records, dimensions, attributes, entries };
  }

  private corrupt(reason: string): CorruptFile {
    return new CorruptFile({ path: this.path, reason });
  }

  private unique(named: readonly { readonly name: string }[], what: string): void {
    const names = named.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw this.corrupt(`it has two ${what}s named ${twice}`);
  }

  private take(length: number): number {
    const start = this.at;
    if (start + length > this.bytes.length) throw new NeedsMore();
    this.at += length;
    return start;
  }

  private uint32(): number {
    return this.view.getUint32(this.take(4));
  }

  private uint64(): number {
    const value = Number(this.view.getBigUint64(this.take(8)));
    if (!Number.isSafeInteger(value)) throw this.corrupt('a size in its header is beyond all measure');
    return value;
  }

  /** A count or length: 32 bits, 64 in CDF-5. */
  private count(): number {
    const value = this.version === 5 ? this.uint64() : this.uint32();
    if (this.version !== 5 && value > 0x7fffffff) throw this.corrupt('a count in its header is negative');
    return value;
  }

  /** Nothing where the file was written as a stream, and its number of records not noted. */
  private recordCount(): number | undefined {
    const start = this.take(this.version === 5 ? 8 : 4);
    const words = Array.from({ length: (this.at - start) / 4 }, (_, i) => this.view.getUint32(start + 4 * i));
    if (words.every((word) => word === STREAMING)) return undefined;
    this.at = start;
    return this.count();
  }

  private list<T>(tag: number, what: string, item: () => T): T[] {
    const found = this.uint32();
    const length = this.count();
    if (found !== tag && !(found === 0 && length === 0))
      throw this.corrupt(`its list of ${what} is not where it should be`);
    const items: T[] = [];
    // Not allocated ahead: a damaged length ends at the end of the file, not in memory exhausted.
    while (items.length < length) items.push(item());
    return items;
  }

  private name(): string {
    const length = this.count();
    const start = this.take(padded(length));
    return text(this.bytes.subarray(start, start + length));
  }

  private type(): ClassicType {
    const code = this.uint32();
    const type = TYPES[code - 1];
    if (type === undefined || (this.version !== 5 && code > CLASSIC_TYPES))
      throw this.corrupt(`it has a type of unknown code ${code}`);
    return type;
  }

  private dimension(): NetcdfDimension {
    const name = this.name();
    const length = this.count();
    return { name, length, unlimited: length === 0 };
  }

  private attributes(): NetcdfAttributes {
    return Object.fromEntries(this.list(ATTRIBUTE_TAG, 'attributes', () => [this.name(), this.attribute()]));
  }

  private attribute(): NetcdfAttribute {
    const type = this.type();
    const length = this.count() * bytesOf(type);
    const start = this.take(padded(length));
    const bytes = this.bytes.subarray(start, start + length);
    return type === 'char' ? trimmed(bytes) : elementsFromBytes(type, bytes, 'big');
  }

  private entry(all: readonly NetcdfDimension[]): Entry {
    const name = this.name();
    const rank = this.count();
    const dimensions: NetcdfDimension[] = [];
    while (dimensions.length < rank) {
      const dimension = all[this.count()];
      if (!dimension) throw this.corrupt(`${name} has a dimension that does not exist`);
      if (dimension.unlimited && dimensions.length > 0)
        throw this.corrupt(`${name} grows along another than its first axis`);
      dimensions.push(dimension);
    }
    const attributes = this.attributes();
    const type = this.type();
    // The stored size is redundant, and too small to be right for large variables: the specification says to recompute it.
    this.count();
    const begin = this.version === 1 ? this.uint32() : this.uint64();
    return { name, type, dimensions, attributes, begin };
  }
}
