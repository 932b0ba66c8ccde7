/**
 * Gamma-distributed numbers and what is made of them.
 *
 * A normal number cubed and stretched comes close to a gamma-distributed one; rejecting a few makes it exact. Shape
 * parameters below 1 are raised by 1, and the sample is multiplied by `u^(1/a)`, in logarithms where that would underflow.
 * Each number has a key of its own. Source: G. Marsaglia, W. Tsang, "A simple method for generating gamma variables" (2000);
 * jax/_src/random/core.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import * as lax from '../lax/index.js';
import { asArray, cast } from '../lax/operand.js';
import { softmax } from '../nn/normalization.js';
import * as primitive from '../primitive/index.js';
import { customJvp } from '../transform/custom-jvp.js';
import { vmap } from '../transform/vmap.js';
import { exponentialFrom } from './continuous.js';
import { gammaGradient } from './gamma-gradient.js';
import { type Key, splitList, splitWords, takeKey } from './key.js';
import { normalFrom, signsFrom } from './normal.js';
import { ballOptions, floatOptions, parameterOptions } from './options.js';
import { parametricSampler } from './parametric.js';
import { checkFloat, checkShape, type FloatOptions, type ParameterOptions, parameterShape, sample } from './sampler.js';
import { unitUniform } from './uniform.js';

/** One gamma-distributed number, or its logarithm, for one shape parameter. */
function gammaOne(words: NdArray, alpha: NdArray, inLogs: boolean): NdArray {
  const { dtype } = alpha;
  const number = (value: number): NdArray => scalar(value, dtype);
  const [zero, one] = [number(0), number(1)];
  const isLarge = lax.ge(alpha, one);
  const a = lax.select(isLarge, alpha, lax.add(alpha, one));
  const d = lax.sub(a, number(1 / 3));
  const c = lax.div(number(1 / 3), lax.sqrt(d));
  const [loopKey, boostKey] = splitList(words);
  const { v } = lax.whileLoop(
    // Rejected, first by a bound that is quick to check, then exactly.
    ({ x2, v, u }) => {
      const bound = lax.sub(one, lax.mul(number(0.0331), lax.mul(x2, x2)));
      const exact = lax.add(lax.mul(x2, number(0.5)), lax.mul(d, lax.add(lax.sub(one, v), lax.log(v))));
      return lax.bitwiseAnd(lax.ge(u, bound), lax.ge(lax.log(u), exact));
    },
    ({ key }) => {
      const [next, normalKey, uniformKey] = splitList(key, 3);
      const drawn = lax.whileLoop(
        ({ root }) => lax.le(root, zero),
        (state) => {
          const [rest, now] = splitList(state.key);
          const x = normalFrom(now, [], dtype);
          return { key: rest, x, root: lax.add(one, lax.mul(x, c)) };
        },
        { key: normalKey, x: zero, root: number(-1) },
      );
      const cube = lax.mul(lax.mul(drawn.root, drawn.root), drawn.root);
      return { key: next, x2: lax.mul(drawn.x, drawn.x), v: cube, u: unitUniform(uniformKey, [], dtype) };
    },
    // A state that is rejected.
    { key: loopKey, x2: zero, v: one, u: number(2) },
  );
  if (inLogs) {
    const log = lax.neg(exponentialFrom(boostKey, [], dtype));
    const boost = lax.select(lax.bitwiseOr(isLarge, lax.eq(log, zero)), zero, lax.mul(log, lax.div(one, alpha)));
    return lax.add(lax.add(lax.log(d), lax.log(v)), boost);
  }
  const u = lax.sub(one, unitUniform(boostKey, [], dtype));
  const boost = lax.select(isLarge, one, primitive.pow(u, lax.div(one, alpha)));
  return lax.mul(lax.mul(d, v), boost);
}

const gammaSamples = (inLogs: boolean) =>
  customJvp((words: NdArray, alphas: NdArray): NdArray => {
    const flat = primitive.reshape(alphas, [alphas.size]);
    const draw = vmap((key: NdArray, alpha: NdArray) => gammaOne(key, alpha, inLogs));
    return primitive.reshape(draw(splitWords(words, [alphas.size]), flat) as NdArray, alphas.shape);
  });

