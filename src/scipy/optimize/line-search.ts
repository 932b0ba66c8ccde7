/**
 * Along a direction, a step that satisfies Wolfe's conditions: the function falls enough, and its slope as well.
 *
 * Steps are doubled until a good one is bracketed, which is then zoomed in on by cubic and quadratic interpolation.
 * Source: Nocedal and Wright, "Numerical Optimization" (2nd ed.), algorithms 3.5 and 3.6; jax.scipy.optimize.
 */
import type { NdArray } from '../../array/array.js';
import { defaultInt } from '../../array/convert.js';
import { finfo } from '../../array/dtype-info.js';
import { whileLoop } from '../../lax/control.js';
import * as jnp from '../../numpy/index.js';

/** The function at a step: value, slope along the direction, gradient. */
export interface Probe {
  readonly phi: NdArray;
  readonly dphi: NdArray;
  readonly g: NdArray;
}

/** A step and what was found there. */
interface Point extends Probe {
  readonly a: NdArray;
}

/** A bracket's end, whose gradient does not matter. */
interface End {
  readonly a: NdArray;
  readonly phi: NdArray;
  readonly dphi: NdArray;
}

interface ZoomState {
  readonly done: NdArray;
  readonly failed: NdArray;
  readonly j: NdArray;
  readonly low: End;
  readonly high: End;
  readonly recent: Pick<End, 'a' | 'phi'>;
  readonly star: Point;
  readonly evaluations: NdArray;
}

interface SearchState {
  readonly done: NdArray;
  readonly failed: NdArray;
  readonly i: NdArray;
  readonly last: End;
  readonly star: Point;
  readonly evaluations: NdArray;
}

export interface LineSearchResult {
  readonly failed: NdArray;
  readonly evaluations: NdArray;
  /** The step. */
  readonly a: NdArray;
  readonly f: NdArray;
  readonly g: NdArray;
  /** 0: found; 1: the zoom failed; 3: too many steps. */
  readonly status: NdArray;
}

export interface LineSearchOptions {
  readonly maxiter: number;
  /** The value one step before, from which the first step is guessed. */
  readonly before?: NdArray | null;
}

/** How much of the first slope must be won, and how much may be left. */
const [C1, C2] = [1e-4, 0.9];
const MOST_ZOOMS = 30;

/** One of two alike trees, by a flag. */
function pick<T extends object>(flag: NdArray, yes: T, no: T): T {
  const choose = (p: unknown, q: unknown): unknown =>
    'aval' in (p as object)
      ? jnp.where(flag, p as NdArray, q as NdArray)
      : Object.fromEntries(Object.keys(q as object).map((k) => [k, choose((p as never)[k], (q as never)[k])]));
  return choose(yes, no) as T;
}

const endOf = ({ a, phi, dphi }: End): End => ({ a, phi, dphi });

/** The lowest point of the cubic through three values and a slope. */
function cubicMinimum(p: End, b: NdArray, fb: NdArray, c: NdArray, fc: NdArray): NdArray {
  const [db, dc] = [b.sub(p.a), c.sub(p.a)];
  const scale = db.mul(dc).square().mul(db.sub(dc));
  const [eb, ec] = [fb.sub(p.phi).sub(p.dphi.mul(db)), fc.sub(p.phi).sub(p.dphi.mul(dc))];
  const A = dc.square().mul(eb).sub(db.square().mul(ec)).div(scale);
  const B = db.pow(3).mul(ec).sub(dc.pow(3).mul(eb)).div(scale);
  const radical = B.square().sub(A.mul(p.dphi).mul(3));
  return p.a.add(radical.sqrt().sub(B).div(A.mul(3)));
}

/** The lowest point of the parabola through two values and a slope. */
function quadraticMinimum(p: End, b: NdArray, fb: NdArray): NdArray {
  const db = b.sub(p.a);
  const B = fb.sub(p.phi).sub(p.dphi.mul(db)).div(db.square());
  return p.a.sub(p.dphi.div(B.mul(2)));
}

type Search = (a: NdArray) => Probe;

/** What one is satisfied with. */
interface Wolfe {
  readonly isTooHigh: (a: NdArray, phi: NdArray) => NdArray;
  readonly isFlat: (dphi: NdArray) => NdArray;
}

