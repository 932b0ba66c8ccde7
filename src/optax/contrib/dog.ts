/**
 * DoG: the step size is the distance travelled over the root of the sum of squared gradients; DoWG weights the gradients
 * by that distance. No learning rate to tune.
 *
 *     DoG:   r' = max(r, ||p - p0||)      G' = G + ||g||^2          u = -r' / sqrt(G' + eps) g
 *     DoWG:  r' = max(r, ||p - p0||^2)    v' = v + r' ||g||^2       u = -r' / (sqrt(v') + eps) g
 *
 * Sources: Ivgi, Hinder, Carmon, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule", 2023; Khaled,
 * Mishchenko, Jin, "DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method", 2023; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import type { MaskOrFn } from '../masked.js';
import { GradientTransformation, identity, required, type StateType } from '../transformation.js';
import { dtype } from '../tree/casting.js';
import { held } from '../tree/leafwise.js';
import { norm, scale, sub } from '../tree/math.js';
import { addDecayedWeights } from '../weight-decay.js';
import { dogOptions, dowgOptions } from './options.js';

/** Whether there was no step yet, the first parameters, the largest distance from them, the sum of squared gradients. */
export interface DoGState<Params = unknown> {
  readonly isInitStep: NdArray;
  readonly initParams: Params;
  readonly maxDist: NdArray;
  readonly sumSqNormGrads: NdArray;
}
export interface DogState extends StateType {
  readonly state: DoGState<this['params']>;
}

/** How the first step is chosen: its distance, its distance relative to `1 + ||p||`, or its learning rate. */
export type InitStep = readonly [kind: 'distance' | 'heuristic' | 'learning_rate' | 'learningRate', value: number];

const lowest = (tree: unknown) => dtype(tree, { mixedDtypeHandler: 'lowest' });

function firstDistance([kind, value]: InitStep, params: unknown): ArrayLike {
  if (kind === 'distance') return value;
  if (kind === 'heuristic') return jnp.mul(value, jnp.add(1, norm(params)));
  return 0;
}

/**
 * Multiplies updates by DoG's step size.
 * @throws InvalidArgument for an unknown kind of first step
 * @throws MissingParams
 */
export function scaleByDog(
  initStep: InitStep,
  options: { readonly eps?: ArrayLike } = {},
): GradientTransformation<DogState> {
  const { eps = 1e-8 } = options;
  const [kind, value] = initStep;
  const kinds = ['distance', 'heuristic', 'learning_rate', 'learningRate'];
  if (!kinds.includes(kind)) {
    throw new InvalidArgument({ op: 'dog', argument: 'initStep[0]', expected: kinds.join(', '), actual: `'${kind}'` });
  }
  return GradientTransformation<DogState>(
    (params) => ({
      isInitStep: jnp.asarray(true),
      initParams: held(params),
      maxDist: jnp.asarray(firstDistance(initStep, params), { dtype: lowest(params) }),
      sumSqNormGrads: jnp.zeros([], { dtype: lowest(params) }),
    }),
    (updates, state, params) => {
      const distance = norm(sub(state.initParams, required('dog', params)));
      const maxDist = jnp.maximum(state.maxDist, distance);
      const sumSqNormGrads = jnp.add(state.sumSqNormGrads, norm(updates, { squared: true }));
      const later = jnp.div(maxDist, jnp.sqrt(jnp.add(sumSqNormGrads, eps)));
      const stepSize = kind.startsWith('learning') ? jnp.where(state.isInitStep, value, later) : later;
      const next = { isInitStep: jnp.asarray(false), initParams: state.initParams, maxDist, sumSqNormGrads };
      return [scale(stepSize, updates), next];
    },
  );
}

