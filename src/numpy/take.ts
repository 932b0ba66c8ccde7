/**
 * Reading and writing at arrays of positions: `take`, `takeAlongAxis`, `put`, ... Source: jax.numpy.
 *
 * Out of bounds, reading gives NaN (or the extreme integer), unless `mode` says `'clip'` or `'wrap'`.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, range } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { defaultFill, type IndexMode, normalizePositions, Slice, scatterMode } from './index-plan.js';
import { getIndex } from './indexing.js';
import { takeAlongOptions, takeOptions } from './options.js';
import { broadcastArray, broadcastShape } from './promote.js';
import { choose } from './select.js';

/** Options of `take`. */
export interface TakeOptions {
  /** The axis; the flattened array when null. */
  readonly axis?: number | null;
  /** Out of bounds: `'fill'` (default), `'clip'`, `'wrap'`. */
  readonly mode?: IndexMode | null;
  /** What `'fill'` gives. Default NaN, or the extreme integer. */
  readonly fillValue?: number | null;
  readonly uniqueIndices?: boolean;
  readonly indicesAreSorted?: boolean;
}

/** Elements at positions along an axis: `a: [...p, n, ...q]`, returns `[...p, ...indices.shape, ...q]`. */
export function take(a: ArrayLike, indices: ArrayLike, options: TakeOptions = {}): NdArray {
  checkOptions('take', options, takeOptions);
  const { axis = null, ...rest } = options;
  const source = asArray(a, 'take', 'a');
  const x = axis === null ? primitive.reshape(source, [source.size]) : source;
  const d = canonicalAxis(axis ?? 0, x.ndim, 'take');
  const before = range(d).map(() => new Slice(null, null, null));
  return getIndex(x, [...before, asIndices(indices, 'take')], {
    ...rest,
    mode: rest.mode ?? 'fill',
    // Clipped, a negative position is before the beginning, as in NumPy.
    wrapNegativeIndices: rest.mode !== 'clip',
  });
}

/** Options of `takeAlongAxis`. */
export interface TakeAlongOptions extends Omit<TakeOptions, 'uniqueIndices' | 'indicesAreSorted'> {
  /** Whether negative positions count from the end. Default true. */
  readonly wrapNegativeIndices?: boolean;
}

/**
 * `out[i, j] = arr[i, indices[i, j]]`: a position for each element, along one axis; the other axes broadcast.
 * @throws ShapeMismatch when the ranks differ
 */
export function takeAlongAxis(arr: ArrayLike, indices: ArrayLike, options: TakeAlongOptions = {}): NdArray {
  checkOptions('takeAlongAxis', options, takeAlongOptions);
  const { axis = -1, mode = null, fillValue = null, wrapNegativeIndices = true } = options;
  const source = asArray(arr, 'takeAlongAxis', 'arr');
  const raw = asIndices(indices, 'takeAlongAxis');
  const x = axis === null ? primitive.reshape(source, [source.size]) : source;
  if (raw.ndim !== x.ndim) {
    throw new ShapeMismatch({
      op: 'takeAlongAxis',
      argument: 'indices',
      expected: `it needs ${x.ndim} axes, as arr`,
      actual: raw.shape,
    });
  }
  const d = canonicalAxis(axis ?? 0, x.ndim, 'takeAlongAxis');
  const others = range(x.ndim).filter((i) => i !== d);
  const common = broadcastShape('takeAlongAxis', [withSize(x.shape, d, 1), withSize(raw.shape, d, 1)]);
  const operand = broadcastArray(x, withSize(common, d, x.shape[d]));
  const positions = broadcastArray(raw, withSize(common, d, raw.shape[d]));
  const index = wrapNegativeIndices ? normalizePositions(positions, x.shape[d], mode) : positions;
  return primitive.gather(
    operand,
    primitive.expandDims(index, [index.ndim]),
    {
      offsetDims: [],
      collapsedSliceDims: [d],
      startIndexMap: [d],
      operandBatchingDims: others,
      startIndicesBatchingDims: others,
    },
    operand.shape.map(() => 1),
    { mode: scatterMode(mode), fillValue: fillValue ?? defaultFill(x) },
  );
}

const withSize = (shape: readonly number[], axis: number, n: number): number[] =>
  shape.map((m, i) => (i === axis ? n : m));

