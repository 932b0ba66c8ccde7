/**
 * Windows: weights that fade a signal in and out (`jnp.hanning`, `jnp.kaiser`, ...), symmetric, with `M` points.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultFloat } from '../array/convert.js';
import { isComplex } from '../array/dtype.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { type CustomJvp, customJvp } from '../transform/custom-jvp.js';
import { ones } from './creation.js';
import { inexactArray } from './promote.js';

/** A window as a function of the places `n: [M]`; of one point or none, it is 1. */
const window =
  (name: string, weights: (n: NdArray, M: number) => NdArray) =>
  (M: number): NdArray => {
    if (!Number.isInteger(M) || M < 0) {
      throw new InvalidArgument({ op: name, argument: 'M', expected: 'an integer, not negative', actual: `${M}` });
    }
    const dtype = defaultFloat();
    return M <= 1 ? ones([M], { dtype }) : weights(primitive.iota(dtype, [M], 0), M);
  };

/** `cos(2 pi k n / (M - 1))`. */
const wave = (n: NdArray, k: number, M: number): NdArray =>
  n
    .mul(2 * k * Math.PI)
    .div(M - 1)
    .cos();

/** Bartlett's window: a triangle. */
export const bartlett = window('bartlett', (n, M) =>
  n
    .mul(2)
    .add(1 - M)
    .abs()
    .div(M - 1)
    .neg()
    .add(1),
);

/** Blackman's window: a sum of three cosines. */
export const blackman = window('blackman', (n, M) =>
  wave(n, 1, M)
    .mul(-0.5)
    .add(0.42)
    .add(wave(n, 2, M).mul(0.08)),
);

/** Hamming's window: a cosine on a step. */
export const hamming = window('hamming', (n, M) => wave(n, 1, M).mul(-0.46).add(0.54));

/** Von Hann's window: a cosine. */
export const hanning = window('hanning', (n, M) => wave(n, 1, M).neg().add(1).mul(0.5));

/** Kaiser's window, whose width falls with `beta`. */
export const kaiser = (M: number, beta: ArrayLike): NdArray =>
  window('kaiser', (n) => {
    const alpha = 0.5 * (M - 1);
    const inside = n.sub(alpha).div(alpha).square().neg().add(1).sqrt();
    return i0(inside.mul(beta)).div(i0(beta));
  })(M);

/** Even, so its derivative at 0 is 0, where that of the absolute value inside is not. */
const bessel: CustomJvp<[x: NdArray], NdArray> = customJvp((x: NdArray): NdArray => {
  const size = primitive.abs(x);
  return primitive.mul(primitive.exp(size), primitive.besselI0e(size));
}).defjvp(([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
  const size = primitive.abs(x);
  const slope = primitive.mul(primitive.exp(size), primitive.besselI1e(x));
  return [bessel(x) as NdArray, primitive.mul(dx, slope)];
});

/**
 * The modified Bessel function of order 0.
 * @throws InvalidArgument for complex numbers
 */
export function i0(x: ArrayLike): NdArray {
  const value = inexactArray('i0', x);
  if (!isComplex(value.dtype)) return bessel(value) as NdArray;
  throw new InvalidArgument({ op: 'i0', argument: 'x', expected: 'real numbers', actual: value.dtype });
}
