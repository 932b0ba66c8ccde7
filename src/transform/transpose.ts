/**
 * A linear program read backwards: reverse mode is nothing but this, applied to what `linearize` wrote down.
 *
 * Cotangents of a variable that is used several times are added up; zeros are symbolic and cost nothing. Equations that
 * depend on no linear input (recomputed by `checkpoint`, for instance) are run forwards first.
 * Source: JAX, autodidax, part 5; Radul et al., "You Only Linearize Once", POPL 2023.
 */
import type { NdArray } from '../array/array.js';
import { InternalError, NotDifferentiable } from '../error/error.js';
import { atLocation, deriving, locationText } from '../error/location.js';
import { type Atom, type Equation, type Jaxpr, Literal, type Var } from '../ir/jaxpr.js';
import { literalArray } from '../ir/literal.js';
import type { Cotangent, LinearStructure, Operand } from '../ir/primitive.js';
import { isLinear, isZero, Linear, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { addTangents } from '../trace/derivative.js';

/** Adds up what flows back to each variable. */
class Accumulator {
  readonly #cotangents = new Map<Var, Cotangent>();

  add(atom: Atom, cotangent: Cotangent | null): void {
    if (cotangent === null || atom instanceof Literal || isZero(cotangent)) return;
    const before = this.#cotangents.get(atom);
    this.#cotangents.set(atom, before ? addTangents(before, cotangent) : cotangent);
  }

  /** The sum for a variable; after this it is forgotten, since every use of it has been seen. */
  take(variable: Var): Cotangent {
    const cotangent = this.#cotangents.get(variable);
    this.#cotangents.delete(variable);
    return cotangent ?? new Zero(variable.aval);
  }
}

/**
 * Cotangents of the linear inputs of a jaxpr, given those of its outputs.
 *
 * @param args known values, or `Linear` at the places of the linear inputs
 * @returns one entry for each input; null for the known ones
 */
export function backwardPass(
  jaxpr: Jaxpr,
  args: readonly Operand[],
  cotangents: readonly Cotangent[],
): (Cotangent | null)[] {
  const known = new Map<Var, NdArray>();
  jaxpr.invars.forEach((v, i) => {
    const arg = args[i];
    if (!isLinear(arg)) known.set(v, arg);
  });
  const operand = (atom: Atom): Operand =>
    atom instanceof Literal ? literalArray(atom) : (known.get(atom) ?? new Linear(atom.aval));

  const linearEquations: Equation[] = [];
  for (const equation of jaxpr.equations) {
    const operands = equation.inputs.map(operand);
    if (operands.some(isLinear)) linearEquations.push(equation);
    else {
      const outputs = atLocation(equation.location, () =>
        bind(equation.primitive, operands as NdArray[], equation.params),
      );
      equation.outputs.forEach((v, i) => {
        known.set(v, outputs[i]);
      });
    }
  }

  const accumulator = new Accumulator();
  jaxpr.outvars.forEach((v, i) => {
    accumulator.add(v, cotangents[i]);
  });
  for (let k = linearEquations.length - 1; k >= 0; k--) {
    const equation = linearEquations[k];
    const flowing = equation.outputs.map((v) => accumulator.take(v));
    if (flowing.every(isZero)) continue;
    const results = atLocation(equation.location, () =>
      transposeEquation(equation, flowing, equation.inputs.map(operand)),
    );
    equation.inputs.forEach((atom, i) => {
      accumulator.add(atom, results[i]);
    });
  }
  return jaxpr.invars.map((v) => (known.has(v) ? null : accumulator.take(v)));
}

/** Whether a map of this structure is linear in the operands that are linear. */
function isLinearAt(structure: LinearStructure, operands: readonly Operand[]): boolean {
  if (structure.kind === 'bilinear') return operands.filter(isLinear).length < 2;
  const { positions } = structure;
  return positions === null || operands.every((x, i) => !isLinear(x) || positions.includes(i));
}

function transposeEquation(
  equation: Equation,
  cotangents: readonly Cotangent[],
  operands: readonly Operand[],
): (Cotangent | null)[] {
  const { derivative, name } = equation.primitive;
  if (derivative.kind !== 'smooth' || derivative.transpose === null) {
    throw new NotDifferentiable({
      op: name,
      reason:
        derivative.kind === 'none' ? derivative.reason : 'it is not linear in this operand, so it has no transpose',
      location: equation.location ? locationText(equation.location) : undefined,
    });
  }
  const { transpose, structure } = derivative;
  if (structure && !isLinearAt(structure, operands)) {
    throw new NotDifferentiable({
      op: name,
      reason: 'it is not linear in the operands that depend on the argument, so it has no transpose',
      location: equation.location ? locationText(equation.location) : undefined,
    });
  }
  const results = deriving(name, true, () => transpose(cotangents, operands, equation.params));
  if (results.length !== operands.length) {
    throw new InternalError({
      what: `the transpose rule of ${name} returned ${results.length} cotangents for ${operands.length} operands`,
    });
  }
  return results;
}
