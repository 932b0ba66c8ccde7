/**
 * Matrices made of a few numbers: constant along diagonals, companions of polynomials, orthogonal ones of signs and waves.
 *
 * Vectors may have batch axes in front. Source: jax.scipy.linalg.
 */
import type { NdArray } from '../../array/array.js';
import { type ArrayLike, defaultFloat } from '../../array/convert.js';
import { type DType, isComplex } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { asArray } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray, promoteDTypes } from '../../numpy/promote.js';

const inRow = (x: NdArray): NdArray => (x.ndim === 0 ? x.reshape([1]) : x);

function count(op: string, n: number): void {
  if (Number.isInteger(n) && n >= 1) return;
  throw new InvalidArgument({ op, argument: 'n', expected: 'a positive integer', actual: `${n}` });
}

function atLeast(op: string, argument: string, x: NdArray, n: number): NdArray {
  if (x.ndim > 0 && x.shape[x.ndim - 1] >= n) return x;
  const expected = `at least ${n} numbers along the last axis are needed`;
  throw new ShapeMismatch({ op, argument, expected, actual: x.shape });
}

/** The matrix whose element `i, j` is number `place(i, j)` of the last axis; 0 where that is null. */
function laidOut(v: NdArray, rows: number, columns: number, place: (i: number, j: number) => number | null): NdArray {
  const places = range(rows).map((i) => range(columns).map((j) => place(i, j)));
  const index = places.flat().map((k) => k ?? 0);
  const shape = [...v.shape.slice(0, -1), rows, columns];
  if (rows * columns === 0) return jnp.zeros(shape, { dtype: v.dtype });
  const taken = jnp.take(v, jnp.array(index, { dtype: 'int32' }), { axis: -1, mode: 'clip' }).reshape(shape);
  if (places.every((row) => row.every((k) => k !== null))) return taken;
  const mask = jnp.array(places.map((row) => row.map((k) => k !== null)));
  return jnp.where(mask, taken, jnp.zeros([], { dtype: v.dtype }));
}

/** Two lists of vectors with equal batch axes, one after the other along the last axis, but for the first of the second. */
function joined(op: string, c: NdArray, r: NdArray): NdArray {
  const [p, q] = promoteDTypes(op, [c, r]);
  const outer = jnp.broadcastShapes(p.shape.slice(0, -1), q.shape.slice(0, -1));
  const wide = (x: NdArray): NdArray => jnp.broadcastTo(x, [...outer, x.shape[x.ndim - 1]]);
  return jnp.concatenate([wide(p), wide(q.get('...', jnp.slice(1, null)))], { axis: -1 });
}

const lengths = (c: NdArray, r: NdArray): [number, number] => [c.shape[c.ndim - 1], r.shape[r.ndim - 1]];

/** Constant along diagonals, with first column `c` and first row `r` (the conjugate of `c` by default). */
export function toeplitz(c: ArrayLike, options: { readonly r?: ArrayLike | null } = {}): NdArray {
  const column = inRow(asArray(c, 'toeplitz', 'c'));
  const row = inRow(asArray(options.r ?? jnp.conj(column), 'toeplitz', 'r'));
  const [m, n] = lengths(column, row);
  return laidOut(joined('toeplitz', column, row), m, n, (i, j) => (i >= j ? i - j : m + j - i - 1));
}

/** Constant along antidiagonals, with first column `c` and last row `r` (zeros by default). */
export function hankel(c: ArrayLike, options: { readonly r?: ArrayLike | null } = {}): NdArray {
  const column = atLeast('hankel', 'c', asArray(c, 'hankel', 'c'), 0);
  const row = atLeast('hankel', 'r', asArray(options.r ?? jnp.zerosLike(column), 'hankel', 'r'), 0);
  const [m, n] = lengths(column, row);
  return laidOut(joined('hankel', column, row), m, n, (i, j) => i + j);
}

/** The first column `c`, pushed around once more in each column. */
export function circulant(c: ArrayLike): NdArray {
  const column = inRow(asArray(c, 'circulant', 'c'));
  const n = column.shape[column.ndim - 1];
  return laidOut(column, n, n, (i, j) => (i - j + n) % n);
}

