/**
 * Transformations of whole jaxprs, as the rules of primitives that carry jaxprs (`jit`, `scan`, `cond`, ...) need them.
 *
 * Rules are handed these instead of importing the transformations, so that the layers stay in order.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { InternalError } from '../error/error.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { BatchAxis, BatchDim } from '../ir/primitive.js';

export interface JvpJaxpr {
  /** Inputs: primals, then the tangents that are not zero. Outputs: primals, then the tangents that are not zero. */
  readonly jaxpr: Jaxpr;
  readonly nonzeroOut: readonly boolean[];
}

export interface PartialJaxpr {
  /** Known inputs -> known outputs, then the residuals that had to be computed. */
  readonly known: Jaxpr;
  /** Residuals, then unknown inputs -> unknown outputs. */
  readonly unknown: Jaxpr;
  readonly unknownOut: readonly boolean[];
  /** For each residual: the index of the known input that it simply is, or null when `known` computes it. */
  readonly residualInputs: readonly (number | null)[];
  readonly residuals: readonly ShapedArray[];
}

/** The residuals in order, from the known inputs and from what `known` computed beyond its known outputs. */
export function gatherResiduals<T>(partial: PartialJaxpr, knownInputs: readonly T[], computed: readonly T[]): T[] {
  let next = 0;
  return partial.residualInputs.map((input) => (input === null ? computed[next++] : knownInputs[input]));
}

/** Puts the values of two lists in the order that `second` tells: true takes from the second. */
export function interleave<T>(second: readonly boolean[], first: readonly T[], other: readonly T[]): T[] {
  let i = 0;
  let j = 0;
  return second.map((s) => (s ? other[j++] : first[i++]));
}

export interface TransposedJaxpr {
  /** Inputs: the non-linear inputs, then the cotangents that flow in. Outputs: those that flow out. */
  readonly jaxpr: Jaxpr;
  /** For each linear input, whether it has a cotangent. */
  readonly nonzeroOut: readonly boolean[];
}

export interface JaxprTransforms {
  /** Applies each equation through the current interpreter. */
  evaluate(jaxpr: Jaxpr, args: readonly NdArray[]): NdArray[];
  /**
   * @param nonzeroIn which inputs have a tangent
   * @param instantiate outputs that get a tangent even if it is zero
   */
  jvp(jaxpr: Jaxpr, nonzeroIn: readonly boolean[], instantiate?: readonly boolean[]): JvpJaxpr;
  /** @param instantiate outputs that are to be unknown even if they could be known */
  partialEval(jaxpr: Jaxpr, unknownIn: readonly boolean[], instantiate?: readonly boolean[]): PartialJaxpr;
  /**
   * @param linear which inputs it is transposed with respect to
   * @param cotangentIn which outputs have a cotangent (all of them when not given)
   * @param instantiate give every linear input a cotangent, zeros included
   */
  transpose(
    jaxpr: Jaxpr,
    linear: readonly boolean[],
    cotangentIn?: readonly boolean[],
    instantiate?: boolean,
  ): TransposedJaxpr;
  /** Batch axes of inputs where `dims` says; outputs have theirs at 0 where `dimsOut` is 0. `force`: outputs that get one anyhow. */
  batch(
    jaxpr: Jaxpr,
    dims: readonly BatchDim[],
    axis: BatchAxis,
    force?: readonly boolean[],
  ): { readonly jaxpr: Jaxpr; readonly dimsOut: readonly BatchDim[] };
  /** A function on values with batch axes: its outputs with theirs. Values of an enclosing `vmap` over `axis` count as its own. */
  batchFunction(
    f: (args: NdArray[]) => readonly NdArray[],
    args: readonly NdArray[],
    dims: readonly BatchDim[],
    axis: BatchAxis,
  ): { readonly outputs: NdArray[]; readonly dims: BatchDim[] };
  /** Removes what the used outputs do not need. `usedIn`: the inputs that are left. */
  prune(jaxpr: Jaxpr, usedOut: readonly boolean[]): { readonly jaxpr: Jaxpr; readonly usedIn: readonly boolean[] };
  /** Stages a function; captured values are the first inputs. */
  stage(
    description: string,
    avals: readonly ShapedArray[],
    body: (args: NdArray[]) => readonly NdArray[],
  ): { readonly jaxpr: Jaxpr; readonly consts: NdArray[] };
}

let installed: JaxprTransforms | null = null;

export function installTransforms(transforms: JaxprTransforms): void {
  installed = transforms;
}

/** The transformations of jaxprs. */
export function transforms(): JaxprTransforms {
  if (installed === null) throw new InternalError({ what: 'the transformations are not loaded' });
  return installed;
}
