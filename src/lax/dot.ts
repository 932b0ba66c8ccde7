/**
 * Sums of products: contractions of two arrays over some axes, and matrix products among groups of rows.
 *
 * Source: jax.lax.dot, dot_general, ragged_dot.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { alike, asArray, asIndices, cast } from './operand.js';
import { batchMatmulOptions, dotOptions, generalDotOptions, raggedDotOptions } from './options.js';
import { canonicalPrecision, type PrecisionLike } from './precision.js';

/** Options of `dotGeneral`. */
export interface DotOptions {
  /** How exactly products are computed. Default the engine's choice. */
  readonly precision?: PrecisionLike;
  /** The dtype of the sum and the result; that of the operands when null. */
  readonly preferredElementType?: DType | null;
}

/** Axes `[[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]]`. */
export type DotDimensionNumbers = primitive.DotDimensionNumbers;

/**
 * The sum of products over the contracting axes; batch axes are paired. The result has the batch axes, then what is left
 * of `lhs`, then of `rhs`. Axes may be negative.
 * @throws ShapeMismatch, DTypeMismatch or AxisError when the operands do not fit
 */
export function dotGeneral(
  lhs: ArrayLike,
  rhs: ArrayLike,
  dimensionNumbers: DotDimensionNumbers,
  options: DotOptions = {},
): NdArray {
  checkArgument('dotGeneral', 'dimensionNumbers', dimensionNumbers, 'list');
  checkOptions('dotGeneral', options, dotOptions);
  const [x, y] = alike([asArray(lhs, 'dotGeneral', 'lhs'), asArray(rhs, 'dotGeneral', 'rhs')], 'dotGeneral');
  for (const pair of dimensionNumbers) {
    checkArgument('dotGeneral', 'dimensionNumbers', pair, 'list');
    for (const axes of pair) checkArgument('dotGeneral', 'dimensionNumbers', axes, 'integers');
  }
  const [[lc = [], rc = []], [lb = [], rb = []] = [[], []]] = dimensionNumbers;
  const place = (axes: readonly number[], ndim: number): number[] =>
    axes.map((axis) => canonicalAxis(axis, ndim, 'dotGeneral', 'dimensionNumbers'));
  const preferred = options.preferredElementType ?? null;
  return primitive.dotGeneral(x, y, {
    dimensionNumbers: [
      [place(lc, x.ndim), place(rc, y.ndim)],
      [place(lb, x.ndim), place(rb, y.ndim)],
    ],
    precision: canonicalPrecision(options.precision, 'dotGeneral'),
    preferredElementType: preferred === null ? null : checkDType(preferred, 'dotGeneral', 'preferredElementType'),
  });
}

/** Options of `dot`. */
export interface GeneralDotOptions extends DotOptions {
  /** Which axes are contracted and paired; the last of `lhs` with the first of `rhs` when null. */
  readonly dimensionNumbers?: DotDimensionNumbers | null;
}

/**
 * The product of vectors and matrices, or any contraction when `dimensionNumbers` are given.
 * @throws ShapeMismatch for arrays of more than two axes without dimension numbers
 */
export function dot(lhs: ArrayLike, rhs: ArrayLike, options: GeneralDotOptions = {}): NdArray {
  checkOptions('dot', options, generalDotOptions);
  if (options.dimensionNumbers) return dotGeneral(lhs, rhs, options.dimensionNumbers, options);
  const [x, y] = [asArray(lhs, 'dot', 'lhs'), asArray(rhs, 'dot', 'rhs')];
  const isVectorOrMatrix = (z: NdArray): boolean => z.ndim === 1 || z.ndim === 2;
  if (!isVectorOrMatrix(x) || !isVectorOrMatrix(y) || x.shape[x.ndim - 1] !== y.shape[0]) {
    throw new ShapeMismatch({
      op: 'dot',
      argument: 'rhs',
      expected: `it must be a vector or matrix with as many rows as lhs, [${x.shape.join(', ')}], has columns`,
      actual: y.shape,
    });
  }
  const numbers: DotDimensionNumbers = [
    [[x.ndim - 1], [0]],
    [[], []],
  ];
  return dotGeneral(x, y, numbers, options);
}