interface DecayOptions {
  /** Multiplies the step size. Default 1. */
  readonly learningRate?: ScalarOrSchedule;
  /** Times the parameters is added to the gradients first; none when null. */
  readonly weightDecay?: number | NdArray | null;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const optionalDecay = (weightDecay: number | NdArray | null, mask: MaskOrFn | null): GradientTransformation =>
  weightDecay === null ? identity() : addDecayedWeights({ weightDecay, mask });

/** Options of `dog`. */
export interface DogOptions extends DecayOptions {
  /** How the first step is chosen. Default `['heuristic', 1e-6]`. */
  readonly initStep?: InitStep;
  /** Added to the sum of squares. Default 1e-8. */
  readonly eps?: ArrayLike;
}

const defaults = {
  learningRate: 1,
  initStep: ['heuristic', 1e-6] as InitStep,
  eps: 1e-8,
  weightDecay: null,
  mask: null,
};

/**
 * DoG. `update` needs the parameters. State: `[weight decay, { isInitStep, ... }, learning rate]`.
 * @example
 * const tx = optax.contrib.dog();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-3.13945e-6, 7.84862e-7]
 */
export const dog = alias([], defaults, (options: DogOptions = {}) => {
  checkOptions('dog', options, dogOptions);
  const { learningRate, initStep, eps, weightDecay, mask } = filled(defaults, options);
  return chain(
    optionalDecay(weightDecay, mask),
    scaleByDog(initStep, { eps }),
    scaleByLearningRate(learningRate as ScalarOrSchedule),
  );
});

/** The first parameters, the weighted sum of squared gradients, the largest squared distance. */
export interface DoWGState<Params = unknown> {
  readonly initParams: Params;
  readonly weightedSqNormGrads: NdArray;
  readonly estimSqDist: NdArray;
}
export interface DowgState extends StateType {
  readonly state: DoWGState<this['params']>;
}

export interface ScaleByDowgOptions {
  /** The first squared distance; `eps` when null. */
  readonly initEstimSqDist?: ArrayLike | null;
  /** Added to the root. Default 1e-4. */
  readonly eps?: ArrayLike;
}

/**
 * Multiplies updates by DoWG's step size.
 * @throws MissingParams
 */
export function scaleByDowg(options: ScaleByDowgOptions = {}): GradientTransformation<DowgState> {
  const { initEstimSqDist, eps } = filled({ initEstimSqDist: null, eps: 1e-4 }, options);
  return GradientTransformation<DowgState>(
    (params) => ({
      initParams: held(params),
      weightedSqNormGrads: jnp.zeros([], { dtype: lowest(params) }),
      estimSqDist: jnp.asarray(initEstimSqDist ?? eps, { dtype: lowest(params) }),
    }),
    (updates, state, params) => {
      const distance = norm(sub(state.initParams, required('dowg', params)), { squared: true });
      const estimSqDist = jnp.maximum(state.estimSqDist, distance);
      const weighted = jnp.mul(estimSqDist, norm(updates, { squared: true }));
      const weightedSqNormGrads = jnp.add(weighted, state.weightedSqNormGrads);
      const stepSize = jnp.div(estimSqDist, jnp.add(jnp.sqrt(weightedSqNormGrads), eps));
      return [scale(stepSize, updates), { initParams: state.initParams, weightedSqNormGrads, estimSqDist }];
    },
  );
}

/** Options of `dowg`. */
export interface DowgOptions extends DecayOptions, ScaleByDowgOptions {}

const dowgDefaults = { learningRate: 1, initEstimSqDist: null, eps: 1e-4, weightDecay: null, mask: null };

/**
 * DoWG. `update` needs the parameters. State: `[weight decay, { initParams, ... }, learning rate]`.
 * @example
 * const tx = optax.contrib.dowg();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.00967795, 0.00241949]
 */
export const dowg = alias([], dowgDefaults, (options: DowgOptions = {}) => {
  checkOptions('dowg', options, dowgOptions);
  const { learningRate, initEstimSqDist, eps, weightDecay, mask } = filled(dowgDefaults, options);
  return chain(
    optionalDecay(weightDecay, mask),
    scaleByDowg({ initEstimSqDist, eps }),
    scaleByLearningRate(learningRate as ScalarOrSchedule),
  );
});
