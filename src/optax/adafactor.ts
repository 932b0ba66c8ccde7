/**
 * Adafactor: Adam's second moment of a matrix, kept as one vector for its rows and one for its columns.
 *
 *     row' = d row + (1 - d) mean over columns of (g^2 + eps)      col' = d col + (1 - d) mean over rows
 *     u    = g (row' / mean(row'))^(-1/2) col'^(-1/2)              with d = 1 - (t + 1)^(-decayRate)
 *
 * Arrays are factored along their two largest axes when both have at least `minDimSizeToFactor` elements; other arrays keep
 * a moment of their own size. Sources: Shazeer, Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
 * 2018; Zhai et al., "Scaling Vision Transformers", 2021; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { clipByBlockRms } from './clip.js';
import { ema } from './ema.js';
import { type ScalarOrSchedule, scale, scaleByLearningRate } from './learning-rate.js';
import type { MaskOrFn } from './masked.js';
import { absSq, safeIncrement, zeroCount } from './numerics.js';
import { adafactorOptions, scaleByFactoredRmsOptions } from './options.js';
import { GradientTransformation, required, type StateType } from './transformation.js';
import { leafwiseSeveral } from './tree/leafwise.js';
import { scaleByParamBlockRms } from './trust-ratio.js';
import { addDecayedWeights } from './weight-decay.js';

/** The number of steps, and for each leaf the factors, or the whole moment; arrays `[1]` stand for what is not kept. */
export interface FactoredState<Params = unknown> {
  readonly count: NdArray;
  readonly vRow: Params;
  readonly vCol: Params;
  readonly v: Params;
}
export interface FactoredStateType extends StateType {
  readonly state: FactoredState<this['params']>;
}

/** The share of the moment that is kept at step `i`: `1 - (i + 1)^(-exponent)`. */
export const decayRatePow = (i: NdArray, exponent: ArrayLike): NdArray =>
  jnp.sub(1, jnp.power(jnp.astype(jnp.add(i, 1), 'float32'), jnp.neg(exponent)));

/** Options of `scaleByFactoredRms`. */
export interface ScaleByFactoredRmsOptions {
  /** Whether moments are factored at all. Default true. */
  readonly factored?: boolean;
  /** How fast the decay goes to 1. Default 0.8. */
  readonly decayRate?: ArrayLike;
  /** The step at which training begins, for fine-tuning. Default 0. */
  readonly stepOffset?: number;
  /** The size from which axes are factored. Default 128. */
  readonly minDimSizeToFactor?: number;
  /** Added to the squared gradients. Default 1e-30. */
  readonly epsilon?: ArrayLike;
  /** The share of the moment that is kept at a step. Default `1 - (step + 1)^(-decayRate)`. */
  readonly decayRateFn?: (step: NdArray, decayRate: ArrayLike) => NdArray;
}

const scaleDefaults = {
  factored: true,
  decayRate: 0.8,
  stepOffset: 0,
  minDimSizeToFactor: 128,
  epsilon: 1e-30,
  decayRateFn: decayRatePow,
};

/** The second largest axis and the largest one, or null when the array is not factored. The later axis wins a tie. */
function factoredAxes(shape: readonly number[], least: number): { d1: number; d0: number } | null {
  if (shape.length < 2) return null;
  const bySize = shape.map((_, axis) => axis).sort((a, b) => shape[a] - shape[b] || a - b);
  const [d1, d0] = bySize.slice(-2);
  return shape[d1] < least ? null : { d1, d0 };
}

const without = (shape: readonly number[], axis: number): number[] => shape.filter((_, i) => i !== axis);

/**
 * Divides updates by the root of their factored mean square; see the head of this file.
 * @throws MissingParams
 * @example
 * const tx = optax.scaleByFactoredRms();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [1, -1]
 */
