/**
 * Associated Legendre functions, the parts of spherical harmonics that depend on latitude, and the Gaussian latitudes at
 * which their integrals are exact sums. All on the host in float64.
 *
 *   Y_n^m = P_n^m(mu) exp(i m lon),  mu = sin(lat),  integral of P_n^m P_k^m over [-1, 1] = 1 where n = k, else 0
 *   H_n^m = (1 - mu^2) dP_n^m/dmu
 *
 * Recurrences in n at fixed m, stable to high degree (epsilon_n^m = sqrt((n^2 - m^2) / (4 n^2 - 1))):
 *
 *   mu P_n = epsilon_{n+1} P_{n+1} + epsilon_n P_{n-1}      H_n = (n + 1) epsilon_n P_{n-1} - n epsilon_{n+1} P_{n+1}
 *
 * Source: Hack and Jakob, "Description of a global shallow water model based on the spectral transform method",
 * NCAR/TN-343+STR, 1992, section 4.
 */

/** Latitudes and weights of a Gaussian quadrature over mu in [-1, 1], from south to north. */
export interface GaussianGrid {
  /** Sines of the latitudes. */
  readonly mu: Float64Array;
  /** Their sum is 2. */
  readonly weights: Float64Array;
}

/** The `n` roots of the Legendre polynomial of degree `n`, by Newton's method, with their weights. */
export function gaussianGrid(n: number): GaussianGrid {
  const mu = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let step = 0; step < 10; step++) {
      let [before, value] = [1, x];
      for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      slope = (n * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    mu[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { mu, weights };
}

const epsilon = (n: number, m: number): number => Math.sqrt((n * n - m * m) / (4 * n * n - 1));

/** Values of all functions of degree and order up to `truncation`, row-major [m, n, latitude]; 0 where n < m. */
export interface Legendre {
  readonly p: Float64Array;
  readonly h: Float64Array;
}

/**
 * Evaluates P and H at sines of latitudes, or both divided by the cosine of latitude, which stays finite at the poles:
 * there only order 1 is left, the uniform wind across the pole.
 */
export function legendre(truncation: number, mu: Float64Array, overCosine = false): Legendre {
  const orders = truncation + 1;
  const size = mu.length;
  const p = new Float64Array(orders * orders * size);
  const h = new Float64Array(orders * orders * size);
  for (let l = 0; l < size; l++) {
    const x = mu[l];
    const cosine = Math.sqrt(Math.max(0, 1 - x * x));
    let sectoral = Math.SQRT1_2;
    for (let m = 0; m < orders; m++) {
      // The factor cos(lat)^m is kept apart, so that it can lose one power.
      if (m > 0) sectoral *= Math.sqrt((2 * m + 1) / (2 * m));
      const column = new Float64Array(orders + 1);
      column[m] = sectoral * cosine ** (overCosine && m > 0 ? m - 1 : m);
      if (m < orders) column[m + 1] = (x * column[m]) / epsilon(m + 1, m);
      for (let n = m + 2; n <= orders; n++) {
        column[n] = (x * column[n - 1] - epsilon(n - 1, m) * column[n - 2]) / epsilon(n, m);
      }
      // Of order 0, H has a factor cos(lat)^2 of its own.
      const divisor = overCosine && m === 0 ? cosine : 1;
      for (let n = m; n < orders; n++) {
        const at = (m * orders + n) * size + l;
        const slope = (n > m ? (n + 1) * epsilon(n, m) * column[n - 1] : 0) - n * epsilon(n + 1, m) * column[n + 1];
        p[at] = divisor === 0 ? 0 : column[n] / divisor;
        h[at] = divisor === 0 ? 0 : slope / divisor;
      }
    }
  }
  return { p, h };
}
