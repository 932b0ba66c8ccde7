/**
 * Binomially distributed counts, as floats.
 *
 * For few expected successes, geometric waiting times are added until they exceed the number of trials; else a transformed
 * uniform number is accepted or rejected. Source: W. Hörmann, "The generation of binomial random variates" (1993);
 * jax/_src/random/core.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import * as lax from '../lax/index.js';
import { cast } from '../lax/operand.js';
import { array } from '../numpy/creation.js';
import { inexactArray, promoteDTypesInexact } from '../numpy/promote.js';
import { broadcastTo, moveaxis } from '../numpy/shape.js';
import { take } from '../numpy/take.js';
import * as primitive from '../primitive/index.js';
import { type Key, splitList, splitWords, takeKey } from './key.js';
import { parameterOptions } from './options.js';
import { checkFloat, type ParameterOptions, parameterShape, sample } from './sampler.js';
import { unitUniform } from './uniform.js';

const anywhere = (x: NdArray): NdArray => primitive.reduceOr(x, range(x.ndim));
const filled = (x: NdArray, value: number | boolean): NdArray =>
  primitive.broadcastInDim(scalar(value, typeof value === 'boolean' ? 'bool' : x.dtype), x.shape, []);

/** `log k! - (k + 1/2) log(k + 1) + (k + 1) - log(2 pi) / 2` for k = 0 ... 9, where Stirling's series is not enough. */
const STIRLING = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
];

function stirlingTail(k: NdArray): NdArray {
  const tail = array(STIRLING, { dtype: k.dtype });
  const clamped = lax.clamp(0, k, 9);
  const next = lax.add(clamped, 1);
  const square = lax.mul(next, next);
  const inner = lax.sub(1 / 360, lax.div(scalar(1 / 1260, k.dtype), square));
  const series = lax.div(lax.sub(1 / 12, lax.div(inner, square)), next);
  const exact = take(tail, cast(lax.floor(clamped), 'int32'), { axis: 0 });
  return lax.select(lax.le(k, 9), exact, series);
}

function byWaiting(words: NdArray, count: NdArray, p: NdArray): NdArray {
  const log = lax.log1p(lax.neg(p));
  const { successes } = lax.whileLoop(
    ({ trials }) => anywhere(lax.le(trials, count)),
    ({ successes, trials, key }) => {
      const [now, next] = splitList(key);
      const wait = lax.ceil(lax.div(lax.log(unitUniform(now, p.shape, p.dtype)), log));
      return {
        successes: lax.select(lax.le(trials, count), lax.add(successes, 1), successes),
        trials: lax.add(trials, wait),
        key: next,
      };
    },
    { successes: filled(p, 0), trials: filled(p, 0), key: words },
  );
  return lax.sub(successes, 1);
}

function byRejection(words: NdArray, n: NdArray, p: NdArray): NdArray {
  const q = lax.sub(1, p);
  const stddev = lax.sqrt(lax.mul(lax.mul(n, p), q));
  const b = lax.add(lax.mul(stddev, 2.53), 1.15);
  const a = lax.add(lax.add(lax.mul(b, 0.0248), -0.0873), lax.mul(p, 0.01));
  const c = lax.add(lax.mul(n, p), 0.5);
  const vR = lax.sub(0.92, lax.div(scalar(4.2, p.dtype), b));
  const r = lax.div(p, q);
  const alpha = lax.mul(lax.add(lax.div(scalar(5.1, p.dtype), b), 2.83), stddev);
  const m = lax.floor(lax.mul(lax.add(n, 1), p));
  const up = (x: NdArray): NdArray => lax.add(x, 1);
  const fixed = lax.mul(lax.add(m, 0.5), lax.log(lax.div(up(m), lax.mul(r, up(lax.sub(n, m))))));
  const { count } = lax.whileLoop(
    ({ accepted }) => anywhere(lax.bitwiseNot(accepted)),
    (state) => {
      const [key, keyU, keyV] = splitList(state.key, 3);
      const u = lax.sub(unitUniform(keyU, p.shape, p.dtype), 0.5);
      const v = unitUniform(keyV, p.shape, p.dtype);
      const us = lax.sub(0.5, lax.abs(u));
      const quick = lax.bitwiseAnd(lax.ge(us, 0.07), lax.le(v, vR));
      const k = lax.floor(lax.add(lax.mul(lax.add(lax.div(lax.mul(a, 2), us), b), u), c));
      const reject = lax.bitwiseOr(lax.lt(k, 0), lax.gt(k, n));
      const log = lax.log(lax.div(lax.mul(v, alpha), lax.add(lax.div(a, lax.mul(us, us)), b)));
      const rest = up(lax.sub(n, k));
      const terms = [
        lax.mul(up(n), lax.log(lax.div(up(lax.sub(n, m)), rest))),
        lax.mul(lax.add(k, 0.5), lax.log(lax.div(lax.mul(r, rest), up(k)))),
        stirlingTail(m),
        stirlingTail(lax.sub(n, m)),
        lax.neg(stirlingTail(k)),
        lax.neg(stirlingTail(lax.sub(n, k))),
      ];
      const bound = terms.reduce((sum, term) => lax.add(sum, term), fixed);
      const accept = lax.bitwiseOr(quick, lax.bitwiseAnd(lax.bitwiseNot(reject), lax.le(log, bound)));
      return {
        count: lax.select(accept, k, state.count),
        accepted: lax.bitwiseOr(state.accepted, accept),
        key,
      };
    },
    { count: filled(p, -1), accepted: filled(p, false), key: words },
  );
  return count;
}

