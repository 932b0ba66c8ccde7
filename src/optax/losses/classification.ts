/**
 * Losses of predicted classes: cross entropies, margins, divergences.
 *
 * `logits` are unnormalized log probabilities. Source: optax, `losses/_classification.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { logSigmoid, logSoftmax, logsumexp, oneHot, softmax, sparsePlus } from '../../nn/index.js';
import { customJvp } from '../../transform/custom-jvp.js';
import { vmap } from '../../transform/vmap.js';
import * as jnp from '../arithmetic.js';
import { projectionSimplex } from '../projections.js';
import { floats, integers, type ReduceOptions, sameShapes } from './arguments.js';
import { focalOptions, polyLossOptions, reduceOptions } from './options.js';

/**
 * `-labels log p - (1 - labels) log(1 - p)` with `p = sigmoid(logits)`, element by element.
 * @example
 * optax.sigmoidBinaryCrossEntropy(jnp.array([1, -2, 0.5]), jnp.array([1, 0, 0])) // => [0.313262, 0.126928, 0.974077]
 */
export function sigmoidBinaryCrossEntropy(logits: ArrayLike, labels: ArrayLike): NdArray {
  const x = floats('sigmoidBinaryCrossEntropy', 'logits', logits);
  const y = jnp.astype(labels, x.dtype);
  const yes = jnp.mul(jnp.neg(y), logSigmoid(x));
  return jnp.sub(yes, jnp.mul(jnp.sub(1, y), logSigmoid(jnp.neg(x))));
}

/**
 * `max(0, 1 - outputs targets)` for targets -1 and 1.
 * @example
 * optax.hingeLoss(jnp.array([1, -2, 0.5]), jnp.array([1, -1, -1])) // => [0, 0, 1.5]
 */
export const hingeLoss = (predictorOutputs: ArrayLike, targets: ArrayLike): NdArray =>
  jnp.maximum(0, jnp.sub(1, jnp.mul(predictorOutputs, targets)));

/**
 * `max(0, -outputs targets)` for targets -1 and 1.
 *
 * Source: Rosenblatt, "The Perceptron", 1958.
 * @example
 * optax.losses.perceptronLoss(jnp.array([1, -2, 0.5]), jnp.array([1, 1, -1])) // => [0, 2, 0.5]
 */
export function perceptronLoss(predictorOutputs: ArrayLike, targets: ArrayLike): NdArray {
  sameShapes('perceptronLoss', 'targets', jnp.asarray(predictorOutputs), jnp.asarray(targets));
  return jnp.maximum(0, jnp.mul(jnp.neg(predictorOutputs), targets));
}

/**
 * The binary sparsemax loss, for labels 0 and 1: 0 where the logit is right by at least 1.
 *
 * Source: Blondel, Martins, Niculae, "Learning with Fenchel-Young Losses", 2020.
 * @example
 * optax.losses.sparsemaxLoss(jnp.array([1, -2, 0.5]), jnp.array([1, 0, 1])) // => [0, 0, 0.0625]
 */
export const sparsemaxLoss = (logits: ArrayLike, labels: ArrayLike): NdArray =>
  sparsePlus(jnp.where(jnp.notEqual(labels, 0), jnp.neg(logits), logits));

/** A mask of the rank of the logits. */
function maskLike(where: ArrayLike | null | undefined, x: NdArray, axis: number | readonly number[]): NdArray | null {
  if (where === null || where === undefined) return null;
  const mask = jnp.asarray(where);
  return mask.ndim === x.ndim ? mask : jnp.expandDims(mask, axis);
}

/**
 * `-sum labels log softmax(logits)` along the classes; labels are probabilities `[..., classes]`.
 *
 * `logits`: `[..., classes]`; returns `[...]`. A label 0 beside a logit of -infinity gives NaN: see
 * `safeSoftmaxCrossEntropy`.
 * @example
 * optax.softmaxCrossEntropy(jnp.array([2, 1, 0]), jnp.array([1, 0, 0])) // => 0.407606
 */
