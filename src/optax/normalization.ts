/**
 * Transformations that only look at the updates of one step: centering, dividing by their norm, and by distances.
 *
 * Sources: Yong et al., "Gradient Centralization", 2020; Ivgi, Hinder, Carmon, "DoG is SGD's Best Friend", 2023; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { normalizeByUpdateNormOptions, scaleByDistanceOverGradientsOptions } from './options.js';
import { GradientTransformation, type NoState, required, type StateType, stateless } from './transformation.js';
import { cast } from './tree/casting.js';
import { leafwise } from './tree/leafwise.js';
import { norm } from './tree/math.js';

/**
 * Takes the mean over all axes but the first from each leaf; vectors and scalars stay as they are.
 * @example
 * const tx = optax.centralize();
 * const w = jnp.array([[1, 2], [0, 1]]);
 * tx.update(jnp.array([[4, -1], [2, 0.5]]), tx.init(w), w)[0] // => [[2.5, -2.5], [0.75, -0.75]]
 */
export const centralize = (): GradientTransformation<NoState> =>
  stateless((updates) =>
    leafwise((g: NdArray) => {
      if (g.ndim < 2) return g;
      const axes = g.shape.map((_, i) => i).slice(1);
      return jnp.sub(g, jnp.mean(g, { axis: axes, keepdims: true }));
    }, updates),
  );

/** Options of `normalizeByUpdateNorm`. */
export interface NormalizeByUpdateNormOptions {
  /** The norm that the updates get. Default 1. */
  readonly scaleFactor?: ArrayLike;
  /** Added to the norm before the division. Default 1e-6. */
  readonly eps?: ArrayLike;
}

/**
 * Divides all updates by their norm, taken as one vector, so that it becomes `scaleFactor`.
 * @example
 * const tx = optax.normalizeByUpdateNorm();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.970142, -0.242536]
 */
export function normalizeByUpdateNorm(options: NormalizeByUpdateNormOptions = {}): GradientTransformation<NoState> {
  checkOptions('normalizeByUpdateNorm', options, normalizeByUpdateNormOptions);
  const { scaleFactor, eps } = filled({ scaleFactor: 1, eps: 1e-6 }, options);
  return stateless((updates) => {
    const length = jnp.div(jnp.add(norm(updates), eps), scaleFactor);
    return leafwise((g: NdArray) => jnp.div(g, length), updates);
  });
}

/** For each leaf the largest distance from its start, the sum of squared gradients, and the start. */
export interface ScaleByDistanceOverGradientsState<Params = unknown> {
  readonly maxDist: Params;
  readonly gradSumOfSquares: Params;
  readonly initParams: Params;
}
export interface DistanceState extends StateType {
  readonly state: ScaleByDistanceOverGradientsState<this['params']>;
}

/** Options of `scaleByDistanceOverGradients`. */
export interface ScaleByDistanceOverGradientsOptions {
  /** The first distance, relative to `1 + ||p||`. Default 1e-6. */
  readonly repsRel?: ArrayLike;
  /** Added to the sum of squares. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** The dtype in which the start is kept. Default float32. */
  readonly paramDtype?: DType;
  /** Multiplies the step size. Default 1. */
  readonly globalScale?: ArrayLike;
}

/**
 * Multiplies each leaf by the largest distance from its start over the root of the sum of its squared gradients.
 * @throws MissingParams
 * @example
 * const tx = optax.scaleByDistanceOverGradients();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [3.13945e-6, -7.84862e-7]
 */
export function scaleByDistanceOverGradients(
  options: ScaleByDistanceOverGradientsOptions = {},
): GradientTransformation<DistanceState> {
  checkOptions('scaleByDistanceOverGradients', options, scaleByDistanceOverGradientsOptions);
  const { repsRel, eps, paramDtype, globalScale } = filled(
    { repsRel: 1e-6, eps: 1e-8, paramDtype: 'float32' as DType, globalScale: 1 },
    options,
  );
  const sumOfSquares = (x: NdArray): NdArray => jnp.sum(jnp.square(x));
  return GradientTransformation<DistanceState>(
    (params) => ({
      maxDist: leafwise((p: NdArray) => jnp.mul(repsRel, jnp.add(1, jnp.sqrt(sumOfSquares(p)))), params),
      gradSumOfSquares: leafwise(() => jnp.zeros([1]), params),
      initParams: cast(params, paramDtype),
    }),
    (updates, state, params) => {
      const maxDist = leafwise(
        (...[d, p, start]: [NdArray, NdArray, NdArray]) => jnp.maximum(d, jnp.sqrt(sumOfSquares(jnp.sub(p, start)))),
        state.maxDist,
        required('scaleByDistanceOverGradients', params),
        state.initParams,
      );
      const gradSumOfSquares = leafwise(
        (...[s, g]: [NdArray, NdArray]) => jnp.add(s, sumOfSquares(g)),
        state.gradSumOfSquares,
        updates,
      );
      const rescaled = leafwise(
        (...[g, d, s]: [NdArray, NdArray, NdArray]) =>
          jnp.mul(jnp.mul(globalScale, jnp.div(d, jnp.sqrt(jnp.add(s, eps)))), g),
        updates,
        maxDist,
        gradSumOfSquares,
      );
      return [rescaled, { maxDist, gradSumOfSquares, initParams: state.initParams }];
    },
  );
}
