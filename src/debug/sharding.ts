/**
 * Where the blocks of an array are, as a picture made of text.
 *
 *     ┌─────┬─────┐
 *     │ 0,1 │ 2,3 │
 *     ├─────┼─────┤
 *     │ 4,5 │ 6,7 │
 *     └─────┴─────┘
 *
 * Source: jax.debug.visualize_array_sharding, jax.debug.visualize_sharding.
 */
import type { NdArray } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';
import type { Sharding } from '../sharding/sharding.js';

/**
 * The picture of a sharding of arrays of one or two axes: in each block, the ids of the devices that hold it.
 * @throws InvalidArgument for arrays of more axes; UnevenShards
 */
export function shardingText(shape: readonly number[], sharding: Sharding): string {
  if (shape.length > 2) {
    throw new InvalidArgument({
      op: 'visualizeSharding',
      argument: 'shape',
      expected: 'that of an array of at most two axes',
      actual: `[${shape.join(', ')}]`,
      hint: 'Take a slice of it.',
    });
  }
  const holders = new Map<string, number[]>();
  sharding.indices(shape).forEach((index, i) => {
    const key = index.map(({ start }) => start).join();
    holders.set(key, [...(holders.get(key) ?? []), sharding.devices[i].id]);
  });
  const starts = (axis: number): number[] => {
    const all = sharding.indices(shape).map((index) => index[axis]?.start ?? 0);
    return [...new Set(all)].sort((a, b) => a - b);
  };
  // One axis is drawn as a row, as two axes of which the first has one block.
  const rows = shape.length === 2 ? starts(0) : [null];
  const columns = shape.length === 0 ? [null] : starts(shape.length - 1);
  const cells = rows.map((row) =>
    columns.map((column) => (holders.get([row, column].filter((x) => x !== null).join()) ?? []).join(',')),
  );
  const widths = columns.map((_, k) => Math.max(...cells.map((line) => line[k].length)) + 2);
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((w) => '─'.repeat(w)).join(middle) + right;
  const line = (texts: readonly string[]): string =>
    `│${texts.map((t, k) => ` ${t.padEnd(widths[k] - 1)}`).join('│')}│`;
  return [rule('┌', '┬', '┐'), cells.map(line).join(`\n${rule('├', '┼', '┤')}\n`), rule('└', '┴', '┘')].join('\n');
}

/** Prints where the blocks of arrays of a shape would be (`jax.debug.visualize_sharding`). */
export function visualizeSharding(shape: readonly number[], sharding: Sharding): void {
  console.log(shardingText(shape, sharding));
}

/** Prints where the blocks of an array are (`jax.debug.visualize_array_sharding`). @throws ConcretizationError */
export function visualizeArraySharding(array: NdArray): void {
  visualizeSharding(array.shape, array.sharding);
}
