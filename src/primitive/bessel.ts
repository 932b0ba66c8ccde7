/**
 * Modified Bessel functions of the first kind, scaled by `exp(-|x|)` so that they stay finite.
 *
 * StableHLO has only the one of order 1; order 0 is lowered as JAX lowers it, by Chebyshev series on either side of 8.
 * Source of the coefficients: S. L. Moshier, Cephes mathematical library, i0.c and i0f.c.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import * as special from '../array/special.js';
import type { Emitter, Value } from '../ir/lowering.js';
import { bindOne } from '../trace/context.js';
import { add, integerPow, like, mul, sub } from './arithmetic.js';
import { emitCompare, gt, select } from './compare.js';
import { abs, sign } from './extrema.js';
import { partials, pointwise } from './pointwise.js';

/** On [0, 8], in x/2 - 2; float32 needs the last 18 only. */
const SMALL = [
  -4.4153416464793395e-18, 3.3307945188222384e-17, -2.431279846547955e-16, 1.715391285555133e-15,
  -1.1685332877993451e-14, 7.676185498604936e-14, -4.856446783111929e-13, 2.95505266312964e-12, -1.726826291441556e-11,
  9.675809035373237e-11, -5.189795601635263e-10, 2.6598237246823866e-9, -1.300025009986248e-8, 6.046995022541919e-8,
  -2.670793853940612e-7, 1.1173875391201037e-6, -4.4167383584587505e-6, 1.6448448070728896e-5, -5.754195010082104e-5,
  1.8850288509584165e-4, -5.763755745385824e-4, 1.6394756169413357e-3, -4.324309995050576e-3, 1.0546460394594998e-2,
  -2.3737414805899471e-2, 4.930528423967071e-2, -9.490109704804764e-2, 1.7162090152220877e-1, -3.046826723431984e-1,
  6.767952744094761e-1,
];

/** Beyond 8, in 32/x - 2, times sqrt(x); float32 needs the last 7 only. */
const LARGE = [
  -7.233180487874754e-18, -4.830504485944182e-18, 4.46562142029676e-17, 3.461222867697461e-17, -2.8276239805165836e-16,
  -3.425485619677219e-16, 1.7725601330565263e-15, 3.8116806693526224e-15, -9.554846698828307e-15,
  -4.150569347287222e-14, 1.54008621752141e-14, 3.8527783827421426e-13, 7.180124451383666e-13, -1.7941785315068062e-12,
  -1.3215811840447713e-11, -3.1499165279632416e-11, 1.1889147107846439e-11, 4.94060238822497e-10, 3.3962320257083865e-9,
  2.266668990498178e-8, 2.0489185894690638e-7, 2.8913705208347567e-6, 6.889758346916825e-5, 3.369116478255694e-3,
  8.044904110141088e-1,
];

/** Clenshaw's recurrence for a Chebyshev series, its constant term halved. */
function emitChebyshev(e: Emitter, x: Value, coefficients: readonly number[]): Value {
  const { aval } = x;
  let b0 = e.constant(0, aval);
  let b1 = b0;
  let b2 = b0;
  for (const c of coefficients) {
    [b2, b1] = [b1, b0];
    const next = e.op('subtract', [e.op('multiply', [x, b1], aval), b2], aval);
    b0 = e.op('add', [next, e.constant(c, aval)], aval);
  }
  return e.op('multiply', [e.constant(0.5, aval), e.op('subtract', [b0, b2], aval)], aval);
}

function emitI0e(e: Emitter, [operand]: readonly Value[], _: object, [out]: readonly ShapedArray[]): Value[] {
  const double = out.dtype === 'float64';
  const x = e.op(
    'abs',
    [e.convert(operand, double ? 'float64' : 'float32')],
    out.withDType(double ? 'float64' : 'float32'),
  );
  const { aval } = x;
  const op = (name: string, ...operands: Value[]): Value => e.op(name, operands, aval);
  const two = e.constant(2, aval);
  const near = emitChebyshev(
    e,
    op('subtract', op('multiply', e.constant(0.5, aval), x), two),
    SMALL.slice(double ? 0 : -18),
  );
  const series = emitChebyshev(
    e,
    op('subtract', op('divide', e.constant(32, aval), x), two),
    LARGE.slice(double ? 0 : -7),
  );
  const far = op('divide', series, op('sqrt', x));
  return [e.convert(op('select', emitCompare(e, 'LE', x, e.constant(8, aval)), near, far), out.dtype)];
}

/** `exp(-|x|) I_0(x)` (`lax.bessel_i0e`). */
export const besselI0eP = pointwise({
  name: 'bessel_i0e',
  accepts: 'float',
  real: special.besselI0e,
  derivative: (self) => partials(self, (dx, y, [x]) => mul(dx, sub(besselI1e(x), mul(sign(x), y)))),
  lower: emitI0e,
});
export const besselI0e = (x: NdArray): NdArray => bindOne(besselI0eP, [x], {});

/** The distance from 1 to the next number of each float dtype. */
const EPS: Readonly<Record<string, number>> = {
  bfloat16: 2 ** -7,
  float16: 2 ** -10,
  float32: 2 ** -23,
  float64: 2 ** -52,
};

/** `exp(-|x|) I_1(x)` (`lax.bessel_i1e`); its slope at 0 is 1/2. */
export const besselI1eP = pointwise({
  name: 'bessel_i1e',
  accepts: 'float',
  real: special.besselI1e,
  derivative: (self) =>
    partials(self, (dx, y, [x]) => {
      const eps = like(x, EPS[x.dtype]);
      const away = gt(abs(x), eps);
      const safe = select(away, x, eps);
      const slope = sub(besselI0e(safe), mul(y, add(sign(safe), integerPow(safe, -1))));
      return mul(dx, select(away, slope, like(x, 0.5)));
    }),
  lower: 'chlo.bessel_i1e',
});
export const besselI1e = (x: NdArray): NdArray => bindOne(besselI1eP, [x], {});