export function softmaxCrossEntropy(logits: ArrayLike, labels: ArrayLike, options: ReduceOptions = {}): NdArray {
  checkOptions('softmaxCrossEntropy', options, reduceOptions);
  const { axis = -1 } = options;
  const x = floats('softmaxCrossEntropy', 'logits', logits);
  const where = maskLike(options.where, x, axis);
  const logProbabilities = logSoftmax(x, { axis, where });
  return jnp.neg(jnp.sum(jnp.mul(labels, logProbabilities), { axis, where }));
}

/** `weights * logSoftmax(x)`, 0 where a weight is 0, also in the derivative. */
const weightedLogSoftmax = customJvp((x: NdArray, weights: NdArray): NdArray => {
  const logProbabilities = logSoftmax(x);
  return jnp.where(jnp.notEqual(weights, 0), jnp.mul(weights, logProbabilities), jnp.zerosLike(logProbabilities));
}).defjvp(([x, weights], [dx, dWeights]) => {
  const logProbabilities = logSoftmax(x);
  const value = jnp.where(
    jnp.notEqual(weights, 0),
    jnp.mul(weights, logProbabilities),
    jnp.zerosLike(logProbabilities),
  );
  const mean = jnp.sum(jnp.mul(dx, softmax(x)), { axis: -1, keepdims: true });
  const fromX = jnp.sub(jnp.mul(weights, dx), jnp.mul(weights, mean));
  return [value, jnp.add(fromX, jnp.mul(dWeights, logProbabilities))];
});

/**
 * `softmaxCrossEntropy` in which a label 0 counts nothing, whatever its logit, -infinity included.
 * @example
 * optax.safeSoftmaxCrossEntropy(jnp.array([2, 1, 0]), jnp.array([1, 0, 0])) // => 0.407606
 */
export function safeSoftmaxCrossEntropy(logits: ArrayLike, labels: ArrayLike): NdArray {
  const x = floats('safeSoftmaxCrossEntropy', 'logits', logits);
  return jnp.neg(jnp.sum(weightedLogSoftmax(x, jnp.asarray(labels)), { axis: -1 }));
}

/**
 * `log sum exp(logits) - logits[label]`: the cross entropy of classes given by number.
 *
 * `logits`: `[..., classes]`, or classes along `axis` (several axes count as one, row-major); `labels`: `[...]` of
 * integers. Where no class counts (`where`), the loss is 0.
 * @throws DTypeMismatch for labels that are not integers
 * @example
 * optax.softmaxCrossEntropyWithIntegerLabels(jnp.array([[2, 1, 0]]), [0]) // => [0.407606]
 */
export function softmaxCrossEntropyWithIntegerLabels(
  logits: ArrayLike,
  labels: ArrayLike,
  options: ReduceOptions = {},
): NdArray {
  checkOptions('softmaxCrossEntropyWithIntegerLabels', options, reduceOptions);
  const op = 'softmaxCrossEntropyWithIntegerLabels';
  let x = floats(op, 'logits', logits);
  const y = integers(op, 'labels', labels);
  const given = options.axis ?? -1;
  let where = maskLike(options.where, x, given);
  const wrap = (i: number): number => (i < 0 ? i + x.ndim : i);
  let axis: number;
  if (typeof given === 'number') axis = wrap(given);
  else {
    const classes = given.map(wrap);
    const batch = x.shape.map((_, i) => i).filter((i) => !classes.includes(i));
    const merged = (a: NdArray): NdArray => {
      const moved = jnp.transpose(a, { axes: [...batch, ...classes] });
      return jnp.reshape(moved, [...moved.shape.slice(0, batch.length), -1]);
    };
    axis = batch.length;
    x = merged(x);
    if (where !== null) where = merged(where);
  }
  const chosen = jnp.squeeze(jnp.takeAlongAxis(x, jnp.expandDims(y, axis), { axis }), { axis });
  const loss = jnp.sub(logsumexp(x, { axis, where }), chosen);
  return where === null ? loss : jnp.where(jnp.any(where, { axis }), loss, 0);
}