const plainGamma = gammaSamples(false);
plainGamma.defjvps(null, (tangent: NdArray, value: NdArray, _words: NdArray, alphas: NdArray) =>
  lax.mul(tangent, gammaGradient(alphas, value)),
);

const logGamma = gammaSamples(true);
logGamma.defjvps(null, (tangent: NdArray, value: NdArray, _words: NdArray, alphas: NdArray) => {
  const exp = lax.exp(value);
  const tiny = primitive.broadcastInDim(primitive.like(exp, finfo(exp.dtype).tiny), exp.shape, []);
  const x = lax.select(lax.eq(exp, 0), tiny, exp);
  return lax.mul(tangent, lax.div(gammaGradient(alphas, x), x));
});

/** A parameter in full. */
const filled = (x: NdArray, shape: readonly number[]): NdArray =>
  primitive.broadcastInDim(
    x,
    shape,
    x.shape.map((_, i) => shape.length - x.ndim + i),
  );

/** Gamma-distributed numbers, or their logarithms, from the words of a key. */
export const gammaFrom = (words: NdArray, alpha: NdArray, shape: readonly number[], inLogs = false): NdArray =>
  (inLogs ? logGamma : plainGamma)(words, filled(alpha, shape)) as NdArray;

const parametric = parametricSampler(filled);

/**
 * Gamma-distributed numbers of shape parameter `a` and scale 1 (`jax.random.gamma`). The derivative with respect to `a`
 * goes along the quantile.
 */
export const gamma = (key: Key, a: ArrayLike, options: ParameterOptions = {}): NdArray =>
  parametric(
    'random.gamma',
    [['a', a]],
    key,
    checkOptions('gamma', options, parameterOptions),
    (words, shape, _, alpha) => gammaFrom(words, alpha, shape),
  );

/** Logarithms of gamma-distributed numbers, also where those are too small (`jax.random.loggamma`). */
export const loggamma = (key: Key, a: ArrayLike, options: ParameterOptions = {}): NdArray =>
  parametric(
    'random.loggamma',
    [['a', a]],
    key,
    checkOptions('loggamma', options, parameterOptions),
    (words, shape, _, alpha) => gammaFrom(words, alpha, shape, true),
  );

/** Beta-distributed numbers in (0, 1) (`jax.random.beta`). */
export function beta(key: Key, a: ArrayLike, b: ArrayLike, options: ParameterOptions = {}): NdArray {
  checkOptions('beta', options, parameterOptions);
  const parameters = [
    ['a', a],
    ['b', b],
  ] as const;
  return parametric('random.beta', parameters, key, options, (words, shape, _, alpha, gammaShape) => {
    const [keyA, keyB] = splitList(words);
    const [x, y] = [gammaFrom(keyA, alpha, shape, true), gammaFrom(keyB, gammaShape, shape, true)];
    // x / (x + y) of the exponentials, without losing small ones.
    const top = lax.max(x, y);
    const [ex, ey] = [lax.exp(lax.sub(x, top)), lax.exp(lax.sub(y, top))];
    return lax.div(ex, lax.add(ex, ey));
  });
}

/** Chi-square numbers of `df` degrees of freedom (`jax.random.chisquare`). */
export const chisquare = (key: Key, df: ArrayLike, options: ParameterOptions = {}): NdArray =>
  parametric(
    'random.chisquare',
    [['df', df]],
    key,
    checkOptions('chisquare', options, parameterOptions),
    (words, shape, _, degrees) => chisquareFrom(words, degrees, shape),
  );

const chisquareFrom = (words: NdArray, degrees: NdArray, shape: readonly number[]): NdArray =>
  lax.mul(lax.exp(gammaFrom(words, lax.div(degrees, 2), shape, true)), 2);

/** F-distributed numbers: a quotient of chi-square numbers over their degrees of freedom (`jax.random.f`). */
export function f(key: Key, dfnum: ArrayLike, dfden: ArrayLike, options: ParameterOptions = {}): NdArray {
  checkOptions('f', options, parameterOptions);
  const parameters = [
    ['dfnum', dfnum],
    ['dfden', dfden],
  ] as const;
  return parametric('random.f', parameters, key, options, (words, shape, _, numerator, denominator) => {
    const [keyDenominator, keyNumerator] = splitList(words);
    const over = (k: NdArray, degrees: NdArray): NdArray => lax.div(chisquareFrom(k, degrees, shape), degrees);
    return lax.div(over(keyNumerator, numerator), over(keyDenominator, denominator));
  });
}

