/**
 * An array is an immutable value: a shape, a dtype, and elements that live on the host, on a device, or, while a
 * function is being traced, nowhere yet.
 *
 * `NdArray` is what users see. Its arithmetic methods are added by `numpy/methods.ts` and work on every kind alike.
 * `DeviceArray` is the concrete kind; the tracers of the transformations are the others.
 */
import { ConcretizationError, DeletedArray } from '../error/error.js';
import type { Device } from '../sharding/device.js';
import { type Index, type Sharding, SingleDeviceSharding } from '../sharding/sharding.js';
import { type ShapedArray, shaped } from './aval.js';
import type { BufferHome, DeviceBuffer } from './buffer.js';
import {
  allocate,
  bfloat16Bits,
  type DType,
  float16Bits,
  fromBfloat16Bits,
  fromFloat16Bits,
  layoutOf,
  type TypedArray,
} from './dtype.js';
import type { HostData } from './host.js';
import { ShardedBuffer } from './sharded-buffer.js';

/** One dimension as a type: a literal size, a name (`'batch'`), or `number` when it is not known. */
export type Dim = number | string;

declare const SHAPE: unique symbol;

/** Nested arrays of numbers, as `js()` returns them; a number for a scalar. */
export type Nested = number | bigint | boolean | { readonly re: number; readonly im: number } | readonly Nested[];

/**
 * An n-dimensional array of one dtype. Immutable; all operations return new arrays.
 *
 * @typeParam S its shape, as far as the compiler knows it
 * @typeParam D its dtype, as far as the compiler knows it
 */
export abstract class NdArray<S extends readonly Dim[] = readonly Dim[], D extends DType = DType> {
  /**
   * For the compiler alone; no array has it. The parameter of a method is compared in both directions, and that is what
   * gradual typing asks for: an unknown shape passes for a known one and back, two known ones must agree.
   */
  declare readonly [SHAPE]?: { as(shape: S): void }['as'];

  /** Shape, dtype and weakness, which are known even while the values are not. */
  abstract readonly aval: ShapedArray;

  get shape(): readonly number[] {
    return this.aval.shape;
  }

  get dtype(): D {
    return this.aval.dtype as D;
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this.aval.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return this.aval.size;
  }

  /** True when the dtype came from a plain number and yields to the array beside it. */
  get weakType(): boolean {
    return this.aval.weakType;
  }

  /** The elements in row-major order and storage layout, as a copy, without blocking. */
  abstract data(): Promise<TypedArray>;
  /** The elements in row-major order and storage layout, as a copy; blocks until they are computed. */
  abstract dataSync(): TypedArray;
  /** Resolves to this array when it has been computed (`block_until_ready`). */
  abstract blockUntilReady(): Promise<this>;
  /** Where the elements are. @throws ConcretizationError while the array is being traced */
  get sharding(): Sharding {
    throw new ConcretizationError({ wanted: 'sharding', tracer: `a traced value of type ${this.aval}` });
  }
  /** The blocks on the devices, with where they are. @throws ConcretizationError while the array is being traced */
  get addressableShards(): readonly Shard[] {
    throw new ConcretizationError({ wanted: 'addressableShards', tracer: `a traced value of type ${this.aval}` });
  }
  /** Frees the memory now. Reading the array afterwards throws `DeletedArray`. */
  abstract dispose(): void;

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The elements as nested arrays of numbers, without blocking. */
  async js(): Promise<Nested> {
    return nest(this.aval, await this.data());
  }

  /** The elements as nested arrays of numbers; blocks. */
  jsSync(): Nested {
    return nest(this.aval, this.dataSync());
  }

  /**
   * The only element, as a number. Blocks.
   * @throws ConcretizationError when the array is being traced, or has several elements
   */
  item(): number {
    if (this.size !== 1) {
      throw new ConcretizationError({ wanted: 'item()', tracer: `an array of ${this.size} elements, ${this.aval}` });
    }
    const value = decode(this.dtype, this.dataSync(), 0);
    return typeof value === 'object' ? Number.NaN : Number(value);
  }

  /** `if (x > 0)`, `Math.sqrt(x)`, `${x}`: a scalar is read; a traced value throws `ConcretizationError`. */
  [Symbol.toPrimitive](hint: 'number' | 'string' | 'default'): number | string {
    return hint === 'string' ? this.toString() : this.item();
  }
}

/** One block of an array, on one device (`jax.Shard`). */
export interface Shard {
  readonly device: Device;
  /** Which block of the whole it is. */
  readonly index: Index;
  /** Counts the copies of one block. */
  readonly replicaId: number;
  /** The block as an array on that device. */
  readonly data: NdArray;
}

/** One element as a number (bigint for 64-bit integers, boolean for bool, {re, im} for complex). */
export function decode(
  dtype: DType,
  data: TypedArray,
  i: number,
): number | bigint | boolean | { re: number; im: number } {
  switch (dtype) {
    case 'bool':
      return data[i] !== 0;
    case 'bfloat16':
      return fromBfloat16Bits(data[i] as number);
    case 'float16':
      return fromFloat16Bits(data[i] as number);
    case 'complex64':
    case 'complex128':
      return { re: data[2 * i] as number, im: data[2 * i + 1] as number };
    default:
      return data[i];
  }
}

/** Writes one element; integers wrap around, floats round to nearest even. */
export function encode(dtype: DType, data: TypedArray, i: number, value: number | bigint | boolean): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    data[i] = typeof value === 'number' ? BigInt(Math.trunc(value)) : BigInt(value);
  } else if (dtype === 'bfloat16') data[i] = bfloat16Bits(Number(value));
  else if (dtype === 'float16') data[i] = float16Bits(Number(value));
  else if (dtype === 'bool') data[i] = value ? 1 : 0;
  else if (layoutOf(dtype).entries === 2) data[2 * i] = Number(value);
  else data[i] = Number(value);
}

