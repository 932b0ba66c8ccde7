/**
 * The logarithm of the gamma function in the complex plane, by Lanczos' approximation and upward recurrence. Source:
 * jax.scipy.special.loggamma.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import * as lax from '../../lax/index.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';

const G = 7;
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

const { where } = jnp;

/** `log Gamma(z)` right of `Re z = 1/2`. */
function lanczos(z: NdArray): NdArray {
  const y = z.sub(1);
  const series = range(8).reduce(
    (sum, k) => sum.add(jnp.reciprocal(y.add(k + 1)).mul(LANCZOS[k + 1])),
    y.mul(0).add(LANCZOS[0]),
  );
  const t = y.add(G + 0.5);
  return y
    .add(0.5)
    .mul(t.log())
    .sub(t)
    .add(series.log())
    .add(0.5 * Math.log(2 * Math.PI));
}

function complexLoggamma(z: NdArray): NdArray {
  const re = z.real;
  const isPole = z.imag
    .eq(0)
    .and(re.eq(jnp.floor(re)))
    .and(re.le(0));
  const isUnusable = isPole.or(jnp.isnan(z));
  const safe = where(isUnusable, 1, z);
  const steps = jnp.maximum(0, jnp.ceil(safe.real.neg().add(0.5)));
  type State = readonly [k: NdArray, sum: NdArray];
  const [, sum] = lax.whileLoop(
    ([k]: State) => k.lt(steps).any(),
    ([k, sofar]: State): State => {
      const counts = k.lt(steps);
      return [k.add(1), sofar.add(where(counts, where(counts, safe.add(k.astype(z.dtype)), 1).log(), 0))];
    },
    [jnp.zeros([], { dtype: steps.dtype }), jnp.zerosLike(safe)] as State,
  ) as State;
  const value = lanczos(safe.add(steps.astype(z.dtype))).sub(sum);
  const nan = jnp.full([], Number.NaN, { dtype: re.dtype });
  return where(isUnusable, lax.complex(nan, nan), value);
}

/** The principal branch of `log Gamma`: NaN for real numbers below 0, defined for complex ones but at the poles. */
export function loggamma(x: ArrayLike): NdArray {
  const value = inexactArray('loggamma', x);
  return isComplex(value.dtype) ? complexLoggamma(value) : where(value.gt(0), primitive.lgamma(value), Number.NaN);
}
