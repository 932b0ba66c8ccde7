/**
 * Zip archives, as far as arrays need them: stored and deflated members, any size, every checksum verified.
 *
 * An archive ends with a directory that says where each member is; before each member stands a local header that says
 * the same again. Where the two disagree the archive is damaged. Sizes beyond 32 bits stand in ZIP64 records.
 * Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3. (A CRC-32 finds every damage to a member of up to 32
 * bits in a row, and misses one in 2^32 of the others.)
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { CorruptFile, UnsupportedFormat } from '../error/io.js';
import { text } from './bytes.js';
import type { ByteSource } from './source.js';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
const ZIP64 = 0x0001;
const UTF8_NAME = 0x0800;
const ENCRYPTED = 0x0001;
const MAX16 = 0xffff;
const MAX32 = 0xffffffff;
/** The version of the format that ZIP64 needs: 4.5. */
const VERSION = 45;
/** Made on Unix, by that version; readable and writable by the owner: what `zipfile` notes. */
const MADE_BY = 0x0300 | VERSION;
const OWNER_READS_AND_WRITES = 0o600 * 2 ** 16;
const STORED = 0;
const DEFLATED = 8;
/** 1 January 1980, the first day that the format knows. */
const FIRST_DAY = 0x0021;

/** One file of an archive, as its directory describes it. */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header stands. */
  readonly offset: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const corrupt = (source: ByteSource, reason: string, member?: string): CorruptFile =>
  new CorruptFile({ path: source.path, member, reason });

/** The directory of an archive. Rejects with `CorruptFile` where it is not one, is cut short, or contradicts itself. */
export async function readDirectory(source: ByteSource): Promise<readonly ZipMember[]> {
  const { count, offset, size } = await findDirectory(source);
  const bytes = await source.read(offset, size);
  const members: ZipMember[] = [];
  const names = new Set<string>();
  let at = 0;
  while (members.length < count) {
    if (at + CENTRAL_BYTES > size) throw corrupt(source, 'its directory ends too early');
    const { member, length } = readEntry(source, bytes.subarray(at));
    if (names.has(member.name)) throw corrupt(source, `its directory names ${member.name} twice`);
    names.add(member.name);
    members.push(member);
    at += length;
  }
  if (at !== size) throw corrupt(source, `its directory should have ${count} entries, but has more`);
  return members;
}

/** The record at the very end, which says where the directory is; or the ZIP64 record before it, which says it for sure. */
async function findDirectory(source: ByteSource): Promise<{ count: number; offset: number; size: number }> {
  const tailSize = Math.min(source.size, END_BYTES + MAX16 + LOCATOR_BYTES);
  const tail = await source.read(source.size - tailSize, tailSize);
  const view = viewOf(tail);
  let at = tail.length - END_BYTES;
  while (
    at >= 0 &&
    !(view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === tail.length)
  )
    at--;
  if (at < 0) throw corrupt(source, 'it does not end as a zip archive does; it may have been cut short');

  const found = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
  };
  let [countHere, disk, end] = [
    view.getUint16(at + 8, true),
    view.getUint32(at + 4, true),
    source.size - tail.length + at,
  ];
  if (at >= LOCATOR_BYTES && view.getUint32(at - LOCATOR_BYTES, true) === END64_LOCATOR) {
    end = Number(view.getBigUint64(at - LOCATOR_BYTES + 8, true));
    const record = viewOf(await source.read(end, END64_BYTES));
    if (record.getUint32(0, true) !== END64) throw corrupt(source, 'its ZIP64 end record is not where it should be');
    found.count = Number(record.getBigUint64(32, true));
    found.size = Number(record.getBigUint64(40, true));
    found.offset = Number(record.getBigUint64(48, true));
    [countHere, disk] = [
      Number(record.getBigUint64(24, true)),
      record.getUint32(16, true) | record.getUint32(20, true),
    ];
  }
  if (disk !== 0 || countHere !== found.count) throw corrupt(source, 'it claims to be one part of several');
  if (found.offset + found.size !== end) throw corrupt(source, 'its directory is not where it should be');
  return found;
}

