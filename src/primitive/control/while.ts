/**
 * A loop that runs as long as a condition on its carry holds: `lax.while_loop`.
 *
 * The operands are, in order: constants of the condition, constants of the body, the initial carry. Forward mode runs
 * the tangents along in the carry. Reverse mode would have to keep an unknown number of steps, and is refused.
 * Where the condition differs along a batch axis, the loop runs until it holds for nobody, and whoever is done keeps
 * the carry that it has. Source: jax.lax.while_loop.
 */
import type { NdArray } from '../../array/array.js';
import type { HostData } from '../../array/host.js';
import { NotDifferentiable } from '../../error/error.js';
import { Jaxpr } from '../../ir/jaxpr.js';
import type { BatchAxis, BatchDim, Primitive, Tangent } from '../../ir/primitive.js';
import { remembered } from '../../ir/remember.js';
import { pruneEquations } from '../../ir/simplify.js';
import { isZero, Zero } from '../../ir/zero.js';
import { bind } from '../../trace/context.js';
import { instantiate, smooth } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { interleave, transforms } from '../../trace/transforms.js';
import { select } from '../compare.js';
import { reduceOr } from '../reductions.js';
import { broadcastBatch, broadcastInDim, moveAxis } from '../structure.js';
import { count, fixpoint, not, splitCounts, taker, where } from './masks.js';

export interface WhileParams {
  /** Constants of the condition, carry -> one bool. */
  readonly condJaxpr: Jaxpr;
  /** Constants of the body, carry -> carry. */
  readonly bodyJaxpr: Jaxpr;
  readonly condNconsts: number;
  readonly bodyNconsts: number;
}

const split = <T>(list: readonly T[], params: WhileParams): [cond: T[], body: T[], init: T[]] =>
  splitCounts(list, params.condNconsts, params.bodyNconsts);

export const whileP = definePrimitive<WhileParams>((self) => ({
  name: 'while',
  type: (_, { bodyJaxpr }) => bodyJaxpr.outAvals,
  evaluate: (args, params, interpreter) => {
    const [condConsts, bodyConsts, init] = split(args, params);
    let carry: HostData[] = init;
    while (interpreter.run(params.condJaxpr, [...condConsts, ...carry])[0].data[0]) {
      carry = interpreter.run(params.bodyJaxpr, [...bodyConsts, ...carry]);
    }
    return carry;
  },
  derivative: smooth(
    (primals, tangents, params) => whileJvp(self(), primals, tangents, params),
    () => {
      throw new NotDifferentiable({
        op: 'whileLoop (or foriLoop with traced bounds)',
        reason:
          'reverse mode would have to keep a number of steps that is not known beforehand. Use scan, foriLoop with ' +
          'plain numbers as bounds, or forward mode (jvp, jacfwd)',
      });
    },
  ),
  batch: (args, dims, params, axis) => {
    const [condDims, bodyDims, initDims] = split(dims, params);
    const mapped = (list: readonly BatchDim[]): boolean[] => list.map((d) => d !== null);
    const plan = batchPlan(
      params.bodyJaxpr,
      params.condJaxpr,
      mapped(condDims),
      mapped(bodyDims),
      mapped(initDims),
      axis,
    );
    const front = args.map((x, i) => (dims[i] === null ? x : moveAxis(x, dims[i], 0)));
    const [condConsts, bodyConsts, init] = split(front, params);
    const carry = init.map((x, i) => (plan.carry[i] && initDims[i] === null ? broadcastBatch(x, axis.size) : x));
    // A masked body asks the condition, too, and so needs its constants.
    const consts = plan.masked ? [...condConsts, ...bodyConsts] : bodyConsts;
    const outputs = bind(self(), [...condConsts, ...consts, ...carry], {
      condJaxpr: plan.condJaxpr,
      bodyJaxpr: plan.bodyJaxpr,
      condNconsts: condConsts.length,
      bodyNconsts: consts.length,
    });
    return { outputs, dims: plan.carry.map((b) => (b ? 0 : null)) };
  },
  lower: (e, args, params, results) => {
    const [condConsts, bodyConsts, init] = split(args, params);
    const condition = e.region(results, (...carry) =>
      e.call(params.condJaxpr, [...condConsts, ...carry], 'while_cond'),
    );
    const body = e.region(results, (...carry) => e.call(params.bodyJaxpr, [...bodyConsts, ...carry], 'while_body'));
    return e.many('while', init, results, {}, [condition, body]);
  },
  kernel: (k, args, params, outputs) => {
    const [condition, body] = [k.program(params.condJaxpr), k.program(params.bodyJaxpr)];
    return k.control(args, outputs, (runtime, operands) => {
      const [condConsts, bodyConsts, init] = split(operands, params);
      let carry = init.map((x) => runtime.retain(x));
      for (;;) {
        const asked = runtime.run(condition, [...condConsts, ...carry]);
        const goesOn = runtime.read(asked[0]).data[0];
        runtime.release(asked);
        if (!goesOn) return carry;
        const next = runtime.run(body, [...bodyConsts, ...carry]);
        runtime.release(carry);
        carry = next;
      }
    });
  },
  // The known carries are computed now, if the condition needs no others. The rest waits together with the whole loop.
  partialEval: (args, params, evaluation) => {
    const unknown = args.map((x) => evaluation.isUnknown(x));
    const [condUnknown, bodyUnknown, initUnknown] = split(unknown, params);
    const { carryUnknown, known } = knownLoop(
      params.bodyJaxpr,
      params.condJaxpr,
      condUnknown,
      bodyUnknown,
      initUnknown,
    );
    const rest = evaluation.defer(self(), args, params);
    if (known === null) return rest;
    const [condConsts, bodyConsts, init] = split(args, params);
    const [condKnown, bodyKnown] = [where(condConsts, not(condUnknown)), where(bodyConsts, not(bodyUnknown))];
    const computed = bind(self(), [...condKnown, ...bodyKnown, ...where(init, not(carryUnknown))], {
      ...known,
      condNconsts: condKnown.length,
      bodyNconsts: bodyKnown.length,
    });
    return interleave(carryUnknown, computed, where(rest, carryUnknown));
  },
  simplify: (equation, used) => {
    const params = equation.params as unknown as WhileParams;
    const { condJaxpr, bodyJaxpr, condNconsts, bodyNconsts } = params;
    const live = (jaxpr: Jaxpr): boolean[] => {
      const seen = new Set<unknown>([...jaxpr.outvars, ...jaxpr.equations.flatMap((e) => e.inputs)]);
      return jaxpr.invars.map((v) => seen.has(v));
    };
    const condCarry = live(condJaxpr).slice(condNconsts);
    const carry = fixpoint(
      used.map((u, i) => u || condCarry[i]),
      (mask) => live(pruneEquations(bodyJaxpr, mask)).slice(bodyNconsts),
    );
    if (carry.every(Boolean)) return equation;
    const body = pruneEquations(bodyJaxpr, carry);
    const keep = <T>(list: readonly T[], consts: number): T[] => [
      ...list.slice(0, consts),
      ...where(list.slice(consts), carry),
    ];
    return {
      ...equation,
      params: {
        ...params,
        condJaxpr: new Jaxpr(keep(condJaxpr.invars, condNconsts), condJaxpr.equations, condJaxpr.outvars),
        bodyJaxpr: new Jaxpr(keep(bodyJaxpr.invars, bodyNconsts), body.equations, body.outvars),
      },
      inputs: keep(equation.inputs, condNconsts + bodyNconsts),
      outputs: where(equation.outputs, carry),
    };
  },
  effects: ({ condJaxpr, bodyJaxpr }) => [...condJaxpr.effects, ...bodyJaxpr.effects],
}));

