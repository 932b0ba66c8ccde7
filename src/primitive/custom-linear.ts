/**
 * `custom_lin`: a linear map
 *
 *     (residuals, tangents) -> tangents,   whose transpose is   (residuals, cotangents) -> cotangents
 *
 * given by rules. What it is forwards may not be known at all: then forward mode through it is refused.
 * Source: jax/_src/custom_derivatives.py (custom_lin).
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { NotDifferentiable } from '../error/error.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { BatchAxis, BatchDim, Cotangent, Tangent } from '../ir/primitive.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { instantiate, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { transforms } from '../trace/transforms.js';
import { callDerivative, jitP } from './call.js';
import { reduceSum } from './reduce.js';
import { broadcastBatch, moveAxis } from './structure.js';

/**
 * One direction of a linear map, given its residuals. Tangents and cotangents are those of inexact values only, and
 * arrays unless the map takes symbolic zeros.
 */
export type LinearRule = (residuals: readonly NdArray[], values: readonly Tangent[]) => readonly Tangent[];

/** What a rule may ask to be shown instead of arrays full of zeros. */
export interface ZeroParams {
  /** Whether rules get a `Zero` for what is not being differentiated. Default false. */
  readonly symbolicZeros?: boolean;
}

export const toFront = (x: NdArray, dim: BatchDim): NdArray => (dim === null ? x : moveAxis(x, dim, 0));
export const batched = (x: NdArray, dim: BatchDim, axis: BatchAxis): NdArray =>
  dim === null ? broadcastBatch(x, axis.size) : moveAxis(x, dim, 0);

/** A direction of a linear map on batches. What comes out where `to` says "no batch axis" is the sum over the batch. */
export const batchRule =
  (
    rule: LinearRule,
    residualDims: readonly BatchDim[],
    from: readonly BatchDim[],
    to: readonly BatchDim[],
    axis: BatchAxis,
  ): LinearRule =>
  (residuals, values) => {
    let zero: boolean[] = [];
    const n = residuals.length;
    const moving = from.filter((_, i) => !isZero(values[i]));
    // A value without batch axis of its own is as large as its zero; one with such an axis has it in front.
    const single = (i: number): ShapedArray => {
      const { aval } = values[i];
      return from[i] === null ? aval : aval.withShape(aval.shape.slice(1));
    };
    const { outputs, dims } = transforms().batchFunction(
      (xs) => {
        const results = rule(xs.slice(0, n), amongZeros(values, xs.slice(n), single));
        zero = results.map(isZero);
        return results.map(instantiate);
      },
      [...residuals, ...present(values)],
      [...residualDims, ...moving],
      axis,
    );
    return outputs.map((y, i) => {
      const whole = batched(y, dims[i], axis);
      const result = to[i] === null ? reduceSum(whole, [0]) : whole;
      return zero[i] ? new Zero(result.aval) : result;
    });
  };

export const present = (values: readonly Tangent[]): NdArray[] => values.filter((x): x is NdArray => !isZero(x));

/** Arrays in the places of those that are not zero, and zeros of other types in the others. */
export function amongZeros(
  values: readonly Tangent[],
  arrays: readonly NdArray[],
  typeOf: (i: number) => ShapedArray,
): Tangent[] {
  let next = 0;
  return values.map((value, i) => (isZero(value) ? new Zero(typeOf(i)) : arrays[next++]));
}

export interface CustomLinParams extends ZeroParams {
  readonly name: string;
  readonly numRes: number;
  readonly outAvals: readonly ShapedArray[];
  /** Residuals, tangents -> tangents; null when only the way back is known. */
  readonly jaxpr: Jaxpr | null;
  readonly backward: LinearRule;
}

