/**
 * Discrete Fourier transforms over the last one to three axes.
 *
 *     FFT: y_k = sum_j x_j exp(-2 pi i j k / n)        IFFT: x_j = 1/n sum_k y_k exp(2 pi i j k / n)
 *
 * `RFFT` takes real numbers and gives the first n/2 + 1 of the (conjugate-symmetric) last axis, `IRFFT` is its inverse.
 * All are linear, and `FFT` and `IFFT` are their own transposes (not adjoints: nothing is conjugated).
 * Source: jax/_src/lax/fft.py.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { type DType, isComplex } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readComplex } from '../array/numeric.js';
import { range, sizeOf, stridesOf } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { attr } from '../ir/lowering.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { conj, real } from './complex.js';
import { concatenate } from './concatenate.js';
import { like, mul } from './elementwise.js';
import { pad } from './slice.js';
import { broadcastInDim, moveAxis } from './structure.js';

export const FFT_TYPES = ['FFT', 'IFFT', 'RFFT', 'IRFFT'] as const;
export type FftType = (typeof FFT_TYPES)[number];

export interface FftParams {
  readonly fftType: FftType;
  /** The sizes of the transformed axes, of the real array for `RFFT` and `IRFFT`. */
  readonly fftLengths: readonly number[];
}

const COMPLEX: { readonly [D in DType]?: DType } = { float32: 'complex64', float64: 'complex128' };
const REAL: { readonly [D in DType]?: DType } = { complex64: 'float32', complex128: 'float64' };

const half = (n: number): number => Math.floor(n / 2) + 1;

function fftType(x: ShapedArray, { fftType: kind, fftLengths }: FftParams): ShapedArray {
  const rank = fftLengths.length;
  if (rank < 1 || rank > 3 || rank > x.ndim) {
    throw new InvalidArgument({
      op: 'fft',
      argument: 'fftLengths',
      expected: `a list of 1 to ${Math.min(3, x.ndim)} sizes for an array with ${x.ndim} axes`,
      actual: `[${fftLengths.join(', ')}]`,
    });
  }
  const needsReal = kind === 'RFFT';
  if (needsReal ? COMPLEX[x.dtype] === undefined : !isComplex(x.dtype)) {
    const expected = needsReal ? 'float32 or float64 is needed' : 'a complex dtype is needed';
    throw new DTypeMismatch({ op: 'fft', argument: 'x', expected, actual: x.dtype });
  }
  const last = fftLengths[rank - 1];
  const sizes = [...fftLengths.slice(0, -1), kind === 'IRFFT' ? half(last) : last];
  if (x.shape.slice(x.ndim - rank).some((n, i) => n !== sizes[i])) {
    const expected = `its last axes must be [${sizes.join(', ')}] for ${kind} of lengths [${fftLengths.join(', ')}]`;
    throw new ShapeMismatch({ op: 'fft', argument: 'x', expected, actual: x.shape });
  }
  if (kind === 'RFFT') return shaped([...x.shape.slice(0, -1), half(last)], COMPLEX[x.dtype] as DType);
  if (kind === 'IRFFT') return shaped([...x.shape.slice(0, -1), last], REAL[x.dtype] as DType);
  return shaped(x.shape, x.dtype);
}

