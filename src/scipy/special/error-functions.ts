/**
 * Kin of the error function: scaled (`erfcx`), Dawson's integral, and Faddeeva's function in the complex plane.
 *
 * Sources: Weideman, "Computation of the complex error function" (1994), with 32 terms; Cephes (dawsn.c);
 * jax.scipy.special.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { complexDType, isComplex } from '../../array/dtype.js';
import { finfo } from '../../array/dtype-info.js';
import * as lax from '../../lax/index.js';
import { cast } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { inSingleOrDouble, polynomial, quotient, realFloat } from './horner.js';

const { where } = jnp;
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** Weideman's coefficients, and the radius they are for. */
const W = [
  -1.3034426067909105e-12, 3.741183837373847e-12, 8.030427700497756e-12, -2.154359355749088e-11, -5.544244996323793e-11,
  1.165824698850374e-10, 4.1537441121999766e-10, -5.231020211492061e-10, -3.2080151339721323e-9, 8.124886421653591e-10,
  2.3797556530014025e-8, 2.2930438438915445e-8, -1.4813078929137642e-7, -4.1840763750512053e-7, 4.2558331397138446e-7,
  4.401531731283225e-6, 6.821031944357515e-6, -2.1409619201999998e-5, -0.0001307544925457942, -0.00024532980270038237,
  0.00039259136070109705, 0.004519541105349309, 0.0190061557848455, 0.05730440352983728, 0.14060716226893755,
  0.2954445107150874, 0.5460139720639338, 0.9019254893648001, 1.345544169234545, 1.8256696296324815, 2.2635372999002676,
  2.5722534081245696,
];
const RADIUS = 4.756828460010884;
/** `x sqrt(pi) erfcx(x)` in powers of `1 / x^2`, from the highest. */
const ASYMPTOTIC = [7918.06640625, -1055.7421875, 162.421875, -29.53125, 6.5625, -1.875, 0.75, -0.5, 1];
const DAWSON = [
  {
    p: [
      1.1368149897175597e-11, 8.492622676674738e-10, 1.9443420417555306e-8, 9.531517412544844e-7, 3.078283098749132e-6,
      0.00035251336852028877, -0.0008501498467244109, 0.04226182230055466, -0.09174803717734524, 1,
    ],
    q: [
      2.403720730667626e-11, 1.488646813684934e-9, 5.212652810105416e-8, 1.2725847827318697e-6, 2.324902498207895e-5,
      0.00032552474182605793, 0.003488058146571626, 0.027944853119882897, 0.15887424196012057, 0.5749186294893204, 1,
    ],
  },
  {
    p: [
      0.5089551564179009, -0.24475441814269785, 0.09415123353035344, -0.021871125514203903, 0.003662076123295692,
      -0.0004232091144603888, 3.5964130479389666e-5, -2.1464035171996896e-6, 9.100107800763914e-8,
      -2.4027452082825098e-9, 3.592333854409284e-11,
    ],
    q: [
      1, -0.6318398698733682, 0.2367067882282487, -0.053180636700322324, 0.008480417185862954, -0.0009479967684866654,
      7.810255929445524e-5, -4.558751532524426e-6, 1.8910035811142186e-7, -4.913246913319206e-9, 7.184664032357345e-11,
    ],
  },
  {
    p: [-0.5905928605347732, 0.6292352427243688, -0.17285897538038814, 0.016483704782518965, -0.0004868276130204627],
    q: [1, -2.698200571975449, 1.7327079904594784, -0.3937085822819395, 0.03442789240412334, -0.0009736552260409412],
  },
];

/** `exp(-z^2) erfc(-i z)` above the real line. */
function upper(z: NdArray): NdArray {
  const iz = lax.complex(z.imag.neg(), z.real);
  const divisor = iz.neg().add(RADIUS);
  const p = polynomial(W, iz.add(RADIUS).div(divisor));
  return p
    .mul(2)
    .div(divisor.square())
    .add(jnp.reciprocal(divisor).mul(1 / Math.sqrt(Math.PI)));
}

type Unary = CustomJvp<[x: NdArray], NdArray>;
const faddeeva: Unary = customJvp((z: NdArray): NdArray => {
  const isUpper = z.imag.ge(0);
  const w = upper(where(isUpper, z, z.neg()));
  return where(isUpper, w, z.square().neg().exp().mul(2).sub(w));
}).defjvp(([z]: readonly NdArray[], [dz]: readonly NdArray[]) => {
  const w = faddeeva(z) as NdArray;
  const constant = lax.complex(jnp.zerosLike(z.real), jnp.fullLike(z.real, TWO_OVER_ROOT_PI));
  return [w, dz.mul(constant.sub(z.mul(w).mul(2)))];
});

/** Faddeeva's function `w(z) = exp(-z^2) erfc(-i z)`, complex. */
export const wofz = (z: ArrayLike): NdArray => {
  const x = inexactArray('wofz', z);
  return faddeeva(cast(x, complexDType(x.dtype))) as NdArray;
};

const scaled: Unary = customJvp(
  (x: NdArray): NdArray =>
    inSingleOrDouble(x, (y) => {
      const { max } = finfo(y.dtype);
      const isLarge = y.gt(Math.sqrt(Math.log(max)));
      const safe = where(isLarge, 1, y);
      const terms = y.dtype === 'float64' ? 9 : 5;
      const far = polynomial(ASYMPTOTIC.slice(-terms), jnp.reciprocal(y.square())).div(y.mul(Math.sqrt(Math.PI)));
      return where(isLarge, far, primitive.mul(safe.square().exp(), primitive.erfc(safe)));
    }),
).defjvp(([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
  const value = scaled(x) as NdArray;
  return [value, dx.mul(x.mul(value).mul(2).sub(TWO_OVER_ROOT_PI))];
});

/** `exp(x^2) erfc(x)`, which does not vanish for large `x`; for complex numbers as well. */
export function erfcx(x: ArrayLike): NdArray {
  const value = inexactArray('erfcx', x);
  if (!isComplex(value.dtype)) return scaled(value) as NdArray;
  return faddeeva(lax.complex(value.imag.neg(), value.real)) as NdArray;
}

const dawson: Unary = customJvp(
  (x: NdArray): NdArray =>
    inSingleOrDouble(x, (y) => {
      const size = y.abs();
      const [isNear, isMiddle] = [size.lt(3.25), size.lt(6.25)];
      const near = where(isNear, size, 1);
      const far = where(isNear, 4, size);
      const t = jnp.reciprocal(far.square());
      const beyond = (k: number): NdArray => t.mul(quotient(DAWSON[k], t)).add(1).mul(0.5).div(far);
      const value = where(isNear, near.mul(quotient(DAWSON[0], near.square())), where(isMiddle, beyond(1), beyond(2)));
      return jnp.sign(y).mul(value);
    }),
).defjvp(([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
  const value = dawson(x) as NdArray;
  return [value, dx.mul(x.mul(value).mul(-2).add(1))];
});

/**
 * Dawson's integral `exp(-x^2) int_0^x exp(t^2) dt`.
 * @throws DTypeMismatch for complex numbers
 */
export const dawsn = (x: ArrayLike): NdArray => dawson(realFloat('dawsn', x)) as NdArray;
