/**
 * The value of a function of blocks by plain loops: the mesh's axes become mapped axes, `vmap` replaces the collectives,
 * and the blocks are cut and joined on the host.
 */
import { cutBlock, pasteBlock } from '../array/blocks.js';
import { allocate } from '../array/dtype.js';
import { type HostData, hostData } from '../array/host.js';
import { sizeOf } from '../array/shape.js';
import type { Interpreter } from '../ir/primitive.js';
import { AbstractMesh } from '../sharding/mesh.js';
import type { PartitionSpec } from '../sharding/partition-spec.js';
import { type Index, tileAt } from '../sharding/sharding.js';
import { transforms } from '../trace/transforms.js';
import type { ShardMapParams } from './shard-map.js';

/** The place of the block that the device at `position` has of an array cut into blocks of this shape. */
const indexAt = (grid: AbstractMesh, spec: PartitionSpec, position: number, block: readonly number[]): Index =>
  tileAt(grid, spec, position, block.length).map((tile, axis) => ({
    start: tile * block[axis],
    stop: (tile + 1) * block[axis],
  }));

/** Runs the blocks' program for all devices at once. */
export function evaluateShards(
  args: readonly HostData[],
  { jaxpr, mesh, axes, inSpecs, outSpecs }: ShardMapParams,
  interpreter: Interpreter,
): HostData[] {
  const names = mesh.axisNames.filter((name) => axes.includes(name));
  const sizes = names.map((name) => mesh.shape[name]);
  const grid = new AbstractMesh(sizes, names);
  let mapped = jaxpr;
  for (let i = names.length - 1; i >= 0; i--) {
    const axis = { size: sizes[i], name: names[i] };
    const dims = mapped.invars.map(() => 0);
    const force = mapped.outvars.map(() => true);
    mapped = transforms().batch(mapped, dims, axis, force).jaxpr;
  }
  const stacked = args.map(({ dtype, shape, data }, i) => {
    const block = jaxpr.inAvals[i].shape;
    const blocks = Array.from({ length: grid.size }, (_, d) =>
      cutBlock(data, dtype, shape, indexAt(grid, inSpecs[i], d, block)),
    );
    const all = allocate(dtype, sizeOf(block) * grid.size);
    blocks.forEach((part, d) => {
      all.set(part as never, d * part.length);
    });
    return hostData(dtype, [...sizes, ...block], all);
  });
  return interpreter.run(mapped, stacked).map(({ dtype, data }, k) => {
    const block = jaxpr.outAvals[k].shape;
    const shape = block.map((size, axis) => size * mesh.sizeAlong(outSpecs[k].axesOf(axis)));
    const whole = allocate(dtype, sizeOf(shape));
    const length = data.length / grid.size;
    for (let d = 0; d < grid.size; d++) {
      const part = data.subarray(d * length, (d + 1) * length);
      pasteBlock(whole, part, dtype, shape, indexAt(grid, outSpecs[k], d, block));
    }
    return hostData(dtype, shape, whole);
  });
}
