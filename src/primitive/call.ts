/**
 * A call of a jaxpr as one equation: what `jit` leaves in a program, and what most rules of jaxpr-carrying primitives
 * look like. The engine compiles the jaxpr once, as a function of its own.
 */
import type { NdArray } from '../array/array.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { PartialEvalRule, Primitive } from '../ir/primitive.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { gatherResiduals, interleave, transforms } from '../trace/transforms.js';

/** Parameters of primitives that call one jaxpr. */
export interface CallParams {
  readonly jaxpr: Jaxpr;
  /** The name of the user's function. */
  readonly name: string;
}

/** The derivative of a call: the same call of the jaxpr's derivative. */
export const callDerivative = <P extends CallParams>(self: () => Primitive<P>) =>
  smooth<P>(
    (primals, tangents, params) => {
      const nonzeroIn = tangents.map((t) => !isZero(t));
      const { jaxpr, nonzeroOut } = transforms().jvp(params.jaxpr, nonzeroIn);
      const args = [...primals, ...tangents.filter((t): t is NdArray => !isZero(t))];
      const results = bind(self(), args, { ...params, jaxpr });
      const outputs = results.slice(0, nonzeroOut.length);
      let next = nonzeroOut.length;
      return {
        primals: outputs,
        tangents: nonzeroOut.map((nonzero, i) => (nonzero ? results[next++] : new Zero(outputs[i].aval))),
      };
    },
    (cotangents, operands, params) => {
      const linear = operands.map(isLinear);
      const flowing = cotangents.map((ct) => !isZero(ct));
      const { jaxpr, nonzeroOut } = transforms().transpose(params.jaxpr, linear, flowing);
      const args = [...operands, ...cotangents].filter((x): x is NdArray => !isLinear(x) && !isZero(x));
      const results = bind(self(), args, { ...params, jaxpr });
      let position = 0;
      let next = 0;
      return operands.map((x) => {
        if (!isLinear(x)) return null;
        return nonzeroOut[position++] ? results[next++] : new Zero(x.aval);
      });
    },
  );

/** Splits a call into what can be computed now and what waits for the unknown inputs. */
export const callPartialEval =
  <P extends CallParams>(self: () => Primitive<P>): PartialEvalRule<P> =>
  (args, params, evaluation) => {
    const unknownIn = args.map((x) => evaluation.isUnknown(x));
    const partial = transforms().partialEval(params.jaxpr, unknownIn);
    const knownInputs = args.filter((_, i) => !unknownIn[i]);
    const computed = bind(self(), knownInputs, { ...params, jaxpr: partial.known });
    const knownCount = partial.unknownOut.filter((u) => !u).length;
    const residuals = gatherResiduals(partial, knownInputs, computed.slice(knownCount));
    const deferred = evaluation.defer(self(), [...residuals, ...args.filter((_, i) => unknownIn[i])], {
      ...params,
      jaxpr: partial.unknown,
    });
    return interleave(partial.unknownOut, computed.slice(0, knownCount), deferred);
  };

/** Batching of a call: the call of the batched jaxpr. */
export const callBatch =
  <P extends CallParams>(self: () => Primitive<P>): Primitive<P>['batch'] =>
  (args, dims, params, axis) => {
    const { jaxpr, dimsOut } = transforms().batch(params.jaxpr, dims, axis);
    return { outputs: bind(self(), args, { ...params, jaxpr }), dims: [...dimsOut] };
  };

/** A call without the outputs, and so without the inputs, that nobody needs. */
export const callSimplify: NonNullable<Primitive<CallParams>['simplify']> = (equation, used) => {
  const params = equation.params as unknown as CallParams;
  const { jaxpr, usedIn } = transforms().prune(params.jaxpr, used);
  return {
    ...equation,
    params: { ...params, jaxpr },
    inputs: equation.inputs.filter((_, i) => usedIn[i]),
    outputs: equation.outputs.filter((_, i) => used[i]),
  };
};

export const jitP = definePrimitive<CallParams>((self) => ({
  name: 'jit',
  type: (_, { jaxpr }) => jaxpr.outAvals,
  evaluate: (args, { jaxpr }, interpreter) => interpreter.run(jaxpr, args),
  derivative: callDerivative(self),
  batch: callBatch(self),
  lower: (e, args, { jaxpr, name }) => e.call(jaxpr, args, name),
  kernel: (k, args, { jaxpr }) => k.inline(jaxpr, args),
  partialEval: callPartialEval(self),
  simplify: callSimplify,
  called: ({ jaxpr }) => jaxpr,
  effects: ({ jaxpr }) => jaxpr.effects,
}));
