/**
 * The distribution function of the standard normal distribution, its logarithm and its inverse.
 *
 * Source: Cephes (ndtr.c, ndtri.c); jax.scipy.special.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import { inexactArray } from '../../numpy/promote.js';
import { type Unary, unaryInexact } from '../../numpy/ufunc.js';
import * as primitive from '../../primitive/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { quotient } from './horner.js';

const { abs, add, div, erf, erfc, exp, full, gt, le, like, log, lt, max, min, mul, neg, select, sqrt, square, sub } =
  primitive;

const filled = (x: NdArray, value: number): NdArray => full(x.aval, value);
const LOG_ROOT = 0.5 * Math.log(2 * Math.PI);

/** P(X <= x): through `erf` near 0 and `erfc` far from it, so that small probabilities keep their digits. */
function probability(x: NdArray): NdArray {
  const w = mul(x, like(x, Math.SQRT1_2));
  const z = abs(w);
  const [one, two] = [filled(x, 1), filled(x, 2)];
  const far = select(gt(w, filled(x, 0)), sub(two, erfc(z)), erfc(z));
  return mul(like(x, 0.5), select(lt(z, filled(x, Math.SQRT1_2)), add(one, erf(w)), far));
}

/** The probability that a standard normal number is at most `x`. */
export const ndtr: Unary = unaryInexact('ndtr', probability);

const densityLog = (x: NdArray): NdArray => sub(mul(like(x, -0.5), square(x)), like(x, LOG_ROOT));

/** `1 - 1/x^2 + 3/x^4 - 15/x^6 + ...`, as many terms as are asked for. */
function asymptotic(x: NdArray, order: number): NdArray {
  const x2 = square(x);
  let sum = filled(x, 1);
  let power = filled(x, 1);
  let factor = 1;
  for (let n = 1; n <= order; n++) {
    factor *= -(2 * n - 1);
    power = mul(power, x2);
    sum = add(sum, div(filled(x, factor), power));
  }
  return sum;
}

function logProbability(x: NdArray, order: number): NdArray {
  const isDouble = x.dtype === 'float64';
  const [low, high] = isDouble ? [filled(x, -20), filled(x, 8)] : [filled(x, -10), filled(x, 5)];
  const isHigh = gt(x, high);
  const p = probability(select(isHigh, neg(x), max(x, low)));
  const tail = min(x, low);
  const scale = sub(sub(mul(like(x, -0.5), square(tail)), log(neg(tail))), like(x, LOG_ROOT));
  const lower = add(scale, log(asymptotic(tail, order)));
  return select(isHigh, neg(p), select(gt(x, low), log(p), lower));
}

const orders = new Map<number, CustomJvp<[x: NdArray], NdArray>>();

/** One function for each order of the series; its derivative is `exp(log density - log probability)`. */
function logNdtrOf(order: number): CustomJvp<[x: NdArray], NdArray> {
  let f = orders.get(order);
  if (f === undefined) {
    const own: CustomJvp<[x: NdArray], NdArray> = customJvp((x: NdArray): NdArray => logProbability(x, order)).defjvp(
      ([x]: readonly NdArray[], [dx]: readonly NdArray[]) => {
        const value = own(x) as NdArray;
        return [value, mul(dx, exp(sub(densityLog(x), value)))];
      },
    );
    f = own;
    orders.set(order, f);
  }
  return f;
}

/**
 * `log P(X <= x)`, accurate in both tails; below -10 (-20 in float64) by `seriesOrder` (3) terms of an asymptotic series.
 * @throws InvalidArgument for an order that is not between 0 and 30
 */
export function logNdtr(x: ArrayLike, options: { readonly seriesOrder?: number } = {}): NdArray {
  checkOptions('logNdtr', options, { seriesOrder: 'integer' });
  const { seriesOrder = 3 } = options;
  if (!Number.isInteger(seriesOrder) || seriesOrder < 0 || seriesOrder > 30) {
    const expected = 'an integer between 0 and 30';
    throw new InvalidArgument({ op: 'logNdtr', argument: 'seriesOrder', expected, actual: `${seriesOrder}` });
  }
  return logNdtrOf(seriesOrder)(inexactArray('logNdtr', x)) as NdArray;
}

/** Coefficients of the rational approximations, from the highest power (Cephes, ndtri.c). */
const P0 = [-59.96335010141079, 98.00107541859997, -56.67628574690703, 13.931260938727968, -1.2391658386738125];
const Q0 = [
  1, 1.9544885833814176, 4.676279128988815, 86.36024213908905, -225.46268785411937, 200.26021238006066,
  -82.03722561683334, 15.90562251262117, -1.1833162112133,
];
const P1 = [
  4.0554489230596245, 31.525109459989388, 57.16281922464213, 44.08050738932008, 14.684956192885803, 2.1866330685079025,
  -0.1402560791713545, -0.03504246268278482, -0.0008574567851546854,
];
const Q1 = [
  1, 15.779988325646675, 45.39076351288792, 41.3172038254672, 15.04253856929075, 2.504649462083094,
  -0.14218292285478779, -0.03808064076915783, -0.0009332594808954574,
];
const P2 = [
  3.2377489177694603, 6.915228890689842, 3.9388102529247444, 1.3330346081580755, 0.20148538954917908,
  0.012371663481782003, 0.00030158155350823543, 2.6580697468673755e-6, 6.239745391849833e-9,
];
const Q2 = [
  1, 6.02427039364742, 3.6798356385616087, 1.3770209948908132, 0.21623699359449663, 0.013420400608854318,
  0.00032801446468212774, 2.8924786474538068e-6, 6.790194080099813e-9,
];

/** The number that a standard normal one is at most with probability `p`. */
export const ndtri: Unary = unaryInexact('ndtri', (p) => {
  const edge = Math.exp(-2);
  const one = filled(p, 1);
  const isUpper = gt(p, filled(p, 1 - edge));
  const folded = select(isUpper, sub(one, p), p);
  const safe = select(le(folded, filled(p, 0)), filled(p, 0.5), folded);
  const w = sub(safe, filled(p, 0.5));
  const middle = mul(
    filled(p, -Math.sqrt(2 * Math.PI)),
    add(w, mul(mul(w, square(w)), quotient({ p: P0, q: Q0 }, square(w)))),
  );
  const z = sqrt(mul(filled(p, -2), log(safe)));
  const inverse = div(one, z);
  const first = sub(z, div(log(z), z));
  const far = sub(first, div(quotient({ p: P2, q: Q2 }, inverse), z));
  const near = sub(first, div(quotient({ p: P1, q: Q1 }, inverse), z));
  const tail = select(primitive.ge(z, filled(p, 8)), far, near);
  const x = select(gt(safe, filled(p, edge)), middle, tail);
  const signed = select(isUpper, x, neg(x));
  const infinity = filled(p, Number.POSITIVE_INFINITY);
  const ends = select(primitive.eq(p, one), infinity, signed);
  const lower = select(primitive.eq(p, filled(p, 0)), neg(infinity), ends);
  const isValid = primitive.and(primitive.ge(p, filled(p, 0)), le(p, one));
  return select(isValid, lower, filled(p, Number.NaN));
});
