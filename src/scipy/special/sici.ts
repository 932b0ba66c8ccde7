/**
 * The sine and cosine integrals, `Si(x) = int_0^x sin(t) / t dt` and `Ci(x) = gamma + log x + int_0^x (cos(t) - 1) / t dt`.
 *
 * Quotients of polynomials up to 4, beyond that of the auxiliary functions `f`, `g` with `Si = pi/2 - f cos - g sin`.
 * Source: Cephes (sici.c); jax.scipy.special.sici.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import * as jnp from '../../numpy/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { quotient, realFloat } from './horner.js';

const SI = {
  p: [
    -8.391678279103039e-11, 4.625917144270128e-8, -9.757593038436328e-6, 0.0009769454381704354, -0.04134703162294066, 1,
  ],
  q: [2.0326926619595193e-12, 1.279978911799433e-9, 4.418278428012189e-7, 9.964121220438756e-5, 0.01420852393261499, 1],
};
const CI = {
  p: [
    2.0252400238910228e-11, -1.3524950491579076e-8, 3.593250514199931e-6, -0.0004740072068734079, 0.028915965260755523,
    -1,
  ],
  q: [
    4.077460400618806e-12, 3.067809975818878e-9, 1.2321035568588342e-6, 0.00031744202477503275, 0.051002805623644606, 4,
  ],
};
const F4 = {
  p: [
    4.236128628922166, 5.4593771716181285, 1.6208328770153833, 0.16700661183132304, 0.006810201324725182,
    0.00010893658065032867, 5.489002234213736e-7,
  ],
  q: [
    1, 8.16496634205391, 7.308288225055645, 1.867922579501842, 0.1787920529631499, 0.007017106683227897,
    0.00011003435715391573, 5.489002527562557e-7,
  ],
};
const G4 = {
  p: [
    0.08710016989731142, 0.6113791099522193, 0.3971802963923375, 0.07485277376284691, 0.005388686814621773,
    0.00016199979459893403, 1.9796387414096365e-6, 7.825790407440903e-9,
  ],
  q: [
    1, 1.6440220241335535, 0.666296701268988, 0.09887717612776888, 0.006223963454417684, 0.0001732210814741771,
    2.0265918208634397e-6, 7.825792189335346e-9,
  ],
};
const F8 = {
  p: [
    0.4558808734704653, 0.7137152741001467, 0.16030015822231947, 0.01160642294081244, 0.00034955644244785906,
    4.8621543082645475e-6, 3.200927900910049e-8, 9.41779576128513e-11, 9.70507110881952e-14,
  ],
  q: [
    1, 0.9174636118736841, 0.17868554533207454, 0.012225359477197129, 0.00035869648188185157, 4.924350643178815e-6,
    3.21956939101046e-8, 9.437205903502767e-11, 9.70507110881952e-14,
  ],
};
const G8 = {
  p: [
    0.6973599534432762, 0.33041097930563207, 0.03848787676499743, 0.001717182390523479, 3.4894116550227946e-5,
    3.471311670841167e-7, 1.7040445278204452e-9, 3.859459254302766e-12, 3.1404009894636335e-15,
  ],
  q: [
    1, 1.6854889881101165, 0.48785225869530496, 0.04679131942596258, 0.0019028442667439953, 3.684755044425611e-5,
    3.5704322344374083e-7, 1.7269374896631615e-9, 3.878301660239547e-12, 3.1404009894636335e-15,
  ],
};

const { where } = jnp;
const HUGE = 1e9;

function integrals(given: NdArray): readonly [si: NdArray, ci: NdArray] {
  const x = given.abs();
  const t = x.square();
  const near = {
    si: where(x.eq(0), 0, x.mul(quotient(SI, t))),
    ci: where(
      x.eq(0),
      Number.NEGATIVE_INFINITY,
      x
        .log()
        .add(0.5772156649015329)
        .add(t.mul(quotient(CI, t))),
    ),
  };
  const [sin, cos] = [x.sin(), x.cos()];
  const z = jnp.reciprocal(t);
  const isMiddle = x.lt(8);
  const f = where(isMiddle, quotient(F4, z), quotient(F8, z)).div(x);
  const g = where(isMiddle, quotient(G4, z), quotient(G8, z)).mul(z);
  const far = {
    si: f
      .mul(cos)
      .add(g.mul(sin))
      .neg()
      .add(Math.PI / 2),
    ci: f.mul(sin).sub(g.mul(cos)),
  };
  const isInfinite = jnp.isinf(x);
  const huge = {
    si: where(
      isInfinite,
      Math.PI / 2,
      cos
        .div(x)
        .neg()
        .add(Math.PI / 2),
    ),
    ci: where(isInfinite, 0, sin.div(x)),
  };
  const pick = (part: 'si' | 'ci'): NdArray => where(x.le(4), near[part], where(x.le(HUGE), far[part], huge[part]));
  return [jnp.sign(given).mul(pick('si')), where(jnp.isneginf(given), Number.NaN, pick('ci'))];
}

type Pair = readonly [si: NdArray, ci: NdArray];
const both: CustomJvp<[x: NdArray], Pair> = customJvp(integrals).defjvp(
  ([x]: readonly NdArray[], [dx]: readonly NdArray[]) => [
    both(x) as Pair,
    [jnp.sinc(x.div(Math.PI)).mul(dx), x.cos().div(x).mul(dx)],
  ],
);

/**
 * `[Si(x), Ci(x)]`; below 0, `Ci` is that of `|x|`.
 * @throws DTypeMismatch for complex numbers
 */
export function sici(x: ArrayLike): [si: NdArray, ci: NdArray] {
  const [si, ci] = both(realFloat('sici', x)) as Pair;
  return [si, ci];
}
