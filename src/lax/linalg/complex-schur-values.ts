/**
 * Schur forms of complex matrices on the host, `A = Z T Z^H` with unitary `Z` and upper triangular `T`, by single shifts;
 * and eigenvectors, by substitution in `T`.
 *
 * Source: Golub and Van Loan, "Matrix Computations" (4th ed.), sections 7.4 to 7.6.
 */
import type { Rows } from './schur-values.js';

/** A complex matrix as its real and imaginary parts. */
export interface ComplexRows {
  readonly re: Rows;
  readonly im: Rows;
}

/** A complex number. */
export type Pair = readonly [re: number, im: number];

const EPS = 2 ** -52;
const MOST_STEPS = 60;

const at = (a: ComplexRows, i: number, j: number): Pair => [a.re[i][j], a.im[i][j]];
const put = (a: ComplexRows, i: number, j: number, [re, im]: Pair): void => {
  a.re[i][j] = re;
  a.im[i][j] = im;
};
const plus = (x: Pair, y: Pair): Pair => [x[0] + y[0], x[1] + y[1]];
const minus = (x: Pair, y: Pair): Pair => [x[0] - y[0], x[1] - y[1]];
export const times = (x: Pair, y: Pair): Pair => [x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]];
export const conjugate = ([re, im]: Pair): Pair => [re, -im];
const size = ([re, im]: Pair): number => Math.hypot(re, im);
/** Quotient without overflow of intermediate squares (Smith 1962). */
const over = (x: Pair, y: Pair): Pair => {
  if (Math.abs(y[0]) >= Math.abs(y[1])) {
    const r = y[1] / y[0];
    const d = y[0] + y[1] * r;
    return [(x[0] + x[1] * r) / d, (x[1] - x[0] * r) / d];
  }
  const r = y[0] / y[1];
  const d = y[0] * r + y[1];
  return [(x[0] * r + x[1]) / d, (x[1] * r - x[0]) / d];
};
const root = ([re, im]: Pair): Pair => {
  const r = Math.hypot(re, im);
  const real = Math.sqrt((r + Math.abs(re)) / 2);
  if (r === 0) return [0, 0];
  return re >= 0 ? [real, im / (2 * real)] : [Math.abs(im) / (2 * real), im < 0 ? -real : real];
};

const zeros = (n: number): Rows => Array.from({ length: n }, () => new Float64Array(n));

/** An elementary reflector of complex numbers (LAPACK zlarfg): `(I - conj(tau) v v^H) x = beta e_0` with real `beta`. */
export function complexHouseholder(x: readonly Pair[]): { v: Pair[]; tau: Pair; beta: number } {
  const [alpha, ...rest] = x;
  const norm = Math.hypot(...rest.flat());
  if (norm === 0 && alpha[1] === 0)
    return { v: [[1, 0], ...rest.map((): Pair => [0, 0])], tau: [0, 0], beta: alpha[0] };
  const beta = -Math.sign(alpha[0] || 1) * Math.hypot(...alpha, norm);
  const scale = minus(alpha, [beta, 0]);
  return { v: [[1, 0], ...rest.map((y) => over(y, scale))], tau: [(beta - alpha[0]) / beta, -alpha[1] / beta], beta };
}

/** `(I - conj(tau) v v^H) A`, then `A (I - tau v v^H)`, on rows and columns from `from` on. */
function reflect(a: ComplexRows, v: readonly Pair[], tau: Pair, from: number, sides: 'both' | 'right'): void {
  const n = a.re.length;
  if (sides === 'both') {
    for (let j = 0; j < n; j++) {
      let sum: Pair = [0, 0];
      for (let i = 0; i < v.length; i++) sum = plus(sum, times(conjugate(v[i]), at(a, from + i, j)));
      sum = times(conjugate(tau), sum);
      for (let i = 0; i < v.length; i++) put(a, from + i, j, minus(at(a, from + i, j), times(v[i], sum)));
    }
  }
  for (let i = 0; i < n; i++) {
    let sum: Pair = [0, 0];
    for (let j = 0; j < v.length; j++) sum = plus(sum, times(at(a, i, from + j), v[j]));
    sum = times(sum, tau);
    for (let j = 0; j < v.length; j++) put(a, i, from + j, minus(at(a, i, from + j), times(sum, conjugate(v[j]))));
  }
}

