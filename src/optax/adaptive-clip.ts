/**
 * Adaptive gradient clipping: the gradient of a unit is not longer than a fraction of the unit's own parameters.
 *
 * Sources: Brock et al., "High-Performance Large-Scale Image Recognition Without Normalization", 2021; optax.
 */

import { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import * as jnp from './arithmetic.js';
import { absSq } from './numerics.js';
import { adaptiveGradClipOptions } from './options.js';
import { type GradientTransformation, type NoState, required, stateless } from './transformation.js';
import { leafwise } from './tree/leafwise.js';

type Axis = number | readonly number[] | null;

/** The axes along which the norm of a unit is taken: all, those before the last, or the first. */
function unitAxes(x: NdArray, axis: Axis): Axis {
  if (axis !== null) return axis;
  if (x.shape.filter((n) => n !== 1).length <= 1) return null;
  if (x.ndim === 2 || x.ndim === 3) return 0;
  if (x.ndim === 4) return [0, 1, 2];
  if (x.ndim === 5) return [0, 1, 2, 3];
  throw new InvalidArgument({
    op: 'unitwiseNorm',
    argument: 'x',
    expected: 'an array of at most 5 dimensions',
    actual: `of shape [${x.shape.join(', ')}]`,
    hint: 'Name the axes over which a norm is taken with { axis }.',
  });
}

/**
 * The norm of the unit to which each element belongs, in the shape of `x`: of the whole of a vector, of the columns of a
 * matrix `[in, out]`, of the filters of a convolution `[..., in, out]`; or along `axis`.
 * @throws InvalidArgument for more than 5 dimensions without `axis`
 */
export function unitwiseNorm(x: ArrayLike, options: { readonly axis?: Axis } = {}): NdArray {
  checkOptions('unitwiseNorm', options, { axis: 'axes?' });
  const value = asArray(x, 'unitwiseNorm');
  const axis = unitAxes(value, options.axis ?? null);
  return jnp.broadcastTo(jnp.sqrt(jnp.sum(absSq(value), { axis, keepdims: true })), value.shape);
}

/**
 * The gradient, scaled down where its unit's norm `gNorm` is not below `maxNorm`; all of one shape.
 * @throws ShapeMismatch
 */
export function unitwiseClip(
  gNorm: NdArray,
  maxNorm: NdArray,
  grad: NdArray,
  options: { readonly divEps?: ArrayLike } = {},
): NdArray {
  checkOptions('unitwiseClip', options, { divEps: 'array' });
  for (const [name, x] of Object.entries({ gNorm, maxNorm, grad })) checkArgument('unitwiseClip', name, x, NdArray);
  for (const [argument, x] of Object.entries({ maxNorm, grad })) {
    if (x.shape.join() === gNorm.shape.join()) continue;
    throw new ShapeMismatch({
      op: 'unitwiseClip',
      argument,
      expected: `gNorm has shape [${gNorm.shape.join(', ')}]`,
      actual: x.shape,
    });
  }
  const clipped = jnp.mul(grad, jnp.div(maxNorm, jnp.maximum(gNorm, options.divEps ?? 1e-6)));
  return jnp.where(jnp.less(gNorm, maxNorm), grad, clipped);
}

/** Options of `adaptiveGradClip`. */
export interface AdaptiveGradClipOptions {
  /** The norm of a unit's parameters is taken to be at least this. Default 1e-3. */
  readonly eps?: ArrayLike;
  /** The axes over which norms are taken; by the number of dimensions when null. */
  readonly axis?: Axis;
}

/**
 * Scales the gradient of each unit down so that its norm is at most `clipping` times that of the unit's parameters.
 * @throws MissingParams
 * @example
 * const tx = optax.adaptiveGradClip(0.1);
 * const w = jnp.array([[1, 2], [0, 1]]);
 * tx.update(jnp.array([[4, -1], [2, 0.5]]), tx.init(w), w)[0] // => [[0.0894427, -0.2], [0.0447214, 0.1]]
 */
export const adaptiveGradClip = (
  clipping: ArrayLike,
  options: AdaptiveGradClipOptions = {},
): GradientTransformation<NoState> => {
  const { axis, eps = 1e-3 } = checkOptions('adaptiveGradClip', options, adaptiveGradClipOptions);
  return stateless((updates, params) =>
    leafwise(
      (...[g, p]: [NdArray, NdArray]) => {
        const longest = jnp.mul(clipping, jnp.maximum(unitwiseNorm(p, { axis }), eps));
        return unitwiseClip(unitwiseNorm(g, { axis }), longest, g);
      },
      updates,
      required('adaptiveGradClip', params),
    ),
  );
};