export function scaleByFactoredRms(options: ScaleByFactoredRmsOptions = {}): GradientTransformation<FactoredStateType> {
  checkOptions('scaleByFactoredRms', options, scaleByFactoredRmsOptions);
  const { factored, decayRate, stepOffset, minDimSizeToFactor, epsilon, decayRateFn } = filled(scaleDefaults, options);
  const axesOf = (x: NdArray) => (factored ? factoredAxes(x.shape, minDimSizeToFactor) : null);
  return GradientTransformation<FactoredStateType>(
    (params) => {
      const [vRow, vCol, v] = leafwiseSeveral(
        3,
        (p: NdArray) => {
          const { dtype } = p;
          const axes = axesOf(p);
          const none = jnp.zeros([1], { dtype });
          if (axes === null) return [none, none, jnp.zerosLike(p)];
          return [
            jnp.zeros(without(p.shape, axes.d0), { dtype }),
            jnp.zeros(without(p.shape, axes.d1), { dtype }),
            none,
          ];
        },
        params,
      );
      return { count: zeroCount(), vRow, vCol, v };
    },
    (updates, state, params) => {
      const decay = decayRateFn(jnp.sub(state.count, stepOffset), decayRate);
      const [rescaled, vRow, vCol, v] = leafwiseSeveral(
        4,
        (...[g, row, col, whole, p]: [NdArray, NdArray, NdArray, NdArray, NdArray]) => {
          const { dtype } = p;
          const average = (old: NdArray, value: NdArray): NdArray =>
            jnp.astype(jnp.add(jnp.mul(decay, old), jnp.mul(jnp.sub(1, decay), value)), dtype);
          const squares = jnp.add(absSq(g), epsilon);
          const axes = axesOf(p);
          const none = jnp.zeros([1], { dtype });
          if (axes === null) {
            const next = average(whole, squares);
            return [jnp.mul(g, jnp.power(next, -0.5)), none, none, next];
          }
          const { d0, d1 } = axes;
          const nextRow = average(row, jnp.mean(squares, { axis: d0 }));
          const nextCol = average(col, jnp.mean(squares, { axis: d1 }));
          const rowMean = jnp.mean(nextRow, { axis: d1 > d0 ? d1 - 1 : d1, keepdims: true });
          const rowFactor = jnp.expandDims(jnp.power(jnp.div(nextRow, rowMean), -0.5), d0);
          const colFactor = jnp.expandDims(jnp.power(nextCol, -0.5), d1);
          return [jnp.mul(jnp.mul(g, rowFactor), colFactor), nextRow, nextCol, none];
        },
        updates,
        state.vRow,
        state.vCol,
        state.v,
        required('scaleByFactoredRms', params),
      );
      return [rescaled, { count: safeIncrement(state.count), vRow, vCol, v }];
    },
  );
}

/** Options of `adafactor`. */
export interface AdafactorOptions {
  /** Multiplies the updates; nothing but the other scales when null. */
  readonly learningRate?: ScalarOrSchedule | null;
  /** The size from which axes are factored. Default 128. */
  readonly minDimSizeToFactor?: number;
  /** How fast the decay of the moments goes to 1. Default 0.8. */
  readonly decayRate?: ArrayLike;
  /** The step at which training begins, for fine-tuning. Default 0. */
  readonly decayOffset?: number;
  /** Whether the step of a leaf is proportional to the root mean square of its parameters. Default true. */
  readonly multiplyByParameterScale?: boolean;
  /** The largest root mean square of the rescaled updates of a leaf; none when null. Default 1. */
  readonly clippingThreshold?: ArrayLike | null;
  /** How much of a moving average of the updates is kept; none when null. */
  readonly momentum?: ArrayLike | null;
  /** The dtype of that average. Default float32. */
  readonly dtypeMomentum?: DType | null;
  /** Times the parameters is added; not multiplied by the learning rate; none when null. */
  readonly weightDecayRate?: number | NdArray | null;
  /** Added to the squared gradients. Default 1e-30. */
  readonly eps?: ArrayLike;
  /** Whether moments are factored. Default true. */
  readonly factored?: boolean;
  /** Which parameters decay; all when null. */
  readonly weightDecayMask?: MaskOrFn | null;
}

const defaults = {
  learningRate: null,
  minDimSizeToFactor: 128,
  decayRate: 0.8,
  decayOffset: 0,
  multiplyByParameterScale: true,
  clippingThreshold: 1,
  momentum: null,
  dtypeMomentum: 'float32' as DType,
  weightDecayRate: null,
  eps: 1e-30,
  factored: true,
  weightDecayMask: null,
};

/**
 * Adafactor. `update` needs the parameters.
 *
 * State: `[{ count, vRow, vCol, v }, ...]`, with one member for each part that is asked for: clipping, learning rate,
 * parameter scale, momentum, weight decay.
 * @example
 * const tx = optax.adafactor({ learningRate: 0.1 });
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.158114, 0.158114]
 */
export const adafactor = alias([], defaults, (options: AdafactorOptions = {}): GradientTransformation => {
  checkOptions('adafactor', options, adafactorOptions);
  const o = filled(defaults, options);
  const parts: GradientTransformation[] = [
    scaleByFactoredRms({
      factored: o.factored,
      decayRate: o.decayRate,
      stepOffset: o.decayOffset,
      minDimSizeToFactor: o.minDimSizeToFactor,
      epsilon: o.eps,
    }),
  ];
  if (o.clippingThreshold !== null) parts.push(clipByBlockRms(o.clippingThreshold));
  if (o.learningRate !== null) parts.push(scaleByLearningRate(o.learningRate, { flipSign: false }));
  if (o.multiplyByParameterScale) parts.push(scaleByParamBlockRms());
  if (o.momentum !== null) parts.push(ema(o.momentum, { debias: false, accumulatorDtype: o.dtypeMomentum }));
  if (o.weightDecayRate !== null) {
    parts.push(addDecayedWeights({ weightDecay: o.weightDecayRate, mask: o.weightDecayMask }));
  }
  return chain(...parts, scale(-1));
});
