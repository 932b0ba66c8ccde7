import { config } from '../../src/index.js';
import * as nn from '../../src/nn/activation.js';
import { tanh } from '../../src/nn/index.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

// JAX's tanh is off by a few units, which 1 - tanh^2 turns into the same number of units of 1.
describeFixtures('nn/activation', { ...nn, tanh }, ({ op }) => ({
  ulps: op === 'tanh' || op === 'mish' ? 16 : 4,
  at: 'element',
  atLeast: 1,
}));