/** A population's steps: births `f` in the first row, survivals `s` below the diagonal. */
export function leslie(f: ArrayLike, s: ArrayLike): NdArray {
  const [births, survivals] = promoteDTypes('leslie', [f, s]).map(inRow);
  const n = atLeast('leslie', 'f', births, 2).shape[births.ndim - 1];
  if (survivals.shape[survivals.ndim - 1] !== n - 1) {
    const expected = `f has ${n} numbers, and one less is needed`;
    throw new ShapeMismatch({ op: 'leslie', argument: 's', expected, actual: survivals.shape });
  }
  const outer = jnp.broadcastShapes(births.shape.slice(0, -1), survivals.shape.slice(0, -1));
  const wide = (x: NdArray): NdArray => jnp.broadcastTo(x, [...outer, x.shape[x.ndim - 1]]);
  const all = jnp.concatenate([wide(births), wide(survivals)], { axis: -1 });
  return laidOut(all, n, n, (i, j) => (i === 0 ? j : i === j + 1 ? n + j : null));
}

/** The matrix whose characteristic polynomial has coefficients `a`, from the highest. */
export function companion(a: ArrayLike): NdArray {
  const p = atLeast('companion', 'a', inRow(inexactArray('companion', a)), 2);
  const first = p
    .get('...', jnp.slice(1, null))
    .neg()
    .div(p.get('...', jnp.slice(0, 1)));
  const n = first.shape[first.ndim - 1];
  const all = jnp.concatenate([first, jnp.ones([...first.shape.slice(0, -1), 1], { dtype: first.dtype })], {
    axis: -1,
  });
  return laidOut(all, n, n, (i, j) => (i === 0 ? j : i === j + 1 ? n : null));
}

/** `|a_i - a_j|`. */
export function fiedler(a: ArrayLike): NdArray {
  const x = inRow(asArray(a, 'fiedler', 'a'));
  const n = x.shape[x.ndim - 1];
  return x
    .reshape([...x.shape, 1])
    .sub(x.reshape([...x.shape.slice(0, -1), 1, n]))
    .abs();
}

/** A companion matrix with five diagonals (Fiedler 2003). */
export function fiedlerCompanion(a: ArrayLike): NdArray {
  const p = atLeast('fiedlerCompanion', 'a', inRow(inexactArray('fiedlerCompanion', a)), 1);
  const n = p.shape[p.ndim - 1] - 1;
  const scaled = p.neg().div(p.get('...', jnp.slice(0, 1)));
  if (n === 1) return scaled.get('...', jnp.slice(1, null)).reshape([...p.shape.slice(0, -1), 1, 1]);
  const all = jnp.concatenate([scaled, jnp.ones([...p.shape.slice(0, -1), 1], { dtype: p.dtype })], { axis: -1 });
  const one = n + 1;
  return laidOut(all, n, n, (i, j) => {
    if (j === 0 && i < 2) return i === 0 ? 1 : one;
    const isEven = i % 2 === 0;
    if (isEven && j === i + 1) return Math.min(i + 2, n);
    if (isEven && j === i + 2) return one;
    if (isEven && j === i - 1) return Math.min(i + 1, n);
    return !isEven && j === i - 2 ? one : null;
  });
}

/**
 * The matrix whose product with a vector of `n` numbers is its convolution with `a`.
 * @throws InvalidArgument for another `mode`
 */
export function convolutionMatrix(
  a: ArrayLike,
  n: number,
  options: { readonly mode?: 'full' | 'same' | 'valid' } = {},
): NdArray {
  const op = 'convolutionMatrix';
  const { mode = 'full' } = options;
  count(op, n);
  if (!['full', 'same', 'valid'].includes(mode)) {
    throw new InvalidArgument({ op, argument: 'mode', expected: "'full', 'same' or 'valid'", actual: `'${mode}'` });
  }
  const x = atLeast(op, 'a', asArray(a, op, 'a'), 1);
  const m = x.shape[x.ndim - 1];
  const shorter = Math.min(m, n) - 1;
  const before = mode === 'full' ? 0 : mode === 'valid' ? shorter : Math.floor(shorter / 2);
  const after = mode === 'full' ? 0 : mode === 'valid' ? shorter : shorter - before;
  return laidOut(x, m + n - 1 - before - after, n, (i, j) => {
    const k = i + before - j;
    return k >= 0 && k < m ? k : null;
  });
}

/** A matrix of known numbers, in the default float. */
const known = (rows: number, columns: number, f: (i: number, j: number) => number): NdArray =>
  jnp
    .array(
      range(rows).flatMap((i) => range(columns).map((j) => f(i, j))),
      { dtype: defaultFloat() },
    )
    .reshape([rows, columns]);

const binomial = (n: number, k: number): number => {
  if (k < 0 || k > n) return 0;
  return range(Math.min(k, n - k)).reduce((ways, i) => Math.round((ways * (n - i)) / (i + 1)), 1);
};

/** `1 / (i + j + 1)`. */
export const hilbert = (n: number): NdArray => known(n, n, (i, j) => 1 / (i + j + 1));

