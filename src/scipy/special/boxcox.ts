/**
 * The transformation of Box and Cox (1964), which makes positive data more like normal ones.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import * as jnp from '../../numpy/index.js';
import { promoteArgsInexact } from '../../numpy/promote.js';

/** `(e^(lambda y) - 1) / lambda`, which is `y` where `lambda` is 0. */
function transformed(y: NdArray, lambda: NdArray): NdArray {
  const isZero = lambda.eq(0);
  const safe = jnp.where(isZero, 1, lambda);
  return jnp.where(isZero, y, jnp.expm1(safe.mul(y)).div(safe));
}

/** `(x^lmbda - 1) / lmbda`, which is `log(x)` where `lmbda` is 0. */
export const boxcox = (x: ArrayLike, lmbda: ArrayLike): NdArray => {
  const [value, lambda] = promoteArgsInexact('boxcox', x, lmbda);
  return transformed(value.log(), lambda);
};

/** `boxcox(1 + x, lmbda)`, accurate for small `x`. */
export const boxcox1p = (x: ArrayLike, lmbda: ArrayLike): NdArray => {
  const [value, lambda] = promoteArgsInexact('boxcox1p', x, lmbda);
  return transformed(jnp.log1p(value), lambda);
};
