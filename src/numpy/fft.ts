/**
 * Discrete Fourier transforms (`jnp.fft`): sizes by cutting or padding with zeros, any axes, three normalizations.
 *
 * Source: jax/_src/numpy/fft.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultFloat, scalar } from '../array/convert.js';
import { type DType, isComplex } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, canonicalAxis, range } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { cut, roll } from './joining.js';
import { fftnOptions, fftOptions, frequencyOptions } from './options.js';
import { inexactArray } from './promote.js';
import { moveaxis } from './shape.js';

/** Where the factor 1/n goes: to the inverse (`'backward'`), the forward transform, or its root to both (`'ortho'`). */
export type Norm = 'backward' | 'ortho' | 'forward';

export interface FftOptions {
  /** The size of the transformed axis: cut, or padded with zeros. Default that of the array. */
  readonly n?: number | null;
  /** Default the last. */
  readonly axis?: number;
  readonly norm?: Norm | null;
}

export interface FftnOptions {
  /** The sizes of the transformed axes. */
  readonly s?: readonly number[] | null;
  /** Default all, or as many of the last as `s` has. */
  readonly axes?: readonly number[] | null;
  readonly norm?: Norm | null;
}

const isInverse = (kind: primitive.FftType): boolean => kind === 'IFFT' || kind === 'IRFFT';

/** What the transform, which divides by the size when it is inverse, must be multiplied with. */
function factor(norm: Norm | null | undefined, inverse: boolean, size: number): number {
  if (norm === 'ortho') return inverse ? Math.sqrt(size) : 1 / Math.sqrt(size);
  if (norm === 'forward') return inverse ? size : 1 / size;
  if (norm === null || norm === undefined || norm === 'backward') return 1;
  throw new InvalidArgument({
    op: 'fft',
    argument: 'norm',
    expected: "'backward', 'ortho' or 'forward'",
    actual: `'${String(norm)}'`,
  });
}

function resized(x: NdArray, axis: number, n: number): NdArray {
  const size = x.shape[axis];
  if (size === n) return x;
  if (size > n) return cut(x, axis, 0, n);
  const config = range(x.ndim).map((i): readonly [number, number, number] => [0, i === axis ? n - size : 0, 0]);
  return primitive.pad(x, scalar(0, x.dtype), config);
}

/** In the dtypes that transforms are defined for; 16-bit floats become float32. */
function prepared(op: string, a: ArrayLike, kind: primitive.FftType): NdArray {
  const x = inexactArray(op, a);
  const wide = x.dtype === 'bfloat16' || x.dtype === 'float16' ? cast(x, 'float32') : x;
  if (kind === 'RFFT') {
    if (!isComplex(wide.dtype)) return wide;
    const hint = 'fft takes complex arrays.';
    throw new DTypeMismatch({ op, argument: 'a', expected: 'a real array is needed', actual: x.dtype, hint });
  }
  return isComplex(wide.dtype) ? wide : cast(wide, wide.dtype === 'float64' ? 'complex128' : 'complex64');
}

function transform(op: string, kind: primitive.FftType, a: ArrayLike, options: FftnOptions): NdArray {
  let x = prepared(op, a, kind);
  const { s = null, norm } = options;
  const axes = canonicalAxes(options.axes ?? (s ? range(s.length).map((i) => i - s.length) : null), x.ndim, op, 'axes');
  if (axes.length === 0) return x;
  if ((s !== null && s.length !== axes.length) || s?.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new InvalidArgument({
      op,
      argument: 's',
      expected: `${axes.length} positive sizes`,
      actual: JSON.stringify(s),
    });
  }
  const last = axes.length - 1;
  const lengths = axes.map((axis, i) => {
    if (s !== null) return s[i];
    return kind === 'IRFFT' && i === last ? Math.max(0, 2 * (x.shape[axis] - 1)) : x.shape[axis];
  });
  if (lengths.some((n) => n < 1)) {
    throw new InvalidArgument({ op, argument: 'a', expected: 'not empty along its axes', actual: `${x.aval}` });
  }
  axes.forEach((axis, i) => {
    const stored = kind === 'IRFFT' && i === last ? Math.floor(lengths[i] / 2) + 1 : lengths[i];
    x = resized(x, axis, stored);
  });
  const scale = factor(
    norm,
    isInverse(kind),
    lengths.reduce((p, n) => p * n, 1),
  );
  const places = axes.map((_, i) => x.ndim - axes.length + i);
  let out = severalAxes(kind, moveaxis(x, axes, places), lengths);
  if (scale !== 1) out = primitive.mul(out, scalar(scale, out.dtype));
  return moveaxis(out, places, axes);
}

/** The primitive takes three axes at a time; the others are complex transforms of their own. */
function severalAxes(kind: primitive.FftType, x: NdArray, lengths: readonly number[]): NdArray {
  if (lengths.length <= 3) return primitive.fft(x, kind, lengths);
  const first = lengths.slice(0, -3);
  const rest = lengths.slice(-3);
  const places = range(first.length).map((i) => x.ndim - lengths.length + i);
  const ends = range(first.length).map((i) => x.ndim - first.length + i);
  const outer = (y: NdArray): NdArray => {
    const moved = severalAxes(isInverse(kind) ? 'IFFT' : 'FFT', moveaxis(y, places, ends), first);
    return moveaxis(moved, ends, places);
  };
  return kind === 'IRFFT' ? primitive.fft(outer(x), kind, rest) : outer(primitive.fft(x, kind, rest));
}

