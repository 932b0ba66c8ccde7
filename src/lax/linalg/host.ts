/**
 * Factorizations that XLA has no expander for, computed on the host in double precision, as JAX computes them by LAPACK on
 * the CPU alone. Inside a compiled program they are callbacks.
 */
import { DeviceArray, encode, type NdArray } from '../../array/array.js';
import { allocate, type DType, isComplex, isInexact } from '../../array/dtype.js';
import { readComplex } from '../../array/numeric.js';
import { sizeOf } from '../../array/shape.js';
import { DTypeMismatch, NotDifferentiable } from '../../error/error.js';
import { pureCallback } from '../../transform/callback.js';
import { customJvp } from '../../transform/custom-jvp.js';
import { ShapeDtypeStruct } from '../../transform/make-jaxpr.js';
import type { ComplexRows } from './complex-schur-values.js';

/** A result for one matrix: elements in rows; imaginary parts are dropped where the dtype has none. */
export interface HostResult {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Numbers of a result, real and imaginary. */
export interface HostNumbers {
  readonly re: ArrayLike<number>;
  readonly im: ArrayLike<number>;
}

/** A matrix's elements in a row. */
export const inRow = ({ re, im }: ComplexRows): HostNumbers => ({
  re: re.flatMap((row) => [...row]),
  im: im.flatMap((row) => [...row]),
});

/** A number for each element that is NaN. */
export const nothing = (n: number): HostNumbers => ({ re: Array(n).fill(Number.NaN), im: Array(n).fill(Number.NaN) });

/** The same function of each matrix `[n, n]` of a batch, on the host. */
export function onHost(
  x: NdArray,
  results: readonly HostResult[],
  factorize: (a: ComplexRows) => readonly HostNumbers[],
): NdArray[] {
  const n = x.shape[x.ndim - 1];
  const outer = x.shape.slice(0, -2);
  const announced = results.map(({ shape, dtype }) => new ShapeDtypeStruct([...outer, ...shape], dtype));
  const callback = (given: NdArray): NdArray[] => {
    const batch = given.shape.slice(0, -2);
    const numbers = readComplex({ dtype: given.dtype, shape: given.shape, data: given.dataSync() });
    const buffers = results.map(({ shape, dtype }) => allocate(dtype, sizeOf([...batch, ...shape])));
    for (let k = 0; k < sizeOf(batch); k++) {
      const part = (from: Float64Array): Float64Array[] =>
        Array.from({ length: n }, (_, i) => from.slice((k * n + i) * n, (k * n + i + 1) * n));
      const found = factorize({ re: part(numbers.re), im: part(numbers.im) });
      results.forEach(({ shape, dtype }, r) => {
        const size = sizeOf(shape);
        for (let i = 0; i < size; i++) {
          const to = k * size + i;
          if (isComplex(dtype)) {
            buffers[r][2 * to] = found[r].re[i];
            buffers[r][2 * to + 1] = found[r].im[i];
          } else encode(dtype, buffers[r], to, found[r].re[i]);
        }
      });
    }
    return results.map(({ shape, dtype }, r) =>
      DeviceArray.fromHost({ dtype, shape: [...batch, ...shape], data: buffers[r] }),
    );
  };
  return [...pureCallback(callback, announced, x, { vmapMethod: 'broadcastAll' })];
}

/**
 * Square matrices of floating-point or complex numbers.
 * @throws DTypeMismatch for others
 */
export function inexactMatrices(op: string, x: NdArray): NdArray {
  if (isInexact(x.dtype)) return x;
  const expected = 'a floating-point or complex dtype';
  throw new DTypeMismatch({ op, argument: 'x', expected, actual: x.dtype });
}

/** The function, refusing to be differentiated. */
export const withoutDerivative = <R>(op: string, f: (x: NdArray) => R, reason: string): ((x: NdArray) => R) =>
  customJvp(f).defjvp((): never => {
    throw new NotDifferentiable({ op, reason });
  }) as (x: NdArray) => R;
