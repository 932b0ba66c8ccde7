/**
 * Gauss' hypergeometric function `2F1(a, b; c; x) = sum (a)_k (b)_k / (c)_k x^k / k!` of real numbers.
 *
 * By its series, a polynomial where `a` or `b` is a negative integer, and near 1 a series in `1 - x`. Source: Cephes
 * (hyp2f1.c); jax.scipy.special.hyp2f1.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { finfo } from '../../array/dtype-info.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { digamma, gamma } from './gamma.js';
import { realFloat } from './horner.js';
import { summed } from './hyp1f1.js';
import { iterate } from './series.js';

const { where } = jnp;
const MOST_TERMS = 250;

type Numbers = readonly [a: NdArray, b: NdArray, c: NdArray, x: NdArray];

function series([a, b, c, x]: Numbers): NdArray {
  const { eps } = finfo(x.dtype);
  const one = jnp.onesLike(x);
  const { sum } = iterate(
    { sum: jnp.zerosLike(x), k: one, term: one },
    ({ sum: total, k, term }) => k.lt(MOST_TERMS).and(term.abs().gt(total.abs().mul(eps))),
    ({ sum: total, k, term }) => {
      const next = term.mul(a.add(k).sub(1)).mul(b.add(k).sub(1)).div(c.add(k).sub(1)).div(k).mul(x);
      return { sum: total.add(term), k: k.add(1), term: next };
    },
  );
  return sum;
}

/** Whether a number is an integer, up to rounding. */
const isWhole = (y: NdArray): NdArray =>
  y
    .sub(jnp.round(y))
    .abs()
    .lt(finfo(y.dtype).eps * 50);

/** The polynomial that is left where `a` or `b` is a negative integer. */
function polynomial([a, b, c, x]: Numbers): NdArray {
  const cEnds = c.mod(1).eq(0).and(c.le(0)).and(c.gt(b));
  const swap = b.lt(a).and(isWhole(b)).and(cEnds.not());
  const degree = where(swap, b, a).abs();
  const other = where(swap, a, b);
  const one = jnp.onesLike(x);
  const { sum } = iterate(
    { sum: one, i: one, term: one },
    ({ i }) => i.lt(degree.add(1)),
    ({ sum: total, i, term }) => {
      const factor = degree.sub(i).add(1).neg().div(c.add(i).sub(1)).mul(other.add(i).sub(1)).div(i).mul(x);
      const next = term.mul(factor);
      return { sum: total.add(next), i: i.add(1), term: next };
    },
  );
  return sum;
}

/** The series in `1 - x`, for integer `c - a - b`. */
function nearOne([a, b, c, x]: Numbers): NdArray {
  const { eps } = finfo(x.dtype);
  const d = c.sub(a).sub(b);
  const s = x.neg().add(1);
  const rounded = jnp.round(d);
  const isUp = rounded.ge(0);
  const e = where(isUp, d, d.neg());
  const d1 = where(isUp, d, 0);
  const d2 = where(isUp, 0, d);
  const ax = s.log();
  const psi = (t: NdArray): NdArray =>
    digamma(t.add(1))
      .add(digamma(t.add(1).add(e)))
      .sub(digamma(a.add(t).add(d1)))
      .sub(digamma(b.add(t).add(d1)))
      .sub(ax);
  const first = psi(jnp.zerosLike(x)).div(gamma(e.add(1)));
  const start = {
    p: a
      .add(d1)
      .mul(b.add(d1))
      .mul(s)
      .div(gamma(e.add(2))),
    q: first,
    t: jnp.onesLike(x),
    y: first,
  };
  const { y } = iterate(
    start,
    (v) => v.t.lt(MOST_TERMS).and(v.q.abs().ge(v.y.abs().mul(eps))),
    (v) => {
      const q = v.p.mul(psi(v.t));
      const up = v.p.mul(s.mul(a.add(v.t).add(d1)).div(v.t.add(1)));
      const t = v.t.add(1);
      return { p: up.mul(b.add(v.t).add(d1).div(t.add(e))), q, t, y: v.y.add(q) };
    },
  );
  const size = rounded.abs();
  const { y1 } = iterate(
    { i: jnp.onesLike(x), p: jnp.onesLike(x), t: jnp.zerosLike(x), y1: jnp.onesLike(x) },
    ({ i }) => i.lt(size),
    (v) => {
      const r = e.neg().add(1).add(v.t);
      const t = v.t.add(1);
      const p = v.p.mul(s.mul(a.add(v.t).add(d2)).mul(b.add(v.t).add(d2)).div(r)).div(t);
      return { i: v.i.add(1), p, t, y1: v.y1.add(p) };
    },
  );
  const finite = y1.mul(gamma(e)).mul(gamma(c).div(gamma(a.add(d1)).mul(gamma(b.add(d1)))));
  const infinite = y.mul(gamma(c).div(gamma(a.add(d2)).mul(gamma(b.add(d2)))));
  const signed = where(size.mod(2).ne(0), infinite.neg(), infinite);
  const power = s.pow(rounded);
  const other = where(rounded.gt(0), signed.mul(power).add(finite), signed.add(finite.mul(power)));
  return where(rounded.eq(0), y.mul(gamma(c)).div(gamma(a).mul(gamma(b))), other);
}

