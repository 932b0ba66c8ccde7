import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NdArray } from '../../../../src/array/array.js';
import {
  balancedGeopotential,
  EARTH_ROTATION,
  integrate,
  rotationOf,
  type State,
  tendency,
  windsTimesCosine,
} from '../../../../src/graphcast/sources/shallow-water/dynamics.js';
import {
  analyse,
  EARTH_RADIUS,
  type Harmonics,
  harmonics,
  synthesise,
} from '../../../../src/graphcast/sources/shallow-water/harmonics.js';
import { config, grad, jit, jvp } from '../../../../src/index.js';
import * as jnp from '../../../../src/numpy/index.js';
import * as random from '../../../../src/random/index.js';
import { maxAbsDifference } from '../../../helpers/closeness.js';
import { describeXla } from '../../../helpers/xla.js';

const GRAVITY = 9.80616;
const DAY = 86_400;

/** A field on the Gaussian grid from a function of latitude and longitude, radians. */
function fieldOf({ mu, numLon }: Harmonics, f: (lat: number, lon: number) => number): NdArray {
  return jnp.array(
    Array.from(mu, (x) => Array.from({ length: numLon }, (_, j) => f(Math.asin(x), (2 * Math.PI * j) / numLon))),
    { dtype: config.enableX64 ? 'float64' : 'float32' },
  );
}

const values = (x: NdArray): Float64Array => Float64Array.from(x.dataSync() as Float64Array);
const largest = (x: ArrayLike<number>): number => Array.from(x).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
const relative = (actual: NdArray, expected: NdArray): number => {
  const want = values(expected);
  return maxAbsDifference(values(actual), want) / largest(want);
};

/** Coefficients of a state that has everything, up to degree 5: eddies, divergence, waves in the depth. */
function randomState(h: Harmonics): State {
  const orders = h.truncation + 1;
  const coefficients = (seed: number, scale: number): NdArray => {
    const isFree = (part: number, m: number, n: number): boolean => n >= Math.max(1, m) && !(part === 1 && m === 0);
    const scales = Array.from({ length: 72 }, (_, i) =>
      isFree(Math.floor(i / 36), Math.floor(i / 6) % 6, i % 6) ? scale : 0,
    );
    const small = random.normal(random.key(seed), { shape: [2, 6, 6] }).mul(jnp.array(scales).reshape(2, 6, 6));
    const rest = [0, orders - 6] as const;
    return jnp.pad(small, [[0, 0], rest, rest]).astype(h.laplacian.dtype);
  };
  const geopotential = coefficients(3, 60)
    .at(0, 0, 0)
    .set(4e4 * Math.SQRT2);
  return { vorticity: coefficients(1, 2e-6), divergence: coefficients(2, 5e-7), geopotential };
}

/** Integrals over the sphere, divided by its area: mass, total energy, and potential enstrophy. */
function invariants(state: State, h: Harmonics): { mass: number; energy: number; enstrophy: number } {
  const [u, v] = windsTimesCosine(state, h).jsSync() as number[][][];
  const phi = synthesise(state.geopotential, h.grid).jsSync() as number[][];
  const zeta = synthesise(state.vorticity, h.grid).jsSync() as number[][];
  // Gaussian weights are not public: the mean over the sphere is the first coefficient of a field.
  const mean = (f: (l: number, j: number) => number): number => {
    const field = jnp.array(
      phi.map((row, l) => row.map((_, j) => f(l, j))),
      { dtype: h.laplacian.dtype },
    );
    return (analyse(field, h).jsSync() as number[][][])[0][0][0] * Math.SQRT1_2;
  };
  const cos2 = (l: number): number => 1 - h.mu[l] ** 2;
  return {
    mass: mean((l, j) => phi[l][j]),
    energy: mean((l, j) => (phi[l][j] * (u[l][j] ** 2 + v[l][j] ** 2)) / (2 * cos2(l)) + phi[l][j] ** 2 / 2),
    enstrophy: mean((l, j) => (zeta[l][j] + 2 * EARTH_ROTATION * h.mu[l]) ** 2 / (2 * phi[l][j])),
  };
}

