/**
 * One backend of TensorFlow.js, ready to run kernels.
 *
 * The library dispatches to the backend that was chosen last, which is the user's business as well as ours: programs run
 * inside `using`, which puts ours in place and the other one back.
 */
import { type DType, layoutOf, type TypedArray } from '../../array/dtype.js';
import type { KernelAttributes } from '../../ir/kernel.js';
import { type PlainArray, type PlainKernel, plainKernel } from './javascript.js';
import type { Tensor, TensorDispatcher, TensorDType, TensorFlow, TensorInputs } from './tensorflow.js';

/** True for the dtypes that tensors hold. */
export const isTensorDType = (dtype: DType): dtype is TensorDType =>
  dtype === 'float32' || dtype === 'int32' || dtype === 'bool';

/** The elements in the typed array of the dtype: a backend may keep, say, a bool that was cast to float32 as bytes. */
export function elementsOf(data: TypedArray, dtype: DType): TypedArray {
  const { storage } = layoutOf(dtype);
  if (data instanceof storage) return data;
  const copy = new storage(data.length);
  for (let i = 0; i < data.length; i++) copy[i] = data[i];
  return copy;
}

export class Machine {
  readonly dispatcher: TensorDispatcher;
  /** True where memory and kernels are plain JavaScript. */
  readonly plain: boolean;

  constructor(
    readonly library: TensorFlow,
    /** The backend's name in the library: `cpu`, `wasm`, `tensorflow`, `webgl`, `webgpu`. */
    readonly backend: string,
  ) {
    this.dispatcher = library.engine();
    this.plain = backend === 'cpu';
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
    if (this.plain) {
      const own = plainKernel(kernel);
      const result = own ? this.#inJavaScript(own, inputs as Readonly<Record<string, Tensor>>, attributes) : null;
      if (result) return result;
    }
    const result = this.dispatcher.runKernel(kernel, inputs, attributes);
    return Array.isArray(result) ? result[0] : (result as Tensor);
  }

  /** A kernel of ours on the memory of the plain backend, which is JavaScript's. */
  #inJavaScript(
    kernel: PlainKernel,
    inputs: Readonly<Record<string, Tensor>>,
    attributes: KernelAttributes,
  ): Tensor | null {
    const operands: Record<string, PlainArray> = {};
    let dtype: TensorDType = 'float32';
    for (const name in inputs) {
      const { shape } = inputs[name];
      dtype = inputs[name].dtype as TensorDType;
      operands[name] = { data: elementsOf(inputs[name].dataSync(), dtype), shape };
    }
    const result = kernel(operands, attributes);
    return result && this.put(result.data, dtype, result.shape);
  }
}
