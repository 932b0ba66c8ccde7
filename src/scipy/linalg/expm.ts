/**
 * The exponential of matrices: scaled down, approximated by a quotient of polynomials, and squared up again.
 *
 * Source: Higham, "The scaling and squaring method for the matrix exponential revisited" (2005), with the polynomial of
 * degree 13 (7 in single precision) for all matrices; jax.scipy.linalg.expm.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { realDType } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import { asSquare, identity, product } from '../../lax/linalg/matrix.js';
import { inexactArray } from '../../numpy/promote.js';
import { solve } from '../../numpy/systems.js';
import * as primitive from '../../primitive/index.js';
import { expmOptions } from './options.js';

const { add, like, mul, sub } = primitive;

const PADE_7 = [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1];
const PADE_13 = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];

/** The norm up to which a polynomial is as exact as the dtype. */
const LIMITS = { single: 3.92572478313866, double: 5.371920351148152 };

export interface ExpmOptions {
  /** Whether matrices are upper triangular; not needed here. Default false. */
  readonly upperTriangular?: boolean;
  /** The result is NaN where more squarings would be needed. Default 16. */
  readonly maxSquarings?: number;
}

/** `sum b[k] A^k` over even and over odd `k`. */
function halves(a: NdArray, b: readonly number[]): { even: NdArray; odd: NdArray } {
  const square = product(a, a);
  const times = (x: NdArray, c: number): NdArray => mul(x, like(x, c));
  let power = identity(a.shape.slice(0, -2), a.shape[a.ndim - 1], a.dtype);
  let [even, odd] = [times(power, b[0]), times(power, b[1])];
  for (let k = 2; k < b.length; k += 2) {
    power = product(power, square);
    even = add(even, times(power, b[k]));
    odd = add(odd, times(power, b[k + 1]));
  }
  return { even, odd: product(a, odd) };
}

/** The exponential of square matrices. */
export function expm(A: ArrayLike, options: ExpmOptions = {}): NdArray {
  checkOptions('expm', options, expmOptions);
  const { maxSquarings = 16 } = options;
  const a = asSquare(inexactArray('expm', A), 'expm', 'A');
  const isDouble = realDType(a.dtype) === 'float64';
  const columnSums = primitive.reduceSum(primitive.abs(a), [a.ndim - 2]);
  const norm = primitive.stopGradient(primitive.reduceMax(columnSums, [columnSums.ndim - 1]));
  const wide = (x: NdArray): NdArray => primitive.broadcastInDim(x, a.shape, [...x.shape.keys()]);
  const limit = like(norm, isDouble ? LIMITS.double : LIMITS.single);
  const wanted = primitive.ceil(mul(primitive.log(primitive.div(norm, limit)), like(norm, Math.LOG2E)));
  const squarings = primitive.max(wanted, primitive.full(wanted.aval, 0));
  const scaled = mul(a, primitive.convertElementType(wide(primitive.exp2(primitive.neg(squarings))), a.dtype));
  const { even, odd } = halves(scaled, isDouble ? PADE_13 : PADE_7);
  let result = solve(sub(even, odd), add(even, odd));
  for (let k = 0; k < maxSquarings; k++) {
    const more = wide(primitive.gt(squarings, like(squarings, k)));
    result = primitive.select(more, product(result, result), result);
  }
  const tooMany = wide(primitive.gt(squarings, like(squarings, maxSquarings)));
  return primitive.select(tooMany, primitive.full(result.aval, Number.NaN), result);
}
