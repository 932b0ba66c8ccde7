import { expect, test } from 'vitest';
import { grad, type NdArray } from '../../src/index.js';
import { reduceSum } from '../../src/primitive/reduce.js';
import { namedPadding, reduceWindowMax, reduceWindowMin, reduceWindowSum } from '../../src/primitive/window.js';
import { describeEngines } from '../helpers/engines.js';
import { arrayOf, checkFixture, describeFixtures, type Fixture, readFixtures } from '../helpers/fixtures.js';

const reductions = { add: reduceWindowSum, max: reduceWindowMax, min: reduceWindowMin };
type Name = keyof typeof reductions;

interface Options {
  readonly windowStrides?: number[];
  readonly padding?: string | [number, number][];
  readonly baseDilation?: number[];
  readonly windowDilation?: number[];
}

const isKnown = ({ args }: Fixture): boolean => (args[2] as { function: string }).function in reductions;

const calls = {
  reduceWindow: (
    x: NdArray,
    _start: unknown,
    { function: name }: { function: Name },
    window: number[],
    o: Options = {},
  ) => {
    const ones = window.map(() => 1);
    const windowStrides = o.windowStrides ?? ones;
    const [baseDilation, windowDilation] = [o.baseDilation ?? ones, o.windowDilation ?? ones];
    const given = o.padding ?? 'VALID';
    const padding = typeof given === 'string' ? namedPadding(given, x.shape, window, windowStrides) : given;
    return reductions[name](x, { windowDimensions: window, windowStrides, padding, baseDilation, windowDilation });
  },
};

/** Which element of a window with a NaN gets the derivative is, in JAX, that which XLA happened to meet last. */
const hasNaN = ({ note }: Fixture): boolean => note === 'ties and NaN';

describeEngines(() => {
  describeFixtures('primitives/window', calls, { ulps: 4, at: 'array' }, (f) => isKnown(f) && !hasNaN(f));

  for (const fixture of readFixtures('primitives/window').filter(hasNaN)) {
    test('a maximum over a window with NaN is NaN', () => {
      checkFixture({ ...fixture, jvp: undefined, vjp: undefined }, calls.reduceWindow, { ulps: 0 });
    });
  }

  test('the first of several largest elements of a window gets the derivative', () => {
    const x = arrayOf({ dtype: 'float32', shape: [5], data: [1, 3, 3, 3, 2] });
    const windows = {
      windowDimensions: [3],
      windowStrides: [1],
      padding: [[0, 0]],
      baseDilation: [1],
      windowDilation: [1],
    };
    const sum = (v: NdArray): NdArray => reduceSum(reduceWindowMax(v, windows as never), [0]);
    expect(grad(sum)(x).jsSync()).toEqual([0, 2, 1, 0, 0]);
  });
});
