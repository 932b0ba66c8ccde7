/**
 * One of several programs, chosen by a number that is computed: `lax.cond`, `lax.switch`.
 *
 * The operands are the index of the branch (int32, in range), then what every branch is given. All branches have the
 * same inputs and outputs. Where the index differs along a batch axis, all branches are computed and elements chosen.
 * Split by partial evaluation, the branches share the places of their residuals: only one of them fills them.
 * Source: jax.lax.switch; jax/_src/lax/control_flow/conditionals.py.
 */
import type { NdArray } from '../../array/array.js';
import type { ShapedArray } from '../../array/aval.js';
import { Jaxpr } from '../../ir/jaxpr.js';
import type { BatchAxis, BatchDim, Cotangent, Tangent } from '../../ir/primitive.js';
import { rememberedAll } from '../../ir/remember.js';
import { pruneEquations } from '../../ir/simplify.js';
import { isLinear, isZero, Zero } from '../../ir/zero.js';
import { bind } from '../../trace/context.js';
import { instantiate, smooth } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { gatherResiduals, interleave, transforms } from '../../trace/transforms.js';
import { selectN } from '../compare.js';
import { broadcastInDim, moveAxis } from '../structure.js';
import { not, taker, union, where } from './masks.js';

export interface CondParams {
  readonly branches: readonly Jaxpr[];
}

export const condP = definePrimitive<CondParams>((self) => ({
  name: 'cond',
  type: (_, { branches }) => branches[0].outAvals,
  evaluate: ([index, ...args], { branches }, interpreter) => interpreter.run(branches[Number(index.data[0])], args),
  derivative: smooth(
    ([index, ...primals], [, ...tangents], { branches }) => {
      const nonzeroIn = tangents.map((t) => !isZero(t));
      const { jaxprs, nonzeroOut } = jvpBranches(branches, nonzeroIn);
      const args = [index, ...primals, ...tangents.filter((t): t is NdArray => !isZero(t))];
      const results = bind(self(), args, { branches: jaxprs });
      const outputs = results.slice(0, nonzeroOut.length);
      const dots = taker(results.slice(nonzeroOut.length));
      return {
        primals: outputs,
        tangents: outputs.map((y, i): Tangent => (nonzeroOut[i] ? dots(1)[0] : new Zero(y.aval))),
      };
    },
    (cotangents, [index, ...operands], { branches }) => {
      const linear = operands.map(isLinear);
      const { jaxprs, nonzeroOut } = transposeBranches(
        branches,
        linear,
        cotangents.map((ct) => !isZero(ct)),
      );
      const args = [index, ...operands, ...cotangents].filter((x): x is NdArray => !isLinear(x) && !isZero(x));
      const nonzero = taker(nonzeroOut);
      const results = taker<Cotangent>(nonzeroOut.some(Boolean) ? bind(self(), args, { branches: jaxprs }) : []);
      return [null, ...operands.map((x) => (!isLinear(x) ? null : nonzero(1)[0] ? results(1)[0] : new Zero(x.aval)))];
    },
  ),
  batch: ([index, ...args], [indexDim, ...dims], { branches }, axis) => {
    const front = args.map((x, i) => (dims[i] === null ? x : moveAxis(x, dims[i], 0)));
    const mapped = dims.map((d): BatchDim => (d === null ? null : 0));
    if (indexDim === null) {
      const { jaxprs, dimsOut } = batchBranches(branches, mapped, axis, false);
      return { outputs: bind(self(), [index, ...front], { branches: jaxprs }), dims: [...dimsOut] };
    }
    const { jaxprs, dimsOut } = batchBranches(branches, mapped, axis, true);
    const computed = jaxprs.map((jaxpr) => transforms().evaluate(jaxpr, front));
    const outputs = dimsOut.map((_, i) => {
      const cases = computed.map((ys) => ys[i]);
      return selectN(broadcastInDim(index, cases[0].shape, [0]), ...cases);
    });
    return { outputs, dims: dimsOut.map(() => 0) };
  },
  lower: (e, [index, ...args], { branches }, results) => {
    const regions = branches.map((jaxpr) => e.region([], () => e.call(jaxpr, args, 'branch')));
    return e.many('case', [index], results, {}, regions);
  },
  kernel: (k, args, { branches }, outputs) => {
    const programs = branches.map((jaxpr) => k.program(jaxpr));
    return k.control(args, outputs, (runtime, [index, ...operands]) =>
      runtime.run(programs[Number(runtime.read(index).data[0])], operands),
    );
  },
  partialEval: ([index, ...args], params, evaluation) => {
    if (evaluation.isUnknown(index)) return evaluation.defer(self(), [index, ...args], params);
    const unknown = args.map((x) => evaluation.isUnknown(x));
    const plan = splitBranches(params.branches, unknown);
    const knownArgs = where(args, not(unknown));
    const computed = bind(self(), [index, ...knownArgs], { branches: plan.known });
    const knownOuts = plan.unknownOut.filter((u) => !u).length;
    const residuals = [...where(knownArgs, plan.passed), ...computed.slice(knownOuts)];
    const rest = evaluation.defer(self(), [index, ...residuals, ...where(args, unknown)], { branches: plan.unknown });
    return interleave(plan.unknownOut, computed.slice(0, knownOuts), rest);
  },
  simplify: (equation, used) => {
    const { branches } = equation.params as unknown as CondParams;
    const pruned = branches.map((jaxpr) => pruneEquations(jaxpr, used));
    const needed = union(
      pruned.map((jaxpr) => {
        const seen = new Set<unknown>([...jaxpr.outvars, ...jaxpr.equations.flatMap((e) => e.inputs)]);
        return jaxpr.invars.map((v) => seen.has(v));
      }),
    );
    return {
      ...equation,
      params: { branches: pruned.map((j) => new Jaxpr(where(j.invars, needed), j.equations, j.outvars)) },
      inputs: [equation.inputs[0], ...where(equation.inputs.slice(1), needed)],
      outputs: where(equation.outputs, used),
    };
  },
  effects: ({ branches }) => [...new Set(branches.flatMap((jaxpr) => jaxpr.effects))],
}));

