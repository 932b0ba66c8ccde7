/**
 * Compiling a program for the devices of a placement.
 *
 * Inputs and outputs whose sharding nobody gave are left open, and what the compiler chose is read from the program
 * that it made. A choice that no partition spec can say (an axis cut along a part of a mesh axis) is not kept: the
 * program is compiled again with that array whole on every device.
 */
import type { Jaxpr } from '../../ir/jaxpr.js';
import type { Device } from '../../sharding/device.js';
import { Mesh } from '../../sharding/mesh.js';
import { NamedSharding, replicatedOn, type Sharding, SingleDeviceSharding } from '../../sharding/sharding.js';
import type { Placement } from '../engine.js';
import { shardingOf, type Tiling } from './op-sharding.js';

/** True where the compiler may choose, for the whole array or for some of its axes. */
export const isOpen = (sharding: Sharding | null): boolean =>
  sharding === null || (sharding instanceof NamedSharding && sharding.spec.hasOpen);

/** The meshes that a program over these devices speaks of: those of its shardings, and one that is always there. */
export function meshesOf(jaxpr: Jaxpr, { devices, inputs, outputs }: Placement): readonly Mesh[] {
  const named = [...inputs, ...outputs].filter((s) => s instanceof NamedSharding).map(({ mesh }) => mesh);
  const meshes = new Map([...named, ...jaxpr.meshes].map((mesh) => [mesh.key, mesh]));
  return meshes.size > 0 ? [...meshes.values()] : [new Mesh([...devices], ['devices'])];
}

/** Every device holds the whole. */
export const wholeOn = (devices: readonly Device[], meshes: readonly Mesh[]): Sharding =>
  devices.length === 1 && meshes[0].axisNames.join() === 'devices'
    ? new SingleDeviceSharding(devices[0])
    : replicatedOn(meshes[0]);

/** What is given, or else what the compiler chose; null where that cannot be said. */
export function settled(
  given: readonly (Sharding | null)[],
  chosen: readonly Tiling[] | undefined,
  placement: Placement,
  meshes: readonly Mesh[],
): (Sharding | null)[] {
  return given.map((sharding, i) => {
    if (!isOpen(sharding)) return sharding;
    if (placement.devices.length === 1) return wholeOn(placement.devices, meshes);
    return shardingOf(chosen?.[i] ?? null, meshes);
  });
}
