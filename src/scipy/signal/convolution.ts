/**
 * Convolution and correlation of arrays of any rank (`jax.scipy.signal`).
 *
 * `y_k = sum_j x_j w_{k - j}` in every axis at once: directly, as one convolution of XLA, or as a product of spectra.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { canonicalAxes, range } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import * as lax from '../../lax/index.js';
import { asArray } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { promoteDTypesInexact } from '../../numpy/promote.js';
import { vmap } from '../../transform/vmap.js';

/** All places where the arrays meet, as many as the first has, or only those where one lies inside the other. */
export type ConvolveMode = 'full' | 'same' | 'valid';

/** Options of `convolve` and `correlate`. */
export interface ConvolveOptions {
  /** Which places. Default `full`. */
  readonly mode?: ConvolveMode;
  /** Through `fft`, or `direct`; `auto` is `direct`. */
  readonly method?: 'auto' | 'fft' | 'direct';
  readonly precision?: lax.PrecisionLike;
}

/** Options of `convolve2d` and `correlate2d`. */
export interface Convolve2dOptions {
  /** Which places. Default `full`. */
  readonly mode?: ConvolveMode;
  /** What is beyond the edges; only zeros are there, as in JAX. */
  readonly boundary?: 'fill';
  readonly fillvalue?: 0;
  readonly precision?: lax.PrecisionLike;
}

function checkMode(op: string, mode: string): void {
  if (['full', 'same', 'valid'].includes(mode)) return;
  throw new InvalidArgument({ op, argument: 'mode', expected: "'full', 'same' or 'valid'", actual: `'${mode}'` });
}

/** Two arrays of one rank, in their common inexact dtype. */
function pairOf(op: string, in1: ArrayLike, in2: ArrayLike): [NdArray, NdArray] {
  const [x, y] = promoteDTypesInexact(op, [in1, in2]);
  if (x.ndim !== y.ndim) {
    throw new ShapeMismatch({ op, argument: 'in2', expected: `in1 has ${x.ndim} axes`, actual: y.shape });
  }
  return [x, y];
}

/** Whether no axis of `x` is shorter than that of `y`. */
const covers = (x: NdArray, y: NdArray): boolean => x.shape.every((n, i) => n >= y.shape[i]);

function checkNested(op: string, x: NdArray, y: NdArray): void {
  if (covers(x, y) || covers(y, x)) return;
  const expected = `one array must be the smaller one in every axis; in1 has shape [${x.shape.join(', ')}]`;
  throw new ShapeMismatch({ op, argument: 'in2', expected, actual: y.shape });
}

function direct(op: string, in1: ArrayLike, in2: ArrayLike, mode: ConvolveMode, precision?: lax.PrecisionLike) {
  checkMode(op, mode);
  const [first, second] = pairOf(op, in1, in2);
  if (first.size === 0 || second.size === 0) {
    const [argument, actual] = first.size === 0 ? ['in1', first.shape] : ['in2', second.shape];
    throw new ShapeMismatch({ op, argument, expected: 'arrays with elements are needed', actual });
  }
  checkNested(op, first, second);
  const [x, kernel] = covers(second, first) ? [second, first] : [first, second];
  const padding = kernel.shape.map((n, i): [number, number] => {
    if (mode === 'valid') return [0, 0];
    if (mode === 'full') return [n - 1, n - 1];
    const middle = Math.floor((second.shape[i] - 1) / 2);
    return [n - 1 - middle, n - second.shape[i] + middle];
  });
  const strides = kernel.shape.map(() => 1);
  const lifted = (z: NdArray): NdArray => jnp.expandDims(z, [0, 1]);
  const out = lax.convGeneralDilated(lifted(x), lifted(jnp.flip(kernel)), strides, padding, { precision });
  return jnp.squeeze(out, { axis: [0, 1] });
}

/** The product of spectra of two arrays, cut to the places of `mode`. */
function throughSpectra(op: string, in1: NdArray, in2: NdArray, mode: ConvolveMode): NdArray {
  const fullShape = in1.shape.map((n, i) => n + in2.shape[i] - 1);
  if (mode === 'valid') checkNested(op, in1, in2);
  const [x, y] = mode === 'valid' && covers(in2, in1) ? [in2, in1] : [in1, in2];
  const product = (): NdArray => {
    if (x.shape.every((n, i) => n === 1 || y.shape[i] === 1)) return x.mul(y);
    const [fft, ifft] = isComplex(x.dtype) ? [jnp.fft.fftn, jnp.fft.ifftn] : [jnp.fft.rfftn, jnp.fft.irfftn];
    return ifft(fft(x, { s: fullShape }).mul(fft(y, { s: fullShape })), { s: fullShape });
  };
  const size =
    mode === 'full' ? fullShape : mode === 'same' ? x.shape : x.shape.map((n, i) => Math.max(0, n - y.shape[i] + 1));
  const start = size.map((n, i) => Math.floor((fullShape[i] - n) / 2));
  return lax.slice(
    product(),
    start,
    start.map((from, i) => from + size[i]),
  );
}

