/**
 * Windows: weights that fade a segment of a signal in and out, by the names of `scipy.signal.get_window`.
 *
 * They are periodic, as spectra want them: a symmetric window with one point more, without its last one. Numbers are
 * computed in double precision, once, like SciPy's.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import type { DType } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { asArray, cast } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';

/** A window by name, with its parameter where it has one, or as its weights. */
export type Window = string | readonly [name: string, parameter: number] | ArrayLike;

/** A window as a function of the place `t` from 0 to 1. */
type Shape = (t: number, parameter: number) => number;

/** `sum_k (-1)^k a_k cos(2 pi k t)`. */
const cosines =
  (...a: readonly number[]): Shape =>
  (t) =>
    a.reduce((sum, c, k) => sum + (k % 2 === 0 ? c : -c) * Math.cos(2 * Math.PI * k * t), 0);

/** The modified Bessel function of order 0, by its power series. */
function bessel(x: number): number {
  let [term, sum] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const SHAPES: { readonly [name: string]: Shape } = {
  boxcar: () => 1,
  hann: cosines(0.5, 0.5),
  hamming: cosines(0.54, 0.46),
  blackman: cosines(0.42, 0.5, 0.08),
  nuttall: cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  bartlett: (t) => 1 - Math.abs(2 * t - 1),
  kaiser: (t, beta) => bessel(beta * Math.sqrt(Math.max(0, 1 - (2 * t - 1) ** 2))) / bessel(beta),
  tukey: (t, alpha) => {
    const edge = Math.min(t, 1 - t);
    return alpha <= 0 || edge >= alpha / 2 ? 1 : 0.5 * (1 - Math.cos((2 * Math.PI * edge) / alpha));
  },
};
/** Windows with a parameter. */
const PARAMETRIC = ['kaiser', 'tukey'];

/** A window of `n` points by its name. */
function named(op: string, window: string | readonly [string, number], n: number): number[] {
  const [name, parameter] = typeof window === 'string' ? [window, undefined] : window;
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (shape === undefined || PARAMETRIC.includes(name) !== (parameter !== undefined)) {
    const names = Object.keys(SHAPES).map((k) => (PARAMETRIC.includes(k) ? `['${k}', number]` : `'${k}'`));
    const expected = `one of ${names.join(', ')}, or the weights themselves`;
    throw new InvalidArgument({ op, argument: 'window', expected, actual: JSON.stringify(window) });
  }
  return n === 1 ? [1] : range(n).map((i) => shape(i / n, parameter ?? 0));
}

const isNamed = (window: Window): window is string | readonly [string, number] =>
  typeof window === 'string' || (Array.isArray(window) && typeof window[0] === 'string');

/** The weights of a window of `n` points; those given are checked to be as many. */
export function windowOf(op: string, window: Window, n: number, dtype: DType): NdArray {
  if (isNamed(window)) return jnp.array(named(op, window, n), { dtype });
  const weights = cast(asArray(window, op, 'window'), dtype);
  if (weights.ndim !== 1 || weights.size !== n) {
    throw new ShapeMismatch({ op, argument: 'window', expected: `a vector of ${n} weights`, actual: weights.shape });
  }
  return weights;
}

/** How many points a segment has: as said, or as the given window has, or `whole` at most. */
export function segmentLength(op: string, window: Window, nperseg: number | null, whole: number): number {
  if (nperseg !== null && !(Number.isInteger(nperseg) && nperseg >= 1)) {
    throw new InvalidArgument({ op, argument: 'nperseg', expected: 'a positive integer', actual: `${nperseg}` });
  }
  if (isNamed(window)) return Math.min(nperseg ?? whole, whole);
  const { size } = asArray(window, op, 'window');
  if (size > whole) {
    const expected = `at most ${whole} weights, as many as the signal has points`;
    throw new ShapeMismatch({ op, argument: 'window', expected, actual: [size] });
  }
  return nperseg ?? size;
}
