/**
 * Continuous laws by inversion: a function of one uniform number each.
 *
 * Source: jax/_src/random/core.py; the formulas are its, so that the numbers are too.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, describeValue, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import * as lax from '../lax/elementwise.js';
import * as primitive from '../primitive/index.js';
import { type Key, takeKey } from './key.js';
import { floatOptions, gumbelOptions, parameterOptions } from './options.js';
import { parametricSampler } from './parametric.js';
import { checkFloat, checkShape, type FloatOptions, type ParameterOptions, sample, spread } from './sampler.js';
import { uniformIn } from './uniform.js';

/** A sampler without parameters, from how it is computed. */
const plain =
  (op: string, from: (words: NdArray, shape: readonly number[], dtype: DType) => NdArray) =>
  (key: Key, options: FloatOptions = {}): NdArray => {
    checkOptions(op, options, floatOptions);
    const shape = checkShape(options.shape, op);
    const dtype = checkFloat(options.dtype, op);
    return sample(op, [shape, dtype], [takeKey(key, op)], (words) => from(words, shape, dtype));
  };

/** `-log(1 - u)`, from the words of a key. */
export const exponentialFrom = (words: NdArray, shape: readonly number[], dtype: DType): NdArray =>
  lax.neg(lax.log1p(lax.neg(uniformIn(words, shape, dtype, 0, 1))));

/** Exponential numbers of mean 1 (`jax.random.exponential`). */
export const exponential = plain('random.exponential', exponentialFrom);

/** Cauchy numbers: `tan(pi (u - 1/2))` (`jax.random.cauchy`). */
export const cauchy = plain('random.cauchy', (words, shape, dtype) => {
  const u = uniformIn(words, shape, dtype, finfo(dtype).eps, 1);
  return lax.tan(lax.mul(Math.PI, lax.sub(u, 0.5)));
});

/** Laplace numbers: `sign(u) log(1 - |u|)` of u in (-1, 1) (`jax.random.laplace`). */
export const laplace = plain('random.laplace', (words, shape, dtype) => {
  const u = uniformIn(words, shape, dtype, -1 + finfo(dtype).epsneg, 1);
  return lax.mul(lax.sign(u), lax.log1p(lax.neg(lax.abs(u))));
});

/** Logistic numbers: `log(u / (1 - u))` (`jax.random.logistic`). */
export const logistic = plain('random.logistic', (words, shape, dtype) => {
  const u = uniformIn(words, shape, dtype, finfo(dtype).tiny, 1);
  return lax.sub(lax.log(u), lax.log1p(lax.neg(u)));
});

/** How finely `gumbel` resolves its tail: `high` spends twice the random bits, `low` may repeat the extreme values. */
export type GumbelMode = 'low' | 'high' | 'highest';

/** Options of `gumbel`. */
export interface GumbelOptions extends FloatOptions {
  /**
   * `low`: one uniform number each, so that values above about 16 never occur in float32. `high`: two. Default low.
   */
  readonly mode?: GumbelMode | null;
}

/** Gumbel numbers from the words of a key. */
export function gumbelFrom(words: NdArray, shape: readonly number[], dtype: DType, mode: GumbelMode): NdArray {
  const { tiny, nmant } = finfo(dtype);
  if (mode === 'low') return lax.neg(lax.log(lax.neg(lax.log(uniformIn(words, shape, dtype, tiny, 1)))));
  const both = uniformIn(words, [2, ...shape], dtype, 0, 1);
  const [high, low] = [0, 1].map((i) => primitive.squeeze(primitive.sliceInDim(both, i, i + 1, 1, 0), [0]));
  // Below 1/2 a second number fills the bits that the first leaves empty.
  const finer = lax.add(lax.add(high, lax.mul(2 ** -nmant, low)), tiny);
  const x = lax.select(lax.ge(high, 0.5), high, finer);
  return lax.neg(lax.log(lax.neg(lax.log1p(lax.neg(x)))));
}

