import { config } from '../../src/index.js';
import * as nn from '../../src/nn/index.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

// The variance of the fast standardization is a difference of two larger numbers.
describeFixtures('nn/axis', nn, ({ op }) => ({ ulps: op === 'standardize' ? 64 : 8, at: 'array', atLeast: 1 }));
