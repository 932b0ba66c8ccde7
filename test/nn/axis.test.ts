import { config } from '../../src/index.js';
import { logmeanexp, logSoftmax, logsumexp, oneHot, softmax, standardize } from '../../src/nn/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

// The variance of the fast standardization is a difference of two larger numbers.
const calls = { logmeanexp, logSoftmax, logsumexp, oneHot, softmax, standardize } as Readonly<Record<string, Call>>;
describeFixtures('nn/axis', calls, ({ op }) => ({ ulps: op === 'standardize' ? 64 : 8, at: 'array', atLeast: 1 }));
