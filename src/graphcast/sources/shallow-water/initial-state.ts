/**
 * Random weather to begin with: a westerly jet in each hemisphere, eddies upon it, and the depth in balance with both.
 *
 *   u_jet(lat) = jet sin^2(2 lat)          zonal, strongest at 45 degrees
 *   eddies     Gaussian coefficients of the streamfunction, mostly of degrees around 6, whose winds have a given mean square
 *
 * The flow has no divergence at first and starts without gravity waves; it makes both as it goes.
 */
import type { NdArray } from '../../../array/array.js';
import * as jnp from '../../../numpy/index.js';
import { type Key, normal } from '../../../random/index.js';
import { balancedGeopotential, rotationOf, type State } from './dynamics.js';
import { EARTH_RADIUS, type Harmonics } from './harmonics.js';

export interface WeatherOptions {
  /** Speed of the jets, m s-1. */
  readonly jet: number;
  /** Root mean square speed of the eddies, m s-1. */
  readonly eddies: number;
  /** Mean of the geopotential, m2 s-2. */
  readonly mean: number;
}

/** The strength of a degree in the eddies, and how fast it falls off to both sides. */
const PEAK_DEGREE = 6;
const DEGREE_WIDTH = 3;

/** Standard deviation of each part of a coefficient of vorticity, s-1: [2, m, n]. */
function spectrum({ truncation }: Harmonics, eddies: number): Float64Array {
  const orders = truncation + 1;
  const speed = new Float64Array(orders);
  for (let n = 1; n < orders; n++) speed[n] = Math.exp(-(((n - PEAK_DEGREE) / DEGREE_WIDTH) ** 2) / 2);
  // Mean square over the sphere of a field with coefficients x: half the sum of |x|^2 over all orders, negative ones too.
  // Each degree has 2 n + 1 free numbers; the wind's square is a^2 / (n (n + 1)) times the vorticity's.
  let square = 0;
  for (let n = 1; n < orders; n++) square += ((2 * n + 1) * speed[n] ** 2) / 2;
  const scale = eddies / Math.sqrt(square);
  return Float64Array.from({ length: 2 * orders * orders }, (_, i) => {
    const [part, m, n] = [Math.floor(i / orders ** 2), Math.floor(i / orders) % orders, i % orders];
    if (n < Math.max(1, m) || (part === 1 && m === 0)) return 0;
    const vorticity = (speed[n] * scale * Math.sqrt(n * (n + 1))) / EARTH_RADIUS;
    // Of orders above 0 there are two, with two parts each, that are one number twice.
    return m === 0 ? vorticity : vorticity * Math.SQRT1_2;
  });
}

/** Vorticity of the jets: [2, m, n], s-1. */
function jetVorticity({ jet }: WeatherOptions, h: Harmonics): NdArray {
  const { mu, numLat, numLon } = h;
  const profile = jnp.array(mu.map((x) => jet * 4 * x * x * (1 - x * x) ** 1.5));
  const u = jnp.broadcastTo(jnp.reshape(profile, [numLat, 1]), [numLat, numLon]);
  return rotationOf(jnp.stack([u, jnp.zerosLike(u)]), h).vorticity;
}

/** A random state in balance; differentiable, and the same for the same key. */
export function randomBalancedState(key: Key, h: Harmonics, options: WeatherOptions): State {
  const orders = h.truncation + 1;
  const shape = [2, orders, orders];
  const deviation = jnp.reshape(jnp.array(spectrum(h, options.eddies)), shape);
  const eddies = jnp.multiply(normal(key, { shape }), deviation);
  const vorticity = jnp.add(jetVorticity(options, h), eddies);
  return {
    vorticity,
    divergence: jnp.zerosLike(vorticity),
    geopotential: balancedGeopotential(vorticity, options.mean, h),
  };
}
