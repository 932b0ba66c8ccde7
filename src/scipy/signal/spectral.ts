/**
 * Spectra of a signal cut into overlapping, windowed segments: the short-time Fourier transform, and its mean over time.
 *
 * Welch, "The use of fast Fourier transform for the estimation of power spectra" (1967). Source: jax.scipy.signal.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { complexDType, isComplex } from '../../array/dtype.js';
import { canonicalAxis, range } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import * as lax from '../../lax/index.js';
import * as jnp from '../../numpy/index.js';
import { promoteDTypesInexact } from '../../numpy/promote.js';
import { detrend as withoutTrend } from './detrend.js';
import { segmentLength, type Window, windowOf } from './window.js';

/** What is taken away from each segment: `constant`, `linear`, nothing, or what a function of segments says. */
export type Detrend = 'constant' | 'linear' | false | ((segments: NdArray) => NdArray);

/** How a signal is cut into segments. */
export interface SegmentOptions {
  /** Points per unit of time. Default 1. */
  readonly fs?: number;
  /** A window's name, with its parameter, or its weights. Default `hann`. */
  readonly window?: Window;
  /** Points of a segment. Default all, or as many as the window has; 256 for `stft`. */
  readonly nperseg?: number | null;
  /** Points that segments share. Default half of a segment. */
  readonly noverlap?: number | null;
  /** Points of the transform, the rest zeros. Default as many as a segment has. */
  readonly nfft?: number | null;
  readonly detrend?: Detrend;
  /** Whether frequencies below 0 are left out, for real signals. Default true. */
  readonly returnOnesided?: boolean;
  /** The axis of time. Default the last. */
  readonly axis?: number;
}

/** Options of `csd` and `welch`. */
export interface SpectrumOptions extends SegmentOptions {
  /** Power per frequency (`density`), or power (`spectrum`). Default `density`. */
  readonly scaling?: 'density' | 'spectrum';
  /** How segments are averaged. Default `mean`. */
  readonly average?: 'mean' | 'median';
}

/** Options of `stft`. */
export interface StftOptions extends SegmentOptions {
  /** How the signal is continued at both ends, so that its first point is the middle of a segment. Default `zeros`. */
  readonly boundary?: 'even' | 'odd' | 'constant' | 'zeros' | null;
  /** Whether zeros at the end make the last segment whole. Default true. */
  readonly padded?: boolean;
}

interface Spectra {
  readonly frequencies: NdArray;
  readonly times: NdArray;
  /** `[..., frequency, ..., segment]`. */
  readonly values: NdArray;
}

type Problem = Required<Pick<SegmentOptions, 'fs' | 'window' | 'returnOnesided'>> &
  Pick<SegmentOptions, 'nperseg' | 'noverlap' | 'nfft' | 'axis'> &
  Pick<SpectrumOptions, 'scaling'> &
  Pick<StftOptions, 'boundary' | 'padded'> & {
    readonly op: string;
    readonly detrend: Detrend;
    readonly isStft: boolean;
  };

/** The signal continued at both ends of its last axis. */
function extended(op: string, x: NdArray, n: number, boundary: StftOptions['boundary']): NdArray {
  if (boundary === null || boundary === undefined || n < 1) return x;
  const width = range(x.ndim).map((k): [number, number] => (k === x.ndim - 1 ? [n, n] : [0, 0]));
  switch (boundary) {
    case 'zeros':
      return jnp.pad(x, width);
    case 'constant':
      return jnp.pad(x, width, { mode: 'edge' });
    case 'even':
      return jnp.pad(x, width, { mode: 'reflect' });
    case 'odd':
      return oddlyExtended(op, x, n);
    default:
      throw new InvalidArgument({
        op,
        argument: 'boundary',
        expected: "'even', 'odd', 'constant', 'zeros' or null",
        actual: `'${boundary as string}'`,
      });
  }
}

