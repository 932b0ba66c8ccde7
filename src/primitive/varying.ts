/**
 * Along which mesh axes a value may differ from device to device.
 *
 * Inside of `shardMap` a value that came in whole is the same on all devices, one that came in cut is not; a sum over an
 * axis is the same again. Knowing it, a sum over devices that all hold the same is a multiplication, which needs no
 * communication: transposing makes many such sums.
 * Source: jax.shard_map's `check_vma`.
 */
import type { NdArray } from '../array/array.js';
import { type Atom, type Equation, Jaxpr, Literal, namedAxesOf, Var } from '../ir/jaxpr.js';
import { literalArray } from '../ir/literal.js';
import type { BatchAxis } from '../ir/primitive.js';
import { bind } from '../trace/context.js';
import { transforms } from '../trace/transforms.js';

/** The axes along which a value may vary. */
export type Varying = ReadonlySet<string>;

const union = (sets: readonly Varying[]): Varying => new Set(sets.flatMap((set) => [...set]));

/** The program that an equation calls on its own operands, if it is such a call. */
const calledBy = ({ primitive, params, inputs }: Equation): Jaxpr | null => {
  const jaxpr = primitive.called?.(params) ?? null;
  return jaxpr !== null && jaxpr.invars.length === inputs.length ? jaxpr : null;
};

/** What an equation's outputs vary along, given its inputs. */
function outputsVary(equation: Equation, inputs: readonly Varying[]): readonly Varying[] {
  const { primitive, params, outputs } = equation;
  const called = calledBy(equation);
  if (called) return varyingOf(called, inputs);
  const axes = namedAxesOf(primitive, params);
  const all = new Set(union(inputs));
  for (const axis of axes) {
    if (primitive.agrees) all.delete(axis);
    else all.add(axis);
  }
  return outputs.map(() => all);
}

/** What the outputs of a program vary along, given its inputs. */
export function varyingOf(jaxpr: Jaxpr, inputs: readonly Varying[]): Varying[] {
  const sets = new Map<Var, Varying>(jaxpr.invars.map((v, i) => [v, inputs[i]]));
  const read = (x: Atom): Varying => (x instanceof Literal ? new Set() : (sets.get(x) as Varying));
  for (const equation of jaxpr.equations) {
    const results = outputsVary(equation, equation.inputs.map(read));
    equation.outputs.forEach((v, i) => {
      sets.set(v, results[i]);
    });
  }
  return jaxpr.outvars.map(read);
}

interface Operand {
  readonly value: NdArray;
  readonly varies: Varying;
}

/** A collective as a program of its own, without an axis along which its operands do not vary. */
function withoutAxis(equation: Equation, axis: BatchAxis): Jaxpr {
  const inputs = equation.inputs.map(({ aval }) => new Var(aval));
  const alone = new Jaxpr(inputs, [{ ...equation, inputs }], equation.outputs);
  return transforms().batch(
    alone,
    inputs.map(() => null),
    axis,
  ).jaxpr;
}

/**
 * Applies a program's equations, in which collectives over devices that agree are replaced by what `vmap` makes of them
 * for an operand that is not mapped.
 */
export function evaluateVarying(
  jaxpr: Jaxpr,
  args: readonly NdArray[],
  inputs: readonly Varying[],
  sizeOf: (axis: string) => number,
): NdArray[] {
  const values = new Map<Var, Operand>(jaxpr.invars.map((v, i) => [v, { value: args[i], varies: inputs[i] }]));
  const read = (x: Atom): Operand =>
    x instanceof Literal ? { value: literalArray(x), varies: new Set() } : (values.get(x) as Operand);
  for (const equation of jaxpr.equations) {
    const { primitive, params, outputs } = equation;
    const operands = equation.inputs.map(read);
    const operandValues = operands.map(({ value }) => value);
    const operandVaries = operands.map(({ varies }) => varies);
    const called = calledBy(equation);
    const axis = primitive.agrees
      ? primitive.namedAxes?.(params).find((name) => !operandVaries.some((varies) => varies.has(name)))
      : undefined;
    const instead =
      axis !== undefined
        ? withoutAxis(equation, { size: sizeOf(axis), name: axis })
        : called !== null && called.namedAxes.length > 0
          ? called
          : null;
    const results = instead
      ? evaluateVarying(instead, operandValues, operandVaries, sizeOf)
      : bind(primitive, operandValues, params);
    const varies = outputsVary(equation, operandVaries);
    outputs.forEach((v, i) => {
      values.set(v, { value: results[i], varies: varies[i] });
    });
  }
  return jaxpr.outvars.map((x) => read(x).value);
}
