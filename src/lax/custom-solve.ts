/**
 * Solutions of equations, differentiated by the implicit function theorem instead of through the solver.
 *
 *     f(x*(m), m) = 0        =>   dx* = -(df/dx)^-1 df/dm dm         (customRoot)
 *     A(m) x = b             =>   dx = A^-1 (db - dA x),  db = A^-T dx   (customLinearSolve)
 *
 * Everything that the functions captured is an operand, so that derivatives reach it.
 * Source: jax.lax.custom_root, jax.lax.custom_linear_solve; Blondel et al., "Efficient and modular implicit
 * differentiation", NeurIPS 2022.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, NotDifferentiable } from '../error/error.js';
import { Jaxpr, Var } from '../ir/jaxpr.js';
import type { Tangent } from '../ir/primitive.js';
import { Zero } from '../ir/zero.js';
import { taker } from '../primitive/control/masks.js';
import { type CustomJvpRule, customJvpCallP } from '../primitive/custom.js';
import { linearMap } from '../primitive/custom-linear.js';
import { neg, sub } from '../primitive/elementwise.js';
import { bind } from '../trace/context.js';
import { instantiate } from '../trace/derivative.js';
import { stage } from '../trace/stage.js';
import { transforms } from '../trace/transforms.js';
import { stageBody, type TreeFunction } from '../transform/body.js';
import { leavesLike, tangentsOf } from '../transform/custom-call.js';
import type { Like } from '../transform/custom-jvp.js';
import { evaluateJaxpr } from '../transform/interpret.js';
import { jvpFlat } from '../transform/jvp.js';
import { flattenArrays } from '../transform/leaves.js';
import { linearizeFlat } from '../transform/linearize.js';
import { type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';

/** A function from a tree to one like it. */
export type Endomorphism<T> = (x: Arrays<T>) => Arrays<T>;

/** What a solver returned, flat: the solution first, then what `hasAux` splits off. */
class SolverResult {
  auxTree: TreeDef | null = null;

  constructor(
    readonly op: string,
    readonly def: TreeDef,
    readonly avals: readonly NdArray['aval'][],
    readonly hasAux: boolean,
  ) {}

  flatten(result: unknown, rule: string): NdArray[] {
    const isPair = Array.isArray(result) && result.length === 2;
    if (this.hasAux && !isPair) {
      throw new InvalidArgument({
        op: this.op,
        argument: `the result of ${rule}`,
        expected: 'a pair [solution, aux], since hasAux is true',
        actual: `a ${typeof result}`,
      });
    }
    const solution = this.hasAux ? (result as readonly unknown[])[0] : result;
    const leaves = leavesLike(solution, this.def, this.avals, { function: this.op, rule }, 'the solution');
    if (!this.hasAux) return leaves;
    const aux = flattenArrays((result as readonly unknown[])[1], this.op, 'aux');
    this.auxTree = aux.treedef;
    return [...leaves, ...aux.leaves];
  }

  unflatten(outputs: readonly NdArray[]): unknown {
    const n = this.def.numLeaves;
    const solution = unflatten(this.def, outputs.slice(0, n));
    return this.auxTree ? Object.freeze([solution, unflatten(this.auxTree, outputs.slice(n))]) : solution;
  }
}

const strong = (xs: readonly NdArray[]): NdArray['aval'][] => xs.map((x) => x.aval.strong);

/**
 * A root of `f`, differentiable with respect to all that `f` captured (`jax.lax.custom_root`).
 *
 * @param f `x => residual`, from a tree to one like it
 * @param solve `(f, initialGuess) => root`; it need not be differentiable. With `hasAux` it returns `[root, aux]`.
 * @param tangentSolve `(g, y) => x` with `g(x) = y` for the linear function `g`, the derivative of `f` at the root
 * @throws CustomRuleMismatch when a function returns another type than that of the guess
 */
