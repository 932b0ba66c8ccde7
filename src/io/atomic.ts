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

/**
 * Writes the chunks, one after the other, as the file `path`, in place of what was there. Its folder must exist.
 *
 * Left: `FileAccess`, or what `chunks` throws, with the old file untouched and no temporary file left behind.
 */
export function writeAtomically(path: string, chunks: () => Iterable<Uint8Array>): TE.TaskEither<FileError, void> {
  return TE.tryCatch(
    () => write(path, chunks),
    (error) => {
      const failed = fileError(path, error);
      if (failed.tag !== 'FileNotFound') return failed;
      return new FileAccess({ path, code: 'ENOENT', reason: 'its folder does not exist' }, { cause: error });
    },
  );
}

async function write(path: string, chunks: () => Iterable<Uint8Array>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      for (const chunk of chunks()) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Forces a folder's names to the disk. Windows and some network file systems have no such thing, and need none. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
