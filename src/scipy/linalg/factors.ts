/**
 * Factorizations with SciPy's conventions that are made of those of `lax.linalg`: Hessenberg, polar, products with `Q`,
 * eigenvalues of tridiagonal matrices, the derivative of the exponential. Source: jax.scipy.linalg.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../../error/error.js';
import * as lax from '../../lax/linalg/index.js';
import { asMatrices, asSquare } from '../../lax/linalg/matrix.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray, promoteDTypesInexact } from '../../numpy/promote.js';
import { jvp } from '../../transform/forward.js';
import { expm } from './expm.js';

const adjoint = (x: NdArray): NdArray => x.mT.conj();

/** `H`, or `[H, Q]` with `{ calcQ: true }`: the Hessenberg form `a = Q H Q^H`. */
export function hessenberg(a: ArrayLike, options: { readonly calcQ: true }): [H: NdArray, Q: NdArray];
export function hessenberg(a: ArrayLike, options?: { readonly calcQ?: boolean }): NdArray;
export function hessenberg(a: ArrayLike, options: { readonly calcQ?: boolean } = {}): NdArray | [NdArray, NdArray] {
  const x = asSquare(inexactArray('hessenberg', a), 'hessenberg', 'a');
  const n = x.shape[x.ndim - 1];
  if (n === 0) return options.calcQ ? [x, x] : x;
  const [form, taus] = lax.hessenberg(x);
  const h = jnp.triu(form, { k: -1 });
  if (!options.calcQ) return h;
  const inner = lax.householderProduct(form.get('...', jnp.slice(1, null), jnp.slice(0, -1)), taus);
  const width = [
    ...x.shape.slice(0, -2).map((): [number, number] => [0, 0]),
    [1, 0] as [number, number],
    [1, 0] as [number, number],
  ];
  return [h, jnp.pad(inner, width).at('...', 0, 0).set(1)];
}

/** Options of `polar`. */
export interface PolarOptions {
  /** Whether `P` stands right or left of `U`. Default `right`. */
  readonly side?: 'right' | 'left';
  /** Both methods of JAX are the same here. Default `qdwh`. */
  readonly method?: 'qdwh' | 'svd';
  readonly eps?: number | null;
  readonly maxIterations?: number | null;
}

/** `[U, P]` with `a = U P` (or `P U`): `U` with orthonormal columns or rows, `P` positive semidefinite. */
export function polar(a: ArrayLike, options: PolarOptions = {}): [U: NdArray, P: NdArray] {
  const { side = 'right', method = 'qdwh' } = options;
  for (const [argument, value, allowed] of [
    ['side', side, ['right', 'left']] as const,
    ['method', method, ['qdwh', 'svd']] as const,
  ]) {
    if ((allowed as readonly string[]).includes(value)) continue;
    const expected = allowed.map((name) => `'${name}'`).join(' or ');
    throw new InvalidArgument({ op: 'polar', argument, expected, actual: `'${value}'` });
  }
  const x = asMatrices(inexactArray('polar', a), 'polar', 'a');
  const [u, p] = lax.qdwh(side === 'right' ? x : adjoint(x));
  return side === 'right' ? [u, p] : [adjoint(u), p];
}

/** Options of `qrMultiply`. */
export interface QrMultiplyOptions {
  /** Whether `c` stands left of `Q` (`right`: `c Q`), or right of it (`left`: `Q c`). Default `right`. */
  readonly mode?: 'left' | 'right';
  readonly pivoting?: boolean;
  /** Whether `Q` is conjugated. Default false. */
  readonly conjugate?: boolean;
}

/**
 * `[c Q, R]` for the economic factors of `a = Q R`, or `[Q c, R]`; with pivoting, the order of the columns too.
 * @throws ShapeMismatch when `c` does not fit `Q`
 */
export function qrMultiply(a: ArrayLike, c: ArrayLike, options: QrMultiplyOptions = {}): NdArray[] {
  const op = 'qrMultiply';
  const { mode = 'right', pivoting = false, conjugate = false } = options;
  if (mode !== 'right' && mode !== 'left') {
    throw new InvalidArgument({ op, argument: 'mode', expected: "'right' or 'left'", actual: `'${mode as string}'` });
  }
  const [matrix, given] = promoteDTypesInexact(op, [a, c]);
  const [m, n] = asMatrices(matrix, op, 'a').shape.slice(-2);
  const isVector = given.ndim === 1;
  const other = isVector ? given.reshape(mode === 'left' ? [given.size, 1] : [1, given.size]) : given;
  const [size, needed] =
    mode === 'left' ? [other.shape[other.ndim - 2], Math.min(m, n)] : [other.shape[other.ndim - 1], m];
  if (size !== needed) {
    const expected = `Q has ${m} rows and ${Math.min(m, n)} columns, so ${needed} ${mode === 'left' ? 'rows' : 'columns'} are needed`;
    throw new ShapeMismatch({ op, argument: 'c', expected, actual: given.shape });
  }
  const [q, r, ...order] = pivoting
    ? lax.qr(matrix, { fullMatrices: false, pivoting: true })
    : lax.qr(matrix, { fullMatrices: false });
  const factor = conjugate ? q.conj() : q;
  const precise = { precision: 'highest' } as const;
  const result = mode === 'left' ? jnp.matmul(factor, other, precise) : jnp.matmul(other, factor, precise);
  return [isVector ? result.ravel() : result, r, ...order];
}

