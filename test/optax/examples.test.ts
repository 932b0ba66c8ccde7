import { expect, test } from 'vitest';
import * as lax from '../../src/lax/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as optax from '../../src/optax/index.js';
import * as random from '../../src/random/index.js';
import { describeExamples, examplesIn } from '../helpers/examples.js';
import { config, grad, jit, tree, valueAndGrad, vmap } from './fluxion.js';

config.update('engine', 'reference');

const examples = examplesIn('src/optax');

test('every optimizer and every loss has an example', () => {
  expect(examples.length).toBeGreaterThanOrEqual(150);
});

describeExamples('the examples of optax', examples, { optax, jnp, lax, random, tree, grad, jit, vmap, valueAndGrad });
