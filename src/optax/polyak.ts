/**
 * Polyak's step size: as long as the distance to the known least value of the loss allows.
 *
 *     u = -scaling min((f - fMin) / (||g||^2 + eps), maxLearningRate) g
 *
 * `update` needs the extra argument `value`, the loss. Sources: Polyak, "Introduction to optimization", 1987; Loizou et
 * al., "Stochastic Polyak Step-size for SGD", 2021; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import type { ScalarOrSchedule } from './learning-rate.js';
import { polyakSgdOptions, scaleByPolyakOptions } from './options.js';
import { sgd } from './sgd.js';
import { emptyState, GradientTransformation, type NoState, requiredExtra } from './transformation.js';
import { norm, scale } from './tree/math.js';

/** Options of `scaleByPolyak`. */
export interface ScaleByPolyakOptions {
  /** The least value of the loss. Default 0. */
  readonly fMin?: ArrayLike;
  /** The largest step size. Default 1. */
  readonly maxLearningRate?: ArrayLike;
  /** Added to the squared norm. Default 0. */
  readonly eps?: ArrayLike;
  /** `'sps+'` takes no step where the loss is below `fMin`. Default `'sps'`. */
  readonly variant?: 'sps' | 'sps+';
}

const scaleDefaults = { fMin: 0, maxLearningRate: 1, eps: 0, variant: 'sps' as 'sps' | 'sps+' };

const EPSILON = 2 ** -23;

/**
 * Multiplies the updates by Polyak's step size.
 * @throws MissingExtraArgument when `update` is not given `{ value }`
 * @throws InvalidArgument for an unknown variant
 * @example
 * const tx = optax.scaleByPolyak();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w, { value: 3 })[0] // => [0.705882, -0.176471]
 */
export function scaleByPolyak(options: ScaleByPolyakOptions = {}): GradientTransformation<NoState> {
  checkOptions('scaleByPolyak', options, scaleByPolyakOptions);
  const { fMin, maxLearningRate, eps, variant } = filled(scaleDefaults, options);
  if (variant !== 'sps' && variant !== 'sps+') {
    throw new InvalidArgument({
      op: 'scaleByPolyak',
      argument: 'variant',
      expected: "'sps' or 'sps+'",
      actual: `'${variant}'`,
    });
  }
  return GradientTransformation<NoState>(
    () => emptyState,
    (updates, state, _params, extra) => {
      const squaredNorm = norm(updates, { squared: true });
      const value = requiredExtra('scaleByPolyak', extra, 'value') as ArrayLike;
      const gap = jnp.astype(jnp.asarray(jnp.sub(value, fMin)), squaredNorm.dtype);
      const above = variant === 'sps' ? gap : jnp.maximum(gap, 0);
      const length = jnp.add(squaredNorm, eps);
      const step = jnp.where(
        jnp.lessEqual(length, EPSILON),
        jnp.zeros([]),
        jnp.minimum(jnp.div(above, length), maxLearningRate),
      );
      return [scale(step, updates), state];
    },
  );
}

/** Options of `polyakSgd`. */
export interface PolyakSgdOptions extends ScaleByPolyakOptions {
  /** Multiplies the step size. Default 1. */
  readonly scaling?: ScalarOrSchedule;
}

const defaults = { maxLearningRate: 1, scaling: 1, fMin: 0, eps: 0, variant: 'sps' as 'sps' | 'sps+' };

/**
 * Gradient descent with Polyak's step size. `update(grads, state, params, { value })`. State: `[sgd, {}]`.
 * @example
 * const tx = optax.polyakSgd();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w, { value: 3 })[0] // => [-0.705882, 0.176471]
 */
export const polyakSgd = alias([], defaults, (options: PolyakSgdOptions = {}) => {
  checkOptions('polyakSgd', options, polyakSgdOptions);
  const { scaling, ...rest } = filled(defaults, options) as Required<PolyakSgdOptions> & { scaling: NdArray };
  return chain(sgd(scaling), scaleByPolyak(rest));
});
