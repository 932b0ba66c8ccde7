/** Custom derivatives with mistakes in them, as users write them. */
import { customJvp, customVjp } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import * as jnp from 'fluxion/numpy';

export interface CustomMutant {
  readonly name: string;
  /** The custom function's name: whom to blame. */
  readonly label: string;
  readonly f: (x: NdArray, w: NdArray) => NdArray;
}

type Backward = (x: NdArray, y: NdArray, g: NdArray) => NdArray;

/** A program that calls a function with a custom backward pass among other things. */
const withBackward = (
  name: string,
  label: string,
  value: (x: NdArray) => NdArray,
  backward: Backward,
): CustomMutant => {
  const named = { [label]: (x: NdArray) => value(x) }[label];
  const custom = customVjp(named).defvjp((x: NdArray) => [value(x), [x, value(x)]] as never, ((
    [x, y]: [NdArray, NdArray],
    g: NdArray,
  ) => [backward(x, y, g)]) as never);
  return {
    name,
    label,
    f: (x, w) => jnp.sum(jnp.multiply(jnp.tanh(jnp.multiply(w, x)), custom(jnp.sin(x)) as NdArray)),
  };
};

const square = (x: NdArray): NdArray => jnp.square(x);
const softplus = (x: NdArray): NdArray => jnp.log(jnp.add(1, jnp.exp(x)));

export const customMutants: readonly CustomMutant[] = [
  withBackward('a backward pass with the wrong sign', 'mySquare', square, (x, _, g) =>
    jnp.multiply(jnp.multiply(-2, x), g),
  ),
  withBackward('a backward pass without its factor', 'mySquare', square, (x, _, g) => jnp.multiply(x, g)),
  withBackward('a backward pass that forgets the cotangent', 'mySquare', square, (x) => jnp.multiply(2, x)),
  withBackward('a backward pass with a stale residual', 'mySquare', square, (_, y, g) =>
    jnp.multiply(jnp.multiply(2, y), g),
  ),
  withBackward('a backward pass that is turned around', 'mySquare', square, (x, _, g) =>
    jnp.flip(jnp.multiply(jnp.multiply(2, x), g)),
  ),
  withBackward('a backward pass that is always zero', 'mySquare', square, (_, __, g) => jnp.multiply(0, g)),
  withBackward('a backward pass of the identity (straight through)', 'mySoftplus', softplus, (_, __, g) => g),
  withBackward('a backward pass of another function', 'mySoftplus', softplus, (x, _, g) =>
    jnp.multiply(g, jnp.tanh(x)),
  ),
  withBackward('a backward pass that clips', 'mySoftplus', softplus, (x, _, g) =>
    jnp.clip(jnp.divide(g, jnp.add(1, jnp.exp(jnp.negative(x)))), { min: -0.01, max: 0.01 }),
  ),
  (() => {
    const mySin = customJvp((x: NdArray) => jnp.sin(x)).defjvp((([x]: [NdArray], [dx]: [NdArray]) => [
      jnp.sin(x),
      jnp.multiply(jnp.sin(x), dx),
    ]) as never);
    Object.defineProperty(mySin, 'name', { value: 'mySin' });
    return {
      name: 'a custom forward rule with the wrong function',
      label: '',
      f: (x: NdArray, w: NdArray) => jnp.sum(jnp.multiply(w, mySin(x) as NdArray)),
    };
  })(),
];