/** The rotation `[c, s; -conj(s), c]` that turns `(x, y)` into `(r, 0)`. */
function givens(x: Pair, y: Pair): { c: number; s: Pair } {
  const [p, q] = [size(x), size(y)];
  if (q === 0) return { c: 1, s: [0, 0] };
  if (p === 0) return { c: 0, s: over(conjugate(y), [q, 0]) };
  const r = Math.hypot(p, q);
  const s = times([x[0] / p, x[1] / p], conjugate(y));
  return { c: p / r, s: [s[0] / r, s[1] / r] };
}

/** Rows `k`, `k + 1` of `a`, columns `low ...`, turned by a rotation. */
function rotateRows(a: ComplexRows, k: number, low: number, { c, s }: { c: number; s: Pair }): void {
  for (let j = low; j < a.re.length; j++) {
    const [x, y] = [at(a, k, j), at(a, k + 1, j)];
    put(a, k, j, plus([c * x[0], c * x[1]], times(s, y)));
    put(a, k + 1, j, minus([c * y[0], c * y[1]], times(conjugate(s), x)));
  }
}

/** Columns `k`, `k + 1` of `a`, rows `0 ... high - 1`, turned by the adjoint of a rotation. */
function rotateColumns(a: ComplexRows, k: number, high: number, { c, s }: { c: number; s: Pair }): void {
  for (let i = 0; i < high; i++) {
    const [x, y] = [at(a, i, k), at(a, i, k + 1)];
    put(a, i, k, plus([c * x[0], c * x[1]], times(conjugate(s), y)));
    put(a, i, k + 1, minus([c * y[0], c * y[1]], times(s, x)));
  }
}

/** The eigenvalue of the last 2 x 2 block that is nearer to its last element. */
function wilkinson(h: ComplexRows, k: number): Pair {
  const [a, b, c, d] = [at(h, k - 1, k - 1), at(h, k - 1, k), at(h, k, k - 1), at(h, k, k)];
  const half: Pair = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2];
  const square = plus(times(half, half), times(b, c));
  const r = root(square);
  const [p, q] = [plus(half, r), minus(half, r)];
  const farther = size(p) >= size(q) ? p : q;
  return size(farther) === 0 ? d : minus(d, over(times(b, c), farther));
}

/** The complex Schur form of a matrix, or null where the iteration fails or the matrix is not finite. */
export function complexSchur(a: ComplexRows): { t: ComplexRows; z: ComplexRows } | null {
  const n = a.re.length;
  const h: ComplexRows = { re: a.re.map((row) => row.slice()), im: a.im.map((row) => row.slice()) };
  const z: ComplexRows = { re: zeros(n), im: zeros(n) };
  for (let i = 0; i < n; i++) z.re[i][i] = 1;
  if ([...h.re, ...h.im].some((row) => row.some((x) => !Number.isFinite(x)))) return null;
  for (let k = 0; k < n - 2; k++) {
    const column = Array.from({ length: n - k - 1 }, (_, i) => at(h, k + 1 + i, k));
    const { v, tau } = complexHouseholder(column);
    reflect(h, v, tau, k + 1, 'both');
    reflect(z, v, tau, k + 1, 'right');
    for (let i = k + 2; i < n; i++) put(h, i, k, [0, 0]);
  }
  return triangularized(h, z);
}

