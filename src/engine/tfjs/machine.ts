/**
 * One backend of TensorFlow.js, ready to run kernels.
 *
 * The library dispatches to the backend that was chosen last, which is the user's business as well as ours: programs run
 * inside `using`, which puts ours in place and the other one back.
 */
import type { DType, TypedArray } from '../../array/dtype.js';
import type { KernelAttributes } from '../../ir/kernel.js';
import type { Tensor, TensorDispatcher, TensorDType, TensorFlow, TensorInputs } from './tensorflow.js';

/** True for the dtypes that tensors hold. */
export const isTensorDType = (dtype: DType): dtype is TensorDType =>
  dtype === 'float32' || dtype === 'int32' || dtype === 'bool';

export class Machine {
  readonly dispatcher: TensorDispatcher;

  constructor(
    readonly library: TensorFlow,
    /** The backend's name in the library: `cpu`, `wasm`, `tensorflow`, `webgl`, `webgpu`. */
    readonly backend: string,
  ) {
    this.dispatcher = library.engine();
  }

  has(kernel: string): boolean {
    return this.library.getKernel(kernel, this.backend) !== undefined;
  }

  /** Runs `body` on this backend. */
  using<T>(body: () => T): T {
    const before = this.dispatcher.backendName;
    if (before === this.backend) return body();
    // Takes effect at once for a backend that is ready, as this one is.
    void this.library.setBackend(this.backend);
    try {
      return body();
    } finally {
      if (before) void this.library.setBackend(before);
    }
  }

  /** A tensor of host data; only within `using`. */
  put(data: TypedArray, dtype: TensorDType, shape: readonly number[]): Tensor {
    return this.dispatcher.makeTensor(data, shape, dtype);
  }

  /** Runs a kernel with one result; only within `using`. */
  run(kernel: string, inputs: TensorInputs, attributes: KernelAttributes): Tensor {
    const result = this.dispatcher.runKernel(kernel, inputs, attributes);
    return Array.isArray(result) ? result[0] : (result as Tensor);
  }
}
