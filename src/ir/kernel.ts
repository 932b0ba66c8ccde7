/**
 * What a primitive's kernel rule may use: an emitter of tensor operations, for engines that have those ready made.
 *
 * The operations are the kernels of TensorFlow.js, by their names there. A rule writes down which ones compute its
 * primitive; it runs once, when a program is planned. Tensors hold float32, int32 or bool. Where the dtype or the
 * parameters are beyond the kernels a rule declines, and the primitive's own `evaluate` computes it on the host.
 * Source: tfjs-core, src/kernel_names.ts, which lists the kernels with their inputs and attributes.
 */
import type { ShapedArray } from '../array/aval.js';
import type { DType } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import type { Jaxpr, Scalar } from './jaxpr.js';

/** A value in the planned program. */
export interface KernelValue {
  readonly aval: ShapedArray;
}

/** Attributes of a kernel, by TensorFlow.js's names. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** The operands of a kernel by their names there, or a list for those that take one. */
export type KernelInputs = Readonly<Record<string, KernelValue>> | readonly KernelValue[];

/** A jaxpr's plan, for rules that run one several times or not at all. */
export interface KernelProgram {
  readonly jaxpr: Jaxpr;
}

export interface KernelEmitter {
  /** One kernel on whole arrays. */
  op(name: string, inputs: KernelInputs, result: ShapedArray, attributes?: KernelAttributes): KernelValue;
  /**
   * A kernel that computes element by element and broadcasts as NumPy does: what is repeated stays unrepeated, as long as
   * only such kernels use it.
   */
  elementwise(name: string, inputs: Readonly<Record<string, KernelValue>>, result: ShapedArray): KernelValue;
  /** A kernel whose attributes depend on values, which are read when the program runs. */
  late(
    name: string,
    inputs: KernelInputs,
    result: ShapedArray,
    operands: readonly KernelValue[],
    attributes: (...operands: readonly HostData[]) => KernelAttributes,
  ): KernelValue;
  /** An array filled with one number. */
  constant(value: Scalar, aval: ShapedArray): KernelValue;
  /** An array with these elements. */
  dense(data: HostData): KernelValue;
  /** The number that an array is known to be filled with; null when it is not known. */
  filledWith(value: KernelValue): Scalar | null;
  reshape(value: KernelValue, shape: readonly number[]): KernelValue;
  transpose(value: KernelValue, permutation: readonly number[]): KernelValue;
  /** `value` repeated to a shape: its axis `i` becomes axis `axes[i]`. */
  broadcast(value: KernelValue, shape: readonly number[], axes: readonly number[]): KernelValue;
  /** The values in another dtype, where that is exact. */
  convert(value: KernelValue, dtype: DType): KernelValue;
  /** Plans the jaxpr's equations in place. */
  inline(jaxpr: Jaxpr, args: readonly KernelValue[]): KernelValue[];
  /** Plans the jaxpr apart, for `control`. */
  program(jaxpr: Jaxpr): KernelProgram;
  /** A step that decides as it runs which programs to run on what. Its operands may have any dtype. */
  control(
    operands: readonly KernelValue[],
    results: readonly ShapedArray[],
    run: (runtime: KernelRuntime, operands: readonly RunValue[]) => RunValue[],
  ): KernelValue[];
  /** Leaves this equation to the host, with the reason. */
  decline(reason: string): never;
}

/** A value while a program runs: a tensor, or an array on the host. It is counted who holds it. */
export interface RunValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** What a `control` step may do. Operands belong to the caller; what it makes it releases or returns. */
export interface KernelRuntime {
  run(program: KernelProgram, inputs: readonly RunValue[]): RunValue[];
  /** The elements, for reading only. */
  read(value: RunValue): HostData;
  /** Entry `index` along the first axis. */
  entry(value: RunValue, index: number): RunValue;
  /** Values of one type along a new first axis; `aval` is the type of the result. */
  stack(values: readonly RunValue[], aval: ShapedArray): RunValue;
  /** Holds a value once more. */
  retain(value: RunValue): RunValue;
  release(values: readonly RunValue[]): void;
}