/** Student's t of `df` degrees of freedom (`jax.random.t`). */
export const t = (key: Key, df: ArrayLike, options: ParameterOptions = {}): NdArray =>
  parametric(
    'random.t',
    [['df', df]],
    key,
    checkOptions('t', options, parameterOptions),
    (words, shape, dtype, degrees) => {
      const [keyNormal, keyGamma] = splitList(words);
      const half = lax.div(degrees, 2);
      const n = normalFrom(keyNormal, shape, dtype);
      return lax.mul(n, lax.sqrt(lax.div(half, gammaFrom(keyGamma, half, shape))));
    },
  );

/**
 * Vectors of shares that sum to 1 (`jax.random.dirichlet`). alpha: [..., n]; `shape` is that of the result without its last
 * axis.
 */
export function dirichlet(key: Key, alpha: ArrayLike, options: ParameterOptions = {}): NdArray {
  checkOptions('dirichlet', options, parameterOptions);
  const op = 'random.dirichlet';
  const dtype = checkFloat(options.dtype, op);
  const parameters = cast(asArray(alpha, op, 'alpha'), dtype);
  const shape = parameterShape(options.shape, op, [parameters.shape.slice(0, -1)]);
  return sample(op, [shape, dtype], [takeKey(key, op), parameters], (words, a) =>
    softmax(gammaFrom(words, a, [...shape, a.shape[a.ndim - 1]], true), { axis: -1 }),
  );
}

/** Numbers of density proportional to `exp(-|x|^p)`, from the words of a key. */
function generalizedNormalFrom(words: NdArray, p: number, shape: readonly number[], dtype: DType): NdArray {
  const [keyGamma, keySign] = splitList(words);
  const x = gammaFrom(keyGamma, scalar(1 / p, dtype), shape);
  return lax.mul(signsFrom(keySign, shape, dtype), primitive.pow(x, scalar(1 / p, dtype)));
}

/** Numbers of density proportional to `exp(-|x|^p)` (`jax.random.generalized_normal`). */
export function generalizedNormal(key: Key, p: number, options: FloatOptions = {}): NdArray {
  checkArgument('generalizedNormal', 'p', p, 'number');
  checkOptions('generalizedNormal', options, floatOptions);
  const op = 'random.generalizedNormal';
  const shape = checkShape(options.shape, op);
  const dtype = checkFloat(options.dtype, op);
  return sample(op, [p, shape, dtype], [takeKey(key, op)], (words) => generalizedNormalFrom(words, p, shape, dtype));
}

/** Options of `ball`. */
export interface BallOptions extends FloatOptions {
  /** The norm is that of `L_p`. Default 2. */
  readonly p?: number;
}

/**
 * Points that fill the unit ball in `d` dimensions evenly: [...shape, d] (`jax.random.ball`).
 * Source: F. Barthe et al., "A probabilistic approach to the geometry of the l_p^n-ball", arXiv:math/0503650.
 */
export function ball(key: Key, d: number, options: BallOptions = {}): NdArray {
  checkArgument('ball', 'd', d, 'integer');
  checkOptions('ball', options, ballOptions);
  const op = 'random.ball';
  const { p = 2 } = options;
  const shape = checkShape(options.shape, op);
  const dtype = checkFloat(options.dtype, op);
  return sample(op, [d, p, shape, dtype], [takeKey(key, op)], (words) => {
    const [keyPoint, keyRadius] = splitList(words);
    const g = generalizedNormalFrom(keyPoint, p, [...shape, d], dtype);
    const powers = primitive.reduceSum(lax.pow(lax.abs(g), p), [shape.length]);
    const sum = lax.add(powers, exponentialFrom(keyRadius, shape, dtype));
    const norm = primitive.pow(sum, scalar(1 / p, dtype));
    return lax.div(
      g,
      primitive.broadcastInDim(
        norm,
        g.shape,
        shape.map((_, i) => i),
      ),
    );
  });
}
