/** An array in an engine's memory, as the layers above the engines see it. */
import type { Device } from '../sharding/device.js';
import type { DType, TypedArray } from './dtype.js';

/** An array in an engine's memory. It frees itself when nobody can see it; `dispose` frees it now. */
export interface DeviceBuffer {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** True after `dispose`, or after a program took the memory over (donation). */
  readonly deleted: boolean;
  /** Resolves when the value has been computed; rejects with the engine's error if that failed. */
  ready(): Promise<void>;
  /** A copy of the elements, row-major, without blocking the event loop. */
  read(): Promise<TypedArray>;
  /** The same, blocking. */
  readSync(): TypedArray;
  dispose(): void;
}

/** What can bring host data into its memory: an engine, as far as arrays need to know it. */
export interface BufferHome {
  /** Its devices; arrays are put on the first where nothing else is said. */
  devices(): readonly Device[];
  /** @param device where to; the first of its devices when not given */
  put(data: TypedArray, dtype: DType, shape: readonly number[], device?: Device): DeviceBuffer;
}
