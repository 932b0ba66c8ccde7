/** Copies of trees of arrays, for tests that donate. */
import { DeviceArray, type NdArray } from '../../src/array/array.js';
import { map } from '../../src/tree/index.js';

/** A tree of the same values in new arrays: it can be donated while the original lives on. */
export const copy = <T>(tree: T): T =>
  map(
    (x: NdArray) => DeviceArray.fromHost({ dtype: x.dtype, shape: x.shape, data: x.dataSync().slice() } as never),
    tree as never,
  ) as T;
