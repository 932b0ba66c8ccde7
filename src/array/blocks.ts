/**
 * Blocks of arrays in ordinary memory: cut out of a whole, and put back into one.
 */
import type { Index } from '../sharding/sharding.js';
import { allocate, type DType, layoutOf, type TypedArray } from './dtype.js';
import { sizeOf, stridesOf } from './shape.js';

/** Calls `row(whole, block, length)` with the offsets of each run of entries that is contiguous in both. */
function forEachRun(
  dtype: DType,
  shape: readonly number[],
  index: Index,
  run: (inWhole: number, inBlock: number, length: number) => void,
): void {
  const { entries } = layoutOf(dtype);
  const block = index.map(({ start, stop }) => stop - start);
  if (sizeOf(block) === 0) return;
  // Trailing axes that are whole lie in one piece, together with the axis before them.
  let inner = shape.length;
  while (inner > 0 && block[inner - 1] === shape[inner - 1]) inner--;
  const outer = Math.max(0, inner - 1);
  const strides = stridesOf(shape);
  const length = sizeOf(block.slice(outer)) * entries;
  const outerSizes = block.slice(0, outer);
  const count = sizeOf(outerSizes);
  const base = index.reduce((sum, { start }, axis) => sum + start * strides[axis], 0);
  const position = new Array<number>(outer).fill(0);
  for (let k = 0; k < count; k++) {
    const offset = position.reduce((sum, p, axis) => sum + p * strides[axis], base);
    run(offset * entries, k * length, length);
    for (let axis = outer - 1; axis >= 0 && ++position[axis] === outerSizes[axis]; axis--) position[axis] = 0;
  }
}

/** A copy of a block of an array. */
export function cutBlock(data: TypedArray, dtype: DType, shape: readonly number[], index: Index): TypedArray {
  const block = allocate(dtype, sizeOf(index.map(({ start, stop }) => stop - start)));
  forEachRun(dtype, shape, index, (inWhole, inBlock, length) => {
    block.set(data.subarray(inWhole, inWhole + length) as never, inBlock);
  });
  return block;
}

/** Writes a block to its place in an array. */
export function pasteBlock(
  whole: TypedArray,
  block: TypedArray,
  dtype: DType,
  shape: readonly number[],
  index: Index,
): void {
  forEachRun(dtype, shape, index, (inWhole, inBlock, length) => {
    whole.set(block.subarray(inBlock, inBlock + length) as never, inWhole);
  });
}
