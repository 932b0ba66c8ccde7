/**
 * Sums of products. Source: jax.lax.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { range } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import type { DotDimensionNumbers } from '../primitive/index.js';
import * as primitive from '../primitive/index.js';
import { asArray } from './operand.js';

export type { DotDimensionNumbers };

/** How exact products of floats are on accelerators, by JAX's names. */
export const Precision = { DEFAULT: 'default', HIGH: 'high', HIGHEST: 'highest' } as const;
export type Precision = primitive.Precision;

export interface DotOptions {
  readonly precision?: Precision | null;
  /** The dtype of accumulation and result. */
  readonly preferredElementType?: DType | null;
}

/**
 * The sum of products over contracting axes, for each position of the batch axes.
 *
 * `dimensionNumbers`: `[[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]]`. The result has the batch axes, then the
 * free ones of `lhs`, then those of `rhs`.
 * @throws ShapeMismatch, AxisError or DTypeMismatch for operands that do not fit
 */
export function dotGeneral(
  lhs: ArrayLike,
  rhs: ArrayLike,
  dimensionNumbers: DotDimensionNumbers,
  options: DotOptions = {},
): NdArray {
  const { precision = null, preferredElementType = null } = options;
  return primitive.dotGeneral(asArray(lhs, 'dotGeneral', 'lhs'), asArray(rhs, 'dotGeneral', 'rhs'), {
    dimensionNumbers,
    precision,
    preferredElementType:
      preferredElementType && checkDType(preferredElementType, 'dotGeneral', 'preferredElementType'),
  });
}

/** The product of vectors and matrices; or `dotGeneral` when `dimensionNumbers` is given. */
export function dot(
  lhs: ArrayLike,
  rhs: ArrayLike,
  options: DotOptions & { readonly dimensionNumbers?: DotDimensionNumbers | null } = {},
): NdArray {
  const { dimensionNumbers = null, ...rest } = options;
  const [x, y] = [asArray(lhs, 'dot', 'lhs'), asArray(rhs, 'dot', 'rhs')];
  if (dimensionNumbers !== null) return dotGeneral(x, y, dimensionNumbers, rest);
  const fits = [1, 2].includes(x.ndim) && [1, 2].includes(y.ndim) && x.shape[x.ndim - 1] === y.shape[0];
  if (!fits) {
    throw new ShapeMismatch({
      op: 'dot',
      argument: 'rhs',
      expected: `vectors and matrices are needed, and lhs has shape [${x.shape.join(', ')}]`,
      actual: y.shape,
    });
  }
  return dotGeneral(
    x,
    y,
    [
      [[x.ndim - 1], [0]],
      [[], []],
    ],
    rest,
  );
}

/** Matrix products over leading batch axes, which must be equal. */
export function batchMatmul(lhs: ArrayLike, rhs: ArrayLike, options: DotOptions = {}): NdArray {
  const [x, y] = [asArray(lhs, 'batchMatmul', 'lhs'), asArray(rhs, 'batchMatmul', 'rhs')];
  const batch = range(Math.max(0, x.ndim - 2));
  return dotGeneral(
    x,
    y,
    [
      [[x.ndim - 1], [y.ndim - 2]],
      [batch, batch],
    ],
    options,
  );
}