/** The inverse of `hilbert(n)`: integers. */
export const invhilbert = (n: number): NdArray =>
  known(n, n, (i, j) => {
    const sign = (i + j) % 2 === 0 ? 1 : -1;
    return sign * (i + j + 1) * binomial(n + i, n - j - 1) * binomial(n + j, n - i - 1) * binomial(i + j, i) ** 2;
  });

/** Pascal's triangle as a matrix: `symmetric` (default), `lower` or `upper`. */
export type PascalKind = 'symmetric' | 'lower' | 'upper';

function pascalOf(
  op: string,
  n: number,
  kind: PascalKind | null,
  lower: (i: number, j: number) => number,
  symmetric: (i: number, j: number) => number,
): NdArray {
  switch (kind ?? 'symmetric') {
    case 'lower':
      return known(n, n, lower);
    case 'upper':
      return known(n, n, (i, j) => lower(j, i));
    case 'symmetric':
      return known(n, n, symmetric);
    default: {
      const expected = "'symmetric', 'lower' or 'upper'";
      throw new InvalidArgument({ op, argument: 'kind', expected, actual: `'${kind as string}'` });
    }
  }
}

/** Binomial coefficients: `C(i + j, i)`, or `C(i, j)` in a triangle. */
export const pascal = (n: number, options: { readonly kind?: PascalKind | null } = {}): NdArray =>
  pascalOf('pascal', n, options.kind ?? null, binomial, (i, j) => binomial(i + j, i));

/** The inverse of `pascal(n)`. */
export function invpascal(n: number, options: { readonly kind?: PascalKind | null } = {}): NdArray {
  const lower = (i: number, j: number): number => ((i + j) % 2 === 0 ? 1 : -1) * binomial(i, j);
  const both = (i: number, j: number): number => range(n).reduce((sum, k) => sum + lower(k, i) * lower(k, j), 0);
  return pascalOf('invpascal', n, options.kind ?? null, lower, both);
}

/** Helmert's orthogonal matrix, without its first, constant row unless `full`. */
export function helmert(n: number, options: { readonly full?: boolean } = {}): NdArray {
  count('helmert', n);
  const row = (k: number, j: number): number => {
    if (k === 0) return 1 / Math.sqrt(n);
    return j < k ? 1 / Math.sqrt(k * (k + 1)) : j === k ? -k / Math.sqrt(k * (k + 1)) : 0;
  };
  const skipped = options.full ? 0 : 1;
  return known(n - skipped, n, (i, j) => row(i + skipped, j));
}

/**
 * Hadamard's matrix of 1 and -1, for a power of 2 (Sylvester's construction).
 * @throws InvalidArgument for another number
 */
export function hadamard(n: number, options: { readonly dtype?: DType } = {}): NdArray {
  if (!Number.isInteger(n) || n < 1 || !Number.isInteger(Math.log2(n))) {
    throw new InvalidArgument({ op: 'hadamard', argument: 'n', expected: 'a power of 2', actual: `${n}` });
  }
  const ones = (k: number): number => (k === 0 ? 0 : (k & 1) + ones(k >> 1));
  return known(n, n, (i, j) => (ones(i & j) % 2 === 0 ? 1 : -1)).astype(options.dtype ?? 'int32');
}

/**
 * The matrix of the discrete Fourier transform, divided by `sqrt(n)` or `n` for those scales.
 * @throws DTypeMismatch for a dtype that is not complex
 */
export function dft(
  n: number,
  options: { readonly scale?: 'sqrtn' | 'n' | null; readonly dtype?: DType | null } = {},
): NdArray {
  const { scale = null } = options;
  if (scale !== null && scale !== 'sqrtn' && scale !== 'n') {
    const expected = "'sqrtn', 'n' or null";
    throw new InvalidArgument({ op: 'dft', argument: 'scale', expected, actual: `'${scale as string}'` });
  }
  const dtype = options.dtype ?? (defaultFloat() === 'float64' ? 'complex128' : 'complex64');
  if (!isComplex(dtype)) throw new DTypeMismatch({ op: 'dft', argument: 'dtype', expected: 'complex', actual: dtype });
  const size = scale === null ? 1 : scale === 'n' ? 1 / n : 1 / Math.sqrt(n);
  const angle = (i: number, j: number): number => (-2 * Math.PI * ((i * j) % n)) / n;
  const part = (f: (x: number) => number): NdArray => known(n, n, (i, j) => f(angle(i, j)) * size).astype(dtype);
  return part(Math.cos).add(part(Math.sin).mul(jnp.sqrt(jnp.array(-1).astype(dtype))));
}
