/**
 * What the Schur form `A = Z T Z^H` is good for: roots and other functions of matrices, Sylvester's equation.
 *
 * Source: Higham, "Functions of Matrices" (2008); Bartels and Stewart, "Solution of the matrix equation AX + XB = C" (1972);
 * jax.scipy.linalg.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { complexDType, isComplex } from '../../array/dtype.js';
import { finfo } from '../../array/dtype-info.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { foriLoop } from '../../lax/control.js';
import * as lax from '../../lax/linalg/index.js';
import { asSquare } from '../../lax/linalg/matrix.js';
import { cast } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray, promoteDTypesInexact } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';

const product = (...factors: readonly NdArray[]): NdArray =>
  factors.reduce((x, y) => jnp.matmul(x, y, { precision: 'highest' }));
const adjoint = (x: NdArray): NdArray => x.mT.conj();

/** The complex Schur form. */
const complexSchur = (a: NdArray): [t: NdArray, z: NdArray] => {
  const [t, z] = lax.schur(cast(a, complexDType(a.dtype)));
  return [t, z];
};

/**
 * `[T, Z]` with `a = Z T Z^H`; `{ output: 'complex' }` makes `T` triangular for real matrices as well.
 * @throws InvalidArgument for another `output`
 */
export function schur(a: ArrayLike, options: { readonly output?: 'real' | 'complex' } = {}): [T: NdArray, Z: NdArray] {
  const { output = 'real' } = options;
  if (output !== 'real' && output !== 'complex') {
    const expected = "'real' or 'complex'";
    throw new InvalidArgument({ op: 'schur', argument: 'output', expected, actual: `'${output as string}'` });
  }
  const x = inexactArray('schur', a);
  if (output === 'complex') return complexSchur(x);
  const [t, z] = lax.schur(x);
  return [t, z];
}

/** Where `j - i` is `d` in a matrix `[n, n]`. */
const onOffset = (n: number, d: NdArray): NdArray => {
  const place = (axis: number): NdArray => primitive.iota('int32', [n, n], axis);
  return place(1).sub(place(0)).eq(d);
};

/** `diag_j - diag_i` or `+`, at `i, j`. */
const pairs = (d: NdArray, sign: 1 | -1): NdArray => d.reshape([1, d.size]).add(d.reshape([d.size, 1]).mul(sign));

/** The square root of a triangular matrix, one diagonal after the other. */
function triangularRoot(t: NdArray): NdArray {
  const n = t.shape[0];
  const d = jnp.diagonal(t).sqrt();
  const sums = pairs(d, 1);
  const step = (k: NdArray, u: NdArray): NdArray => {
    const rest = t.sub(product(u, u));
    const value = jnp.where(rest.eq(0), 0, rest.div(sums));
    return jnp.where(onOffset(n, k), value, u);
  };
  return foriLoop(1, n, step as never, jnp.diag(d) as never) as unknown as NdArray;
}

type Unary = CustomJvp<[a: NdArray], NdArray>;
const root: Unary = customJvp((a: NdArray): NdArray => {
  const [t, z] = complexSchur(a);
  return product(z, triangularRoot(t), adjoint(z));
}).defjvp(([a]: readonly NdArray[], [da]: readonly NdArray[]) => {
  const x = root(a) as NdArray;
  return [x, sylvester(x, x, cast(da, x.dtype))];
});

/**
 * The principal square root of a square matrix, complex.
 *
 * Its derivative solves `X dX + dX X = dA`, which JAX does not have.
 * @throws ShapeMismatch unless `A` is one square matrix
 */
export function sqrtm(A: ArrayLike, options: { readonly blocksize?: 1 } = {}): NdArray {
  if ((options.blocksize ?? 1) !== 1) {
    throw new InvalidArgument({ op: 'sqrtm', argument: 'blocksize', expected: '1', actual: `${options.blocksize}` });
  }
  return root(oneSquare('sqrtm', A)) as NdArray;
}

function oneSquare(op: string, A: ArrayLike): NdArray {
  const a = asSquare(inexactArray(op, A), op, 'A');
  if (a.ndim === 2) return a;
  throw new ShapeMismatch({ op, argument: 'A', expected: 'one matrix is needed', actual: a.shape });
}

/**
 * A function of a square matrix, complex, from a function `func` of the vector of its eigenvalues, by Parlett's recurrence.
 * With `{ disp: false }`, `[value, estimated error]`.
 *
 * Eigenvalues that coincide make it inaccurate.
 */
export function funm(
  A: ArrayLike,
  func: (x: NdArray) => NdArray,
  options: { readonly disp: false },
): [NdArray, NdArray];
export function funm(A: ArrayLike, func: (x: NdArray) => NdArray, options?: { readonly disp?: true }): NdArray;
export function funm(
  A: ArrayLike,
  func: (x: NdArray) => NdArray,
  options: { readonly disp?: boolean } = {},
): NdArray | [NdArray, NdArray] {
  const a = oneSquare('funm', A);
  const n = a.shape[0];
  const [t, z] = complexSchur(a);
  const values = cast(func(jnp.diagonal(t)), t.dtype);
  const [gaps, changes] = [pairs(jnp.diagonal(t), -1), pairs(values, -1)];
  const strict = jnp.triu(t, { k: 1 });
  const step = (k: NdArray, f: NdArray): NdArray => {
    const inner = f.sub(jnp.diag(jnp.diagonal(f)));
    const sum = t.mul(changes).add(product(strict, inner)).sub(product(inner, strict));
    const value = jnp.where(gaps.eq(0), sum, sum.div(jnp.where(gaps.eq(0), 1, gaps)));
    return jnp.where(onOffset(n, k), value, f);
  };
  const triangular = foriLoop(1, n, step as never, jnp.diag(values) as never) as unknown as NdArray;
  const result = product(z, triangular, adjoint(z));
  if (options.disp ?? true) return result;
  const { eps } = finfo(t.dtype);
  const upper = jnp.triu(jnp.ones([n, n], { dtype: 'bool' }), { k: 1 });
  const least = jnp.where(upper, gaps.abs(), Number.POSITIVE_INFINITY).min();
  const smallest = jnp.where(least.eq(0), eps, least);
  const estimate = jnp.linalg.norm(strict, { ord: 1 }).mul(eps).div(smallest);
  const error = jnp.minimum(1, jnp.maximum(eps, estimate));
  return [result, jnp.where(jnp.isinf(result).any(), Number.POSITIVE_INFINITY, error)];
}