/** The body's derivative as a body: constants, their tangents, carry, its tangents. The condition sees the carry alone. */
const jvpPlan = remembered((bodyJaxpr: Jaxpr, bodyNconsts: number, nonzero: readonly boolean[]) => {
  const constNz = nonzero.slice(0, bodyNconsts);
  const carryNz = fixpoint(
    nonzero.slice(bodyNconsts),
    (mask) => transforms().jvp(bodyJaxpr, [...constNz, ...mask], mask).nonzeroOut,
  );
  const { jaxpr } = transforms().jvp(bodyJaxpr, [...constNz, ...carryNz], carryNz);
  const n = bodyJaxpr.invars.length;
  const [consts, carry] = [jaxpr.invars.slice(0, bodyNconsts), jaxpr.invars.slice(bodyNconsts, n)];
  const tangents = jaxpr.invars.slice(n);
  const dots = count(constNz);
  const body = new Jaxpr(
    [...consts, ...tangents.slice(0, dots), ...carry, ...tangents.slice(dots)],
    jaxpr.equations,
    jaxpr.outvars,
  );
  return { body, constNz, carryNz };
});

/** The condition on a longer carry, of which it ignores the rest. */
const widened = remembered((condJaxpr: Jaxpr, condNconsts: number, carryNz: readonly boolean[]): Jaxpr => {
  const ignored = where(condJaxpr.inAvals.slice(condNconsts), carryNz).map((a) => a.strong);
  const n = condJaxpr.invars.length;
  return transforms().stage('jvp(while)', [...condJaxpr.inAvals, ...ignored], (args) =>
    transforms().evaluate(condJaxpr, args.slice(0, n)),
  ).jaxpr;
});

