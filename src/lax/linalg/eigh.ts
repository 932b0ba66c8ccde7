/**
 * Eigenvalues of symmetric matrices.
 *
 * Source: jax.lax.linalg.eigh.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import * as primitive from '../../primitive/index.js';
import { eighOptions } from '../options.js';
import { symmetrize } from './cholesky.js';
import { asSquare, columns } from './matrix.js';

/** By what algorithm JAX computes eigenvalues; which one runs here is the engine's choice. */
export const EighImplementation = { QR: 'qr', JACOBI: 'jacobi', QDWH: 'qdwh' } as const;
export type EighImplementation = (typeof EighImplementation)[keyof typeof EighImplementation];

export interface EighOptions {
  /** Accepted for JAX's sake. */
  readonly implementation?: EighImplementation | null;
  /** Whether the lower triangle is read, when the input is not symmetrized. Default true. */
  readonly lower?: boolean;
  /** Whether `(A + A^H) / 2` is taken instead of `A`. Default true. */
  readonly symmetrizeInput?: boolean;
  /** Whether eigenvalues rise. Default true, and here they always do. */
  readonly sortEigenvalues?: boolean;
  /** Only eigenvalues from the first number up to, not including, the second one. */
  readonly subsetByIndex?: readonly [start: number, end: number] | null;
}

/**
 * `[v, w]`: orthonormal eigenvectors in the columns of `v`, and real eigenvalues, rising. The derivative is infinite where
 * eigenvalues coincide.
 * @throws ShapeMismatch unless matrices are square
 */
export function eigh(x: ArrayLike, options: EighOptions = {}): [v: NdArray, w: NdArray] {
  checkOptions('eigh', options, eighOptions);
  const { lower = true, symmetrizeInput = true, subsetByIndex = null } = options;
  const a = asSquare(x, 'eigh');
  const n = a.shape[a.ndim - 1];
  const [v, w] = n === 0 ? empty(a) : primitive.eigh(symmetrizeInput ? symmetrize(a) : a, lower);
  if (subsetByIndex === null) return [v, w];
  const [start, end] = subsetByIndex;
  if (!(0 <= start && start <= end && end <= n)) {
    const expected = `two rising numbers between 0 and ${n}`;
    throw new InvalidArgument({ op: 'eigh', argument: 'subsetByIndex', expected, actual: `[${start}, ${end}]` });
  }
  return [columns(v, start, end), primitive.sliceInDim(w, start, end, 1, w.ndim - 1)];
}

const empty = (a: NdArray): [NdArray, NdArray] => [
  a,
  primitive.reshape(primitive.real(primitive.complex(a, a)), a.shape.slice(0, -1)),
];
