/**
 * Products of batches of matrices with scales for blocks of numbers (`jax.nn.scaled_matmul`).
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { ShapeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import { scaledDot } from '../lax/scaled-dot.js';

/**
 * `lhs: [b, m, k]` times `rhs: [b, n, k]`, summed over `k`: `[b, m, n]`. Scales have the shapes of their operands, but for
 * the last axis: one for each block along it.
 * @throws ShapeMismatch when they do not fit together
 */
export function scaledMatmul(
  lhs: ArrayLike,
  rhs: ArrayLike,
  lhsScales: ArrayLike,
  rhsScales: ArrayLike,
  options: { readonly preferredElementType?: DType } = {},
): NdArray {
  const op = 'scaledMatmul';
  const names = ['lhs', 'rhs', 'lhsScales', 'rhsScales'];
  const arrays = [lhs, rhs, lhsScales, rhsScales].map((x, i) => asArray(x, op, names[i]));
  const [a, b, p, q] = arrays;
  arrays.forEach((x, i) => {
    if (x.ndim !== 3)
      throw new ShapeMismatch({ op, argument: names[i], expected: 'three axes are needed', actual: x.shape });
  });
  const fits = (argument: string, x: NdArray, like: NdArray, axes: readonly number[]): void => {
    if (axes.every((k) => x.shape[k] === like.shape[k])) return;
    const expected = `sizes [${axes.map((k) => like.shape[k]).join(', ')}] are needed in axes ${axes.join(', ')}`;
    throw new ShapeMismatch({ op, argument, expected, actual: x.shape });
  };
  fits('rhs', b, a, [0, 2]);
  fits('lhsScales', p, a, [0, 1]);
  fits('rhsScales', q, b, [0, 1]);
  fits('rhsScales', q, p, [0, 2]);
  return scaledDot(a, b, {
    lhsScale: p,
    rhsScale: q,
    dimensionNumbers: [
      [[2], [2]],
      [[0], [0]],
    ],
    preferredElementType: options.preferredElementType ?? 'float32',
  });
}