function readEntry(source: ByteSource, bytes: Uint8Array): { member: ZipMember; length: number } {
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== CENTRAL) throw corrupt(source, 'its directory has no entry where one should be');
  const nameLength = view.getUint16(28, true);
  const extraLength = view.getUint16(30, true);
  const length = CENTRAL_BYTES + nameLength + extraLength + view.getUint16(32, true);
  if (length > bytes.length) throw corrupt(source, 'its directory ends inside an entry');
  const name = text(bytes.subarray(CENTRAL_BYTES, CENTRAL_BYTES + nameLength));
  const extra = bytes.subarray(CENTRAL_BYTES + nameLength, CENTRAL_BYTES + nameLength + extraLength);
  const [size, compressedSize, offset] = wideFields(source, name, extra, [
    view.getUint32(24, true),
    view.getUint32(20, true),
    view.getUint32(42, true),
  ]);
  const member = {
    name,
    flags: view.getUint16(8, true),
    method: view.getUint16(10, true),
    crc: view.getUint32(16, true),
    compressedSize,
    size,
    offset,
  };
  return { member, length };
}

/** Fields that do not fit 32 bits are all ones, and stand in the ZIP64 extra field, in this order, only those. */
function wideFields(source: ByteSource, name: string, extra: Uint8Array, fields: readonly number[]): number[] {
  if (!fields.includes(MAX32)) return [...fields];
  const view = viewOf(extra);
  let at = 0;
  while (at + 4 <= extra.length && view.getUint16(at, true) !== ZIP64) at += 4 + view.getUint16(at + 2, true);
  const end = at + 4 <= extra.length ? Math.min(extra.length, at + 4 + view.getUint16(at + 2, true)) : 0;
  at += 4;
  return fields.map((field) => {
    if (field !== MAX32) return field;
    if (at + 8 > end) throw corrupt(source, 'its ZIP64 sizes are missing', name);
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  });
}

/** The content of a member, decompressed and with its checksum verified. Rejects: `CorruptFile`, `UnsupportedFormat`. */
export async function readMember(source: ByteSource, member: ZipMember): Promise<Uint8Array> {
  const { name, method, crc, compressedSize, size, offset, flags } = member;
  const head = await source.read(offset, LOCAL_BYTES);
  const view = viewOf(head);
  if (view.getUint32(0, true) !== LOCAL) throw corrupt(source, 'its local header is not where it should be', name);
  const nameLength = view.getUint16(26, true);
  const localName = text(await source.read(offset + LOCAL_BYTES, nameLength));
  if (localName !== name || view.getUint16(8, true) !== method) {
    throw corrupt(source, `its local header describes another member (${localName})`, name);
  }
  if (flags & ENCRYPTED) {
    throw new UnsupportedFormat({ path: source.path, member: name, found: 'encryption', supported: 'plain members' });
  }
  const stored = await source.read(offset + LOCAL_BYTES + nameLength + view.getUint16(28, true), compressedSize);
  const content = decompress(source, member, stored);
  if (content.length !== size) throw corrupt(source, `it has ${content.length} bytes instead of ${size}`, name);
  if (crc32(content) !== crc) throw corrupt(source, 'its checksum (CRC-32) is wrong', name);
  return content;
}

function decompress(source: ByteSource, { name, method, size }: ZipMember, bytes: Uint8Array): Uint8Array {
  if (method === STORED) return bytes;
  if (method !== DEFLATED) {
    const found = `compression method ${method}`;
    throw new UnsupportedFormat({ path: source.path, member: name, found, supported: 'stored and deflated members' });
  }
  try {
    // The bound keeps a damaged or malicious stream from growing without end.
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw new CorruptFile(
      { path: source.path, member: name, reason: `it cannot be decompressed (${(error as Error).message})` },
      { cause: error },
    );
  }
}

/** A file to put into an archive: its name and its content in pieces. */
export interface ZipContent {
  readonly name: string;
  readonly chunks: readonly Uint8Array[];
}

