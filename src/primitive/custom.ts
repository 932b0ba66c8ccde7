/**
 * Functions that bring their own derivative.
 *
 * `custom_jvp_call` and `custom_vjp_call` are calls of a program, and look like one to everything except forward mode:
 * that asks the function's rule. A rule that knows only the way back leaves a `custom_lin` behind (`custom-linear.ts`).
 * Batching a call batches its rule.
 * Source: jax.custom_jvp, jax.custom_vjp; jax/_src/custom_derivatives.py.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { isInexact } from '../array/dtype.js';
import { ClosedOverValue } from '../error/derivative.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { BatchAxis, BatchDim, Primitive, Tangent, TransposeRule } from '../ir/primitive.js';
import { isZero, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { instantiate, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { transforms } from '../trace/transforms.js';
import { callDerivative, callPartialEval, jitP } from './call.js';
import {
  amongZeros,
  batched,
  batchRule,
  type LinearRule,
  linearMap,
  present,
  toFront,
  type ZeroParams,
} from './custom-linear.js';

/** Values and tangents of the outputs, from those of the arguments; zeros among these only for `symbolicZeros`. */
export type CustomJvpRule = (
  primals: readonly NdArray[],
  tangents: readonly Tangent[],
) => { readonly primals: readonly NdArray[]; readonly tangents: readonly Tangent[] };

/** The value of a function, and its derivative as a linear map whose directions are given by rules. */
export interface Linearization {
  readonly outputs: readonly NdArray[];
  readonly residuals: readonly NdArray[];
  /** Null when it is not known. */
  readonly forward: LinearRule | null;
  readonly backward: LinearRule;
}

interface CallParams extends ZeroParams {
  readonly name: string;
  /** What the function captured, then its arguments -> its outputs. */
  readonly callJaxpr: Jaxpr;
  readonly numConsts: number;
}

export interface CustomJvpParams extends CallParams {
  readonly jvp: CustomJvpRule;
}

export interface CustomVjpParams extends CallParams {
  /** `perturbed` says which primals are being differentiated. */
  readonly linearize: (primals: readonly NdArray[], perturbed: readonly boolean[]) => Linearization;
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

export const customJvpCallP = definePrimitive<CustomJvpParams>((self) => ({
  name: 'custom_jvp_call',
  ...call<CustomJvpParams>(),
  derivative: smooth((primals, tangents, params) => {
    refuseCaptured(tangents, params, 'its defjvp rule');
    const { numConsts, jvp, symbolicZeros } = params;
    const dots = tangents.slice(numConsts);
    const result = jvp(primals.slice(numConsts), symbolicZeros ? dots : dots.map(instantiate));
    return { primals: [...result.primals], tangents: [...result.tangents] };
  }, callTranspose()),
  batch: (args, dims, params, axis) => {
    const { front, mapped, jaxpr, outDims } = batchCall(args, dims, params, axis);
    const argDims = mapped.slice(params.numConsts);
    const jvp: CustomJvpRule = (primals, tangents) => {
      let zeros: (Zero | null)[] = [];
      const n = primals.length;
      const moving = present(tangents);
      const results = transforms().batchFunction(
        (xs) => {
          const values = xs.slice(0, n);
          const result = params.jvp(
            values,
            amongZeros(tangents, xs.slice(n), (i) => values[i].aval.strong),
          );
          zeros = result.tangents.map((t) => (isZero(t) ? t : null));
          return [...result.primals, ...result.tangents.filter((t): t is NdArray => !isZero(t))];
        },
        [...primals, ...moving],
        [...argDims, ...argDims.filter((_, i) => !isZero(tangents[i]))],
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
    const { numConsts, linearize, name, symbolicZeros } = params;
    const perturbed = tangents.slice(numConsts).map((t) => !isZero(t));
    const { outputs, residuals, forward, backward } = linearize(primals.slice(numConsts), perturbed);
    const dots = inexact(tangents.slice(numConsts).map(instantiate));
    const results = linearMap(
      name,
      residuals,
      dots,
      inexact(outputs).map((y) => y.aval.strong),
      forward,
      backward,
      symbolicZeros,
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
    const linearize: CustomVjpParams['linearize'] = (primals, perturbed) => {
      let inner: Linearization | null = null;
      const results = transforms().batchFunction(
        (xs) => {
          inner = params.linearize(xs, perturbed);
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
