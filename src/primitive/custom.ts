/**
 * Functions that bring their own derivative.
 *
 * `custom_jvp_call` and `custom_vjp_call` are calls of a program, and look like one to everything except forward mode:
 * that asks the function's rule. A rule that knows only the way back leaves a `custom_lin` behind, a linear map
 *
 *     (residuals, tangents) -> tangents,   whose transpose is   (residuals, cotangents) -> cotangents
 *
 * given by the rule; what it is forwards may not be known at all. Batching a call batches its rule.
 * Source: jax.custom_jvp, jax.custom_vjp; jax/_src/custom_derivatives.py.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { isInexact } from '../array/dtype.js';
import { ClosedOverValue } from '../error/derivative.js';
import { NotDifferentiable } from '../error/error.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { BatchAxis, BatchDim, Cotangent, Primitive, Tangent, TransposeRule } from '../ir/primitive.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { instantiate, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { transforms } from '../trace/transforms.js';
import { callDerivative, callPartialEval, jitP } from './call.js';
import { reduceSum } from './reduce.js';
import { broadcastBatch, moveAxis } from './structure.js';

/** Values and tangents of the outputs, from those of the arguments. */
export type CustomJvpRule = (
  primals: readonly NdArray[],
  tangents: readonly NdArray[],
) => { readonly primals: readonly NdArray[]; readonly tangents: readonly Tangent[] };

/** One direction of a linear map, given its residuals. Tangents and cotangents are those of inexact values only. */
export type LinearRule = (residuals: readonly NdArray[], values: readonly NdArray[]) => readonly Tangent[];

/** The value of a function, and its derivative as a linear map whose directions are given by rules. */
export interface Linearization {
  readonly outputs: readonly NdArray[];
  readonly residuals: readonly NdArray[];
  /** Null when it is not known. */
  readonly forward: LinearRule | null;
  readonly backward: LinearRule;
}

interface CallParams {
  readonly name: string;
  /** What the function captured, then its arguments -> its outputs. */
  readonly callJaxpr: Jaxpr;
  readonly numConsts: number;
}

export interface CustomJvpParams extends CallParams {
  readonly jvp: CustomJvpRule;
}

export interface CustomVjpParams extends CallParams {
  readonly linearize: (primals: readonly NdArray[]) => Linearization;
}

const asCall = ({ callJaxpr, name }: CallParams): { jaxpr: Jaxpr; name: string } => ({ jaxpr: callJaxpr, name });
const inexact = <T extends { readonly dtype: ShapedArray['dtype'] }>(list: readonly T[]): T[] =>
  list.filter((x) => isInexact(x.dtype));

/** What is said of all calls with a custom derivative: without one, they are calls. */
const call = <P extends CallParams>() => ({
  type: (_: readonly ShapedArray[], { callJaxpr }: P) => callJaxpr.outAvals,
  evaluate: ((args, { callJaxpr }, interpreter) => interpreter.run(callJaxpr, args)) as Primitive<P>['evaluate'],
  lower: ((e, args, { callJaxpr, name }) => e.call(callJaxpr, args, name)) as Primitive<P>['lower'],
  kernel: ((k, args, { callJaxpr }) => k.inline(callJaxpr, args)) as Primitive<P>['kernel'],
  partialEval: ((args, params, evaluation) =>
    callPartialEval(() => jitP)(args, asCall(params), evaluation)) as Primitive<P>['partialEval'],
  expand: (args: readonly NdArray[], params: P) => bind(jitP, args, asCall(params)),
  effects: ({ callJaxpr }: P) => callJaxpr.effects,
});

/** A call that is linear in its arguments is transposed as one. */
const callTranspose =
  <P extends CallParams>(): TransposeRule<P> =>
  (cotangents, operands, params) => {
    const derivative = callDerivative(() => jitP);
    if (derivative.kind !== 'smooth' || derivative.transpose === null) return [];
    return derivative.transpose(cotangents, operands, asCall(params));
  };

function refuseCaptured(tangents: readonly Tangent[], { name, numConsts }: CallParams, how: string): void {
  const captured = tangents.slice(0, numConsts).find((t) => !isZero(t));
  if (captured) throw new ClosedOverValue({ function: name, captured: `${captured.aval}`, how });
}

/** The program of a call on batches; every output gets a batch axis, as those of the batched rule have. */
function batchCall(
  args: readonly NdArray[],
  dims: readonly BatchDim[],
  { callJaxpr }: CallParams,
  axis: BatchAxis,
): { front: NdArray[]; mapped: BatchDim[]; jaxpr: Jaxpr; outDims: BatchDim[] } {
  const front = args.map((x, i) => toFront(x, dims[i]));
  const mapped = dims.map((d): BatchDim => (d === null ? null : 0));
  const force = callJaxpr.outvars.map(() => true);
  const { jaxpr } = transforms().batch(callJaxpr, mapped, axis, force);
  return { front, mapped, jaxpr, outDims: force.map(() => 0) };
}

const toFront = (x: NdArray, dim: BatchDim): NdArray => (dim === null ? x : moveAxis(x, dim, 0));
const batched = (x: NdArray, dim: BatchDim, axis: BatchAxis): NdArray =>
  dim === null ? broadcastBatch(x, axis.size) : moveAxis(x, dim, 0);

