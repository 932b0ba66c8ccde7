/**
 * The Schur form `A = Z T Z^H`, and the reductions on the way to it: Hessenberg and tridiagonal form.
 *
 * Computed on the host. Source: jax.lax.linalg.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex, realDType } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import { InvalidArgument } from '../../error/error.js';
import { type ComplexRows, complexSchur } from './complex-schur-values.js';
import { hessenbergForm } from './hessenberg-values.js';
import { type HostNumbers, inexactMatrices, inRow, nothing, onHost, withoutDerivative } from './host.js';
import { asSquare } from './matrix.js';
import { realSchur } from './schur-values.js';

export interface SchurOptions {
  /** Whether `Z` is computed. Default true. */
  readonly computeSchurVectors?: boolean;
  /** Must be false: eigenvalues come as the iteration finds them, as in JAX. */
  readonly sortEigVals?: false;
  readonly selectCallable?: null;
}

const allZero = (n: number): Float64Array[] => range(n).map(() => new Float64Array(n));
const NO_RULE = 'no derivative of it is defined, in JAX neither';

const schurWith = withoutDerivative(
  'schur',
  (x: NdArray): readonly NdArray[] => {
    const n = x.shape[x.ndim - 1];
    const { dtype } = x;
    const square = { shape: [n, n], dtype };
    return onHost(x, [square, square], (a) => {
      if (isComplex(dtype)) {
        const form = complexSchur(a);
        return form === null ? [nothing(n * n), nothing(n * n)] : [inRow(form.t), inRow(form.z)];
      }
      const form = realSchur(a.re);
      if (form === null) return [nothing(n * n), nothing(n * n)];
      return [inRow({ re: form.t, im: allZero(n) }), inRow({ re: form.z, im: allZero(n) })];
    });
  },
  NO_RULE,
);

/**
 * `[T, Z]` with `x = Z T Z^H`: `T` upper triangular, for real matrices but for 2 x 2 blocks, one for each complex pair of
 * eigenvalues. Without vectors, `[T]`.
 */
export function schur(x: ArrayLike, options: SchurOptions = {}): NdArray[] {
  const { computeSchurVectors = true, sortEigVals = false } = options;
  if (sortEigVals) {
    const hint = 'JAX does not sort them either.';
    throw new InvalidArgument({ op: 'schur', argument: 'sortEigVals', expected: 'false', actual: 'true', hint });
  }
  const [t, z] = schurWith(inexactMatrices('schur', asSquare(x, 'schur')));
  return computeSchurVectors ? [t, z] : [t];
}

const hessenbergWith = withoutDerivative(
  'hessenberg',
  (x: NdArray): readonly NdArray[] => {
    const n = x.shape[x.ndim - 1];
    const { dtype } = x;
    const results = [
      { shape: [n, n], dtype },
      { shape: [Math.max(0, n - 1)], dtype },
    ];
    return onHost(x, results, (given) => {
      const { a, taus } = hessenbergForm(given);
      return [inRow(a), numbers(taus)];
    });
  },
  NO_RULE,
);

const numbers = (pairs: readonly (readonly [number, number])[]): HostNumbers => ({
  re: pairs.map(([re]) => re),
  im: pairs.map(([, im]) => im),
});

/**
 * `[a, taus]`: the Hessenberg form of square matrices on and above the first subdiagonal of `a`, and below it the vectors of
 * the reflections that led to it, as `householderProduct` takes them.
 */
export function hessenberg(a: ArrayLike): [a: NdArray, taus: NdArray] {
  const [form, taus] = hessenbergWith(inexactMatrices('hessenberg', asSquare(a, 'hessenberg', 'a')));
  return [form, taus];
}

/** The matrix mirrored about both its middle lines, so that its last column becomes the first. */
const turned = ({ re, im }: ComplexRows): ComplexRows => ({
  re: [...re].reverse().map((row) => row.slice().reverse()),
  im: [...im].reverse().map((row) => row.slice().reverse()),
});

/** The Hermitian matrix of which one triangle is given. */
function hermitian({ re, im }: ComplexRows): ComplexRows {
  const n = re.length;
  const pick = (i: number, j: number): readonly [number, number] => (i >= j ? [i, j] : [j, i]);
  return {
    re: range(n).map((i) => Float64Array.from(range(n), (j) => re[pick(i, j)[0]][pick(i, j)[1]])),
    im: range(n).map((i) => Float64Array.from(range(n), (j) => (i === j ? 0 : i > j ? im[i][j] : -im[j][i]))),
  };
}

const tridiagonalWith = (lower: boolean): ((x: NdArray) => readonly NdArray[]) =>
  withoutDerivative(
    'tridiagonal',
    (x: NdArray): readonly NdArray[] => {
      const n = x.shape[x.ndim - 1];
      const { dtype } = x;
      const m = Math.max(0, n - 1);
      const results = [
        { shape: [n, n], dtype },
        { shape: [n], dtype: realDType(dtype) },
        { shape: [m], dtype: realDType(dtype) },
        { shape: [m], dtype },
      ];
      return onHost(x, results, (given) => {
        const own = lower ? given : turned(given);
        const { a, taus } = hessenbergForm(hermitian(own));
        const order = lower ? range(m) : range(m).reverse();
        const places = lower ? range(n) : range(n).reverse();
        const d = { re: places.map((i) => a.re[i][i]), im: range(n).map(() => 0) };
        const e = { re: order.map((i) => a.re[i + 1][i]), im: order.map(() => 0) };
        // What LAPACK does not read, it leaves as it was.
        for (let i = 0; i < n; i++) {
          for (let j = i + 1; j < n; j++) {
            a.re[i][j] = own.re[i][j];
            a.im[i][j] = own.im[i][j];
          }
          a.im[i][i] = 0;
        }
        return [inRow(lower ? a : turned(a)), d, e, numbers(order.map((i) => taus[i]))];
      });
    },
    NO_RULE,
  );

const reductions = { lower: tridiagonalWith(true), upper: tridiagonalWith(false) };

/**
 * `[a, d, e, taus]`: Hermitian matrices, of which one triangle is read, as `Q T Q^H` with `T` tridiagonal: its diagonal `d`,
 * what is beside it `e`, and in the triangle of `a` the vectors of the reflections that make up `Q`.
 */
export function tridiagonal(
  a: ArrayLike,
  options: { readonly lower?: boolean } = {},
): [a: NdArray, d: NdArray, e: NdArray, taus: NdArray] {
  const x = inexactMatrices('tridiagonal', asSquare(a, 'tridiagonal', 'a'));
  const [form, d, e, taus] = reductions[(options.lower ?? true) ? 'lower' : 'upper'](x);
  return [form, d, e, taus];
}