/**
 * The bytes of an archive, in pieces, laid out as Python's `zipfile` lays out what `numpy.savez` gives it: dated 1980,
 * with ZIP64 sizes in every local header. With `compressed` the members are deflated.
 */
export function* zipChunks(contents: Iterable<ZipContent>, { compressed = false } = {}): Generator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, chunks } of contents) {
    const size = byteLength(chunks);
    // zlib answers an empty piece with 0, forgetting what came before.
    const crc = chunks.reduce((value, chunk) => (chunk.length === 0 ? value : crc32(chunk, value)), 0);
    const stored = compressed ? [deflateRawSync(Buffer.concat(chunks))] : chunks;
    const encoded = Buffer.from(name, 'utf8');
    const member: ZipMember = {
      name,
      method: compressed ? DEFLATED : STORED,
      flags: encoded.length === name.length ? 0 : UTF8_NAME,
      crc,
      size,
      compressedSize: byteLength(stored),
      offset,
    };
    const local = localHeader(member, encoded);
    directory.push(directoryEntry(member, encoded));
    yield local;
    yield* stored;
    offset += local.length + member.compressedSize;
  }
  yield* directory;
  yield endRecords(directory.length, byteLength(directory), offset);
}

const byteLength = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

/** The fields that the local header and the directory share: version to method, date, checksum. */
function commonFields({ flags, method, crc }: ZipMember, version: number): Buffer {
  const bytes = Buffer.alloc(14);
  bytes.writeUInt16LE(version, 0);
  bytes.writeUInt16LE(flags, 2);
  bytes.writeUInt16LE(method, 4);
  bytes.writeUInt16LE(FIRST_DAY, 8);
  bytes.writeUInt32LE(crc, 10);
  return bytes;
}

const words16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, 2 * i);
  return bytes;
};

const words32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * i);
  return bytes;
};

const words64 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * i);
  return bytes;
};

const zip64Extra = (...values: number[]): Buffer =>
  Buffer.concat([words16(ZIP64, 8 * values.length), words64(...values)]);

function localHeader(member: ZipMember, name: Uint8Array): Buffer {
  const extra = zip64Extra(member.size, member.compressedSize);
  const lengths = words16(name.length, extra.length);
  return Buffer.concat([words32(LOCAL), commonFields(member, VERSION), words32(MAX32, MAX32), lengths, name, extra]);
}

function directoryEntry(member: ZipMember, name: Uint8Array): Buffer {
  const { size, compressedSize, offset } = member;
  const narrow = (value: number): number => Math.min(value, MAX32);
  const wideSizes = size >= MAX32 || compressedSize >= MAX32;
  const wide = [...(wideSizes ? [size, compressedSize] : []), ...(offset >= MAX32 ? [offset] : [])];
  const extra = wide.length > 0 ? zip64Extra(...wide) : Buffer.alloc(0);
  const sizes = wideSizes ? words32(MAX32, MAX32) : words32(compressedSize, size);
  return Buffer.concat([
    words32(CENTRAL),
    words16(MADE_BY),
    commonFields(member, VERSION),
    sizes,
    words16(name.length, extra.length, 0, 0, 0),
    words32(OWNER_READS_AND_WRITES, narrow(offset)),
    name,
    extra,
  ]);
}

function endRecords(count: number, size: number, offset: number): Buffer {
  const narrow = [Math.min(count, MAX16), Math.min(count, MAX16)];
  const end = Buffer.concat([
    words32(END),
    words16(0, 0, ...narrow),
    words32(Math.min(size, MAX32), Math.min(offset, MAX32)),
    words16(0),
  ]);
  if (count < MAX16 && size < MAX32 && offset < MAX32) return end;
  return Buffer.concat([
    words32(END64),
    words64(END64_BYTES - 12),
    words16(VERSION, VERSION),
    words32(0, 0),
    words64(count, count, size, offset),
    words32(END64_LOCATOR, 0),
    words64(offset + size),
    words32(1),
    end,
  ]);
}
