/**
 * Losses of predicted numbers. All are element by element; reduce them with `jnp.mean`.
 *
 * Source: optax, `losses/_regression.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import * as jnp from '../arithmetic.js';
import { floats, type ReduceOptions, sameShapes } from './arguments.js';
import { cosineOptions, huberOptions, targetsOption } from './options.js';

/** Options of `squaredError`, `logCosh` and `l2Loss`. */
export interface TargetsOption {
  /** What should have been predicted; 0 when null. */
  readonly targets?: ArrayLike | null;
}

function errors(op: string, predictions: ArrayLike, { targets = null }: TargetsOption): NdArray {
  const x = floats(op, 'predictions', predictions);
  return targets === null || targets === undefined ? x : jnp.sub(x, targets);
}

/**
 * `(predictions - targets)^2`. Unlike `l2Loss`, without a factor 1/2.
 * @throws ShapeMismatch when the targets have another shape
 * @example
 * optax.squaredError(jnp.array([1, -2, 0.5]), { targets: jnp.array([0.5, -1, 0.5]) }) // => [0.25, 1, 0]
 */
export function squaredError(predictions: ArrayLike, options: TargetsOption = {}): NdArray {
  checkOptions('squaredError', options, targetsOption);
  const { targets = null } = options;
  if (targets !== null) sameShapes('squaredError', 'targets', jnp.asarray(predictions), jnp.asarray(targets));
  return jnp.square(errors('squaredError', predictions, options));
}

/**
 * `(predictions - targets)^2 / 2`, whose derivative is the error.
 * @example
 * optax.l2Loss(jnp.array([1, -2, 0.5]), { targets: jnp.array([0.5, -1, 0.5]) }) // => [0.125, 0.5, 0]
 */
export const l2Loss = (predictions: ArrayLike, options: TargetsOption = {}): NdArray =>
  jnp.mul(0.5, squaredError(predictions, checkOptions('l2Loss', options, targetsOption)));

/** Options of `huberLoss`. */
export interface HuberOptions extends TargetsOption {
  /** The error from which the loss is linear. Default 1. */
  readonly delta?: ArrayLike;
}

/**
 * `e^2 / 2` for errors up to `delta`, `delta (|e| - delta / 2)` beyond.
 *
 * Source: Huber, "Robust Estimation of a Location Parameter", 1964.
 * @example
 * optax.huberLoss(jnp.array([1, -2, 0.5]), { targets: jnp.array([0.5, -1, 0.5]), delta: 0.5 }) // => [0.125, 0.375, 0]
 */
export function huberLoss(predictions: ArrayLike, options: HuberOptions = {}): NdArray {
  checkOptions('huberLoss', options, huberOptions);
  const { delta = 1 } = options;
  const magnitude = jnp.abs(errors('huberLoss', predictions, options));
  const quadratic = jnp.minimum(magnitude, delta);
  const linear = jnp.sub(magnitude, quadratic);
  return jnp.add(jnp.mul(0.5, jnp.square(quadratic)), jnp.mul(delta, linear));
}

/**
 * `log cosh e`: like `e^2 / 2` for small errors, like `|e| - log 2` for large ones.
 * @example
 * optax.logCosh(jnp.array([1, -2, 0.5]), { targets: jnp.array([0.5, -1, 0.5]) }) // => [0.120115, 0.433781, 0]
 */
export function logCosh(predictions: ArrayLike, options: TargetsOption = {}): NdArray {
  checkOptions('logCosh', options, targetsOption);
  const e = errors('logCosh', predictions, options);
  return jnp.sub(jnp.logaddexp(e, jnp.neg(e)), jnp.astype(jnp.log(2), e.dtype));
}

/** Options of `cosineSimilarity` and `cosineDistance`. */
export interface CosineOptions extends ReduceOptions {
  /** The smallest squared norm that is divided by. Default 0. */
  readonly epsilon?: ArrayLike;
}

/**
 * The cosine of the angle between the vectors along `axis`: 1 for the same direction, -1 for the opposite.
 * @example
 * optax.cosineSimilarity(jnp.array([1, -2, 0.5]), jnp.array([0.5, -1, 0.5])) // => 0.979958
 */
export function cosineSimilarity(predictions: ArrayLike, targets: ArrayLike, options: CosineOptions = {}): NdArray {
  checkOptions('cosineSimilarity', options, cosineOptions);
  const { epsilon = 0, axis = -1, where = null } = options;
  const unit = (name: string, value: ArrayLike): NdArray => {
    const x = floats('cosineSimilarity', name, value);
    const squares = jnp.sum(jnp.square(x), { axis, where, keepdims: true });
    return jnp.div(x, jnp.sqrt(jnp.clip(squares, { min: epsilon })));
  };
  return jnp.sum(jnp.mul(unit('predictions', predictions), unit('targets', targets)), { axis, where });
}

/**
 * `1 - cosineSimilarity`.
 * @example
 * optax.cosineDistance(jnp.array([1, -2, 0.5]), jnp.array([0.5, -1, 0.5])) // => 0.0200422
 */
export const cosineDistance = (predictions: ArrayLike, targets: ArrayLike, options: CosineOptions = {}): NdArray =>
  jnp.sub(1, cosineSimilarity(predictions, targets, checkOptions('cosineDistance', options, cosineOptions)));
