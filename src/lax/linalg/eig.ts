/**
 * Eigenvalues and eigenvectors of general matrices: `A v = w v` and `u^H A = w u^H`.
 *
 * Through the Schur form on the host, as JAX has it from LAPACK. The derivative of a simple eigenvalue is `u^H dA v / u^H v`;
 * that of vectors follows from their length 1 and their largest element, which is real.
 * Source: Giles, "Collected matrix derivative results" (2008), section 3.1; jax.lax.linalg.eig.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { complexDType, isComplex } from '../../array/dtype.js';
import { NotDifferentiable } from '../../error/error.js';
import * as primitive from '../../primitive/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { type ComplexRows, complexForm, complexSchur, eigenvectors } from './complex-schur-values.js';
import { inexactMatrices, inRow, nothing, onHost } from './host.js';
import { adjoint, alongColumns, asSquare, diagonal, identity, product, transposed } from './matrix.js';
import { realSchur } from './schur-values.js';
import { solveMatrices } from './solve.js';

/** By what library JAX computes eigenvalues; here it is always the same one. */
export const EigImplementation = { CUSOLVER: 'cusolver', LAPACK: 'lapack', MAGMA: 'magma' } as const;
export type EigImplementation = (typeof EigImplementation)[keyof typeof EigImplementation];

export interface EigOptions {
  /** Whether left eigenvectors are among the results. Default true. */
  readonly computeLeftEigenvectors?: boolean;
  /** Whether right eigenvectors are among the results. Default true. */
  readonly computeRightEigenvectors?: boolean;
  /** Whether eigenvectors may be differentiated, which is right only where eigenvalues differ. Default false. */
  readonly enableEigvecDerivs?: boolean;
  /** Accepted for JAX's sake. */
  readonly implementation?: EigImplementation | null;
}

type Wanted = readonly [left: boolean, right: boolean];

/** The complex Schur form of one matrix. */
function schurForm(a: ComplexRows, isReal: boolean): { t: ComplexRows; z: ComplexRows } | null {
  if (!isReal) return complexSchur(a);
  const real = realSchur(a.re);
  return real && complexForm(real.t, real.z);
}

/** Eigenvalues: for a real matrix those of its real form, in exact pairs. */
function eigenvaluesOf(t: ComplexRows, isReal: boolean): { re: number[]; im: number[] } {
  const n = t.re.length;
  const re = t.re.map((row, i) => row[i]);
  const im = t.im.map((row, i) => row[i]);
  for (let k = 0; isReal && k < n; k++) {
    // `complexForm` leaves the two of a pair side by side.
    if (im[k] === 0) continue;
    [re[k + 1], im[k + 1]] = [re[k], -im[k]];
    k++;
  }
  return { re, im };
}

function factorize(x: NdArray, [left, right]: Wanted): NdArray[] {
  const n = x.shape[x.ndim - 1];
  const dtype = complexDType(x.dtype);
  const isReal = !isComplex(x.dtype);
  const square = { shape: [n, n], dtype };
  const results = [{ shape: [n], dtype }, ...(left ? [square] : []), ...(right ? [square] : [])];
  return onHost(x, results, (a) => {
    const form = schurForm(a, isReal);
    if (form === null) return [nothing(n), nothing(n * n), nothing(n * n)];
    const values = eigenvaluesOf(form.t, isReal);
    const vectors = (isLeft: boolean): ComplexRows => {
      const v = eigenvectors(form.t, form.z, isLeft);
      // A real matrix has real vectors for its real eigenvalues, and conjugate ones for conjugate pairs.
      for (let k = 0; isReal && k < n; k++) {
        for (let i = 0; i < n; i++) {
          if (values.im[k] === 0) v.im[i][k] = 0;
          else [v.re[i][k + 1], v.im[i][k + 1]] = [v.re[i][k], -v.im[i][k]];
        }
        if (values.im[k] !== 0) k++;
      }
      return v;
    };
    return [values, ...(left ? [inRow(vectors(true))] : []), ...(right ? [inRow(vectors(false))] : [])];
  });
}