const one =
  (op: string, kind: primitive.FftType) =>
  (a: ArrayLike, options: FftOptions = {}): NdArray => {
    const { n = null, axis = -1, norm } = checkOptions(op, options, fftOptions);
    return transform(op, kind, a, { s: n === null ? null : [n], axes: [axis], norm });
  };

const two =
  (op: string, kind: primitive.FftType) =>
  (a: ArrayLike, options: FftnOptions = {}): NdArray =>
    transform(op, kind, a, { ...checkOptions(op, options, fftnOptions), axes: options.axes ?? [-2, -1] });

const several =
  (op: string, kind: primitive.FftType) =>
  (a: ArrayLike, options: FftnOptions = {}): NdArray =>
    transform(op, kind, a, checkOptions(op, options, fftnOptions));

/** The Fourier transform along an axis. */
export const fft = one('fft', 'FFT');
/** The inverse Fourier transform along an axis. */
export const ifft = one('ifft', 'IFFT');
/** The Fourier transform of real numbers: `n / 2 + 1` complex ones. */
export const rfft = one('rfft', 'RFFT');
/** The inverse of `rfft`: real numbers, `2 (m - 1)` of them unless `n` says otherwise. */
export const irfft = one('irfft', 'IRFFT');
/** The Fourier transform over two axes, by default the last ones. */
export const fft2 = two('fft2', 'FFT');
/** The inverse Fourier transform over two axes, by default the last ones. */
export const ifft2 = two('ifft2', 'IFFT');
/** The Fourier transform of real numbers over two axes. */
export const rfft2 = two('rfft2', 'RFFT');
/** The inverse of `rfft2`. */
export const irfft2 = two('irfft2', 'IRFFT');
/** The Fourier transform over several axes. */
export const fftn = several('fftn', 'FFT');
/** The inverse Fourier transform over several axes. */
export const ifftn = several('ifftn', 'IFFT');
/** The Fourier transform of real numbers over several axes. */
export const rfftn = several('rfftn', 'RFFT');
/** The inverse of `rfftn`. */
export const irfftn = several('irfftn', 'IRFFT');

const opposite = (norm: Norm | null | undefined): Norm =>
  norm === 'ortho' ? 'ortho' : norm === 'forward' ? 'backward' : 'forward';

/** The transform of numbers whose mirror images are their conjugates: real. */
export const hfft = (a: ArrayLike, options: FftOptions = {}): NdArray =>
  irfft(primitive.conj(prepared('hfft', a, 'IRFFT')), {
    ...checkOptions('hfft', options, fftOptions),
    norm: opposite(options.norm),
  });

/** The inverse of `hfft`. */
export const ihfft = (a: ArrayLike, options: FftOptions = {}): NdArray =>
  primitive.conj(rfft(a, { ...checkOptions('ihfft', options, fftOptions), norm: opposite(options.norm) }));

export interface FrequencyOptions {
  /** The distance of samples. Default 1. */
  readonly d?: number;
  readonly dtype?: DType | null;
}

function frequencies(
  op: string,
  n: number,
  options: FrequencyOptions,
  count: number,
  at: (k: number) => number,
): NdArray {
  if (!Number.isInteger(n) || n < 1) {
    throw new InvalidArgument({ op, argument: 'n', expected: 'a positive integer', actual: `${n}` });
  }
  const dtype = options.dtype ? checkDType(options.dtype, op) : defaultFloat();
  const places = cast(
    asArray(
      Int32Array.from({ length: count }, (_, k) => at(k)),
      op,
    ),
    dtype,
  );
  return primitive.div(places, scalar(n * (options.d ?? 1), dtype));
}

/** The frequencies of the elements of `fft`, in cycles per unit: 0, 1, ..., -2, -1 over `n d`. */
export const fftfreq = (n: number, options: FrequencyOptions = {}): NdArray => {
  checkArgument('fftfreq', 'n', n, 'integer');
  return frequencies('fftfreq', n, checkOptions('fftfreq', options, frequencyOptions), n, (k) =>
    k < Math.ceil(n / 2) ? k : k - n,
  );
};

/** The frequencies of the elements of `rfft`: 0, 1, ..., n / 2 over `n d`. */
export const rfftfreq = (n: number, options: FrequencyOptions = {}): NdArray => {
  checkArgument('rfftfreq', 'n', n, 'integer');
  return frequencies(
    'rfftfreq',
    n,
    checkOptions('rfftfreq', options, frequencyOptions),
    Math.floor(n / 2) + 1,
    (k) => k,
  );
};

const shift =
  (op: string, by: (n: number) => number) =>
  (x: ArrayLike, options: { readonly axes?: number | readonly number[] | null } = {}): NdArray => {
    const { axes = null } = checkOptions(op, options, { axes: 'axes?' });
    const value = asArray(x, op);
    const list =
      axes === null ? range(value.ndim) : [axes].flat().map((a) => canonicalAxis(a as number, value.ndim, op));
    return roll(
      value,
      list.map((axis) => by(value.shape[axis])),
      { axis: list },
    );
  };

/** Frequency 0 moved to the middle. */
export const fftshift = shift('fftshift', (n) => Math.floor(n / 2));
/** The inverse of `fftshift`. */
export const ifftshift = shift('ifftshift', (n) => -Math.floor(n / 2));
