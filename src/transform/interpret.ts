/**
 * Running a jaxpr: each equation is applied through the current interpreter, whatever that is.
 */
import type { NdArray } from '../array/array.js';
import { atLocation } from '../error/location.js';
import { type Atom, type Jaxpr, Literal, type Var } from '../ir/jaxpr.js';
import { literalArray } from '../ir/literal.js';
import { bind } from '../trace/context.js';

/** The values of variables while a jaxpr is run. */
class Environment<T> {
  readonly #values = new Map<Var, T>();
  constructor(private readonly literal: (literal: Literal) => T) {}

  read(atom: Atom): T {
    return atom instanceof Literal ? this.literal(atom) : (this.#values.get(atom) as T);
  }

  write(variables: readonly Var[], values: readonly T[]): void {
    for (let i = 0; i < variables.length; i++) this.#values.set(variables[i], values[i]);
  }
}

/** Applies the equations of a jaxpr to arguments. */
export function evaluateJaxpr(jaxpr: Jaxpr, args: readonly NdArray[]): NdArray[] {
  const environment = new Environment<NdArray>(literalArray);
  environment.write(jaxpr.invars, args);
  for (const equation of jaxpr.equations) {
    const inputs = equation.inputs.map((x) => environment.read(x));
    const outputs = atLocation(equation.location, () => bind(equation.primitive, inputs, equation.params));
    environment.write(equation.outputs, outputs);
  }
  return jaxpr.outvars.map((x) => environment.read(x));
}