export const customJvpCallP = definePrimitive<CustomJvpParams>((self) => ({
  name: 'custom_jvp_call',
  ...call<CustomJvpParams>(),
  derivative: smooth((primals, tangents, params) => {
    refuseCaptured(tangents, params, 'its defjvp rule');
    const { numConsts, jvp } = params;
    const result = jvp(primals.slice(numConsts), tangents.slice(numConsts).map(instantiate));
    return { primals: [...result.primals], tangents: [...result.tangents] };
  }, callTranspose()),
  batch: (args, dims, params, axis) => {
    const { front, mapped, jaxpr, outDims } = batchCall(args, dims, params, axis);
    const argDims = mapped.slice(params.numConsts);
    const jvp: CustomJvpRule = (primals, tangents) => {
      let zeros: (Zero | null)[] = [];
      const n = primals.length;
      const results = transforms().batchFunction(
        (xs) => {
          const result = params.jvp(xs.slice(0, n), xs.slice(n));
          zeros = result.tangents.map((t) => (isZero(t) ? t : null));
          return [...result.primals, ...result.tangents.filter((t): t is NdArray => !isZero(t))];
        },
        [...primals, ...tangents],
        [...argDims, ...argDims],
        axis,
      );
      const outputs = results.outputs.map((y, i) => batched(y, results.dims[i], axis));
      const values = outputs.slice(0, zeros.length);
      let next = zeros.length;
      return { primals: values, tangents: zeros.map((zero, i) => (zero ? new Zero(values[i].aval) : outputs[next++])) };
    };
    return { outputs: bind(self(), front, { ...params, callJaxpr: jaxpr, jvp }), dims: outDims };
  },
}));

export const customVjpCallP = definePrimitive<CustomVjpParams>((self) => ({
  name: 'custom_vjp_call',
  ...call<CustomVjpParams>(),
  derivative: smooth((primals, tangents, params) => {
    refuseCaptured(tangents, params, 'its forward and backward rules');
    const { numConsts, linearize, name } = params;
    const { outputs, residuals, forward, backward } = linearize(primals.slice(numConsts));
    const dots = inexact(tangents.slice(numConsts).map(instantiate));
    const results = linearMap(
      name,
      residuals,
      dots,
      inexact(outputs).map((y) => y.aval.strong),
      forward,
      backward,
    );
    let next = 0;
    return {
      primals: [...outputs],
      tangents: outputs.map((y) => (isInexact(y.dtype) ? results[next++] : new Zero(y.aval))),
    };
  }, callTranspose()),
  batch: (args, dims, params, axis) => {
    const { front, mapped, jaxpr, outDims } = batchCall(args, dims, params, axis);
    const argDims = mapped.slice(params.numConsts);
    const linearize = (primals: readonly NdArray[]): Linearization => {
      let inner: Linearization | null = null;
      const results = transforms().batchFunction(
        (xs) => {
          inner = params.linearize(xs);
          return [...inner.outputs, ...inner.residuals];
        },
        primals,
        argDims,
        axis,
      );
      const { forward, backward, outputs } = inner as unknown as Linearization;
      const n = outputs.length;
      const values = results.outputs.map((y, i) =>
        i < n ? batched(y, results.dims[i], axis) : toFront(y, results.dims[i]),
      );
      const resDims = results.dims.slice(n).map((d): BatchDim => (d === null ? null : 0));
      const inDims = argDims.filter((_, i) => isInexact(primals[i].dtype));
      const outMapped = inexact(outputs).map((): BatchDim => 0);
      return {
        outputs: values.slice(0, n),
        residuals: values.slice(n),
        forward: forward && batchRule(forward, resDims, inDims, outMapped, axis),
        backward: batchRule(backward, resDims, outMapped, inDims, axis),
      };
    };
    return { outputs: bind(self(), front, { ...params, callJaxpr: jaxpr, linearize }), dims: outDims };
  },
}));

/** A direction of a linear map on batches. What comes out where `to` says "no batch axis" is the sum over the batch. */
const batchRule =
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
    const { outputs, dims } = transforms().batchFunction(
      (xs) => {
        const results = rule(xs.slice(0, n), xs.slice(n));
        zero = results.map(isZero);
        return results.map(instantiate);
      },
      [...residuals, ...values],
      [...residualDims, ...from],
      axis,
    );
    return outputs.map((y, i) => {
      const whole = batched(y, dims[i], axis);
      const result = to[i] === null ? reduceSum(whole, [0]) : whole;
      return zero[i] ? new Zero(result.aval) : result;
    });
  };

export interface CustomLinParams {
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
): NdArray[] {
  const n = residuals.length;
  const args = [...residuals, ...tangents];
  const staged = forward && stageForward(name, args, n, forward);
  if (staged === null) return bind(customLinP, args, { name, numRes: n, outAvals, jaxpr: null, backward });
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
    (cotangents, operands, { numRes, backward }) => {
      const residuals = operands.slice(0, numRes);
      const results = backward(residuals as NdArray[], cotangents.map(instantiate));
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
