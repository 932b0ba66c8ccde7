/**
 * Bessel functions of the first kind, by Miller's downward recurrence. Source: Zhang and Jin, "Computation of Special
 * Functions" (1996), chapter 5; jax.scipy.special.bessel_jn.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { range } from '../../array/shape.js';
import { InvalidArgument } from '../../error/error.js';
import { scan } from '../../lax/control.js';
import * as jnp from '../../numpy/index.js';
import * as primitive from '../../primitive/index.js';
import { realFloat } from './horner.js';

/** Where the recurrence begins, up to a factor that is divided out in the end. */
const SMALL = 1e-16;

/**
 * `J_0(z), ..., J_v(z)`: `[v + 1, ...z.shape]`, from `nIter` steps of the recurrence.
 * @throws InvalidArgument unless `v` and `nIter` are integers, not negative
 */
export function besselJn(z: ArrayLike, v: number, options: { readonly nIter?: number } = {}): NdArray {
  const op = 'besselJn';
  const { nIter = 50 } = options;
  for (const [argument, value] of [['v', v] as const, ['nIter', nIter] as const]) {
    if (Number.isInteger(value) && value >= 0) continue;
    throw new InvalidArgument({ op, argument, expected: 'an integer, not negative', actual: `${value}` });
  }
  const x = realFloat(op, z, 'z');
  const zero = primitive.full(x.aval.strong, 0);
  type State = readonly [f0: NdArray, f1: NdArray, sum: NdArray];
  const orders = jnp.array(range(nIter + 1), { dtype: x.dtype });
  const step = ([f0, f1, sum]: State, k: NdArray): readonly [State, NdArray] => {
    const f = k.add(1).mul(2).mul(f1).div(x).sub(f0);
    const isEven = k.mod(2).eq(0);
    return [[f1, f, jnp.where(isEven, sum.add(f.mul(2)), sum)], f];
  };
  const start: State = [zero, primitive.full(x.aval.strong, SMALL), zero];
  const [[, , sum], values] = scan(step, start, { xs: orders, reverse: true }) as readonly [State, NdArray];
  return values.get(jnp.slice(v + 1)).div(sum.sub(values.get(0)));
}
