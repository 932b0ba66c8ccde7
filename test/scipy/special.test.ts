import { config } from '../../src/index.js';
import * as special from '../../src/scipy/special/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

// Logarithms of gamma functions lose digits in JAX where they are exponentiated.
describeFixtures('scipy/special', special as unknown as Readonly<Record<string, Call>>, {
  ulps: 64,
  at: 'element',
  atLeast: 1e-2,
});