/** The signal continued by its image turned about either end point. */
function oddlyExtended(op: string, x: NdArray, n: number): NdArray {
  const size = x.shape[x.ndim - 1];
  if (n > size - 1) {
    const expected = `at most ${2 * size - 1} points, since the signal is continued by half a segment of itself`;
    throw new InvalidArgument({ op, argument: 'nperseg', expected, actual: `${2 * n}` });
  }
  const part = (from: number, to: number): NdArray => x.get('...', jnp.slice(from, to));
  const left = part(0, 1)
    .mul(2)
    .sub(jnp.flip(part(1, n + 1), { axis: -1 }));
  const right = part(size - 1, size)
    .mul(2)
    .sub(jnp.flip(part(size - n - 1, size - 1), { axis: -1 }));
  return jnp.concatenate([left, x, right], { axis: -1 });
}

/** Zeros at the end of the last axis. */
const lengthened = (x: NdArray, by: number): NdArray =>
  by === 0 ? x : jnp.concatenate([x, jnp.zeros([...x.shape.slice(0, -1), by], { dtype: x.dtype })], { axis: -1 });

/** The trend's remover, for segments along the last axis. */
function remover(op: string, detrend: Detrend): (segments: NdArray) => NdArray {
  if (typeof detrend === 'function') return detrend;
  if (detrend === false) return (x) => x;
  if (detrend === 'constant' || detrend === 'linear') return (x) => withoutTrend(x, { type: detrend });
  const expected = "'constant', 'linear', false or a function";
  throw new InvalidArgument({ op, argument: 'detrend', expected, actual: `${detrend as string}` });
}

/** Segments `[..., segment, point]` of a signal `[..., time]`. */
function segments(x: NdArray, length: number, step: number): NdArray {
  const count = Math.floor((x.shape[x.ndim - 1] - length) / step) + 1;
  const places = jnp.arange(count).mul(step).reshape([count, 1]).add(jnp.arange(length));
  return jnp.take(x, places, { axis: -1 });
}

function spectra(given: ArrayLike, other: ArrayLike | null, problem: Problem): Spectra {
  const { op, fs, isStft } = problem;
  const [first, second = null] = promoteDTypesInexact(op, other === null ? [given] : [given, other]);
  const axis = canonicalAxis(problem.axis ?? -1, first.ndim, op);
  if (second !== null && second.ndim !== first.ndim) {
    throw new ShapeMismatch({ op, argument: 'y', expected: `x has ${first.ndim} axes`, actual: second.shape });
  }
  const dtype = complexDType(first.dtype);
  const real = jnp.finfo(dtype).dtype;
  const length = segmentLength(op, problem.window, problem.nperseg ?? null, first.shape[axis]);
  const overlap = problem.noverlap ?? Math.floor(length / 2);
  const size = problem.nfft ?? length;
  const outer = jnp.broadcastShapes(
    ...[first, ...(second ? [second] : [])].map((z) => z.shape.filter((_, k) => k !== axis)),
  );
  if (first.size === 0 || second?.size === 0) {
    const shortest = Math.min(first.shape[axis], second?.shape[axis] ?? first.shape[axis]);
    const shape = [...outer.slice(0, axis), shortest, ...outer.slice(axis)];
    const none = jnp.zeros(shape, { dtype: real });
    return { frequencies: none, times: none, values: jnp.zeros(shape, { dtype }) };
  }
  if (size < length) {
    throw new InvalidArgument({ op, argument: 'nfft', expected: `at least nperseg, ${length}`, actual: `${size}` });
  }
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= length) {
    const expected = `an integer from 0 to ${length - 1}, below nperseg`;
    throw new InvalidArgument({ op, argument: 'noverlap', expected, actual: `${overlap}` });
  }
  const window = windowOf(op, problem.window, length, first.dtype);
  const step = length - overlap;
  const longest = Math.max(first.shape[axis], second?.shape[axis] ?? 0);
  const prepared = (z: NdArray): NdArray => {
    const last = jnp.moveaxis(z, axis, -1);
    const whole = extended(op, lengthened(last, longest - z.shape[axis]), Math.floor(length / 2), problem.boundary);
    if (!problem.padded) return whole;
    const missing = (((-(whole.shape[whole.ndim - 1] - length) % step) + step) % step) % length;
    return lengthened(whole, missing);
  };
  const oneSided = problem.returnOnesided && !isComplex(first.dtype);
  const untrended = remover(op, problem.detrend);
  const transformed = (z: NdArray): NdArray => {
    const cut = untrended(segments(z, length, step)).mul(window);
    return oneSided ? jnp.fft.rfft(cut, { n: size }) : jnp.fft.fft(cut, { n: size });
  };
  const x = prepared(first);
  let values = transformed(x);
  if (second !== null) values = jnp.conj(values).mul(transformed(prepared(second)));
  else if (!isStft) values = jnp.conj(values).mul(values);
  values = values.mul(scaleOf(window, problem).astype(dtype));
  if (oneSided && !isStft) {
    const n = values.shape[values.ndim - 1];
    const end = size % 2 === 1 ? n : n - 1;
    values = values.at('...', jnp.slice(1, end)).multiply(2);
  }
  const power = second === null && !isStft ? values.real : values;
  const frequencies = oneSided ? jnp.fft.rfftfreq : jnp.fft.fftfreq;
  const total = x.shape[x.ndim - 1];
  const middles = jnp.arange(length / 2, { stop: total - length / 2 + 1, step, dtype: real }).div(fs);
  const isExtended = problem.boundary !== null && problem.boundary !== undefined;
  return {
    frequencies: frequencies(size, { d: 1 / fs, dtype: real }),
    times: isExtended ? middles.sub(length / 2 / fs) : middles,
    values: jnp.moveaxis(power, -1, axis),
  };
}

