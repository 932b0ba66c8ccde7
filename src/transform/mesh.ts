/**
 * Meshes of the devices that there are.
 *
 * Source: jax.make_mesh.
 */
import { currentEngine } from '../engine/registry.js';
import { InvalidMesh, NotEnoughDevices } from '../error/sharding.js';
import type { Device } from '../sharding/device.js';
import { Mesh } from '../sharding/mesh.js';

/**
 * A mesh of the first devices (`jax.make_mesh`).
 *
 * @param axisShapes the size of each axis
 * @param axisNames the name of each axis
 * @param options.devices the devices to take @default all of the engine's
 * @throws NotEnoughDevices, InvalidMesh
 */
export function makeMesh<const Axis extends string>(
  axisShapes: readonly number[],
  axisNames: readonly Axis[],
  options: { readonly devices?: readonly Device[] } = {},
): Mesh<Axis> {
  const wrong = axisShapes.find((size) => !Number.isInteger(size) || size < 1);
  if (wrong !== undefined) {
    throw new InvalidMesh({ op: 'makeMesh', reason: `axisShapes has ${wrong}, which is not a positive integer` });
  }
  const engine = currentEngine();
  const devices = options.devices ?? engine.devices();
  const needed = axisShapes.reduce((n, size) => n * size, 1);
  if (needed > devices.length) {
    const platform = options.devices ? 'given' : engine.name === 'reference' ? 'cpu' : engine.platform;
    throw new NotEnoughDevices({ op: 'makeMesh', needed, available: devices.length, platform });
  }
  return Mesh.of(devices.slice(0, needed), axisShapes, axisNames);
}
