/**
 * Arrays and the devices they live on.
 *
 * Source: jax.devices, jax.device_put, jax.device_get, jax.block_until_ready, jax.make_array_from_callback.
 */
import { DeviceArray, NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { type HostData, hostData } from '../array/host.js';
import { sameShape } from '../array/shape.js';
import { ShardedBuffer } from '../array/sharded-buffer.js';
import { currentEngine } from '../engine/registry.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { shardingConstraint } from '../primitive/sharding-constraint.js';
import { type Device, sameDevices } from '../sharding/device.js';
import { type Index, NamedSharding, Sharding, SingleDeviceSharding } from '../sharding/sharding.js';
import { Tracer } from '../trace/context.js';
import { flatten, leafPaths, unflatten } from '../tree/tree.js';
import type { Arrays, MapLeaves } from '../tree/types.js';
import { flattenArrays } from './leaves.js';
import { checkDevices } from './placement.js';
import { type ShardingTree, spread } from './shardings.js';

export type { Device } from '../sharding/device.js';

/** The devices of the engine that runs (`jax.devices`). @throws EngineUnavailable */
export const devices = (): readonly Device[] => currentEngine().devices();

/** The devices whose memory this process can reach (`jax.local_devices`). @throws EngineUnavailable */
export const localDevices = (): readonly Device[] =>
  devices().filter((device) => (device.processIndex ?? 0) === processIndex());

/** How many devices there are (`jax.device_count`). @throws EngineUnavailable */
export const deviceCount = (): number => devices().length;

/** How many of them this process can reach (`jax.local_device_count`). @throws EngineUnavailable */
export const localDeviceCount = (): number => localDevices().length;

/** Which of the processes that share the devices this is (`jax.process_index`). @throws EngineUnavailable */
export const processIndex = (): number => currentEngine().processIndex ?? 0;

/** How many processes share the devices (`jax.process_count`). @throws EngineUnavailable */
export const processCount = (): number => new Set(devices().map((device) => device.processIndex ?? 0)).size;

/** The platform that programs run on: `cpu`, `cuda`, `tpu`, or `js` (`jax.default_backend`). @throws EngineUnavailable */
export const defaultBackend = (): string => currentEngine().platform;

/** Where to put a tree: a device or a sharding for all of it, or a tree of these that is a prefix. `null`: as it is. */
export type Destination = Device | ShardingTree | readonly Destination[] | { readonly [key: string]: Destination };

const isDevice = (x: unknown): x is Device =>
  typeof x === 'object' && x !== null && 'id' in x && 'platform' in x && 'kind' in x;

const isPlace = (x: unknown): x is Device | Sharding | null => x === null || x instanceof Sharding || isDevice(x);

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
 * The tree with every leaf an array on devices (`jax.device_put`). Without a destination, on the engine's first device,
 * where the first use would bring it anyhow. With one, the arrays stay there: whatever is computed with them is computed
 * there.
 *
 * Between shardings over the same devices the devices send each other what they need; otherwise the data goes through
 * the host. Inside of a traced function it is a sharding constraint.
 * @throws NotALeaf, InvalidSharding, UnevenShards, ResourceExhausted
 */
export function devicePut<T>(x: T, destination: Destination = null): Arrays<T> {
  const { leaves, treedef } = flattenArrays(x, 'devicePut', 'x');
  const expected = 'a device, a sharding or null';
  const places = spread(destination, x, isPlace, 'devicePut', 'destination', expected);
  const paths = leafPaths(treedef, 'x');
  const put = leaves.map((leaf, i) => {
    const place = places[i];
    const sharding = isDevice(place) ? new SingleDeviceSharding(place) : place;
    if (sharding !== null) return putArray(leaf, sharding, paths[i]);
    if (leaf instanceof DeviceArray) leaf.bufferIn(currentEngine());
    return leaf;
  });
  return unflatten(treedef, put) as Arrays<T>;
}

/** An array with the blocks that a sharding says. */
export function putArray(array: NdArray, sharding: Sharding, path = 'x'): NdArray {
  sharding.check(array.shape, 'devicePut', path);
  if (array instanceof Tracer) return sharding instanceof NamedSharding ? shardingConstraint(array, sharding) : array;
  const source = array as DeviceArray;
  const { placed, aval } = source;
  if (placed?.sharding.isEquivalentTo(sharding, array.ndim)) {
    return placed.sharding.key === sharding.key ? array : relabelled(source, placed, sharding);
  }
  const moves = placed !== null && sharding instanceof NamedSharding && !sharding.spec.hasOpen;
  if (moves && sameDevices(placed.sharding.devices, sharding.devices)) return shardingConstraint(array, sharding);
  const engine = currentEngine();
  checkDevices('devicePut', sharding.devices, engine);
  return DeviceArray.fromBuffer(
    aval,
    ShardedBuffer.put(engine, source.readHost(), aval.dtype, aval.shape, sharding),
    engine,
  );
}

/** A new array where another one was put, if that was put anywhere and has the same shape. */
export const beside = (array: NdArray, model: NdArray): NdArray =>
  model instanceof DeviceArray && model.placed !== null && sameShape(model.shape, array.shape)
    ? putArray(array, model.placed.sharding)
    : array;

/** The same blocks under another name. */
const relabelled = ({ aval }: DeviceArray, { dtype, shape, shards }: ShardedBuffer, sharding: Sharding): DeviceArray =>
  DeviceArray.fromBuffer(aval, new ShardedBuffer(dtype, shape, sharding, shards), currentEngine());

/**
 * An array made block by block (`jax.make_array_from_callback`): `data` is asked for each block once, and the whole never
 * exists on the host.
 *
 * @param data returns the block at an index, as an array or nested numbers of the block's shape
 * @throws UnevenShards, ShapeMismatch
 */
export function makeArrayFromCallback(
  shape: readonly number[],
  sharding: Sharding,
  data: (index: Index) => NdArray | HostData,
): NdArray {
  const block = sharding.shardShape(shape);
  const made = new Map<string, HostData>();
  for (const index of sharding.indices(shape)) {
    const key = index.map(({ start }) => start).join();
    if (made.has(key)) continue;
    const found = hostOf(data(index));
    if (!sameShape(found.shape, block)) {
      const expected = `each block of [${shape.join(', ')}] under ${sharding} has shape [${block.join(', ')}]`;
      throw new ShapeMismatch({ op: 'makeArrayFromCallback', argument: 'a block', expected, actual: found.shape });
    }
    made.set(key, found);
  }
  return makeArrayFromBlocks(shape, sharding, made);
}

/** An array of blocks on the host, by their starts; each goes to all devices that hold it. */
export function makeArrayFromBlocks(
  shape: readonly number[],
  sharding: Sharding,
  blocks: ReadonlyMap<string, HostData>,
): NdArray {
  const engine = currentEngine();
  checkDevices('makeArrayFromCallback', sharding.devices, engine);
  const shards = sharding.indices(shape).map((index, i) => {
    const { dtype, shape: block, data } = blocks.get(index.map(({ start }) => start).join()) as HostData;
    return engine.put(data, dtype, block, sharding.devices[i]);
  });
  const { dtype } = shards[0];
  const buffer = new ShardedBuffer(dtype, Object.freeze([...shape]), sharding, shards);
  return DeviceArray.fromBuffer(shaped(shape, dtype), buffer, engine);
}

const hostOf = (x: NdArray | HostData): HostData =>
  x instanceof NdArray ? hostData(x.dtype, x.shape, x.dataSync()) : x;

/**
 * One array of blocks that are on their devices already (`jax.make_array_from_single_device_arrays`).
 *
 * @param arrays the block of each device, in the order of the sharding's devices
 * @throws ShapeMismatch, InvalidArgument
 */
export function makeArrayFromSingleDeviceArrays(
  shape: readonly number[],
  sharding: Sharding,
  arrays: readonly NdArray[],
): NdArray {
  const op = 'makeArrayFromSingleDeviceArrays';
  const block = sharding.shardShape(shape);
  if (arrays.length !== sharding.devices.length) {
    const expected = `one array for each of the ${sharding.devices.length} devices`;
    throw new InvalidArgument({ op, argument: 'arrays', expected, actual: `${arrays.length} of them` });
  }
  const engine = currentEngine();
  const shards = arrays.map((array, i) => {
    if (!sameShape(array.shape, block)) {
      const expected = `each block of [${shape.join(', ')}] has shape [${block.join(', ')}]`;
      throw new ShapeMismatch({ op, argument: `arrays[${i}]`, expected, actual: array.shape });
    }
    const there = putArray(array, new SingleDeviceSharding(sharding.devices[i]), `arrays[${i}]`) as DeviceArray;
    return (there.placed as ShardedBuffer).shards[0];
  });
  const { dtype } = arrays[0];
  const buffer = new ShardedBuffer(dtype, Object.freeze([...shape]), sharding, shards);
  return DeviceArray.fromBuffer(shaped(shape, dtype), buffer, engine);
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
