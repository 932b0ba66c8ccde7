/**
 * Reductions on the host whose reflectors are kept, as LAPACK's gehrd and sytrd leave them: below the diagonal that
 * remains, with their factors `tau` beside.
 */
import { type ComplexRows, complexHouseholder, conjugate, type Pair, times } from './complex-schur-values.js';

/** Matrices with the reflectors in the places that they cleared, and their factors. */
export interface Reduced {
  readonly a: ComplexRows;
  readonly taus: readonly Pair[];
}

const copyOf = ({ re, im }: ComplexRows): ComplexRows => ({
  re: re.map((row) => row.slice()),
  im: im.map((row) => row.slice()),
});

/** `(I - conj(tau) v v^H) A` on rows and `A (I - tau v v^H)` on columns `k + 1 ...` of the columns and rows given. */
function apply(a: ComplexRows, v: readonly Pair[], tau: Pair, first: number, columns: number): void {
  const n = a.re.length;
  for (let j = columns; j < n; j++) {
    let [re, im] = [0, 0];
    for (let i = 0; i < v.length; i++) {
      const [p, q] = times(conjugate(v[i]), [a.re[first + i][j], a.im[first + i][j]]);
      re += p;
      im += q;
    }
    const sum = times(conjugate(tau), [re, im]);
    for (let i = 0; i < v.length; i++) {
      const [p, q] = times(v[i], sum);
      a.re[first + i][j] -= p;
      a.im[first + i][j] -= q;
    }
  }
  for (let i = 0; i < n; i++) {
    let [re, im] = [0, 0];
    for (let j = 0; j < v.length; j++) {
      const [p, q] = times([a.re[i][first + j], a.im[i][first + j]], v[j]);
      re += p;
      im += q;
    }
    const sum = times([re, im], tau);
    for (let j = 0; j < v.length; j++) {
      const [p, q] = times(sum, conjugate(v[j]));
      a.re[i][first + j] -= p;
      a.im[i][first + j] -= q;
    }
  }
}

/** The Hessenberg form, `A = Q H Q^H`, with the reflectors of `Q` under the first subdiagonal. */
export function hessenbergForm(given: ComplexRows): Reduced {
  const a = copyOf(given);
  const n = a.re.length;
  const taus: Pair[] = [];
  const kept: { k: number; v: readonly Pair[]; beta: number }[] = [];
  for (let k = 0; k < n - 1; k++) {
    const column = Array.from({ length: n - k - 1 }, (_, i): Pair => [a.re[k + 1 + i][k], a.im[k + 1 + i][k]]);
    const { v, tau, beta } = complexHouseholder(column);
    taus.push(tau);
    apply(a, v, tau, k + 1, k + 1);
    kept.push({ k, v, beta });
  }
  for (const { k, v, beta } of kept) {
    v.forEach(([re, im], i) => {
      a.re[k + 1 + i][k] = i === 0 ? beta : re;
      a.im[k + 1 + i][k] = i === 0 ? 0 : im;
    });
  }
  return { a, taus };
}