/** What makes the transform's squares a density, or a power. */
function scaleOf(window: NdArray, { op, fs, scaling = 'density', isStft }: Problem): NdArray {
  const one = jnp.onesLike(window.sum());
  if (scaling === 'density') return one.div(window.mul(window).sum().mul(fs));
  if (scaling === 'spectrum') {
    const scale = one.div(window.sum().square());
    return isStft ? scale.sqrt() : scale;
  }
  const expected = "'density' or 'spectrum'";
  throw new InvalidArgument({ op, argument: 'scaling', expected, actual: `'${scaling as string}'` });
}

/**
 * `[f, t, Zxx]`: frequencies, times, and the spectrum of each segment; segments are the last axis, frequencies are where
 * time was.
 */
export function stft(x: ArrayLike, options: StftOptions = {}): [f: NdArray, t: NdArray, Zxx: NdArray] {
  const { frequencies, times, values } = spectra(x, null, {
    fs: 1,
    window: 'hann',
    nperseg: 256,
    detrend: false,
    returnOnesided: true,
    boundary: 'zeros',
    padded: true,
    ...options,
    scaling: 'spectrum',
    op: 'stft',
    isStft: true,
  });
  return [frequencies, times, values];
}

/** By how much the median of `n` exponentially distributed numbers exceeds their mean (Allen et al. 2012, appendix B). */
const medianBias = (n: number): number =>
  range(Math.max(0, Math.ceil((n - 2) / 2))).reduce((sum, k) => sum + 1 / (2 * k + 3) - 1 / (2 * k + 2), 1);

/** The cross spectrum of two signals, `[f, Pxy]`: the mean of `conj(X) Y` over segments; of one, when `y` is null. */
export function csd(x: ArrayLike, y: ArrayLike | null, options: SpectrumOptions = {}): [f: NdArray, Pxy: NdArray] {
  const op = 'csd';
  const { average = 'mean', ...rest } = options;
  const { frequencies, values } = spectra(x, y, {
    fs: 1,
    window: 'hann',
    detrend: 'constant',
    returnOnesided: true,
    ...rest,
    op,
    isStft: false,
  });
  const n = values.shape[values.ndim - 1];
  if (values.ndim < 2 || values.size === 0) return [frequencies, values];
  if (n === 1) return [frequencies, values.reshape(values.shape.slice(0, -1))];
  if (average === 'mean') return [frequencies, values.mean({ axis: -1 })];
  if (average !== 'median') {
    const expected = "'mean' or 'median'";
    throw new InvalidArgument({ op, argument: 'average', expected, actual: `'${average as string}'` });
  }
  const median = (z: NdArray): NdArray => jnp.median(z, { axis: -1 }).div(medianBias(n));
  if (!isComplex(values.dtype)) return [frequencies, median(values)];
  return [frequencies, lax.complex(median(values.real), median(values.imag))];
}

/** The power spectrum of a signal, `[f, Pxx]`, by Welch's method: the mean over segments. */
export function welch(x: ArrayLike, options: SpectrumOptions = {}): [f: NdArray, Pxx: NdArray] {
  const [f, power] = csd(x, null, options);
  return [f, power.real];
}
