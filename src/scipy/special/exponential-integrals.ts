/**
 * Exponential integrals, `Ei(x) = int_-inf^x e^t / t dt` and `E_n(x) = int_1^inf e^(-x t) / t^n dt`.
 *
 * Source: Cephes (ei.c, expn.c); jax.scipy.special.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { finfo } from '../../array/dtype-info.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { FAR, NEAR } from './expi-tables.js';
import { quotient, realFloat } from './horner.js';
import { iterate } from './series.js';

const { where } = jnp;
const EULER = 0.5772156649015329;
/** From this order on, an asymptotic expansion. */
const LARGE_ORDER = 5000;

/** `E_n` by its power series, for `x <= 1`. */
function powerSeries(n: NdArray, x: NdArray): NdArray {
  const { eps } = finfo(x.dtype);
  const digammas = { k: jnp.onesLike(x), psi: x.log().add(EULER).neg() };
  const { psi } = iterate(
    digammas,
    ({ k }) => k.lt(n),
    ({ k, psi: sofar }) => ({ k: k.add(1), psi: sofar.add(jnp.reciprocal(k)) }),
  );
  const isFirst = n.eq(1);
  const start = {
    k: jnp.zerosLike(x),
    power: jnp.onesLike(x),
    p: n.neg().add(1),
    sum: where(isFirst, 0, jnp.reciprocal(where(isFirst, 2, n).neg().add(1))),
    change: jnp.fullLike(x, Number.POSITIVE_INFINITY),
  };
  const { sum } = iterate(
    start,
    ({ change }) => change.gt(eps).and(x.gt(0)),
    (s) => {
      const k = s.k.add(1);
      const power = s.power.mul(x.neg()).div(k);
      const p = s.p.add(1);
      const isPole = p.eq(0);
      const total = s.sum.add(where(isPole, 0, power.div(where(isPole, 1, p))));
      return { k, power, p, sum: total, change: where(total.eq(0), 1, power.div(total).abs()) };
    },
  );
  const factor = x
    .neg()
    .pow(n.sub(1))
    .div(primitive.exp(primitive.lgamma(n)));
  return factor.mul(psi).sub(sum);
}

/** `E_n` by a continued fraction, for `x > 1`. */
function continuedFraction(n: NdArray, x: NdArray): NdArray {
  const { eps } = finfo(x.dtype);
  const big = 2 ** 57;
  const one = jnp.onesLike(x);
  const start = {
    k: one,
    p2: one,
    q2: x,
    p1: one,
    q1: x.add(n),
    value: jnp.reciprocal(x.add(n)),
    change: jnp.fullLike(x, Number.POSITIVE_INFINITY),
  };
  const { value } = iterate(
    start,
    ({ change }) => change.gt(eps).and(x.gt(0)),
    (s) => {
      const k = s.k.add(1);
      const isOdd = k.mod(2).eq(1);
      const y = where(isOdd, 1, x);
      const z = where(isOdd, n.add(k.sub(1).div(2)), k.div(2));
      const [p, q] = [s.p1.mul(y).add(s.p2.mul(z)), s.q1.mul(y).add(s.q2.mul(z))];
      const isUsable = q.ne(0);
      const r = p.div(where(isUsable, q, 1));
      const shrunk = (v: NdArray): NdArray => where(p.abs().gt(big), v.div(big), v);
      return {
        k,
        p2: shrunk(s.p1),
        q2: shrunk(s.q1),
        p1: shrunk(p),
        q1: shrunk(q),
        value: where(isUsable, r, s.value),
        change: where(isUsable, s.value.sub(r).div(r).abs(), 1),
      };
    },
  );
  return value.mul(x.neg().exp());
}

/** `E_n` for large `n`. */
function largeOrder(n: NdArray, x: NdArray): NdArray {
  const scale = x.add(n);
  const y = jnp.reciprocal(scale.square());
  const cubic = y.mul(n).mul(x.square().mul(6).sub(n.mul(x).mul(8)).add(n.square()));
  const square = y.mul(cubic.add(n.mul(n.sub(x.mul(2)))));
  return y.mul(square.add(n)).add(1).mul(x.neg().exp()).div(scale);
}

function valueOf(n: NdArray, x: NdArray): NdArray {
  const isWrong = n.lt(0).or(x.lt(0));
  const atZero = where(n.lt(2), Number.POSITIVE_INFINITY, jnp.reciprocal(where(n.lt(2), 2, n).sub(1)));
  const [isZero, isPlain, isLarge] = [x.eq(0), n.eq(0), n.ge(LARGE_ORDER)];
  // The loops see harmless numbers where something else is the answer.
  const isOff = isWrong.or(isZero).or(isPlain).or(isLarge);
  const isBeyond = x.gt(1);
  const order = where(isOff, 1, n);
  const near = powerSeries(order, where(isOff.or(isBeyond), 0.5, x));
  const far = continuedFraction(order, where(isOff.or(isBeyond.not()), 2, x));
  const plain = x
    .neg()
    .exp()
    .div(where(isZero, 1, x));
  const inside = where(isPlain, plain, where(isLarge, largeOrder(n, x), where(isBeyond, far, near)));
  return where(isWrong, Number.NaN, where(isZero, atZero, inside));
}

const integral: CustomJvp<[n: NdArray, x: NdArray], NdArray> = customJvp(valueOf).defjvp(
  ([n, x]: readonly NdArray[], [, dx]: readonly NdArray[]) => [
    integral(n, x) as NdArray,
    integral(n.sub(1), x).mul(dx.neg()) as NdArray,
  ],
);

/**
 * `E_n(x)` for `n >= 0`, `x >= 0`; NaN below. It is differentiable in `x` alone.
 * @throws DTypeMismatch for complex numbers
 */
export function expn(n: ArrayLike, x: ArrayLike): NdArray {
  const [order, value] = jnp.broadcastArrays(...promoteArgsInexact('expn', n, realFloat('expn', x)));
  return integral(order, value) as NdArray;
}

/** `E_1(x)`. */
export const exp1 = (x: ArrayLike): NdArray => expn(1, realFloat('exp1', x));

const ei: CustomJvp<[x: NdArray], NdArray> = customJvp((x: NdArray): NdArray => {
  const isNegative = x.lt(0);
  const positive = where(x.gt(0), x, 1);
  const near = positive.mul(quotient(NEAR, positive)).add(EULER).add(positive.log());
  const w = jnp.reciprocal(positive);
  const beyond = (k: number): NdArray =>
    positive
      .exp()
      .mul(w)
      .mul(w.mul(quotient(FAR[k], w)).add(1));
  const far = FAR.slice(0, -1).reduceRight(
    (rest, _, k) => where(positive.le(2 ** (k + 2)), beyond(k), rest),
    beyond(FAR.length - 1),
  );
  const value = where(positive.le(2), near, far);
  const below = primitive.neg(exp1(where(isNegative, x.neg(), 1)));
  return where(isNegative, below, where(x.eq(0), Number.NEGATIVE_INFINITY, where(jnp.isnan(x), Number.NaN, value)));
}).defjvp(([x]: readonly NdArray[], [dx]: readonly NdArray[]) => [ei(x) as NdArray, x.exp().div(x).mul(dx)]);

/**
 * `Ei(x)`; -infinity at 0.
 * @throws DTypeMismatch for complex numbers
 */
export const expi = (x: ArrayLike): NdArray => ei(realFloat('expi', x)) as NdArray;
