/**
 * Generalized minimal residuals: of all vectors in the space of `r, A r, A^2 r, ...` the one that leaves the smallest
 * residual; restarted after some products.
 *
 * Saad and Schultz (1986). The space is made orthonormal by classical Gram-Schmidt, twice where once loses digits; the small
 * least-squares problem is solved by normal equations once, or by rotations as it grows. Source: jax.scipy.sparse.linalg.
 */
import type { NdArray } from '../../../array/array.js';
import { finfo } from '../../../array/dtype-info.js';
import { foriLoop, whileLoop } from '../../../lax/control.js';
import * as jnp from '../../../numpy/index.js';
import { leaves } from '../../../tree/index.js';
import { solve, solveTriangular } from '../../linalg/index.js';
import { add, dtypeOf, mapLeaves, norm, type Operator, sub, type Vector } from './vectors.js';

export interface GmresIteration {
  readonly x0: Vector;
  /** The residual that is small enough, and the preconditioned one. */
  readonly atol: NdArray;
  readonly ptol: NdArray;
  readonly restart: number;
  readonly maxiter: number;
  readonly preconditioner: Operator;
  readonly isIncremental: boolean;
}

const precise = { precision: 'highest' } as const;
const count = (n = 0): NdArray => jnp.array(n, { dtype: 'int32' });

/** The vector of length 1 and the length; both 0 where that is not above a threshold. */
function normalized(x: Vector, threshold?: NdArray): { unit: Vector; length: NdArray } {
  const length = norm(x);
  const dtype = dtypeOf(x);
  const least = threshold ?? jnp.array(finfo(dtype).eps, { dtype: length.dtype });
  const counts = length.gt(least);
  const divisor = length.astype(dtype);
  return { unit: mapLeaves((y) => jnp.where(counts, y.div(divisor), 0), x), length: jnp.where(counts, length, 0) };
}

/** A basis: each leaf has one axis more, along which the vectors stand. */
type Basis = Vector;

const asBasis = (x: Vector, restart: number): Basis =>
  mapLeaves((y) => {
    const width = [...y.shape.map((): [number, number] => [0, 0]), [0, restart] as [number, number]];
    return jnp.pad(jnp.expandDims(y, -1), width);
  }, x);

const column = (V: Basis, k: NdArray): Vector => mapLeaves((X) => jnp.take(X, k, { axis: -1, mode: 'clip' }), V);
const withColumn = (V: Basis, k: NdArray, x: Vector): Basis => mapLeaves((X, y) => X.at('...', k).set(y), V, x);
const combination = (V: Basis, h: NdArray): Vector => mapLeaves((X) => jnp.dot(X, h, precise), V);

/** How much of each vector of the basis is in another one. */
function projections(V: Basis, x: Vector): NdArray {
  const parts = leaves(
    mapLeaves((X, y) => jnp.einsum('an,a->n', X.conj().reshape([-1, X.shape[X.ndim - 1]]), y.ravel(), precise), V, x),
  );
  return (parts as unknown as readonly NdArray[]).reduce((p, q) => p.add(q));
}

/** One more product: `A v_k` made orthogonal to the basis, a new vector of it, and the coefficients `H[k]`. */
function arnoldi(
  k: NdArray,
  A: Operator,
  M: Operator,
  V: Basis,
  H: NdArray,
): { V: Basis; H: NdArray; brokeDown: NdArray } {
  const dtype = dtypeOf(V);
  const product = M(A(column(V, k)));
  const { length: before } = normalized(product);
  const first = projections(V, product);
  const rest = sub(product, combination(V, first));
  const kept = normalized(rest).length.div(Math.SQRT2);
  // As much as was taken away may have been rounding: once more, where little is left.
  const isLost = norm(combination(V, first)).gt(kept);
  const again = jnp.where(isLost, projections(V, rest), 0);
  const vector = sub(rest, combination(V, again));
  const { unit, length } = normalized(vector, before.mul(finfo(dtype).eps));
  const h = first.add(again).at(k.add(1)).set(length.astype(dtype));
  return { V: withColumn(V, k.add(1), unit), H: H.at(k).set(h), brokeDown: length.eq(0) };
}

interface Restart {
  readonly x: Vector;
  readonly unit: Vector;
  readonly length: NdArray;
}

function moved(A: Operator, b: Vector, M: Operator, x: Vector, V: Basis, y: NdArray): Restart {
  const inner = mapLeaves((X) => X.get('...', jnp.slice(0, -1)), V);
  const next = add(x, combination(inner, y));
  return { x: next, ...normalized(M(sub(b, A(next)))) };
}

interface BatchedState {
  readonly V: Basis;
  readonly H: NdArray;
  readonly brokeDown: NdArray;
  readonly k: NdArray;
}

