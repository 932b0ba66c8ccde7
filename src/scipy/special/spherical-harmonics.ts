/**
 * Spherical harmonics `Y_n^m(theta, phi)`, orthonormal on the sphere.
 *
 * From normalized associated Legendre functions, by the recurrence in the degree that is stable:
 * `P_m^m = (-1)^m sqrt((2m+1)!! / (4 pi (2m)!!)) sin^m`, then up from `m` to `n`. Source: Holmes and Featherstone (2002);
 * jax.scipy.special.sph_harm_y.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { range } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import * as lax from '../../lax/index.js';
import { asIndices } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import { sizeFor } from '../../numpy/search.js';

export interface SphHarmOptions {
  /** Must be null: derivatives come from `grad`. */
  readonly diffN?: null;
  /** The largest degree; needed under `jit`. Larger ones are taken as this one. */
  readonly nMax?: number | null;
}

/** Normalized Legendre functions of all degrees up to `nMax`: row `m (nMax + 1) + n`, the points along the last axis. */
function legendre(theta: NdArray, nMax: number): NdArray {
  const [x, y] = [theta.cos(), theta.sin()];
  const zero = jnp.zerosLike(x);
  let start = jnp.fullLike(x, Math.sqrt(1 / (4 * Math.PI)));
  const rows = range(nMax + 1).flatMap((m) => {
    if (m > 0) start = start.mul(y).mul(-Math.sqrt((2 * m + 1) / (2 * m)));
    const list = range(m).map(() => zero);
    let [before, now] = [zero, start];
    for (let n = m; n <= nMax; n++) {
      list.push(now);
      const [p, q] = [n + 1 - m, n + 1 + m];
      const up = Math.sqrt(((2 * n + 1) * (2 * n + 3)) / (p * q));
      const down = n === m ? 0 : Math.sqrt(((2 * n + 3) * (n - m) * (n + m)) / ((2 * n - 1) * p * q));
      [before, now] = [now, x.mul(now).mul(up).sub(before.mul(down))];
    }
    return list;
  });
  return jnp.stack(rows);
}

/**
 * `Y_n^m` for vectors of degrees `n >= 0`, orders `|m| <= n`, colatitudes `theta` in `[0, pi]` and longitudes `phi`; complex.
 * @throws ShapeMismatch unless the degrees are a vector
 */
export function sphHarmY(
  n: ArrayLike,
  m: ArrayLike,
  theta: ArrayLike,
  phi: ArrayLike,
  options: SphHarmOptions = {},
): NdArray {
  const op = 'sphHarmY';
  if (options.diffN !== null && options.diffN !== undefined) {
    throw new InvalidArgument({ op, argument: 'diffN', expected: 'null', actual: `${options.diffN as number}` });
  }
  const [degree, order] = [asIndices(n, op, 'n'), asIndices(m, op, 'm')];
  if (degree.ndim !== 1) {
    throw new ShapeMismatch({ op, argument: 'n', expected: 'a vector is needed', actual: degree.shape });
  }
  const angles = promoteArgsInexact(op, theta, phi).map((x) => (x.ndim === 0 ? x.reshape([1]) : x));
  const nMax = options.nMax ?? sizeFor(`${op}, which needs { nMax } there,`, degree.max(), null);
  const size = order.abs();
  const values = legendre(angles[0], nMax);
  const row = size.mul(nMax + 1).add(jnp.clip(degree, { max: nMax }));
  const chosen = values.get(row, jnp.minimum(jnp.arange(degree.size), angles[0].size - 1));
  const angle = size.mul(angles[1]);
  const harmonic = lax.complex(chosen.mul(angle.cos()), chosen.mul(angle.sin()));
  const sign = jnp.where(size.mod(2).eq(0), 1, -1);
  return jnp.where(order.lt(0), harmonic.conj().mul(sign), harmonic);
}
