/**
 * Files that are whole or not there.
 *
 * The bytes go to a temporary file in the same folder, are forced to the disk, and only then take the name; the folder
 * is forced too, so that the name survives a power failure. A reader sees the old content or the new, never a mixture.
 */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { FileAccess, type FileError, fileError } from '../error/io.js';

/** A file that does not have its name yet. */
export interface PendingFile {
  /** Writes bytes at a position. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Makes it exactly this long, with zeros where nothing was written. */
  resize(length: number): Promise<void>;
  /** Forces it to the disk and gives it its name, in place of what was there. */
  commit(): Promise<void>;
  /** Removes it; what was there stays. Does nothing after `commit`. */
  abandon(): Promise<void>;
}

/** Begins a file. Its folder must exist. Rejects as `node:fs` does. */
export async function beginAtomically(path: string): Promise<PendingFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx');
  let ended = false;
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    resize: (length) => file.truncate(length),
    async commit() {
      await file.sync();
      await file.close();
      await rename(temporary, path);
      ended = true;
      await syncFolder(dirname(path));
    },
    async abandon() {
      if (ended) return;
      ended = true;
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}

/** What was thrown while `path` was written, in the vocabulary of files. */
export function writeError(path: string, error: unknown): FileError {
  const failed = fileError(path, error);
  if (failed.tag !== 'FileNotFound') return failed;
  return new FileAccess({ path, code: 'ENOENT', reason: 'its folder does not exist' }, { cause: error });
}

/**
 * Writes the chunks, one after the other, as the file `path`, in place of what was there. Its folder must exist.
 *
 * Left: `FileAccess`, or what `chunks` throws, with the old file untouched and no temporary file left behind.
 */
export const writeAtomically = (path: string, chunks: () => Iterable<Uint8Array>): TE.TaskEither<FileError, void> =>
  TE.tryCatch(
    async () => {
      const file = await beginAtomically(path);
      try {
        let position = 0;
        for (const chunk of chunks()) {
          await file.write(chunk, position);
          position += chunk.length;
        }
        await file.commit();
      } catch (error) {
        await file.abandon();
        throw error;
      }
    },
    (error) => writeError(path, error),
  );

/** Forces a folder's names to the disk. Windows and some network file systems have no such thing, and need none. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
