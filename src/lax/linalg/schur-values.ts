/**
 * Schur forms of real matrices on the host, by Francis' implicit double shifts: `A = Z T Z^T` with orthogonal `Z` and `T`
 * upper triangular but for 2 x 2 blocks, one for each pair of complex eigenvalues, whose diagonal elements are equal.
 *
 * Sources: Francis, "The QR transformation" (1961); EISPACK hqr2; LAPACK dlanv2 for the form of the blocks.
 */

/** A square matrix in rows, changed in place. */
export type Rows = Float64Array[];

const EPS = 2 ** -52;
/** Steps for one eigenvalue, after which the iteration counts as failed. */
const MOST_STEPS = 60;

/** `out = reflector that maps x to a multiple of the first unit vector`: `v` with `v_0 = 1`, `tau`, and that multiple. */
export function householder(x: readonly number[]): { v: number[]; tau: number; beta: number } {
  const [alpha, ...rest] = x;
  const norm = Math.hypot(...rest);
  if (norm === 0) return { v: [1, ...rest.map(() => 0)], tau: 0, beta: alpha };
  const beta = -Math.sign(alpha || 1) * Math.hypot(alpha, norm);
  return { v: [1, ...rest.map((y) => y / (alpha - beta))], tau: (beta - alpha) / beta, beta };
}

/** `(I - tau v v^T) A` on rows `from, from + 1, ...`, in columns `low ... n - 1`. */
function reflectRows(a: Rows, v: readonly number[], tau: number, from: number, low: number): void {
  for (let j = low; j < a.length; j++) {
    let sum = 0;
    for (let i = 0; i < v.length; i++) sum += v[i] * a[from + i][j];
    sum *= tau;
    for (let i = 0; i < v.length; i++) a[from + i][j] -= sum * v[i];
  }
}

/** `A (I - tau v v^T)` on columns `from, from + 1, ...`, in rows `0 ... high - 1`. */
function reflectColumns(a: Rows, v: readonly number[], tau: number, from: number, high: number): void {
  for (let i = 0; i < high; i++) {
    let sum = 0;
    for (let j = 0; j < v.length; j++) sum += v[j] * a[i][from + j];
    sum *= tau;
    for (let j = 0; j < v.length; j++) a[i][from + j] -= sum * v[j];
  }
}

/** Turns `h` into its Hessenberg form and `z` along with it: `A = Z H Z^T`. */
function toHessenberg(h: Rows, z: Rows): void {
  const n = h.length;
  for (let k = 0; k < n - 2; k++) {
    const column = h.slice(k + 1).map((row) => row[k]);
    const { v, tau, beta } = householder(column);
    if (tau === 0) continue;
    reflectRows(h, v, tau, k + 1, k);
    reflectColumns(h, v, tau, k + 1, n);
    reflectColumns(z, v, tau, k + 1, n);
    h[k + 1][k] = beta;
    for (let i = k + 2; i < n; i++) h[i][k] = 0;
  }
}

/** The rotation that gives a 2 x 2 block its standard form: triangular, or with equal diagonal elements. */
function standardRotation(a: number, b: number, c: number, d: number): [cos: number, sin: number] {
  if (c === 0) return [1, 0];
  if (b === 0) return [0, 1];
  if (a === d && Math.sign(b) !== Math.sign(c)) return [1, 0];
  const difference = a - d;
  const p = difference / 2;
  const discriminant = p * p + b * c;
  if (discriminant >= 0) {
    const q = p + Math.sign(p || 1) * Math.sqrt(discriminant);
    const size = Math.hypot(c, q);
    return [q / size, c / size];
  }
  const sigma = b + c;
  const tau = Math.hypot(sigma, difference);
  const cos = Math.sqrt(0.5 * (1 + Math.abs(sigma) / tau));
  return [cos, -(p / (tau * cos)) * Math.sign(sigma || 1)];
}

