import { config } from '../../src/index.js';
import * as stats from '../../src/scipy/stats/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

const calls = Object.fromEntries(
  Object.entries(stats).flatMap(([name, functions]) =>
    Object.entries(functions).map(([f, call]) => [`${name}.${f}`, call as Call]),
  ),
);
describeFixtures('scipy/stats', calls, { ulps: 64, at: 'element', atLeast: 1e-1 });
