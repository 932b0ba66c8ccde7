/**
 * Continuous distributions in their standard forms.
 */
import type { NdArray } from '../../array/array.js';
import * as lax from '../../lax/index.js';
import * as primitive from '../../primitive/index.js';
import { xlog1py, xlogy } from '../special/information.js';
import { logNdtr, ndtr, ndtri } from '../special/normal.js';
import { type Distribution, distribution, filled } from './distribution.js';

const {
  abs,
  add,
  and,
  atan,
  div,
  exp,
  expm1,
  ge,
  le,
  lgamma,
  like,
  log,
  log1p,
  lt,
  mul,
  neg,
  select,
  square,
  sub,
  tan,
} = primitive;

const half = (x: NdArray): NdArray => filled(x, 0.5);
const lowest = (x: NdArray): NdArray => filled(x, Number.NEGATIVE_INFINITY);
const zero = (x: NdArray): NdArray => filled(x, 0);
const one = (x: NdArray): NdArray => filled(x, 1);

/** A value on the support, another one off it; `z` is moved to `inside` where it is off, so that derivatives are finite. */
const supported = (z: NdArray, on: NdArray, inside: number, value: (z: NdArray) => NdArray, off: NdArray): NdArray =>
  select(on, value(select(on, z, filled(z, inside))), off);

/** The normal distribution. */
export const norm: Distribution<0> = distribution('norm', {
  logpdf: (z) => sub(mul(like(z, -0.5), square(z)), like(z, 0.5 * Math.log(2 * Math.PI))),
  cdf: ndtr,
  logcdf: (z) => logNdtr(z),
  sf: (z) => ndtr(neg(z)),
  logsf: (z) => logNdtr(neg(z)),
  ppf: ndtri,
  isf: (q) => neg(ndtri(q)),
});

/** The Cauchy distribution. */
export const cauchy: Distribution<0> = distribution('cauchy', {
  logpdf: (z) => neg(add(like(z, Math.log(Math.PI)), log1p(square(z)))),
  cdf: (z) => add(half(z), mul(like(z, 1 / Math.PI), atan(z))),
  sf: (z) => sub(half(z), mul(like(z, 1 / Math.PI), atan(z))),
  ppf: (q) => tan(mul(like(q, Math.PI), sub(q, half(q)))),
  isf: (q) => tan(mul(like(q, Math.PI), sub(half(q), q))),
});

/** The Laplace distribution. */
export const laplace: Distribution<0> = distribution('laplace', {
  logpdf: (z) => neg(add(abs(z), like(z, Math.LN2))),
  cdf: (z) => {
    const tail = mul(half(z), exp(neg(abs(z))));
    return select(le(z, zero(z)), tail, sub(one(z), tail));
  },
});

/** The logistic distribution. */
export const logistic: Distribution<0> = distribution('logistic', {
  logpdf: (z) => {
    const h = mul(half(z), z);
    // -2 log(2 cosh(z / 2)), without overflow.
    const size = abs(h);
    const logCosh = add(size, log1p(exp(mul(like(z, -2), size))));
    return mul(like(z, -2), logCosh);
  },
  cdf: primitive.logistic,
  sf: (z) => primitive.logistic(neg(z)),
  ppf: (q) => log(div(q, sub(one(q), q))),
  isf: (q) => log(div(sub(one(q), q), q)),
});

/** The exponential distribution. */
export const expon: Distribution<0> = distribution('expon', {
  logpdf: (z) => select(lt(z, zero(z)), lowest(z), neg(z)),
  cdf: (z) => supported(z, ge(z, zero(z)), 1, (y) => neg(expm1(neg(y))), zero(z)),
  logcdf: (z) => supported(z, ge(z, zero(z)), 1, (y) => log1p(neg(exp(neg(y)))), lowest(z)),
  sf: (z) => supported(z, ge(z, zero(z)), 1, (y) => exp(neg(y)), one(z)),
  logsf: (z) => supported(z, ge(z, zero(z)), 1, neg, zero(z)),
  ppf: (q) => supported(q, and(ge(q, zero(q)), le(q, one(q))), 0, (y) => neg(log1p(neg(y))), filled(q, Number.NaN)),
});

/** The uniform distribution on `[loc, loc + scale]`. */
export const uniform: Distribution<0> = distribution('uniform', {
  logpdf: (z) => select(and(ge(z, zero(z)), le(z, one(z))), zero(z), lowest(z)),
  cdf: (z) => primitive.clamp(zero(z), z, one(z)),
  ppf: (q) => select(and(ge(q, zero(q)), le(q, one(q))), q, filled(q, Number.NaN)),
});

