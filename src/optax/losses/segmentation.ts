/**
 * Dice losses: how little two masks overlap. Source: optax, `losses/_segmentation.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import { sigmoid, softmax } from '../../nn/index.js';
import * as jnp from '../arithmetic.js';
import { sameShapes } from './arguments.js';
import { binaryDiceOptions, diceOptions, generalizedDiceOptions } from './options.js';

type Reduction = 'mean' | 'sum' | 'none';

interface OverlapOptions {
  /** Added to both sides of the quotient, against empty masks. Default 1. */
  readonly smooth?: ArrayLike;
  /** Whether class 0 is left out. Default false. */
  readonly ignoreBackground?: boolean;
}

/** Options of `diceLoss`. */
export interface DiceOptions extends OverlapOptions {
  /** The weights of the classes; all 1 when null. */
  readonly classWeights?: ArrayLike | null;
  /** The weight of false positives. Default 0.5. */
  readonly alpha?: ArrayLike;
  /** The weight of false negatives. Default 0.5. */
  readonly beta?: ArrayLike;
  /** Whether predictions are logits. Otherwise they are probabilities that sum to 1. Default true. */
  readonly applySoftmax?: boolean;
  /** How the losses of the classes become one. Default 'mean'. */
  readonly reduction?: Reduction;
  /** The axes of a mask; all but the first and the last when null. */
  readonly axis?: number | readonly number[] | null;
}

/**
 * `1 - (I + smooth) / (I + alpha (P - I) + beta (T - I) + smooth)` for each class, with the overlap `I` and the sizes `P`
 * of the prediction and `T` of the target. With alpha and beta 0.5 the Dice loss, otherwise Tversky's.
 *
 * `predictions`, `targets`: `[batch, ..., classes]`; with one class, logits go through a sigmoid. Returns `[batch]`, or
 * `[batch, classes]` without reduction.
 *
 * Sources: Milletari et al., "V-Net", 2016; Salehi et al., "Tversky loss function for image segmentation", 2017.
 * @throws InvalidArgument for an unknown reduction
 */
export function diceLoss(predictions: ArrayLike, targets: ArrayLike, options: DiceOptions = {}): NdArray {
  checkOptions('diceLoss', options, diceOptions);
  const { classWeights = null, smooth = 1, alpha = 0.5, beta = 0.5, applySoftmax = true } = options;
  const { reduction = 'mean', ignoreBackground = false, axis = null } = options;
  let x = jnp.asarray(predictions);
  let y = jnp.asarray(targets);
  if (x.ndim === y.ndim - 1) x = jnp.expandDims(x, -1);
  if (y.ndim === x.ndim - 1) y = jnp.expandDims(y, -1);
  sameShapes('diceLoss', 'targets', x, y);
  const classes = x.shape[x.ndim - 1];
  const p = !applySoftmax ? x : classes === 1 ? sigmoid(x) : softmax(x, { axis: -1 });
  const axes = axis ?? p.shape.map((_, i) => i).slice(1, -1);
  const total = (a: NdArray): NdArray => jnp.sum(a, { axis: axes });
  const overlap = total(jnp.mul(p, y));
  const excess = jnp.mul(alpha, jnp.sub(total(p), overlap));
  const missed = jnp.mul(beta, jnp.sub(total(y), overlap));
  const quotient = jnp.div(jnp.add(overlap, smooth), jnp.add(jnp.add(jnp.add(overlap, excess), missed), smooth));
  let loss = jnp.sub(1, quotient);
  if (classWeights !== null) loss = jnp.mul(loss, classWeights);
  if (ignoreBackground && classes > 1) loss = jnp.split(loss, [1], { axis: -1 })[1];
  switch (reduction) {
    case 'mean':
      return jnp.mean(loss, { axis: -1 });
    case 'sum':
      return jnp.sum(loss, { axis: -1 });
    case 'none':
      return loss;
    default:
      throw new InvalidArgument({
        op: 'diceLoss',
        argument: 'reduction',
        expected: "'mean', 'sum' or 'none'",
        actual: `'${reduction}'`,
      });
  }
}

/** Options of `multiclassGeneralizedDiceLoss`. */
export interface GeneralizedDiceOptions extends OverlapOptions {
  /** Whether predictions are logits. Default true. */
  readonly applySoftmax?: boolean;
}

/**
 * The mean Dice loss with classes weighted by one over the square of their frequency.
 *
 * Source: Sudre et al., "Generalised Dice overlap as a deep learning loss function for highly unbalanced
 * segmentations", 2017.
 */
export function multiclassGeneralizedDiceLoss(
  predictions: ArrayLike,
  targets: ArrayLike,
  options: GeneralizedDiceOptions = {},
): NdArray {
  checkOptions('multiclassGeneralizedDiceLoss', options, generalizedDiceOptions);
  const y = jnp.asarray(targets);
  sameShapes('multiclassGeneralizedDiceLoss', 'targets', jnp.asarray(predictions), y);
  const frequency = jnp.sum(y, { axis: y.shape.map((_, i) => i).slice(0, -1) });
  const raw = jnp.div(1, jnp.add(jnp.square(frequency), 1e-7));
  const classWeights = jnp.mul(jnp.div(raw, jnp.sum(raw)), raw.shape[0]);
  return jnp.mean(diceLoss(predictions, y, { ...options, classWeights, reduction: 'none' }));
}

/** Options of `binaryDiceLoss`. */
export interface BinaryDiceOptions {
  /** Added to both sides of the quotient. Default 1. */
  readonly smooth?: ArrayLike;
  /** Whether predictions are logits. Default true. */
  readonly applySigmoid?: boolean;
}

/**
 * The Dice loss of one class: `[batch, ...]` or `[batch, ..., 1]` to `[batch]`.
 * @example
 * optax.losses.binaryDiceLoss(jnp.array([0.7, 0.2, 0.1]), jnp.array([1, 0, 0])) // => [0.0904567, 0.215635, 0.207914]
 */
export function binaryDiceLoss(predictions: ArrayLike, targets: ArrayLike, options: BinaryDiceOptions = {}): NdArray {
  checkOptions('binaryDiceLoss', options, binaryDiceOptions);
  const { smooth = 1, applySigmoid = true } = options;
  const x = jnp.asarray(predictions);
  const y = jnp.asarray(targets);
  const isPlain = x.ndim === y.ndim && x.shape[x.ndim - 1] !== 1;
  const withClass = (a: NdArray): NdArray => (isPlain ? jnp.expandDims(a, -1) : a);
  return diceLoss(withClass(x), withClass(y), { smooth, applySoftmax: applySigmoid });
}