/** Brings the block at rows `k`, `k + 1` to its standard form. */
function standardize(h: Rows, z: Rows, k: number): void {
  const n = h.length;
  const [cos, sin] = standardRotation(h[k][k], h[k][k + 1], h[k + 1][k], h[k + 1][k + 1]);
  if (sin !== 0) {
    for (let j = k; j < n; j++) {
      const [p, q] = [h[k][j], h[k + 1][j]];
      [h[k][j], h[k + 1][j]] = [cos * p + sin * q, cos * q - sin * p];
    }
    for (const [m, high] of [[h, k + 2] as const, [z, n] as const]) {
      for (let i = 0; i < high; i++) {
        const [p, q] = [m[i][k], m[i][k + 1]];
        [m[i][k], m[i][k + 1]] = [cos * p + sin * q, cos * q - sin * p];
      }
    }
  }
  const [b, c] = [h[k][k + 1], h[k + 1][k]];
  const isPair = c !== 0 && Math.sign(b) !== Math.sign(c) && Math.abs(c) > EPS * Math.abs(b) * EPS;
  const half = (h[k][k] - h[k + 1][k + 1]) / 2;
  if (isPair && half * half + b * c < 0) {
    const mean = (h[k][k] + h[k + 1][k + 1]) / 2;
    h[k][k] = mean;
    h[k + 1][k + 1] = mean;
  } else h[k + 1][k] = 0;
}

/** Where the active block that ends at `high` begins: below the last negligible element under the diagonal. */
function blockStart(h: Rows, high: number, norm: number): number {
  for (let l = high; l > 0; l--) {
    const size = Math.abs(h[l - 1][l - 1]) + Math.abs(h[l][l]);
    if (Math.abs(h[l][l - 1]) <= EPS * (size || norm)) {
      h[l][l - 1] = 0;
      return l;
    }
  }
  return 0;
}

/** One double step with shifts of trace `s` and determinant `t` on rows `low ... high`. */
function doubleStep(h: Rows, z: Rows, low: number, high: number, s: number, t: number): void {
  const n = h.length;
  let x = h[low][low] * h[low][low] + h[low][low + 1] * h[low + 1][low] - s * h[low][low] + t;
  let y = h[low + 1][low] * (h[low][low] + h[low + 1][low + 1] - s);
  let w = h[low + 1][low] * h[low + 2][low + 1];
  for (let k = low; k <= high - 1; k++) {
    const size = Math.min(3, high - k + 1);
    const { v, tau } = householder(size === 3 ? [x, y, w] : [x, y]);
    if (tau !== 0) {
      reflectRows(h, v, tau, k, Math.max(low, k - 1));
      reflectColumns(h, v, tau, k, Math.min(high, k + 3) + 1);
      reflectColumns(z, v, tau, k, n);
    }
    for (let i = k + 1; k > low && i < k + size; i++) h[i][k - 1] = 0;
    x = h[k + 1][k];
    y = k + 2 <= high ? h[k + 2][k] : 0;
    w = k + 3 <= high ? h[k + 3][k] : 0;
  }
}

const identityRows = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(n);
    row[i] = 1;
    return row;
  });

/** The real Schur form of a matrix, or null where the iteration fails or the matrix is not finite. */
export function realSchur(a: Rows): { t: Rows; z: Rows } | null {
  const n = a.length;
  const h = a.map((row) => row.slice());
  const z = identityRows(n);
  if (h.some((row) => row.some((x) => !Number.isFinite(x)))) return null;
  toHessenberg(h, z);
  const norm = Math.max(...h.map((row) => row.reduce((sum, x) => sum + Math.abs(x), 0)), 0);
  let high = n - 1;
  let steps = 0;
  while (high > 0) {
    const low = blockStart(h, high, norm);
    if (low === high) {
      high--;
      steps = 0;
    } else if (low === high - 1) {
      standardize(h, z, low);
      high -= 2;
      steps = 0;
    } else {
      if (++steps > MOST_STEPS) return null;
      const isStuck = steps % 10 === 0;
      const extra = Math.abs(h[high][high - 1]) + Math.abs(h[high - 1][high - 2]);
      const s = isStuck ? 1.5 * extra : h[high - 1][high - 1] + h[high][high];
      const t = isStuck ? extra * extra : h[high - 1][high - 1] * h[high][high] - h[high - 1][high] * h[high][high - 1];
      // `blockStart` left exact zeros, so the step may begin at the top of the block.
      doubleStep(h, z, low, high, s, t);
    }
  }
  return { t: h, z };
}