function polynomialOrSeries(numbers: Numbers): NdArray {
  const [a, b, c, x] = numbers;
  const d = c.sub(a).sub(b);
  const ends = a
    .le(0)
    .and(isWhole(a))
    .or(b.le(0).and(isWhole(b)));
  const isNear = x
    .gt(0.9)
    .and(ends.not())
    .and(
      d
        .sub(jnp.round(d))
        .abs()
        .lt(finfo(x.dtype).eps * 50),
    );
  return where(ends, polynomial(numbers), where(isNear, nearOne(numbers), series(numbers)));
}

function valueOf(a: NdArray, b: NdArray, c: NdArray, x: NdArray): NdArray {
  const infinity = Number.POSITIVE_INFINITY;
  const d = c.sub(a).sub(b);
  const s = x.neg().add(1);
  const [ca, cb] = [c.sub(a), c.sub(b)];
  const isOne = x.eq(0).or(a.eq(0).or(b.eq(0)).and(c.ne(0)));
  const isPole = c.eq(0).or(c.lt(0).and(c.mod(1).eq(0)));
  const turns = d.le(-1).and(
    d
      .sub(jnp.round(d))
      .abs()
      .ge(finfo(x.dtype).eps * 50)
      .and(s.lt(0))
      .not(),
  );
  const cases: readonly (readonly [NdArray, NdArray | number])[] = [
    [isOne, 1],
    [isPole, infinity],
    [turns, s.pow(d).mul(polynomialOrSeries([ca, cb, c, x]))],
    [d.le(0).and(x.eq(1)), infinity],
    [x.lt(1).and(b.eq(c)), s.pow(a.neg())],
    [x.lt(1).and(a.eq(c)), s.pow(b.neg())],
    [x.gt(1), infinity],
    [
      x.eq(1),
      gamma(c)
        .mul(gamma(d))
        .div(gamma(ca).mul(gamma(cb))),
    ],
  ];
  return cases.reduceRight(
    (rest: NdArray, [holds, value]) => where(holds, value, rest),
    polynomialOrSeries([a, b, c, x]),
  );
}

/** The sum of the series' terms, from the second on, each times how much it depends on a parameter. */
const slope = (a: NdArray, b: NdArray, c: NdArray, x: NdArray, weight: (k: NdArray) => NdArray): NdArray =>
  summed(
    jnp.zerosLike(x),
    a.mul(b).div(c).mul(x),
    (k, term) => term.mul(a.add(k)).mul(b.add(k)).div(c.add(k)).div(k.add(1)).mul(x),
    weight,
  );

type Rule = (d: NdArray, value: NdArray, ...numbers: [NdArray, NdArray, NdArray, NdArray]) => NdArray;
const byA: Rule = (da, _, a, b, c, x) => da.mul(slope(a, b, c, x, (k) => digamma(a.add(k)).sub(digamma(a))));
const byB: Rule = (db, _, a, b, c, x) => db.mul(slope(a, b, c, x, (k) => digamma(b.add(k)).sub(digamma(b))));
const byC: Rule = (dc, _, a, b, c, x) => dc.mul(slope(a, b, c, x, (k) => digamma(c).sub(digamma(c.add(k)))));
const byX: Rule = (dx, _, a, b, c, x) =>
  dx.mul(
    a
      .mul(b)
      .div(c)
      .mul(gauss(a.add(1), b.add(1), c.add(1), x)),
  );

const gauss: CustomJvp<[a: NdArray, b: NdArray, c: NdArray, x: NdArray], NdArray> = customJvp(valueOf).defjvps(
  byA,
  byB,
  byC,
  byX,
);

/**
 * `2F1(a, b; c; x)` of real numbers; infinite beyond 1.
 * @throws DTypeMismatch for complex numbers
 */
export function hyp2f1(a: ArrayLike, b: ArrayLike, c: ArrayLike, x: ArrayLike): NdArray {
  const args = promoteArgsInexact('hyp2f1', a, b, c, realFloat('hyp2f1', x));
  const [p, q, r, z] = jnp.broadcastArrays(...args);
  return gauss(p, q, r, z) as NdArray;
}
