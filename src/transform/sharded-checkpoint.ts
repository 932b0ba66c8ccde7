/**
 * Saving a tree of arrays from a mesh, and loading it onto the same mesh or another.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { DeviceArray, NdArray } from '../array/array.js';
import { hostData } from '../array/host.js';
import { currentEngine } from '../engine/registry.js';
import { FluxionError, InvalidArgument } from '../error/error.js';
import type { FileError } from '../error/io.js';
import { type ArrayToSave, openShardedCheckpoint, writeShardedArrays } from '../io/sharded-checkpoint.js';
import { type Sharding, SingleDeviceSharding } from '../sharding/sharding.js';
import { flatten, leafPaths, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { makeArrayFromBlocks } from './device.js';
import { flattenArrays } from './leaves.js';
import { ShapeDtypeStruct } from './make-jaxpr.js';
import { type ShardingTree, spreadShardings } from './shardings.js';

/** The names of a tree's leaves in the file: their paths. */
const namesOf = (paths: readonly string[]): string[] => paths.map((path) => path.replace(/^tree\.?/, '') || 'value');

/**
 * Writes a tree of arrays as a folder: every block of every array once, from the first device that holds it, and the
 * whole under its name only when all is on disk.
 *
 * Left: `FileAccess`; what was there before is untouched then.
 */
export function saveSharded(path: string, tree: unknown): TaskEither<FileError, void> {
  const { leaves, treedef } = flattenArrays(tree, 'saveSharded', 'tree');
  const names = namesOf(leafPaths(treedef, 'tree'));
  const arrays = Object.fromEntries(
    leaves.map((leaf, i): [string, ArrayToSave] => {
      const blocks = leaf.addressableShards
        .filter(({ replicaId }) => replicaId === 0)
        .map(({ index, data }) => ({
          index,
          read: async () => hostData(data.dtype, data.shape, await data.data()),
        }));
      return [names[i], { dtype: leaf.dtype, shape: leaf.shape, blocks }];
    }),
  );
  return writeShardedArrays(path, arrays);
}

/**
 * Reads a tree that `saveSharded` wrote, each array in the blocks that are wanted now: no array is on the host as a whole.
 *
 * @param like a tree of the same structure, of arrays or `ShapeDtypeStruct`s, which say the shapes and dtypes
 * @param shardings where the arrays go; where nothing is said, where those of `like` are
 *
 * Left: `FileNotFound`, `FileAccess`, `CorruptFile`, `ChecksumMismatch`, `NotInFile`, or `InvalidArgument` where the file
 * has another shape or dtype.
 */
export function loadSharded<T>(
  path: string,
  like: T,
  shardings: ShardingTree = null,
): TaskEither<FileError, Arrays<T>> {
  return async () => {
    try {
      const opened = await openShardedCheckpoint(path)();
      if (E.isLeft(opened)) return opened;
      const [leaves, treedef] = flatten(like);
      const names = namesOf(leafPaths(treedef, 'tree'));
      const places = spreadShardings(shardings, like, 'loadSharded', 'shardings');
      const loaded: NdArray[] = [];
      for (const [i, leaf] of leaves.entries()) {
        const found = opened.right.typeOf(names[i]);
        requireType(path, names[i], found, leaf);
        const place = places[i] ?? placeOf(leaf) ?? new SingleDeviceSharding(currentEngine().devices()[0]);
        const blocks = new Map<string, ReturnType<typeof hostData>>();
        for (const index of place.indices(found.shape)) {
          const key = index.map(({ start }) => start).join();
          if (blocks.has(key)) continue;
          const block = await opened.right.read(names[i], index)();
          if (E.isLeft(block)) return block;
          blocks.set(key, block.right);
        }
        loaded.push(makeArrayFromBlocks(found.shape, place, blocks));
      }
      return E.right(unflatten(treedef, loaded) as Arrays<T>);
    } catch (error) {
      if (error instanceof FluxionError) return E.left(error as FileError);
      throw error;
    }
  };
}

function placeOf(leaf: unknown): Sharding | null {
  if (leaf instanceof DeviceArray) return leaf.placed?.sharding ?? null;
  return leaf instanceof ShapeDtypeStruct ? (leaf.options.sharding ?? null) : null;
}

/** @throws InvalidArgument where the file holds another type than is wanted */
function requireType(
  path: string,
  name: string,
  found: { readonly dtype: string; readonly shape: readonly number[] },
  wanted: unknown,
): void {
  if (!(wanted instanceof NdArray || wanted instanceof ShapeDtypeStruct)) return;
  const text = ({ dtype, shape }: { dtype: string; shape: readonly number[] }): string =>
    `${dtype}[${shape.join(',')}]`;
  if (text(found) === text(wanted)) return;
  const argument = `like: ${name}`;
  throw new InvalidArgument({
    op: 'loadSharded',
    argument,
    expected: `${text(found)}, as in ${path}`,
    actual: text(wanted),
  });
}
