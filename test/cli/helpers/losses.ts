/** A module as a user writes it for `fluxion laws`: losses, and example arguments beside them. */
import { customVjp } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { keyLaws } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as random from 'fluxion/random';

/** A loss with lawful derivatives. */
export const loss = (params: { readonly w: NdArray }, x: NdArray): NdArray =>
  jnp.sum(jnp.square(jnp.tanh(jnp.matmul(x, params.w))));

const mySquare = customVjp(function mySquare(x: NdArray): NdArray {
  return jnp.square(x);
}).defvjp(
  (x) => [jnp.square(x), x] as const,
  (x, g) => [jnp.multiply(x, g)],
);

/** A loss whose backward pass has lost a factor of two. */
export const lossWithSlip = (params: { readonly w: NdArray }, x: NdArray): NdArray =>
  jnp.sum(mySquare(jnp.matmul(x, params.w)));

/** Arguments of both. */
export const example = { params: { w: jnp.array([0.5, -1]) }, x: jnp.array([[1, 0.5]]) };

/** Laws, made by the user. */
export const laws = keyLaws((key) => random.normal(key));

export const notAFunction = 3;