export function customRoot<const T>(
  f: (x: Arrays<T>) => NoInfer<Like<T>>,
  initialGuess: T,
  solve: (f: Endomorphism<T>, initialGuess: Arrays<T>) => unknown,
  tangentSolve: (g: Endomorphism<T>, y: Arrays<T>) => NoInfer<Like<T>>,
  options: { readonly hasAux?: boolean } = {},
): Arrays<T> {
  checkArgument('customRoot', 'f', f, 'function');
  checkArgument('customRoot', 'solve', solve, 'function');
  checkArgument('customRoot', 'tangentSolve', tangentSolve, 'function');
  checkOptions('customRoot', options, { hasAux: 'boolean' });
  const op = 'customRoot';
  const { leaves: guess, treedef } = flattenArrays(initialGuess, op, 'initialGuess');
  const avals = strong(guess);
  const { jaxpr: residual, consts } = stageBody(op, f as TreeFunction, [treedef], avals);
  const tree = (xs: readonly NdArray[]): Arrays<T> => unflatten(treedef, xs) as Arrays<T>;
  const result = new SolverResult(op, treedef, avals, options.hasAux ?? false);
  const flat = (value: unknown, rule: string): NdArray[] =>
    leavesLike(value, treedef, avals, { function: op, rule }, 'the result');
  const residualAt =
    (captured: readonly NdArray[]): Endomorphism<T> =>
    (x) =>
      tree(evaluateJaxpr(residual, [...captured, ...flat(x, 'f')]));

  const solver = stage(op, [...consts.map((c) => c.aval), ...avals], (args) =>
    result.flatten(solve(residualAt(args.slice(0, consts.length)), tree(args.slice(consts.length))), 'solve'),
  );
  const first = solver.consts.length;
  const apply = (args: readonly NdArray[]): NdArray[] =>
    bind(customJvpCallP, args, { name: op, callJaxpr: solver.jaxpr, numConsts: 0, jvp });
  const jvp: CustomJvpRule = (primals, tangents) => {
    const outputs = apply(primals);
    const root = outputs.slice(0, avals.length);
    const captured = primals.slice(first, first + consts.length);
    const dots = tangentsOf(tangents.slice(first, first + consts.length).map(instantiate), strong(captured));
    const moved = jvpFlat(op, (cs) => evaluateJaxpr(residual, [...cs, ...root]), captured, dots).tangents;
    const { map } = linearizeFlat(op, (xs) => evaluateJaxpr(residual, [...captured, ...xs]), root);
    const slope: Endomorphism<T> = (x) => {
      const given = flat(x, 'tangentSolve').filter((_, i) => map.nonzeroIn[i]);
      const next = taker(evaluateJaxpr(map.jaxpr, [...map.residuals, ...given]));
      return tree(map.outAvals.map((aval, i) => (map.nonzeroOut[i] ? next(1)[0] : instantiate(new Zero(aval)))));
    };
    const solved = flat(tangentSolve(slope, tree(moved.map(instantiate))), 'tangentSolve').map(neg);
    return { primals: outputs, tangents: outputs.map((y, i): Tangent => solved[i] ?? new Zero(y.aval)) };
  };
  return result.unflatten(apply([...solver.consts, ...consts, ...guess])) as Arrays<T>;
}

/** Options of `customLinearSolve`. */
export interface LinearSolveOptions<T> {
  /** `(vecmat, y) => x` with `vecmat(x) = y` for the transpose of `matvec`; needed for reverse mode. */
  readonly transposeSolve?: (vecmat: Endomorphism<T>, y: Arrays<T>) => unknown;
  /** True when `matvec` is its own transpose: then `solve` serves for it, too. */
  readonly symmetric?: boolean;
  /** True when the solvers return `[solution, aux]`. */
  readonly hasAux?: boolean;
}

/** A linear equation and how it is solved, as programs over what they captured (and, after that, a vector). */
interface Problem {
  readonly matvec: Jaxpr;
  readonly vecmat: Jaxpr;
  /** What it captured, what `matvec` captured, right-hand side -> solution, aux. */
  readonly solve: Jaxpr;
  readonly transposeSolve: Jaxpr | null;
}

/** The arrays that a problem's programs captured, and the right-hand side. */
interface Data {
  readonly solve: readonly NdArray[];
  readonly transposeSolve: readonly NdArray[];
  readonly matvec: readonly NdArray[];
  readonly b: readonly NdArray[];
}

/**
 * The solution `x` of `matvec(x) = b`, differentiable with respect to `b` and to all that `matvec` captured
 * (`jax.lax.custom_linear_solve`).
 *
 * @param matvec a linear function, from a tree to one like it
 * @param solve `(matvec, b) => x`; it need not be differentiable
 * @throws CustomRuleMismatch when a function returns another type than that of `b`
 * @throws NotDifferentiable in reverse mode, without `transposeSolve` or `symmetric`
 */
