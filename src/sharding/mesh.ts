/**
 * A mesh: devices in a grid whose axes have names.
 *
 *     new Mesh([[d0, d1, d2], [d3, d4, d5]], ['data', 'model'])      data: 2, model: 3
 *
 * A sharding then says which axis of an array is spread over which axis of the mesh. Devices are counted row by row: the
 * last axis varies fastest.
 * Source: jax.sharding.Mesh, jax.sharding.AbstractMesh.
 */
import { InvalidMesh } from '../error/sharding.js';
import type { Device } from './device.js';

/** Devices in nested lists, one level for each axis. */
export type DeviceGrid = Device | readonly DeviceGrid[];

const isDevice = (x: DeviceGrid): x is Device => !Array.isArray(x);

/** Sizes with names: a mesh without its devices. */
export class AbstractMesh<Axis extends string = string> {
  /** The size of each axis by its name. */
  readonly shape: Readonly<Record<Axis, number>>;
  /** The number of devices. */
  readonly size: number;

  /** @throws InvalidMesh */
  constructor(
    readonly axisSizes: readonly number[],
    readonly axisNames: readonly Axis[],
    op = 'AbstractMesh',
  ) {
    const refuse = (reason: string): never => {
      throw new InvalidMesh({ op, reason });
    };
    if (axisSizes.length !== axisNames.length) {
      refuse(`the mesh has ${axisSizes.length} axes, and axisNames has ${axisNames.length} (${axisNames.join(', ')})`);
    }
    const twice = axisNames.find((name, i) => axisNames.indexOf(name) !== i);
    if (twice !== undefined) refuse(`the axis name '${twice}' stands twice in axisNames`);
    const wrong = axisSizes.findIndex((size) => !Number.isInteger(size) || size < 1);
    if (wrong >= 0) refuse(`axis '${axisNames[wrong]}' has size ${axisSizes[wrong]}, which is not a positive integer`);
    this.size = axisSizes.reduce((n, size) => n * size, 1);
    this.shape = Object.freeze(Object.fromEntries(axisNames.map((name, i) => [name, axisSizes[i]]))) as never;
  }

  /** Equal for meshes whose axes have the same names and sizes. */
  get shapeKey(): string {
    return this.axisNames.map((name, i) => `${JSON.stringify(name)}=${this.axisSizes[i]}`).join(', ');
  }

  /** The number of devices along several axes. */
  sizeAlong(axes: readonly string[]): number {
    return axes.reduce((n, axis) => n * (this.shape as Record<string, number>)[axis], 1);
  }

  /** The distance, in the list of devices, between neighbours along an axis. */
  strideOf(axis: string): number {
    const k = (this.axisNames as readonly string[]).indexOf(axis);
    return this.axisSizes.slice(k + 1).reduce((n, size) => n * size, 1);
  }

  /** The positions of all devices in groups of those that differ only along `axes`, in the order of `axes`. */
  groupsAlong(axes: readonly string[]): number[][] {
    const rest = this.axisNames.filter((name) => !axes.includes(name));
    const offsets = (names: readonly string[]): number[] =>
      names.reduce<number[]>(
        (found, name) =>
          found.flatMap((offset) =>
            Array.from(
              { length: (this.shape as Record<string, number>)[name] },
              (_, i) => offset + i * this.strideOf(name),
            ),
          ),
        [0],
      );
    const members = offsets(axes);
    return offsets(rest).map((origin) => members.map((offset) => origin + offset));
  }

  toString(): string {
    return `AbstractMesh(${this.axisNames.map((name, i) => `'${name}': ${this.axisSizes[i]}`).join(', ')})`;
  }
}

let made = false;

/** False as long as no mesh and no placement was ever made: every array is then on the default device. */
export const placementsExist = (): boolean => made;

/** Records that arrays may from now on be elsewhere than on the default device. */
export function notePlacement(): void {
  made = true;
}

/** Devices in a grid whose axes have names. */
export class Mesh<Axis extends string = string> extends AbstractMesh<Axis> {
  /** The devices row by row. */
  readonly devices: readonly Device[];
  /** Equal for equal meshes. */
  readonly key: string;

  /**
   * @param devices nested lists, one level for each name
   * @throws InvalidMesh when the lists are ragged, a device stands twice, or names do not fit
   */
  constructor(devices: DeviceGrid, axisNames: readonly Axis[]) {
    super(sizesOf(devices), axisNames, 'Mesh');
    this.devices = Object.freeze(flatGrid(devices));
    const twice = this.devices.find(({ id }, i) => this.devices.findIndex((other) => other.id === id) !== i);
    if (twice !== undefined) throw new InvalidMesh({ op: 'Mesh', reason: `device ${twice.id} stands twice` });
    this.key = `${this.shapeKey}@${this.devices[0].platform}:${this.devices.map(({ id }) => id).join(',')}`;
    notePlacement();
  }

  /** A mesh of devices in a row, folded to sizes. */
  static of<const Axis extends string>(
    devices: readonly Device[],
    axisSizes: readonly number[],
    axisNames: readonly Axis[],
  ): Mesh<Axis> {
    const fold = (list: readonly Device[], axis: number): DeviceGrid =>
      axis === axisSizes.length
        ? list[0]
        : Array.from({ length: axisSizes[axis] }, (_, i) => {
            const part = list.length / axisSizes[axis];
            return fold(list.slice(i * part, (i + 1) * part), axis + 1);
          });
    return new Mesh(fold(devices, 0), axisNames);
  }

  /** For keys made of parameters. */
  toJSON(): string {
    return this.key;
  }

  override toString(): string {
    return `Mesh(${this.axisNames.map((name, i) => `'${name}': ${this.axisSizes[i]}`).join(', ')})`;
  }
}

const flatGrid = (grid: DeviceGrid): Device[] => (isDevice(grid) ? [grid] : grid.flatMap(flatGrid));

/** The sizes of nested lists. @throws InvalidMesh when they are ragged */
function sizesOf(grid: DeviceGrid): number[] {
  if (isDevice(grid)) return [];
  if (grid.length === 0) throw new InvalidMesh({ op: 'Mesh', reason: 'a mesh needs a device, and the list is empty' });
  const [first, ...rest] = grid.map(sizesOf);
  if (rest.some((sizes) => sizes.join() !== first.join())) {
    throw new InvalidMesh({ op: 'Mesh', reason: 'the nested lists of devices have unequal lengths' });
  }
  return [grid.length, ...first];
}
