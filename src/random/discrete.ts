/**
 * Coins, categories and waiting times: samplers whose results are truth values or integers.
 *
 * Source: jax/_src/random/core.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultInt } from '../array/convert.js';
import { type DType, isFloat } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, sizeOf } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument } from '../error/error.js';
import * as lax from '../lax/elementwise.js';
import { asArray, cast } from '../lax/operand.js';
import { inexactArray } from '../numpy/promote.js';
import * as primitive from '../primitive/index.js';
import { checkMode, type GumbelMode, gumbelFrom } from './continuous.js';
import { type Key, takeKey } from './key.js';
import { signsFrom } from './normal.js';
import { bernoulliOptions, categoricalOptions, countOptions, rademacherOptions } from './options.js';
import { checkShape, parameterShape, type ShapeOption, sample, spread } from './sampler.js';
import { uniformIn } from './uniform.js';

/** Options of `bernoulli`. */
export interface BernoulliOptions {
  /** The probability of true; broadcasts. Default 0.5. */
  readonly p?: ArrayLike;
  /** The shape of the result. Default: that of `p`. */
  readonly shape?: readonly number[] | null;
  /** `high` tells probabilities apart that are below the dtype's epsilon, with two numbers each. Default low. */
  readonly mode?: 'low' | 'high';
}

/**
 * True with probability `p` (`jax.random.bernoulli`).
 * @throws DTypeMismatch when `p` is an integer array
 */
export function bernoulli(key: Key, options: BernoulliOptions = {}): NdArray {
  checkOptions('bernoulli', options, bernoulliOptions);
  const op = 'random.bernoulli';
  const { mode = 'low' } = options;
  if (mode !== 'low' && mode !== 'high') {
    throw new InvalidArgument({ op, argument: 'mode', expected: "'low' or 'high'", actual: `${mode}` });
  }
  const p = typeof options.p === 'number' ? inexactArray(op, options.p) : asArray(options.p ?? 0.5, op, 'p');
  if (!isFloat(p.dtype)) {
    throw new DTypeMismatch({ op, argument: 'p', expected: 'a probability is a float', actual: p.dtype });
  }
  const shape = parameterShape(options.shape, op, [p.shape]);
  return sample(op, [shape, mode], [takeKey(key, op), p], (words, probability) => {
    const limit = spread(probability, shape);
    if (mode === 'low') return lax.lt(uniformIn(words, shape, p.dtype, 0, 1), limit);
    const both = uniformIn(words, [2, ...shape], p.dtype, 0, 1);
    const [u1, u2] = [0, 1].map((i) => primitive.squeeze(primitive.sliceInDim(both, i, i + 1, 1, 0), [0]));
    return lax.lt(lax.mul(u2, 2 ** -finfo(p.dtype).nmant), lax.sub(limit, u1));
  });
}

/** Options of `rademacher`. */
export interface RademacherOptions extends ShapeOption {
  /** Default int32. */
  readonly dtype?: DType | null;
}

/** -1 or 1 with equal chances (`jax.random.rademacher`). */
export function rademacher(key: Key, options: RademacherOptions = {}): NdArray {
  checkOptions('rademacher', options, rademacherOptions);
  const op = 'random.rademacher';
  const shape = checkShape(options.shape, op);
  const dtype = options.dtype ? checkDType(options.dtype, op) : defaultInt();
  return sample(op, [shape, dtype], [takeKey(key, op)], (words) => signsFrom(words, shape, dtype));
}

/** Options of `geometric` and `poisson`. */
export interface CountOptions {
  /** The shape of the result. Default: that of the parameters. */
  readonly shape?: readonly number[] | null;
  /** Default int32 (int64 with `enableX64`). */
  readonly dtype?: DType | null;
}

/** The number of the first success in trials that succeed with probability `p`: 1, 2, ... (`jax.random.geometric`). */
export function geometric(key: Key, p: ArrayLike, options: CountOptions = {}): NdArray {
  checkOptions('geometric', options, countOptions);
  const op = 'random.geometric';
  const dtype = options.dtype ? checkDType(options.dtype, op) : defaultInt();
  const chance = inexactArray(op, p);
  const shape = parameterShape(options.shape, op, [chance.shape]);
  return sample(op, [shape, dtype], [takeKey(key, op), chance], (words, probability) => {
    const q = spread(probability, shape);
    const u = uniformIn(words, shape, q.dtype, 0, 1);
    const one = lax.add(lax.mul(u, 0), 1);
    // 0 stands for 1, whose logarithm is finite.
    const log = lax.log(lax.select(lax.eq(u, 0), one, u));
    return cast(lax.add(lax.floor(lax.div(log, lax.log1p(lax.neg(q)))), 1), dtype);
  });
}

/** Options of `categorical`. */
export interface CategoricalOptions {
  /** The axis of the categories. Default the last. */
  readonly axis?: number;
  /** The shape of the result, which ends in that of `logits` without `axis`. Default: just that. */
  readonly shape?: readonly number[] | null;
  /** False: no category is drawn twice along the leading axes of `shape`. Default true. */
  readonly replace?: boolean;
  /** How finely Gumbel numbers are drawn. Default low. */
  readonly mode?: GumbelMode | null;
}

/**
 * Categories with probabilities proportional to `exp(logits)`, as int32 (`jax.random.categorical`).
 *
 * The Gumbel trick: the largest of `logits + Gumbel` is such a category, the k largest are k different ones.
 * @throws InvalidArgument when more categories are wanted without replacement than there are
 */
export function categorical(key: Key, logits: ArrayLike, options: CategoricalOptions = {}): NdArray {
  checkOptions('categorical', options, categoricalOptions);
  const op = 'random.categorical';
  const { replace = true } = options;
  const mode = checkMode(options.mode, op);
  const x = inexactArray(op, logits);
  const axis = canonicalAxis(options.axis ?? -1, x.ndim, op);
  const batch = x.shape.filter((_, i) => i !== axis);
  const shape = parameterShape(options.shape ?? batch, op, [batch]);
  const prefix = shape.slice(0, shape.length - batch.length);
  const count = sizeOf(prefix);
  if (!replace && count > x.shape[axis]) {
    throw new InvalidArgument({
      op,
      argument: 'shape',
      expected: `at most ${x.shape[axis]} draws without replacement, the number of categories`,
      actual: `[${shape.join(', ')}], which asks for ${count}`,
    });
  }
  return sample(op, [shape, axis, replace, mode], [takeKey(key, op), x], (words, scores) => {
    if (replace) {
      const sizes = shape.slice(prefix.length);
      const full = [...prefix, ...sizes.slice(0, axis), x.shape[axis], ...sizes.slice(axis)];
      const noisy = lax.add(gumbelFrom(words, full, x.dtype, mode), spread(scores, full));
      return primitive.argmax(noisy, prefix.length + axis, 'int32');
    }
    const noisy = lax.add(scores, gumbelFrom(words, x.shape, x.dtype, mode));
    const [, indices] = primitive.topK(primitive.moveAxis(noisy, axis, x.ndim - 1), count);
    return primitive.reshape(primitive.moveAxis(indices, indices.ndim - 1, 0), shape);
  });
}
