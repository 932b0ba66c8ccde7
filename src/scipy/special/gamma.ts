/**
 * The gamma function and its kin. Source: jax.scipy.special.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import * as lax from '../../lax/index.js';
import { add, multiply, subtract } from '../../numpy/arithmetic.js';
import { inexactArray, promoteArgsInexact } from '../../numpy/promote.js';
import { choose } from '../../numpy/select.js';
import { type Binary, type Unary, unaryInexact } from '../../numpy/ufunc.js';
import * as primitive from '../../primitive/index.js';

const { like } = primitive;

/** `log |Gamma(x)|`. */
export const gammaln: Unary = unaryInexact('gammaln', primitive.lgamma);
/** The derivative of `gammaln`. */
export const digamma: Unary = unaryInexact('digamma', primitive.digamma);

/** The sign of `Gamma(x)`; NaN at negative integers. */
export const gammasgn: Unary = unaryInexact('gammasgn', (x) => {
  const zero = like(x, 0);
  const below = primitive.floor(x);
  const isNegative = primitive.lt(x, zero);
  const half = primitive.mul(below, like(x, 0.5));
  const isOdd = primitive.ne(primitive.floor(half), half);
  const isNegativeZero = primitive.and(primitive.eq(x, zero), primitive.lt(primitive.integerPow(x, -1), zero));
  const minus = primitive.or(primitive.and(isNegative, isOdd), isNegativeZero);
  const isPole = primitive.or(primitive.and(isNegative, primitive.eq(x, below)), primitive.ne(x, x));
  const sign = choose(minus, primitive.full(x.aval, -1), primitive.full(x.aval, 1));
  return choose(isPole, like(x, Number.NaN), sign);
});

/** `Gamma(x)`. */
export const gamma: Unary = (x) => {
  const value = inexactArray('gamma', x);
  return primitive.mul(gammasgn(value), primitive.exp(primitive.lgamma(value)));
};

/** `n! = Gamma(n + 1)`; 0 for negative `n`. */
export const factorial = (n: ArrayLike, options: { readonly exact?: false } = {}): NdArray => {
  checkOptions('factorial', options, { exact: 'boolean' });
  const value = inexactArray('factorial', n);
  const one = like(value, 1);
  const isNegative = primitive.lt(value, like(value, 0));
  return choose(isNegative, like(value, 0), primitive.exp(primitive.lgamma(primitive.add(value, one))));
};

/** `log |B(a, b)|`. */
export const betaln: Binary = (a, b) => {
  const [x, y] = promoteArgsInexact('betaln', a, b);
  return subtract(add(gammaln(x), gammaln(y)), gammaln(add(x, y)));
};

/** `B(a, b) = Gamma(a) Gamma(b) / Gamma(a + b)`. */
export const beta: Binary = (a, b) => {
  const [x, y] = promoteArgsInexact('beta', a, b);
  const sign = multiply(multiply(gammasgn(x), gammasgn(y)), gammasgn(add(x, y)));
  return multiply(sign, primitive.exp(betaln(x, y)));
};

/** The rising factorial `Gamma(z + m) / Gamma(z)`. */
export const poch: Binary = (z, m) => {
  const [x, n] = promoteArgsInexact('poch', z, m);
  const value = primitive.exp(subtract(gammaln(add(x, n)), gammaln(x)));
  const isNothing = primitive.eq(n, like(n, 0));
  return choose(isNothing, like(value, 1), multiply(multiply(gammasgn(add(x, n)), gammasgn(x)), value));
};

/** `log` of the multivariate gamma function of dimension `d`. */
export function multigammaln(a: ArrayLike, d: number): NdArray {
  checkArgument('multigammaln', 'd', d, 'integer');
  const x = inexactArray('multigammaln', a);
  let sum: NdArray = primitive.full(x.aval, (d * (d - 1) * Math.log(Math.PI)) / 4);
  for (let i = 0; i < d; i++) sum = primitive.add(sum, primitive.lgamma(primitive.sub(x, like(x, i / 2))));
  return sum;
}

/** The `n`-th derivative of `digamma`. */
export const polygamma: Binary = (n, x) => {
  const [order, value] = promoteArgsInexact('polygamma', n, x);
  return lax.polygamma(order, value);
};

/** The Riemann zeta function, or Hurwitz' for `q`. */
export const zeta = (x: ArrayLike, options: { readonly q?: ArrayLike | null } = {}): NdArray => {
  checkOptions('zeta', options, { q: 'array?' });
  const [exponent, shift] = promoteArgsInexact('zeta', x, options.q ?? 1);
  return lax.zeta(exponent, shift);
};

/** The regularized lower incomplete gamma function `P(a, x)`. */
export const gammainc: Binary = (a, x) => {
  const [shape, value] = promoteArgsInexact('gammainc', a, x);
  return lax.igamma(shape, value);
};

/** The regularized upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`. */
export const gammaincc: Binary = (a, x) => {
  const [shape, value] = promoteArgsInexact('gammaincc', a, x);
  return lax.igammac(shape, value);
};

/** The regularized incomplete beta function `I_x(a, b)`. */
export const betainc = (a: ArrayLike, b: ArrayLike, x: ArrayLike): NdArray => {
  const [p, q, z] = promoteArgsInexact('betainc', a, b, x);
  return lax.betainc(p, q, z);
};

/** The number of ways to choose `k` of `N`, or, with repetition, of `N + k - 1`. */
export const comb = (N: ArrayLike, k: ArrayLike, options: { readonly repetition?: boolean } = {}): NdArray => {
  checkOptions('comb', options, { repetition: 'boolean' });
  const [n, m] = promoteArgsInexact('comb', options.repetition ? subtract(add(N, k), 1) : N, k);
  const ways = primitive.exp(subtract(gammaln(add(n, 1)), add(gammaln(add(m, 1)), gammaln(add(subtract(n, m), 1)))));
  const isPossible = primitive.and(primitive.ge(m, like(m, 0)), primitive.le(m, n));
  return choose(isPossible, ways, like(ways, 0));
};
