/**
 * Minima of functions (`jax.scipy.optimize`). For training see `fluxion/optax`.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { inexactArray } from '../../numpy/promote.js';
import { type BfgsOptions, minimizeBfgs } from './bfgs.js';
import { type LbfgsOptions, minimizeLbfgs } from './lbfgs.js';
import type { OptimizeResults } from './result.js';

export type { BfgsOptions } from './bfgs.js';
export type { LbfgsOptions } from './lbfgs.js';
export type { OptimizeResults } from './result.js';

const LBFGS = 'l-bfgs-experimental-do-not-rely-on-this';

/** Options of `minimize`. */
export interface MinimizeOptions {
  /** Arguments of `fun` after `x`. */
  readonly args?: readonly unknown[];
  /** Accepted for SciPy's sake, as in JAX; `options.gtol` counts. */
  readonly tol?: number | null;
  /** Options of the method. */
  readonly options?: BfgsOptions | LbfgsOptions | null;
}

/**
 * The minimum of a differentiable function of a vector, from `x0: [n]` on, by `'BFGS'` (or, with little memory,
 * `'l-bfgs-experimental-do-not-rely-on-this'`).
 * @throws InvalidArgument for another method
 * @throws ShapeMismatch unless `x0` is a vector
 */
export function minimize(
  fun: (x: NdArray, ...args: never[]) => NdArray,
  x0: ArrayLike,
  method: string,
  options: MinimizeOptions = {},
): OptimizeResults {
  const op = 'minimize';
  const x = inexactArray(op, x0);
  if (x.ndim !== 1) throw new ShapeMismatch({ op, argument: 'x0', expected: 'a vector is needed', actual: x.shape });
  const { args = [] } = options;
  const f = (y: NdArray): NdArray => (fun as (y: NdArray, ...rest: readonly unknown[]) => NdArray)(y, ...args);
  const own = options.options ?? {};
  const name = `${method}`.toLowerCase();
  if (name === 'bfgs') return minimizeBfgs(f, x, own);
  if (name === LBFGS) return minimizeLbfgs(f, x, own);
  throw new InvalidArgument({ op, argument: 'method', expected: `'BFGS' or '${LBFGS}'`, actual: `'${method}'` });
}