function whileJvp(
  self: Primitive<WhileParams>,
  primals: readonly NdArray[],
  tangents: readonly Tangent[],
  params: WhileParams,
): { primals: NdArray[]; tangents: Tangent[] } {
  const { condJaxpr, bodyJaxpr, condNconsts, bodyNconsts } = params;
  const [, bodyDots, initDots] = split(tangents, params);
  const { body, constNz, carryNz } = jvpPlan(
    bodyJaxpr,
    bodyNconsts,
    [...bodyDots, ...initDots].map((t) => !isZero(t)),
  );
  const [condConsts, bodyConsts, init] = split(primals, params);
  const results = bind(
    self,
    [
      ...condConsts,
      ...bodyConsts,
      ...where(bodyDots, constNz).map(instantiate),
      ...init,
      ...where(initDots, carryNz).map(instantiate),
    ],
    {
      condJaxpr: widened(condJaxpr, condNconsts, carryNz),
      bodyJaxpr: body,
      condNconsts,
      bodyNconsts: bodyNconsts + count(constNz),
    },
  );
  const outputs = results.slice(0, init.length);
  const dots = taker(results.slice(init.length));
  return { primals: outputs, tangents: outputs.map((y, i) => (carryNz[i] ? dots(1)[0] : new Zero(y.aval))) };
}

interface BatchPlan {
  /** Which carries have a batch axis. */
  readonly carry: readonly boolean[];
  /** True when the condition differs along the batch axis. */
  readonly masked: boolean;
  readonly condJaxpr: Jaxpr;
  readonly bodyJaxpr: Jaxpr;
}

const batchPlan = remembered(
  (
    bodyJaxpr: Jaxpr,
    condJaxpr: Jaxpr,
    condMapped: readonly boolean[],
    bodyMapped: readonly boolean[],
    initMapped: readonly boolean[],
    axis: BatchAxis,
  ): BatchPlan => {
    const { batch, evaluate, stage } = transforms();
    const dims = (mask: readonly boolean[]): BatchDim[] => mask.map((m) => (m ? 0 : null));
    const conditionOf = (carry: readonly boolean[]) => batch(condJaxpr, dims([...condMapped, ...carry]), axis);
    const isMasked = (carry: readonly boolean[]): boolean => conditionOf(carry).dimsOut[0] !== null;
    const carry = fixpoint(initMapped, (mask) => {
      if (isMasked(mask)) return mask.map(() => true);
      return batch(bodyJaxpr, dims([...bodyMapped, ...mask]), axis, mask).dimsOut.map((d) => d !== null);
    });
    const condition = conditionOf(carry).jaxpr;
    const body = batch(bodyJaxpr, dims([...bodyMapped, ...carry]), axis, carry).jaxpr;
    if (!isMasked(carry)) return { carry, masked: false, condJaxpr: condition, bodyJaxpr: body };

    const anyone = stage('vmap(while)', condition.inAvals, (args) => [reduceOr(evaluate(condition, args)[0], [0])]);
    const condConsts = condMapped.length;
    const avals = [...condition.inAvals.slice(0, condConsts), ...body.inAvals];
    const masked = stage('vmap(while)', avals, (args) => {
      const inputs = args.slice(condConsts);
      const before = inputs.slice(bodyMapped.length);
      const [running] = evaluate(condition, [...args.slice(0, condConsts), ...before]);
      return evaluate(body, inputs).map((y, i) => select(broadcastInDim(running, y.shape, [0]), y, before[i]));
    });
    return { carry, masked: true, condJaxpr: anyone.jaxpr, bodyJaxpr: masked.jaxpr };
  },
);

interface KnownLoop {
  readonly carryUnknown: readonly boolean[];
  /** The loop over the known carries; null when none is known, or the condition is not. */
  readonly known: { readonly condJaxpr: Jaxpr; readonly bodyJaxpr: Jaxpr } | null;
}

const knownLoop = remembered(
  (
    bodyJaxpr: Jaxpr,
    condJaxpr: Jaxpr,
    condUnknown: readonly boolean[],
    bodyUnknown: readonly boolean[],
    initUnknown: readonly boolean[],
  ): KnownLoop => {
    const { partialEval } = transforms();
    const carryUnknown = fixpoint(
      initUnknown,
      (mask) => partialEval(bodyJaxpr, [...bodyUnknown, ...mask], mask).unknownOut,
    );
    const condition = partialEval(condJaxpr, [...condUnknown, ...carryUnknown]);
    if (carryUnknown.every(Boolean) || condition.unknownOut[0]) {
      return { carryUnknown: initUnknown.map(() => true), known: null };
    }
    const body = partialEval(bodyJaxpr, [...bodyUnknown, ...carryUnknown], carryUnknown).known;
    const kept = body.outvars.map((_, i) => i < count(not(carryUnknown)));
    return { carryUnknown, known: { condJaxpr: condition.known, bodyJaxpr: pruneEquations(body, kept) } };
  },
);