/** Applies a linear map that is given by its rules. */
export function linearMap(
  name: string,
  residuals: readonly NdArray[],
  tangents: readonly NdArray[],
  outAvals: readonly ShapedArray[],
  forward: LinearRule | null,
  backward: LinearRule,
  symbolicZeros = false,
): NdArray[] {
  const n = residuals.length;
  const args = [...residuals, ...tangents];
  const staged = forward && stageForward(name, args, n, forward);
  if (staged === null) {
    return bind(customLinP, args, { name, numRes: n, outAvals, jaxpr: null, backward, symbolicZeros });
  }
  const { jaxpr, consts } = staged;
  const captured = consts.length;
  return bind(customLinP, [...consts, ...args], {
    name,
    numRes: captured + n,
    outAvals,
    jaxpr,
    backward: (all, cotangents) => backward(all.slice(captured), cotangents),
  });
}

/** The way forwards as a program; null when it was to be derived from a way back that is not linear. */
function stageForward(
  name: string,
  args: readonly NdArray[],
  numRes: number,
  forward: LinearRule,
): { readonly jaxpr: Jaxpr; readonly consts: NdArray[] } | null {
  const avals = args.map((x) => x.aval);
  try {
    return transforms().stage(name, avals, (xs) => forward(xs.slice(0, numRes), xs.slice(numRes)).map(instantiate));
  } catch (error) {
    if (error instanceof NotDifferentiable) return null;
    throw error;
  }
}

const noForward = (name: string): never => {
  throw new NotDifferentiable({
    op: name,
    reason:
      'it has a reverse rule only, and no way forwards that would follow from it, so forward mode (jvp, jacfwd, ' +
      'hessian) cannot go through it. Give it a forward rule with customJvp, or both with customDerivative',
  });
};

export const customLinP = definePrimitive<CustomLinParams>((self) => ({
  name: 'custom_lin',
  type: (_, { outAvals }) => [...outAvals],
  evaluate: (args, { jaxpr, name }, interpreter) => (jaxpr ? interpreter.run(jaxpr, args) : noForward(name)),
  expand: (args, { jaxpr, name }) => (jaxpr ? bind(jitP, args, { jaxpr, name }) : noForward(name)),
  lower: (e, args, { jaxpr, name }) => (jaxpr ? e.call(jaxpr, args, name) : noForward(name)),
  kernel: (k, args, { jaxpr, name }) => (jaxpr ? k.inline(jaxpr, args) : noForward(name)),
  derivative: smooth(
    (primals, tangents, params) => {
      const { numRes, jaxpr, name } = params;
      if (tangents.slice(0, numRes).every(isZero)) {
        const dots = tangents.slice(numRes).map(instantiate);
        return {
          primals: bind(self(), primals, params),
          tangents: bind(self(), [...primals.slice(0, numRes), ...dots], params),
        };
      }
      const derivative = callDerivative(() => jitP);
      return jaxpr && derivative.kind === 'smooth'
        ? derivative.jvp(primals, tangents, { jaxpr, name })
        : noForward(name);
    },
    (cotangents, operands, { numRes, backward, symbolicZeros }) => {
      const residuals = operands.slice(0, numRes);
      const results = backward(residuals as NdArray[], symbolicZeros ? cotangents : cotangents.map(instantiate));
      return operands.map((x, i): Cotangent | null => (i < numRes || !isLinear(x) ? null : results[i - numRes]));
    },
  ),
  batch: (args, dims, params, axis) => {
    const { numRes, jaxpr, backward, outAvals } = params;
    const mapped = dims.map((d): BatchDim => (d === null ? null : 0));
    const out = outAvals.map((): BatchDim => 0);
    const outputs = bind(
      self(),
      args.map((x, i) => toFront(x, dims[i])),
      {
        ...params,
        outAvals: outAvals.map((aval) => aval.withShape([axis.size, ...aval.shape])),
        jaxpr:
          jaxpr &&
          transforms().batch(
            jaxpr,
            mapped,
            axis,
            out.map(() => true),
          ).jaxpr,
        backward: batchRule(backward, mapped.slice(0, numRes), out, mapped.slice(numRes), axis),
      },
    );
    return { outputs, dims: out };
  },
}));
