/**
 * Truncated power series with arrays as coefficients: x(t) = x[0] + x[1] t + ... + x[K] t^K.
 *
 * A coefficient may be a zero that nobody computes; the first never is. The recurrences below are those of
 * Griewank & Walther, "Evaluating Derivatives", 2nd edition, SIAM 2008, chapter 13: if y = f(x) solves a differential
 * equation in x, comparing coefficients of t^(k-1) gives y[k] from those before.
 */
import type { NdArray } from '../array/array.js';
import type { Tangent } from '../ir/primitive.js';
import { isZero, Zero } from '../ir/zero.js';
import { add, div, integerPow, like, mul, neg, sub } from '../primitive/elementwise.js';
import { addTangents } from '../trace/derivative.js';

/** Coefficients, the constant one first. */
export type Series = readonly [NdArray, ...Tangent[]];

const scaled = (x: Tangent, factor: number): Tangent => (isZero(x) || factor === 1 ? x : mul(x, like(x, factor)));
const product = (x: Tangent, y: Tangent): Tangent => (isZero(x) ? x : isZero(y) ? y : mul(x, y));
const difference = (x: Tangent, y: Tangent): Tangent => {
  if (isZero(y)) return x;
  return isZero(x) ? neg(y) : sub(x, y);
};

/** Sums f(j) for j from `from` to `to`. */
function total(aval: Zero['aval'], from: number, to: number, f: (j: number) => Tangent): Tangent {
  let sum: Tangent = new Zero(aval);
  for (let j = from; j <= to; j++) sum = addTangents(sum, f(j));
  return sum;
}

/** A series whose coefficients follow one after the other from `first`. */
function recurrence(first: NdArray, order: number, next: (k: number, y: readonly Tangent[]) => Tangent): Series {
  const y: [NdArray, ...Tangent[]] = [first];
  for (let k = 1; k <= order; k++) y.push(next(k, y));
  return y;
}

/** The solution of y' = g x' with y[0] = `first`, where g[k-1] may depend on y[0], ..., y[k-1]. */
function integral(
  first: NdArray,
  x: Series,
  g: (k: number, y: readonly Tangent[]) => Tangent,
): { y: Series; g: readonly Tangent[] } {
  const known: Tangent[] = [];
  const y = recurrence(first, x.length - 1, (k, before) => {
    known.push(g(k - 1, before));
    return scaled(
      total(first.aval, 1, k, (j) => scaled(product(x[j], known[k - j]), j)),
      1 / k,
    );
  });
  return { y, g: known };
}

/** The product of two series by any bilinear map. */
export const convolve = (x: Series, y: Series, times: (a: NdArray, b: NdArray) => NdArray): Series =>
  recurrence(times(x[0], y[0]), x.length - 1, (k, [z]) =>
    total((z as NdArray).aval, 0, k, (j) => {
      const [a, b] = [x[j], y[k - j]];
      return isZero(a) || isZero(b) ? new Zero((z as NdArray).aval) : times(a, b);
    }),
  );

export const multiply = (x: Series, y: Series): Series => convolve(x, y, mul);

const squareAt = (y: readonly Tangent[], k: number): Tangent =>
  total((y[0] as NdArray).aval, 0, k, (j) => product(y[j], y[k - j]));

/** y' = y x' */
export const exponential = (x: Series, first: NdArray): Series => integral(first, x, (k, y) => y[k]).y;

/** y x = u */
export const quotient = (u: Series, x: Series): Series =>
  recurrence(div(u[0], x[0]), x.length - 1, (k, y) => {
    const rest = difference(
      u[k],
      total(x[0].aval, 0, k - 1, (j) => product(y[j], x[k - j])),
    );
    return isZero(rest) ? rest : div(rest, x[0]);
  });

/** x y' = x' */
export const logarithm = (x: Series, first: NdArray): Series =>
  recurrence(first, x.length - 1, (k, y) => {
    const rest = difference(
      x[k],
      scaled(
        total(first.aval, 1, k - 1, (j) => scaled(product(y[j], x[k - j]), j)),
        1 / k,
      ),
    );
    return isZero(rest) ? rest : div(rest, x[0]);
  });

/** y y = x */
export const squareRoot = (x: Series, first: NdArray): Series =>
  recurrence(first, x.length - 1, (k, y) => {
    const rest = difference(
      x[k],
      total(first.aval, 1, k - 1, (j) => product(y[j], y[k - j])),
    );
    return isZero(rest) ? rest : div(rest, mul(first, like(first, 2)));
  });

/** y' = (1 + sign y^2) x': tanh with sign -1, tan with sign 1. */
export const tangentOf = (x: Series, first: NdArray, sign: 1 | -1): Series =>
  integral(first, x, (k, y) => {
    const squared = scaled(squareAt(y, k), sign);
    return k === 0 ? addTangents(like(first, 1), squared) : squared;
  }).y;

/** y' = (y - y^2) x' */
export const logistic = (x: Series, first: NdArray): Series =>
  integral(first, x, (k, y) => difference(y[k], squareAt(y, k))).y;

/** s' = c x', c' = sign s x': sine and cosine with sign -1, the hyperbolic ones with sign 1. */
export function sineAndCosine(
  x: Series,
  sine: NdArray,
  cosine: NdArray,
  sign: 1 | -1,
): { sine: Series; cosine: Series } {
  const s: [NdArray, ...Tangent[]] = [sine];
  const c: [NdArray, ...Tangent[]] = [cosine];
  for (let k = 1; k < x.length; k++) {
    const step = (other: readonly Tangent[], factor: number): Tangent =>
      scaled(
        total(sine.aval, 1, k, (j) => scaled(product(x[j], other[k - j]), j)),
        factor / k,
      );
    const [nextSine, nextCosine] = [step(c, 1), step(s, sign)];
    s.push(nextSine);
    c.push(nextCosine);
  }
  return { sine: s, cosine: c };
}

/** x multiplied with itself, or its reciprocal for a negative power. */
export function wholePower(x: Series, power: number): Series {
  const constant = (value: NdArray): Series => recurrence(value, x.length - 1, () => new Zero(value.aval));
  if (power === 0) return constant(like1(x[0]));
  let result: Series | null = null;
  let square = x;
  for (let n = Math.abs(power); n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = result === null ? square : multiply(result, square);
    if (n > 1) square = multiply(square, square);
  }
  const positive = result as Series;
  return power > 0 ? positive : quotient(constant(like1(x[0])), positive);
}

const like1 = (x: NdArray): NdArray => integerPow(x, 0);

/** One series plus, or minus, another. */
export const plus = (x: Series, y: Series): Series =>
  recurrence(add(x[0], y[0]), x.length - 1, (k) => addTangents(x[k], y[k]));
export const minus = (x: Series, y: Series): Series =>
  recurrence(sub(x[0], y[0]), x.length - 1, (k) => difference(x[k], y[k]));
