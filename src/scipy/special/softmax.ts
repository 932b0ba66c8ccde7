/**
 * The softmax as SciPy has it: over all elements, unless an axis is given. Source: jax.scipy.special.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import * as nn from '../../nn/normalization.js';

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** The axis, several, or all of them when null. Default null. */
  readonly axis?: number | readonly number[] | null;
}

/** `exp(x) / sum(exp(x))` along axes (`jax.scipy.special.softmax`): positive numbers whose sum is 1. */
export function softmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  const { axis = null } = checkOptions('softmax', options, { axis: 'axes?' });
  return nn.softmax(x, { axis });
}

/** The logarithm of `softmax`, accurate where that is small (`jax.scipy.special.log_softmax`). */
export function logSoftmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  const { axis = null } = checkOptions('logSoftmax', options, { axis: 'axes?' });
  return nn.logSoftmax(x, { axis });
}