/** Narrows a bracket down to a good step. Does nothing where `skip`. */
function zoom(search: Search, wolfe: Wolfe, low: End, high: End, g: NdArray, skip: NdArray): ZoomState {
  const least = finfo(low.a.dtype).bits < 64 ? 1e-5 : 1e-10;
  const none = jnp.array(false);
  const zero = jnp.array(0, { dtype: defaultInt() });
  const start: ZoomState = {
    done: none,
    failed: none,
    j: zero,
    low,
    high,
    recent: { a: low.a.add(high.a).div(2), phi: low.phi.add(high.phi).div(2) },
    star: { ...low, a: jnp.onesLike(low.a), g },
    evaluations: zero,
  };
  const step = (s: ZoomState): ZoomState => {
    const width = s.high.a.sub(s.low.a);
    const [from, to] = [jnp.minimum(s.high.a, s.low.a), jnp.maximum(s.high.a, s.low.a)];
    const failed = s.failed.or(width.le(least));
    const isInside = (a: NdArray, margin: NdArray): NdArray => a.gt(from.add(margin)).and(a.lt(to.sub(margin)));
    const cubic = cubicMinimum(s.low, s.high.a, s.high.phi, s.recent.a, s.recent.phi);
    const useCubic = s.j.gt(0).and(isInside(cubic, width.mul(0.2)));
    const quadratic = quadraticMinimum(s.low, s.high.a, s.high.phi);
    const useQuadratic = useCubic.not().and(isInside(quadratic, width.mul(0.1)));
    const middle = s.low.a.add(s.high.a).div(2);
    const a = jnp.where(useCubic, cubic, jnp.where(useQuadratic, quadratic, middle));
    const found: Point = { a, ...search(a) };
    const isHigh = wolfe.isTooHigh(a, found.phi).or(found.phi.ge(s.low.phi));
    const isGood = wolfe.isFlat(found.dphi).and(isHigh.not());
    const turns = found.dphi.mul(width).ge(0).and(isHigh.not()).and(isGood.not());
    const isLow = isHigh.not().and(isGood.not());
    const high = pick(isHigh, endOf(found), s.high);
    const last = { a: s.high.a, phi: s.high.phi };
    const recent = pick(isHigh.or(turns), last, pick(isLow, { a: s.low.a, phi: s.low.phi }, s.recent));
    const j = s.j.add(1);
    return {
      done: s.done.or(isGood),
      failed: failed.or(j.ge(MOST_ZOOMS)),
      j,
      low: pick(isLow, endOf(found), s.low),
      high: pick(turns, s.low, high),
      recent,
      star: pick(isGood, found, s.star),
      evaluations: s.evaluations.add(1),
    };
  };
  const goesOn = (s: ZoomState): NdArray => s.done.or(skip).or(s.failed).not();
  return whileLoop(goesOn as never, step as never, start as never) as unknown as ZoomState;
}

/** A step from a point, whose value, slope and gradient are known, along a direction. */
export function lineSearch(search: Search, at: Probe, options: LineSearchOptions): LineSearchResult {
  const { maxiter, before = null } = options;
  const guess = before === null ? jnp.onesLike(at.phi) : at.phi.sub(before).mul(2.02).div(at.dphi);
  const first = jnp.where(guess.gt(1), 1, guess);
  const wolfe: Wolfe = {
    isTooHigh: (a, phi) => phi.gt(at.phi.add(a.mul(C1).mul(at.dphi))),
    isFlat: (dphi) => dphi.abs().le(at.dphi.mul(-C2)),
  };
  const none = jnp.array(false);
  const origin: End = { a: jnp.zerosLike(at.phi), phi: at.phi, dphi: at.dphi };
  const start: SearchState = {
    done: none,
    failed: none,
    i: jnp.array(1, { dtype: defaultInt() }),
    last: origin,
    star: { ...origin, g: at.g },
    evaluations: jnp.array(0, { dtype: defaultInt() }),
  };
  const step = (s: SearchState): SearchState => {
    const a = jnp.where(s.i.eq(1), first, s.last.a.mul(2));
    const found: Point = { a, ...search(a) };
    const isBeyond = wolfe.isTooHigh(a, found.phi).or(found.phi.ge(s.last.phi).and(s.i.gt(1)));
    const isGood = wolfe.isFlat(found.dphi).and(isBeyond.not());
    const rises = found.dphi.ge(0).and(isBeyond.not()).and(isGood.not());
    const here = endOf(found);
    const forth = zoom(search, wolfe, s.last, here, at.g, isBeyond.not());
    const back = zoom(search, wolfe, here, s.last, at.g, rises.not());
    const star = pick(rises, back.star, pick(isGood, found, pick(isBeyond, forth.star, s.star)));
    return {
      done: s.done.or(isBeyond).or(isGood).or(rises),
      failed: s.failed.or(isBeyond.and(forth.failed)).or(rises.and(back.failed)),
      i: s.i.add(1),
      last: here,
      star,
      evaluations: s.evaluations.add(1).add(forth.evaluations).add(back.evaluations),
    };
  };
  const goesOn = (s: SearchState): NdArray => s.done.or(s.failed).not().and(s.i.le(maxiter));
  const end = whileLoop(goesOn as never, step as never, start as never) as unknown as SearchState;
  const { a, phi, g } = end.star;
  // In single precision a step that vanishes would stop the search for good.
  const isTiny = a.abs().lt(1e-8);
  const safe = finfo(a.dtype).bits === 64 ? a : jnp.where(isTiny, jnp.sign(a).mul(1e-8), a);
  const status = jnp.where(end.failed, 1, jnp.where(end.i.gt(maxiter), 3, 0)).astype(defaultInt());
  return { failed: end.failed.or(end.done.not()), evaluations: end.evaluations, a: safe, f: phi, g, status };
}
