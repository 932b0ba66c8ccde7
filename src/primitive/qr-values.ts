/**
 * The reference values of Householder's factorization, as LAPACK lays it out: `R` on and above the diagonal, below it the
 * vectors of the reflections `I - tau v v^H` (whose first element, 1, is not stored).
 */
import * as complex from '../array/complex.js';
import { isComplex } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readComplex } from '../array/numeric.js';

type Complex = complex.Complex;

/** A stack of matrices whose elements are complex float64 numbers. */
class Matrices {
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  readonly re: Float64Array;
  readonly im: Float64Array;

  constructor(readonly host: HostData) {
    [this.rows, this.columns] = host.shape.slice(-2);
    const { re, im } = readComplex(host);
    this.re = re;
    this.im = im;
    this.count = this.rows * this.columns === 0 ? 0 : re.length / (this.rows * this.columns);
  }

  get(batch: number, i: number, j: number): Complex {
    const p = (batch * this.rows + i) * this.columns + j;
    return [this.re[p], this.im[p]];
  }

  set(batch: number, i: number, j: number, [re, im]: Complex): void {
    const p = (batch * this.rows + i) * this.columns + j;
    this.re[p] = re;
    this.im[p] = im;
  }

  write(): HostData {
    const { dtype, shape } = this.host;
    return isComplex(dtype) ? fromComplex(dtype, shape, this.re, this.im) : fromNumbers(dtype, shape, this.re);
  }
}

const sub = ([a, b]: Complex, [c, d]: Complex): Complex => [a - c, b - d];

/** Applies `I - factor v v^H` to columns from `first` on; `v` starts at row `k` with a 1. */
function reflect(a: Matrices, batch: number, v: readonly Complex[], k: number, first: number, factor: Complex): void {
  for (let j = first; j < a.columns; j++) {
    let inner: Complex = [0, 0];
    v.forEach((x, i) => {
      inner = complex.add(inner, complex.mul(complex.conj(x), a.get(batch, k + i, j)));
    });
    const scaled = complex.mul(factor, inner);
    v.forEach((x, i) => {
      a.set(batch, k + i, j, sub(a.get(batch, k + i, j), complex.mul(x, scaled)));
    });
  }
}

/** The packed factorization, and the factors tau. */
export function evaluateGeqrf(x: HostData): [packed: HostData, taus: HostData] {
  const a = new Matrices(x);
  const steps = Math.min(a.rows, a.columns);
  const [tauRe, tauIm] = [new Float64Array(a.count * steps), new Float64Array(a.count * steps)];
  for (let batch = 0; batch < a.count; batch++) {
    for (let k = 0; k < steps; k++) {
      const alpha = a.get(batch, k, k);
      let below = 0;
      for (let i = k + 1; i < a.rows; i++) below += complex.abs(a.get(batch, i, k)) ** 2;
      if (below === 0 && alpha[1] === 0) continue; // Nothing to remove: tau is 0.
      const beta = (alpha[0] >= 0 ? -1 : 1) * Math.sqrt(alpha[0] ** 2 + alpha[1] ** 2 + below);
      const tau: Complex = [(beta - alpha[0]) / beta, -alpha[1] / beta];
      const scale = complex.div([1, 0], sub(alpha, [beta, 0]));
      const v: Complex[] = [[1, 0]];
      for (let i = k + 1; i < a.rows; i++) v.push(complex.mul(a.get(batch, i, k), scale));
      reflect(a, batch, v, k, k + 1, complex.conj(tau));
      a.set(batch, k, k, [beta, 0]);
      for (let i = k + 1; i < a.rows; i++) a.set(batch, i, k, v[i - k]);
      [tauRe[batch * steps + k], tauIm[batch * steps + k]] = tau;
    }
  }
  const shape = [...x.shape.slice(0, -2), steps];
  const taus = isComplex(x.dtype) ? fromComplex(x.dtype, shape, tauRe, tauIm) : fromNumbers(x.dtype, shape, tauRe);
  return [a.write(), taus];
}

/** The first columns of the product of the reflections. */
export function evaluateHouseholderProduct(packed: HostData, taus: HostData): HostData {
  const a = new Matrices(packed);
  const tau = readComplex(taus);
  const steps = taus.shape[taus.shape.length - 1];
  const q = new Matrices(packed);
  for (let batch = 0; batch < a.count; batch++) {
    for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.columns; j++) q.set(batch, i, j, [i === j ? 1 : 0, 0]);
    for (let k = steps - 1; k >= 0; k--) {
      const v: Complex[] = [[1, 0]];
      for (let i = k + 1; i < a.rows; i++) v.push(a.get(batch, i, k));
      reflect(q, batch, v, k, 0, [tau.re[batch * steps + k], tau.im[batch * steps + k]]);
    }
  }
  return q.write();
}
