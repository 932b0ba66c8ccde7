/**
 * Conjugate gradients, and their stabilized form for matrices that are not symmetric.
 *
 * Hestenes and Stiefel (1952); van der Vorst, "Bi-CGSTAB" (1992). Source: jax.scipy.sparse.linalg.
 */
import type { NdArray } from '../../../array/array.js';
import { whileLoop } from '../../../lax/control.js';
import * as jnp from '../../../numpy/index.js';
import { add, dtypeOf, inner, innerReal, mapLeaves, type Operator, scale, sub, type Vector } from './vectors.js';

export interface Iteration {
  readonly x0: Vector;
  readonly tol: number;
  readonly atol: number;
  readonly maxiter: number;
  readonly preconditioner: Operator;
  /** Whether the preconditioner is the identity. */
  readonly isPlain: boolean;
}

const zero = (): NdArray => jnp.array(0, { dtype: 'int32' });

/** The squared residual that is small enough. */
const enough = (b: Vector, { tol, atol }: Iteration): NdArray =>
  jnp.maximum(innerReal(b, b).mul(tol * tol), atol * atol);

interface CgState {
  readonly x: Vector;
  readonly r: Vector;
  readonly gamma: NdArray;
  readonly p: Vector;
  readonly k: NdArray;
}

export function cgSteps(A: Operator, b: Vector, how: Iteration): Vector {
  const { preconditioner: M } = how;
  const limit = enough(b, how);
  const r = sub(b, A(how.x0));
  const z = M(r);
  const dtype = dtypeOf(z);
  const start: CgState = { x: how.x0, r, gamma: innerReal(r, z).astype(dtype), p: z, k: zero() };
  const goesOn = (s: CgState): NdArray => {
    const size = how.isPlain ? s.gamma.real : innerReal(s.r, s.r);
    return size.gt(limit).and(s.k.lt(how.maxiter));
  };
  const step = (s: CgState): CgState => {
    const Ap = A(s.p);
    const alpha = s.gamma.div(innerReal(s.p, Ap).astype(dtype));
    const rest = sub(s.r, scale(alpha, Ap));
    const next = M(rest);
    const gamma = innerReal(rest, next).astype(dtype);
    const p = add(next, scale(gamma.div(s.gamma), s.p));
    return { x: add(s.x, scale(alpha, s.p)), r: rest, gamma, p, k: s.k.add(1) };
  };
  return (whileLoop(goesOn as never, step as never, start as never) as unknown as CgState).x;
}

interface BicgstabState {
  readonly x: Vector;
  readonly r: Vector;
  readonly rhat: Vector;
  readonly alpha: NdArray;
  readonly omega: NdArray;
  readonly rho: NdArray;
  readonly p: Vector;
  readonly q: Vector;
  /** Steps; negative after a breakdown. */
  readonly k: NdArray;
}

const either = (flag: NdArray, x: Vector, y: Vector): Vector => mapLeaves((a, c) => jnp.where(flag, a, c), x, y);

export function bicgstabSteps(A: Operator, b: Vector, how: Iteration): Vector {
  const { preconditioner: M } = how;
  const limit = enough(b, how);
  const r = sub(b, A(how.x0));
  const one = jnp.ones([], { dtype: dtypeOf(b) });
  const start: BicgstabState = { x: how.x0, r, rhat: r, alpha: one, omega: one, rho: one, p: r, q: r, k: zero() };
  const goesOn = (s: BicgstabState): NdArray => innerReal(s.r, s.r).gt(limit).and(s.k.lt(how.maxiter)).and(s.k.ge(0));
  const step = (s: BicgstabState): BicgstabState => {
    const rho = inner(s.rhat, s.r);
    const beta = rho.div(s.rho).mul(s.alpha).div(s.omega);
    const p = add(s.r, scale(beta, sub(s.p, scale(s.omega, s.q))));
    const phat = M(p);
    const q = A(phat);
    const alpha = rho.div(inner(s.rhat, q));
    const half = sub(s.r, scale(alpha, q));
    const isDone = innerReal(half, half).lt(limit);
    const shat = M(half);
    const t = A(shat);
    const omega = inner(t, half).div(inner(t, t));
    const moved = add(s.x, scale(alpha, phat));
    const brokeDown = omega.eq(0).or(alpha.eq(0));
    const k = jnp.where(rho.eq(0), -10, jnp.where(brokeDown, -11, s.k.add(1)));
    return {
      x: either(isDone, moved, add(moved, scale(omega, shat))),
      r: either(isDone, half, sub(half, scale(omega, t))),
      rhat: s.rhat,
      alpha,
      omega,
      rho,
      p,
      q,
      k,
    };
  };
  return (whileLoop(goesOn as never, step as never, start as never) as unknown as BicgstabState).x;
}