/** The array with `values` put where `takeAlongAxis` would read (`jnp.put_along_axis`, which returns the new array). */
export function putAlongAxis(
  arr: ArrayLike,
  indices: ArrayLike,
  values: ArrayLike,
  axis: number | null,
  options: { readonly mode?: IndexMode | null; readonly inplace?: boolean } = {},
): NdArray {
  checkArgument('putAlongAxis', 'axis', axis, 'axis?');
  checkOptions('putAlongAxis', options, {
    mode: ['wrap', 'fill', 'drop', 'clip', 'promiseInBounds', 'promise_in_bounds', null],
    inplace: 'boolean',
  });
  const source = asArray(arr, 'putAlongAxis', 'arr');
  const x = axis === null ? primitive.reshape(source, [source.size]) : source;
  const d = canonicalAxis(axis ?? 0, x.ndim, 'putAlongAxis');
  const raw = asIndices(indices, 'putAlongAxis');
  const index = broadcastArray(normalizePositions(raw, x.shape[d], options.mode), withSize(x.shape, d, raw.shape[d]));
  const others = range(x.ndim).filter((i) => i !== d);
  const out = primitive.scatter(
    x,
    primitive.expandDims(index, [index.ndim]),
    broadcastArray(cast(asArray(values, 'putAlongAxis', 'values'), x.dtype), index.shape),
    {
      updateWindowDims: [],
      insertedWindowDims: [d],
      scatterDimsToOperandDims: [d],
      operandBatchingDims: others,
      scatterIndicesBatchingDims: others,
    },
    { mode: scatterMode(options.mode) },
  );
  return primitive.reshape(out, source.shape);
}

/** For each position, the element of that one of `choices` (`jnp.choose`); out of bounds wraps or clips. */
export function choosePositions(
  a: ArrayLike,
  choices: readonly ArrayLike[],
  options: { readonly mode?: 'wrap' | 'clip' } = {},
): NdArray {
  checkArgument('choosePositions', 'choices', choices, 'list');
  checkOptions('choosePositions', options, { mode: ['wrap', 'clip'] });
  const arrays = choices.map((c, i) => asArray(c, 'choose', `choices[${i}]`));
  const index = asIndices(a, 'choose', 'a');
  const shape = broadcastShape('choose', [index.shape, ...arrays.map((x) => x.shape)]);
  const n = arrays.length;
  const position =
    options.mode === 'wrap'
      ? normalizePositions(index, n, 'wrap')
      : primitive.clamp(scalar(0, index.dtype), index, scalar(n - 1, index.dtype));
  const at = broadcastArray(position, shape);
  return arrays
    .map((x) => broadcastArray(x, shape))
    .reduceRight((otherwise, x, i) => choose(primitive.eq(at, scalar(i, at.dtype)), x, otherwise));
}
export { choosePositions as choose };

/** The multi-indices of positions in a flattened array of a shape, one array for each axis. */
export function unravelIndex(indices: ArrayLike, shape: readonly number[]): NdArray[] {
  checkArgument('unravelIndex', 'shape', shape, 'integers');
  let rest = asIndices(indices, 'unravelIndex');
  const total = shape.reduce((p, n) => p * n, 1);
  rest = primitive.clamp(scalar(-total, rest.dtype), rest, scalar(total - 1, rest.dtype));
  rest = choose(primitive.lt(rest, scalar(0, rest.dtype)), primitive.add(rest, scalar(total, rest.dtype)), rest);
  const out: NdArray[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = scalar(Math.max(shape[axis], 1), rest.dtype);
    out.unshift(primitive.rem(rest, n));
    rest = primitive.div(rest, n);
  }
  return out;
}

/** Positions in a flattened array of a shape from multi-indices. */
export function ravelMultiIndex(
  multiIndex: readonly ArrayLike[],
  dims: readonly number[],
  options: { readonly mode?: 'clip' | 'wrap' } = {},
): NdArray {
  checkArgument('ravelMultiIndex', 'multiIndex', multiIndex, 'list');
  checkArgument('ravelMultiIndex', 'dims', dims, 'integers');
  checkOptions('ravelMultiIndex', options, { mode: ['wrap', 'clip'] });
  const dtype: DType = defaultInt();
  const arrays = multiIndex.map((index) => cast(asIndices(index, 'ravelMultiIndex'), dtype));
  const shape = broadcastShape(
    'ravelMultiIndex',
    arrays.map((x) => x.shape),
  );
  return arrays.reduce<NdArray>(
    (sum, index, axis) => {
      const n = dims[axis];
      const inside =
        options.mode === 'wrap'
          ? normalizePositions(index, n, 'wrap')
          : primitive.clamp(scalar(0, dtype), index, scalar(n - 1, dtype));
      return primitive.add(primitive.mul(sum, scalar(n, dtype)), broadcastArray(inside, shape));
    },
    primitive.broadcastInDim(scalar(0, dtype), shape, []),
  );
}
