/**
 * The reference values of the factorizations: textbook loops on complex float64 numbers.
 */
import * as complex from '../array/complex.js';
import { isComplex } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readComplex } from '../array/numeric.js';
import type { TriangularSolveParams } from './linalg.js';

type Parts = { readonly re: Float64Array; readonly im: Float64Array };

const write = (like: HostData, { re, im }: Parts): HostData =>
  isComplex(like.dtype) ? fromComplex(like.dtype, like.shape, re, im) : fromNumbers(like.dtype, like.shape, re);

/** Column by column (Cholesky-Banachiewicz); a whole matrix becomes NaN when a pivot is not positive. */
export function evaluateCholesky(x: HostData): HostData {
  const n = x.shape[x.shape.length - 1];
  const a = readComplex(x);
  const out: Parts = { re: new Float64Array(a.re.length), im: new Float64Array(a.re.length) };
  for (let start = 0; start < a.re.length; start += n * n) {
    const at = (i: number, j: number): number => start + i * n + j;
    let definite = true;
    for (let j = 0; j < n && definite; j++) {
      let pivot = a.re[at(j, j)];
      for (let k = 0; k < j; k++) pivot -= out.re[at(j, k)] ** 2 + out.im[at(j, k)] ** 2;
      definite = pivot > 0;
      const root = Math.sqrt(pivot);
      out.re[at(j, j)] = root;
      for (let i = j + 1; i < n; i++) {
        let [re, im] = [a.re[at(i, j)], a.im[at(i, j)]];
        for (let k = 0; k < j; k++) {
          const [p, q] = [at(i, k), at(j, k)];
          re -= out.re[p] * out.re[q] + out.im[p] * out.im[q];
          im -= out.im[p] * out.re[q] - out.re[p] * out.im[q];
        }
        out.re[at(i, j)] = re / root;
        out.im[at(i, j)] = im / root;
      }
    }
    if (definite) continue;
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out.re[at(i, j)] = Number.NaN;
  }
  return write(x, out);
}

/** Substitution, forwards or backwards, one right-hand side after the other. */
export function evaluateTriangularSolve(a: HostData, b: HostData, params: TriangularSolveParams): HostData {
  const { leftSide, lower, transposeA, conjugateA, unitDiagonal } = params;
  const n = a.shape[a.shape.length - 1];
  const [rows, columns] = b.shape.slice(-2);
  const sides = leftSide ? columns : rows;
  const matrix = readComplex(a);
  const x = readComplex(b);
  const batches = rows * columns === 0 ? 0 : x.re.length / (rows * columns);
  // X A = B is A^T X^T = B^T: transposed once more, and the right-hand sides are the rows.
  const transposed = transposeA === leftSide;
  const forward = lower !== transposed;
  for (let batch = 0; batch < batches; batch++) {
    const element = (i: number, j: number): complex.Complex => {
      const p = batch * n * n + (transposed ? j * n + i : i * n + j);
      return [matrix.re[p], conjugateA ? -matrix.im[p] : matrix.im[p]];
    };
    for (let side = 0; side < sides; side++) {
      const place = (i: number): number => batch * n * sides + (leftSide ? i * columns + side : side * columns + i);
      for (let step = 0; step < n; step++) {
        const i = forward ? step : n - 1 - step;
        let sum: complex.Complex = [x.re[place(i)], x.im[place(i)]];
        for (let other = 0; other < step; other++) {
          const j = forward ? other : n - 1 - other;
          const [re, im] = complex.mul(element(i, j), [x.re[place(j)], x.im[place(j)]]);
          sum = [sum[0] - re, sum[1] - im];
        }
        const [re, im] = unitDiagonal ? sum : complex.div(sum, element(i, i));
        x.re[place(i)] = re;
        x.im[place(i)] = im;
      }
    }
  }
  return write(b, x);
}
