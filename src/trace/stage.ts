/**
 * From a function and the types of its arguments to a jaxpr.
 *
 * `StageTrace` writes down every operation instead of computing it. Arrays that the function captured become extra
 * inputs; scalars are written into the program.
 */
import { DeviceArray, decode, type NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { type Location, userLocation } from '../error/location.js';
import {
  type AnyPrimitive,
  type Atom,
  type Equation,
  Jaxpr,
  Literal,
  type Params,
  type Scalar,
  Var,
} from '../ir/jaxpr.js';
import type { Primitive } from '../ir/primitive.js';
import { Trace, withNewTrace } from './context.js';
import { AbstractTracer } from './tracer.js';

/** A value of the program being written. */
class StageTracer extends AbstractTracer {
  constructor(
    readonly trace: Trace,
    readonly aval: ShapedArray,
    readonly variable: Var,
    override readonly location: Location | null,
  ) {
    super();
  }
}

/** Collects equations and captured values; makes the jaxpr. */
export class JaxprBuilder {
  readonly #equations: Equation[] = [];
  readonly #constVars = new Map<NdArray, Var>();

  /** `own` gives the variable of values that belong to the program being written, null for all others. */
  constructor(readonly own: (value: NdArray) => Var | null) {}

  /** The atom for a value: its variable, a literal for a known scalar, or a captured input. */
  atom(value: NdArray): Atom {
    const variable = this.own(value) ?? this.#constVars.get(value);
    if (variable) return variable;
    if (value instanceof DeviceArray && value.ndim === 0 && value.hostView !== null) {
      return new Literal(scalarOf(value), value.aval);
    }
    const captured = new Var(value.aval);
    this.#constVars.set(value, captured);
    return captured;
  }

  add(primitive: AnyPrimitive, inputs: readonly NdArray[], params: object, outputs: readonly Var[]): Equation {
    const equation: Equation = {
      primitive,
      inputs: inputs.map((x) => this.atom(x)),
      params: params as Params,
      outputs,
      location: userLocation(),
    };
    this.#equations.push(equation);
    return equation;
  }

  /** The program: captured values first, then `invars`. */
  build(invars: readonly Var[], outputs: readonly NdArray[]): { jaxpr: Jaxpr; consts: NdArray[] } {
    const outvars = outputs.map((out) => this.atom(out));
    return {
      jaxpr: new Jaxpr([...this.#constVars.values(), ...invars], this.#equations, outvars),
      consts: [...this.#constVars.keys()],
    };
  }
}

function scalarOf(value: DeviceArray): Scalar {
  const scalar = decode(value.dtype, value.readHost(), 0);
  return typeof scalar === 'object' ? [scalar.re, scalar.im] : scalar;
}

/** The interpreter that writes a program down. */
class StageTrace extends Trace {
  readonly builder = new JaxprBuilder((value) =>
    value instanceof StageTracer && value.trace === this ? value.variable : null,
  );

  constructor(readonly description: string) {
    super();
  }

  input(aval: ShapedArray): StageTracer {
    return new StageTracer(this, aval, new Var(aval), null);
  }

  override bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
    const avals = primitive.type(
      args.map((x) => x.aval),
      params,
    );
    const outputs = avals.map((aval) => new Var(aval));
    const { location } = this.builder.add(primitive, args, params, outputs);
    return outputs.map((variable) => new StageTracer(this, variable.aval, variable, location));
  }
}

/** A staged function: its program (captured arrays are the first inputs) and the captured arrays. */
export interface Staged {
  readonly jaxpr: Jaxpr;
  readonly consts: NdArray[];
}

/** Writes `body` down as a program over arguments of the given types. */
export function stage(
  description: string,
  avals: readonly ShapedArray[],
  body: (args: NdArray[]) => readonly NdArray[],
): Staged {
  const trace = new StageTrace(description);
  const inputs = avals.map((aval) => trace.input(aval));
  return withNewTrace(trace, () => {
    const outputs = body(inputs);
    return trace.builder.build(
      inputs.map((x) => x.variable),
      outputs,
    );
  });
}
