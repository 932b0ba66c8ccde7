/**
 * Systems whose matrix has three diagonals, by elimination forwards and substitution backwards (Thomas).
 *
 * Source: jax.lax.linalg.tridiagonal_solve.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { ShapeMismatch } from '../../error/error.js';
import * as primitive from '../../primitive/index.js';
import { asArray } from '../operand.js';
import { scan } from '../scan.js';
import { asMatrices, overBatch } from './matrix.js';

const { add, div, mul, sub } = primitive;

export interface TridiagonalSolveOptions {
  /** JAX's option for engines that do so; there is none here. */
  readonly perturbSingular?: false;
}

/**
 * The solution `X` of `A X = b`, where `A` has the diagonals `dl` (below, its first element is not read), `d` and `du`
 * (above, its last element is not read), each `[..., m]`; `b` is `[..., m, n]`.
 * @throws ShapeMismatch when they do not fit together
 */
export function tridiagonalSolve(
  dl: ArrayLike,
  d: ArrayLike,
  du: ArrayLike,
  b: ArrayLike,
  options: TridiagonalSolveOptions = {},
): NdArray {
  checkOptions('tridiagonalSolve', options, { perturbSingular: 'any' });
  const op = 'tridiagonalSolve';
  const [lower, main, upper] = [asArray(dl, op, 'dl'), asArray(d, op, 'd'), asArray(du, op, 'du')];
  const right = asMatrices(b, op, 'b');
  for (const [argument, x] of [
    ['dl', lower],
    ['du', upper],
  ] as const) {
    if (`${x.shape}` !== `${main.shape}`) {
      throw new ShapeMismatch({ op, argument, expected: `d has shape [${main.shape.join(', ')}]`, actual: x.shape });
    }
  }
  if (`${right.shape.slice(0, -1)}` !== `${main.shape}`) {
    const expected = `d has shape [${main.shape.join(', ')}]`;
    throw new ShapeMismatch({ op, argument: 'b', expected, actual: right.shape });
  }
  return overBatch(main.ndim - 1, (l, m, u, r) => [solveOne(l, m, u, r)] as const)(lower, main, upper, right)[0];
}

type Row = readonly [coefficient: NdArray, right: NdArray];

function solveOne(dl: NdArray, d: NdArray, du: NdArray, b: NdArray): NdArray {
  if (d.shape[0] === 0) return b;
  const start = primitive.full(d.aval.withShape([]), 0);
  const none = primitive.full(b.aval.withShape([b.shape[1]]), 0);
  // Row i becomes x[i] + c x[i + 1] = r.
  const forward = (
    [c, r]: Row,
    [l, m, u, right]: readonly [NdArray, NdArray, NdArray, NdArray],
  ): readonly [Row, Row] => {
    const pivot = sub(m, mul(l, c));
    const row: Row = [div(u, pivot), div(sub(right, mul(l, r)), pivot)];
    return [row, row];
  };
  const first = primitive.eq(primitive.iota('int32', d.shape), primitive.full(d.aval.withDType('int32'), 0));
  const below = primitive.select(first, primitive.full(d.aval, 0), dl);
  const [, eliminated] = scan(forward, [start, none] as const, { xs: [below, d, du, b] as const });
  const last = primitive.eq(
    primitive.iota('int32', d.shape),
    primitive.full(d.aval.withDType('int32'), d.shape[0] - 1),
  );
  const above = primitive.select(last, primitive.full(d.aval, 0), eliminated[0]);
  const backward = (next: NdArray, [c, r]: Row): readonly [NdArray, NdArray] => {
    const x = add(r, primitive.neg(mul(c, next)));
    return [x, x];
  };
  const [, x] = scan(backward, none, { xs: [above, eliminated[1]] as const, reverse: true });
  return x;
}
