import { expect, test } from 'vitest';
import { jvp, type NdArray } from '../../src/index.js';
import { add, like } from '../../src/primitive/arithmetic.js';
import { clamp, lt, select } from '../../src/primitive/compare.js';
import { dynamicSlice, dynamicUpdateSlice } from '../../src/primitive/dynamic-slice.js';
import { gather } from '../../src/primitive/gather.js';
import {
  type ScatterOptions,
  scatter,
  scatterAdd,
  scatterMax,
  scatterMin,
  scatterMul,
  scatterSub,
} from '../../src/primitive/scatter.js';
import {
  type GatherDimensionNumbers,
  gatherScatterMode,
  type ScatterDimensionNumbers,
} from '../../src/primitive/window-positions.js';
import { describeEngines } from '../helpers/engines.js';
import { arrayOf, checkFixture, describeFixtures, type Fixture, readFixtures } from '../helpers/fixtures.js';

type Options = { mode?: string; fillValue?: number; uniqueIndices?: boolean };
const scattering =
  (f: typeof scatter) =>
  (x: NdArray, indices: NdArray, updates: NdArray, numbers: ScatterDimensionNumbers, options: Options = {}) =>
    f(x, indices, updates, numbers, { ...(options as ScatterOptions), mode: gatherScatterMode(options.mode) });

/** What `lax.dynamic_slice` does before the primitive: negative corners count from the end. */
const fromEnd = (x: NdArray, starts: readonly NdArray[]): NdArray[] =>
  starts.map((s, axis) => select(lt(s, like(s, 0)), add(s, like(s, x.shape[axis])), s));

const calls = {
  gather: (x: NdArray, indices: NdArray, numbers: GatherDimensionNumbers, sizes: number[], options: Options = {}) =>
    gather(x, indices, numbers, sizes, { ...(options as object), mode: gatherScatterMode(options.mode) }),
  scatter: scattering(scatter),
  scatterAdd: scattering(scatterAdd),
  scatterSub: scattering(scatterSub),
  scatterMul: scattering(scatterMul),
  scatterMin: scattering(scatterMin),
  scatterMax: scattering(scatterMax),
  dynamicSlice: (x: NdArray, starts: NdArray[], sizes: number[], options?: { allowNegativeIndices: boolean }) =>
    dynamicSlice(x, options?.allowNegativeIndices === false ? starts : fromEnd(x, starts), sizes),
  dynamicUpdateSlice: (x: NdArray, update: NdArray, starts: NdArray[]) =>
    dynamicUpdateSlice(x, update, fromEnd(x, starts)),
};

/**
 * JAX's derivative of scatterMin and scatterMax forgets the mode: it reads indices out of bounds as if they were
 * dropped, where the value has clipped them, and gets infinities. Here it is that of the clipped indices.
 */
const forgetsMode = ({ op, args, note }: Fixture): boolean =>
  (op === 'scatterMin' || op === 'scatterMax') &&
  note === 'indices out of bounds' &&
  JSON.stringify(args).includes('"clip"');

describeEngines(() => {
  describeFixtures('primitives/indexing', calls, { ulps: 2, at: 'array' }, (fixture) => !forgetsMode(fixture));

  for (const fixture of readFixtures('primitives/indexing').filter(forgetsMode)) {
    test(`${fixture.op} clips indices out of bounds in its derivative too`, () => {
      checkFixture({ ...fixture, jvp: undefined, vjp: undefined }, calls[fixture.op as 'scatterMin'], { ulps: 0 });
      const [x, indices, updates] = fixture.inputs.map(arrayOf);
      const [dx, dy] = [0, 2].map((i) => arrayOf(fixture.jvp?.tangents[i] as never));
      const numbers = fixture.args[3] as ScatterDimensionNumbers;
      const f = fixture.op === 'scatterMin' ? scatterMin : scatterMax;
      const tangent = (at: NdArray): unknown =>
        jvp((a, b) => f(a, at, b, numbers, { mode: 'clip' }), [x, updates] as [NdArray, NdArray], [dx, dy])[1].jsSync();
      expect(tangent(indices)).toEqual(tangent(clamp(like(indices, 0), indices, like(indices, x.shape[0] - 1))));
    });
  }
});
