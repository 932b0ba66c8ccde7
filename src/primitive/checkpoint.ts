/**
 * Forget and recompute: a call whose intermediate values are not kept for the backward pass, but computed again there.
 *
 * Splitting such a call (partial evaluation) computes its known outputs and keeps only what the policy allows; the
 * deferred part takes the call's own inputs and begins by computing the rest again. A barrier keeps the compiler from
 * noticing that it has seen that computation before.
 * Source: Griewank & Walther, "Revolve", ACM TOMS 26(1), 2000; jax.checkpoint.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { type AnyPrimitive, Jaxpr, type Params, type Var } from '../ir/jaxpr.js';
import { bind } from '../trace/context.js';
import { definePrimitive } from '../trace/primitive.js';
import { gatherResiduals, interleave, type PartialJaxpr, transforms } from '../trace/transforms.js';
import { type CallParams, callBatch, callDerivative, callSimplify, jitP } from './call.js';

/** Which values may be kept: asked for every equation of the forward computation. */
export type CheckpointPolicy = (primitive: AnyPrimitive, inputs: readonly ShapedArray[], params: Params) => boolean;

export interface CheckpointParams extends CallParams {
  readonly preventCse: boolean;
  readonly policy: CheckpointPolicy | null;
  /** True for the part that is run in the backward pass. */
  readonly differentiated: boolean;
}

interface Plan {
  readonly partial: PartialJaxpr;
  /** Known inputs -> known outputs, saved values. */
  readonly forward: Jaxpr;
  /** Known inputs, saved values, unknown inputs -> unknown outputs. */
  readonly backward: Jaxpr;
}

const plans = new WeakMap<Jaxpr, Map<CheckpointPolicy | null, Map<string, Plan>>>();

function planFor(jaxpr: Jaxpr, unknownIn: readonly boolean[], policy: CheckpointPolicy | null): Plan {
  const byPolicy = plans.get(jaxpr) ?? new Map<CheckpointPolicy | null, Map<string, Plan>>();
  plans.set(jaxpr, byPolicy);
  const byMask = byPolicy.get(policy) ?? new Map<string, Plan>();
  byPolicy.set(policy, byMask);
  const key = unknownIn.map(Number).join('');
  const found = byMask.get(key);
  if (found) return found;
  const made = makePlan(jaxpr, unknownIn, policy);
  byMask.set(key, made);
  return made;
}

function makePlan(jaxpr: Jaxpr, unknownIn: readonly boolean[], policy: CheckpointPolicy | null): Plan {
  const { partialEval, prune, evaluate, stage } = transforms();
  const partial = partialEval(jaxpr, unknownIn);
  const { known } = partial;
  const knownCount = partial.unknownOut.filter((u) => !u).length;

  const savedVars = new Set<Var>();
  if (policy) {
    for (const e of known.equations) {
      const avals = e.inputs.map((x) => x.aval);
      if (policy(e.primitive, avals, e.params)) for (const v of e.outputs) savedVars.add(v);
    }
  }
  // What the residuals need, given the saved values as inputs.
  const candidates = [...savedVars];
  const again = prune(
    new Jaxpr(
      [...known.invars, ...candidates],
      known.equations.filter((e) => !e.outputs.every((v) => savedVars.has(v))),
      known.outvars.slice(knownCount),
    ),
    known.outvars.slice(knownCount).map(() => true),
  );
  const inputCount = known.invars.length;
  const saved = candidates.filter((_, i) => again.usedIn[inputCount + i]);
  const forwardAll = new Jaxpr(known.invars, known.equations, [...known.outvars.slice(0, knownCount), ...saved]);
  const forward = new Jaxpr(
    known.invars,
    prune(
      forwardAll,
      forwardAll.outvars.map(() => true),
    ).jaxpr.equations,
    forwardAll.outvars,
  );

  const unknownAvals = jaxpr.inAvals.filter((_, i) => unknownIn[i]);
  const avals = [...known.inAvals, ...saved.map((v) => v.aval), ...unknownAvals];
  const backward = stage('checkpoint', avals, (args) => {
    const knownInputs = args.slice(0, inputCount);
    const savedValues = args.slice(inputCount, inputCount + saved.length);
    const computed = evaluate(again.jaxpr, [...knownInputs.filter((_, i) => again.usedIn[i]), ...savedValues]);
    return evaluate(partial.unknown, [
      ...gatherResiduals(partial, knownInputs, computed),
      ...args.slice(inputCount + saved.length),
    ]);
  }).jaxpr;
  return { partial, forward, backward };
}

export const checkpointP = definePrimitive<CheckpointParams>((self) => ({
  name: 'remat2',
  type: (_, { jaxpr }) => jaxpr.outAvals,
  evaluate: (args, { jaxpr }, interpreter) => interpreter.run(jaxpr, args),
  expand: (args, { jaxpr, name }) => bind(jitP, args, { jaxpr, name }),
  derivative: callDerivative(self),
  batch: callBatch(self),
  lower: (e, args, { jaxpr, preventCse, differentiated, name }) => {
    const avals = args.map((x) => x.aval);
    const kept = differentiated && preventCse ? e.many('optimization_barrier', args, avals) : args;
    return e.call(jaxpr, kept, name);
  },
  kernel: (k, args, { jaxpr }) => k.inline(jaxpr, args),
  partialEval: (args, params, evaluation) => {
    const unknownIn = args.map((x) => evaluation.isUnknown(x));
    const { partial, forward, backward } = planFor(params.jaxpr, unknownIn, params.policy);
    const knownInputs = args.filter((_, i) => !unknownIn[i]);
    const unknownInputs = args.filter((_, i) => unknownIn[i]);
    const computed = bind(self(), knownInputs, { ...params, jaxpr: forward });
    const knownCount = partial.unknownOut.filter((u) => !u).length;
    const deferred = evaluation.defer(self(), [...knownInputs, ...computed.slice(knownCount), ...unknownInputs], {
      ...params,
      jaxpr: backward,
      differentiated: true,
    });
    return interleave<NdArray>(partial.unknownOut, computed.slice(0, knownCount), deferred);
  },
  simplify: callSimplify,
  called: ({ jaxpr }) => jaxpr,
  effects: ({ jaxpr }) => jaxpr.effects,
}));
