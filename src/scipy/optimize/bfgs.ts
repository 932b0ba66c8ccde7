/**
 * The method of Broyden, Fletcher, Goldfarb and Shanno: steps along `-H g`, where `H` approaches the inverse of the Hessian,
 *
 *     H' = (I - rho s y^T) H (I - rho y s^T) + rho s s^T,   rho = 1 / y^T s,
 *
 * for steps `s` that change the gradient by `y`. Source: Nocedal and Wright, "Numerical Optimization" (2nd ed.), section
 * 6.1; jax.scipy.optimize.
 */
import type { NdArray } from '../../array/array.js';
import { defaultInt } from '../../array/convert.js';
import { whileLoop } from '../../lax/control.js';
import * as jnp from '../../numpy/index.js';
import { valueAndGrad } from '../../transform/grad.js';
import { lineSearch } from './line-search.js';
import type { OptimizeResults } from './result.js';

/** Options of `minimizeBfgs`. */
export interface BfgsOptions {
  /** Steps at most. Default 200 for each unknown. */
  readonly maxiter?: number | null;
  /** The norm of the gradient that must become small. Default the largest element. */
  readonly norm?: number;
  /** How small. Default 1e-5. */
  readonly gtol?: number;
  /** Doublings of a step at most. Default 10. */
  readonly lineSearchMaxiter?: number;
}

interface State {
  readonly converged: NdArray;
  readonly failed: NdArray;
  readonly k: NdArray;
  readonly evaluations: NdArray;
  readonly x: NdArray;
  readonly f: NdArray;
  readonly g: NdArray;
  readonly H: NdArray;
  readonly before: NdArray;
  readonly searchStatus: NdArray;
}

const precise = { precision: 'highest' } as const;
export const dot = (x: NdArray, y: NdArray): NdArray => jnp.dot(x, y, precise);

/** The minimum of `f`, from `x0` on. */
export function minimizeBfgs(f: (x: NdArray) => NdArray, x0: NdArray, options: BfgsOptions): OptimizeResults {
  const { norm = Number.POSITIVE_INFINITY, gtol = 1e-5, lineSearchMaxiter = 10 } = options;
  const d = x0.size;
  const maxiter = options.maxiter ?? 200 * d;
  const slopes = valueAndGrad(f) as (x: NdArray) => readonly [NdArray, NdArray];
  const isSmall = (g: NdArray): NdArray => jnp.linalg.norm(g, { ord: norm }).lt(gtol);
  const identity = jnp.eye(d, { dtype: x0.dtype });
  const [value, gradient] = slopes(x0);
  const zero = jnp.array(0, { dtype: defaultInt() });
  const start: State = {
    converged: isSmall(gradient),
    failed: jnp.array(false),
    k: zero,
    evaluations: zero.add(1),
    x: x0,
    f: value,
    g: gradient,
    H: identity,
    before: value.add(jnp.linalg.norm(gradient).div(2)),
    searchStatus: zero,
  };
  const step = (s: State): State => {
    const p = dot(s.H, s.g).neg();
    const search = (a: NdArray) => {
      const [phi, g] = slopes(s.x.add(p.mul(a)));
      return { phi, dphi: dot(g, p), g };
    };
    const at = { phi: s.f, dphi: dot(s.g, p), g: s.g };
    const found = lineSearch(search, at, { maxiter: lineSearchMaxiter, before: s.before });
    const ds = p.mul(found.a);
    const dg = found.g.sub(s.g);
    const rho = jnp.reciprocal(dot(dg, ds));
    const column = ds.reshape([d, 1]);
    const w = identity.sub(column.mul(dg).mul(rho));
    const updated = dot(dot(w, s.H), w.T).add(column.mul(ds).mul(rho));
    return {
      converged: isSmall(found.g),
      failed: found.failed,
      k: s.k.add(1),
      evaluations: s.evaluations.add(found.evaluations),
      x: s.x.add(ds),
      f: found.f,
      g: found.g,
      H: jnp.where(jnp.isfinite(rho), updated, s.H),
      before: s.f,
      searchStatus: found.status,
    };
  };
  const goesOn = (s: State): NdArray => s.converged.or(s.failed).not().and(s.k.lt(maxiter));
  const end = whileLoop(goesOn as never, step as never, start as never) as unknown as State;
  const unfinished = jnp.where(end.k.eq(maxiter), 1, jnp.where(end.failed, end.searchStatus.add(2), -1));
  return {
    x: end.x,
    success: end.converged.and(end.failed.not()),
    status: jnp.where(end.converged, 0, unfinished),
    fun: end.f,
    jac: end.g,
    hessInv: end.H,
    nfev: end.evaluations,
    njev: end.evaluations,
    nit: end.k,
  };
}
