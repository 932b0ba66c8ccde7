/**
 * Linear equations solved by products with the matrix alone (`jax.scipy.sparse.linalg`).
 *
 * `A` is a function, or a matrix; `b` and the solution are trees of arrays. Solutions are differentiable: their derivative
 * is the solution of an equation, found by the same method.
 */
import type { NdArray } from '../../../array/array.js';
import { InvalidArgument } from '../../../error/error.js';
import { customLinearSolve } from '../../../lax/control.js';
import * as jnp from '../../../numpy/index.js';
import { bicgstabSteps, cgSteps } from './conjugate.js';
import { gmresSteps } from './gmres.js';
import {
  asGuess,
  asOperator,
  asVector,
  isReal,
  norm,
  type Operator,
  type OperatorLike,
  sizeOfVector,
  type Vector,
} from './vectors.js';

/** Options of `cg` and `bicgstab`. */
export interface IterativeOptions {
  /** The first guess. Default zeros. */
  readonly x0?: unknown;
  /** How small the residual must be beside `b`. Default 1e-5. */
  readonly tol?: number;
  /** How small it must be at least. Default 0. */
  readonly atol?: number;
  /** Steps at most. Default 10 for each unknown. */
  readonly maxiter?: number | null;
  /** A preconditioner, near to the inverse of `A`: a function or a matrix. Default the identity. */
  readonly M?: OperatorLike | null;
}

/** Options of `gmres`. */
export interface GmresOptions extends IterativeOptions {
  /** Products between restarts. Default 20, at most the number of unknowns. */
  readonly restart?: number;
  /** Whether the small problem is solved once for all products (`batched`), or updated with each. Default `batched`. */
  readonly solveMethod?: 'batched' | 'incremental';
}

/** The solution, with the shapes of `b`, and how it went. */
export type Solution<B, Info> = readonly [
  x: B extends NdArray ? NdArray : B extends readonly number[] ? NdArray : B,
  info: Info,
];

type Steps = typeof cgSteps;

function solve<B>(
  op: string,
  steps: Steps,
  A: OperatorLike,
  b: B,
  options: IterativeOptions,
  mayBeSymmetric: boolean,
): Solution<B, null> {
  const { tol = 1e-5, atol = 0 } = options;
  const right = asVector(op, 'b', b);
  const x0 = asGuess(op, options.x0, right);
  const maxiter = options.maxiter ?? 10 * sizeOfVector(right);
  const [product, preconditioner] = [asOperator(op, 'A', A), asOperator(op, 'M', options.M)];
  const run = (matvec: Operator, y: Vector): Vector =>
    steps(matvec, y, { x0, tol, atol, maxiter, preconditioner, isPlain: (options.M ?? null) === null });
  const x = customLinearSolve(product as never, right as never, run as never, {
    transposeSolve: run as never,
    symmetric: mayBeSymmetric && isReal(right),
  });
  return [x, null] as unknown as Solution<B, null>;
}

/**
 * `[x, null]` with `A x = b` for Hermitian, positive definite `A`, by conjugate gradients.
 * @throws ShapeMismatch, TreeMismatch when arguments do not fit together
 */
export const cg = <const B>(A: OperatorLike, b: B, options: IterativeOptions = {}): Solution<B, null> =>
  solve('cg', cgSteps, A, b, options, true);

/** `[x, null]` with `A x = b`, by stabilized biconjugate gradients. */
export const bicgstab = <const B>(A: OperatorLike, b: B, options: IterativeOptions = {}): Solution<B, null> =>
  solve('bicgstab', bicgstabSteps, A, b, options, false);

/**
 * `[x, info]` with `A x = b`, by generalized minimal residuals, restarted; `info` is -1 where it failed, else 0.
 * @throws InvalidArgument for another `solveMethod`
 */
export function gmres<const B>(A: OperatorLike, b: B, options: GmresOptions = {}): Solution<B, NdArray> {
  const op = 'gmres';
  const { tol = 1e-5, solveMethod = 'batched' } = options;
  if (solveMethod !== 'batched' && solveMethod !== 'incremental') {
    const expected = "'batched' or 'incremental'";
    throw new InvalidArgument({ op, argument: 'solveMethod', expected, actual: `'${solveMethod as string}'` });
  }
  const right = asVector(op, 'b', b);
  const x0 = asGuess(op, options.x0, right);
  const size = sizeOfVector(right);
  const maxiter = options.maxiter ?? 10 * size;
  const restart = Math.min(options.restart ?? 20, size);
  const [product, preconditioner] = [asOperator(op, 'A', A), asOperator(op, 'M', options.M)];
  const length = norm(right);
  const atol = jnp.maximum(length.mul(tol), options.atol ?? 0);
  const ptol = norm(preconditioner(right)).mul(jnp.minimum(1, atol.div(length)));
  const run = (matvec: Operator, y: Vector): Vector =>
    gmresSteps(matvec, y, {
      x0,
      atol,
      ptol,
      restart,
      maxiter,
      preconditioner,
      isIncremental: solveMethod === 'incremental',
    });
  const x = customLinearSolve(product as never, right as never, run as never, { transposeSolve: run as never });
  const failed = jnp.isnan(norm(x));
  return [x, jnp.where(failed, -1, 0)] as unknown as Solution<B, NdArray>;
}
