import { config, type NdArray } from '../../src/index.js';
import { add, like } from '../../src/primitive/arithmetic.js';
import { lt, select } from '../../src/primitive/compare.js';
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
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

type Options = { mode?: string; fillValue?: number; uniqueIndices?: boolean };
const scattering =
  (f: typeof scatter) =>
  (x: NdArray, indices: NdArray, updates: NdArray, numbers: ScatterDimensionNumbers, options: Options = {}) =>
    f(x, indices, updates, numbers, { ...(options as ScatterOptions), mode: gatherScatterMode(options.mode) });

/** What `lax.dynamic_slice` does before the primitive: negative corners count from the end. */
const fromEnd = (x: NdArray, starts: readonly NdArray[]): NdArray[] =>
  starts.map((s, axis) => select(lt(s, like(s, 0)), add(s, like(s, x.shape[axis])), s));

describeFixtures(
  'primitives/indexing',
  {
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
  },
  { ulps: 2, at: 'array' },
);
