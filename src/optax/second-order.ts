/**
 * `optax.secondOrder`: products with the Hessian, and diagonals of the Hessian and the Fisher matrix.
 *
 * `loss(params, inputs, targets)` is a scalar. Source: optax, `second_order/`.
 */

import { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { jvp } from '../transform/forward.js';
import { grad } from '../transform/grad.js';
import { vmap } from '../transform/vmap.js';
import { flatten, unflatten } from '../tree/tree.js';
import * as jnp from './arithmetic.js';
import { leafArrays } from './tree/leafwise.js';

/** A loss of parameters and a batch. */
export type LossFn = (params: never, inputs: never, targets: never) => NdArray;

const ravel = (tree: unknown): NdArray => jnp.concatenate(leafArrays(tree).map((x) => jnp.ravel(x)));

/** A vector as a tree like `tree`. */
function unravel(tree: unknown, vector: NdArray): unknown {
  const leaves = leafArrays(tree);
  let end = 0;
  const ends = leaves.slice(0, -1).map((x) => {
    end += x.size;
    return end;
  });
  const parts = jnp.split(vector, ends);
  return unflatten(
    flatten(tree)[1],
    leaves.map((x, i) => jnp.astype(jnp.reshape(parts[i], x.shape), x.dtype)),
  );
}

const at =
  (loss: LossFn, inputs: unknown, targets: unknown) =>
  (params: unknown): NdArray =>
    (loss as (...args: unknown[]) => NdArray)(params, inputs, targets);

/** The Hessian of the loss times `v`, a vector of all parameters or a tree like them; returns a tree. */
export function hvp(loss: LossFn, v: unknown, params: unknown, inputs: unknown, targets: unknown): unknown {
  checkArgument('hvp', 'loss', loss, 'function');
  const direction = v instanceof NdArray && v.ndim === 1 ? unravel(params, v) : v;
  const [, product] = jvp(grad(at(loss, inputs, targets)) as (params: unknown) => unknown, [params], [direction]);
  return product;
}

/** The diagonal of the Hessian, as one vector: one product for each parameter. */
export function hessianDiag(loss: LossFn, params: unknown, inputs: unknown, targets: unknown): NdArray {
  checkArgument('hessianDiag', 'loss', loss, 'function');
  const entry = (v: NdArray): NdArray => jnp.sum(jnp.mul(v, ravel(hvp(loss, v, params, inputs, targets))));
  return vmap(entry)(jnp.eye(ravel(params).size)) as NdArray;
}

/** The squared gradient of the negative log likelihood, as one vector: the diagonal of the empirical Fisher matrix. */
export const fisherDiag = (
  negativeLogLikelihood: LossFn,
  params: unknown,
  inputs: unknown,
  targets: unknown,
): NdArray => {
  checkArgument('fisherDiag', 'negativeLogLikelihood', negativeLogLikelihood, 'function');
  return jnp.square(ravel(grad(at(negativeLogLikelihood, inputs, targets))(params)));
};