const scoreOf = (scores: NdArray, hot: NdArray): NdArray => jnp.sum(jnp.mul(scores, hot), { axis: -1 });

/**
 * `max_j (scores_j + [j != label]) - scores_label`. `scores`: `[..., classes]`, `labels`: `[...]`.
 * @example
 * optax.losses.multiclassHingeLoss(jnp.array([2, 1, 0]), jnp.array(1)) // => 2
 */
export function multiclassHingeLoss(scores: ArrayLike, labels: ArrayLike): NdArray {
  const x = jnp.asarray(scores);
  const hot = oneHot(labels, x.shape[x.ndim - 1]);
  return jnp.sub(jnp.max(jnp.sub(jnp.add(x, 1), hot), { axis: -1 }), scoreOf(x, hot));
}

/**
 * `max_j scores_j - scores_label`. `scores`: `[..., classes]`, `labels`: `[...]`.
 * @example
 * optax.losses.multiclassPerceptronLoss(jnp.array([2, 1, 0]), jnp.array(1)) // => 1
 */
export function multiclassPerceptronLoss(scores: ArrayLike, labels: ArrayLike): NdArray {
  const x = jnp.asarray(scores);
  return jnp.sub(jnp.max(x, { axis: -1 }), scoreOf(x, oneHot(labels, x.shape[x.ndim - 1])));
}

/**
 * The sparsemax loss of several classes. `scores`: `[batch, classes]`, `labels`: `[batch]`.
 *
 * Source: Martins, Astudillo, "From Softmax to Sparsemax", 2016.
 */
export function multiclassSparsemaxLoss(scores: ArrayLike, labels: ArrayLike): NdArray {
  const one = (x: NdArray, label: NdArray): NdArray => {
    const probabilities = projectionSimplex(x) as NdArray;
    const isLabel = jnp.equal(jnp.arange(x.shape[0]), label);
    const own = jnp.sum(jnp.where(isLabel, x, 0));
    const margins = jnp.where(isLabel, 0, jnp.sub(x, own));
    const inSupport = jnp.where(jnp.notEqual(probabilities, 0), margins, 0);
    const rest = jnp.sub(1, jnp.dot(probabilities, probabilities));
    return jnp.add(jnp.dot(probabilities, inSupport), jnp.mul(0.5, rest));
  };
  return vmap(one)(jnp.asarray(scores), integers('multiclassSparsemaxLoss', 'labels', labels)) as NdArray;
}

/** Options of `polyLossCrossEntropy`. */
export interface PolyLossOptions extends ReduceOptions {
  /** The coefficient of the first term of the expansion. Default 2. */
  readonly epsilon?: ArrayLike;
}

/**
 * Cross entropy plus `epsilon (1 - p_label)`.
 *
 * Source: Leng et al., "PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions", 2022.
 * @example
 * optax.losses.polyLossCrossEntropy(jnp.array([2, 1, 0]), jnp.array([1, 0, 0])) // => 1.07712
 */
export function polyLossCrossEntropy(logits: ArrayLike, labels: ArrayLike, options: PolyLossOptions = {}): NdArray {
  checkOptions('polyLossCrossEntropy', options, polyLossOptions);
  const { epsilon = 2, axis = -1, where = null } = options;
  const x = floats('polyLossCrossEntropy', 'logits', logits);
  const y = floats('polyLossCrossEntropy', 'labels', labels);
  const missed = jnp.sum(jnp.mul(y, jnp.sub(1, softmax(x, { axis, where }))), { axis, where });
  return jnp.add(softmaxCrossEntropy(x, y, { axis, where }), jnp.mul(epsilon, missed));
}

/**
 * `sum targets (log targets - logPredictions)`: the Kullback-Leibler divergence of probabilities from log probabilities.
 * A target 0 counts 0.
 * @example
 * optax.klDivergence(jnp.log(jnp.array([0.7, 0.2, 0.1])), jnp.array([0.5, 0.25, 0.25])) // => 0.116622
 */
