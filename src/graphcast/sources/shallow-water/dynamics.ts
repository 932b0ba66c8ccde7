/**
 * The shallow-water equations on a rotating sphere, by the spectral transform method: the horizontal motion of one layer
 * of fluid under gravity, which has the planetary waves and the gravity waves of weather.
 *
 * Of vorticity zeta, divergence delta and geopotential Phi (g times depth), with eta = zeta + f, U = u cos(lat),
 * V = v cos(lat):
 *
 *   d zeta/dt  = -div(eta v)
 *   d delta/dt = curl(eta v) - laplacian(Phi + |v|^2 / 2)
 *   d Phi/dt   = -div(Phi v)
 *
 * Derivatives are exact, products are formed on the Gaussian grid without aliasing, time goes by the classical fourth-order
 * Runge-Kutta scheme. There is no pole problem: resolution is the same everywhere on the sphere. The mean of Phi (mass)
 * never changes, for the divergence of a flux has no mean; energy is conserved but for the error of the time scheme and
 * what the scale-selective diffusion (del^4, of vorticity and divergence) takes at the shortest waves.
 *
 * Source: Hack and Jakob, NCAR/TN-343+STR, 1992; equations and constants of Williamson et al., "A standard test set for
 * numerical approximations to the shallow water equations in spherical geometry", J. Comput. Phys. 102, 1992.
 */
import type { NdArray } from '../../../array/array.js';
import { scan } from '../../../lax/control.js';
import * as jnp from '../../../numpy/index.js';
import {
  byLongitude,
  EARTH_RADIUS,
  fourier,
  type Harmonics,
  overDegrees,
  overLatitudes,
  overOrders,
  type Synthesis,
} from './harmonics.js';

/** Angular velocity of the Earth, s-1. */
export const EARTH_ROTATION = 7.292e-5;

/** Coefficients of the state, each [2, m, n]. A tree: gradients with respect to it are of its form. */
export interface State {
  /** s-1 */
  readonly vorticity: NdArray;
  /** s-1 */
  readonly divergence: NdArray;
  /** m2 s-2, its mean included. */
  readonly geopotential: NdArray;
}

/** Winds times the cosine of latitude, as Fourier coefficients at each latitude of a basis: U and V, [2, 2, m, lat]. */
function windWaves(vorticity: NdArray, divergence: NdArray, h: Harmonics, basis: Pick<Synthesis, 'p' | 'h'>): NdArray {
  const psi = jnp.multiply(vorticity, h.inverseLaplacian);
  const chi = jnp.multiply(divergence, h.inverseLaplacian);
  // a U = d chi/d lon - (1 - mu^2) d psi/d mu,  a V = d psi/d lon + (1 - mu^2) d chi/d mu
  const along = byLongitude(jnp.stack([chi, psi]), h);
  const across = jnp.stack([jnp.negative(psi), chi]);
  return jnp.divide(jnp.add(overDegrees(along, basis.p), overDegrees(across, basis.h)), EARTH_RADIUS);
}

/** Winds times the cosine of latitude on the Gaussian grid, m s-1: U and V, [2, lat, lon]. */
export const windsTimesCosine = (state: Pick<State, 'vorticity' | 'divergence'>, h: Harmonics): NdArray =>
  overOrders(windWaves(state.vorticity, state.divergence, h, h.grid), h.grid);

/** Winds (m s-1) on a grid whose synthesis is over the cosine: u and v, [2, lat, lon]. */
export const windsOn = (state: State, h: Harmonics, overCosine: Synthesis): NdArray =>
  overOrders(windWaves(state.vorticity, state.divergence, h, overCosine), overCosine);

/** A vector times the cosine of latitude, eastward and northward, as Fourier coefficients at each latitude: [2, m, lat]. */
interface Flux {
  readonly x: NdArray;
  readonly y: NdArray;
}

/** Vorticity and divergence of winds given times the cosine of latitude on the Gaussian grid: each [2, m, n], s-1. */
export function rotationOf(
  winds: NdArray,
  h: Harmonics,
): { readonly vorticity: NdArray; readonly divergence: NdArray } {
  const [x, y] = fourier(winds, h);
  const [vorticity, divergence] = curlAndDivergence({ x, y }, h);
  return { vorticity, divergence };
}

/** div: i m X P - Y H and curl: i m Y P + X H, summed with the weights (by parts in latitude). */
function curlAndDivergence({ x, y }: Flux, h: Harmonics): readonly [curl: NdArray, divergence: NdArray] {
  const both = jnp.stack([y, x]);
  const along = byLongitude(overLatitudes(both, h.weightedP), h);
  const across = overLatitudes(jnp.stack([x, jnp.negative(y)]), h.weightedH);
  const [curl, divergence] = jnp.add(along, across);
  return [curl, divergence];
}

/** The Coriolis parameter on the Gaussian latitudes, s-1: [lat, 1]. */
const coriolis = ({ mu, numLat }: Harmonics): NdArray =>
  jnp.reshape(jnp.array(mu.map((x) => 2 * EARTH_ROTATION * x)), [numLat, 1]);

