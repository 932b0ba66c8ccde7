/**
 * The transformations applied to whole jaxprs, for primitives that carry them. Each is the transformation of functions
 * applied to "evaluate this jaxpr", staged, and remembered by jaxpr and arguments.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { withAxis } from '../array/shape.js';
import { InternalError } from '../error/error.js';
import type { Jaxpr, Var } from '../ir/jaxpr.js';
import type { BatchAxis, BatchDim, Cotangent, Operand, Tangent } from '../ir/primitive.js';
import { remembered } from '../ir/remember.js';
import { prune } from '../ir/simplify.js';
import { isZero, Linear, Zero } from '../ir/zero.js';
import { currentTrace, withNewTrace } from '../trace/context.js';
import { instantiate } from '../trace/derivative.js';
import { stage } from '../trace/stage.js';
import { installTransforms, type JvpJaxpr, type PartialJaxpr, type TransposedJaxpr } from '../trace/transforms.js';
import { batchFlat, placeBatchAxis } from './batch.js';
import { evaluateJaxpr } from './interpret.js';
import { jvpFlat } from './jvp.js';
import { PartialEvalTrace } from './linearize.js';
import { backwardPass } from './transpose.js';

/** Stages a function that captures nothing. */
function stageClosed(
  description: string,
  avals: Parameters<typeof stage>[1],
  body: (args: NdArray[]) => readonly NdArray[],
): Jaxpr {
  const { jaxpr, consts } = stage(description, avals, body);
  if (consts.length > 0) throw new InternalError({ what: `${description} captured ${consts.length} values` });
  return jaxpr;
}

const jvp = remembered((jaxpr: Jaxpr, nonzeroIn: readonly boolean[], forced: readonly boolean[] | null): JvpJaxpr => {
  let nonzeroOut: boolean[] = [];
  const tangentAvals = jaxpr.inAvals.filter((_, i) => nonzeroIn[i]).map((a) => a.strong);
  const staged = stageClosed('jvp', [...jaxpr.inAvals, ...tangentAvals], (args) => {
    const primals = args.slice(0, jaxpr.invars.length);
    let next = primals.length;
    const tangents = primals.map((x, i): Tangent => (nonzeroIn[i] ? args[next++] : new Zero(x.aval.strong)));
    const result = jvpFlat('jvp', (xs) => evaluateJaxpr(jaxpr, xs), primals, tangents);
    nonzeroOut = result.tangents.map((t, i) => !isZero(t) || (forced?.[i] ?? false));
    return [...result.primals, ...result.tangents.filter((_, i) => nonzeroOut[i]).map(instantiate)];
  });
  return { jaxpr: staged, nonzeroOut };
});

const partialEval = remembered(
  (jaxpr: Jaxpr, unknownIn: readonly boolean[], forced: readonly boolean[] | null): PartialJaxpr => {
    let unknown: Jaxpr | null = null;
    let unknownOut: boolean[] = [];
    let residualInputs: (number | null)[] = [];
    let residuals: ShapedArray[] = [];
    const knownAvals = jaxpr.inAvals.filter((_, i) => !unknownIn[i]);
    const known = stageClosed('partialEval', knownAvals, (args) => {
      const trace = new PartialEvalTrace(currentTrace(), 'partialEval');
      return withNewTrace(trace, () => {
        let next = 0;
        const unknowns: Var[] = [];
        const inputs = jaxpr.inAvals.map((aval, i) => {
          if (!unknownIn[i]) return args[next++];
          const value = trace.unknown(aval);
          unknowns.push(value.variable);
          return value;
        });
        const outputs = evaluateJaxpr(jaxpr, inputs);
        unknownOut = outputs.map((y, i) => trace.isUnknown(y) || (forced?.[i] ?? false));
        const { jaxpr: built, consts } = trace.builder.build(
          unknowns,
          outputs.filter((_, i) => unknownOut[i]),
        );
        unknown = built;
        residualInputs = consts.map((c) => {
          const position = args.indexOf(c);
          return position < 0 ? null : position;
        });
        residuals = consts.map((c) => c.aval);
        const computed = consts.filter((_, i) => residualInputs[i] === null);
        return [...outputs.filter((_, i) => !unknownOut[i]), ...computed];
      });
    });
    if (unknown === null) throw new InternalError({ what: 'partial evaluation left no program' });
    return { known, unknown, unknownOut, residualInputs, residuals };
  },
);

const transpose = remembered(
  (
    jaxpr: Jaxpr,
    linear: readonly boolean[],
    cotangentIn: readonly boolean[] | null,
    forced: boolean,
  ): TransposedJaxpr => {
    const known = jaxpr.inAvals.filter((_, i) => !linear[i]);
    const flowing = jaxpr.outAvals.filter((_, i) => cotangentIn?.[i] ?? true);
    let nonzeroOut: boolean[] = [];
    const staged = stageClosed('transpose', [...known, ...flowing.map((a) => a.strong)], (args) => {
      let next = 0;
      const operands = jaxpr.inAvals.map((aval, i): Operand => (linear[i] ? new Linear(aval) : args[next++]));
      const cotangents = jaxpr.outAvals.map((aval, i) => ((cotangentIn?.[i] ?? true) ? args[next++] : new Zero(aval)));
      const results = backwardPass(jaxpr, operands, cotangents).filter((_, i) => linear[i]) as Cotangent[];
      nonzeroOut = results.map((ct) => forced || !isZero(ct));
      return results.filter((_, i) => nonzeroOut[i]).map(instantiate);
    });
    return { jaxpr: staged, nonzeroOut };
  },
);

const batch = remembered(
  (
    jaxpr: Jaxpr,
    dims: readonly BatchDim[],
    axis: BatchAxis,
    forced: readonly boolean[] | null,
  ): { jaxpr: Jaxpr; dimsOut: BatchDim[] } => {
    let dimsOut: BatchDim[] = [];
    const avals = jaxpr.inAvals.map((aval, i) => {
      const dim = dims[i];
      return dim === null ? aval : shaped(withAxis(aval.shape, dim, axis.size), aval.dtype, aval.weakType);
    });
    const staged = stageClosed('vmap', avals, (args) => {
      const result = batchFlat('vmap', (xs) => evaluateJaxpr(jaxpr, xs), args, dims, axis);
      dimsOut = result.dims.map((d, i) => (d !== null || forced?.[i] ? 0 : null));
      return result.outputs.map((y, i) => (dimsOut[i] === null ? y : placeBatchAxis(y, result.dims[i], 0, axis.size)));
    });
    return { jaxpr: staged, dimsOut };
  },
);

installTransforms({
  evaluate: evaluateJaxpr,
  jvp: (jaxpr, nonzeroIn, forced) => jvp(jaxpr, nonzeroIn, forced ?? null),
  partialEval: (jaxpr, unknownIn, forced) => partialEval(jaxpr, unknownIn, forced ?? null),
  transpose: (jaxpr, linear, cotangentIn, forced) => transpose(jaxpr, linear, cotangentIn ?? null, forced ?? false),
  batch: (jaxpr, dims, axis, forced) => batch(jaxpr, dims, axis, forced ?? null),
  batchFunction: (f, args, dims, axis) => batchFlat('vmap', f, args, dims, axis),
  prune: remembered(prune),
  stage,
});
