/**
 * Special functions of float64 numbers, for the reference rules: plain series and continued fractions, correct to a
 * few units in the last place, slow.
 *
 * Source: NIST Digital Library of Mathematical Functions; the section stands at each function.
 */

const SQRT_PI = Math.sqrt(Math.PI);
const EULER = 0.5772156649015329;

/** `exp(-x^2)` without the error of rounding `x^2`: x is split into a part whose square is exact, and the rest. */
function gaussian(x: number): number {
  const high = Math.fround(x);
  if (!Number.isFinite(high)) return Number.isNaN(x) ? Number.NaN : 0;
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

/** The error function (DLMF 7.6.2: a series of positive terms). */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 1) return Math.sign(x) * (1 - erfc(size));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return size < 1e-150 ? (2 / SQRT_PI) * x : (2 / SQRT_PI) * gaussian(x) * sum;
}

/** `1 - erf(x)` (DLMF 7.9.1: a continued fraction, from its far end). */
export function erfc(x: number): number {
  if (!(x > 1)) return x < -1 ? 2 - erfc(-x) : 1 - erf(x);
  if (x > 28) return 0;
  let fraction = x;
  for (let n = Math.ceil(60 + 240 / (x * x)); n > 0; n--) fraction = x + n / 2 / fraction;
  return gaussian(x) / (SQRT_PI * fraction);
}

/** The inverse of `erf`: Newton's method with the second-order correction, on `erfc` where `erf` is flat. */
export function erfInv(y: number): number {
  const size = Math.abs(y);
  if (!(size < 1)) return size === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  if (size < 1e-8) return (y * SQRT_PI) / 2;
  const rest = 1 - size;
  const log = Math.log(rest * (1 + size));
  // S. Winitzki, "A handy approximation for the error function and its inverse" (2008), equation 7.
  const a = 0.147;
  const b = 2 / (Math.PI * a) + log / 2;
  let x = Math.sqrt(Math.sqrt(b * b - log / a) - b);
  for (let i = 0; i < 4; i++) {
    const error = size > 0.5 ? rest - erfc(x) : erf(x) - size;
    const step = error / ((2 / SQRT_PI) * gaussian(x));
    x -= step / (1 + x * step);
  }
  return Math.sign(y) * x;
}

/** Bernoulli numbers B_2, B_4, ... */
const BERNOULLI = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
  854513 / 138,
  -236364091 / 2730,
];

/**
 * The Hurwitz zeta function, `sum (q + n)^-x` (Euler-Maclaurin summation, DLMF 25.11.28). Infinite at `x = 1` and at
 * `q = 0, -1, ...` for even `x`; NaN for `x < 1`, and for negative `q` where the sum is not real.
 */
export function zeta(x: number, q: number): number {
  if (Number.isNaN(x) || Number.isNaN(q)) return Number.NaN;
  if (x === 1) return Number.POSITIVE_INFINITY;
  if (x < 1) return Number.NaN;
  if (q <= 0) {
    if (q === Math.floor(q)) return x === Math.floor(x) && x % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    if (x !== Math.floor(x)) return Number.NaN;
  }
  let sum = 0;
  let a = q;
  for (let n = 0; n < 12 || a < 12; n++, a++) {
    const term = a ** -x;
    sum += term;
    if (a > 0 && term < 1e-18 * sum) return sum;
  }
  const tail = a ** -x;
  sum += (tail * a) / (x - 1) + tail / 2;
  let factor = (tail * x) / a / 2;
  BERNOULLI.forEach((b, i) => {
    const k = 2 * (i + 1);
    sum += b * factor;
    factor *= ((x + k - 1) * (x + k)) / ((k + 1) * (k + 2)) / (a * a);
  });
  return sum;
}

let zetaMinusOne: number[] | undefined;

