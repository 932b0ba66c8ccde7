/**
 * Spherical harmonics as matrices: between fields on a grid, [fields, lat, lon], and their coefficients.
 *
 * A field is the sum over |m| <= n <= T of x_n^m P_n^m(mu) exp(i m lon). It is real, so orders m >= 0 suffice, and their
 * real and imaginary parts are an axis of size 2: coefficients are [fields, 2, m, n], zero where n < m. Transforms are two
 * contractions each, one over latitude or degree and one over longitude or order; derivatives with respect to longitude
 * are a product with i m, those with respect to latitude use H in the place of P.
 *
 * With (3 T + 1) longitudes and half as many Gaussian latitudes, products of two fields are analysed without aliasing.
 */
import type { NdArray } from '../../../array/array.js';
import * as jnp from '../../../numpy/index.js';
import { gaussianGrid, legendre } from './legendre.js';

/** Radius of the Earth, m; the value of Williamson et al. (1992). */
export const EARTH_RADIUS = 6.37122e6;

/** Synthesis on one grid. */
export interface Synthesis {
  /** [m, n, lat] */
  readonly p: NdArray;
  readonly h: NdArray;
  /** [2, m, lon] */
  readonly waves: NdArray;
}

/** The matrices of a truncation and its Gaussian grid. Constants of the programs that use them. */
export interface Harmonics {
  readonly truncation: number;
  readonly numLat: number;
  readonly numLon: number;
  /** Sines of the Gaussian latitudes. */
  readonly mu: Float64Array;
  readonly grid: Synthesis;
  /** P and H with the quadrature's weights over a (1 - mu^2): [m, n, lat]. */
  readonly weightedP: NdArray;
  readonly weightedH: NdArray;
  /** [2, m, lon] */
  readonly analysisWaves: NdArray;
  /** Multiplies flipped parts to give i m x: [2, m, 1]. */
  readonly order: NdArray;
  /** Eigenvalues of the Laplacian, -n (n + 1) / a^2, m-2: [n]. And their inverses, with 0 for n = 0. */
  readonly laplacian: NdArray;
  readonly inverseLaplacian: NdArray;
}

const matrix = (data: Float64Array, shape: readonly number[]): NdArray => jnp.reshape(jnp.array(data), shape);

/** [2, m, lon]: x(lon) = re_0 + 2 sum_m (re_m cos(m lon) - im_m sin(m lon)). */
function wavesOf(truncation: number, longitudes: Float64Array, scale: (m: number) => number): NdArray {
  const orders = truncation + 1;
  const size = longitudes.length;
  const waves = new Float64Array(2 * orders * size);
  for (let m = 0; m < orders; m++) {
    longitudes.forEach((lon, j) => {
      waves[m * size + j] = scale(m) * Math.cos(m * lon);
      waves[(orders + m) * size + j] = -scale(m) * Math.sin(m * lon);
    });
  }
  return matrix(waves, [2, orders, size]);
}

const synthesisWaves = (truncation: number, longitudes: Float64Array): NdArray =>
  wavesOf(truncation, longitudes, (m) => (m === 0 ? 1 : 2));

/** The matrices for triangular truncation at degree `truncation`. */
export function harmonics(truncation: number): Harmonics {
  const orders = truncation + 1;
  const numLat = 2 * Math.ceil((3 * truncation + 1) / 4);
  const numLon = 2 * numLat;
  const { mu, weights } = gaussianGrid(numLat);
  const { p, h } = legendre(truncation, mu);
  const longitudes = Float64Array.from({ length: numLon }, (_, j) => (2 * Math.PI * j) / numLon);
  const shape = [orders, orders, numLat];
  const weighted = (values: Float64Array): NdArray =>
    matrix(
      values.map((x, i) => (x * weights[i % numLat]) / (EARTH_RADIUS * (1 - mu[i % numLat] ** 2))),
      shape,
    );
  const eigenvalues = Float64Array.from({ length: orders }, (_, n) => (-n * (n + 1)) / EARTH_RADIUS ** 2);
  const order = Float64Array.from({ length: 2 * orders }, (_, i) => (i < orders ? -i : i - orders));
  return {
    truncation,
    numLat,
    numLon,
    mu,
    grid: { p: matrix(p, shape), h: matrix(h, shape), waves: synthesisWaves(truncation, longitudes) },
    weightedP: weighted(p),
    weightedH: weighted(h),
    analysisWaves: wavesOf(truncation, longitudes, () => 1 / numLon),
    order: matrix(order, [2, orders, 1]),
    laplacian: jnp.array(eigenvalues),
    inverseLaplacian: jnp.array(eigenvalues.map((x) => (x === 0 ? 0 : 1 / x))),
  };
}

/** Synthesis on a grid of any latitudes and longitudes (degrees), poles included; winds need `overCosine`. */
export function synthesisOn(
  truncation: number,
  latitude: Float64Array,
  longitude: Float64Array,
  overCosine = false,
): Synthesis {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const mu = latitude.map((lat) => (Math.abs(lat) === 90 ? Math.sign(lat) : Math.sin(radians(lat))));
  const { p, h } = legendre(truncation, mu, overCosine);
  const shape = [truncation + 1, truncation + 1, latitude.length];
  return {
    p: matrix(p, shape),
    h: matrix(h, shape),
    waves: synthesisWaves(truncation, longitude.map(radians)),
  };
}

/** The derivative with respect to longitude, i m x: [..., 2, m, n]. */
export const byLongitude = (x: NdArray, { order }: Harmonics): NdArray =>
  jnp.multiply(jnp.flip(x, { axis: -3 }), order);

/** Coefficients to their sum over degrees at each latitude: [k, 2, m, n] -> [k, 2, m, lat]. */
export const overDegrees = (x: NdArray, basis: NdArray): NdArray => jnp.einsum('kcmn,mnl->kcml', x, basis);

/** Fourier coefficients at each latitude to fields: [k, 2, m, lat] -> [k, lat, lon]. */
export const overOrders = (x: NdArray, { waves }: Synthesis): NdArray => jnp.einsum('kcml,cmj->klj', x, waves);

/** Fields on the Gaussian grid to Fourier coefficients at each latitude: [k, lat, lon] -> [k, 2, m, lat]. */
export const fourier = (x: NdArray, { analysisWaves }: Harmonics): NdArray =>
  jnp.einsum('klj,cmj->kcml', x, analysisWaves);

/** The sum over latitudes with a weighted P or H: [k, 2, m, lat] -> [k, 2, m, n]. */
export const overLatitudes = (x: NdArray, basis: NdArray): NdArray => jnp.einsum('kcml,mnl->kcmn', x, basis);

/** Coefficients of a scalar field on the Gaussian grid: [lat, lon] -> [2, m, n]. */
export function analyse(field: NdArray, basis: Harmonics): NdArray {
  const scale = jnp.array(basis.mu.map((mu) => EARTH_RADIUS * (1 - mu * mu)));
  const scaled = jnp.multiply(field, jnp.expandDims(scale, 1));
  return jnp.squeeze(overLatitudes(fourier(jnp.expandDims(scaled, 0), basis), basis.weightedP), { axis: 0 });
}

/** A scalar field from its coefficients: [2, m, n] -> [lat, lon]. */
export const synthesise = (x: NdArray, basis: Synthesis): NdArray =>
  jnp.squeeze(overOrders(overDegrees(jnp.expandDims(x, 0), basis.p), basis), { axis: 0 });
