/**
 * Labels that are not quite sure. Source: optax, `losses/_smoothing.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import * as jnp from '../arithmetic.js';
import { oneMinus } from '../tree/math.js';
import { floats, type ReduceOptions } from './arguments.js';
import { reduceOptions } from './options.js';

/**
 * `(1 - alpha) labels + alpha / classes`, where `classes` counts those that `where` allows.
 *
 * Source: Müller, Kornblith, Hinton, "When does label smoothing help?", 2019.
 * @example
 * optax.smoothLabels(jnp.array([1, 0, 0]), 0.1) // => [0.933333, 0.0333333, 0.0333333]
 */
export function smoothLabels(labels: ArrayLike, alpha: ArrayLike, options: ReduceOptions = {}): NdArray {
  checkOptions('smoothLabels', options, reduceOptions);
  const { axis = -1, where = null } = options;
  const y = floats('smoothLabels', 'labels', labels);
  const axes = typeof axis === 'number' ? [axis] : axis;
  const classes: ArrayLike =
    where === null
      ? axes.reduce((n, i) => n * y.shape[i < 0 ? i + y.ndim : i], 1)
      : jnp.sum(where, { axis, keepdims: true });
  return jnp.add(jnp.mul(oneMinus(alpha), y), jnp.div(alpha, classes));
}
