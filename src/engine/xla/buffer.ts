/**
 * An array in the device's memory.
 *
 * Reads on a CPU copy straight from the buffer's memory once it has been computed; elsewhere, and for large arrays
 * read asynchronously, the plugin transfers. Users never see the device's memory itself, and the device never sees
 * theirs: every transfer is a copy.
 */

import type { DeviceBuffer } from '../../array/buffer.js';
import { allocate, type DType, layoutOf, type TypedArray } from '../../array/dtype.js';
import { sizeOf } from '../../array/shape.js';
import { DeletedArray, InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { engineError, type PjrtClient } from './client.js';
import { addressOf, copyFrom, isStatus, pin } from './ffi.js';
import { NativeBlock, Struct } from './layout.js';
import type { Allocation } from './memory.js';
import { awaitEvent, awaitEventSync, destroyEvent } from './wait.js';

/** The numbers of `PJRT_Buffer_Type`. */
export const BUFFER_TYPES: Readonly<Record<DType, number>> = {
  bool: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  uint8: 6,
  uint16: 7,
  uint32: 8,
  uint64: 9,
  float16: 10,
  float32: 11,
  float64: 12,
  bfloat16: 13,
  complex64: 14,
  complex128: 15,
};

/** The plugin copies the host's array before the call returns. */
const IMMUTABLE_ONLY_DURING_CALL = 0;
/** Up to this size a copy blocks for less time than a change of threads takes. */
const COPY_INLINE = 1 << 18;
const MAX_RANK = 64;

export const bytesOf = (dtype: DType, shape: readonly number[]): number => sizeOf(shape) * layoutOf(dtype).bytes;

const readyStruct = new Struct('Buffer_ReadyEvent');
const pointerStruct = new Struct('Buffer_UnsafePointer');
const toHostStruct = new Struct('Buffer_ToHostBuffer');

export class XlaBuffer implements DeviceBuffer {
  /** Known to have been computed without failure. */
  private computed = false;

  readonly allocation: Allocation;

  /** Takes charge of the native buffer `handle`. */
  constructor(
    readonly client: PjrtClient,
    readonly dtype: DType,
    readonly shape: readonly number[],
    handle: number,
    bytes: number,
    /** What made the buffer, for messages. */
    readonly origin: string,
  ) {
    this.allocation = client.memory.adopt(this, handle, bytes);
  }

  get deleted(): boolean {
    return this.allocation.handle === 0;
  }

  /** @throws DeletedArray */
  get handle(): number {
    const { handle, fate } = this.allocation;
    if (handle === 0) throw new DeletedArray({ array: this.toString(), how: fate });
    return handle;
  }

  async ready(): Promise<void> {
    if (this.computed) return void this.handle;
    const failure = await awaitEvent(this.client.api, this.readyEvent());
    if (failure) throw engineError(this.origin, failure);
    this.computed = true;
  }

  private readySync(): void {
    if (this.computed) return;
    const failure = awaitEventSync(this.client.api, this.readyEvent());
    if (failure) throw engineError(this.origin, failure);
    this.computed = true;
  }

  private readyEvent(): number {
    const error = this.client.api.get('Buffer_ReadyEvent')(readyStruct.set('buffer', this.handle).address);
    if (error) throw engineError(this.origin, this.client.api.takeStatus(error));
    return readyStruct.get('event');
  }

  async read(): Promise<TypedArray> {
    const data = this.hostArray();
    await this.ready();
    if (data.length === 0) return data;
    if (this.client.onCpu && data.byteLength <= COPY_INLINE) {
      this.copyInto(data);
      return data;
    }
    const unpin = pin(data);
    try {
      const failure = await awaitEvent(this.client.api, this.startTransfer(data));
      if (failure) throw engineError(`Reading ${this}`, failure);
      return data;
    } finally {
      unpin();
    }
  }

  readSync(): TypedArray {
    const data = this.hostArray();
    this.readySync();
    if (data.length === 0) return data;
    if (this.client.onCpu) {
      this.copyInto(data);
      return data;
    }
    const unpin = pin(data);
    const failure = awaitEventSync(this.client.api, this.startTransfer(data));
    unpin();
    if (failure) throw engineError(`Reading ${this}`, failure);
    return data;
  }

  dispose(): void {
    this.client.memory.release(this.allocation, 'it was disposed of');
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return `${this.dtype}[${this.shape.join(',')}]`;
  }

  /** An array for the elements; asks first whether they are still there. */
  private hostArray(): TypedArray {
    void this.handle;
    return allocate(this.dtype, sizeOf(this.shape));
  }

  private copyInto(data: TypedArray): void {
    const error = this.client.api.get('Buffer_UnsafePointer')(pointerStruct.set('buffer', this.handle).address);
    if (error) throw engineError(`Reading ${this}`, this.client.api.takeStatus(error));
    copyFrom(data, pointerStruct.get('pointer'), data.byteLength);
  }

  private startTransfer(data: TypedArray): number {
    toHostStruct.set('buffer', this.handle).set('dst', addressOf(data)).set('dstSize', data.byteLength);
    const error = this.client.api.get('Buffer_ToHostBuffer')(toHostStruct.address);
    if (error) throw engineError(`Reading ${this}`, this.client.api.takeStatus(error));
    return toHostStruct.get('event');
  }
}

const putStruct = new Struct('Client_BufferFromHostBuffer');
const dims = new NativeBlock(8 * MAX_RANK);

/** The plugin believes what it is told, so everything is checked here: it would read past the array's end. */
function checkHostArray(data: TypedArray, dtype: DType, shape: readonly number[]): void {
  const { storage, entries } = layoutOf(dtype);
  if (!(data instanceof storage)) {
    const actual = Object.prototype.toString.call(data).slice(8, -1);
    throw new InvalidArgument({
      op: 'put',
      argument: 'data',
      expected: `a ${storage.name} (${dtype})`,
      actual: `a ${actual}`,
    });
  }
  const valid = shape.length <= MAX_RANK && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!valid || data.length !== sizeOf(shape) * entries) {
    const expected = `the data has ${data.length / entries} elements`;
    throw new ShapeMismatch({ op: 'put', argument: 'the array', expected, actual: shape });
  }
}

