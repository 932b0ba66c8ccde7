/**
 * Fourier transforms over the last axes. Source: jax.lax.fft.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { asArray } from './operand.js';

/** The kinds of transforms (`lax.FftType`). */
export const FftType = { FFT: 'FFT', IFFT: 'IFFT', RFFT: 'RFFT', IRFFT: 'IRFFT' } as const;
export type FftType = primitive.FftType;

/**
 * The discrete Fourier transform over the last `fftLengths.length` axes.
 * @throws InvalidArgument for another kind of transform
 */
export function fft(x: ArrayLike, fftType: FftType, fftLengths: readonly number[]): NdArray {
  checkArgument('fft', 'fftType', fftType, ['FFT', 'IFFT', 'RFFT', 'IRFFT']);
  checkArgument('fft', 'fftLengths', fftLengths, 'integers');
  if (!Object.hasOwn(FftType, fftType)) {
    const expected = 'FFT, IFFT, RFFT or IRFFT';
    throw new InvalidArgument({ op: 'fft', argument: 'fftType', expected, actual: `'${fftType as string}'` });
  }
  return primitive.fft(asArray(x, 'fft'), fftType, fftLengths);
}