function nest(aval: ShapedArray, data: TypedArray): Nested {
  let next = 0;
  const build = (axis: number): Nested => {
    if (axis === aval.ndim) return decode(aval.dtype, data, next++);
    return Array.from({ length: aval.shape[axis] }, () => build(axis + 1));
  };
  return build(0);
}

/** Where arrays are that no engine has yet. */
const HOST: Device = Object.freeze({ id: 0, platform: 'host', kind: 'host' });

/** Arrays up to this many elements keep the host copy that a read made. */
const KEEP_ON_HOST = 256;

/** An array whose elements exist: on the host, in an engine's memory, or both. */
export class DeviceArray<S extends readonly Dim[] = readonly Dim[], D extends DType = DType> extends NdArray<S, D> {
  #host: TypedArray | null;
  #buffer: DeviceBuffer | null;
  #home: BufferHome | null;
  #deleted: string | null = null;

  private constructor(
    readonly aval: ShapedArray,
    host: TypedArray | null,
    buffer: DeviceBuffer | null,
    home: BufferHome | null,
  ) {
    super();
    this.#host = host;
    this.#buffer = buffer;
    this.#home = home;
  }

  /** An array of host bytes, which from now on belong to it. */
  static fromHost(data: HostData, weakType = false): DeviceArray {
    return new DeviceArray(shaped(data.shape, data.dtype, weakType), data.data, null, null);
  }

  /** An array in the memory of an engine. */
  static fromBuffer(aval: ShapedArray, buffer: DeviceBuffer, home: BufferHome): DeviceArray {
    return new DeviceArray(aval, null, buffer, home);
  }

  /** Its blocks where it was put on chosen devices; null where it is on the default device, or on the host. */
  get placed(): ShardedBuffer | null {
    return this.#buffer instanceof ShardedBuffer && this.#deleted === null ? this.#buffer : null;
  }

  /** True when it was put on chosen devices, from which no operation moves it. */
  get committed(): boolean {
    return this.placed !== null;
  }

  override get sharding(): Sharding {
    return this.placed?.sharding ?? new SingleDeviceSharding(this.#home?.devices()[0] ?? HOST);
  }

  override get addressableShards(): readonly Shard[] {
    this.#check();
    const { sharding, shape, placed } = this;
    const indices = sharding.indices(shape);
    const copies = new Map<string, number>();
    return sharding.devices.map((device, i) => {
      const index = indices[i];
      const key = index.map(({ start }) => start).join();
      const replicaId = copies.get(key) ?? 0;
      copies.set(key, replicaId + 1);
      return { device, index, replicaId, data: placed === null ? this : this.#shard(placed, i) };
    });
  }

  #shard({ shards, sharding }: ShardedBuffer, i: number): DeviceArray {
    const { dtype, shape } = shards[i];
    const alone = new ShardedBuffer(dtype, shape, new SingleDeviceSharding(sharding.devices[i]), [shards[i]]);
    return new DeviceArray(shaped(shape, dtype, this.weakType), null, alone, this.#home);
  }

  /** Its bytes on the host if they are there already, without a transfer. Do not write to them. */
  get hostView(): TypedArray | null {
    return this.#deleted === null ? this.#host : null;
  }

  /** True when a compiled function took its memory over, or it was disposed. */
  isDeleted(): boolean {
    return this.#deleted !== null || (this.#buffer?.deleted === true && this.#host === null);
  }

  /** The array in an engine's memory, brought there if need be. */
  bufferIn(home: BufferHome): DeviceBuffer {
    if (this.#home === home && this.#buffer !== null && this.#deleted === null) return this.#buffer;
    this.#check();
    if (this.#host === null) this.#host = (this.#buffer as DeviceBuffer).readSync();
    this.#buffer = home.put(this.#host, this.dtype, this.shape);
    this.#home = home;
    if (this.size > KEEP_ON_HOST) this.#host = null;
    return this.#buffer;
  }

  /** Records that the memory is gone, and how: `donated to trainStep (argument params.w)`. */
  markDeleted(how: string): void {
    this.#deleted = how;
    this.#host = null;
    this.#buffer = null;
  }

  override async data(): Promise<TypedArray> {
    this.#check();
    if (this.#host !== null) return this.#host.slice();
    const read = await (this.#buffer as DeviceBuffer).read();
    if (this.size <= KEEP_ON_HOST) this.#host = read.slice();
    return read;
  }

  override dataSync(): TypedArray {
    return this.readHost().slice();
  }

  /** As `dataSync`, without the copy where the elements are on the host: for reading only. */
  readHost(): TypedArray {
    this.#check();
    if (this.#host !== null) return this.#host;
    const read = (this.#buffer as DeviceBuffer).readSync();
    if (this.size <= KEEP_ON_HOST) this.#host = read;
    return read;
  }

  override async blockUntilReady(): Promise<this> {
    this.#check();
    await this.#buffer?.ready();
    return this;
  }

  override dispose(): void {
    this.#buffer?.dispose();
    this.markDeleted('it was disposed');
  }

  #check(): void {
    if (this.isDeleted()) {
      throw new DeletedArray({
        array: `The array ${this.aval}`,
        how: this.#deleted ?? 'its memory was donated to a compiled function',
      });
    }
  }
}

/** A concrete scalar. Weak: its dtype yields to the array beside it. */
export function scalarArray(value: number | bigint | boolean, dtype: DType, weakType: boolean): DeviceArray {
  const data = allocate(dtype, 1);
  encode(dtype, data, 0, value);
  return DeviceArray.fromHost({ dtype, shape: [], data }, weakType);
}
