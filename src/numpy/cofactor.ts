/**
 * The determinant by elimination, with a derivative that is right for singular matrices too.
 *
 * `d det(A) = tr(adj(A) dA)`, where the adjugate exists though the inverse does not: the last pivot, which alone may vanish
 * at rank n - 1, is replaced by what makes the two triangular solves give the product with the adjugate. At lower rank the
 * derivative is 0. Source: jax.numpy.linalg (`_cofactor_solve`).
 */
import type { NdArray } from '../array/array.js';
import { isComplex } from '../array/dtype.js';
import * as linalg from '../lax/linalg/index.js';
import { diagonal, rows } from '../lax/linalg/matrix.js';
import { cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { type CustomJvp, customJvp } from '../transform/custom-jvp.js';

const { and, eq, like, mul, or, select, sub } = primitive;

/** The sign of each permutation of pivots: -1 for an odd number of exchanges. */
export function parity(pivots: NdArray): NdArray {
  const last = pivots.ndim - 1;
  const moved = primitive.ne(pivots, primitive.iota(pivots.dtype, pivots.shape, last));
  const count = primitive.reduceSum(cast(moved, 'int32'), [last]);
  return sub(like(count, 1), mul(like(count, 2), and(count, like(count, 1))));
}

const filled = (x: NdArray, value: number): NdArray => primitive.full(x.aval, value);
/** Numbers `[...]` as factors of everything in `x: [..., m, k]`. */
const wide = (numbers: NdArray, x: NdArray): NdArray =>
  primitive.broadcastInDim(numbers, x.shape, [...numbers.shape.keys()]);
const isUnusable = (x: NdArray): NdArray => {
  const size = isComplex(x.dtype) ? primitive.abs(x) : x;
  return or(primitive.ne(size, size), eq(primitive.abs(size), filled(primitive.abs(size), Number.POSITIVE_INFINITY)));
};

/** Signed products of the first 1, 2, ... pivots: `[..., n]`, the last of which is the determinant. */
function partials(lu: NdArray, pivots: NdArray): NdArray {
  const d = diagonal(lu);
  const sign = cast(parity(pivots), lu.dtype);
  return mul(primitive.cumprod(d, d.ndim - 1, false), primitive.broadcastInDim(sign, d.shape, [...sign.shape.keys()]));
}

const pick = (x: NdArray, k: number): NdArray =>
  primitive.squeeze(primitive.sliceInDim(x, k, k + 1, 1, x.ndim - 1), [x.ndim - 1]);

/** `adj(A) B` for `a: [..., n, n]`, `n >= 2`. */
function adjugateProduct(a: NdArray, b: NdArray): NdArray {
  const n = a.shape[a.ndim - 1];
  const [factors, pivots, permutation] = linalg.lu(a);
  const products = partials(factors, pivots);
  const corner = primitive.integerPow(pick(products, n - 2), -1);
  const place = (axis: number): NdArray => primitive.iota('int32', factors.shape, factors.ndim - axis);
  const isCorner = and(eq(place(1), filled(place(1), n - 1)), eq(place(2), filled(place(2), n - 1)));
  const lu = select(isCorner, wide(corner, factors), factors);
  const solve = (x: NdArray, lower: boolean): NdArray =>
    linalg.triangularSolve(lu, x, { leftSide: true, lower, unitDiagonal: lower });
  const probe = solve(primitive.full(a.aval.withShape([...a.shape.slice(0, -1), 1]), 1), false);
  const isLow = primitive.reduceOr(isUnusable(probe), [probe.ndim - 2, probe.ndim - 1]);
  const nothing = wide(isLow, b);
  const order = primitive.broadcastInDim(permutation, b.shape, [...permutation.shape.keys()]);
  const permuted = primitive.takeAlong(select(nothing, filled(b, 0), b), order, b.ndim - 2);
  const half = solve(permuted, true);
  const upper = rows(half, 0, n - 1);
  const scaled = mul(upper, wide(pick(products, n - 1), upper));
  const whole = primitive.concatenate([scaled, rows(half, n - 1, n)], half.ndim - 2);
  return select(nothing, filled(b, 0), solve(whole, false));
}

type Unary = CustomJvp<[a: NdArray], NdArray>;

/** The determinant of matrices `[..., n, n]`, `n >= 2`. */
export const determinant: Unary = customJvp((a: NdArray): NdArray => {
  const [lu, pivots] = linalg.lu(a);
  return pick(partials(lu, pivots), a.shape[a.ndim - 1] - 1);
}).defjvp(([a]: readonly NdArray[], [da]: readonly NdArray[]) => {
  const product = diagonal(adjugateProduct(a, da));
  return [determinant(a) as NdArray, primitive.reduceSum(product, [product.ndim - 1])];
});
