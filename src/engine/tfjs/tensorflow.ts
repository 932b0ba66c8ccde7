/**
 * What the engine needs of TensorFlow.js: the interface of its kernel dispatcher, whichever package it comes from.
 *
 * Kernels are run by name through the library's own engine, below its operators: no gradient tape, no scopes, no
 * conversions. Tensors are released by us, each after its last use.
 * Source: tfjs-core, src/engine.ts.
 */
import type { TypedArray } from '../../array/dtype.js';
import type { KernelAttributes } from '../../ir/kernel.js';

/** The dtypes that live as tensors, by their names there. */
export type TensorDType = 'float32' | 'int32' | 'bool';

/** A tensor of TensorFlow.js, as far as it is used here. */
export interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** True for what a scope of the user's must leave alone. */
  kept: boolean;
  dataSync(): TypedArray;
  data(): Promise<TypedArray>;
  dispose(): void;
}

/** Operands of a kernel, by name or as a list. */
export type TensorInputs = Readonly<Record<string, Tensor>> | readonly Tensor[];

/** The library's dispatcher. */
export interface TensorDispatcher {
  readonly backendName: string;
  makeTensor(values: TypedArray, shape: readonly number[], dtype: TensorDType): Tensor;
  runKernel(name: string, inputs: TensorInputs, attributes: KernelAttributes): Tensor | Tensor[];
  memory(): { readonly numTensors: number; readonly numBytes: number };
}

/** The library: `@tensorflow/tfjs-core` with its backends registered. */
export interface TensorFlow {
  engine(): TensorDispatcher;
  getKernel(name: string, backend: string): object | undefined;
  setBackend(name: string): Promise<boolean>;
  findBackend(name: string): object | null;
  registerBackend(name: string, factory: () => object, priority?: number): boolean;
  removeBackend(name: string): void;
}

/** A backend that is ready. */
export interface OpenedBackend {
  readonly library: TensorFlow;
  /** Its name in the library. */
  readonly backend: string;
  /** `cpu`, `wasm`, `cuda`, ... as a user knows it. */
  readonly platform: string;
  /** The package and its version, and what it uses. */
  readonly description: string;
}
