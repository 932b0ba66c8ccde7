import type { DType, NdArray } from '../../src/index.js';
import { concatenate, split } from '../../src/primitive/concatenate.js';
import { type PaddingConfig, pad, rev, slice } from '../../src/primitive/slice.js';
import { broadcastInDim, expandDims, iota, reshape, squeeze, transpose } from '../../src/primitive/structure.js';
import { describeEngines } from '../helpers/engines.js';
import { describeFixtures } from '../helpers/fixtures.js';

const canonical = (axes: readonly number[], ndim: number): number[] => axes.map((a) => (a < 0 ? a + ndim : a));

describeEngines(() => {
  // Elements are moved, never computed: all of it is exact.
  describeFixtures(
    'primitives/structure',
    {
      transpose: (x: NdArray, permutation: number[]) => transpose(x, permutation),
      reshape: (x: NdArray, sizes: number[], options?: { dimensions: number[] }) =>
        reshape(options ? transpose(x, options.dimensions) : x, sizes),
      broadcastInDim: (x: NdArray, shape: number[], dims: number[]) => broadcastInDim(x, shape, dims),
      slice: (x: NdArray, start: number[], limit: number[], options?: { strides: number[] }) =>
        slice(x, start, limit, options?.strides ?? null),
      rev: (x: NdArray, dims: number[]) => rev(x, dims),
      concatenate: (xs: NdArray[], dimension: number) => concatenate(xs, dimension),
      iota: (dtype: DType, size: number) => iota(dtype, [size]),
      broadcastedIota: (dtype: DType, shape: number[], dimension: number) => iota(dtype, shape, dimension),
      expandDims: (x: NdArray, dims: number[]) => expandDims(x, canonical(dims, x.ndim + dims.length)),
      squeeze: (x: NdArray, dims: number[]) => squeeze(x, canonical(dims, x.ndim)),
      split: (x: NdArray, sizes: number[], { axis }: { axis: number }) => split(x, sizes, axis),
    },
    { ulps: 2, at: 'array' },
  );

  // JAX computes the cotangent of the padding value as the difference of two sums of numbers around 1.
  describeFixtures(
    'primitives/structure',
    { pad: (x: NdArray, value: NdArray, padding: PaddingConfig[]) => pad(x, value, padding) },
    { ulps: 2, at: 'array', atLeast: 1 },
  );
});
