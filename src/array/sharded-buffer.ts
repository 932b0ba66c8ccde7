/**
 * An array that lies in blocks on several devices: one buffer on each, and the sharding that says which block it is.
 *
 * To everything that does not ask, it is a buffer as any other; reading it joins the blocks.
 */
import { notePlacement } from '../sharding/mesh.js';
import type { Sharding } from '../sharding/sharding.js';
import { cutBlock, pasteBlock } from './blocks.js';
import type { BufferHome, DeviceBuffer } from './buffer.js';
import { allocate, type DType, type TypedArray } from './dtype.js';
import { sizeOf } from './shape.js';

export class ShardedBuffer implements DeviceBuffer {
  /** @param shards the blocks, in the order of the sharding's devices */
  constructor(
    readonly dtype: DType,
    readonly shape: readonly number[],
    readonly sharding: Sharding,
    readonly shards: readonly DeviceBuffer[],
  ) {
    notePlacement();
  }

  /** Cuts an array and puts every block on its device. @throws InvalidSharding, UnevenShards, ResourceExhausted */
  static put(
    home: BufferHome,
    data: TypedArray,
    dtype: DType,
    shape: readonly number[],
    sharding: Sharding,
  ): ShardedBuffer {
    const block = sharding.shardShape(shape);
    const cut = new Map<string, TypedArray>();
    const shards = sharding.indices(shape).map((index, i) => {
      const key = index.map(({ start }) => start).join();
      const part =
        cut.get(key) ?? (sharding.isFullyReplicated(shape.length) ? data : cutBlock(data, dtype, shape, index));
      cut.set(key, part);
      return home.put(part, dtype, block, sharding.devices[i]);
    });
    return new ShardedBuffer(dtype, Object.freeze([...shape]), sharding, shards);
  }

  get deleted(): boolean {
    return this.shards.some(({ deleted }) => deleted);
  }

  async ready(): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.ready()));
  }

  async read(): Promise<TypedArray> {
    const parts = this.distinct();
    return this.join(await Promise.all(parts.map((i) => this.shards[i].read())), parts);
  }

  readSync(): TypedArray {
    const parts = this.distinct();
    return this.join(
      parts.map((i) => this.shards[i].readSync()),
      parts,
    );
  }

  dispose(): void {
    for (const shard of this.shards) shard.dispose();
  }

  toString(): string {
    return `${this.dtype}[${this.shape.join(',')}] ${this.sharding}`;
  }

  /** For each block, the first device that holds it. */
  private distinct(): number[] {
    const seen = new Set<string>();
    return this.sharding.indices(this.shape).flatMap((index, i) => {
      const key = index.map(({ start }) => start).join();
      if (seen.has(key)) return [];
      seen.add(key);
      return [i];
    });
  }

  private join(blocks: readonly TypedArray[], positions: readonly number[]): TypedArray {
    if (blocks.length === 1) return blocks[0];
    const whole = allocate(this.dtype, sizeOf(this.shape));
    const indices = this.sharding.indices(this.shape);
    blocks.forEach((block, k) => {
      pasteBlock(whole, block, this.dtype, this.shape, indices[positions[k]]);
    });
    return whole;
  }
}