/** `log Gamma(2 + z)` for `|z| <= 1/2` (DLMF 5.7.3). */
function lgammaNearTwo(z: number): number {
  zetaMinusOne ??= Array.from({ length: 30 }, (_, i) => zeta(i + 2, 2));
  let sum = 0;
  for (let i = zetaMinusOne.length - 1; i >= 0; i--) sum = -z * (zetaMinusOne[i] / (i + 2) + sum);
  return z * (1 - EULER) - z * sum;
}

/** `log |Gamma(x)|`; infinite at 0, -1, -2, ... */
export function lgamma(x: number): number {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY;
  if (x <= 0) {
    if (x === Math.floor(x)) return Number.POSITIVE_INFINITY;
    return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  }
  if (x < 0.5) return lgammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x <= 1.5) return lgammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x <= 2.5) return lgammaNearTwo(x - 2);
  let product = 1;
  let a = x;
  for (; a < 12; a++) product *= a;
  let sum = 0;
  for (let i = BERNOULLI.length - 1; i >= 0; i--) {
    const k = 2 * (i + 1);
    sum = sum / (a * a) + BERNOULLI[i] / (k * (k - 1));
  }
  return (a - 0.5) * Math.log(a) - a + Math.log(2 * Math.PI) / 2 + sum / a - Math.log(product);
}

/** `sin(pi x)`, exactly zero at integers. */
function sinPi(x: number): number {
  const rest = x - 2 * Math.round(x / 2);
  return Math.abs(rest) <= 0.5 ? Math.sin(Math.PI * rest) : Math.sin(Math.PI * (Math.sign(rest) - rest));
}

/** The derivative of `lgamma` (DLMF 5.11.2, 5.5.4); NaN at 0, -1, -2, ... */
export function digamma(x: number): number {
  if (Number.isNaN(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x <= 0) {
    if (x === Math.floor(x)) return Number.NaN;
    const rest = x - Math.round(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * rest);
  }
  let shift = 0;
  let a = x;
  for (; a < 12; a++) shift += 1 / a;
  let sum = 0;
  for (let i = BERNOULLI.length - 1; i >= 0; i--) sum = (sum + BERNOULLI[i] / (2 * (i + 1))) / (a * a);
  return Math.log(a) - 1 / (2 * a) - sum - shift;
}

/** The m-th derivative of `digamma`, m a non-negative integer (DLMF 5.15.2). */
export function polygamma(m: number, x: number): number {
  if (m === 0) return digamma(x);
  if (!(m > 0) || m !== Math.floor(m)) return Number.NaN;
  const sign = m % 2 === 1 ? 1 : -1;
  return sign * Math.exp(lgamma(m + 1)) * zeta(m + 1, x);
}

/** Sums `first, first r(1), first r(1) r(2), ...` until a term no longer matters, or grows again. */
function sumRatios(first: number, ratio: (k: number) => number): number {
  let sum = first;
  let term = first;
  for (let k = 1; k < 1000; k++) {
    const r = ratio(k);
    if (Math.abs(term) <= 1e-18 * Math.abs(sum) || (Math.abs(r) > 1 && k > 30)) break;
    term *= r;
    sum += term;
  }
  return sum;
}

/** `exp(-|x|) I_n(x)` for n = 0, 1 (DLMF 10.25.2 by powers; 10.40.1 for large x). */
function besselIe(n: 0 | 1, x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size === Number.POSITIVE_INFINITY) return n === 1 ? 0 * Math.sign(x) : 0;
  if (size <= 20) {
    const quarter = (x * x) / 4;
    return Math.exp(-size) * sumRatios(n === 0 ? 1 : x / 2, (k) => quarter / (k * (k + n)));
  }
  const series = sumRatios(1, (k) => -(4 * n - (2 * k - 1) ** 2) / (8 * size * k));
  return ((n === 1 ? Math.sign(x) : 1) * series) / Math.sqrt(2 * Math.PI * size);
}

export const besselI0e = (x: number): number => besselIe(0, x);
export const besselI1e = (x: number): number => besselIe(1, x);
