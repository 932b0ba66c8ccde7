/**
 * An array of the engine, as the layers above see it: one hold on a value.
 */
import type { DeviceBuffer } from '../../array/buffer.js';
import type { DType, TypedArray } from '../../array/dtype.js';
import { DeletedArray } from '../../error/error.js';
import type { HeldValue } from './value.js';

/** Gives up the hold of buffers that nobody can see any more: tensors are not collected by themselves. */
const forgotten = new FinalizationRegistry<HeldValue>((value) => value.release());

export class TfjsBuffer implements DeviceBuffer {
  readonly dtype: DType;
  readonly shape: readonly number[];
  #value: HeldValue | null;
  #fate = 'it was disposed';

  /** Takes over one hold on the value. */
  constructor(value: HeldValue) {
    this.dtype = value.dtype;
    this.shape = value.shape;
    this.#value = value.keep();
    forgotten.register(this, value, this);
  }

  get deleted(): boolean {
    return this.#value === null;
  }

  /** The value, which stays the buffer's. @throws DeletedArray */
  get value(): HeldValue {
    if (this.#value === null) {
      throw new DeletedArray({ array: `An array ${this.dtype}[${this.shape.join(',')}]`, how: this.#fate });
    }
    return this.#value;
  }

  /** The value, whose hold goes over to the caller: the buffer is deleted. */
  take(): HeldValue {
    const { value } = this;
    this.#value = null;
    this.#fate = 'its memory was donated to a compiled function';
    forgotten.unregister(this);
    return value;
  }

  async ready(): Promise<void> {
    await this.value.ready();
  }

  read(): Promise<TypedArray> {
    return this.value.read();
  }

  readSync(): TypedArray {
    return this.value.readSync();
  }

  dispose(): void {
    if (this.#value === null) return;
    forgotten.unregister(this);
    this.#value.release();
    this.#value = null;
  }
}