/** Counts from the words of a key; `n` and `p` have the shape of the result. */
function binomialFrom(words: NdArray, n: NdArray, p: NdArray, dtype: DType): NdArray {
  const isSmall = lax.lt(p, 0.5);
  const chance = lax.select(isSmall, p, lax.sub(1, p));
  const wrongCount = lax.bitwiseOr(lax.ne(n, n), lax.lt(n, 0));
  const isInfinite = lax.eq(lax.abs(n), Number.POSITIVE_INFINITY);
  const wrongChance = lax.bitwiseOr(lax.ne(chance, chance), lax.lt(chance, 0));
  const q = lax.select(wrongChance, filled(chance, 0.01), chance);
  const few = lax.bitwiseOr(wrongCount, lax.le(lax.mul(n, q), 10));
  const count = lax.floor(n);
  // Where the other method counts, each is given parameters that it is quick for.
  const waited = byWaiting(words, lax.select(few, count, filled(n, 0)), q);
  const drawn = byRejection(words, lax.select(few, filled(n, 1e4), count), lax.select(few, filled(q, 0.5), q));
  const invalid = lax.bitwiseOr(wrongChance, wrongCount);
  const infinite = lax.bitwiseAnd(isInfinite, lax.bitwiseNot(invalid));
  const found = cast(lax.select(few, waited, drawn), dtype);
  const known = lax.select(invalid, filled(found, Number.NaN), found);
  const samples = lax.select(infinite, filled(found, Number.POSITIVE_INFINITY), known);
  const asIs = [wrongCount, lax.ne(chance, chance), isInfinite].reduce(lax.bitwiseOr, isSmall);
  return lax.select(asIs, samples, lax.sub(cast(count, dtype), samples));
}

/**
 * The number of successes in `n` trials that succeed with probability `p`, as a float (`jax.random.binomial`).
 * NaN for a negative `n` or a `p` outside of [0, 1]. Not differentiable.
 */
export function binomial(key: Key, n: ArrayLike, p: ArrayLike, options: ParameterOptions = {}): NdArray {
  checkOptions('binomial', options, parameterOptions);
  const op = 'random.binomial';
  const dtype = checkFloat(options.dtype, op);
  const chance = inexactArray(op, p);
  const count = cast(inexactArray(op, n), chance.dtype);
  const shape = parameterShape(options.shape, op, [count.shape, chance.shape]);
  return sample(op, [shape, dtype], [takeKey(key, op), count, chance], (words, trials, probability) =>
    binomialFrom(words, broadcastTo(trials, shape), broadcastTo(probability, shape), dtype),
  );
}

/**
 * How `n` trials fall on the outcomes along the last axis of `p` (`jax.random.multinomial`). n: [...], p: [..., k];
 * returns floats [..., k] that sum to `n`.
 */
export function multinomial(key: Key, n: ArrayLike, p: ArrayLike, options: ParameterOptions = {}): NdArray {
  checkOptions('multinomial', options, parameterOptions);
  const op = 'random.multinomial';
  const dtype = checkFloat(options.dtype, op);
  const [count, chances] = promoteDTypesInexact(op, [n, p]);
  const shape = options.shape ?? chances.shape;
  if (count.ndim > 0 && count.ndim >= shape.length) {
    throw new ShapeMismatch({
      op,
      argument: 'n',
      expected: 'it must have fewer axes than the result, whose last axis is that of p',
      actual: count.shape,
    });
  }
  return sample(op, [shape, dtype], [takeKey(key, op), count, chances], (words, trials, probabilities) => {
    const first = moveaxis(broadcastTo(probabilities, shape), -1, 0);
    const rest = primitive.cumsum(first, 0, true);
    const ratios = lax.div(first, lax.select(lax.eq(rest, 0), filled(rest, 1), rest));
    // One outcome after another, of the trials that are left.
    const [, counts] = lax.scan(
      (left, [ratio, now]) => {
        const share = lax.clamp(0, ratio, 1);
        const found = binomialFrom(now, left, share, left.dtype);
        return [lax.sub(left, found), found];
      },
      broadcastTo(trials, shape.slice(0, -1)),
      { xs: [ratios, splitWords(words, [ratios.shape[0]])] as const },
    );
    return cast(moveaxis(counts as NdArray, 0, -1), dtype);
  });
}
