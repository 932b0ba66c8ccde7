/**
 * Signals: convolution, trends, spectra (`jax.scipy.signal`).
 */
export {
  type Convolve2dOptions,
  type ConvolveMode,
  type ConvolveOptions,
  convolve,
  convolve2d,
  correlate,
  correlate2d,
  fftconvolve,
} from './convolution.js';
export { type DetrendOptions, detrend } from './detrend.js';
export { type IstftOptions, istft } from './inverse.js';
export {
  csd,
  type Detrend,
  type SegmentOptions,
  type SpectrumOptions,
  type StftOptions,
  stft,
  welch,
} from './spectral.js';
export type { Window } from './window.js';