/** Options of `eighTridiagonal`. */
export interface EighTridiagonalOptions {
  readonly eigvalsOnly?: boolean;
  /** All (`a`), or those from one index to another (`i`). Default `a`. */
  readonly select?: 'a' | 'i';
  /** The first and the last index. */
  readonly selectRange?: readonly [number, number] | null;
  /** Accepted for SciPy's sake. */
  readonly tol?: number | null;
  /** Accepted for JAX's sake: nothing is random here. */
  readonly key?: unknown;
}

/**
 * Rising eigenvalues, and unless `eigvalsOnly` eigenvectors in columns, of the Hermitian matrix with diagonal `d: [n]` and
 * `e: [n - 1]` beside it.
 * @throws ShapeMismatch, DTypeMismatch when they do not fit together
 */
export function eighTridiagonal(
  d: ArrayLike,
  e: ArrayLike,
  options: EighTridiagonalOptions & { readonly eigvalsOnly: true },
): NdArray;
export function eighTridiagonal(d: ArrayLike, e: ArrayLike, options?: EighTridiagonalOptions): [w: NdArray, v: NdArray];
export function eighTridiagonal(
  d: ArrayLike,
  e: ArrayLike,
  options: EighTridiagonalOptions = {},
): NdArray | [NdArray, NdArray] {
  const op = 'eighTridiagonal';
  const { eigvalsOnly = false, select = 'a', selectRange = null } = options;
  const [diagonal, beside] = [inexactArray(op, d), inexactArray(op, e)];
  if (diagonal.dtype !== beside.dtype) {
    throw new DTypeMismatch({ op, argument: 'e', expected: `${diagonal.dtype}, as d`, actual: beside.dtype });
  }
  const n = diagonal.size;
  if (diagonal.ndim !== 1 || beside.ndim !== 1 || beside.size !== Math.max(0, n - 1)) {
    const expected = `d has shape [${diagonal.shape.join(', ')}], and a vector of one number less is needed`;
    throw new ShapeMismatch({ op, argument: 'e', expected, actual: beside.shape });
  }
  if (select !== 'a' && select !== 'i') {
    throw new InvalidArgument({ op, argument: 'select', expected: "'a' or 'i'", actual: `'${select as string}'` });
  }
  const isRange = selectRange !== null && 0 <= selectRange[0] && selectRange[0] <= selectRange[1] && selectRange[1] < n;
  if (select === 'i' && !isRange) {
    const expected = `two indices that rise, from 0 to ${n - 1}`;
    throw new InvalidArgument({ op, argument: 'selectRange', expected, actual: `${selectRange}` });
  }
  const real = isComplex(diagonal.dtype) ? diagonal.real.astype(diagonal.dtype) : diagonal;
  const matrix =
    n < 2
      ? jnp.diag(real)
      : jnp
          .diag(real)
          .add(jnp.diag(beside, { k: 1 }))
          .add(jnp.diag(beside.conj(), { k: -1 }));
  const [vectors, values] = lax.eigh(matrix);
  const part = select === 'i' && selectRange !== null ? jnp.slice(selectRange[0], selectRange[1] + 1) : jnp.slice(0, n);
  return eigvalsOnly ? values.get(part) : [values.get(part), vectors.get('...', part)];
}

/** `[expm(A), its derivative in the direction E]`, or the derivative alone with `{ computeExpm: false }`. */
export function expmFrechet(
  A: ArrayLike,
  E: ArrayLike,
  options: { readonly method?: string | null; readonly computeExpm: false },
): NdArray;
export function expmFrechet(
  A: ArrayLike,
  E: ArrayLike,
  options?: { readonly method?: string | null; readonly computeExpm?: boolean },
): [NdArray, NdArray];
export function expmFrechet(
  A: ArrayLike,
  E: ArrayLike,
  options: { readonly method?: string | null; readonly computeExpm?: boolean } = {},
): NdArray | [NdArray, NdArray] {
  const op = 'expmFrechet';
  const [a, e] = promoteDTypesInexact(op, [A, E]);
  asSquare(a, op, 'A');
  if (a.shape.join() !== e.shape.join()) {
    throw new ShapeMismatch({ op, argument: 'E', expected: `A has shape [${a.shape.join(', ')}]`, actual: e.shape });
  }
  const [value, tangent] = jvp((x: NdArray) => expm(x), [a], [e]) as unknown as [NdArray, NdArray];
  return (options.computeExpm ?? true) ? [value, tangent] : tangent;
}