/** @throws InvalidArgument for a mode that is none */
export function checkMode(mode: GumbelMode | null | undefined, op: string): GumbelMode {
  const checked = mode ?? 'low';
  if (checked === 'low' || checked === 'high') return checked;
  if (checked === 'highest') return checked;
  throw new InvalidArgument({
    op,
    argument: 'mode',
    expected: "'low', 'high' or 'highest'",
    actual: describeValue(mode),
  });
}

/** Gumbel numbers: `-log(-log u)` (`jax.random.gumbel`). */
export function gumbel(key: Key, options: GumbelOptions = {}): NdArray {
  checkOptions('gumbel', options, gumbelOptions);
  const op = 'random.gumbel';
  const shape = checkShape(options.shape, op);
  const dtype = checkFloat(options.dtype, op);
  const mode = checkMode(options.mode, op);
  return sample(op, [shape, dtype, mode], [takeKey(key, op)], (words) => gumbelFrom(words, shape, dtype, mode));
}

const parametric = parametricSampler(spread);

/** Pareto numbers of exponent `b`: density `b / x^(b + 1)` above 1 (`jax.random.pareto`). */
export const pareto = (key: Key, b: ArrayLike, options: ParameterOptions = {}): NdArray =>
  parametric(
    'random.pareto',
    [['b', b]],
    key,
    checkOptions('pareto', options, parameterOptions),
    (words, shape, dtype, exponent) => lax.exp(lax.div(exponentialFrom(words, shape, dtype), exponent)),
  );

/** Rayleigh numbers: the length of a normal vector of standard deviation `scale` in the plane (`jax.random.rayleigh`). */
export const rayleigh = (key: Key, scale: ArrayLike, options: ParameterOptions = {}): NdArray =>
  parametric(
    'random.rayleigh',
    [['scale', scale]],
    key,
    checkOptions('rayleigh', options, parameterOptions),
    (words, shape, dtype, sigma) =>
      lax.mul(sigma, lax.sqrt(lax.mul(lax.log(uniformIn(words, shape, dtype, 0, 1)), -2))),
  );

/** Triangular numbers: the density rises from `left` to `mode` and falls to `right` (`jax.random.triangular`). */
export const triangular = (
  key: Key,
  left: ArrayLike,
  mode: ArrayLike,
  right: ArrayLike,
  options: ParameterOptions = {},
): NdArray => {
  checkOptions('triangular', options, parameterOptions);
  const parameters = [
    ['left', left],
    ['mode', mode],
    ['right', right],
  ] as const;
  return parametric('random.triangular', parameters, key, options, (words, shape, dtype, a, b, c) => {
    const width = lax.sub(c, a);
    const u = uniformIn(words, shape, dtype, 0, 1);
    const rising = lax.add(a, lax.sqrt(lax.mul(lax.mul(u, width), lax.sub(b, a))));
    const falling = lax.sub(c, lax.sqrt(lax.mul(lax.mul(lax.sub(scalar(1, dtype), u), width), lax.sub(c, b))));
    const turn = lax.div(lax.sub(b, a), width);
    return lax.select(lax.lt(u, turn), rising, falling);
  });
};

/** Weibull numbers `scale (-log(1 - u))^(1 / concentration)` (`jax.random.weibull_min`). */
export const weibullMin = (
  key: Key,
  scale: ArrayLike,
  concentration: ArrayLike,
  options: ParameterOptions = {},
): NdArray => {
  checkOptions('weibullMin', options, parameterOptions);
  const parameters = [
    ['scale', scale],
    ['concentration', concentration],
  ] as const;
  const asked = { ...options, shape: options.shape ?? [] };
  return parametric('random.weibullMin', parameters, key, asked, (words, shape, dtype, sigma, c) => {
    const e = lax.neg(lax.log1p(lax.neg(uniformIn(words, shape, dtype, 0, 1))));
    return lax.mul(lax.pow(e, lax.div(scalar(1, dtype), c)), sigma);
  });
};
