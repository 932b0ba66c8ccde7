/**
 * The shapes that convolutions and windows give, computed from shapes alone (`jax.lax`'s `..._shape_tuple` functions).
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes } from '../array/shape.js';
import * as primitive from '../primitive/index.js';
import { convGeneralPermutations, type Padding, padtypeToPads } from './convolution-axes.js';

const take = (shape: readonly number[], order: readonly number[]): number[] => order.map((axis) => shape[axis]);

/** Undoes a permutation: `inverse(order)` puts back what `take` picked. */
const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

/** The shape of a convolution of `[batch, features, ...space]` with `[outputs, features, ...space]`. */
export function convShapeTuple(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  strides: readonly number[],
  pads: Padding,
  options: { readonly batchGroupCount?: number } = {},
): number[] {
  checkArgument('convShapeTuple', 'lhsShape', lhsShape, 'integers');
  checkArgument('convShapeTuple', 'rhsShape', rhsShape, 'integers');
  checkArgument('convShapeTuple', 'strides', strides, 'integers');
  checkOptions('convShapeTuple', options, { batchGroupCount: 'integer' });
  const [space, kernel] = [lhsShape.slice(2), rhsShape.slice(2)];
  const padding = typeof pads === 'string' ? padtypeToPads(space, kernel, strides, pads) : pads;
  const sizes = space.map((n, k) =>
    primitive.windowCount(n, kernel[k], strides[k], [padding[k][0], padding[k][1]], 1, 1),
  );
  return [lhsShape[0] / (options.batchGroupCount ?? 1), rhsShape[0], ...sizes];
}

/** As `convShapeTuple`, for axes named by letters. */
export function convGeneralShapeTuple(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  dimensionNumbers: readonly [string, string, string],
): number[] {
  checkArgument('convGeneralShapeTuple', 'lhsShape', lhsShape, 'integers');
  checkArgument('convGeneralShapeTuple', 'rhsShape', rhsShape, 'integers');
  checkArgument('convGeneralShapeTuple', 'windowStrides', windowStrides, 'integers');
  checkArgument('convGeneralShapeTuple', 'dimensionNumbers', dimensionNumbers, 'list');
  const [lhs, rhs, out] = convGeneralPermutations(dimensionNumbers);
  return take(convShapeTuple(take(lhsShape, lhs), take(rhsShape, rhs), windowStrides, padding), inverse(out));
}

/** The shape of a transposed convolution; numbers of padding are those of the convolution that it transposes. */
export function convTransposeShapeTuple(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  dimensionNumbers: readonly [string, string, string],
): number[] {
  checkArgument('convTransposeShapeTuple', 'lhsShape', lhsShape, 'integers');
  checkArgument('convTransposeShapeTuple', 'rhsShape', rhsShape, 'integers');
  checkArgument('convTransposeShapeTuple', 'windowStrides', windowStrides, 'integers');
  checkArgument('convTransposeShapeTuple', 'dimensionNumbers', dimensionNumbers, 'list');
  const [lhs, rhs, out] = convGeneralPermutations(dimensionNumbers);
  const [x, kernel] = [take(lhsShape, lhs), take(rhsShape, rhs)];
  const space = x.slice(2).map((n, i) => {
    const [k, s] = [kernel[i + 2], windowStrides[i]];
    const total =
      padding === 'SAME' ? k + s - 2 : padding === 'VALID' ? k + s - 2 + Math.max(k - s, 0) : sum(padding[i]);
    return (n - 1) * s - k + 2 + total;
  });
  return take([x[0], kernel[0], ...space], inverse(out));
}

const sum = (pair: readonly [number, number] | string): number => Number(pair[0]) + Number(pair[1]);

/** The shape of a reduction over windows. */
export function reduceWindowShapeTuple(
  operandShape: readonly number[],
  windowDimensions: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  options: {
    readonly baseDilation?: readonly number[] | null;
    readonly windowDilation?: readonly number[] | null;
  } = {},
): number[] {
  checkArgument('reduceWindowShapeTuple', 'operandShape', operandShape, 'integers');
  checkArgument('reduceWindowShapeTuple', 'windowDimensions', windowDimensions, 'integers');
  checkArgument('reduceWindowShapeTuple', 'windowStrides', windowStrides, 'integers');
  checkOptions('reduceWindowShapeTuple', options, { baseDilation: 'integers?', windowDilation: 'integers?' });
  const axes = canonicalAxes(null, operandShape.length, 'reduceWindowShapeTuple');
  const base = options.baseDilation ?? axes.map(() => 1);
  const dilation = options.windowDilation ?? axes.map(() => 1);
  const pads =
    typeof padding === 'string'
      ? padtypeToPads(
          axes.map((k) => primitive.dilated(operandShape[k], base[k])),
          axes.map((k) => primitive.dilated(windowDimensions[k], dilation[k])),
          windowStrides,
          padding,
        )
      : padding;
  return axes.map((k) =>
    primitive.windowCount(
      operandShape[k],
      windowDimensions[k],
      windowStrides[k],
      [pads[k][0], pads[k][1]],
      base[k],
      dilation[k],
    ),
  );
}
