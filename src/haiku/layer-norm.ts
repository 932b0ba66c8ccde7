/** Normalization over axes of each example. Source: haiku/_src/layer_norm.py, rms_norm.py. */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { isComplex } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import * as lax from '../lax/elementwise.js';
import { asArray } from '../lax/operand.js';
import { add, multiply, square, subtract } from '../numpy/arithmetic.js';
import { mean, var as variance } from '../numpy/reduction.js';
import { customJvp } from '../transform/custom-jvp.js';
import { type Initializer, ones, zeros } from './initializers.js';
import { Module, type ModuleOptions } from './module.js';
import { normalizationOptions } from './options.js';
import { getParameter } from './parameter.js';

/** Options of `layerNorm`. */
export interface NormalizationOptions {
  /** The axes over which mean and variance are taken. Default the last. */
  readonly axis?: number | readonly number[];
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** `mean(x^2) - mean(x)^2`: one pass, less accurate. Default false. */
  readonly useFastVariance?: boolean;
}

/** What the value and its derivative are made of. */
function moments(x: NdArray, options: NormalizationOptions): { centred: NdArray; inverse: NdArray } {
  const { axis = -1, eps = 1e-5, useFastVariance = false } = options;
  const average = mean(x, { axis, keepdims: true });
  const spread = useFastVariance
    ? subtract(mean(square(x), { axis, keepdims: true }), square(average))
    : variance(x, { axis, keepdims: true });
  return { centred: subtract(x, average), inverse: lax.rsqrt(lax.add(spread, scalar(eps, spread.dtype))) };
}

type Terms = readonly [x: NdArray, scale: NdArray | null, offset: NdArray | null];

function value([, scale, offset]: Terms, { centred, inverse }: ReturnType<typeof moments>): NdArray {
  const scaled = multiply(scale === null ? inverse : multiply(scale, inverse), centred);
  return offset === null ? scaled : add(scaled, offset);
}

/**
 * The tangent in closed form, which transposed is the gradient in closed form. With `h = (x - mean) / sqrt(variance + eps)`:
 *
 *     dh = (dx - mean(dx) - h mean(h dx)) / sqrt(variance + eps)
 *
 * Derived step by step through the mean and the variance it would be the same sum in three times as many parts.
 */
function tangent(
  [, scale]: Terms,
  [dx, dScale, dOffset]: Terms,
  { centred, inverse }: ReturnType<typeof moments>,
  axis: NormalizationOptions['axis'],
): NdArray {
  const h = multiply(centred, inverse);
  const along = (y: NdArray): NdArray => mean(y, { axis, keepdims: true });
  const dh = multiply(inverse, subtract(subtract(dx, along(dx)), multiply(h, along(multiply(h, dx)))));
  const parts = [scale === null ? dh : multiply(scale, dh)];
  if (dScale !== null) parts.push(multiply(dScale, h));
  if (dOffset !== null) parts.push(dOffset);
  return parts.reduce((sum, part) => add(sum, part));
}

/**
 * `scale (x - mean) / sqrt(variance + eps) + offset`, with the biased variance; the shape of `x`.
 *
 * `scale` and `offset` broadcast to `x`, and may be null. Source: J. Ba, J. Kiros, G. Hinton, "Layer normalization",
 * arXiv:1607.06450, equation 4.
 */
export function layerNorm(
  x: NdArray,
  scale: NdArray | null,
  offset: NdArray | null,
  options: NormalizationOptions = {},
): NdArray {
  checkOptions('layerNorm', options, normalizationOptions);
  const plain = (...terms: Terms): NdArray => value(terms, moments(terms[0], options));
  // The variance of complex numbers is a sum of squared moduli: another derivative.
  if (isComplex(x.dtype)) return plain(x, scale, offset);
  const normalized = customJvp(plain).defjvp((terms, tangents) => {
    const parts = moments(terms[0], options);
    return [value(terms, parts), tangent(terms, tangents, parts, options.axis ?? -1)];
  });
  return normalized(x, scale, offset);
}

/** Options of `LayerNorm`. */
export interface LayerNormOptions extends ModuleOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Default ones. */
  readonly scaleInit?: Initializer | null;
  /** Default zeros. */
  readonly offsetInit?: Initializer | null;
  /** `mean(x^2) - mean(x)^2`: one pass, less accurate. Default false. */
  readonly useFastVariance?: boolean;
  /** The axes along which scale and offset differ. Default the last. */
  readonly paramAxis?: number | readonly number[] | null;
}

