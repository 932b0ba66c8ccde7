/**
 * What is known now, and what depends on what is not.
 *
 * `PartialEvalTrace` computes every operation on known values at once (through the interpreter below it) and writes
 * down those that depend on an unknown one. Forward mode over it, with known primals and unknown tangents, leaves
 * exactly the linear map `dx -> f'(x) dx` written down: that is `linearize`, and its transpose is reverse mode.
 * Source: JAX, autodidax, part 4; Radul et al., "You Only Linearize Once", POPL 2023.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { type Jaxpr, Var } from '../ir/jaxpr.js';
import type { PartialEvaluation, Primitive, Tangent } from '../ir/primitive.js';
import { isZero, Zero } from '../ir/zero.js';
import { bind, currentTrace, Trace, withNewTrace, withTrace } from '../trace/context.js';
import { JaxprBuilder } from '../trace/stage.js';
import { AbstractTracer } from '../trace/tracer.js';
import { hasTangent, jvpFlat } from './jvp.js';

/** A value that is not known yet. */
class UnknownTracer extends AbstractTracer {
  constructor(
    readonly trace: Trace,
    readonly aval: ShapedArray,
    readonly variable: Var,
  ) {
    super();
  }
}

export class PartialEvalTrace extends Trace implements PartialEvaluation {
  readonly builder = new JaxprBuilder((value) =>
    value instanceof UnknownTracer && value.trace === this ? value.variable : null,
  );

  constructor(
    readonly parent: Trace,
    readonly description: string,
  ) {
    super();
  }

  unknown(aval: ShapedArray): UnknownTracer {
    return new UnknownTracer(this, aval, new Var(aval));
  }

  isUnknown(value: NdArray): boolean {
    return value instanceof UnknownTracer && value.trace === this;
  }

  defer<P extends object>(primitive: Primitive<P>, inputs: readonly NdArray[], params: P): NdArray[] {
    const avals = primitive.type(
      inputs.map((x) => x.aval),
      params,
    );
    const outputs = avals.map((aval) => new Var(aval));
    this.builder.add(primitive, inputs, params, outputs);
    return outputs.map((variable) => new UnknownTracer(this, variable.aval, variable));
  }

  override bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
    if (!args.some((x) => this.isUnknown(x))) return withTrace(this.parent, () => bind(primitive, args, params));
    if (primitive.partialEval) {
      const rule = primitive.partialEval;
      return withTrace(this.parent, () => rule(args, params, this));
    }
    return this.defer(primitive, args, params);
  }
}

/** A linear map, written down: residuals, then the tangents that matter, to tangents of the outputs. */
export interface LinearMap {
  readonly jaxpr: Jaxpr;
  readonly residuals: readonly NdArray[];
  /** Which inputs the jaxpr takes a tangent for: those with an inexact dtype. */
  readonly nonzeroIn: readonly boolean[];
  /** Which outputs it gives a tangent for; the others have a zero one. */
  readonly nonzeroOut: readonly boolean[];
  readonly inAvals: readonly ShapedArray[];
  readonly outAvals: readonly ShapedArray[];
}

/** The value of `f` and its derivative as a linear map, on flat lists. */
export function linearizeFlat(
  description: string,
  f: (args: NdArray[]) => readonly NdArray[],
  primals: readonly NdArray[],
): { outputs: NdArray[]; map: LinearMap } {
  const trace = new PartialEvalTrace(currentTrace(), description);
  return withNewTrace(trace, () => {
    const inAvals = primals.map((x) => x.aval.strong);
    const nonzeroIn = inAvals.map(hasTangent);
    const unknowns = inAvals.map((aval, i) => (nonzeroIn[i] ? trace.unknown(aval) : null));
    const tangents = unknowns.map((t, i): Tangent => t ?? new Zero(inAvals[i]));
    const result = jvpFlat(description, f, primals, tangents);
    const nonzeroOut = result.tangents.map((t) => !isZero(t));
    const { jaxpr, consts } = trace.builder.build(
      unknowns.flatMap((t) => (t ? [t.variable] : [])),
      result.tangents.filter((t): t is NdArray => !isZero(t)),
    );
    return {
      outputs: result.primals,
      map: {
        jaxpr,
        residuals: consts,
        nonzeroIn,
        nonzeroOut,
        inAvals,
        outAvals: result.primals.map((y) => y.aval),
      },
    };
  });
}
