import { config, type NdArray } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import { type Call, describeFixtures, type Fixture } from '../helpers/fixtures.js';

config.update('engine', 'reference');

const calls = lax as unknown as Readonly<Record<string, Call>>;
const except = (...names: string[]): Readonly<Record<string, Call>> =>
  Object.fromEntries(Object.entries(calls).filter(([name]) => !names.includes(name)));

// Elements are moved, never computed; the cotangent of a padding value is a difference of sums of numbers around 1.
describeFixtures('primitives/structure', calls, { ulps: 2, at: 'array', atLeast: 1 });
describeFixtures('primitives/reduce', except('reduce'), { ulps: 4, at: 'array' });
describeFixtures('primitives/cumulative', calls, { ulps: 16, at: 'array' });
describeFixtures('primitives/contract', calls, { ulps: 4, at: 'array' });
describeFixtures('primitives/sort', calls, { ulps: 4, at: 'array' });
describeFixtures('primitives/convolution', calls, { ulps: 4, at: 'array' });

/** The derivative of clipped extremal scatters differs from JAX's; see test/primitive/indexing.test.ts. */
const forgetsMode = ({ op, args, note }: Fixture): boolean =>
  (op === 'scatterMin' || op === 'scatterMax') &&
  note === 'indices out of bounds' &&
  JSON.stringify(args).includes('clip');
describeFixtures('primitives/indexing', except('map'), { ulps: 2, at: 'array' }, (f) => !forgetsMode(f));

/** The fixture names the function by its name. */
const functionOf = (f: unknown): ((x: NdArray, y: NdArray) => NdArray) =>
  (lax as unknown as Record<string, (x: NdArray, y: NdArray) => NdArray>)[(f as { function: string }).function];

describeFixtures(
  'primitives/reduce',
  {
    // JAX forgets the tangent of a start value that happens to be the identity: here it is a constant.
    reduce: (x: readonly NdArray[], _start: unknown, f: unknown, axes: number[]) =>
      lax.reduce(x, [0], functionOf(f), axes),
  },
  { ulps: 4, at: 'array' },
);

describeFixtures(
  'primitives/window',
  {
    reduceWindow: (x: NdArray, start: number, f: unknown, window: number[], options?: lax.ReduceWindowOptions) =>
      lax.reduceWindow(x, Number(start), functionOf(f), window, options),
  },
  { ulps: 4, at: 'array' },
  // Which element of a window with a NaN gets the derivative is, in JAX, that which XLA happened to meet last.
  ({ note }) => note !== 'ties and NaN',
);
