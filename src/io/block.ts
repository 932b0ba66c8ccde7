/**
 * Blocks: rectangular parts of arrays, and which bytes of a file they are.
 *
 * A row-major array lies in a file as one line. A block of it is a number of runs of neighbouring elements: whole along
 * its last axes, one run for each index along the axes before them. Runs that are near each other are read together, as
 * a gap costs less than another visit to the file.
 */
import { type HostData, hostData } from '../array/host.js';
import { range, sizeOf, stridesOf } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import type { ByteSource } from './source.js';
import { type FileValue, isStringData, stringData } from './value.js';

/** Neighbouring positions along one axis. */
export interface Span {
  readonly start: number;
  readonly count: number;
}

/** A rectangular part of an array: a span for each axis. */
export type Block = readonly Span[];

/** All of an array. */
export const wholeBlock = (shape: readonly number[]): Block => shape.map((count) => ({ start: 0, count }));

export const shapeOfBlock = (block: Block): number[] => block.map(({ count }) => count);

export const isWhole = (block: Block, shape: readonly number[]): boolean =>
  block.every(({ start, count }, axis) => start === 0 && count === shape[axis]);

/** @throws InvalidArgument when a block has not one span, inside the array, for each axis */
export function checkBlock(block: Block, shape: readonly number[], name: string): void {
  const fits =
    block.length === shape.length &&
    block.every(
      ({ start, count }, axis) =>
        Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 0 && start + count <= shape[axis],
    );
  if (fits) return;
  throw new InvalidArgument({
    op: 'read',
    argument: `the block of ${name}`,
    expected: `a span inside each axis of [${shape.join(', ')}]`,
    actual: `[${block.map(({ start, count }) => `${start}:${start + count}`).join(', ')}]`,
  });
}

/** The runs of a block: where each begins, in elements of the whole array, and their common length. */
export function runsOf(block: Block, shape: readonly number[]): { readonly starts: number[]; readonly length: number } {
  let axis = block.length - 1;
  while (axis >= 0 && block[axis].start === 0 && block[axis].count === shape[axis]) axis--;
  const strides = stridesOf(shape);
  // Along the last axis that is not whole, neighbours are still one run.
  const length = sizeOf(shapeOfBlock(block.slice(Math.max(axis, 0))));
  let starts = [axis < 0 ? 0 : block[axis].start * strides[axis]];
  for (let outer = axis - 1; outer >= 0; outer--) {
    const { start, count } = block[outer];
    starts = range(count).flatMap((i) => starts.map((s) => s + (start + i) * strides[outer]));
  }
  return { starts, length };
}

/** Gaps up to this many bytes are read along with what is wanted. */
const SMALL_GAP = 2 ** 14;
/** The most that is read at once, but for longer runs. */
const LARGEST_READ = 2 ** 22;

/** Runs of `length` bytes from each of `offsets`, ascending, joined. */
export async function readRuns(source: ByteSource, offsets: readonly number[], length: number): Promise<Uint8Array> {
  if (offsets.length === 0 || length === 0) return new Uint8Array(0);
  if (offsets.length === 1) return source.read(offsets[0], length);
  const joined = new Uint8Array(offsets.length * length);
  for (let first = 0; first < offsets.length; ) {
    let last = first;
    while (
      last + 1 < offsets.length &&
      offsets[last + 1] - offsets[last] - length <= SMALL_GAP &&
      offsets[last + 1] + length - offsets[first] <= LARGEST_READ
    ) {
      last++;
    }
    const bytes = await source.read(offsets[first], offsets[last] + length - offsets[first]);
    for (let i = first; i <= last; i++) {
      const at = offsets[i] - offsets[first];
      joined.set(bytes.subarray(at, at + length), i * length);
    }
    first = last + 1;
  }
  return joined;
}

/** A block of an array in memory. */
export function cutBlock(value: FileValue, block: Block): FileValue {
  if (isWhole(block, value.shape)) return value;
  const { starts, length } = runsOf(block, value.shape);
  const shape = shapeOfBlock(block);
  if (isStringData(value)) {
    return stringData(
      shape,
      starts.flatMap((s) => value.data.slice(s, s + length)),
    );
  }
  const data = value.data as Float64Array;
  const out = new (data.constructor as Float64ArrayConstructor)(sizeOf(shape));
  for (const [i, s] of starts.entries()) out.set(data.subarray(s, s + length), i * length);
  return hostData(value.dtype, shape, out as HostData['data']);
}
