/**
 * Poisson-distributed counts.
 *
 * Below a rate of 10, exponential waiting times are added until they exceed the rate (Knuth); above, a transformed uniform
 * number is accepted or rejected. Source: W. Hörmann, "The transformed rejection method for generating Poisson random
 * variables" (1993); jax/_src/random/core.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultInt, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { iinfo } from '../array/dtype-info.js';
import { checkOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import * as lax from '../lax/index.js';
import { asArray, cast } from '../lax/operand.js';
import { broadcastTo } from '../numpy/shape.js';
import * as primitive from '../primitive/index.js';
import type { CountOptions } from './discrete.js';
import { type Key, splitList, takeKey } from './key.js';
import { countOptions } from './options.js';
import { parameterShape, sample } from './sampler.js';
import { unitUniform } from './uniform.js';

const anywhere = (x: NdArray): NdArray => primitive.reduceOr(x, range(x.ndim));
const filled = (x: NdArray, value: number | boolean): NdArray =>
  primitive.broadcastInDim(scalar(value, typeof value === 'boolean' ? 'bool' : x.dtype), x.shape, []);

function byWaiting(words: NdArray, rate: NdArray, dtype: DType, most: NdArray): NdArray {
  const open = (log: NdArray): NdArray => lax.gt(log, lax.neg(rate));
  const start = cast(filled(rate, 0), dtype);
  const { count } = lax.whileLoop(
    ({ step, log }) => lax.bitwiseAnd(anywhere(open(log)), lax.lt(step, most)),
    ({ step, count, key, log }) => {
      const [next, now] = splitList(key);
      const u = unitUniform(now, rate.shape, rate.dtype);
      return {
        step: lax.add(step, 1),
        count: lax.select(open(log), lax.add(count, 1), count),
        key: next,
        log: lax.add(log, lax.log(u)),
      };
    },
    { step: scalar(0, most.dtype) as NdArray, count: start, key: words, log: filled(rate, 0) },
  );
  return lax.sub(count, 1);
}

function byRejection(words: NdArray, rate: NdArray, dtype: DType, most: NdArray): NdArray {
  const { shape } = rate;
  const logRate = lax.log(rate);
  const b = lax.add(lax.mul(lax.sqrt(rate), 2.53), 0.931);
  const a = lax.add(lax.mul(b, 0.02483), -0.059);
  const inverseAlpha = lax.add(lax.div(scalar(1.1328, rate.dtype), lax.sub(b, 3.4)), 1.1239);
  const vR = lax.sub(0.9277, lax.div(scalar(3.6224, rate.dtype), lax.sub(b, 2)));
  const { count } = lax.whileLoop(
    ({ step, accepted }) => lax.bitwiseAnd(anywhere(lax.bitwiseNot(accepted)), lax.lt(step, most)),
    (state) => {
      const [key, keyU, keyV] = splitList(state.key, 3);
      const u = lax.sub(unitUniform(keyU, shape, rate.dtype), 0.5);
      const v = unitUniform(keyV, shape, rate.dtype);
      const us = lax.sub(0.5, lax.abs(u));
      const scale = lax.add(lax.div(lax.mul(a, 2), us), b);
      const k = lax.floor(lax.add(lax.add(lax.mul(scale, u), rate), 0.43));
      const s = lax.log(lax.div(lax.mul(v, inverseAlpha), lax.add(lax.div(a, lax.mul(us, us)), b)));
      const t = lax.sub(lax.add(lax.neg(rate), lax.mul(k, logRate)), lax.lgamma(lax.add(k, 1)));
      const quick = lax.bitwiseAnd(lax.ge(us, 0.07), lax.le(v, vR));
      const reject = lax.bitwiseOr(lax.lt(k, 0), lax.bitwiseAnd(lax.lt(us, 0.013), lax.gt(v, us)));
      const accept = lax.bitwiseOr(quick, lax.bitwiseAnd(lax.bitwiseNot(reject), lax.le(s, t)));
      return {
        step: lax.add(state.step, 1),
        count: lax.select(accept, k, state.count),
        accepted: lax.bitwiseOr(state.accepted, accept),
        key,
      };
    },
    { step: scalar(0, most.dtype) as NdArray, count: filled(rate, -1), accepted: filled(rate, false), key: words },
  );
  return cast(count, dtype);
}

/**
 * Counts of events that come at a rate `lam` (`jax.random.poisson`). Not differentiable.
 * @throws NotAKey when `key` is not a single key
 */
export function poisson(key: Key, lam: ArrayLike, options: CountOptions = {}): NdArray {
  checkOptions('poisson', options, countOptions);
  const op = 'random.poisson';
  const dtype = options.dtype ? checkDType(options.dtype, op) : defaultInt();
  const rates = cast(asArray(lam, op, 'lam'), 'float32');
  const shape = parameterShape(options.shape, op, [rates.shape]);
  return sample(op, [shape, dtype], [takeKey(key, op), rates], (words, given) => {
    const rate = broadcastTo(given, shape);
    const isSmall = lax.bitwiseOr(lax.ne(rate, rate), lax.lt(rate, 10));
    const most = scalar(iinfo(dtype).max, dtype);
    // Where the other method counts, each is given a rate that it is quick for.
    const small = byWaiting(words, lax.select(isSmall, rate, filled(rate, 0)), dtype, most);
    const large = byRejection(words, lax.select(isSmall, filled(rate, 1e5), rate), dtype, most);
    const count = lax.select(isSmall, small, large);
    return lax.select(lax.eq(rate, 0), cast(filled(rate, 0), dtype), count);
  });
}
