/**
 * The .npz format: named arrays, as `numpy.savez` writes them. DeepMind's GraphCast checkpoints are such files.
 *
 * An .npz file is a zip archive with one member `KEY.npy` for each array. The checksum of every member that is read is
 * verified: damage is an error that names file and member, never a wrong number.
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type FileError, fileError, NotInFile, UnsupportedFormat } from '../error/io.js';
import { writeAtomically } from './atomic.js';
import { npyChunks, parseNpy } from './npy.js';
import { type ByteSource, type ReadFrom, reading } from './source.js';
import type { FileValue } from './value.js';
import { readDirectory, readMember, type ZipMember } from './zip.js';
import { zipChunks } from './zip-write.js';

const SUFFIX = '.npy';

/** Arrays by key. */
export type NpzValues = { readonly [key: string]: FileValue };

/** An .npz file whose directory has been read; its arrays are read when asked for. */
export interface NpzFile {
  readonly path: string;
  /** In the order of the file. */
  readonly keys: readonly string[];
  /** One array. Left: `NotInFile`, `CorruptFile` (with the member's name), `UnsupportedFormat`. */
  read(key: string): TE.TaskEither<FileError, FileValue>;
}

/** Opens an .npz file for reading some of its arrays. Left: `FileNotFound`, `FileAccess`, `CorruptFile`. */
export const openNpz = (from: ReadFrom): TE.TaskEither<FileError, NpzFile> =>
  reading(from, async (source) => {
    const members = await arrayMembers(source);
    const read = (key: string): TE.TaskEither<FileError, FileValue> =>
      TE.tryCatch(
        () => {
          const member = members.get(key);
          if (!member) throw new NotInFile({ path: source.path, name: key, available: [...members.keys()] });
          return readArray(source, member);
        },
        (error) => fileError(source.path, error),
      );
    return { path: source.path, keys: [...members.keys()], read };
  });

/** Reads all arrays of an .npz file. Left: `FileNotFound`, `FileAccess`, `CorruptFile`, `UnsupportedFormat`. */
export const readNpz = (from: ReadFrom): TE.TaskEither<FileError, NpzValues> =>
  reading(from, async (source) => {
    const entries: [string, FileValue][] = [];
    for (const [key, member] of await arrayMembers(source)) entries.push([key, await readArray(source, member)]);
    return Object.fromEntries(entries);
  });

/**
 * Writes arrays as an .npz file, atomically, the bytes being those of `numpy.savez` (members stored) or, with
 * `compressed`, an archive as of `numpy.savez_compressed`. Left: `FileAccess`; `InvalidArgument` as for .npy.
 */
export const writeNpz = (
  path: string,
  values: NpzValues,
  options: { readonly compressed?: boolean } = {},
): TE.TaskEither<FileError, void> => writeAtomically(path, () => npzChunks(values, options));

/** The bytes of an .npz file in pieces. @throws InvalidArgument as for .npy */
export function npzChunks(values: NpzValues, options: { readonly compressed?: boolean } = {}): Iterable<Uint8Array> {
  const contents = Object.entries(values).map(([key, value]) => ({ name: key + SUFFIX, chunks: npyChunks(value) }));
  return zipChunks(contents, options);
}

async function arrayMembers(source: ByteSource): Promise<Map<string, ZipMember>> {
  const members = await readDirectory(source);
  const stranger = members.find(({ name }) => !name.endsWith(SUFFIX));
  if (stranger) {
    const found = 'a member that is not an array';
    throw new UnsupportedFormat({
      path: source.path,
      member: stranger.name,
      found,
      supported: 'members named KEY.npy',
    });
  }
  return new Map(members.map((member) => [member.name.slice(0, -SUFFIX.length), member]));
}

const readArray = async (source: ByteSource, member: ZipMember): Promise<FileValue> =>
  parseNpy(await readMember(source, member), { path: source.path, member: member.name });
