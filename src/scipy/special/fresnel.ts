/**
 * Fresnel's integrals, `S(x) = int_0^x sin(pi t^2 / 2) dt` and `C(x)` with the cosine.
 *
 * Source: Cephes (fresnl.c, fresnlf.c); jax.scipy.special.fresnel.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import * as jnp from '../../numpy/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { inSingleOrDouble, polynomial, quotient, realFloat } from './horner.js';

const SINGLE = {
  s: [
    1.6476294637887e-9, -1.522754752581096e-7, 8.4247488085024e-6, -0.0003120693124703272, 0.007244727626597022,
    -0.09228055941124598, 0.5235987735681432,
  ],
  c: [
    1.416802502367354e-8, -1.157231412229871e-6, 5.387223446683264e-5, -0.001604381798862293, 0.02818489036795073,
    -0.2467398198317899, 0.9999999760004487,
  ],
  f: [
    -1903009855649.792, 135594238805.0252, -4158143148.511033, 73438484.63587323, -873235.6681548485, 8560.51546627547,
    -103.2877601091159, 2.999401847870011,
  ],
  g: [
    -186084399762.465, 12783506733.93208, -377938771.3202229, 6492611.570598858, -77877.89623358162, 860.2931494734327,
    -14.93439396592284, 0.9999841934744914,
  ],
};
const DOUBLE = {
  s: {
    p: [
      -2991.8191940101983, 708840.0452577386, -62974148.62058625, 2548908805.7337637, -44297951805.96978,
      318016297876.5678,
    ],
    q: [
      1, 281.3762688899943, 45584.78108065326, 5173438.887700964, 419320245.8981112, 22441179564.534092,
      607366389490.0846,
    ],
  },
  c: {
    p: [
      -4.9884311457357354e-8, 9.504280628298596e-6, -0.0006451914356839651, 0.018884331939670384, -0.20552590095501388,
      1,
    ],
    q: [
      3.99982968972496e-12, 9.154392157746574e-10, 1.2500186247959882e-7, 1.2226278902417902e-5, 0.0008680295429417843,
      0.04121420907221998, 1,
    ],
  },
  f: {
    p: [
      0.4215435550436775, 0.1434079197807589, 0.011522095507358577, 0.000345017939782574, 4.6361374928786735e-6,
      3.055689837902576e-8, 1.0230451416490724e-10, 1.7201074326816183e-13, 1.3428327623306275e-16,
      3.763297112699879e-20,
    ],
    q: [
      1, 0.7515863983533789, 0.11688892585919138, 0.0064405152650885865, 0.00015593440916415301, 1.8462756734893055e-6,
      1.1269922476399903e-8, 3.6014002958937136e-11, 5.887545336215784e-14, 4.5200143407412973e-17,
      1.2544323709001127e-20,
    ],
  },
  g: {
    p: [
      0.5044420736433832, 0.1971028335255234, 0.018764858409257526, 0.0006840793809153931, 1.1513882611188428e-5,
      9.828524436884223e-8, 4.4534441586175015e-10, 1.0826804113902088e-12, 1.375554606332618e-15,
      8.363544356306774e-19, 1.8695871016278324e-22,
    ],
    q: [
      1, 1.4749575992512833, 0.33774898912002, 0.02536037414203388, 0.0008146791071843061, 1.2754507566772912e-5,
      1.0431458965757199e-7, 4.6068072814652043e-10, 1.1027321506624028e-12, 1.3879653125957886e-15,
      8.391588162831187e-19, 1.8695871016278324e-22,
    ],
  },
};

const { where } = jnp;
/** Where the auxiliary functions take over (squared), and where they do not matter any more. */
const [NEAR, FAR] = [2.5625, 36974];

/** `sin` and `cos` of `pi x^2 / 2`, of which whole turns are taken off first. */
function halfSquare(given: NdArray): { sin: NdArray; cos: NdArray } {
  const x = given.abs();
  const s = jnp.fmod(x, 2);
  const r = jnp.fmod(s.mul(x.sub(s.div(2))), 2);
  const sine = (y: NdArray): NdArray => y.mul(Math.PI).sin();
  const sin = where(r.lt(0.5), sine(r), where(r.gt(1.5), sine(r.sub(2)), sine(r.sub(1)).neg()));
  const cos = where(r.eq(0.5), 0, where(r.lt(1), sine(r.sub(0.5)).neg(), sine(r.sub(1.5))));
  return { sin, cos };
}

function integrals(given: NdArray): readonly [s: NdArray, c: NdArray] {
  const isSingle = given.dtype !== 'float64';
  const x = given.abs();
  const x2 = x.square();
  const t = x2.square();
  const small = isSingle
    ? { s: polynomial(SINGLE.s, t), c: polynomial(SINGLE.c, t) }
    : { s: quotient(DOUBLE.s, t), c: quotient(DOUBLE.c, t) };
  const { sin, cos } = halfSquare(x);
  const angle = x2.mul(Math.PI);
  const u = jnp.reciprocal(angle.square());
  const f = (isSingle ? polynomial(SINGLE.f, u) : quotient(DOUBLE.f, u)).mul(u).neg().add(1);
  const g = (isSingle ? polynomial(SINGLE.g, u) : quotient(DOUBLE.g, u)).div(angle);
  const around = x.mul(Math.PI);
  const middle = {
    s: f.mul(cos).add(g.mul(sin)).div(around).neg().add(0.5),
    c: f.mul(sin).sub(g.mul(cos)).div(around).add(0.5),
  };
  const half = jnp.full([], 0.5, { dtype: x.dtype });
  const large = isSingle ? { s: half, c: half } : { s: cos.div(around).neg().add(0.5), c: sin.div(around).add(0.5) };
  const pick = (near: NdArray, part: 's' | 'c'): NdArray => {
    const beyond = where(x.gt(FAR), large[part], middle[part]);
    const value = where(jnp.isinf(x), 0.5, where(x2.lt(NEAR), near, beyond));
    return where(given.lt(0), value.neg(), value);
  };
  return [pick(x.mul(x2).mul(small.s), 's'), pick(x.mul(small.c), 'c')];
}

type Pair = readonly [s: NdArray, c: NdArray];
const both: CustomJvp<[x: NdArray], Pair> = customJvp(
  (x: NdArray): Pair => inSingleOrDouble(x, integrals) as unknown as Pair,
).defjvp(([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
  const { sin, cos } = halfSquare(x);
  return [both(x) as Pair, [sin.mul(dx), cos.mul(dx)]];
});

/**
 * `[S(x), C(x)]`.
 * @throws DTypeMismatch for complex numbers
 */
export function fresnel(x: ArrayLike): [s: NdArray, c: NdArray] {
  const [s, c] = both(realFloat('fresnel', x)) as Pair;
  return [s, c];
}
