/**
 * SM3: Adagrad for large matrices, whose sums of squares are bounded by one vector for each axis.
 *
 *     a  = (1 - b2) g^2 + b2 min over axes i of mu_i        (a = g^2 + ... for b2 = 1)
 *     u' = b1 u + (1 - b1) g / sqrt(a + eps)                mu_i' = max of a over all axes but i
 *
 * Sources: Anil, Gupta, Koren, Singer, "Memory-Efficient Adaptive Optimization", 2019; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { inverseRoot } from './adagrad.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { scale, times } from './learning-rate.js';
import { scaleBySm3Options, sm3Options } from './options.js';
import { GradientTransformation, type StateType } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { rejectComplex, updateMoment, zerosLike } from './tree/math.js';

/** For each leaf a list of vectors, one for each axis; and the momentum. */
export interface ScaleBySM3State<Params = unknown> {
  readonly mu: unknown;
  readonly nu: Params;
}
export interface SM3State extends StateType {
  readonly state: ScaleBySM3State<this['params']>;
}

export interface ScaleBySm3Options {
  /** How much of the momentum is kept in a step. Default 0.9. */
  readonly b1?: ArrayLike;
  /** How much of the bounds is kept. Default 1: they are sums, not means. */
  readonly b2?: number;
  /** Added inside the root. Default 1e-8. */
  readonly eps?: ArrayLike;
}

const scaleDefaults = { b1: 0.9, b2: 1, eps: 1e-8 };

const axesOf = (x: NdArray): number[] => x.shape.map((_, i) => i);

/**
 * Rescales updates as SM3 does; see the head of this file.
 * @throws DTypeMismatch for complex parameters
 * @example
 * const tx = optax.scaleBySm3();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.1, -0.1]
 */
export function scaleBySm3(options: ScaleBySm3Options = {}): GradientTransformation<SM3State> {
  checkOptions('scaleBySm3', options, scaleBySm3Options);
  const { b1, b2, eps } = filled(scaleDefaults, options);
  const accumulated = (g: NdArray, bounds: readonly NdArray[]): NdArray => {
    const spread = bounds.map((v, i) =>
      jnp.reshape(
        v,
        g.shape.map((n, axis) => (axis === i ? n : 1)),
      ),
    );
    const bound = spread.reduce((least, v) => jnp.minimum(least, v));
    return jnp.add(jnp.mul(b2 === 1 ? 1 : 1 - b2, jnp.square(g)), jnp.mul(b2, bound));
  };
  return GradientTransformation<SM3State>(
    (params) => {
      rejectComplex('scaleBySm3', params);
      return {
        mu: leafwise((p: NdArray) => Object.freeze(p.shape.map((n) => jnp.zeros([n], { dtype: p.dtype }))), params),
        nu: zerosLike(params),
      };
    },
    (updates, state) => {
      const sums = leafwise(accumulated, updates, state.mu);
      const rescaled = leafwise((...[g, a]: [NdArray, NdArray]) => jnp.mul(g, inverseRoot(a, eps)), updates, sums);
      const nu = updateMoment(rescaled, state.nu, b1, 1);
      const mu = leafwise((a: NdArray) => {
        const over = (i: number): number[] => axesOf(a).filter((axis) => axis !== i);
        return Object.freeze(axesOf(a).map((i) => (a.ndim < 2 ? a : jnp.max(a, { axis: over(i) }))));
      }, sums);
      return [nu, { mu, nu }];
    },
  );
}

export interface Sm3Options {
  /** How much of the momentum is kept in a step. Default 0.9. */
  readonly momentum?: ArrayLike;
}

const defaults = { momentum: 0.9 };

/**
 * SM3. Its memory is that of the momentum. State: `[{ mu, nu }, {}]`.
 * @example
 * const tx = optax.sm3(0.1);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.01, 0.01]
 */
export const sm3 = alias(['learningRate'], defaults, (learningRate: number | NdArray, options: Sm3Options = {}) =>
  chain(
    scaleBySm3({ b1: filled(defaults, checkOptions('sm3', options, sm3Options)).momentum }),
    scale(times(-1, learningRate)),
  ),
);