/** Williamson et al. (1992), test case 2: solid body rotation in balance with the depth, a steady state. */
function steadyZonalFlow(h: Harmonics): State {
  const u0 = (2 * Math.PI * EARTH_RADIUS) / (12 * DAY);
  const gh0 = 2.94e4;
  const fall = EARTH_RADIUS * EARTH_ROTATION * u0 + (u0 * u0) / 2;
  const vorticity = analyse(
    fieldOf(h, (lat) => (2 * u0 * Math.sin(lat)) / EARTH_RADIUS),
    h,
  );
  const geopotential = analyse(
    fieldOf(h, (lat) => gh0 - fall * Math.sin(lat) ** 2),
    h,
  );
  return { vorticity, divergence: jnp.zerosLike(vorticity), geopotential };
}

/** Test case 6: a Rossby-Haurwitz wave of wavenumber 4, and the depth that the paper gives for it. */
function rossbyHaurwitzWave(h: Harmonics): State {
  const [omega, k, r, h0] = [7.848e-6, 7.848e-6, 4, 8e3];
  const a2 = EARTH_RADIUS * EARTH_RADIUS;
  const vorticity = fieldOf(
    h,
    (lat, lon) =>
      2 * omega * Math.sin(lat) - k * Math.sin(lat) * Math.cos(lat) ** r * (r * r + 3 * r + 2) * Math.cos(r * lon),
  );
  const geopotential = fieldOf(h, (lat, lon) => {
    const c = Math.cos(lat);
    const c2 = c * c;
    const A =
      (omega / 2) * (2 * EARTH_ROTATION + omega) * c2 +
      (k * k * c ** (2 * r) * ((r + 1) * c2 + (2 * r * r - r - 2) - (2 * r * r) / c2)) / 4;
    const B =
      ((2 * (EARTH_ROTATION + omega) * k) / ((r + 1) * (r + 2))) * c ** r * (r * r + 2 * r + 2 - (r + 1) ** 2 * c2);
    const C = (k * k * c ** (2 * r) * ((r + 1) * c2 - (r + 2))) / 4;
    return GRAVITY * h0 + a2 * (A + B * Math.cos(r * lon) + C * Math.cos(2 * r * lon));
  });
  const spectral = analyse(vorticity, h);
  return { vorticity: spectral, divergence: jnp.zerosLike(spectral), geopotential: analyse(geopotential, h) };
}

const run = (state: State, days: number, dt: number, h: Harmonics): State =>
  jit((x: State) => integrate(x, Math.round((days * DAY) / dt), h, { dt }))(state) as State;

