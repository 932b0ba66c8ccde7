/**
 * Walking through a program with values: every equation is visited with what its operands are, inner programs first.
 */
import { type Atom, bind, type Equation, Jaxpr, Literal, literalArray, type NdArray, type Var } from 'fluxion/extend';
import type { Applied } from './equation.js';
import { sliceOf } from './stack.js';

/** What a visit makes of an equation; anything but null ends the walk. */
export type Visit<T> = (applied: Applied, equation: Equation) => T | null;

/** Told when the walk enters an inner program: its inputs, and the atoms outside that they stand for. */
export type Enter = (inputs: readonly Var[], atoms: readonly Atom[]) => void;

/** Steps of a loop that are looked into. */
const STEPS = 3;

/** The first answer that is not null, in the order in which the equations are computed. */
export function walk<T>(jaxpr: Jaxpr, args: readonly NdArray[], visit: Visit<T>, enter: Enter = () => {}): T | null {
  return walkThrough(jaxpr, args, visit, enter).found;
}

function walkThrough<T>(
  jaxpr: Jaxpr,
  args: readonly NdArray[],
  visit: Visit<T>,
  enter: Enter,
): { found: T | null; outputs: NdArray[] } {
  const values = new Map<Var, NdArray>();
  const read = (atom: Atom): NdArray => (atom instanceof Literal ? literalArray(atom) : (values.get(atom) as NdArray));
  jaxpr.invars.forEach((v, i) => {
    values.set(v, args[i]);
  });
  for (const equation of jaxpr.equations) {
    const { primitive, params, location } = equation;
    const applied: Applied = { primitive, params, args: equation.inputs.map(read), location };
    const found = inside(applied, equation, visit, enter) ?? visit(applied, equation);
    if (found !== null) return { found, outputs: [] };
    const outputs = bind(primitive, applied.args, params);
    equation.outputs.forEach((v, i) => {
      values.set(v, outputs[i]);
    });
  }
  return { found: null, outputs: jaxpr.outvars.map(read) };
}

/** The programs that an equation carries, run on what it would give them. */
function inside<T>({ params, args }: Applied, { inputs }: Equation, visit: Visit<T>, enter: Enter): T | null {
  const { jaxpr, numConsts, numCarry, length, reverse, branches } = params as Readonly<Record<string, unknown>>;
  if (jaxpr instanceof Jaxpr && typeof numCarry === 'number' && typeof numConsts === 'number') {
    enter(jaxpr.invars, inputs);
    let carry = args.slice(numConsts, numConsts + numCarry);
    const consts = args.slice(0, numConsts);
    const xs = args.slice(numConsts + numCarry);
    for (let k = 0; k < Math.min(STEPS, length as number); k++) {
      const step = reverse ? (length as number) - 1 - k : k;
      const { found, outputs } = walkThrough(
        jaxpr,
        [...consts, ...carry, ...xs.map((x) => sliceOf(x, step))],
        visit,
        enter,
      );
      if (found !== null) return found;
      carry = outputs.slice(0, numCarry);
    }
    return null;
  }
  if (Array.isArray(branches) && branches.every((b): b is Jaxpr => b instanceof Jaxpr)) {
    const index = Math.max(0, Math.min(branches.length - 1, Number(args[0].dataSync()[0])));
    enter(branches[index].invars, inputs.slice(1));
    return walk(branches[index], args.slice(1), visit, enter);
  }
  for (const inner of Object.values(params)) {
    if (!(inner instanceof Jaxpr) || inner.invars.length !== args.length) continue;
    enter(inner.invars, inputs);
    return walk(inner, args, visit, enter);
  }
  return null;
}
