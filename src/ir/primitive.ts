/**
 * The most important type of the package: a primitive operation and everything that is known about it, in one object.
 *
 * Meaning, types, value, derivative, transpose, batching, lowering stand side by side. Transformations never name a
 * primitive; they ask for the rule they need, and since the type is total a missing rule does not compile. What cannot
 * be is said with a reason: `nonDifferentiable('comparison')`.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import type { HostData } from '../array/host.js';
import type { Mesh } from '../sharding/mesh.js';
import type { Sharding } from '../sharding/sharding.js';
import type { Effect, Equation, Jaxpr } from './jaxpr.js';
import type { KernelEmitter, KernelValue } from './kernel.js';
import type { Emitter, Value } from './lowering.js';
import type { Linear, Zero } from './zero.js';

/** A derivative in the direction of the inputs, or a zero that nobody has computed. */
export type Tangent = NdArray | Zero;
/** A derivative flowing back, or a zero. */
export type Cotangent = NdArray | Zero;
/** An input in a transpose rule: a known value, or the place of a linear one. */
export type Operand = NdArray | Linear;

/** Where the batch axis of a value is; null when it has none. */
export type BatchDim = number | null;

/** The axis that `vmap` maps over. */
export interface BatchAxis {
  readonly size: number;
  readonly name: string | null;
  /** The mesh axes that the mapped axis is spread over, for sharding constraints inside. */
  readonly spmdName?: string | readonly string[] | null;
}

export interface JvpResult {
  readonly primals: NdArray[];
  readonly tangents: Tangent[];
}

export interface BatchResult {
  readonly outputs: NdArray[];
  readonly dims: BatchDim[];
}

/**
 * Tangents of the outputs, given primal inputs and their tangents, at least one of which is not a `Zero`.
 * Inputs and outputs of non-inexact dtype have `Zero` tangents.
 */
export type JvpRule<P> = (primals: readonly NdArray[], tangents: readonly Tangent[], params: P) => JvpResult;

/**
 * Cotangents of the linear operands, given those of the outputs, at least one of which is not a `Zero`.
 * `null` (or anything) stands at the places of the non-linear operands.
 */
export type TransposeRule<P> = (
  cotangents: readonly Cotangent[],
  operands: readonly Operand[],
  params: P,
) => (Cotangent | null)[];

/** The operation on batched operands. At least one entry of `dims` is a number. */
export type BatchRule<P> = (
  args: readonly NdArray[],
  dims: readonly BatchDim[],
  params: P,
  axis: BatchAxis,
) => BatchResult;

/** How a primitive is differentiated; made by the functions of `trace/derivative.ts`. */
export type Derivative<P> =
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'smooth';
      readonly jvp: JvpRule<P>;
      readonly transpose: TransposeRule<P> | null;
      readonly structure?: LinearStructure;
    };

/** What is known of a primitive as a map: linear in the operands at some positions jointly (all: null), or in each of two. */
export type LinearStructure =
  | { readonly kind: 'linear'; readonly positions: readonly number[] | null }
  | { readonly kind: 'bilinear' };

/** What a rule that carries jaxprs may do with them on host values. */
export interface Interpreter {
  run(jaxpr: Jaxpr, args: readonly HostData[]): HostData[];
}

/** The values and equations known and unknown to partial evaluation, for primitives that carry jaxprs. */
export interface PartialEvaluation {
  /** True for arguments whose value is not known yet. */
  isUnknown(value: NdArray): boolean;
  /** Makes an equation of the unknown part; known inputs become its residuals. */
  defer<P extends object>(primitive: Primitive<P>, inputs: readonly NdArray[], params: P): NdArray[];
}

/**
 * Splits an equation that has some unknown inputs: computes (by binding) what depends on known inputs only, defers the
 * rest. Primitives without this rule are deferred whole.
 */
export type PartialEvalRule<P> = (args: readonly NdArray[], params: P, evaluation: PartialEvaluation) => NdArray[];

/** The operation in tensor kernels, for engines that have those; it may decline what is beyond them. */
export type KernelRule<P> = (
  emitter: KernelEmitter,
  args: readonly KernelValue[],
  params: P,
  outputs: readonly ShapedArray[],
) => readonly KernelValue[];

/** Where the laws may sample a primitive's inputs, and where it is not smooth. */
export interface Domain {
  /** Open interval from which each real input is drawn. */
  readonly range?: readonly [low: number, high: number];
  /** Points of an input at which the derivative jumps or is not finite. */
  readonly kinks?: readonly number[];
}

export interface Primitive<P extends object> {
  /** As JAX names it in jaxprs (`dot_general`), so that programs can be compared. */
  readonly name: string;
  /** Types of the outputs. Throws a typed error when the inputs do not fit. */
  type(inputs: readonly ShapedArray[], params: P): ShapedArray[];
  /** The value, by plain loops: slow, obvious, the judge of the engines. float64 inside, rounded once to the dtype. */
  evaluate(args: readonly HostData[], params: P, interpreter: Interpreter): HostData[];
  readonly derivative: Derivative<P>;
  readonly batch: BatchRule<P>;
  /** StableHLO for it. */
  lower(emitter: Emitter, args: readonly Value[], params: P, outputs: readonly ShapedArray[]): Value[];
  /**
   * Arithmetic operations for operands and results of these types, for the profile. @default one for each element of the
   * largest of them
   */
  flops?(inputs: readonly ShapedArray[], outputs: readonly ShapedArray[], params: P): number;
  /** Tensor kernels for it; without them it is evaluated on the host. */
  readonly kernel?: KernelRule<P>;
  readonly partialEval?: PartialEvalRule<P>;
  /** For primitives that are made of others: the value by applying those, where no program is being written. */
  readonly expand?: (args: readonly NdArray[], params: P) => NdArray[];
  /** For primitives that only call a program: that program, on the equation's own operands. */
  called?(params: P): Jaxpr;
  /** True for what only the host can do, such as calling a function of the user's: programs are split around it. */
  readonly onHost?: boolean;
  /** For primitives that carry jaxprs: the equation without the outputs that nobody uses; null when all can go. */
  simplify?(equation: Equation, used: readonly boolean[]): Equation | null;
  effects?(params: P): readonly Effect[];
  /** Names of mapped axes that it communicates over (collectives): it takes part in their batching without batched operands. */
  namedAxes?(params: P): readonly string[];
  /** True for collectives whose result is the same for all examples along their axes. */
  readonly agrees?: boolean;
  /** The mesh that it speaks of: a program that holds it runs on the devices of that mesh. */
  mesh?(params: P): Mesh | null;
  /** Where its result is put when it is applied by itself, for primitives whose purpose that is. */
  place?(params: P): Sharding;
  readonly domain?: Domain;
}