interface Parts {
  readonly shape: readonly number[];
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The transform of one axis by its definition; the angle is reduced exactly, in integers. */
function transformAxis(x: Parts, axis: number, inverse: boolean): Parts {
  const n = x.shape[axis];
  const stride = stridesOf(x.shape)[axis];
  const cos = Float64Array.from({ length: n }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sin = Float64Array.from({ length: n }, (_, k) => (inverse ? 1 : -1) * Math.sin((2 * Math.PI * k) / n));
  const re = new Float64Array(x.re.length);
  const im = new Float64Array(x.re.length);
  for (let start = 0; start < re.length; start++) {
    if (Math.floor(start / stride) % n !== 0) continue;
    for (let k = 0; k < n; k++) {
      let [a, b] = [0, 0];
      for (let j = 0; j < n; j++) {
        const at = start + j * stride;
        const turn = (j * k) % n;
        a += x.re[at] * cos[turn] - x.im[at] * sin[turn];
        b += x.re[at] * sin[turn] + x.im[at] * cos[turn];
      }
      re[start + k * stride] = inverse ? a / n : a;
      im[start + k * stride] = inverse ? b / n : b;
    }
  }
  return { shape: x.shape, re, im };
}

/** The last axis cut to `size`, or continued by the conjugates of its mirrored elements. */
function resizeLast(x: Parts, size: number): Parts {
  const last = x.shape.length - 1;
  const n = x.shape[last];
  const shape = [...x.shape.slice(0, last), size];
  const lines = sizeOf(x.shape) / Math.max(n, 1);
  const re = new Float64Array(lines * size);
  const im = new Float64Array(lines * size);
  for (let line = 0; line < lines; line++) {
    for (let k = 0; k < size; k++) {
      const from = k < n ? k : size - k;
      re[line * size + k] = x.re[line * n + from];
      im[line * size + k] = (k < n ? 1 : -1) * x.im[line * n + from];
    }
  }
  return { shape, re, im };
}

function evaluateFft(x: HostData, { fftType: kind, fftLengths }: FftParams): HostData {
  const rank = fftLengths.length;
  const inverse = kind === 'IFFT' || kind === 'IRFFT';
  const axes = range(rank).map((i) => x.shape.length - rank + i);
  let parts: Parts = { shape: x.shape, ...readComplex(x) };
  if (kind === 'IRFFT') {
    // The last axis only becomes symmetric once the others are transformed.
    for (const axis of axes.slice(0, -1)) parts = transformAxis(parts, axis, true);
    parts = resizeLast(parts, fftLengths[rank - 1]);
    parts = transformAxis(parts, axes[rank - 1], true);
    return fromNumbers(REAL[x.dtype] as DType, parts.shape, parts.re);
  }
  for (const axis of axes) parts = transformAxis(parts, axis, inverse);
  if (kind === 'RFFT') parts = resizeLast(parts, half(fftLengths[rank - 1]));
  return fromComplex(COMPLEX[x.dtype] ?? x.dtype, parts.shape, parts.re, parts.im);
}

/** Zeros after what `RFFT` gives, the transform, and its real part: the real part since the operand is real. */
function transposeRfft(ct: NdArray, fftLengths: readonly number[]): NdArray {
  const n = fftLengths[fftLengths.length - 1];
  const missing = n - ct.shape[ct.ndim - 1];
  const config = range(ct.ndim).map((i): readonly [number, number, number] => [0, i === ct.ndim - 1 ? missing : 0, 0]);
  return real(fft(pad(ct, like(ct, 0), config), 'FFT', fftLengths));
}

/** Each element of what `IRFFT` takes stands for itself and its mirror image, except the first, and the middle one. */
function transposeIrfft(ct: NdArray, fftLengths: readonly number[]): NdArray {
  const y = fft(ct, 'RFFT', fftLengths);
  const n = y.shape[y.ndim - 1];
  const isOdd = fftLengths[fftLengths.length - 1] % 2;
  const scale = 1 / sizeOf(fftLengths);
  const part = (size: number, value: number): NdArray => broadcastInDim(like(y, value * scale), [size], []);
  const weights = n === 1 ? part(1, 1) : concatenate([part(1, 1), part(n - 2 + isOdd, 2), part(1 - isOdd, 1)], 0);
  return conj(mul(broadcastInDim(weights, y.shape, [y.ndim - 1]), y));
}

/** A Fourier transform of the last axes (`lax.fft`). */
export const fftP = definePrimitive<FftParams>((self) => ({
  name: 'fft',
  type: ([x], params) => [fftType(x, params)],
  evaluate: ([x], params) => [evaluateFft(x, params)],
  derivative: linear(self, ([ct], [x], { fftType: kind, fftLengths }) => [
    mapCotangent(ct, x.aval, (c) => {
      if (kind === 'RFFT') return transposeRfft(c, fftLengths);
      return kind === 'IRFFT' ? transposeIrfft(c, fftLengths) : fft(c, kind, fftLengths);
    }),
  ]),
  batch: ([x], [dim], params) => ({ outputs: [bindOne(self(), [moveAxis(x, dim as number, 0)], params)], dims: [0] }),
  lower: (e, [x], { fftType: kind, fftLengths }, [out]) => [
    e.op('fft', [x], out, { fft_type: attr.of('fft_type', kind), fft_length: attr.i64s(fftLengths) }),
  ],
}));
export const fft = (x: NdArray, fftType: FftType, fftLengths: readonly number[]): NdArray =>
  bindOne(fftP, [x], { fftType, fftLengths });