/** Tangents of eigenvalues and of their vectors. */
function perturbation(w: NdArray, v: NdArray, da: NdArray): { dw: NdArray; dv: NdArray } {
  const n = w.shape[w.ndim - 1];
  const eye = identity(w.shape.slice(0, -1), n, w.dtype);
  const columns = alongColumns(w, n);
  const gaps = primitive.sub(primitive.add(eye, columns), transposed(columns));
  const inverse = primitive.sub(primitive.integerPow(gaps, -1), eye);
  const moved = product(solveMatrices(v, da) as NdArray, v);
  const u = product(v, primitive.mul(inverse, moved));
  const row = v.ndim - 2;
  const largest = primitive.argmax(primitive.abs(v), row, 'int32');
  const place = primitive.iota('int32', v.shape, row);
  const isLargest = primitive.eq(place, primitive.broadcastInDim(largest, v.shape, batchAndColumn(v)));
  const mask = primitive.convertElementType(isLargest, v.dtype);
  const sum = (x: NdArray): NdArray => primitive.reduceSum(x, [row]);
  const along = primitive.neg(primitive.real(sum(primitive.mul(primitive.conj(v), u))));
  const turned = primitive.div(
    primitive.neg(primitive.imag(sum(primitive.mul(mask, u)))),
    primitive.real(sum(primitive.mul(mask, v))),
  );
  const c = alongColumns(primitive.complex(along, turned), n);
  return { dw: diagonal(moved), dv: primitive.add(u, primitive.mul(v, c)) };
}

const batchAndColumn = (v: NdArray): number[] => [...v.shape.keys()].filter((k) => k !== v.ndim - 2);

type Eig = CustomJvp<[x: NdArray], readonly NdArray[]>;

/** One function for each choice of results. */
function eigOf([left, right]: Wanted, derivatives: boolean): Eig {
  const own: Eig = customJvp((x: NdArray): readonly NdArray[] => factorize(x, [left, right])).defjvp(
    ([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
      if ((left || right) && !derivatives) {
        const reason =
          'the derivative of eigenvectors is right only where all eigenvalues differ; pass { enableEigvecDerivs: true } if they do';
        throw new NotDifferentiable({ op: 'eig', reason });
      }
      const outputs = factorize(x, [left, true]);
      const [w, v] = [outputs[0], outputs[outputs.length - 1]];
      const da = primitive.convertElementType(dx, v.dtype);
      if (!left && !right) {
        const slopes = primitive.mul(solveMatrices(v, da) as NdArray, transposed(v));
        return [[w], [primitive.reduceSum(slopes, [slopes.ndim - 1])]];
      }
      const { dw, dv } = perturbation(w, v, da);
      const dLeft = left ? [perturbation(primitive.conj(w), outputs[1], adjoint(da)).dv] : [];
      return [
        [w, ...(left ? [outputs[1]] : []), ...(right ? [v] : [])],
        [dw, ...dLeft, ...(right ? [dv] : [])],
      ];
    },
  );
  return own;
}

const functions = new Map<string, Eig>();

/**
 * `[w, vl, vr]`: eigenvalues, left and right eigenvectors in columns, those that are asked for; complex, also for real
 * matrices. NaN where the iteration fails.
 * @throws ShapeMismatch unless matrices are square, DTypeMismatch for integers
 * @throws NotDifferentiable for a derivative of eigenvectors without `enableEigvecDerivs`
 */
export function eig(x: ArrayLike, options: EigOptions = {}): NdArray[] {
  const { computeLeftEigenvectors = true, computeRightEigenvectors = true, enableEigvecDerivs = false } = options;
  const a = inexactMatrices('eig', asSquare(x, 'eig'));
  const key = [computeLeftEigenvectors, computeRightEigenvectors, enableEigvecDerivs].join();
  let f = functions.get(key);
  if (f === undefined) {
    f = eigOf([computeLeftEigenvectors, computeRightEigenvectors], enableEigvecDerivs);
    functions.set(key, f);
  }
  return [...(f(a) as readonly NdArray[])];
}
