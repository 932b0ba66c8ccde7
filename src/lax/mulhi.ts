/**
 * The upper half of a product of integers, which does not fit into their dtype.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { type DType, isInteger, layoutOf } from '../array/dtype.js';
import { DTypeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { alike } from './operand.js';

const { add, and, mul, select, shiftLeft, shiftRightLogical, sub } = primitive;

/** Of unsigned numbers, from the four products of their halves. */
function upperHalf(x: NdArray, y: NdArray): NdArray {
  const half = 4 * layoutOf(x.dtype).bytes;
  const place = primitive.full(x.aval, half);
  const one = primitive.full(x.aval, 1);
  const mask = sub(shiftLeft(one, place), one);
  const [x1, x0, y1, y0] = [shiftRightLogical(x, place), and(x, mask), shiftRightLogical(y, place), and(y, mask)];
  const low = shiftRightLogical(mul(x0, y0), place);
  const [middle, other] = [mul(x1, y0), mul(x0, y1)];
  const carried = add(add(low, and(middle, mask)), and(other, mask));
  const upper = add(shiftRightLogical(middle, place), shiftRightLogical(other, place));
  return add(add(mul(x1, y1), upper), shiftRightLogical(carried, place));
}

/**
 * The N upper bits of the product of N-bit integers, whose other bits `mul` gives.
 * @throws DTypeMismatch for other numbers than integers
 */
export function mulhi(x: ArrayLike, y: ArrayLike): NdArray {
  const operands = alike([x, y], 'mulhi');
  const { dtype } = operands[0];
  if (!isInteger(dtype)) {
    throw new DTypeMismatch({ op: 'mulhi', argument: 'x', expected: 'integers', actual: dtype });
  }
  const shape = operands.find((z) => z.ndim > 0)?.shape ?? [];
  const [a, b] = operands.map((z) => (z.ndim === 0 ? primitive.broadcastInDim(z, shape, []) : z));
  if (layoutOf(dtype).kind === 'uint') return upperHalf(a, b);
  const unsigned = `u${dtype}` as DType;
  const bits = (z: NdArray): NdArray => primitive.bitcastConvertType(z, unsigned);
  const high = primitive.bitcastConvertType(upperHalf(bits(a), bits(b)), dtype);
  // A negative number's bits stand for 2^N more than it is.
  const excess = (p: NdArray, q: NdArray): NdArray => {
    const zero = primitive.full(p.aval, 0);
    return select(primitive.lt(p, zero), q, zero);
  };
  return sub(sub(high, excess(a, b)), excess(b, a));
}
