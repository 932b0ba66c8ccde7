/**
 * Products of numbers that come with scales for blocks of them along the summed axes, as formats of few bits do.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { range } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { type DotDimensionNumbers, dotGeneral } from './dot.js';
import { asArray, cast } from './operand.js';

/** Options of `scaledDot`. */
export interface ScaledDotOptions {
  /** A scale for each block of `lhs`: its shape, but for axes along which a block has several elements. */
  readonly lhsScale?: ArrayLike | null;
  readonly rhsScale?: ArrayLike | null;
  /** What is summed, and what are batches. Default the product of matrices. */
  readonly dimensionNumbers?: DotDimensionNumbers | null;
  /** Default bfloat16. */
  readonly preferredElementType?: DType | null;
}

/** Each scale repeated over its block. */
function scaled(x: NdArray, scale: ArrayLike | null | undefined, argument: string, dtype: DType): NdArray {
  const value = cast(x, dtype);
  if (scale === null || scale === undefined) return value;
  const given = cast(asArray(scale, 'scaledDot', argument), dtype);
  if (given.ndim !== x.ndim || x.shape.some((n, k) => given.shape[k] === 0 || n % given.shape[k] !== 0)) {
    const expected = `sizes must divide those of [${x.shape.join(', ')}]`;
    throw new ShapeMismatch({ op: 'scaledDot', argument, expected, actual: given.shape });
  }
  const blocks = x.shape.flatMap((n, k) => [given.shape[k], n / given.shape[k]]);
  const repeated = primitive.broadcastInDim(
    given,
    blocks,
    range(x.ndim).map((k) => 2 * k),
  );
  return primitive.mul(value, primitive.reshape(repeated, x.shape));
}

/**
 * `dotGeneral(lhs lhsScale, rhs rhsScale)`, computed in float32 (`jax.lax.scaled_dot`).
 * @throws ShapeMismatch when scales do not fit their operand
 */
export function scaledDot(lhs: ArrayLike, rhs: ArrayLike, options: ScaledDotOptions = {}): NdArray {
  const [x, y] = [asArray(lhs, 'scaledDot', 'lhs'), asArray(rhs, 'scaledDot', 'rhs')];
  const numbers = options.dimensionNumbers ?? [
    [[x.ndim - 1], [0]],
    [[], []],
  ];
  const dtype = checkDType(options.preferredElementType ?? 'bfloat16', 'scaledDot', 'preferredElementType');
  const wide: DType = dtype === 'float64' ? 'float64' : 'float32';
  const [p, q] = [scaled(x, options.lhsScale, 'lhsScale', wide), scaled(y, options.rhsScale, 'rhsScale', wide)];
  return cast(dotGeneral(p, q, numbers as DotDimensionNumbers), dtype);
}
