/**
 * A signal from the spectra of its segments: transformed back, windowed again, added where they overlap, and divided by
 * the sum of the squared windows, so that what `stft` took apart is whole again.
 *
 * Griffin and Lim, "Signal estimation from modified short-time Fourier transform" (1984). Source: jax.scipy.signal.istft.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { complexDType } from '../../array/dtype.js';
import { canonicalAxis, range } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { asArray, cast } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { type Window, windowOf } from './window.js';

/** Options of `istft`. */
export interface IstftOptions {
  /** Points per unit of time. Default 1. */
  readonly fs?: number;
  /** The window of `stft`. Default `hann`. */
  readonly window?: Window;
  /** Points of a segment. Default what the number of frequencies implies. */
  readonly nperseg?: number | null;
  /** Points that segments share. Default half of a segment. */
  readonly noverlap?: number | null;
  /** Points of the transform. Default what the number of frequencies implies. */
  readonly nfft?: number | null;
  /** Whether frequencies below 0 were left out. Default true. */
  readonly inputOnesided?: boolean;
  /** Whether the signal was continued at both ends. Default true. */
  readonly boundary?: boolean;
  /** The axis of segments. Default the last. */
  readonly timeAxis?: number;
  /** The axis of frequencies. Default the last but one. */
  readonly freqAxis?: number;
}

/** Frames `[..., frames, n]`, each `step` points after the one before, added up: `[..., step (frames - 1) + n]`. */
function overlapAndAdd(x: NdArray, step: number): NdArray {
  const [frames, n] = x.shape.slice(-2);
  const outer = x.shape.slice(0, -2);
  const places = range(frames).flatMap((k) => range(n).map((i) => k * step + i));
  const zeros = jnp.zeros([...outer, step * (frames - 1) + n], { dtype: x.dtype });
  return zeros.at('...', jnp.array(places, { dtype: 'int32' })).add(x.reshape([...outer, frames * n]));
}

/**
 * `[t, x]`: times, and the signal whose short-time Fourier transform is `Zxx`.
 * @throws InvalidArgument when segments and transforms do not fit together
 */
export function istft(Zxx: ArrayLike, options: IstftOptions = {}): [t: NdArray, x: NdArray] {
  const op = 'istft';
  const { fs = 1, window = 'hann', inputOnesided = true, boundary = true } = options;
  const given = asArray(Zxx, op, 'Zxx');
  if (given.ndim < 2) {
    throw new ShapeMismatch({ op, argument: 'Zxx', expected: 'two axes are needed', actual: given.shape });
  }
  const frequencyAxis = canonicalAxis(options.freqAxis ?? -2, given.ndim, op);
  const timeAxis = canonicalAxis(options.timeAxis ?? -1, given.ndim, op);
  if (frequencyAxis === timeAxis) {
    const expected = `another axis than freqAxis, ${frequencyAxis}`;
    throw new InvalidArgument({ op, argument: 'timeAxis', expected, actual: `${options.timeAxis ?? -1}` });
  }
  const spectra = cast(given, complexDType(given.dtype));
  const frequencies = spectra.shape[frequencyAxis];
  const implied = inputOnesided ? 2 * (frequencies - 1) : frequencies;
  const length = options.nperseg || implied;
  const size = options.nfft ?? (inputOnesided && length === implied + 1 ? implied + 1 : implied);
  if (!Number.isInteger(length) || length < 1 || length > size) {
    const expected = `an integer from 1 to ${size}, the points of the transform`;
    throw new InvalidArgument({ op, argument: 'nperseg', expected, actual: `${length}` });
  }
  const overlap = options.noverlap || Math.floor(length / 2);
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= length) {
    const expected = `an integer from 0 to ${length - 1}, below nperseg`;
    throw new InvalidArgument({ op, argument: 'noverlap', expected, actual: `${overlap}` });
  }
  const step = length - overlap;
  const outer = range(spectra.ndim).filter((k) => k !== frequencyAxis && k !== timeAxis);
  const frames = spectra.transpose([...outer, timeAxis, frequencyAxis]);
  const back = inputOnesided ? jnp.fft.irfft : jnp.fft.ifft;
  const segments = back(frames, { n: size }).get('...', jnp.slice(length));
  const weights = windowOf(op, window, length, segments.dtype);
  const sum = overlapAndAdd(segments.mul(weights).mul(weights.sum()), step);
  const norm = overlapAndAdd(jnp.broadcastTo(weights.square(), segments.shape.slice(-2)), step);
  const edge = boundary ? Math.floor(length / 2) : 0;
  const n = norm.shape[0];
  const inner = (x: NdArray): NdArray => x.get('...', jnp.slice(edge, n - edge));
  const divisor = inner(norm);
  const isCovered = (divisor.real as NdArray).gt(1e-10);
  const signal = inner(sum).div(jnp.where(isCovered, divisor, 1));
  const isLast = timeAxis === spectra.ndim - 1;
  const place = frequencyAxis < timeAxis ? timeAxis - 1 : timeAxis;
  const x = signal.ndim > 1 && !isLast ? jnp.moveaxis(signal, -1, place) : signal;
  const time = jnp.arange(x.shape[0], { dtype: jnp.finfo(x.dtype).dtype }).div(fs);
  return [time, x];
}