/** Of winds times the cosine of latitude: the flux of absolute vorticity [2, lat, lon], and half their square [1, lat, lon]. */
function vorticityFluxes(winds: NdArray, vorticity: NdArray, h: Harmonics): { flux: NdArray; energy: NdArray } {
  const absolute = jnp.add(overOrders(overDegrees(jnp.expandDims(vorticity, 0), h.grid.p), h.grid), coriolis(h));
  return {
    flux: jnp.multiply(winds, absolute),
    energy: jnp.multiply(jnp.sum(jnp.square(winds), { axis: 0, keepdims: true }), 0.5),
  };
}

/** The rate of change of the state, per second. */
export function tendency(state: State, h: Harmonics): State {
  const { vorticity, geopotential } = state;
  const winds = windsTimesCosine(state, h);
  const { flux, energy } = vorticityFluxes(winds, vorticity, h);
  const phi = overOrders(overDegrees(jnp.expandDims(geopotential, 0), h.grid.p), h.grid);
  const waves = fourier(jnp.concatenate([flux, jnp.multiply(winds, phi), energy]), h);
  const [x, y, massX, massY, kinetic] = waves;
  const [curl, convergence] = curlAndDivergence({ x, y }, h);
  const [, outflow] = curlAndDivergence({ x: massX, y: massY }, h);
  const bernoulli = jnp.add(geopotential, kineticCoefficients(kinetic, h));
  return {
    vorticity: jnp.negative(convergence),
    divergence: jnp.subtract(curl, jnp.multiply(bernoulli, h.laplacian)),
    geopotential: jnp.negative(outflow),
  };
}

/** |v|^2 / 2 from (U^2 + V^2) / 2, whose weight 1 / (1 - mu^2) is in the quadrature: [2, m, lat] -> [2, m, n]. */
const kineticCoefficients = (kinetic: NdArray, h: Harmonics): NdArray =>
  jnp.multiply(jnp.squeeze(overLatitudes(jnp.expandDims(kinetic, 0), h.weightedP), { axis: 0 }), EARTH_RADIUS);

/**
 * The geopotential in balance with a wind without divergence: no gravity wave starts at once, for the divergence's rate of
 * change is 0 (the nonlinear balance equation). [2, m, n], m2 s-2; `mean` is its mean over the sphere.
 */
export function balancedGeopotential(vorticity: NdArray, mean: number, h: Harmonics): NdArray {
  const winds = windsTimesCosine({ vorticity, divergence: jnp.zerosLike(vorticity) }, h);
  const { flux, energy } = vorticityFluxes(winds, vorticity, h);
  const [x, y, kinetic] = fourier(jnp.concatenate([flux, energy]), h);
  const [curl] = curlAndDivergence({ x, y }, h);
  const phi = jnp.subtract(jnp.multiply(curl, h.inverseLaplacian), kineticCoefficients(kinetic, h));
  return phi.at(0, 0, 0).set(mean * Math.SQRT2);
}

export interface StepOptions {
  /** Length of a time step, s. */
  readonly dt: number;
  /** Hours in which diffusion halves the shortest waves; null for none. */
  readonly diffusionHours?: number | null;
}

const combine = (x: State, factor: number, rate: State): State => ({
  vorticity: jnp.add(x.vorticity, jnp.multiply(rate.vorticity, factor)),
  divergence: jnp.add(x.divergence, jnp.multiply(rate.divergence, factor)),
  geopotential: jnp.add(x.geopotential, jnp.multiply(rate.geopotential, factor)),
});

/** What diffusion leaves of each degree in one step: [n]. */
function damping(h: Harmonics, { dt, diffusionHours = null }: StepOptions): NdArray | null {
  if (diffusionHours === null) return null;
  const top = h.truncation * (h.truncation + 1);
  const halvings = dt / (diffusionHours * 3600);
  return jnp.array(
    Float64Array.from({ length: h.truncation + 1 }, (_, n) => 2 ** (-halvings * ((n * (n + 1)) / top) ** 2)),
  );
}

/** One step of the classical Runge-Kutta scheme, then diffusion. */
export function step(state: State, h: Harmonics, options: StepOptions): State {
  const { dt } = options;
  const k1 = tendency(state, h);
  const k2 = tendency(combine(state, dt / 2, k1), h);
  const k3 = tendency(combine(state, dt / 2, k2), h);
  const k4 = tendency(combine(state, dt, k3), h);
  let next = combine(state, dt / 6, k1);
  next = combine(next, dt / 3, k2);
  next = combine(next, dt / 3, k3);
  next = combine(next, dt / 6, k4);
  const kept = damping(h, options);
  if (kept === null) return next;
  const { vorticity, divergence, geopotential } = next;
  return { vorticity: vorticity.mul(kept), divergence: divergence.mul(kept), geopotential };
}

/** The state after a number of steps. */
export const integrate = (state: State, steps: number, h: Harmonics, options: StepOptions): State =>
  scan((x: State) => [step(x, h, options), null] as const, state, { length: steps })[0] as State;
