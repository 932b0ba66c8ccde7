/**
 * What a program costs, equation by equation: arithmetic operations and bytes, from the types alone.
 *
 * A call counts as what it calls, a scan as its body times its length, a conditional as its dearest branch; a loop whose
 * length nobody knows before it runs counts as one turn. Bytes are those of every operand and result, as if nothing were
 * fused: the compiler's own analysis of the optimized program says how many are left.
 */
import type { ShapedArray } from '../array/aval.js';
import { layoutOf } from '../array/dtype.js';
import type { Location } from '../error/location.js';
import { type AnyPrimitive, type Equation, Jaxpr, type Params, Var } from '../ir/jaxpr.js';

/** What one equation of a program costs. */
export interface EquationCost {
  readonly primitive: string;
  /** The user's line, where one is known. */
  readonly location: Location | null;
  /** Arithmetic operations. */
  readonly flops: number;
  /** Bytes read and written. */
  readonly bytes: number;
  /** How often it runs in one run of the program. */
  readonly runs: number;
}

const bytesOf = (aval: ShapedArray): number => aval.size * layoutOf(aval.dtype).bytes;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function flopsOf(
  primitive: AnyPrimitive,
  inputs: readonly ShapedArray[],
  outputs: readonly ShapedArray[],
  params: Params,
) {
  return (
    primitive.flops?.(inputs, outputs, params) ??
    Math.max(0, ...inputs.map((x) => x.size), ...outputs.map((x) => x.size))
  );
}

/** The jaxprs that an equation runs, and how often; null for an equation that stands for itself. */
function bodies({
  primitive,
  params,
}: Equation): { readonly alternatives: readonly Jaxpr[][]; readonly runs: number } | null {
  const called = primitive.called?.(params);
  if (called) return { alternatives: [[called]], runs: 1 };
  const values: readonly unknown[] = Object.values(params);
  const lists = values.filter(
    (v): v is Jaxpr[] => Array.isArray(v) && v.length > 0 && v.every((j) => j instanceof Jaxpr),
  );
  if (lists.length > 0) return { alternatives: lists[0].map((branch) => [branch]), runs: 1 };
  const inner = values.filter((v): v is Jaxpr => v instanceof Jaxpr);
  if (inner.length === 0) return null;
  return { alternatives: [inner], runs: typeof params.length === 'number' ? params.length : 1 };
}

/** The costs of all equations of a program, those of inner programs in place of what runs them. */
export function equationCosts(jaxpr: Jaxpr, runs = 1): EquationCost[] {
  return jaxpr.equations.flatMap((equation): EquationCost[] => {
    const inner = bodies(equation);
    if (inner) {
      const costs = inner.alternatives.map((jaxprs) => jaxprs.flatMap((j) => equationCosts(j, runs * inner.runs)));
      const totals = costs.map((list) => sum(list.map(({ flops }) => flops)));
      return costs[totals.indexOf(Math.max(...totals))].map((cost) => ({
        ...cost,
        location: cost.location ?? equation.location,
      }));
    }
    const { primitive, inputs, outputs, params, location } = equation;
    const [ins, outs] = [inputs, outputs].map((atoms) => atoms.map(({ aval }) => aval));
    const moved = [...inputs, ...outputs].filter((atom) => atom instanceof Var).map(({ aval }) => bytesOf(aval));
    return [
      {
        primitive: primitive.name,
        location,
        flops: runs * flopsOf(primitive, ins, outs, params),
        bytes: runs * sum(moved),
        runs,
      },
    ];
  });
}
