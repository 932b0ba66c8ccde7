/**
 * Connectionist temporal classification: the probability of a sequence of labels, summed over all its alignments to a
 * longer sequence of frames, in which blanks may stand between labels and labels may last.
 *
 * Forward recursion over frames, in log probabilities: `phi[n]` ends in a blank after n labels, `emit[n]` in label n.
 * Sources: Graves et al., "Connectionist Temporal Classification", 2006; optax, `losses/_classification.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { ShapeMismatch } from '../../error/error.js';
import { scan } from '../../lax/scan.js';
import { logSoftmax, oneHot } from '../../nn/index.js';
import * as jnp from '../arithmetic.js';
import { floats, integers, sameShapes } from './arguments.js';
import { ctcOptions } from './options.js';

/** Options of `ctcLossWithForwardProbs` and `ctcLoss`. */
export interface CtcOptions {
  /** The class that stands for a blank. Default 0. */
  readonly blankId?: number;
  /** What is taken for the logarithm of 0. Default -1e5. */
  readonly logEpsilon?: number;
}

function needRank(argument: string, x: NdArray, axes: string, rank: number): void {
  if (x.ndim === rank) return;
  throw new ShapeMismatch({ op: 'ctcLoss', argument, expected: `it must be ${axes}`, actual: x.shape });
}

/** Columns `from` to `to` of a matrix. */
const columns = (x: NdArray, from: number, to: number): NdArray => jnp.split(x, [from, to], { axis: 1 })[1];

/**
 * `ctcLoss` with what it computes on the way: the log probabilities of blanks `[frames, batch, labels + 1]` and of labels
 * `[frames, batch, labels]` after each frame.
 * @throws ShapeMismatch
 */
export function ctcLossWithForwardProbs(
  logits: ArrayLike,
  logitPaddings: ArrayLike,
  labels: ArrayLike,
  labelPaddings: ArrayLike,
  options: CtcOptions = {},
): [loss: NdArray, logAlphaPhi: NdArray, logAlphaEmit: NdArray] {
  checkOptions('ctcLossWithForwardProbs', options, ctcOptions);
  const { blankId = 0, logEpsilon = -1e5 } = options;
  const x = floats('ctcLoss', 'logits', logits);
  const y = integers('ctcLoss', 'labels', labels);
  const padding = jnp.asarray(logitPaddings);
  const labelPadding = jnp.asarray(labelPaddings);
  needRank('logits', x, '[batch, frames, classes]', 3);
  needRank('labels', y, '[batch, labels]', 2);
  sameShapes('ctcLoss', 'labelPaddings', y, labelPadding);
  const [batch, frames, classes] = x.shape;
  if (padding.shape.join() !== `${batch},${frames}`) {
    const expected = `it must have shape [${batch}, ${frames}]`;
    throw new ShapeMismatch({ op: 'ctcLoss', argument: 'logitPaddings', expected, actual: padding.shape });
  }
  if (y.shape[0] !== batch) {
    throw new ShapeMismatch({ op: 'ctcLoss', argument: 'labels', expected: `its batch is ${batch}`, actual: y.shape });
  }
  const n = y.shape[1];

  const logProbabilities = logSoftmax(x);
  const lengths = jnp.sub(n, jnp.astype(jnp.sum(labelPadding, { axis: 1 }), 'int32'));
  const isRepeated = jnp.astype(jnp.equal(columns(y, 0, n - 1), columns(y, 1, n)), 'float32');
  const repeat = jnp.concatenate([isRepeated, jnp.zeros([batch, 1])], { axis: 1 });
  const framesFirst = (a: NdArray): NdArray => jnp.swapaxes(a, 0, 1);
  const blank = jnp.split(logProbabilities, [blankId, blankId + 1], { axis: 2 })[1];
  const emitted = jnp.einsum('btk,bnk->btn', logProbabilities, oneHot(y, classes));

  const updatePhi = (phi: NdArray, added: NdArray): NdArray =>
    jnp.concatenate([columns(phi, 0, 1), jnp.logaddexp(columns(phi, 1, n + 1), added)], { axis: -1 });

  type Carry = readonly [phi: NdArray, emit: NdArray];
  const frame = ([phi, emit]: Carry, [logEmit, logPhi, pad]: readonly NdArray[]): readonly [Carry, Carry] => {
    const after = updatePhi(phi, jnp.add(emit, jnp.mul(logEpsilon, repeat)));
    const begun = jnp.add(columns(after, 0, n), logEmit);
    const nextEmit = jnp.logaddexp(begun, jnp.add(emit, logEmit));
    const separated = jnp.add(jnp.add(emit, logPhi), jnp.mul(logEpsilon, jnp.sub(1, repeat)));
    const nextPhi = updatePhi(jnp.add(after, logPhi), separated);
    const isPadding = jnp.reshape(pad, [batch, 1]);
    const keep = (old: NdArray, next: NdArray): NdArray =>
      jnp.add(jnp.mul(isPadding, old), jnp.mul(jnp.sub(1, isPadding), next));
    const next: Carry = [keep(phi, nextPhi), keep(emit, nextEmit)];
    return [next, next];
  };

  const nothing = jnp.mul(jnp.ones([batch, n]), logEpsilon);
  const start: Carry = [jnp.concatenate([jnp.zeros([batch, 1]), nothing], { axis: 1 }), nothing];
  const xs = [framesFirst(emitted), framesFirst(blank), jnp.transpose(padding)];
  const [, [phis, emits]] = scan(frame, start, { xs }) as readonly [unknown, Carry];
  const lastFrame = (a: NdArray): NdArray => jnp.squeeze(jnp.split(a, [frames - 1])[1], { axis: 0 });
  const last = updatePhi(lastFrame(phis), lastFrame(emits));
  const allPhis = jnp.concatenate([jnp.split(phis, [frames - 1])[0], jnp.expandDims(last, 0)]);
  const loss = jnp.neg(jnp.sum(jnp.mul(last, oneHot(lengths, n + 1)), { axis: 1 }));
  return [loss, allPhis, emits];
}

/**
 * Minus the log probability of the labels. Padding is 1 where there is nothing more, and only at the end.
 *
 * `logits`: `[batch, frames, classes]`, `logitPaddings`: `[batch, frames]`, `labels` and `labelPaddings`: `[batch, labels]`;
 * returns `[batch]`.
 * @throws ShapeMismatch
 */
export const ctcLoss = (
  logits: ArrayLike,
  logitPaddings: ArrayLike,
  labels: ArrayLike,
  labelPaddings: ArrayLike,
  options: CtcOptions = {},
): NdArray =>
  ctcLossWithForwardProbs(
    logits,
    logitPaddings,
    labels,
    labelPaddings,
    checkOptions('ctcLoss', options, ctcOptions),
  )[0];
