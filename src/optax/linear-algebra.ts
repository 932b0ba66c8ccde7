/**
 * Linear algebra of optimizers: dominant eigenvalues, inverse roots, least squares without negative numbers.
 *
 * Source: optax, `_src/linear_algebra.py`.
 */

import { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { foriLoop } from '../lax/while-loop.js';
import { type Key, PRNGKey, uniform } from '../random/index.js';
import { filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { whileLoop } from './control.js';
import { matrixInversePthRootOptions, nnlsOptions, powerIterationOptions } from './options.js';
import { norm, scale, sub, vdot } from './tree/math.js';

/** Options of `powerIteration`. */
export interface PowerIterationOptions {
  /** The first vector; random when null, needed for a function. */
  readonly v0?: unknown;
  /** The largest number of iterations. Default 100. */
  readonly numIters?: number;
  /** The iteration ends when the residual relative to the eigenvalue is smaller. Default 1e-6. */
  readonly errorTolerance?: number;
  /** Draws the first vector. Default `PRNGKey(0)`. */
  readonly key?: Key | null;
}

const powerDefaults = { v0: null, numIters: 100, errorTolerance: 1e-6, key: null };

const unit = (x: unknown): unknown => scale(jnp.div(1, norm(x)), x);

/**
 * The eigenvalue of largest magnitude and its eigenvector, of a matrix `[n, n]`, or of a linear function of trees.
 * @throws InvalidArgument when a function comes without `v0`
 */
export function powerIteration(
  matrix: NdArray | ((v: never) => unknown),
  options: PowerIterationOptions = {},
): readonly [eigenvalue: NdArray, eigenvector: unknown] {
  checkOptions('powerIteration', options, powerIterationOptions);
  if (!(matrix instanceof NdArray)) checkArgument('powerIteration', 'matrix', matrix, 'function');
  const { v0, numIters, errorTolerance, key } = filled(powerDefaults, options);
  const multiply =
    matrix instanceof NdArray
      ? (v: unknown): unknown => jnp.matmul(matrix, v as NdArray, { precision: 'highest' })
      : (matrix as (v: unknown) => unknown);
  let first: unknown = v0;
  if (first === null) {
    if (!(matrix instanceof NdArray)) {
      throw new InvalidArgument({
        op: 'powerIteration',
        argument: 'v0',
        expected: 'given when matrix is a function',
        actual: 'absent',
      });
    }
    const shape = matrix.shape.slice(-1);
    first = uniform(key ?? PRNGKey(0), { shape, dtype: matrix.dtype, minval: -1, maxval: 1 });
  }
  interface Iteration {
    readonly v: unknown;
    readonly z: unknown;
    readonly eigenvalue: NdArray;
    readonly count: NdArray;
  }
  const goesOn = ({ v, z, eigenvalue, count }: Iteration): NdArray => {
    const residual = norm(sub(z, scale(eigenvalue, v)));
    const isDone = jnp.less(jnp.abs(jnp.div(residual, eigenvalue)), errorTolerance);
    return jnp.logicalAnd(jnp.logicalNot(isDone), jnp.less(count, numIters));
  };
  const iterate = ({ z, count }: Iteration): Iteration => {
    const v = unit(z);
    const next = multiply(v);
    return { v, z: next, eigenvalue: vdot(v, next), count: jnp.add(count, 1) };
  };
  const v = unit(first);
  const start = { v, z: multiply(v), eigenvalue: jnp.zeros([]), count: jnp.zeros([], { dtype: 'int32' }) };
  const { z, eigenvalue } = whileLoop<Iteration>(goesOn, iterate, start);
  return [eigenvalue, unit(z)];
}

/** Options of `matrixInversePthRoot`. */
export interface MatrixInversePthRootOptions {
  /** The largest number of iterations. Default 100. */
  readonly numIters?: number;
  /** Times the largest eigenvalue is added to the diagonal. Default 1e-6. */
  readonly ridgeEpsilon?: number;
  /** The error at which the iteration ends. Default 1e-6. */
  readonly errorTolerance?: number;
}

const rootDefaults = { numIters: 100, ridgeEpsilon: 1e-6, errorTolerance: 1e-6 };

/**
 * `matrix^(-1/p)` for a positive definite matrix `[n, n]`, with the error of the iteration, by coupled Newton steps.
 *
 * `p` is a power of 2 up to 8 (other exponents are rounded in their logarithm to one, as in optax).
 * Source: Guo, Higham, "A Schur-Newton Method for the Matrix pth Root and its Inverse", 2006.
 * @throws ShapeMismatch when the matrix is not square
 */
export function matrixInversePthRoot(
  matrix: NdArray,
  p: number,
  options: MatrixInversePthRootOptions = {},
): readonly [root: NdArray, error: NdArray] {
  checkArgument('matrixInversePthRoot', 'p', p, 'number');
  checkArgument('matrixInversePthRoot', 'matrix', matrix, NdArray);
  checkOptions('matrixInversePthRoot', options, matrixInversePthRootOptions);
  const { numIters, ridgeEpsilon, errorTolerance } = filled(rootDefaults, options);
  const [n, m] = matrix.shape;
  if (matrix.ndim !== 2 || n !== m) {
    throw new ShapeMismatch({
      op: 'matrixInversePthRoot',
      argument: 'matrix',
      expected: 'it must be square',
      actual: matrix.shape,
    });
  }
  const alpha = -1 / p;
  const [largest] = powerIteration(matrix);
  const ridge = jnp.mul(ridgeEpsilon, jnp.maximum(largest, 1e-16));
  if (n === 1) return [jnp.power(jnp.add(matrix, ridge), alpha), jnp.zeros([])];

  const times = (a: NdArray, b: NdArray): NdArray => jnp.matmul(a, b, { precision: 'highest' });
  const squarings = Math.min(Math.max(Math.round(Math.log2(p)), 0), 3);
  const power = (x: NdArray): NdArray => {
    let y = x;
    for (let i = 0; i < squarings; i++) y = times(y, y);
    return y;
  };
  const one = jnp.eye(n);
  const errorOf = (x: NdArray): NdArray => jnp.max(jnp.abs(jnp.sub(x, one)));

  interface Iteration {
    readonly count: NdArray;
    readonly m: NdArray;
    readonly h: NdArray;
    readonly before: NdArray;
    readonly error: NdArray;
    readonly improves: NdArray;
  }
  const goesOn = ({ count, error, improves }: Iteration): NdArray =>
    jnp.logicalAnd(jnp.less(count, numIters), jnp.logicalAnd(jnp.greater(error, errorTolerance), improves));
  const iterate = ({ count, m: old, h, error }: Iteration): Iteration => {
    const step = jnp.add(jnp.mul(1 - alpha, one), jnp.mul(alpha, old));
    const next = times(power(step), old);
    const nextError = errorOf(next);
    return {
      count: jnp.add(count, 1),
      m: next,
      h: times(h, step),
      before: h,
      error: nextError,
      // Beyond convergence, rounding makes the error grow: the step before is kept then.
      improves: jnp.less(nextError, jnp.mul(error, 1.2)),
    };
  };
  const damped = jnp.add(matrix, jnp.mul(ridge, one));
  const z = jnp.div(1 + p, jnp.mul(2, jnp.sqrt(jnp.sum(jnp.square(damped)))));
  const firstM = jnp.mul(damped, z);
  const firstH = jnp.mul(one, jnp.power(z, 1 / p));
  const start: Iteration = {
    count: jnp.zeros([], { dtype: 'int32' }),
    m: firstM,
    h: firstH,
    before: firstH,
    error: errorOf(firstM),
    improves: jnp.asarray(true),
  };
  const end = whileLoop(goesOn, iterate, start) as unknown as Iteration;
  return [jnp.astype(jnp.where(end.improves, end.h, end.before), matrix.dtype), errorOf(end.m)];
}

/** Options of `nnls`. */
export interface NnlsOptions {
  /** Accepted for optax's sake: how many iterations are unrolled. */
  readonly unroll?: number;
  /** A bound of the largest eigenvalue of `A' A`; computed from its norms when null. */
  readonly L?: ArrayLike | null;
}

/**
 * `argmin ||A x - b||` over `x` without negative elements, by accelerated projected gradients.
 *
 * `A`: `[m, n]`, `b`: `[m]` or `[m, k]`; returns `[n]` or `[n, k]`.
 * @throws ShapeMismatch
 */
export function nnls(A: NdArray, b: NdArray, iters: number, options: NnlsOptions = {}): NdArray {
  checkArgument('nnls', 'iters', iters, 'integer');
  checkArgument('nnls', 'A', A, NdArray);
  checkArgument('nnls', 'b', b, NdArray);
  checkOptions('nnls', options, nnlsOptions);
  if (A.ndim !== 2 || b.ndim < 1 || b.ndim > 2 || b.shape[0] !== A.shape[0]) {
    const expected = `A must be [m, n] and b [m] or [m, k], with A of shape [${A.shape.join(', ')}]`;
    throw new ShapeMismatch({ op: 'nnls', argument: 'b', expected, actual: b.shape });
  }
  const transposed = jnp.transpose(A);
  const Q = jnp.matmul(transposed, A);
  const q = jnp.matmul(transposed, b);
  const frobenius = jnp.sqrt(jnp.sum(jnp.square(Q)));
  const bound = options.L ?? jnp.minimum(frobenius, jnp.max(jnp.sum(jnp.abs(Q), { axis: 0 })));
  const L = jnp.where(jnp.equal(bound, 0), 1, bound);
  type Iteration = readonly [x: NdArray, p: NdArray, c: NdArray];
  const step = (_: NdArray, [x, p, c]: Iteration): Iteration => {
    const cn = jnp.div(jnp.add(1, jnp.sqrt(jnp.add(1, jnp.mul(4, jnp.square(c))))), 2);
    const s = jnp.div(jnp.sub(c, 1), cn);
    const xn = jnp.maximum(jnp.sub(p, jnp.div(jnp.sub(jnp.matmul(Q, p), q), L)), 0);
    return [xn, jnp.add(xn, jnp.mul(s, jnp.sub(xn, x))), cn];
  };
  const zeros = jnp.zeros([A.shape[1], ...b.shape.slice(1)], { dtype: b.dtype });
  const start: Iteration = [zeros, zeros, jnp.zeros([])];
  const [x] = foriLoop(0, iters, step, start) as unknown as Iteration;
  return x;
}
