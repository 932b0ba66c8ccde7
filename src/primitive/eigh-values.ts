/**
 * The reference value of the symmetric eigenvalue problem: Jacobi's rotations, in float64, until nothing is left off the
 * diagonal. Source: Golub and Van Loan, "Matrix computations", section 8.5.
 */
import { isComplex, realDType } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readComplex } from '../array/numeric.js';

/** One Hermitian matrix and the vectors, by parts, row-major. */
interface Problem {
  readonly n: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly vRe: Float64Array;
  readonly vIm: Float64Array;
}

/** Rotates columns `p` and `q` of a matrix by `[c, s e^(i phi)]`. */
function rotateColumns(re: Float64Array, im: Float64Array, n: number, p: number, q: number, r: Rotation): void {
  for (let i = 0; i < n; i++) {
    const [a, b] = [i * n + p, i * n + q];
    const [xr, xi, yr, yi] = [re[a], im[a], re[b], im[b]];
    // x' = c x - conj(w) y, y' = w x + c y
    re[a] = r.c * xr - (r.re * yr + r.im * yi);
    im[a] = r.c * xi - (r.re * yi - r.im * yr);
    re[b] = r.re * xr - r.im * xi + r.c * yr;
    im[b] = r.re * xi + r.im * xr + r.c * yi;
  }
}

function rotateRows(re: Float64Array, im: Float64Array, n: number, p: number, q: number, r: Rotation): void {
  for (let j = 0; j < n; j++) {
    const [a, b] = [p * n + j, q * n + j];
    const [xr, xi, yr, yi] = [re[a], im[a], re[b], im[b]];
    re[a] = r.c * xr - (r.re * yr - r.im * yi);
    im[a] = r.c * xi - (r.re * yi + r.im * yr);
    re[b] = r.re * xr + r.im * xi + r.c * yr;
    im[b] = r.re * xi - r.im * xr + r.c * yi;
  }
}

interface Rotation {
  readonly c: number;
  readonly re: number;
  readonly im: number;
}

/** The rotation that removes element `(p, q)`. */
function rotation({ n, re, im }: Problem, p: number, q: number): Rotation {
  const [x, y] = [re[p * n + q], im[p * n + q]];
  const size = Math.hypot(x, y);
  const tau = (re[q * n + q] - re[p * n + p]) / (2 * size);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  return { c, re: (t * c * x) / size, im: (t * c * y) / size };
}

function diagonalize(problem: Problem): void {
  const { n, re, im, vRe, vIm } = problem;
  for (let sweep = 0; sweep < 60; sweep++) {
    let [off, all] = [0, 0];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const square = re[i * n + j] ** 2 + im[i * n + j] ** 2;
        all += square;
        if (i !== j) off += square;
      }
    }
    if (!(off > 1e-32 * all)) return;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (re[p * n + q] === 0 && im[p * n + q] === 0) continue;
        const turn = rotation(problem, p, q);
        rotateColumns(re, im, n, p, q, turn);
        rotateRows(re, im, n, p, q, turn);
        rotateColumns(vRe, vIm, n, p, q, turn);
      }
    }
  }
}

/** Eigenvectors in columns, and rising eigenvalues, of matrices of which one triangle is read. */
export function evaluateEigh(x: HostData, lower: boolean): [vectors: HostData, values: HostData] {
  const n = x.shape[x.shape.length - 1];
  const a = readComplex(x);
  const [vRe, vIm] = [new Float64Array(a.re.length), new Float64Array(a.re.length)];
  const batches = n === 0 ? 0 : a.re.length / (n * n);
  const values = new Float64Array(batches * n);
  for (let batch = 0; batch < batches; batch++) {
    const problem: Problem = {
      n,
      re: new Float64Array(n * n),
      im: new Float64Array(n * n),
      vRe: new Float64Array(n * n),
      vIm: new Float64Array(n * n),
    };
    for (let i = 0; i < n; i++) {
      problem.vRe[i * n + i] = 1;
      for (let j = 0; j < n; j++) {
        const own = i === j || i > j === lower;
        const p = batch * n * n + (own ? i * n + j : j * n + i);
        problem.re[i * n + j] = a.re[p];
        problem.im[i * n + j] = i === j ? 0 : own ? a.im[p] : -a.im[p];
      }
    }
    diagonalize(problem);
    const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => problem.re[i * n + i] - problem.re[j * n + j]);
    order.forEach((from, to) => {
      values[batch * n + to] = problem.re[from * n + from];
      for (let i = 0; i < n; i++) {
        vRe[batch * n * n + i * n + to] = problem.vRe[i * n + from];
        vIm[batch * n * n + i * n + to] = problem.vIm[i * n + from];
      }
    });
  }
  const vectors = isComplex(x.dtype) ? fromComplex(x.dtype, x.shape, vRe, vIm) : fromNumbers(x.dtype, x.shape, vRe);
  return [vectors, fromNumbers(realDType(x.dtype), x.shape.slice(0, -1), values)];
}
