/**
 * A value of a running program: a tensor, an array on the host, or both, and a count of those who hold it.
 *
 * It goes from one side to the other when somebody asks for it there, and is dropped on both when nobody holds it any
 * more. Dtypes that tensors do not have stay on the host.
 */
import type { DType, TypedArray } from '../../array/dtype.js';
import type { HostData } from '../../array/host.js';
import { InternalError } from '../../error/error.js';
import type { RunValue } from '../../ir/kernel.js';
import { elementsOf, isTensorDType, type Machine } from './machine.js';
import type { Tensor } from './tensorflow.js';

export class HeldValue implements RunValue {
  #tensor: Tensor | null;
  #host: HostData | null;
  #holders = 1;

  private constructor(
    readonly machine: Machine,
    readonly dtype: DType,
    readonly shape: readonly number[],
    tensor: Tensor | null,
    host: HostData | null,
  ) {
    this.#tensor = tensor;
    this.#host = host;
  }

  static ofTensor(machine: Machine, tensor: Tensor, dtype: DType, shape: readonly number[]): HeldValue {
    return new HeldValue(machine, dtype, shape, tensor, null);
  }

  static ofHost(machine: Machine, host: HostData): HeldValue {
    return new HeldValue(machine, host.dtype, host.shape, null, host);
  }

  get released(): boolean {
    return this.#holders === 0;
  }

  /** The tensor, made from the host's elements if need be; it stays the value's own. */
  tensor(): Tensor {
    if (this.#tensor !== null) return this.#tensor;
    const host = this.#alive(this.#host);
    if (!isTensorDType(this.dtype)) throw new InternalError({ what: `a tensor of ${this.dtype} was asked for` });
    this.#tensor = this.machine.put(host.data, this.dtype, this.shape);
    return this.#tensor;
  }

  /** The elements on the host, for reading only. */
  host(): HostData {
    this.#host ??= {
      dtype: this.dtype,
      shape: this.shape,
      data: elementsOf(this.#alive(this.#tensor).dataSync(), this.dtype),
    };
    return this.#host;
  }

  /** Resolves when the device has computed it. */
  async ready(): Promise<void> {
    if (this.#host === null) await this.#alive(this.#tensor).data();
  }

  /** A copy of the elements that waits for the device without blocking. */
  async read(): Promise<TypedArray> {
    if (this.#host !== null) return this.#host.data.slice();
    const data = await this.#alive(this.#tensor).data();
    return elementsOf(data, this.dtype).slice();
  }

  /** A copy of the elements. */
  readSync(): TypedArray {
    return (this.#host?.data ?? elementsOf(this.#alive(this.#tensor).dataSync(), this.dtype)).slice();
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  /** One holder less; the last one frees it. */
  release(): void {
    if (--this.#holders > 0) return;
    this.#tensor?.dispose();
    this.#tensor = null;
    this.#host = null;
  }

  /** The tensor is not to be freed by a scope that the user has opened. */
  keep(): this {
    if (this.#tensor !== null) this.#tensor.kept = true;
    return this;
  }

  #alive<T>(side: T | null): T {
    if (side === null)
      throw new InternalError({ what: `a value ${this.dtype}[${this.shape.join(',')}] that was freed is used` });
    return side;
  }
}
