/** Stacking arrays and taking slices, on the host: the loop that `vmap` is compared with must not use fluxion's own. */
import type { NdArray } from 'fluxion/extend';
import { allocate, DeviceArray, layoutOf } from 'fluxion/extend';

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Arrays of one shape along a new axis. */
export function stackAlong(arrays: readonly NdArray[], axis = 0): NdArray {
  const { shape, dtype } = arrays[0];
  const entries = layoutOf(dtype).entries;
  const outer = product(shape.slice(0, axis));
  const inner = product(shape.slice(axis)) * entries;
  const data = allocate(dtype, outer * arrays.length * (inner / entries));
  arrays.forEach((x, k) => {
    const source = x.dataSync();
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) data[(o * arrays.length + k) * inner + i] = source[o * inner + i];
    }
  });
  return DeviceArray.fromHost({ dtype, shape: [...shape.slice(0, axis), arrays.length, ...shape.slice(axis)], data });
}

/** `x[index]` along the leading axis. */
export function sliceOf(x: NdArray, index: number): NdArray {
  const shape = x.shape.slice(1);
  const count = product(shape) * layoutOf(x.dtype).entries;
  const data = x.dataSync().slice(index * count, (index + 1) * count);
  return DeviceArray.fromHost({ dtype: x.dtype, shape, data });
}
