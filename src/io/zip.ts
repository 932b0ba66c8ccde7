/**
 * Reading zip archives, as far as arrays need them: stored and deflated members, any size, every checksum verified.
 *
 * An archive ends with a directory that says where each member is; before each member stands a local header that says
 * the same again. Where the two disagree the archive is damaged. Sizes beyond 32 bits stand in ZIP64 records.
 * Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3. (A CRC-32 finds every damage to a member of up to 32
 * bits in a row, and misses one in 2^32 of the others.)
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { CorruptFile, UnsupportedFormat } from '../error/io.js';
import { text } from './bytes.js';
import type { ByteSource } from './source.js';

export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const END = 0x06054b50;
export const END64 = 0x06064b50;
export const END64_LOCATOR = 0x07064b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
export const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
export const ZIP64 = 0x0001;
export const UTF8_NAME = 0x0800;
const ENCRYPTED = 0x0001;
export const MAX16 = 0xffff;
export const MAX32 = 0xffffffff;
export const STORED = 0;
export const DEFLATED = 8;

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