/** Options of `batchMatmul`. */
export interface BatchMatmulOptions {
  readonly precision?: PrecisionLike;
}

/** Products of matrices, of which both arguments have the same number of leading axes: `[..., m, k]`, `[..., k, n]`. */
export function batchMatmul(lhs: ArrayLike, rhs: ArrayLike, options: BatchMatmulOptions = {}): NdArray {
  checkOptions('batchMatmul', options, batchMatmulOptions);
  const [x, y] = [asArray(lhs, 'batchMatmul', 'lhs'), asArray(rhs, 'batchMatmul', 'rhs')];
  if (x.ndim < 2 || x.ndim !== y.ndim) {
    const expected = `lhs has shape [${x.shape.join(', ')}], and both need the same number of axes, at least two`;
    throw new ShapeMismatch({ op: 'batchMatmul', argument: 'rhs', expected, actual: y.shape });
  }
  const batch = x.shape.slice(0, -2).map((_, axis) => axis);
  const numbers: DotDimensionNumbers = [
    [[x.ndim - 1], [x.ndim - 2]],
    [batch, batch],
  ];
  return dotGeneral(x, y, numbers, options);
}

/** Options of `raggedDot`. */
export interface RaggedDotOptions extends DotOptions {
  /** The number of the first group, where `rhs` holds only some of them. Default 0. */
  readonly groupOffset?: ArrayLike | null;
}

/**
 * Rows of `lhs` (`[m, k]`), in consecutive groups of sizes `groupSizes` (`[g]`), times the matrix of their group in `rhs`
 * (`[g, k, n]`): `[m, n]`. Rows after the last group give zeros. Source: jax.lax.ragged_dot.
 * @throws ShapeMismatch when the shapes do not fit together
 */
export function raggedDot(
  lhs: ArrayLike,
  rhs: ArrayLike,
  groupSizes: ArrayLike,
  options: RaggedDotOptions = {},
): NdArray {
  checkOptions('raggedDot', options, raggedDotOptions);
  const x = asArray(lhs, 'raggedDot', 'lhs');
  const y = asArray(rhs, 'raggedDot', 'rhs');
  const sizes = asIndices(groupSizes, 'raggedDot', 'groupSizes');
  if (x.ndim !== 2 || y.ndim !== 3 || sizes.ndim !== 1) {
    const expected = `shapes [m, k], [g, k, n] and [g] are needed; rhs and groupSizes have [${y.shape.join(', ')}] and [${sizes.shape.join(', ')}]`;
    throw new ShapeMismatch({ op: 'raggedDot', argument: 'lhs', expected, actual: x.shape });
  }
  const [groups, rows] = [y.shape[0], x.shape[0]];
  const ends = primitive.cumsum(sizes, 0);
  const starts = primitive.sub(ends, sizes);
  const offset = asIndices(options.groupOffset ?? 0, 'raggedDot', 'groupOffset');
  const own = (bounds: NdArray): NdArray =>
    groups === sizes.shape[0] ? bounds : primitive.dynamicSlice(bounds, [primitive.reshape(offset, [])], [groups]);
  const shape = [groups, rows];
  const row = primitive.iota(sizes.dtype, shape, 1);
  const inside = primitive.and(
    primitive.ge(row, primitive.broadcastInDim(own(starts), shape, [0])),
    primitive.lt(row, primitive.broadcastInDim(own(ends), shape, [0])),
  );
  const mask = cast(primitive.broadcastInDim(inside, [groups, ...x.shape], [0, 1]), x.dtype);
  const masked = primitive.mul(primitive.broadcastInDim(x, mask.shape, [1, 2]), mask);
  // Each row is in one group, so that summing over groups chooses its product.
  const numbers: DotDimensionNumbers = [
    [
      [0, 2],
      [0, 1],
    ],
    [[], []],
  ];
  return dotGeneral(masked, y, numbers, options);
}
