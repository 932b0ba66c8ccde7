/**
 * Losses of orders. Source: optax, `losses/_ranking.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { logSoftmax } from '../../nn/index.js';
import * as jnp from '../arithmetic.js';
import { floats } from './arguments.js';
import { rankingSoftmaxOptions } from './options.js';

/** Reduces the losses of lists to one. */
export type ReduceFunction = (x: NdArray, options?: { readonly where?: ArrayLike | null }) => NdArray;

/** Options of `rankingSoftmaxLoss`. */
export interface RankingSoftmaxOptions {
  /** Which items of the lists there are; all when null. */
  readonly where?: ArrayLike | null;
  /** The weights of the items; all 1 when null. */
  readonly weights?: ArrayLike | null;
  /** How the losses of the lists become one; not at all when null. Default `jnp.mean`. */
  readonly reduceFn?: ReduceFunction | null;
}

/**
 * The softmax cross entropy of relevance labels: `-sum labels log softmax(logits)` over the items of each list.
 *
 * `logits`, `labels`: `[..., items]`. Lists without items count 0 in a mean.
 * Source: Xia et al., "Listwise Approach to Learning to Rank", 2008.
 * @example
 * optax.losses.rankingSoftmaxLoss(jnp.array([2, 1, 0]), jnp.array([1, 0, 0])) // => 0.407606
 */
export function rankingSoftmaxLoss(logits: ArrayLike, labels: ArrayLike, options: RankingSoftmaxOptions = {}): NdArray {
  checkOptions('rankingSoftmaxLoss', options, rankingSoftmaxOptions);
  const { where = null, weights = null } = options;
  const reduceFn = options.reduceFn === undefined ? (jnp.mean as ReduceFunction) : options.reduceFn;
  let x = floats('rankingSoftmaxLoss', 'logits', logits);
  let y = jnp.astype(labels, x.dtype);
  if (where !== null) {
    y = jnp.where(where, y, jnp.zerosLike(y));
    x = jnp.where(where, x, Number.NEGATIVE_INFINITY);
  }
  if (weights !== null) y = jnp.mul(y, weights);
  const loss = jnp.neg(jnp.sum(jnp.mul(y, logSoftmax(x, { axis: -1 })), { axis: -1, where }));
  const isList = where === null ? null : jnp.any(where, { axis: -1 });
  if (reduceFn === null) return isList === null ? loss : jnp.where(isList, loss, 0);
  const reduced = isList === null ? reduceFn(loss) : reduceFn(loss, { where: isList });
  if (reduceFn !== jnp.mean) return reduced;
  const wasValid = jnp.logicalNot(jnp.any(jnp.isnan(loss)));
  return jnp.where(jnp.logicalAnd(jnp.isnan(reduced), wasValid), 0, reduced);
}