describeXla('the shallow-water equations, in float64', () => {
  let h: Harmonics;
  beforeAll(() => {
    config.update('engine', 'xla');
    config.update('enableX64', true);
    h = harmonics(21);
  });
  afterAll(() => config.update('enableX64', false));

  it('find vorticity and divergence again in the winds that follow from them', () => {
    const state = randomState(h);
    const { vorticity, divergence } = rotationOf(windsTimesCosine(state, h), h);
    expect(relative(vorticity, state.vorticity)).toBeLessThan(1e-12);
    expect(relative(divergence, state.divergence)).toBeLessThan(1e-12);
  });

  it('keep solid body rotation in balance as it is (Williamson 2)', () => {
    const start = steadyZonalFlow(h);
    const end = run(start, 5, 1200, h);
    expect(relative(end.geopotential, start.geopotential)).toBeLessThan(1e-11);
    expect(relative(end.vorticity, start.vorticity)).toBeLessThan(1e-11);
    expect(largest(values(end.divergence))).toBeLessThan(1e-11 * largest(values(start.vorticity)));
  });

  it('balance a Rossby-Haurwitz wave with the depth that its authors give (Williamson 6)', () => {
    const { vorticity, geopotential } = rossbyHaurwitzWave(h);
    expect(
      relative(
        balancedGeopotential(vorticity, 0, h)
          .at(0, 0, 0)
          .set(geopotential.get(0, 0, 0)),
        geopotential,
      ),
    ).toBeLessThan(1e-12);
    // Then divergence does not change at once.
    const rate = tendency({ vorticity, divergence: jnp.zerosLike(vorticity), geopotential }, h);
    expect(largest(values(rate.divergence))).toBeLessThan(1e-12 * largest(values(geopotential.mul(h.laplacian))));
  });

  it('carry the Rossby-Haurwitz wave eastwards, four times the same, with its mass and energy', () => {
    const start = rossbyHaurwitzWave(h);
    const [before, days] = [invariants(start, h), 5];
    const end = run(start, days, 600, h);
    const after = invariants(end, h);
    expect(Math.abs(after.mass / before.mass - 1)).toBeLessThan(1e-13);
    expect(Math.abs(after.energy / before.energy - 1)).toBeLessThan(1e-6);
    expect(Math.abs(after.enstrophy / before.enstrophy - 1)).toBeLessThan(1e-3);
    // Orders that are no multiples of 4 stay empty.
    const waves = end.vorticity.jsSync() as number[][][];
    const strength = (m: number): number => largest([...waves[0][m], ...waves[1][m]]);
    for (const m of [1, 2, 3, 5, 6, 7]) expect(strength(m)).toBeLessThan(1e-10 * strength(4));
    // Without a depth the wave would turn by (R (3 + R) omega - 2 Omega) / ((1 + R) (2 + R)) eastwards, 12.2 degrees a
    // day; in a fluid 8 km deep it is a little slower (Williamson et al., figure 6.1: about 12 at most).
    const phase = ([re, im]: number[][][]): number => Math.atan2(im[4][5], re[4][5]);
    const turned = phase(start.vorticity.jsSync() as number[][][]) - phase(waves);
    const perDay = ((((turned / 4) * 180) / Math.PI + 360) % 90) / days;
    expect(perDay).toBeGreaterThan(10);
    expect(perDay).toBeLessThan(12.2);
  });

  it('keep the energy of any flow, the better the more waves there are', () => {
    const drift = (truncation: number): number => {
      const basis = harmonics(truncation);
      const start = randomState(basis);
      return Math.abs(invariants(run(start, 1, 300, basis), basis).energy / invariants(start, basis).energy - 1);
    };
    const [coarse, fine] = [drift(10), drift(21)];
    expect(fine).toBeLessThan(1e-6);
    expect(fine).toBeLessThan(coarse / 4);
  });

  it('have a gradient with respect to the initial state: the adjoint of the tangent', () => {
    const start = randomState(h);
    const loss = (x: State): NdArray =>
      jnp.sum(jnp.square(synthesise(integrate(x, 6, h, { dt: 1200 }).geopotential, h.grid)));
    const gradient = jit(grad(loss))(start) as State;
    const direction = { ...randomState(h), geopotential: jnp.zerosLike(start.geopotential) };
    const [, tangent] = jvp(jit(loss), [start], [direction]) as unknown as [NdArray, NdArray];
    const product = (['vorticity', 'divergence', 'geopotential'] as const)
      .map((name) => jnp.sum(gradient[name].mul(direction[name])).item())
      .reduce((a, b) => a + b);
    expect(product / tangent.item() - 1).toBeCloseTo(0, 10);
    // And the tangent is what differences say.
    const moved = (epsilon: number): number =>
      jit(loss)({
        vorticity: start.vorticity.add(direction.vorticity.mul(epsilon)),
        divergence: start.divergence.add(direction.divergence.mul(epsilon)),
        geopotential: start.geopotential,
      } as State).item();
    expect((moved(1e-4) - moved(-1e-4)) / 2e-4 / tangent.item() - 1).toBeCloseTo(0, 6);
  });
});
