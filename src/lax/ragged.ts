/**
 * Products of matrices in groups of unlike sizes, in any layout (`jax.lax.ragged_dot_general`).
 *
 * One axis of `lhs` is cut into consecutive groups. Where it stays in the result, each group has its own `rhs`; where it is
 * summed, the result has a matrix for each group; where it is a batch axis, groups change nothing.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { type DotDimensionNumbers, type DotOptions, dotGeneral } from './dot.js';
import { asArray, asIndices, cast } from './operand.js';

/** Which axes are summed, are batches, are cut into groups, and count groups. */
export class RaggedDotDimensionNumbers {
  constructor(
    readonly dotDimensionNumbers: DotDimensionNumbers,
    /** The axis of `lhs` that is cut into groups: one. */
    readonly lhsRaggedDimensions: readonly number[],
    /** The axis of `rhs` that counts groups, where each has its own. */
    readonly rhsGroupDimensions: readonly number[],
  ) {}
}

/** `lhs` once for each group `[g, ...lhs]`, zeros outside of the group. */
function masked(x: NdArray, sizes: NdArray, axis: number): NdArray {
  const groups = sizes.shape[0];
  const ends = primitive.cumsum(sizes, 0);
  const starts = primitive.sub(ends, sizes);
  const shape = [groups, x.shape[axis]];
  const row = primitive.iota(sizes.dtype, shape, 1);
  const inside = primitive.and(
    primitive.ge(row, primitive.broadcastInDim(starts, shape, [0])),
    primitive.lt(row, primitive.broadcastInDim(ends, shape, [0])),
  );
  const whole = [groups, ...x.shape];
  const mask = cast(primitive.broadcastInDim(inside, whole, [0, axis + 1]), x.dtype);
  const axes = range(x.ndim).map((k) => k + 1);
  return primitive.mul(primitive.broadcastInDim(x, whole, axes), mask);
}

/**
 * The product of `lhs` and `rhs` in groups of sizes `groupSizes: [g]`.
 * @throws InvalidArgument, ShapeMismatch when numbers and shapes do not fit together
 */
export function raggedDotGeneral(
  lhs: ArrayLike,
  rhs: ArrayLike,
  groupSizes: ArrayLike,
  raggedDotDimensionNumbers: RaggedDotDimensionNumbers,
  options: DotOptions & { readonly groupOffset?: null } = {},
): NdArray {
  const op = 'raggedDotGeneral';
  const [x, y] = [asArray(lhs, op, 'lhs'), asArray(rhs, op, 'rhs')];
  const sizes = asIndices(groupSizes, op, 'groupSizes');
  const { dotDimensionNumbers: numbers, lhsRaggedDimensions, rhsGroupDimensions } = raggedDotDimensionNumbers;
  const [[sumX, sumY], [batchX, batchY]] = numbers;
  if (lhsRaggedDimensions.length !== 1) {
    const actual = `${lhsRaggedDimensions.length}`;
    throw new InvalidArgument({ op, argument: 'lhsRaggedDimensions', expected: 'one axis', actual });
  }
  const [axis] = lhsRaggedDimensions;
  const { groupOffset: _, ...rest } = options;
  if (batchX.includes(axis)) return dotGeneral(x, y, numbers, rest);
  if (sizes.ndim !== 1) {
    throw new ShapeMismatch({ op, argument: 'groupSizes', expected: 'a vector is needed', actual: sizes.shape });
  }
  const isSummed = sumX.includes(axis);
  if (rhsGroupDimensions.length !== (isSummed ? 0 : 1)) {
    const expected = isSummed ? 'no axis, since the groups are summed' : 'one axis';
    throw new InvalidArgument({ op, argument: 'rhsGroupDimensions', expected, actual: `${rhsGroupDimensions.length}` });
  }
  const groups = masked(x, sizes, axis);
  const shifted = (axes: readonly number[]): number[] => axes.map((k) => k + 1);
  if (!isSummed) {
    // Each element is in one group, so that summing over groups chooses its product.
    const all: DotDimensionNumbers = [
      [
        [0, ...shifted(sumX)],
        [rhsGroupDimensions[0], ...sumY],
      ],
      [shifted(batchX), batchY],
    ];
    return dotGeneral(groups, y, all, rest);
  }
  const out = dotGeneral(
    groups,
    y,
    [
      [shifted(sumX), sumY],
      [shifted(batchX), batchY],
    ],
    rest,
  );
  return primitive.moveAxis(out, batchX.length, 0);
}
