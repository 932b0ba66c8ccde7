/**
 * Clipping the gradient of each example by itself, before they are summed: the first half of differential privacy.
 *
 * Gradients here have a batch axis in front: `[batch, ...]`. Source: optax, `transforms/_clipping.py`; Abadi et al., "Deep
 * Learning with Differential Privacy", 2016; McMahan et al., "Learning Differentially Private Recurrent Language Models", 2018.
 */

import { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { ShapeMismatch } from '../error/error.js';
import { vmap } from '../transform/vmap.js';
import { flatten, leafPaths, unflatten } from '../tree/tree.js';
import * as jnp from './arithmetic.js';
import { times } from './learning-rate.js';
import { perExampleLayerNormClipOptions } from './options.js';
import { leafArrays, leafwise } from './tree/leafwise.js';
import { norm } from './tree/math.js';

/** @throws ShapeMismatch when a leaf has no batch axis, or one of another size */
function checkBatch(op: string, grads: unknown): void {
  const leaves = leafArrays(grads);
  for (const [i, g] of leaves.entries()) checkArgument(op, `leaf ${i} of grads`, g, NdArray);
  leaves.forEach((g, i) => {
    if (g.ndim >= 1 && g.shape[0] === leaves[0].shape[0]) return;
    throw new ShapeMismatch({
      op,
      argument: leafPaths(flatten(grads)[1], 'grads')[i],
      expected: `its first axis must be the batch${leaves[0].ndim > 0 ? ` of ${leaves[0].shape[0]}` : ''}`,
      actual: g.shape,
      hint: 'Gradients of single examples come from vmap(grad(loss), { inAxes: [null, 0] }).',
    });
  });
}

/**
 * Scales the gradient of each example down so that its norm over all leaves is at most `l2NormClip`, and sums them.
 *
 * Returns the sum, and how many examples were clipped (int32).
 * @throws ShapeMismatch
 */
export function perExampleGlobalNormClip(
  grads: unknown,
  l2NormClip: ArrayLike,
): [clipped: unknown, numClipped: NdArray] {
  checkBatch('perExampleGlobalNormClip', grads);
  const norms = vmap((g: unknown) => norm(g))(grads) as NdArray;
  const multipliers = jnp.nanToNum(jnp.minimum(jnp.div(l2NormClip, norms), 1), { nan: 1 });
  return [
    leafwise((g: NdArray) => jnp.tensordot(multipliers, g, { axes: 1 }), grads),
    jnp.sum(jnp.less(multipliers, 1)),
  ];
}

/** Options of `perExampleLayerNormClip`. */
export interface PerExampleLayerNormClipOptions {
  /** Whether every leaf gets the same share of the norm, or one by its size. Default true. */
  readonly uniform?: boolean;
}

/**
 * As `perExampleGlobalNormClip` for each leaf by itself, with bounds whose squares sum to that of `globalL2NormClip`.
 *
 * Returns the sums, and for each leaf how many examples were clipped.
 * @throws ShapeMismatch
 */
export function perExampleLayerNormClip(
  grads: unknown,
  globalL2NormClip: number | NdArray,
  options: PerExampleLayerNormClipOptions = {},
): [clipped: unknown, numClipped: unknown] {
  checkOptions('perExampleLayerNormClip', options, perExampleLayerNormClipOptions);
  checkBatch('perExampleLayerNormClip', grads);
  const leaves = leafArrays(grads);
  const sizes = leaves.map((g) => g.size / Math.max(g.shape[0], 1));
  const total = sizes.reduce((n, size) => n + size, 0);
  const share = (i: number): number => ((options.uniform ?? true) ? 1 / leaves.length : sizes[i] / total) ** 0.5;
  const results = leaves.map((g, i) => perExampleGlobalNormClip(g, times(globalL2NormClip, share(i))));
  const [, treedef] = flatten(grads);
  return [
    unflatten(
      treedef,
      results.map(([clipped]) => clipped),
    ),
    unflatten(
      treedef,
      results.map(([, count]) => count),
    ),
  ];
}