export function customLinearSolve<const T>(
  matvec: (x: Arrays<T>) => NoInfer<Like<T>>,
  b: T,
  solve: (matvec: Endomorphism<T>, b: Arrays<T>) => unknown,
  options: LinearSolveOptions<T> = {},
): Arrays<T> {
  checkArgument('customLinearSolve', 'matvec', matvec, 'function');
  checkArgument('customLinearSolve', 'solve', solve, 'function');
  checkOptions('customLinearSolve', options, { transposeSolve: 'function', symmetric: 'boolean', hasAux: 'boolean' });
  const op = 'customLinearSolve';
  const { symmetric = false, hasAux = false } = options;
  const { leaves, treedef } = flattenArrays(b, op, 'b');
  const avals = strong(leaves);
  const { jaxpr: forward, consts } = stageBody(op, matvec as TreeFunction, [treedef], avals);
  const m = consts.length;
  const tree = (xs: readonly NdArray[]): Arrays<T> => unflatten(treedef, xs) as Arrays<T>;
  const backward = symmetric
    ? forward
    : transforms().transpose(
        forward,
        forward.invars.map((_, i) => i >= m),
        undefined,
        true,
      ).jaxpr;
  const result = new SolverResult(op, treedef, avals, hasAux);
  const solver = (program: Jaxpr, by: LinearSolveOptions<T>['transposeSolve'] & {}, rule: string) =>
    stage(`${op}(${rule})`, [...consts.map((c) => c.aval), ...avals], (args) => {
      const apply: Endomorphism<T> = (x) => {
        const given = leavesLike(x, treedef, avals, { function: op, rule }, 'the vector');
        return tree(evaluateJaxpr(program, [...args.slice(0, m), ...given]));
      };
      return result.flatten(by(apply, tree(args.slice(m))), rule);
    });
  const direct = solver(forward, solve, 'solve');
  const transposed = options.transposeSolve
    ? solver(backward, options.transposeSolve, 'transposeSolve')
    : symmetric
      ? direct
      : null;
  const problem: Problem = {
    matvec: forward,
    vecmat: backward,
    solve: direct.jaxpr,
    transposeSolve: transposed?.jaxpr ?? null,
  };
  const data = { solve: direct.consts, transposeSolve: transposed?.consts ?? [], matvec: consts, b: leaves };
  return result.unflatten(applySolve(problem, data)) as Arrays<T>;
}

function applySolve(problem: Problem, data: Data): NdArray[] {
  const counts = [data.solve.length, data.transposeSolve.length, data.matvec.length, data.b.length];
  const parts = (list: readonly NdArray[]): Data => {
    const take = taker(list);
    const [solve, transposeSolve, matvec, b] = counts.map((n) => take(n));
    return { solve, transposeSolve, matvec, b };
  };
  const jvp: CustomJvpRule = (primals, tangents) => {
    const here = parts(primals);
    const dots = parts(tangents.map(instantiate));
    const outputs = applySolve(problem, here);
    const x = outputs.slice(0, here.b.length);
    const moving = tangentsOf(dots.matvec, strong(here.matvec));
    const shift = jvpFlat(
      'customLinearSolve',
      (cs) => evaluateJaxpr(problem.matvec, [...cs, ...x]),
      here.matvec,
      moving,
    );
    const rhs = dots.b.map((db, i) => {
      const moved = shift.tangents[i];
      return moved instanceof Zero ? db : sub(db, moved);
    });
    const residuals = [...here.solve, ...here.transposeSolve, ...here.matvec];
    const n = x.length;
    const dx = linearMap(
      'customLinearSolve',
      residuals,
      rhs,
      strong(x),
      (kept, b) => applySolve(problem, parts([...kept, ...b.map(instantiate)])).slice(0, n),
      (kept, b) => applyTransposed(problem, parts([...kept, ...b.map(instantiate)])).slice(0, n),
    );
    return { primals: outputs, tangents: outputs.map((y, i): Tangent => dx[i] ?? new Zero(y.aval)) };
  };
  const { solve } = problem;
  const unused = data.transposeSolve.map((c) => new Var(c.aval));
  const [own, rest] = [solve.invars.slice(0, counts[0]), solve.invars.slice(counts[0])];
  return bind(customJvpCallP, [...data.solve, ...data.transposeSolve, ...data.matvec, ...data.b], {
    name: 'custom_linear_solve',
    callJaxpr: new Jaxpr([...own, ...unused, ...rest], solve.equations, solve.outvars),
    numConsts: 0,
    jvp,
  });
}

function applyTransposed(problem: Problem, data: Data): NdArray[] {
  if (problem.transposeSolve === null) {
    throw new NotDifferentiable({
      op: 'customLinearSolve',
      reason: 'reverse mode needs a solver for the transpose: give it transposeSolve, or symmetric: true',
    });
  }
  const { matvec, vecmat, solve, transposeSolve } = problem;
  const flipped: Problem = { matvec: vecmat, vecmat: matvec, solve: transposeSolve, transposeSolve: solve };
  return applySolve(flipped, { ...data, solve: data.transposeSolve, transposeSolve: data.solve });
}
