import * as laws from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';
import { describeExamples, examplesIn } from '../helpers/examples.js';

process.env.FLUXION_LAW_RUNS = '2';

/** What the examples call the user's own. */
const own = {
  loss: (params: { readonly w: laws.Quantity }, batch: unknown) =>
    jnp.sum(jnp.square(jnp.tanh(jnp.matmul(batch as never, params.w as never)))),
  params: { w: jnp.array([0.5, -1]) },
  batch: jnp.array([[1, 0.5]]),
  x: jnp.array([1, -2]),
  fastNorm: (x: never) => jnp.linalg.norm(x),
};

describeExamples('the examples of the laws', examplesIn('laws'), { ...laws, ...own, jnp, optax, random });