/** All products, then the least-squares problem by its normal equations. */
function batched(A: Operator, b: Vector, at: Restart, { restart, preconditioner: M }: GmresIteration): Restart {
  const dtype = dtypeOf(b);
  const start: BatchedState = {
    V: asBasis(at.unit, restart),
    H: jnp.eye(restart, { M: restart + 1, dtype }),
    brokeDown: jnp.array(false),
    k: count(),
  };
  const goesOn = (s: BatchedState): NdArray => s.k.lt(restart).and(s.brokeDown.not());
  const step = (s: BatchedState): BatchedState => ({ ...arnoldi(s.k, A, M, s.V, s.H), k: s.k.add(1) });
  const { V, H } = whileLoop(goesOn as never, step as never, start as never) as unknown as BatchedState;
  const right = jnp
    .zeros([restart + 1], { dtype })
    .at(0)
    .set(at.length.astype(dtype));
  const conjugate = H.conj();
  const y = solve(jnp.dot(conjugate, H.T, precise), jnp.dot(conjugate, right, precise), { assumeA: 'pos' });
  return moved(A, b, M, at.x, V, y);
}

interface IncrementalState {
  readonly k: NdArray;
  readonly error: NdArray;
  readonly V: Basis;
  readonly R: NdArray;
  readonly beta: NdArray;
  readonly rotations: NdArray;
}

/** Elements `i` and `i + 1` of a vector, rotated. */
function rotated(x: NdArray, i: NdArray, cos: NdArray, sin: NdArray): NdArray {
  const [p, q] = [x.get(i), x.get(i.add(1))];
  const turned = x.at(i).set(cos.conj().mul(p).sub(sin.conj().mul(q)));
  return turned.at(i.add(1)).set(sin.mul(p).add(cos.mul(q)));
}

/** The rotation that turns the second of two numbers into 0. */
function rotation(a: NdArray, b: NdArray): [cos: NdArray, sin: NdArray] {
  const [isNothing, isSmaller] = [b.abs().eq(0), a.abs().lt(b.abs())];
  const t = jnp
    .where(isSmaller, a, b)
    .div(jnp.where(isSmaller, b, a))
    .neg();
  const r = jnp.reciprocal(t.abs().square().add(1).sqrt()).astype(t.dtype);
  const cos = jnp.where(isNothing, 1, jnp.where(isSmaller, r.mul(t), r));
  return [cos, jnp.where(isNothing, 0, jnp.where(isSmaller, r, r.mul(t)))];
}

/** The least-squares problem kept triangular by rotations, so that the residual is known after each product. */
function incremental(A: Operator, b: Vector, at: Restart, how: GmresIteration): Restart {
  const { restart, preconditioner: M } = how;
  const dtype = dtypeOf(b);
  const start: IncrementalState = {
    k: count(),
    error: at.length,
    V: asBasis(at.unit, restart),
    R: jnp.eye(restart, { M: restart + 1, dtype }),
    beta: jnp
      .zeros([restart + 1], { dtype })
      .at(0)
      .set(at.length.astype(dtype)),
    rotations: jnp.zeros([restart, 2], { dtype }),
  };
  const goesOn = (s: IncrementalState): NdArray => s.k.lt(restart).and(s.error.gt(how.ptol));
  const step = (s: IncrementalState): IncrementalState => {
    const { V, H } = arnoldi(s.k, A, M, s.V, s.R);
    const earlier = (i: NdArray, row: NdArray): NdArray => {
      const turned = rotated(row, i, s.rotations.get(i, 0), s.rotations.get(i, 1));
      return jnp.where(i.lt(s.k), turned, row);
    };
    const row = foriLoop(0, restart, earlier as never, H.get(s.k) as never) as unknown as NdArray;
    const [cos, sin] = rotation(row.get(s.k), row.get(s.k.add(1)));
    const beta = rotated(s.beta, s.k, cos, sin);
    return {
      k: s.k.add(1),
      error: beta.get(s.k.add(1)).abs(),
      V,
      R: s.R.at(s.k).set(rotated(row, s.k, cos, sin)),
      beta,
      rotations: s.rotations.at(s.k).set(jnp.stack([cos, sin])),
    };
  };
  const { V, R, beta } = whileLoop(goesOn as never, step as never, start as never) as unknown as IncrementalState;
  const y = solveTriangular(R.get(jnp.slice(null, null), jnp.slice(0, -1)).T, beta.get(jnp.slice(0, -1)));
  return moved(A, b, M, at.x, V, y);
}

interface Counted extends Restart {
  readonly k: NdArray;
}

/** Restarts until the residual is small enough. */
export function gmresSteps(A: Operator, b: Vector, how: GmresIteration): Vector {
  const { preconditioner: M } = how;
  const start: Counted = { x: how.x0, ...normalized(M(sub(b, A(how.x0)))), k: count() };
  const goesOn = (s: Counted): NdArray => s.k.lt(how.maxiter).and(s.length.gt(how.atol));
  const once = how.isIncremental ? incremental : batched;
  const step = (s: Counted): Counted => ({ ...once(A, b, s, how), k: s.k.add(1) });
  return (whileLoop(goesOn as never, step as never, start as never) as unknown as Counted).x;
}
