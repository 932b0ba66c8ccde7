/**
 * Owen's function `T(h, a) = 1 / (2 pi) int_0^a exp(-h^2 (1 + t^2) / 2) / (1 + t^2) dt`.
 *
 * Patefield and Tandy, "Fast and accurate calculation of Owen's T function" (2000), method T5; jax.scipy.special.owens_t.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';

/** Where the integrand is taken, as shares of `a^2`, and with what weight. */
const POINTS = [
  0.0035082039676451716, 0.031279042338030756, 0.08526682628321945, 0.16245071730812277, 0.25851196049125436,
  0.3680755384069753, 0.485010929056047, 0.6027751415261857, 0.7147788421775323, 0.814755109887601, 0.8971102975594897,
  0.9572380808594426, 0.991788329746297,
];
const WEIGHTS = [
  0.018831438115323503, 0.01856708624397765, 0.018042093461223385, 0.017263829606398752, 0.016243219975989858,
  0.014994592034116705, 0.013535474469662087, 0.011886351605820165, 0.010070377242777432, 0.008113054574229958,
  0.006041900952847024, 0.0038862217010742057, 0.001679303108454609,
];

const { where } = jnp;
const { erf, erfc } = primitive;

const integral = (h: NdArray, a: NdArray): NdArray => {
  const square = h.square().mul(-0.5);
  const terms = POINTS.map((t, i) => {
    const r = a.square().mul(t).add(1);
    return square.mul(r).exp().div(r).mul(WEIGHTS[i]);
  });
  return a.mul(terms.reduce((p, q) => p.add(q)));
};

const owen: CustomJvp<[h: NdArray, a: NdArray], NdArray> = customJvp((h: NdArray, a: NdArray): NdArray => {
  const [height, size] = [h.abs(), a.abs()];
  const isSteep = size.gt(1);
  const slope = where(isSteep, jnp.reciprocal(where(isSteep, size, 1)), size);
  const at = where(isSteep, size.mul(height), height);
  const half = (x: NdArray): NdArray => x.mul(Math.SQRT1_2);
  const numeric = where(at.eq(0), jnp.arctan(slope).div(2 * Math.PI), integral(at, slope));
  const equal = erfc(half(at).neg())
    .mul(erfc(half(at)))
    .mul(0.125);
  const base = where(slope.eq(1), equal, numeric);
  const [p, q] = [half(height), half(size.mul(height))];
  const tails = erfc(p)
    .add(erfc(q))
    .sub(erfc(p).mul(erfc(q)))
    .mul(0.25);
  const centre = erf(p).mul(erf(q)).mul(-0.25).add(0.25);
  const steep = where(size.mul(height).le(0.67), centre, tails).sub(base);
  const value = jnp.sign(a).mul(where(isSteep, steep, base));
  return where(jnp.isnan(a).or(jnp.isnan(h)), Number.NaN, value);
}).defjvp(([h, a]: readonly NdArray[], [dh, da]: readonly NdArray[]) => {
  const square = h.square();
  const byH = square
    .mul(-0.5)
    .exp()
    .mul(erf(a.mul(h).mul(Math.SQRT1_2)))
    .div(-2 * Math.sqrt(2 * Math.PI));
  const r = a.square().add(1);
  const byA = r
    .mul(square)
    .mul(-0.5)
    .exp()
    .div(r.mul(2 * Math.PI));
  return [owen(h, a) as NdArray, byH.mul(dh).add(byA.mul(da))];
});

/** Owen's function: the probability that `X > h` and `0 < Y < a X` for standard normal `X`, `Y`. */
export const owensT = (h: ArrayLike, a: ArrayLike): NdArray => {
  const [x, y] = jnp.broadcastArrays(...promoteArgsInexact('owensT', h, a));
  return owen(x, y) as NdArray;
};
