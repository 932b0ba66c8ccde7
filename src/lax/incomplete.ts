/**
 * The regularized incomplete gamma and beta functions: distribution functions of most of statistics.
 *
 * Each is a power series, or a continued fraction where that converges faster, summed by a loop over all elements until no
 * term matters. Derivatives in the argument are the densities; those in a parameter are found by carrying a tangent through
 * the loop. Sources: Cephes (igam.c); DLMF 8.9, 8.11, 8.17.22; jax.lax.igamma, betainc.
 */
import { type NdArray, scalarArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { finfo } from '../array/dtype-info.js';
import * as primitive from '../primitive/index.js';
import { type CustomJvp, customJvp } from '../transform/custom-jvp.js';
import { jvp } from '../transform/forward.js';
import { alike } from './operand.js';
import { foriLoop, whileLoop } from './while-loop.js';

const { abs, add, and, div, exp, full, ge, gt, le, lgamma, log, log1p, lt, mul, neg, or, select, sub } = primitive;

/** Terms that are summed at most. */
const MOST_TERMS = 2000;
/** Terms that are summed on for a derivative in a parameter, which converges later than the value. */
const LATER_TERMS = 40;

const filled = (x: NdArray, value: number): NdArray => full(x.aval, value);
const anyOf = (flags: NdArray): NdArray => primitive.reduceOr(flags, [...flags.shape.keys()]);

/**
 * Runs `step` on lists of arrays until no element is open. It is given the number of the term and returns the new list and
 * where the next term matters.
 */
function sumUp(
  start: readonly NdArray[],
  wanted: NdArray,
  later: number,
  step: (n: NdArray, values: readonly NdArray[]) => { values: readonly NdArray[]; open: NdArray },
): readonly NdArray[] {
  type State = readonly [count: NdArray, open: NdArray, values: readonly NdArray[]];
  const first: State = [scalarArray(0, 'int32', false), wanted, start];
  const [count, , values] = whileLoop(
    ([count, open]: State) => and(lt(count, primitive.like(count, MOST_TERMS)), anyOf(open)),
    ([count, open, old]: State): State => {
      const next = add(count, primitive.like(count, 1));
      const result = step(primitive.convertElementType(next, start[0].dtype), old);
      const kept = result.values.map((x, i) => select(open, x, old[i]));
      return [next, and(open, result.open), kept];
    },
    first,
  ) as State;
  if (later === 0) return values;
  return foriLoop(
    0,
    later,
    (i: NdArray, old: readonly NdArray[]) => {
      const n = add(add(count, i), primitive.like(count, 1));
      const result = step(primitive.convertElementType(n, start[0].dtype), old);
      return result.values.map((x, k) => select(wanted, x, old[k]));
    },
    values,
  ) as readonly NdArray[];
}

/** `e^-x x^a / Gamma(a)`. */
const weight = (a: NdArray, x: NdArray): NdArray => exp(sub(sub(mul(a, log(x)), x), lgamma(a)));

/** `P(a, x)` by its series, which converges fast for `x < a + 1`. */
function lowerSeries(a: NdArray, x: NdArray, wanted: NdArray, later: number): NdArray {
  const small = filled(x, finfo(x.dtype).eps);
  const one = filled(x, 1);
  const [, sum] = sumUp([one, one], wanted, later, (n, [term, total]) => {
    const next = mul(term, div(x, add(a, n)));
    const grown = add(total, next);
    return { values: [next, grown], open: gt(abs(next), mul(small, abs(grown))) };
  });
  return div(mul(sum, weight(a, x)), a);
}

/** A denominator that must not vanish (Lentz's method). */
const away = (x: NdArray): NdArray => {
  const tiny = filled(x, 1e-30);
  return select(lt(abs(x), tiny), tiny, x);
};

/** `Q(a, x)` by its continued fraction (DLMF 8.9.2), which converges fast for `x > a + 1`. */
function upperFraction(a: NdArray, x: NdArray, wanted: NdArray): NdArray {
  const small = filled(x, finfo(x.dtype).eps);
  const one = filled(x, 1);
  const two = filled(x, 2);
  const start = sub(add(x, one), a);
  const d0 = div(one, away(start));
  const [, , , h] = sumUp([start, filled(x, 1e30), d0, d0], wanted, 0, (n, [b, c, d, product]) => {
    const an = mul(n, sub(a, n));
    const next = add(b, two);
    const lower = div(one, away(add(mul(an, d), next)));
    const upper = away(add(next, div(an, c)));
    const factor = mul(lower, upper);
    return {
      values: [next, upper, lower, mul(product, factor)],
      open: gt(abs(sub(factor, one)), small),
    };
  });
  return mul(h, weight(a, x));
}

/** Both `P` and `Q`, each from the one that converges, with the special values of the ends. */
function gammaPair(a: NdArray, x: NdArray): { lower: NdArray; upper: NdArray } {
  const [zero, one] = [filled(x, 0), filled(x, 1)];
  const infinity = filled(x, Number.POSITIVE_INFINITY);
  const isInside = and(and(gt(x, zero), lt(x, infinity)), and(gt(a, zero), lt(a, infinity)));
  const [safeA, safeX] = [select(isInside, a, one), select(isInside, x, one)];
  const usesSeries = or(le(safeX, one), le(safeX, safeA));
  const lower = lowerSeries(safeA, safeX, and(isInside, usesSeries), 0);
  const upper = upperFraction(safeA, safeX, and(isInside, primitive.not(usesSeries)));
  const nan = filled(x, Number.NaN);
  const isBeyond = or(and(ge(x, infinity), and(gt(a, zero), lt(a, infinity))), and(primitive.eq(a, zero), gt(x, zero)));
  const isNothing = or(
    and(primitive.eq(x, zero), gt(a, zero)),
    and(primitive.eq(a, infinity), and(ge(x, zero), lt(x, infinity))),
  );
  const ends = (value: NdArray, none: NdArray, all: NdArray): NdArray =>
    select(isInside, value, select(and(isNothing, ge(a, zero)), none, select(isBeyond, all, nan)));
  return {
    lower: ends(select(usesSeries, lower, sub(one, upper)), zero, one),
    upper: ends(select(usesSeries, sub(one, lower), upper), one, zero),
  };
}

/**
 * dP/da: a tangent in `a`, carried through the series, whose terms are all positive. (The fraction's would add up the
 * rounding of every step.) It is 0 at the ends.
 */
function slopeInShape(a: NdArray, x: NdArray): NdArray {
  const [zero, infinity] = [filled(x, 0), filled(x, Number.POSITIVE_INFINITY)];
  const isInside = and(and(gt(x, zero), lt(x, infinity)), and(gt(a, zero), lt(a, infinity)));
  const [p, q] = [select(isInside, a, filled(a, 1)), select(isInside, x, filled(x, 1))];
  const lower = (shape: NdArray): NdArray => lowerSeries(shape, q, isInside, LATER_TERMS);
  const slope = jvp(lower, [p] as const, [filled(p, 1)] as const)[1] as NdArray;
  return select(isInside, slope, zero);
}

/** dP/dx: the density of the gamma distribution. */
const slopeInArgument = (a: NdArray, x: NdArray): NdArray =>
  exp(sub(sub(mul(sub(a, filled(a, 1)), log(x)), x), lgamma(a)));

const tangent = (a: NdArray, x: NdArray, da: NdArray, dx: NdArray): NdArray =>
  add(mul(slopeInShape(a, x), da), mul(slopeInArgument(a, x), dx));

const lowerP: CustomJvp<[a: NdArray, x: NdArray], NdArray> = customJvp(
  (a: NdArray, x: NdArray): NdArray => gammaPair(a, x).lower,
).defjvp(([a, x]: readonly NdArray[], [da, dx]: readonly NdArray[]) => [
  lowerP(a, x) as NdArray,
  tangent(a, x, da, dx),
]);
const upperQ: CustomJvp<[a: NdArray, x: NdArray], NdArray> = customJvp(
  (a: NdArray, x: NdArray): NdArray => gammaPair(a, x).upper,
).defjvp(([a, x]: readonly NdArray[], [da, dx]: readonly NdArray[]) => [
  upperQ(a, x) as NdArray,
  neg(tangent(a, x, da, dx)),
]);

/** Operands of one floating-point dtype and one shape; scalars are repeated. */
function floats(op: string, values: readonly ArrayLike[]): NdArray[] {
  const arrays = alike(values, op);
  const shape = arrays.find((x) => x.ndim > 0)?.shape ?? [];
  return arrays.map((x) => (x.ndim === shape.length ? x : primitive.broadcastInDim(x, shape, [])));
}

/** The regularized lower incomplete gamma function `P(a, x)`: the integral of `e^-t t^(a-1) / Gamma(a)` from 0 to `x`. */
export const igamma = (a: ArrayLike, x: ArrayLike): NdArray => {
  const [p, q] = floats('igamma', [a, x]);
  return lowerP(p, q) as NdArray;
};

/** The regularized upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`. */
export const igammac = (a: ArrayLike, x: ArrayLike): NdArray => {
  const [p, q] = floats('igammac', [a, x]);
  return upperQ(p, q) as NdArray;
};

/** The derivative of `igamma` in `a`. */
export const igammaGradA = (a: ArrayLike, x: ArrayLike): NdArray => {
  const [p, q] = floats('igammaGradA', [a, x]);
  return slopeInShape(p, q);
};

/** How a gamma-distributed number `x` of shape `a` moves with `a` at a fixed probability. */
export const randomGammaGrad = (a: ArrayLike, x: ArrayLike): NdArray => {
  const [p, q] = floats('randomGammaGrad', [a, x]);
  return neg(div(slopeInShape(p, q), slopeInArgument(p, q)));
};

/** `x^a (1 - x)^b / (a B(a, b))` times the continued fraction of DLMF 8.17.22, for `x` below the mean. */
function betaFraction(a: NdArray, b: NdArray, x: NdArray, later: number): NdArray {
  const small = filled(x, finfo(x.dtype).eps);
  const one = filled(x, 1);
  const two = filled(x, 2);
  const [ab, up, down] = [add(a, b), add(a, one), sub(a, one)];
  const d0 = div(one, away(sub(one, div(mul(ab, x), up))));
  const [, , h] = sumUp([one, d0, d0], primitive.not(primitive.ne(x, x)), later, (m, [c, d, product]) => {
    const m2 = mul(two, m);
    const even = div(mul(mul(m, sub(b, m)), x), mul(add(down, m2), add(a, m2)));
    const d1 = div(one, away(add(one, mul(even, d))));
    const c1 = away(add(one, div(even, c)));
    const odd = neg(div(mul(mul(add(a, m), add(ab, m)), x), mul(add(a, m2), add(up, m2))));
    const d2 = div(one, away(add(one, mul(odd, d1))));
    const c2 = away(add(one, div(odd, c1)));
    const factor = mul(c2, d2);
    return {
      values: [c2, d2, mul(mul(product, mul(c1, d1)), factor)],
      open: gt(abs(sub(factor, one)), small),
    };
  });
  const logBeta = sub(add(lgamma(a), lgamma(b)), lgamma(ab));
  const front = exp(sub(add(mul(a, log(x)), mul(b, log1p(neg(x)))), logBeta));
  return div(mul(front, h), a);
}

function betaValue(a: NdArray, b: NdArray, x: NdArray, later = 0): NdArray {
  const [zero, one] = [filled(x, 0), filled(x, 1)];
  const valid = and(gt(a, zero), gt(b, zero));
  const isInside = and(valid, and(gt(x, zero), lt(x, one)));
  const half = filled(x, 0.5);
  const safe = select(isInside, x, half);
  const [p, q] = [select(valid, a, one), select(valid, b, one)];
  const mirrors = gt(safe, div(add(p, one), add(add(p, q), filled(x, 2))));
  const value = betaFraction(
    select(mirrors, q, p),
    select(mirrors, p, q),
    select(mirrors, sub(one, safe), safe),
    later,
  );
  const inside = select(mirrors, sub(one, value), value);
  const nan = filled(x, Number.NaN);
  const ends = select(primitive.eq(x, zero), zero, select(primitive.eq(x, one), one, nan));
  return select(isInside, inside, select(valid, ends, nan));
}

const betaI: CustomJvp<[a: NdArray, b: NdArray, x: NdArray], NdArray> = customJvp(
  (a: NdArray, b: NdArray, x: NdArray): NdArray => betaValue(a, b, x),
).defjvp(([a, b, x]: readonly NdArray[], [da, db, dx]: readonly NdArray[]) => {
  const one = filled(x, 1);
  const logBeta = sub(add(lgamma(a), lgamma(b)), lgamma(add(a, b)));
  const density = exp(sub(add(mul(sub(a, one), log(x)), mul(sub(b, one), log1p(neg(x)))), logBeta));
  const slope = (da: NdArray, db: NdArray): NdArray =>
    jvp((p: NdArray, q: NdArray) => betaValue(p, q, x, LATER_TERMS), [a, b] as const, [da, db] as const)[1] as NdArray;
  const parameters = add(mul(slope(one, filled(x, 0)), da), mul(slope(filled(x, 0), one), db));
  return [betaI(a, b, x) as NdArray, add(parameters, mul(density, dx))];
});

/** The regularized incomplete beta function `I_x(a, b)`: the integral of `t^(a-1) (1-t)^(b-1) / B(a, b)` from 0 to `x`. */
export const betainc = (a: ArrayLike, b: ArrayLike, x: ArrayLike): NdArray => {
  const [p, q, z] = floats('betainc', [a, b, x]);
  return betaI(p, q, z) as NdArray;
};
