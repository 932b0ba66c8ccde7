/**
 * Dead code: equations whose outputs nobody uses are removed, those with effects stay.
 */
import { type Equation, Jaxpr, Literal, type Var } from './jaxpr.js';

/** The jaxpr with only the used outputs and the equations they need. All inputs stay. */
export function pruneEquations(jaxpr: Jaxpr, usedOut: readonly boolean[]): Jaxpr {
  const outvars = jaxpr.outvars.filter((_, i) => usedOut[i]);
  const needed = new Set<Var>();
  const need = (atoms: Equation['inputs']): void => {
    for (const atom of atoms) if (!(atom instanceof Literal)) needed.add(atom);
  };
  need(outvars);
  const kept: Equation[] = [];
  for (let k = jaxpr.equations.length - 1; k >= 0; k--) {
    const equation = jaxpr.equations[k];
    const used = equation.outputs.map((v) => needed.has(v));
    const hasEffects = (equation.primitive.effects?.(equation.params) ?? []).length > 0;
    if (!hasEffects && !used.some(Boolean)) continue;
    const simplified = used.every(Boolean) ? equation : (equation.primitive.simplify?.(equation, used) ?? equation);
    need(simplified.inputs);
    kept.push(simplified);
  }
  kept.reverse();
  return new Jaxpr(jaxpr.invars, kept, outvars, jaxpr.inputNames);
}

/** As `pruneEquations`, and without the inputs that are not needed any more. */
export function prune(jaxpr: Jaxpr, usedOut: readonly boolean[]): { jaxpr: Jaxpr; usedIn: boolean[] } {
  const pruned = pruneEquations(jaxpr, usedOut);
  const used = new Set<unknown>(pruned.outvars);
  for (const equation of pruned.equations) for (const atom of equation.inputs) used.add(atom);
  const usedIn = jaxpr.invars.map((v) => used.has(v));
  const invars = jaxpr.invars.filter((_, i) => usedIn[i]);
  const names = jaxpr.inputNames?.filter((_, i) => usedIn[i]) ?? null;
  return { jaxpr: new Jaxpr(invars, pruned.equations, pruned.outvars, names), usedIn };
}