/** The gamma distribution of shape `a`. */
export const gamma: Distribution<1> = distribution('gamma', {
  logpdf: (z, a) => {
    const value = (y: NdArray): NdArray => sub(sub(xlogy(sub(a, one(a)), y), y), lgamma(a));
    return supported(z, ge(z, zero(z)), 1, value, lowest(z));
  },
  cdf: (z, a) => lax.igamma(a, primitive.max(z, zero(z))),
  sf: (z, a) => lax.igammac(a, primitive.max(z, zero(z))),
});

/** The chi-squared distribution with `df` degrees of freedom. */
export const chi2: Distribution<1> = distribution('chi2', {
  logpdf: (z, df) => {
    const k = mul(half(df), df);
    const value = (y: NdArray): NdArray =>
      sub(sub(sub(mul(sub(k, one(k)), log(y)), mul(half(y), y)), mul(k, like(k, Math.LN2))), lgamma(k));
    return supported(z, ge(z, zero(z)), 1, value, lowest(z));
  },
  cdf: (z, df) => lax.igamma(mul(half(df), df), mul(half(z), primitive.max(z, zero(z)))),
  sf: (z, df) => lax.igammac(mul(half(df), df), mul(half(z), primitive.max(z, zero(z)))),
});

/** The beta distribution with exponents `a - 1` and `b - 1`. */
export const beta: Distribution<2> = distribution('beta', {
  logpdf: (z, a, b) => {
    const normalizer = sub(add(lgamma(a), lgamma(b)), lgamma(add(a, b)));
    const value = (y: NdArray): NdArray =>
      sub(add(xlogy(sub(a, one(a)), y), xlog1py(sub(b, one(b)), neg(y))), normalizer);
    return supported(z, and(ge(z, zero(z)), le(z, one(z))), 0.5, value, lowest(z));
  },
  cdf: (z, a, b) => lax.betainc(a, b, primitive.clamp(zero(z), z, one(z))),
  sf: (z, a, b) => lax.betainc(b, a, sub(one(z), primitive.clamp(zero(z), z, one(z)))),
});

/** Student's distribution with `df` degrees of freedom. */
export const t: Distribution<1> = distribution('t', {
  logpdf: (z, df) => {
    const k = mul(half(df), add(df, one(df)));
    const normalizer = sub(
      sub(lgamma(k), lgamma(mul(half(df), df))),
      mul(half(df), add(log(df), like(df, Math.log(Math.PI)))),
    );
    return sub(normalizer, mul(k, log1p(div(square(z), df))));
  },
});

/** The Pareto distribution of exponent `b`, from 1 on. */
export const pareto: Distribution<1> = distribution('pareto', {
  logpdf: (z, b) => supported(z, ge(z, one(z)), 1, (y) => sub(log(b), mul(add(b, one(b)), log(y))), lowest(z)),
  cdf: (z, b) => supported(z, ge(z, one(z)), 1, (y) => neg(expm1(neg(mul(b, log(y))))), zero(z)),
  sf: (z, b) => supported(z, ge(z, one(z)), 1, (y) => exp(neg(mul(b, log(y)))), one(z)),
  logsf: (z, b) => supported(z, ge(z, one(z)), 1, (y) => neg(mul(b, log(y))), zero(z)),
  ppf: (q, b) => exp(neg(div(log1p(neg(q)), b))),
});

/** The distribution of the largest of many (right-skewed) values. */
export const gumbelR: Distribution<0> = distribution('gumbelR', {
  logpdf: (z) => neg(add(z, exp(neg(z)))),
  cdf: (z) => exp(neg(exp(neg(z)))),
  logcdf: (z) => neg(exp(neg(z))),
  sf: (z) => neg(expm1(neg(exp(neg(z))))),
  ppf: (q) => neg(log(neg(log(q)))),
});

/** The distribution of the smallest of many (left-skewed) values. */
export const gumbelL: Distribution<0> = distribution('gumbelL', {
  logpdf: (z) => sub(z, exp(z)),
  cdf: (z) => neg(expm1(neg(exp(z)))),
  sf: (z) => exp(neg(exp(z))),
  logsf: (z) => neg(exp(z)),
  ppf: (q) => log(neg(log1p(neg(q)))),
});
