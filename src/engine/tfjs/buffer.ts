/**
 * An array of the engine, as the layers above see it: one hold on a value.
 */
import type { DeviceBuffer } from '../../array/buffer.js';
import type { DType, TypedArray } from '../../array/dtype.js';
import { DeletedArray } from '../../error/error.js';
import { adopt, type Escaped, free, handOver } from './memory.js';
import type { HeldValue } from './value.js';

export class TfjsBuffer implements DeviceBuffer {
  readonly dtype: DType;
  readonly shape: readonly number[];
  #escaped: Escaped | null;
  #fate = 'it was disposed';

  /** Takes over one hold on the value. */
  constructor(value: HeldValue) {
    this.dtype = value.dtype;
    this.shape = value.shape;
    this.#escaped = adopt(this, value.keep());
  }

  get deleted(): boolean {
    return this.#escaped === null;
  }

  /** The value, which stays the buffer's. @throws DeletedArray */
  get value(): HeldValue {
    return this.#held().value;
  }

  /** The value, whose hold goes over to the caller: the buffer is deleted. @throws DeletedArray */
  take(): HeldValue {
    const value = handOver(this.#held());
    this.#escaped = null;
    this.#fate = 'its memory was donated to a compiled function';
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
    if (this.#escaped !== null) free(this.#escaped);
    this.#escaped = null;
  }

  #held(): Escaped {
    if (this.#escaped === null) {
      throw new DeletedArray({ array: `An array ${this.dtype}[${this.shape.join(',')}]`, how: this.#fate });
    }
    return this.#escaped;
  }
}
