/**
 * Where the elements of an array are: which device holds which block.
 *
 * `NamedSharding` cuts by a mesh and a partition spec, `SingleDeviceSharding` puts the whole on one device. Blocks are
 * equal: an axis that cannot be cut evenly is a mistake, found before anything is compiled.
 * Source: jax.sharding.NamedSharding, jax.sharding.SingleDeviceSharding.
 */
import { InvalidSharding, UnevenShards } from '../error/sharding.js';
import { type Device, sameDevices } from './device.js';
import type { AbstractMesh, Mesh } from './mesh.js';
import { PartitionSpec } from './partition-spec.js';

/** The block of one axis: from `start` up to, not including, `stop`. */
export interface Interval {
  readonly start: number;
  readonly stop: number;
}

/** The block of an array that a device holds, one interval for each axis. */
export type Index = readonly Interval[];

/** Which device holds which block of an array. */
export abstract class Sharding {
  /** All devices, in the order in which programs count them. */
  abstract readonly devices: readonly Device[];
  /** Equal for equal shardings. */
  abstract readonly key: string;
  /** For keys made of parameters. */
  toJSON(): string {
    return this.key;
  }

  /** Into how many parts each axis of an array of `ndim` axes is cut. */
  abstract partsOf(ndim: number): readonly number[];
  /** For each axis, which of its parts the device at `position` holds. */
  protected abstract tileOf(position: number, ndim: number): readonly number[];
  /** @throws InvalidSharding, UnevenShards where an array of this shape cannot be laid out so */
  abstract check(shape: readonly number[], op: string, argument: string): void;

  /** The shape of the block that each device holds. @throws InvalidSharding, UnevenShards */
  shardShape(shape: readonly number[]): number[] {
    this.check(shape, 'shardShape', 'the array');
    const parts = this.partsOf(shape.length);
    return shape.map((size, axis) => size / parts[axis]);
  }

  /** The block of each device, in the order of `devices`. @throws InvalidSharding, UnevenShards */
  indices(shape: readonly number[]): Index[] {
    const block = this.shardShape(shape);
    return this.devices.map((_, position) =>
      this.tileOf(position, shape.length).map((tile, axis) => ({
        start: tile * block[axis],
        stop: (tile + 1) * block[axis],
      })),
    );
  }

  /** The block of each device (`devices_indices_map`). @throws InvalidSharding, UnevenShards */
  devicesIndicesMap(shape: readonly number[]): ReadonlyMap<Device, Index> {
    const indices = this.indices(shape);
    return new Map(this.devices.map((device, i) => [device, indices[i]]));
  }

  /** True when every device holds the whole of an array of `ndim` axes. */
  isFullyReplicated(ndim: number): boolean {
    return this.partsOf(ndim).every((parts) => parts === 1);
  }

  /** Whether two shardings give every device the same block (`is_equivalent_to`). */
  isEquivalentTo(other: Sharding, ndim: number): boolean {
    if (this === other || this.key === other.key) return true;
    if (!sameDevices(this.devices, other.devices)) return false;
    if (this.partsOf(ndim).join() !== other.partsOf(ndim).join()) return false;
    return this.devices.every((_, i) => this.tileOf(i, ndim).join() === other.tileOf(i, ndim).join());
  }
}

/** The whole array on one device. */
export class SingleDeviceSharding extends Sharding {
  readonly devices: readonly Device[];
  readonly key: string;

  constructor(readonly device: Device) {
    super();
    this.devices = [device];
    this.key = `on ${device.platform}:${device.id}`;
  }

  override partsOf(ndim: number): readonly number[] {
    return new Array<number>(ndim).fill(1);
  }

  protected override tileOf(_position: number, ndim: number): readonly number[] {
    return new Array<number>(ndim).fill(0);
  }

  override check(): void {}

  override toString(): string {
    return `SingleDeviceSharding(${this.device.platform}:${this.device.id})`;
  }
}

/**
 * An array cut along the axes of a mesh.
 *
 * @throws InvalidSharding when the spec names an axis that the mesh has not, or one twice
 */
export class NamedSharding<Axis extends string = string> extends Sharding {
  readonly key: string;

  constructor(
    readonly mesh: Mesh<Axis>,
    readonly spec: PartitionSpec<NoInfer<Axis>>,
  ) {
    super();
    checkSpec(mesh, spec, 'NamedSharding', 'an array');
    this.key = `${spec}@${mesh.key}`;
  }

  get devices(): readonly Device[] {
    return this.mesh.devices;
  }

  override partsOf(ndim: number): readonly number[] {
    return Array.from({ length: ndim }, (_, axis) => this.mesh.sizeAlong(this.spec.axesOf(axis)));
  }

  protected override tileOf(position: number, ndim: number): readonly number[] {
    return tileAt(this.mesh, this.spec, position, ndim);
  }

  override check(shape: readonly number[], op: string, argument: string): void {
    const { spec } = this;
    const whole = spec.partitions.findLastIndex((p) => p !== null) + 1;
    if (whole > shape.length) {
      const reason = `it has entries for ${spec.partitions.length} axes, and the array [${shape.join(', ')}] has ${shape.length}`;
      throw new InvalidSharding({ op, argument, spec: `${spec}`, reason });
    }
    this.partsOf(shape.length).forEach((parts, axis) => {
      if (shape[axis] % parts !== 0) throw new UnevenShards({ op, argument, spec: `${spec}`, shape, axis, parts });
    });
  }

  /** The same mesh with another spec. */
  withSpec(spec: PartitionSpec<Axis>): NamedSharding<Axis> {
    return new NamedSharding(this.mesh, spec);
  }

  override toString(): string {
    return `NamedSharding(${this.mesh}, ${this.spec})`;
  }
}

/** For each axis of an array of `ndim` axes, which of its parts the device at `position` of a mesh holds. */
export const tileAt = (mesh: AbstractMesh, spec: PartitionSpec, position: number, ndim: number): number[] =>
  Array.from({ length: ndim }, (_, axis) =>
    spec.axesOf(axis).reduce((tile, name) => {
      const size = mesh.shape[name];
      return tile * size + (Math.floor(position / mesh.strideOf(name)) % size);
    }, 0),
  );

/** The sharding that gives every device of a mesh the whole array. */
export const replicatedOn = (mesh: Mesh): NamedSharding => new NamedSharding(mesh, new PartitionSpec());

/** @throws InvalidSharding when a spec names an axis that the mesh has not, or one twice */
export function checkSpec(
  mesh: { readonly axisNames: readonly string[] },
  spec: PartitionSpec,
  op: string,
  argument: string,
): void {
  const { axes } = spec;
  const unknown = axes.find((axis) => !mesh.axisNames.includes(axis));
  const twice = axes.find((axis, i) => axes.indexOf(axis) !== i);
  if (unknown === undefined && twice === undefined) return;
  const names = mesh.axisNames.map((name) => `'${name}'`).join(', ');
  const reason =
    unknown !== undefined
      ? `the mesh has no axis '${unknown}'; it has ${names || 'none'}`
      : `the mesh axis '${twice}' stands twice, and can cut only one axis of the array`;
  throw new InvalidSharding({ op, argument, spec: `${spec}`, reason });
}
