/**
 * How a gamma-distributed number moves with its shape parameter, the quantile staying what it is.
 *
 * From `F(a, x(a)) = u` follows `dx/da = -(dF/da) / f`, with F the distribution function (the regularized lower incomplete
 * gamma function) and f the density. F is summed as a series for small x, and 1 - F as a continued fraction for large x;
 * both are differentiated term by term. Source: M. Figurnov, S. Mohamed, A. Mnih, "Implicit reparameterization gradients",
 * arXiv:1805.08498; XLA's `RandomGammaGrad`.
 */
import type { NdArray } from '../array/array.js';
import { finfo } from '../array/dtype-info.js';
import { range } from '../array/shape.js';
import * as lax from '../lax/index.js';
import { broadcastInDim, like, reduceOr } from '../primitive/index.js';

const filled = (x: NdArray, value: number): NdArray => broadcastInDim(like(x, value), x.shape, []);
const anywhere = (x: NdArray): NdArray => reduceOr(x, range(x.ndim));
const lessTimes = (x: NdArray, y: NdArray, eps: number): NdArray => lax.le(lax.abs(x), lax.mul(lax.abs(y), eps));

/**
 * `F = x^a e^-x / Gamma(a + 1) S`, `S = 1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ...`; f is the factor before S over x,
 * times a: `dx/da = -(dS + S (log x - digamma(a + 1))) x / a`.
 */
function bySeries(a: NdArray, x: NdArray): NdArray {
  const { eps } = finfo(x.dtype);
  const [zero, one] = [filled(x, 0), filled(x, 1)];
  const state = lax.whileLoop(
    ({ more }) => anywhere(more),
    ({ r, term, dTerm, sum, dSum }) => {
      const next = lax.add(r, 1);
      const ratio = lax.div(x, next);
      const dNext = lax.sub(lax.mul(dTerm, ratio), lax.div(lax.mul(term, x), lax.mul(next, next)));
      const termNext = lax.mul(term, ratio);
      const dTotal = lax.add(dSum, dNext);
      const more = lax.bitwiseNot(lessTimes(dNext, dTotal, eps));
      return { r: next, term: termNext, dTerm: dNext, sum: lax.add(sum, termNext), dSum: dTotal, more };
    },
    { r: a, term: one, dTerm: zero, sum: one, dSum: zero, more: lax.eq(one, one) },
  );
  const dLog = lax.sub(lax.log(x), lax.digamma(lax.add(a, 1)));
  return lax.neg(lax.div(lax.mul(lax.add(state.dSum, lax.mul(state.sum, dLog)), x), a));
}

/** A convergent p / q of a continued fraction, with derivatives with respect to a. */
interface Convergent {
  readonly p: NdArray;
  readonly q: NdArray;
  readonly dp: NdArray;
  readonly dq: NdArray;
}

/**
 * `1 - F = x^a e^-x / Gamma(a) C` with the continued fraction `C = 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...))`:
 * `dx/da = (dC + C (log x - digamma(a))) x`.
 */
function byFraction(a: NdArray, x: NdArray): NdArray {
  const { eps } = finfo(x.dtype);
  const [zero, one] = [filled(x, 0), filled(x, 1)];
  const y = lax.sub(1, a);
  const z = lax.add(lax.add(x, y), 1);
  const first: Convergent = { p: lax.add(x, 1), q: lax.mul(z, x), dp: zero, dq: lax.neg(x) };
  const value = lax.div(first.p, first.q);
  const slope = lax.div(lax.sub(first.dp, lax.mul(value, first.dq)), first.q);
  const state = lax.whileLoop(
    ({ more, c }) => lax.bitwiseAnd(anywhere(more), lax.lt(c, 2000)),
    (s) => {
      const [c, yNext, zNext] = [lax.add(s.c, 1), lax.add(s.y, 1), lax.add(s.z, 2)];
      const yc = lax.mul(yNext, c);
      const step = (near: NdArray, far: NdArray): NdArray => lax.sub(lax.mul(near, zNext), lax.mul(far, yc));
      const p = step(s.near.p, s.far.p);
      const q = step(s.near.q, s.far.q);
      const dp = lax.add(lax.sub(step(s.near.dp, s.far.dp), s.near.p), lax.mul(s.far.p, c));
      const dq = lax.add(lax.sub(step(s.near.dq, s.far.dq), s.near.q), lax.mul(s.far.q, c));
      const usable = lax.ne(q, 0);
      const next = lax.select(usable, lax.div(p, q), s.value);
      const dNext = lax.select(usable, lax.div(lax.sub(dp, lax.mul(next, dq)), q), s.slope);
      const settled = lax.le(lax.abs(lax.sub(dNext, s.slope)), eps);
      // Numerators and denominators grow together; only their quotients matter.
      const scale = lax.select(lax.gt(lax.abs(p), 1 / eps), filled(x, eps), one);
      const scaled = (k: Convergent): Convergent => ({
        p: lax.mul(k.p, scale),
        q: lax.mul(k.q, scale),
        dp: lax.mul(k.dp, scale),
        dq: lax.mul(k.dq, scale),
      });
      return {
        c,
        y: yNext,
        z: zNext,
        far: scaled(s.near),
        near: scaled({ p, q, dp, dq }),
        value: next,
        slope: dNext,
        more: lax.bitwiseNot(lax.bitwiseAnd(usable, settled)),
      };
    },
    {
      c: like(x, 0) as NdArray,
      y,
      z,
      far: { p: one, q: x, dp: zero, dq: zero },
      near: first,
      value,
      slope,
      more: lax.eq(one, one),
    },
  );
  const dLog = lax.sub(lax.log(x), lax.digamma(a));
  return lax.mul(lax.add(state.slope, lax.mul(state.value, dLog)), x);
}

/**
 * The derivative of a gamma-distributed number `x` with respect to its shape parameter `a` (`lax.random_gamma_grad`).
 * Both positive, of one shape.
 */
export function gammaGradient(a: NdArray, x: NdArray): NdArray {
  const one = filled(x, 1);
  const isLarge = lax.bitwiseAnd(lax.gt(x, 1), lax.gt(x, a));
  const isZero = lax.eq(x, 0);
  // Each method is given numbers that it can handle where the other one counts.
  const small = bySeries(a, lax.select(lax.bitwiseOr(isLarge, isZero), one, x));
  const large = byFraction(lax.select(isLarge, a, one), lax.select(isLarge, x, lax.add(one, 1)));
  return lax.select(isZero, filled(x, 0), lax.select(isLarge, large, small));
}
