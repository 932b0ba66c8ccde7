/**
 * The shardings that the compiler chose, read from its optimized program.
 *
 * XLA writes them as tables: into how many tiles each axis is cut, and which device holds which tile. A tile's number
 * along an axis is a sum over mesh axes, each mesh coordinate times a stride, so the mesh axes of a partition spec are
 * found by asking which tile the neighbour along each mesh axis holds.
 * Source: `OpSharding` in xla_data.proto; jax's `parse_flatten_op_sharding`.
 */
import type { Mesh } from '../../sharding/mesh.js';
import { type Partition, PartitionSpec } from '../../sharding/partition-spec.js';
import { NamedSharding, type Sharding, tileAt } from '../../sharding/sharding.js';
import { integer, integers, type Message, messages, parse } from './proto.js';

// Field numbers of hlo.proto and xla_data.proto.
const MODULE = { outputSharding: 12, parameterShardings: 14 };
const SHARDING = {
  type: 1,
  tileDimensions: 3,
  tileDevices: 4,
  parts: 5,
  replicateOnLast: 6,
  iotaShape: 9,
  iotaPermutation: 10,
  lastTileKinds: 11,
};
const TUPLE = 2;
const OTHER = 3;

/** For each axis the number of tiles; for each device its tile. Null: every device holds everything. */
export type Tiling = {
  readonly parts: readonly number[];
  readonly tiles: readonly (readonly number[])[];
} | null;

/** The numbers 0, 1, ... in a grid whose axes are then permuted, row by row. */
function permutedIota(shape: readonly number[], permutation: readonly number[]): number[] {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((n, d) => n * d, 1));
  return permutation.reduce<number[]>(
    (found, axis) =>
      found.flatMap((offset) => Array.from({ length: shape[axis] }, (_, i) => offset + i * strides[axis])),
    [0],
  );
}

function tilingOf(sharding: Message, devices: number): Tiling {
  const dimensions = integers(sharding, SHARDING.tileDimensions);
  if (integer(sharding, SHARDING.type) !== OTHER || dimensions.length === 0) return null;
  const listed = integers(sharding, SHARDING.tileDevices);
  const order =
    listed.length > 0
      ? listed
      : permutedIota(integers(sharding, SHARDING.iotaShape), integers(sharding, SHARDING.iotaPermutation));
  const hidden = integer(sharding, SHARDING.replicateOnLast) ? 1 : integers(sharding, SHARDING.lastTileKinds).length;
  const parts = dimensions.slice(0, dimensions.length - hidden);
  const tiles = new Array<readonly number[]>(devices);
  order.forEach((device, place) => {
    let rest = place;
    const coordinates = dimensions.map(() => 0);
    for (let axis = dimensions.length - 1; axis >= 0; axis--) {
      coordinates[axis] = rest % dimensions[axis];
      rest = Math.floor(rest / dimensions[axis]);
    }
    tiles[device] = coordinates.slice(0, parts.length);
  });
  return { parts, tiles };
}

/** The tilings of all parameters and of all results of an optimized program; undefined where it does not say. */
export function tilingsOf(
  code: Uint8Array,
  format: string,
  devices: number,
): { readonly inputs: Tiling[] | undefined; readonly outputs: Tiling[] | undefined } {
  const outer = parse(code);
  const module = format === 'hlo_with_config' ? (messages(outer, 1)[0] ?? outer) : outer;
  const inputs = messages(module, MODULE.parameterShardings);
  const [output] = messages(module, MODULE.outputSharding);
  const results =
    output && integer(output, SHARDING.type) === TUPLE ? messages(output, SHARDING.parts) : output && [output];
  return {
    inputs: inputs.length > 0 ? inputs.map((s) => tilingOf(s, devices)) : undefined,
    outputs: results?.map((s) => tilingOf(s, devices)),
  };
}

/** The partition spec that gives the devices of a mesh these tiles; null where none does. */
export function specOf(tiling: Tiling, mesh: Mesh): PartitionSpec | null {
  if (tiling === null) return new PartitionSpec();
  const names = mesh.axisNames.filter((name) => mesh.shape[name] > 1);
  const partitions = tiling.parts.map((parts, axis): Partition | undefined => {
    if (parts === 1) return null;
    const found = names
      .map((name) => ({ name, step: tiling.tiles[mesh.strideOf(name)][axis] - tiling.tiles[0][axis] }))
      .filter(({ step }) => step !== 0)
      .sort((a, b) => b.step - a.step);
    const axes = found.map(({ name }) => name);
    return mesh.sizeAlong(axes) === parts ? (axes.length === 1 ? axes[0] : axes) : undefined;
  });
  if (partitions.includes(undefined)) return null;
  while (partitions.at(-1) === null) partitions.pop();
  const spec = new PartitionSpec(...(partitions as Partition[]));
  const { axes } = spec;
  if (new Set(axes).size !== axes.length) return null;
  // The strides were read from neighbours of the first device only: all devices must agree.
  const agree = mesh.devices.every((_, position) =>
    tiling.parts.every((_, axis) => {
      return tileAt(mesh, spec, position, tiling.parts.length)[axis] === tiling.tiles[position][axis];
    }),
  );
  return agree ? spec : null;
}

/** The sharding over the first of the meshes that can say it; null where none can. */
export function shardingOf(tiling: Tiling, meshes: readonly Mesh[]): Sharding | null {
  for (const mesh of meshes) {
    const spec = specOf(tiling, mesh);
    if (spec) return new NamedSharding(mesh, spec);
  }
  return null;
}
