/**
 * Distributions on whole numbers. Source: jax.scipy.stats.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import * as lax from '../../lax/index.js';
import { asArray } from '../../lax/operand.js';
import { ceil, where } from '../../numpy/index.js';
import { broadcastArray, broadcastShape, promoteArgsInexact, promoteDTypesInexact } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';
import { entr, xlog1py, xlogy } from '../special/information.js';
import { filled } from './distribution.js';

const { add, and, eq, exp, floor, ge, gt, le, lgamma, lt, neg, select, sub } = primitive;

export interface Location {
  /** Where counting begins. Default 0. */
  readonly loc?: ArrayLike;
}

/** Floats of one shape: the count without its location, and the parameter. */
function prepare(op: string, k: ArrayLike, p: ArrayLike, options: Location): [count: NdArray, parameter: NdArray] {
  checkOptions(op, options, { loc: 'array' });
  const floats = promoteArgsInexact(op, k, asArray(p, op, 'the parameter'), options.loc ?? 0);
  const shape = broadcastShape(
    op,
    floats.map((x) => x.shape),
  );
  const [count, parameter, loc] = floats.map((x) => broadcastArray(x, shape));
  return [sub(count, loc), parameter];
}

const isCount = (k: NdArray): NdArray => and(ge(k, filled(k, 0)), eq(floor(k), k));
const lowest = (x: NdArray): NdArray => filled(x, Number.NEGATIVE_INFINITY);

function poissonLogpmf(k: ArrayLike, mu: ArrayLike, options: Location = {}): NdArray {
  const [count, mean] = prepare('poisson', k, mu, options);
  const valid = isCount(count);
  const safe = select(valid, count, filled(count, 0));
  return select(valid, sub(sub(xlogy(safe, mean), lgamma(add(safe, filled(safe, 1)))), mean), lowest(count));
}

/** `sum -p_k log p_k` over the counts up to `most`, and up to `bound` of the mean. */
function summedEntropy(mean: NdArray, most: number, bound: NdArray): NdArray {
  const k = primitive.iota(mean.dtype, [most, 1], 0);
  const p = where(k.lt(ceil(bound)), poisson.pmf(k, mean), 0);
  return entr(p).sum({ axis: 0 });
}

/** The entropy: summed up to a mean of 100, beyond that by its asymptotic expansion. */
function poissonEntropy(mu: ArrayLike, options: Location = {}): NdArray {
  const [given, loc] = promoteDTypesInexact('poisson.entropy', [mu, options.loc ?? 0]);
  const shape = broadcastShape('poisson.entropy', [given.shape, loc.shape]);
  const mean = given.ravel();
  const small = summedEntropy(mean, 35, mean.add(20));
  const medium = summedEntropy(mean, 250, mean.add(mean.sqrt().mul(10)).add(20));
  const large = mean
    .mul(2 * Math.PI * Math.E)
    .log()
    .mul(0.5)
    .sub(filled(mean, 1).div(mean.mul(12)));
  const value = where(mean.lt(10), small, where(mean.lt(100), medium, large));
  return broadcastArray(where(mean.eq(0), 0, value).reshape(given.shape), shape);
}

/** The Poisson distribution of mean `mu`. */
export const poisson = {
  logpmf: poissonLogpmf,
  pmf: (k: ArrayLike, mu: ArrayLike, options: Location = {}): NdArray => exp(poissonLogpmf(k, mu, options)),
  cdf: (k: ArrayLike, mu: ArrayLike, options: Location = {}): NdArray => {
    const [count, mean] = prepare('poisson', k, mu, options);
    const isBelow = lt(count, filled(count, 0));
    const shape = add(floor(select(isBelow, filled(count, 0), count)), filled(count, 1));
    return select(isBelow, filled(count, 0), lax.igammac(shape, mean));
  },
  entropy: poissonEntropy,
} as const;

function bernoulliLogpmf(k: ArrayLike, p: ArrayLike, options: Location = {}): NdArray {
  const [value, probability] = prepare('bernoulli', k, p, options);
  const [zero, one] = [filled(value, 0), filled(value, 1)];
  const valid = primitive.or(eq(value, zero), eq(value, one));
  const result = add(xlogy(value, probability), xlog1py(sub(one, value), neg(probability)));
  return select(valid, result, lowest(value));
}

/** One with probability `p`, else zero. */
export const bernoulli = {
  logpmf: bernoulliLogpmf,
  pmf: (k: ArrayLike, p: ArrayLike, options: Location = {}): NdArray => exp(bernoulliLogpmf(k, p, options)),
  cdf: (k: ArrayLike, p: ArrayLike): NdArray => {
    const [value, probability] = prepare('bernoulli', k, p, {});
    const [zero, one] = [filled(value, 0), filled(value, 1)];
    const valid = and(ge(probability, zero), le(probability, one));
    const below = select(lt(value, one), sub(one, probability), one);
    return select(valid, select(lt(value, zero), zero, below), filled(value, Number.NaN));
  },
  ppf: (q: ArrayLike, p: ArrayLike): NdArray => {
    const [level, probability] = prepare('bernoulli', q, p, {});
    const [zero, one] = [filled(level, 0), filled(level, 1)];
    const inside = (x: NdArray): NdArray => and(ge(x, zero), le(x, one));
    const value = select(gt(level, sub(one, probability)), one, zero);
    return select(and(inside(level), inside(probability)), value, filled(level, Number.NaN));
  },
} as const;

/** The number of trials, each of success `p`, up to the first success. */
export const geom = {
  logpmf: (k: ArrayLike, p: ArrayLike, options: Location = {}): NdArray => {
    const [count, probability] = prepare('geom', k, p, options);
    const one = filled(count, 1);
    const value = add(xlog1py(sub(count, one), neg(probability)), primitive.log(probability));
    return select(ge(count, one), value, lowest(count));
  },
  pmf: (k: ArrayLike, p: ArrayLike, options: Location = {}): NdArray => exp(geom.logpmf(k, p, options)),
} as const;