/** The shape of a scale for `x`: one axis, or all with the others 1. */
function parameterShape(x: NdArray, paramAxis: number | readonly number[] | null): readonly number[] {
  const axes = canonicalAxes(paramAxis ?? -1, x.ndim, 'haiku.LayerNorm', 'paramAxis');
  if (axes.length === 1 && axes[0] === x.ndim - 1) return [x.shape[x.ndim - 1]];
  return x.shape.map((n, i) => (axes.includes(i) ? n : 1));
}

const refuse = (argument: string, expected: string): never => {
  throw new InvalidArgument({ op: 'haiku.LayerNorm', argument, expected, actual: 'given' });
};

/**
 * Layer normalization (`hk.LayerNorm`): `scale` and `offset` are parameters when `createScale` and `createOffset` say so,
 * else they may be given to `call`.
 * @throws InvalidArgument for an initializer of a parameter that is not created
 */
export class LayerNorm extends Module {
  readonly #options: LayerNormOptions;

  constructor(
    readonly axis: number | readonly number[],
    readonly createScale: boolean,
    readonly createOffset: boolean,
    options: LayerNormOptions = {},
  ) {
    super(options);
    if (!createScale && options.scaleInit) refuse('scaleInit', 'absent when createScale is false');
    if (!createOffset && options.offsetInit) refuse('offsetInit', 'absent when createOffset is false');
    this.#options = options;
  }

  /**
   * x: any shape; returns the same shape.
   * @throws InvalidArgument when a scale or offset is given that is a parameter already
   */
  call(
    inputs: ArrayLike,
    given: { readonly scale?: ArrayLike | null; readonly offset?: ArrayLike | null } = {},
  ): NdArray {
    const x = asArray(inputs, 'haiku.LayerNorm', 'inputs');
    const { eps = 1e-5, scaleInit, offsetInit, useFastVariance = false, paramAxis = null } = this.#options;
    if (this.createScale && given.scale) refuse('scale', 'absent when createScale is true');
    if (this.createOffset && given.offset) refuse('offset', 'absent when createOffset is true');
    const axes = canonicalAxes(this.axis, x.ndim, 'haiku.LayerNorm').sort((a, b) => a - b);
    const shape = parameterShape(x, paramAxis);
    const array = (value: ArrayLike | null | undefined): NdArray | null =>
      value === null || value === undefined ? null : asArray(value, 'haiku.LayerNorm');
    const scale = this.createScale
      ? getParameter('scale', shape, { dtype: x.dtype, init: scaleInit ?? ones })
      : array(given.scale);
    const offset = this.createOffset
      ? getParameter('offset', shape, { dtype: x.dtype, init: offsetInit ?? zeros })
      : array(given.offset);
    return layerNorm(x, scale, offset, { axis: axes, eps, useFastVariance });
  }
}

/** Options of `RMSNorm`. */
export interface RMSNormOptions extends ModuleOptions {
  /** Default 1e-5. */
  readonly eps?: number;
  /** Default ones. */
  readonly scaleInit?: Initializer | null;
  /** Whether there is a scale. Default true. */
  readonly createScale?: boolean;
}

/**
 * `scale x / sqrt(mean(x^2) + eps)` over `axis` (`hk.RMSNorm`).
 * Source: B. Zhang, R. Sennrich, "Root mean square layer normalization", arXiv:1910.07467.
 */
export class RMSNorm extends Module {
  readonly #options: RMSNormOptions;

  constructor(
    readonly axis: number | readonly number[],
    options: RMSNormOptions = {},
  ) {
    super(options);
    this.#options = options;
  }

  /** x: any shape; returns the same shape. */
  call(inputs: ArrayLike): NdArray {
    const x = asArray(inputs, 'haiku.RMSNorm', 'inputs');
    const { eps = 1e-5, scaleInit, createScale = true } = this.#options;
    const axes = canonicalAxes(this.axis, x.ndim, 'haiku.RMSNorm');
    const squares = mean(square(x), { axis: axes, keepdims: true });
    const inverse = lax.rsqrt(lax.add(squares, scalar(eps, squares.dtype)));
    if (!createScale) return multiply(x, inverse);
    const scale = getParameter('scale', parameterShape(x, -1), { dtype: x.dtype, init: scaleInit ?? ones });
    return multiply(multiply(x, scale), inverse);
  }
}