export function klDivergence(logPredictions: ArrayLike, targets: ArrayLike, options: ReduceOptions = {}): NdArray {
  checkOptions('klDivergence', options, reduceOptions);
  const { axis = -1, where = null } = options;
  const x = floats('klDivergence', 'logPredictions', logPredictions);
  const y = floats('klDivergence', 'targets', targets);
  const logTargets = jnp.where(jnp.equal(y, 0), 0, jnp.log(y));
  return jnp.sum(jnp.mul(y, jnp.sub(logTargets, x)), { axis, where });
}

/** `klDivergence` with the targets as log probabilities, too. */
export function klDivergenceWithLogTargets(
  logPredictions: ArrayLike,
  logTargets: ArrayLike,
  options: ReduceOptions = {},
): NdArray {
  checkOptions('klDivergenceWithLogTargets', options, reduceOptions);
  const { axis = -1, where = null } = options;
  const x = floats('klDivergenceWithLogTargets', 'logPredictions', logPredictions);
  const y = floats('klDivergenceWithLogTargets', 'logTargets', logTargets);
  return jnp.sum(jnp.mul(jnp.exp(y), jnp.sub(y, x)), { axis, where });
}

/** The divergence for numbers that need not sum to 1: `klDivergence + sum (exp logPredictions - targets)`; convex in both. */
export function generalizedKlDivergence(
  logPredictions: ArrayLike,
  targets: ArrayLike,
  options: ReduceOptions = {},
): NdArray {
  checkOptions('generalizedKlDivergence', options, reduceOptions);
  const { axis = -1, where = null } = options;
  const excess = jnp.sum(jnp.sub(jnp.exp(logPredictions), targets), { axis, where });
  return jnp.add(klDivergence(logPredictions, targets, options), excess);
}

/**
 * The older name of `generalizedKlDivergence`.
 * @example
 * optax.convexKlDivergence(jnp.log(jnp.array([0.7, 0.2, 0.1])), jnp.array([0.5, 0.25, 0.25])) // => 0.116622
 */
export const convexKlDivergence = generalizedKlDivergence;

/** Options of `sigmoidFocalLoss`. */
export interface FocalOptions {
  /** The weight of positive examples, of negative ones `1 - alpha`; none when null. */
  readonly alpha?: number | null;
  /** How much less well classified examples count: the power of `1 - p`. Default 2. */
  readonly gamma?: ArrayLike;
}

/**
 * Binary cross entropy times `(1 - p)^gamma` for the probability `p` given to the right answer.
 *
 * Source: Lin et al., "Focal Loss for Dense Object Detection", 2018.
 * @example
 * optax.sigmoidFocalLoss(jnp.array([1, -2, 0.5]), jnp.array([1, 0, 0])) // => [0.0226581, 0.00180356, 0.377412]
 */
export function sigmoidFocalLoss(logits: ArrayLike, labels: ArrayLike, options: FocalOptions = {}): NdArray {
  checkOptions('sigmoidFocalLoss', options, focalOptions);
  const { alpha = null, gamma = 2 } = options;
  const x = floats('sigmoidFocalLoss', 'logits', logits);
  const y = jnp.astype(labels, x.dtype);
  // log(1 - p) of the right answer, whose weights are labels, so that it stays finite for sure answers.
  const logs = jnp.stack([logSigmoid(x), logSigmoid(jnp.neg(x))], { axis: -1 });
  const logRest = logsumexp(logs, { axis: -1, b: jnp.stack([jnp.sub(1, y), y], { axis: -1 }) });
  const loss = jnp.mul(sigmoidBinaryCrossEntropy(x, y), jnp.exp(jnp.mul(gamma, logRest)));
  if (alpha === null) return loss;
  return jnp.mul(jnp.add(jnp.mul(alpha, y), jnp.mul(1 - alpha, jnp.sub(1, y))), loss);
}