/** QR steps with Wilkinson's shifts, until nothing is left under the diagonal. Changes both matrices. */
function triangularized(h: ComplexRows, z: ComplexRows): { t: ComplexRows; z: ComplexRows } | null {
  const n = h.re.length;
  const isNegligible = (l: number): boolean =>
    size(at(h, l, l - 1)) <= EPS * (size(at(h, l, l)) + size(at(h, l - 1, l - 1)) || Number.MIN_VALUE);
  let steps = 0;
  for (let high = n - 1; high > 0; ) {
    let low = high;
    while (low > 0 && !isNegligible(low)) low--;
    if (low > 0) put(h, low, low - 1, [0, 0]);
    if (low === high) {
      high--;
      steps = 0;
      continue;
    }
    if (++steps > MOST_STEPS) return null;
    const shift: Pair = steps % 10 === 0 ? [size(at(h, high, high - 1)) + at(h, high, high)[0], 0] : wilkinson(h, high);
    let x = minus(at(h, low, low), shift);
    let y = at(h, low + 1, low);
    for (let k = low; k < high; k++) {
      const rotation = givens(x, y);
      rotateRows(h, k, Math.max(low, k - 1), rotation);
      rotateColumns(h, k, Math.min(high, k + 2) + 1, rotation);
      rotateColumns(z, k, n, rotation);
      if (k > low) put(h, k + 1, k - 1, [0, 0]);
      if (k + 2 <= high) [x, y] = [at(h, k + 1, k), at(h, k + 2, k)];
    }
  }
  return { t: h, z };
}

/** A real Schur form as a complex one: its 2 x 2 blocks made triangular. */
export function complexForm(t: Rows, z: Rows): { t: ComplexRows; z: ComplexRows } {
  const n = t.length;
  const h: ComplexRows = { re: t.map((row) => row.slice()), im: zeros(n) };
  const vectors: ComplexRows = { re: z.map((row) => row.slice()), im: zeros(n) };
  for (let k = n - 1; k > 0; k--) {
    const below = at(h, k, k - 1);
    if (size(below) === 0) continue;
    const shift = wilkinson(h, k);
    const rotation = givens(minus(at(h, k - 1, k - 1), shift), below);
    rotateRows(h, k - 1, k - 1, rotation);
    rotateColumns(h, k - 1, k + 1, rotation);
    rotateColumns(vectors, k - 1, n, rotation);
    put(h, k, k - 1, [0, 0]);
  }
  return { t: h, z: vectors };
}

/**
 * Eigenvectors in columns, of length 1, their largest element real: right ones, `T x = w x`, by substitution upwards, or left
 * ones, `T^H y = conj(w) y`, downwards; both then by `Z`.
 */
export function eigenvectors(t: ComplexRows, z: ComplexRows, isLeft: boolean): ComplexRows {
  const n = t.re.length;
  const out: ComplexRows = { re: zeros(n), im: zeros(n) };
  const norm = Math.max(...t.re.flatMap((row, i) => Array.from(row, (_, j) => size(at(t, i, j)))), Number.MIN_VALUE);
  const element = isLeft
    ? (i: number, j: number): Pair => conjugate(at(t, j, i))
    : (i: number, j: number): Pair => at(t, i, j);
  for (let k = 0; k < n; k++) {
    const x: Pair[] = Array.from({ length: n }, (_, i) => [i === k ? 1 : 0, 0]);
    const step = isLeft ? 1 : -1;
    for (let i = k + step; i >= 0 && i < n; i += step) {
      let sum: Pair = [0, 0];
      for (let j = k; j !== i; j += step) sum = plus(sum, times(element(i, j), x[j]));
      const gap = minus(element(k, k), element(i, i));
      x[i] = over(sum, size(gap) < EPS * norm ? [EPS * norm, 0] : gap);
    }
    const v: Pair[] = Array.from({ length: n }, (_, i) =>
      x.reduce((sum: Pair, y, j) => plus(sum, times(at(z, i, j), y)), [0, 0]),
    );
    const largest = v.reduce((best, y) => (size(y) > size(best) * (1 + 1e-12) ? y : best), [0, 0] as Pair);
    const length = Math.hypot(...v.flat());
    const phase = over(conjugate(largest), [size(largest) * length, 0]);
    v.forEach((y, i) => {
      put(out, i, k, times(y, phase));
    });
  }
  return out;
}