/**
 * Copies a host array to a device.
 * @throws InvalidArgument, ShapeMismatch, ResourceExhausted
 */
export function putBuffer(
  client: PjrtClient,
  data: TypedArray,
  dtype: DType,
  shape: readonly number[],
  device = client.devices[0],
): XlaBuffer {
  checkHostArray(data, dtype, shape);
  const what = `put of ${dtype}[${shape.join(',')}]`;
  client.memory.reserve(data.byteLength, what);
  for (let axis = 0; axis < shape.length; axis++) dims.write(2 * axis, shape[axis]);
  putStruct.set('client', client.handle).set('type', BUFFER_TYPES[dtype]).set('device', device);
  putStruct.set('data', data.length === 0 ? dims.address : addressOf(data));
  putStruct.set('dims', dims.address).set('numDims', shape.length);
  putStruct.set('hostBufferSemantics', IMMUTABLE_ONLY_DURING_CALL);
  const unpin = pin(data);
  const error = client.api.get('Client_BufferFromHostBuffer')(putStruct.address);
  unpin();
  if (error) throw engineError(what, client.api.takeStatus(error));
  destroyEvent(client.api, putStruct.get('doneWithHostBuffer'));
  return new XlaBuffer(client, dtype, Object.freeze([...shape]), putStruct.get('buffer'), data.byteLength, what);
}

/** True when the native buffer's memory was taken over by a program. */
export function wasConsumed(client: PjrtClient, handle: number): boolean {
  const struct = client.api.call('Buffer_IsDeleted', { buffer: handle });
  return !isStatus(struct) && struct.get('isDeleted') !== 0;
}
