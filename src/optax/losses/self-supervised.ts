/**
 * Losses of embeddings: like things near, unlike things far. Source: optax, `losses/_self_supervised.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { finfo } from '../../dtypes/index.js';
import { ShapeMismatch } from '../../error/error.js';
import { stopGradient } from '../../lax/stop-gradient.js';
import * as jnp from '../arithmetic.js';
import { floats } from './arguments.js';
import { tripletOptions } from './options.js';
import { cosineSimilarity } from './regression.js';

/**
 * The normalized temperature-scaled cross entropy (NT-Xent): every pair with one label against all pairs with different ones.
 *
 * `embeddings`: `[batch, features]`, `labels`: `[batch]`; returns a scalar.
 * Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations", 2020.
 * @throws ShapeMismatch
 */
export function ntxent(
  embeddings: ArrayLike,
  labels: ArrayLike,
  options: { readonly temperature?: ArrayLike } = {},
): NdArray {
  checkOptions('ntxent', options, { temperature: 'array' });
  const { temperature = 0.07 } = options;
  const x = floats('ntxent', 'embeddings', embeddings);
  const y = jnp.asarray(labels);
  const batch = x.shape[0];
  if (y.shape[0] !== batch) {
    throw new ShapeMismatch({
      op: 'ntxent',
      argument: 'labels',
      expected: `its first axis is ${batch}`,
      actual: y.shape,
    });
  }
  const epsilon = Number(finfo(x.dtype).eps);
  const cosines = cosineSimilarity(jnp.expandDims(x, 0), jnp.expandDims(x, 1), { epsilon });
  const similarity = jnp.div(cosines, temperature);
  const isSame = jnp.equal(jnp.expandDims(y, 1), jnp.expandDims(y, 0));
  const isSelf = jnp.equal(jnp.eye(batch), 1);
  const isMatch = jnp.logicalAnd(isSame, jnp.logicalNot(isSelf));
  const apart = jnp.where(isSame, Number.NEGATIVE_INFINITY, similarity);
  const together = jnp.where(isMatch, similarity, Number.NEGATIVE_INFINITY);
  const all = jnp.concatenate([apart, together], { axis: -1 });
  const largest = stopGradient(jnp.max(all, { axis: 1, keepdims: true })) as NdArray;
  const matches = jnp.sub(together, largest);
  const others = jnp.sum(jnp.exp(jnp.sub(apart, largest)), { axis: 1, keepdims: true });
  const logSoftmax = jnp.sub(matches, jnp.log(jnp.add(others, jnp.exp(matches))));
  return jnp.div(jnp.neg(jnp.sum(jnp.where(isMatch, logSoftmax, 0))), jnp.sum(isMatch));
}

/** Options of `tripletMarginLoss`. */
export interface TripletOptions {
  /** The axis of the features. Default -1. */
  readonly axis?: number;
  /** The order of the distance. Default 2. */
  readonly normDegree?: number;
  /** By how much the negative must be farther. Default 1. */
  readonly margin?: ArrayLike;
  /** Added inside the root of the distance. Default 1e-6. */
  readonly eps?: ArrayLike;
}

/**
 * `max(distance(anchor, positive) - distance(anchor, negative) + margin, 0)`.
 *
 * Source: Schroff et al., "FaceNet: A Unified Embedding for Face Recognition and Clustering", 2015.
 * @example
 * optax.losses.tripletMarginLoss(jnp.array([1, -2, 0.5]), jnp.array([0.5, -1, 0.5]), jnp.array([1, 0, 0])) // => 0.0564814
 */
export function tripletMarginLoss(
  anchors: ArrayLike,
  positives: ArrayLike,
  negatives: ArrayLike,
  options: TripletOptions = {},
): NdArray {
  checkOptions('tripletMarginLoss', options, tripletOptions);
  const { axis = -1, normDegree = 2, margin = 1, eps = 1e-6 } = options;
  const op = 'tripletMarginLoss';
  const anchor = floats(op, 'anchors', anchors);
  const distance = (x: NdArray): NdArray => {
    const powers = jnp.power(jnp.sub(anchor, x), normDegree);
    return jnp.power(jnp.add(jnp.sum(powers, { axis }), eps), 1 / normDegree);
  };
  const near = distance(floats(op, 'positives', positives));
  const far = distance(floats(op, 'negatives', negatives));
  return jnp.maximum(jnp.add(jnp.sub(near, far), margin), 0);
}
