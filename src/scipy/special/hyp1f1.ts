/**
 * Kummer's confluent hypergeometric function `1F1(a; b; x) = sum (a)_k / (b)_k x^k / k!`.
 *
 * By its series, or for large `x` by its asymptotic one. Source: Pearson, "Computation of Hypergeometric Functions" (2009),
 * sections 3.2 and 3.3; jax.scipy.special.hyp1f1.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { finfo } from '../../array/dtype-info.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';
import { digamma, gamma } from './gamma.js';
import { realFloat } from './horner.js';
import { iterate } from './series.js';

const { where } = jnp;
const MOST_TERMS = 250;
/** From this size of `x` on, the asymptotic series. */
const LARGE = 100;

/** Sums terms `t_1, t_2, ...` times weights onto a start; `next(k, t)` is the term after `t`. */
export function summed(
  start: NdArray,
  first: NdArray,
  next: (k: NdArray, term: NdArray) => NdArray,
  weight: (k: NdArray) => NdArray | number = () => 1,
): NdArray {
  const { eps } = finfo(start.dtype);
  const { sum } = iterate(
    { sum: start, k: jnp.onesLike(start), term: first },
    ({ sum: total, k, term }) => k.lt(MOST_TERMS).and(term.abs().div(total.abs()).gt(eps)),
    ({ sum: total, k, term }) => ({ sum: total.add(term.mul(weight(k))), k: k.add(1), term: next(k, term) }),
  );
  return sum;
}

type Ternary = CustomJvp<[a: NdArray, b: NdArray, x: NdArray], NdArray>;

const following =
  (a: NdArray, b: NdArray, x: NdArray) =>
  (k: NdArray, term: NdArray): NdArray =>
    term.mul(a.add(k)).div(b.add(k)).mul(x).div(k.add(1));

function valueOf(a: NdArray, b: NdArray, x: NdArray): NdArray {
  const isLarge = x.abs().ge(LARGE);
  const near = where(isLarge, 1, x);
  const series = summed(jnp.onesLike(x), a.div(b).mul(near), following(a, b, near));
  const far = where(isLarge, x, LARGE);
  const [p, q] = [b.sub(a), a.neg().add(1)];
  const tail = summed(jnp.onesLike(x), p.mul(q).div(far), (k, term) =>
    term.mul(p.add(k)).mul(q.add(k)).div(k.add(1)).div(far),
  );
  const asymptotic = gamma(b)
    .div(gamma(a))
    .mul(far.exp())
    .mul(far.pow(a.sub(b)))
    .mul(tail);
  const value = where(isLarge, asymptotic, series);
  const exponential = where(a.eq(b), x.exp(), where(b.eq(0), Number.POSITIVE_INFINITY, value));
  return where(a.eq(0), 1, exponential);
}

const kummer: Ternary = customJvp(valueOf).defjvps(
  ((da: NdArray, _: NdArray, a: NdArray, b: NdArray, x: NdArray) => {
    const slope = summed(jnp.zerosLike(x), a.div(b).mul(x), following(a, b, x), (k) =>
      digamma(a.add(k)).sub(digamma(a)),
    );
    return da.mul(slope);
  }) as never,
  ((db: NdArray, _: NdArray, a: NdArray, b: NdArray, x: NdArray) => {
    const slope = summed(jnp.zerosLike(x), a.div(b).mul(x), following(a, b, x), (k) =>
      digamma(b).sub(digamma(b.add(k))),
    );
    return db.mul(slope);
  }) as never,
  ((dx: NdArray, _: NdArray, a: NdArray, b: NdArray, x: NdArray) =>
    dx.mul(a.div(b).mul(kummer(a.add(1), b.add(1), x)))) as never,
);

/**
 * `1F1(a; b; x)` of real numbers.
 * @throws DTypeMismatch for complex numbers
 */
export function hyp1f1(a: ArrayLike, b: ArrayLike, x: ArrayLike): NdArray {
  const args = promoteArgsInexact('hyp1f1', a, b, realFloat('hyp1f1', x));
  const [p, q, z] = jnp.broadcastArrays(...args);
  return kummer(p, q, z) as NdArray;
}
