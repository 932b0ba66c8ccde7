/** A perceptron that learns a curve, trained as anywhere else: gradients, the optimizer's update, new parameters. */
import './engine';
import { jit, type NdArray, valueAndGrad } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';

export interface Layer {
  readonly w: NdArray;
  readonly b: NdArray;
}
export type Params = readonly Layer[];

const WIDTHS = [1, 32, 32, 1];

/** The curve, at 96 places from -1 to 1. */
export const places = jnp.linspace(-1, 1, { num: 96 }).reshape([96, 1]);
export const curve = jnp
  .sin(places.mul(6))
  .mul(jnp.exp(places.mul(-1)))
  .mul(0.5);

export const model = (params: Params, x: NdArray): NdArray => {
  const last = params.length - 1;
  return params.reduce((h, { w, b }, i) => {
    const z = jnp.dot(h, w).add(b);
    return i < last ? jnp.tanh(z) : z;
  }, x);
};

export const loss = (params: Params, x: NdArray, y: NdArray): NdArray => jnp.mean(model(params, x).sub(y).pow(2));

export function startingPoint(): Params {
  const key = random.PRNGKey(0);
  return WIDTHS.slice(1).map((outputs, i) => ({
    w: random.normal(random.foldIn(key, i), { shape: [WIDTHS[i], outputs] }).mul(1.5 / Math.sqrt(WIDTHS[i])),
    b: jnp.zeros([outputs]),
  }));
}

const optimizer = optax.adam(5e-3);
export type State = ReturnType<typeof optimizer.init<Params>>;
export const startingState = (params: Params): State => optimizer.init(params);

/** One step; it takes over the memory of its parameters and state. */
export const trainStep = jit(
  (params: Params, state: State) => {
    const [value, grads] = valueAndGrad(loss)(params, places, curve);
    const [updates, next] = optimizer.update(grads, state, params);
    return { params: optax.applyUpdates(params, updates), state: next, value };
  },
  { donateArgnums: [0, 1] },
);

export const predict = jit((params: Params) => model(params, places));
