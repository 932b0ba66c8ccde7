/**
 * Checkpoints of arrays that lie in blocks: a folder with one file for each block, written once however many copies of
 * it there are, and an index that says which block of what each file is.
 *
 *     step-100/index.json        { arrays: { 'params.w': { dtype, shape, blocks: [{ start, stop, file, sha256 }] } } }
 *     step-100/0.npy  1.npy ...
 *
 * The folder is written under another name and renamed when everything is on disk, so it is whole or not there. Reading
 * asks for one block at a time, of whatever size, so that a checkpoint of one mesh goes onto another without any device
 * or the host holding an array as a whole.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { cutBlock, pasteBlock } from '../array/blocks.js';
import { allocate, type DType } from '../array/dtype.js';
import { type HostData, hostData } from '../array/host.js';
import { sizeOf } from '../array/shape.js';
import { ChecksumMismatch, CorruptFile, type FileError, fileError, NotInFile } from '../error/io.js';
import type { Index } from '../sharding/sharding.js';
import { writeAtomically } from './atomic.js';
import { sha256 } from './checksum.js';
import { npyChunks, readNpy } from './npy.js';
import { bytesSource } from './source.js';
import { isStringData } from './value.js';

/** One block of an array on its way to a file. */
export interface BlockToSave {
  readonly index: Index;
  readonly read: () => Promise<HostData>;
}

/** An array to be saved: its blocks, each once. */
export interface ArrayToSave {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly blocks: readonly BlockToSave[];
}

interface SavedBlock {
  readonly index: Index;
  readonly file: string;
  readonly sha256: string;
}

interface SavedArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly blocks: readonly SavedBlock[];
}

interface CheckpointIndex {
  readonly format: 'fluxion sharded checkpoint 1';
  readonly arrays: Readonly<Record<string, SavedArray>>;
}

const INDEX = 'index.json';

const need = async <A>(task: TE.TaskEither<FileError, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw result.left;
  return result.right;
};

const attempt = <A>(path: string, work: () => Promise<A>): TE.TaskEither<FileError, A> =>
  TE.tryCatch(work, (error) => fileError(path, error));

/**
 * Writes arrays, block by block, as the folder `path`, in place of what was there.
 *
 * Left: `FileAccess`; the old folder is untouched then.
 */
export function writeShardedArrays(
  path: string,
  arrays: Readonly<Record<string, ArrayToSave>>,
): TE.TaskEither<FileError, void> {
  return attempt(path, async () => {
    const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
    await mkdir(temporary, { recursive: true });
    try {
      const saved: Record<string, SavedArray> = {};
      let count = 0;
      for (const [name, { dtype, shape, blocks }] of Object.entries(arrays)) {
        const written: SavedBlock[] = [];
        for (const { index, read } of blocks) {
          const bytes = Buffer.concat(npyChunks(await read()));
          const file = `${count++}.npy`;
          await need(writeAtomically(join(temporary, file), () => [bytes]));
          written.push({ index, file, sha256: sha256(bytes) });
        }
        saved[name] = { dtype, shape, blocks: written };
      }
      const index: CheckpointIndex = { format: 'fluxion sharded checkpoint 1', arrays: saved };
      await need(writeAtomically(join(temporary, INDEX), () => [Buffer.from(JSON.stringify(index))]));
      const old = `${temporary}.old`;
      const before = await rename(path, old).then(
        () => true,
        () => false,
      );
      await rename(temporary, path);
      if (before) await rm(old, { recursive: true, force: true });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

/** A checkpoint that is being read. */
export interface ShardedCheckpoint {
  readonly names: readonly string[];
  /** The type of an array. @throws NotInFile */
  typeOf(name: string): { readonly dtype: DType; readonly shape: readonly number[] };
  /** A block of an array, put together from the files that it meets. Left: what is wrong with one of them. */
  read(name: string, index: Index): TE.TaskEither<FileError, HostData>;
}

/** Opens a checkpoint. Left: `FileNotFound`, `FileAccess`, or `CorruptFile`. */
export function openShardedCheckpoint(path: string): TE.TaskEither<FileError, ShardedCheckpoint> {
  return attempt(join(path, INDEX), async () => {
    const text = await readFile(join(path, INDEX), 'utf8');
    const { format, arrays } = parsed(join(path, INDEX), text);
    if (format !== 'fluxion sharded checkpoint 1') {
      throw new CorruptFile({ path: join(path, INDEX), reason: `it has the format ${JSON.stringify(format)}` });
    }
    const arrayOf = (name: string): SavedArray => {
      const found = arrays[name];
      if (!found) throw new NotInFile({ path, name, available: Object.keys(arrays) });
      return found;
    };
    return {
      names: Object.keys(arrays),
      typeOf: arrayOf,
      read: (name, index) => attempt(path, () => readBlock(path, arrayOf(name), index)),
    };
  });
}

function parsed(path: string, text: string): CheckpointIndex {
  try {
    return JSON.parse(text) as CheckpointIndex;
  } catch {
    throw new CorruptFile({ path, reason: 'it is not JSON' });
  }
}

async function readBlock(folder: string, { dtype, blocks }: SavedArray, wanted: Index): Promise<HostData> {
  const shape = wanted.map(({ start, stop }) => stop - start);
  const whole = allocate(dtype, sizeOf(shape));
  for (const { index, file, sha256: expected } of blocks) {
    const common = index.map(({ start, stop }, axis) => ({
      start: Math.max(start, wanted[axis].start),
      stop: Math.min(stop, wanted[axis].stop),
    }));
    if (common.some(({ start, stop }) => start >= stop)) continue;
    const path = join(folder, file);
    const bytes = await readFile(path);
    const actual = sha256(bytes);
    if (actual !== expected) throw new ChecksumMismatch({ path, expected, actual });
    const block = await need(readNpy(bytesSource(bytes, path)));
    if (isStringData(block)) throw new CorruptFile({ path, reason: 'it holds text' });
    const within = (outer: Index): Index =>
      common.map(({ start, stop }, axis) => ({ start: start - outer[axis].start, stop: stop - outer[axis].start }));
    const part = cutBlock(block.data, dtype, block.shape, within(index));
    pasteBlock(whole, part, dtype, shape, within(wanted));
  }
  return hostData(dtype, shape, whole);
}
