/**
 * Singular values and left singular vectors by one-sided Jacobi rotations.
 *
 * Columns are paired and each pair is rotated until it is orthogonal; after every pair has met several times, all columns
 * are orthogonal, their lengths are the singular values and their directions the left singular vectors. The pairs of one
 * round are disjoint, so a round is a few operations on whole halves of the matrix; between rounds columns move on as
 * players of a tournament do.
 *
 * Source: Hestenes, "Inversion of Matrices by Biorthogonalization and Related Results", 1958; Brent, Luk, "The Solution of
 * Singular-Value and Symmetric Eigenvalue Problems on Multiprocessor Arrays", 1985.
 */
import type { NdArray } from '../../array/array.js';
import { foriLoop } from '../../lax/while-loop.js';
import * as jnp from '../arithmetic.js';

/** How often every pair of columns meets; convergence is quadratic, and float32 is exhausted after six or seven. */
const SWEEPS = 10;

const columns = (x: NdArray, from: number, to: number): NdArray => jnp.split(x, [from, to], { axis: 1 })[1];

/** Each column of `left` made orthogonal to the one beside it in `right`. */
function rotate(left: NdArray, right: NdArray): [NdArray, NdArray] {
  const lengths = (x: NdArray, y: NdArray): NdArray => jnp.sum(jnp.mul(x, y), { axis: 0, keepdims: true });
  const gamma = lengths(left, right);
  const isOrthogonal = jnp.equal(gamma, 0);
  const safe = jnp.where(isOrthogonal, 1, gamma);
  const zeta = jnp.div(jnp.sub(lengths(right, right), lengths(left, left)), jnp.mul(2, safe));
  const sign = jnp.where(jnp.less(zeta, 0), -1, 1);
  const tangent = jnp.div(sign, jnp.add(jnp.abs(zeta), jnp.sqrt(jnp.add(1, jnp.square(zeta)))));
  const t = jnp.where(isOrthogonal, 0, tangent);
  const c = jnp.rsqrt(jnp.add(1, jnp.square(t)));
  const s = jnp.mul(c, t);
  return [jnp.sub(jnp.mul(c, left), jnp.mul(s, right)), jnp.add(jnp.mul(s, left), jnp.mul(c, right))];
}

/** `A V` with orthogonal columns, for `A`: `[m, n]` in float32 or wider. Their order is that of the tournament. */
function orthogonalColumns(matrix: NdArray): NdArray {
  const [m, n] = matrix.shape;
  const half = Math.ceil(n / 2);
  if (n < 2) return matrix;
  const even =
    n % 2 === 0 ? matrix : jnp.concatenate([matrix, jnp.zeros([m, 1], { dtype: matrix.dtype })], { axis: 1 });
  const round = (_: NdArray, halves: readonly [NdArray, NdArray]): readonly [NdArray, NdArray] => {
    const [left, right] = rotate(...halves);
    if (half === 1) return [left, right];
    // The first column stays; the others go round.
    return [
      jnp.concatenate([columns(left, 0, 1), columns(right, 0, 1), columns(left, 1, half - 1)], { axis: 1 }),
      jnp.concatenate([columns(right, 1, half), columns(left, half - 1, half)], { axis: 1 }),
    ];
  };
  const start = [columns(even, 0, half), columns(even, half, 2 * half)] as const;
  const [left, right] = foriLoop(0, SWEEPS * (2 * half - 1), round, start) as unknown as readonly NdArray[];
  return jnp.concatenate([left, right], { axis: 1 });
}

/** The `rank` left singular vectors of the largest singular values, as columns: `[m, n]` to `[m, rank]`. Signs are arbitrary. */
export function leadingLeftSingularVectors(matrix: NdArray, rank: number): NdArray {
  const x = orthogonalColumns(matrix);
  const lengths = jnp.sqrt(jnp.sum(jnp.square(x), { axis: 0 }));
  const order = jnp.argsort(jnp.neg(lengths));
  const unit = jnp.div(x, jnp.where(jnp.greater(lengths, 0), lengths, 1));
  return columns(jnp.take(unit, order, { axis: 1 }), 0, rank);
}

/** The largest singular value of a real matrix. */
export function spectralNorm(matrix: NdArray): NdArray {
  const [m, n] = matrix.shape;
  const x = orthogonalColumns(n <= m ? matrix : jnp.transpose(matrix));
  return jnp.sqrt(jnp.max(jnp.sum(jnp.square(x), { axis: 0 })));
}