/**
 * The convolution of two arrays of one rank, by fast Fourier transforms, over all axes or some; the others are batches.
 * @throws ShapeMismatch when ranks or batch axes differ, or no array lies inside the other in mode `valid`
 */
export function fftconvolve(
  in1: ArrayLike,
  in2: ArrayLike,
  options: { readonly mode?: ConvolveMode; readonly axes?: number | readonly number[] | null } = {},
): NdArray {
  const op = 'fftconvolve';
  const { mode = 'full', axes = null } = options;
  checkMode(op, mode);
  const [x, y] = pairOf(op, in1, in2);
  let convolution = (a: NdArray, b: NdArray): NdArray => throughSpectra(op, a, b, mode);
  if (axes === null) return convolution(x, y);
  const own = canonicalAxes(axes, x.ndim, op);
  for (const axis of range(x.ndim).filter((k) => !own.includes(k))) {
    if (x.shape[axis] !== y.shape[axis]) {
      const expected = `axis ${axis} is not convolved, and has size ${x.shape[axis]} in in1`;
      throw new ShapeMismatch({ op, argument: 'in2', expected, actual: y.shape });
    }
    convolution = vmap(convolution, { inAxes: axis, outAxes: axis }) as typeof convolution;
  }
  return convolution(x, y);
}

function byMethod(op: string, in1: ArrayLike, in2: ArrayLike, options: ConvolveOptions): NdArray {
  const { mode = 'full', method = 'auto', precision } = options;
  if (method === 'fft') return fftconvolve(in1, in2, { mode });
  if (method === 'direct' || method === 'auto') return direct(op, in1, in2, mode, precision);
  const expected = "'auto', 'fft' or 'direct'";
  throw new InvalidArgument({ op, argument: 'method', expected, actual: `'${method as string}'` });
}

/**
 * The convolution of two arrays of one rank.
 * @throws ShapeMismatch when the ranks differ or neither array is the smaller one in every axis
 */
export const convolve = (in1: ArrayLike, in2: ArrayLike, options: ConvolveOptions = {}): NdArray =>
  byMethod('convolve', in1, in2, options);

/** The correlation of two arrays of one rank: convolution with the conjugate of the second, reversed. */
export const correlate = (in1: ArrayLike, in2: ArrayLike, options: ConvolveOptions = {}): NdArray =>
  byMethod('correlate', in1, jnp.flip(jnp.conj(in2)), options);

/** Matrices, and nothing beyond their edges. */
function matrices(op: string, in1: ArrayLike, in2: ArrayLike, options: Convolve2dOptions): [NdArray, NdArray] {
  const { boundary = 'fill', fillvalue = 0 } = options;
  if (boundary !== 'fill' || fillvalue !== 0) {
    const [argument, actual] = boundary === 'fill' ? ['fillvalue', `${fillvalue}`] : ['boundary', `'${boundary}'`];
    throw new InvalidArgument({ op, argument, expected: boundary === 'fill' ? '0' : "'fill'", actual });
  }
  const [x, y] = [asArray(in1, op, 'in1'), asArray(in2, op, 'in2')];
  for (const [argument, z] of [['in1', x] as const, ['in2', y] as const]) {
    if (z.ndim !== 2) throw new ShapeMismatch({ op, argument, expected: 'a matrix is needed', actual: z.shape });
  }
  return [x, y];
}

/** The convolution of two matrices. */
export function convolve2d(in1: ArrayLike, in2: ArrayLike, options: Convolve2dOptions = {}): NdArray {
  const [x, y] = matrices('convolve2d', in1, in2, options);
  return direct('convolve2d', x, y, options.mode ?? 'full', options.precision);
}

/** The correlation of two matrices. */
export function correlate2d(in1: ArrayLike, in2: ArrayLike, options: Convolve2dOptions = {}): NdArray {
  const op = 'correlate2d';
  const { mode = 'full', precision } = options;
  const [x, y] = matrices(op, in1, in2, options);
  const swap = covers(y, x);
  const sameShape = swap && covers(x, y);
  const turned = (): NdArray => jnp.flip(direct(op, jnp.flip(x), jnp.conj(y), mode, precision));
  const exchanged = (): NdArray => direct(op, jnp.flip(y), jnp.conj(x), mode, precision);
  if (mode === 'same') return turned();
  if (mode === 'valid') return swap && !sameShape ? exchanged() : turned();
  return swap ? jnp.conj(exchanged()) : turned();
}
