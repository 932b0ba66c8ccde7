/**
 * One member out of a .tar.gz archive, such as a Python source distribution.
 *
 * A tar archive is a row of 512-byte headers, each followed by its file padded to 512 bytes; numbers are octal text.
 * Source: POSIX.1-1988 (ustar), and POSIX.1-2001 (pax) for names beyond 255 bytes.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CorruptFile, NotInFile } from '../error/io.js';
import { text } from './bytes.js';
import type { ByteSource } from './source.js';

const BLOCK = 512;
const unpack = promisify(gunzip);

/** The content of the member `path` of a gzipped tar archive. Rejects: `CorruptFile`, `NotInFile`. */
export async function readTarMember(source: ByteSource, path: string): Promise<Uint8Array> {
  const compressed = await source.read(0, source.size);
  const archive = await unpack(compressed).catch((error: Error): never => {
    throw new CorruptFile(
      { path: source.path, reason: `it cannot be decompressed (${error.message})` },
      { cause: error },
    );
  });
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + BLOCK);
    const size = octal(header, 124, 12);
    if (octal(header, 148, 8) !== checksum(header) || Number.isNaN(size) || at + BLOCK + size > archive.length) {
      throw new CorruptFile({ path: source.path, reason: `it has no sound tar header at byte ${at}` });
    }
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    const type = String.fromCharCode(header[156]);
    if (type === 'x') longName = /(?:^|\n)\d+ path=(.*)\n/.exec(text(content))?.[1];
    else {
      if ((longName ?? nameOf(header)) === path) return content;
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new NotInFile({ path: source.path, name: path, available: [] });
}

const field = (header: Uint8Array, at: number, length: number): string =>
  text(header.subarray(at, at + length)).split('\0')[0];

const octal = (header: Uint8Array, at: number, length: number): number =>
  Number.parseInt(field(header, at, length).trim(), 8);

function nameOf(header: Uint8Array): string {
  const prefix = field(header, 345, 155);
  return prefix === '' ? field(header, 0, 100) : `${prefix}/${field(header, 0, 100)}`;
}

/** The sum of the header's bytes, its own field counted as spaces. */
const checksum = (header: Uint8Array): number =>
  header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
