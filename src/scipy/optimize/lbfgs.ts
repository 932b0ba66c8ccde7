/**
 * The method of Broyden, Fletcher, Goldfarb and Shanno with little memory: `H g` from the last few steps alone, by two
 * loops over them. Source: Nocedal and Wright, "Numerical Optimization" (2nd ed.), algorithm 7.4; jax.scipy.optimize.
 */
import type { NdArray } from '../../array/array.js';
import { defaultInt } from '../../array/convert.js';
import { range } from '../../array/shape.js';
import { whileLoop } from '../../lax/control.js';
import * as jnp from '../../numpy/index.js';
import { valueAndGrad } from '../../transform/grad.js';
import { dot } from './bfgs.js';
import { lineSearch } from './line-search.js';
import type { OptimizeResults } from './result.js';

/** Options of `minimizeLbfgs`. */
export interface LbfgsOptions {
  /** Steps at most. Default 200 for each unknown. */
  readonly maxiter?: number | null;
  /** The norm of the gradient that must become small. Default the largest element. */
  readonly norm?: number;
  /** Steps that are remembered. Default 10. */
  readonly maxcor?: number;
  /** Stops where a step wins less than this. Default 2.2e-9. */
  readonly ftol?: number;
  /** How small the gradient must become. Default 1e-5. */
  readonly gtol?: number;
  /** Evaluations of the function, and of its gradient, at most. */
  readonly maxfun?: number | null;
  readonly maxgrad?: number | null;
  /** Doublings of a step at most. Default 20. */
  readonly maxls?: number;
}

interface State {
  readonly converged: NdArray;
  readonly failed: NdArray;
  readonly k: NdArray;
  readonly evaluations: NdArray;
  readonly x: NdArray;
  readonly f: NdArray;
  readonly g: NdArray;
  /** The last steps, the newest last; zeros before the first one. */
  readonly s: NdArray;
  /** How they changed the gradient. */
  readonly y: NdArray;
  /** `1 / y^T s`. */
  readonly rho: NdArray;
  readonly gamma: NdArray;
  readonly status: NdArray;
}

/** `-H g`; steps that were not made yet have `rho = 0` and change nothing. */
function direction({ g, s, y, rho, gamma }: State): NdArray {
  let q = g.neg();
  const a: NdArray[] = [];
  for (const i of range(rho.size).reverse()) {
    a[i] = rho.get(i).mul(dot(s.get(i), q));
    q = q.sub(y.get(i).mul(a[i]));
  }
  q = q.mul(gamma);
  for (const i of range(rho.size)) q = q.add(s.get(i).mul(a[i].sub(rho.get(i).mul(dot(y.get(i), q)))));
  return q;
}

const remembered = (history: NdArray, newest: NdArray): NdArray =>
  jnp.concatenate([history.get(jnp.slice(1, null)), newest.reshape([1, ...newest.shape])]);

/** The minimum of `f`, from `x0` on. */
export function minimizeLbfgs(f: (x: NdArray) => NdArray, x0: NdArray, options: LbfgsOptions): OptimizeResults {
  const {
    norm = Number.POSITIVE_INFINITY,
    maxcor = 10,
    ftol = 2.220446049250313e-9,
    gtol = 1e-5,
    maxls = 20,
  } = options;
  const { maxfun = null, maxgrad = null } = options;
  const isFree = maxfun === null && maxgrad === null;
  const most = (limit: number | null | undefined): number => limit ?? 2 ** 31 - 1;
  const maxiter = options.maxiter ?? (isFree ? 200 * x0.size : null);
  const slopes = valueAndGrad(f) as (x: NdArray) => readonly [NdArray, NdArray];
  const [value, gradient] = slopes(x0);
  const { dtype } = x0;
  const zero = jnp.array(0, { dtype: defaultInt() });
  const start: State = {
    converged: jnp.array(false),
    failed: jnp.array(false),
    k: zero,
    evaluations: zero.add(1),
    x: x0,
    f: value,
    g: gradient,
    s: jnp.zeros([maxcor, x0.size], { dtype }),
    y: jnp.zeros([maxcor, x0.size], { dtype }),
    rho: jnp.zeros([maxcor], { dtype }),
    gamma: jnp.ones([], { dtype }),
    status: zero,
  };
  const step = (state: State): State => {
    const p = direction(state);
    const search = (a: NdArray) => {
      const [phi, g] = slopes(state.x.add(p.mul(a)));
      return { phi, dphi: dot(g, p), g };
    };
    const found = lineSearch(search, { phi: state.f, dphi: dot(state.g, p), g: state.g }, { maxiter: maxls });
    const s = p.mul(found.a);
    const y = found.g.sub(state.g);
    const product = dot(y, s);
    const converged = jnp.linalg.norm(found.g, { ord: norm }).lt(gtol);
    const reasons: readonly (readonly [NdArray, number])[] = [
      [found.failed, 5],
      [state.k.ge(most(maxiter)), 1],
      [state.evaluations.ge(most(maxfun)), 2],
      [state.evaluations.ge(most(maxgrad)), 3],
      [state.f.sub(found.f).lt(ftol), 4],
    ];
    const status = reasons.reduceRight((rest: NdArray, [holds, code]) => jnp.where(holds, code, rest), zero);
    return {
      converged,
      failed: status.gt(0).and(converged.not()),
      k: state.k.add(1),
      evaluations: state.evaluations.add(found.evaluations),
      x: state.x.add(s),
      f: found.f,
      g: found.g,
      s: remembered(state.s, s),
      y: remembered(state.y, y),
      rho: remembered(state.rho, jnp.reciprocal(product)),
      gamma: product.div(dot(y, y)),
      status: jnp.where(converged, 0, status),
    };
  };
  const goesOn = (s: State): NdArray => s.converged.or(s.failed).not();
  const end = whileLoop(goesOn as never, step as never, start as never) as unknown as State;
  return {
    x: end.x,
    success: end.converged.and(end.failed.not()),
    status: end.status,
    fun: end.f,
    jac: end.g,
    hessInv: null,
    nfev: end.evaluations,
    njev: end.evaluations,
    nit: end.k,
  };
}
