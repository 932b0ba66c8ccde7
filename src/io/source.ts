/**
 * Bytes that can be read anywhere, whether they lie in a file or in memory.
 *
 * A file is opened for each read and closed again: nothing is left open, so nothing needs disposing, and what is read
 * is only what is asked for. Formats whose parts can be found from a directory (zip, NetCDF) are read through this.
 */
import { open, readFile } from 'node:fs/promises';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { CorruptFile, type FileError, fileError } from '../error/io.js';

export interface ByteSource {
  /** The name for messages: the path of a file. */
  readonly path: string;
  readonly size: number;
  /** `length` bytes from `offset`. Rejects with `CorruptFile` when they are not all there. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

const inside = (source: { path: string; size: number }, offset: number, length: number): void => {
  if (offset >= 0 && length >= 0 && offset + length <= source.size) return;
  const reason = `it ends at byte ${source.size}, before byte ${offset + length} that it promises`;
  throw new CorruptFile({ path: source.path, reason });
};

/** A file as a source. Rejects as `node:fs` does; `FileNotFound` where there is none. */
export async function fileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r');
  try {
    const stat = await file.stat();
    // A folder opens like a file; reading it is what fails, with the system's own reason.
    if (!stat.isFile()) await readFile(path);
    const { size } = stat;
    return { path, size, read: (offset, length) => readRange({ path, size }, offset, length) };
  } finally {
    await file.close();
  }
}

async function readRange(source: { path: string; size: number }, offset: number, length: number): Promise<Uint8Array> {
  inside(source, offset, length);
  const bytes = new Uint8Array(length);
  const file = await open(source.path, 'r');
  try {
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 2 ** 30), offset + done);
      if (bytesRead === 0) throw new CorruptFile({ path: source.path, reason: 'it became shorter while it was read' });
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** Bytes in memory as a source; `path` is what messages call them. */
export const bytesSource = (bytes: Uint8Array, path = 'bytes'): ByteSource => ({
  path,
  size: bytes.length,
  read: async (offset, length) => {
    inside({ path, size: bytes.length }, offset, length);
    return bytes.subarray(offset, offset + length);
  },
});

/** Where to read from: the path of a file, or a source. */
export type ReadFrom = string | ByteSource;

/** Runs `work` on a source and puts what it throws on the left. */
export const reading = <A>(from: ReadFrom, work: (source: ByteSource) => Promise<A>): TE.TaskEither<FileError, A> =>
  TE.tryCatch(
    async () => work(typeof from === 'string' ? await fileSource(from) : from),
    (error) => fileError(typeof from === 'string' ? from : from.path, error),
  );
