/**
 * Arrays and the devices they live on.
 *
 * Source: jax.devices, jax.device_put, jax.device_get, jax.block_until_ready.
 */
import { DeviceArray, NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { type HostData, hostData } from '../array/host.js';
import type { Device } from '../engine/engine.js';
import { currentEngine } from '../engine/registry.js';
import { flatten, unflatten } from '../tree/tree.js';
import type { Arrays, MapLeaves } from '../tree/types.js';
import { flattenArrays } from './leaves.js';

export type { Device } from '../engine/engine.js';

/** The devices of the engine that runs (`jax.devices`). @throws EngineUnavailable */
export const devices = (): readonly Device[] => currentEngine().devices();

/** How many devices there are (`jax.device_count`). @throws EngineUnavailable */
export const deviceCount = (): number => devices().length;

/** The platform that programs run on: `cpu`, `cuda`, `tpu`, or `js` (`jax.default_backend`). @throws EngineUnavailable */
export const defaultBackend = (): string => currentEngine().platform;

/**
 * The arrays in the memory of the engine's devices that have not been freed (`jax.live_arrays`), each once: what can still
 * be reached, and what has not been collected yet. Engines whose memory is JavaScript's own keep no list; theirs is empty.
 */
export function liveArrays(): DeviceArray[] {
  const engine = currentEngine();
  const buffers = engine.liveBuffers?.() ?? [];
  return buffers.map((buffer) => DeviceArray.fromBuffer(shaped(buffer.shape, buffer.dtype), buffer, engine));
}

/**
 * The tree with every leaf an array in the memory of the engine's device (`jax.device_put`): transfers now what the
 * first use would transfer.
 * @throws NotALeaf, ResourceExhausted
 */
export function devicePut<T>(x: T): Arrays<T> {
  const { leaves, treedef } = flattenArrays(x, 'devicePut', 'x');
  const engine = currentEngine();
  for (const leaf of leaves) if (leaf instanceof DeviceArray) leaf.bufferIn(engine);
  return unflatten(treedef, leaves) as Arrays<T>;
}

/**
 * The tree with every array copied to the host, as `{ dtype, shape, data }` with its elements in row-major order
 * (`jax.device_get`).
 * @throws ConcretizationError for traced arrays
 */
export async function deviceGet<T>(x: T): Promise<MapLeaves<T, HostData>> {
  const { leaves, treedef } = flattenArrays(x, 'deviceGet', 'x');
  const copies = await Promise.all(leaves.map(async (a) => hostData(a.dtype, a.shape, await a.data())));
  return unflatten(treedef, copies) as MapLeaves<T, HostData>;
}

/** Resolves to the tree itself when all its arrays have been computed (`jax.block_until_ready`). */
export async function blockUntilReady<T>(x: T): Promise<T> {
  const [leaves] = flatten(x);
  await Promise.all(leaves.map((leaf) => (leaf instanceof NdArray ? leaf.blockUntilReady() : null)));
  return x;
}