/** `Y` with `R Y + Y S = F` for upper triangular `R`, `S`: one column after the other. */
function triangularSylvester(r: NdArray, s: NdArray, f: NdArray): NdArray {
  const [m, n] = f.shape;
  const identity = jnp.eye(m, { dtype: r.dtype });
  const step = (j: NdArray, y: NdArray): NdArray => {
    const known = f.get(jnp.slice(null, null), j).sub(product(y, s.get(jnp.slice(null, null), j)));
    const shifted = r.add(identity.mul(s.get(j, j)));
    const column = lax.triangularSolve(shifted, known.reshape([m, 1]), { leftSide: true, lower: false });
    return y.at(jnp.slice(null, null), j).set(column.reshape([m]), { uniqueIndices: true });
  };
  return foriLoop(0, n, step as never, jnp.zerosLike(f) as never) as unknown as NdArray;
}

type Ternary = CustomJvp<[a: NdArray, b: NdArray, c: NdArray], NdArray>;

/** The solution of complex matrices; linear in `c`. */
function complexSylvester(a: NdArray, b: NdArray, c: NdArray): NdArray {
  const [r, u] = complexSchur(a);
  const [s, v] = complexSchur(b);
  const f = product(adjoint(u), cast(c, r.dtype), v);
  const x = product(u, triangularSylvester(r, s, f), adjoint(v));
  return isComplex(c.dtype) ? x : x.real;
}

const solution: Ternary = customJvp(complexSylvester).defjvp(
  ([a, b, c]: readonly NdArray[], [da, db, dc]: readonly NdArray[]) => {
    const x = solution(a, b, c) as NdArray;
    const moved = dc.sub(product(da, x)).sub(product(x, db));
    return [x, complexSylvester(a, b, moved)];
  },
);

function sylvester(a: NdArray, b: NdArray, c: NdArray): NdArray {
  return solution(a, b, c) as NdArray;
}

/**
 * `X` with `A X + X B = C`: `A: [..., m, m]`, `B: [..., n, n]`, `C: [..., m, n]`. NaN where an eigenvalue of `A` is nearly the
 * negative of one of `B`. `method` `schur` or `eigen` give the same here.
 *
 * Its derivative is the solution of such an equation, which JAX does not have.
 * @throws ShapeMismatch when the matrices do not fit together
 */
export function solveSylvester(
  A: ArrayLike,
  B: ArrayLike,
  C: ArrayLike,
  options: { readonly method?: 'schur' | 'eigen'; readonly tol?: number } = {},
): NdArray {
  const op = 'solveSylvester';
  const { method = 'schur', tol = 1e-8 } = options;
  if (method !== 'schur' && method !== 'eigen') {
    const expected = "'schur' or 'eigen'";
    throw new InvalidArgument({ op, argument: 'method', expected, actual: `'${method as string}'` });
  }
  const [a, b, c] = promoteDTypesInexact(op, [A, B, C]);
  const [m, n] = c.shape.slice(-2);
  for (const [argument, x, size] of [['A', a, m] as const, ['B', b, n] as const]) {
    if (x.ndim >= 2 && x.shape[x.ndim - 1] === size && x.shape[x.ndim - 2] === size) continue;
    const expected = `C has shape [${c.shape.join(', ')}], which needs [${size}, ${size}]`;
    throw new ShapeMismatch({ op, argument, expected, actual: x.shape });
  }
  const one = (p: NdArray, q: NdArray, r: NdArray): NdArray => {
    const sums = jnp.linalg.eigvals(primitive.stopGradient(p)).reshape([m, 1]);
    const all = sums.add(jnp.linalg.eigvals(primitive.stopGradient(q)));
    return jnp.where(all.abs().lt(tol).any(), Number.NaN, sylvester(p, q, r));
  };
  return jnp.vectorize(one as never, { signature: '(m,m),(n,n),(m,n)->(m,n)' })(a, b, c) as NdArray;
}

/** A real Schur form `[T, Z]` as a complex one, `T` triangular. */
export function rsf2csf(T: ArrayLike, Z: ArrayLike): [T: NdArray, Z: NdArray] {
  const op = 'rsf2csf';
  const [t, z] = promoteDTypesInexact(op, [T, Z]).map((x, i) => asSquare(x, op, i === 0 ? 'T' : 'Z'));
  if (t.shape[t.ndim - 1] !== z.shape[z.ndim - 1]) {
    const expected = `T has shape [${t.shape.join(', ')}]`;
    throw new ShapeMismatch({ op, argument: 'Z', expected, actual: z.shape });
  }
  // The complex form of T itself, which is nearly triangular, turns Z along.
  const [form, turn] = complexSchur(t);
  return [form, product(cast(z, form.dtype), turn)];
}
