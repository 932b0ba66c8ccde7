/**
 * Numbers of successes among trials. Source: jax.scipy.stats.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isInteger } from '../../array/dtype.js';
import { DTypeMismatch } from '../../error/error.js';
import { asIndices } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray, promoteArgsInexact, promoteDTypes } from '../../numpy/promote.js';
import { betaln, gammaln } from '../special/gamma.js';
import { xlog1py, xlogy } from '../special/information.js';
import type { Location } from './discrete.js';

const LOWEST = Number.NEGATIVE_INFINITY;

/** Arguments as floats of one shape. */
const prepare = (op: string, ...args: readonly ArrayLike[]): NdArray[] =>
  jnp.broadcastArrays(...promoteArgsInexact(op, ...args));

function binomLogpmf(k: ArrayLike, n: ArrayLike, p: ArrayLike, options: Location = {}): NdArray {
  const [count, trials, success, loc] = prepare('binom.logpmf', k, n, p, options.loc ?? 0);
  const y = count.sub(loc);
  const ways = gammaln(trials.add(1)).sub(gammaln(y.add(1)).add(gammaln(trials.sub(y).add(1))));
  const linear = xlogy(y, success).add(xlog1py(trials.sub(y), success.neg()));
  const isCertain = y.eq(0).and(trials.eq(0)).or(linear.eq(0));
  const isPossible = count.ge(loc).and(count.lt(loc.add(trials).add(1)));
  return jnp.where(isPossible, jnp.where(isCertain, 0, ways.add(linear)), LOWEST);
}

/** The number of successes among `n` trials, each of success `p`. */
export const binom = {
  logpmf: binomLogpmf,
  pmf: (k: ArrayLike, n: ArrayLike, p: ArrayLike, options: Location = {}): NdArray =>
    binomLogpmf(k, n, p, options).exp(),
} as const;

function nbinomLogpmf(k: ArrayLike, n: ArrayLike, p: ArrayLike, options: Location = {}): NdArray {
  const [count, successes, success, loc] = prepare('nbinom.logpmf', k, n, p, options.loc ?? 0);
  const y = count.sub(loc);
  const ways = gammaln(y.add(successes))
    .sub(gammaln(successes))
    .sub(gammaln(y.add(1)));
  const linear = xlogy(successes, success).add(xlogy(y, success.neg().add(1)));
  return jnp.where(count.lt(loc), LOWEST, ways.add(linear));
}

/** The number of failures before the `n`-th success, each trial of success `p`. */
export const nbinom = {
  logpmf: nbinomLogpmf,
  pmf: (k: ArrayLike, n: ArrayLike, p: ArrayLike, options: Location = {}): NdArray =>
    nbinomLogpmf(k, n, p, options).exp(),
} as const;

function betabinomLogpmf(k: ArrayLike, n: ArrayLike, a: ArrayLike, b: ArrayLike, options: Location = {}): NdArray {
  const [count, trials, p, q, loc] = prepare('betabinom.logpmf', k, n, a, b, options.loc ?? 0);
  const y = jnp.floor(count).sub(loc);
  const rest = trials.sub(y);
  const ways = jnp
    .log1p(trials)
    .add(betaln(rest.add(1), y.add(1)))
    .neg();
  const value = ways.add(betaln(y.add(p), rest.add(q)).sub(betaln(p, q)));
  const likely = jnp.where(y.eq(0).and(trials.eq(0)), 0, value);
  const isImpossible = y.lt(loc.neg()).or(y.gt(trials)).or(y.add(p).le(0));
  const isWrong = trials.lt(0).or(p.le(0)).or(q.le(0));
  return jnp.where(isWrong, Number.NaN, jnp.where(isImpossible, LOWEST, likely));
}

/** The number of successes among `n` trials whose chance is drawn from the beta distribution of `a`, `b`. */
export const betabinom = {
  logpmf: betabinomLogpmf,
  pmf: (k: ArrayLike, n: ArrayLike, a: ArrayLike, b: ArrayLike, options: Location = {}): NdArray =>
    betabinomLogpmf(k, n, a, b, options).exp(),
} as const;

/**
 * Counts stand along the last axis; all of `x` together must add up to `n`.
 * @throws DTypeMismatch unless counts are integers
 */
function multinomialLogpmf(x: ArrayLike, n: ArrayLike, p: ArrayLike): NdArray {
  const op = 'multinomial.logpmf';
  const chances = inexactArray(op, p);
  const [counts, total] = promoteDTypes(op, [asIndices(x, op, 'x'), n]);
  if (!isInteger(counts.dtype)) {
    throw new DTypeMismatch({ op, argument: 'x', expected: 'integers, as n', actual: counts.dtype });
  }
  const [k, trials] = [counts.astype(chances.dtype), total.astype(chances.dtype)];
  const terms = xlogy(...(jnp.broadcastArrays(k, chances) as [NdArray, NdArray])).sub(gammaln(k.add(1)));
  const value = gammaln(trials.add(1)).add(terms.sum({ axis: -1 }));
  return jnp.where(k.sum().eq(trials), value, LOWEST);
}

/** How often each of several outcomes of chances `p` occurs among `n` trials. */
export const multinomial = {
  logpmf: multinomialLogpmf,
  pmf: (x: ArrayLike, n: ArrayLike, p: ArrayLike): NdArray => multinomialLogpmf(x, n, p).exp(),
} as const;