/** The derivative of each branch, with the tangents that any of them has. */
const jvpBranches = rememberedAll((branches: readonly Jaxpr[], nonzeroIn: readonly boolean[]) => {
  const { jvp } = transforms();
  const nonzeroOut = union(branches.map((jaxpr) => jvp(jaxpr, nonzeroIn).nonzeroOut));
  return { jaxprs: branches.map((jaxpr) => jvp(jaxpr, nonzeroIn, nonzeroOut).jaxpr), nonzeroOut };
});

/** The transpose of each branch, with the cotangents that any of them has. */
const transposeBranches = rememberedAll(
  (branches: readonly Jaxpr[], linear: readonly boolean[], cotangentIn: readonly boolean[]) => {
    const { transpose, evaluate, stage } = transforms();
    const transposed = branches.map((jaxpr) => transpose(jaxpr, linear, cotangentIn));
    const nonzeroOut = union(transposed.map((t) => t.nonzeroOut));
    const linearAvals = where(branches[0].inAvals, linear);
    const jaxprs = transposed.map(({ jaxpr, nonzeroOut: here }) => {
      if (here.every((nonzero, i) => nonzero === nonzeroOut[i])) return jaxpr;
      return stage('transpose(cond)', jaxpr.inAvals, (args) => {
        const results = taker(evaluate(jaxpr, args));
        const all = linearAvals.map((aval, i): Cotangent => (here[i] ? results(1)[0] : new Zero(aval)));
        return where(all, nonzeroOut).map(instantiate);
      }).jaxpr;
    });
    return { jaxprs, nonzeroOut };
  },
);

/** Each branch on batches, with batch axes on the outputs where any of them has one, or on all. */
const batchBranches = rememberedAll(
  (branches: readonly Jaxpr[], dims: readonly BatchDim[], axis: BatchAxis, everywhere: boolean) => {
    const { batch } = transforms();
    const mapped = branches.map((jaxpr) => batch(jaxpr, dims, axis).dimsOut.map((d) => everywhere || d !== null));
    const force = union(mapped);
    const jaxprs = branches.map((jaxpr) => batch(jaxpr, dims, axis, force).jaxpr);
    return { jaxprs, dimsOut: force.map((f): BatchDim => (f ? 0 : null)) };
  },
);

interface Split {
  /** Known operands -> known outputs, then the shared places of the residuals. */
  readonly known: readonly Jaxpr[];
  /** Passed operands, places, unknown operands -> unknown outputs. */
  readonly unknown: readonly Jaxpr[];
  readonly unknownOut: readonly boolean[];
  /** Known operands that the deferred part needs as they are. */
  readonly passed: readonly boolean[];
}

const splitBranches = rememberedAll((branches: readonly Jaxpr[], unknownIn: readonly boolean[]): Split => {
  const { partialEval, evaluate, stage } = transforms();
  const unknownOut = union(branches.map((jaxpr) => partialEval(jaxpr, unknownIn).unknownOut));
  const partials = branches.map((jaxpr) => partialEval(jaxpr, unknownIn, unknownOut));
  const knownAvals = where(branches[0].inAvals, not(unknownIn));
  const unknownAvals = where(branches[0].inAvals, unknownIn);
  const knownOuts = unknownOut.filter((u) => !u).length;
  const passed = knownAvals.map((_, i) => partials.some((p) => p.residualInputs.includes(i)));

  // The k-th residual of a type goes to the k-th place of that type, whichever branch computes it.
  const places: ShapedArray[] = [];
  const placesOf = partials.map(({ residuals, residualInputs }) => {
    const taken = new Set<number>();
    return residuals.flatMap((aval, i) => {
      if (residualInputs[i] !== null) return [];
      let place = places.findIndex((p, k) => p === aval && !taken.has(k));
      if (place < 0) place = places.push(aval) - 1;
      taken.add(place);
      return [place];
    });
  });
  const known = partials.map(
    (partial, branch) =>
      stage('partialEval(cond)', knownAvals, (args) => {
        const results = evaluate(partial.known, args);
        const computed = results.slice(knownOuts);
        const filled = places.map((aval, place) => {
          const k = placesOf[branch].indexOf(place);
          return k < 0 ? instantiate(new Zero(aval)) : computed[k];
        });
        return [...results.slice(0, knownOuts), ...filled];
      }).jaxpr,
  );
  const passedPosition = passed.map((_, i) => passed.slice(0, i).filter(Boolean).length);
  const avals = [...where(knownAvals, passed), ...places, ...unknownAvals];
  const unknown = partials.map(
    (partial, branch) =>
      stage('partialEval(cond)', avals, (args) => {
        const take = taker(args);
        const given = take(passed.filter(Boolean).length);
        const filled = take(places.length);
        const inputs = knownAvals.map((_, i) => given[passedPosition[i]]);
        const residuals = gatherResiduals(
          partial,
          inputs,
          placesOf[branch].map((place) => filled[place]),
        );
        return evaluate(partial.unknown, [...residuals, ...take(unknownAvals.length)]);
      }).jaxpr,
  );
  return { known, unknown, unknownOut, passed };
});
