/**
 * Writing zip archives as Python's `zipfile` writes them for `numpy.savez`, byte for byte.
 *
 * Members are dated 1980 and have ZIP64 sizes in their local headers whatever their size; the directory has them only
 * where they are needed. `zip.ts` has the format and its source.
 */
import { crc32, deflateRawSync } from 'node:zlib';
import {
  CENTRAL,
  DEFLATED,
  END,
  END64,
  END64_BYTES,
  END64_LOCATOR,
  LOCAL,
  MAX16,
  MAX32,
  STORED,
  UTF8_NAME,
  ZIP64,
  type ZipMember,
} from './zip.js';

/** The version of the format that ZIP64 needs: 4.5. */
const VERSION = 45;
/** Made on Unix, by that version; readable and writable by the owner: what `zipfile` notes. */
const MADE_BY = 0x0300 | VERSION;
const OWNER_READS_AND_WRITES = 0o600 * 2 ** 16;
/** 1 January 1980, the first day that the format knows. */
const FIRST_DAY = 0x0021;

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
